"""One of a session's tables, with what its columns mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from agent.errors import CannotExport


@dataclass(frozen=True)
class Table:
    """`arrow` holds unit and meaning of each field in the field's metadata.

    Libraries that take Arrow streams (DuckDB, polars, pyarrow) take the table as it is.
    """

    arrow: pa.Table

    def __len__(self) -> int:
        return int(self.arrow.num_rows)

    def __getitem__(self, column: str) -> NDArray[Any]:
        """A column as numpy, shape (rows,). Numbers that were withheld are NaN, texts None.

        Raises KeyError for a name that the table does not have.
        """
        return np.asarray(self.arrow[column].to_numpy())

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.arrow.__arrow_c_stream__(requested_schema)

    @property
    def columns(self) -> list[str]:
        return list(self.arrow.column_names)

    @property
    def units(self) -> dict[str, str]:
        """Of each column that has one; "1" for a share."""
        return self._told("unit")

    @property
    def meanings(self) -> dict[str, str]:
        return self._told("meaning")

    def to_pandas(self) -> Any:
        """A pandas DataFrame; raises CannotExport where pandas is not installed."""
        try:
            return self.arrow.to_pandas()
        except ImportError as error:
            raise _not_installed("pandas") from error

    def to_polars(self) -> Any:
        """A polars DataFrame; raises CannotExport where polars is not installed."""
        try:
            import polars
        except ImportError as error:
            raise _not_installed("polars") from error
        return polars.from_arrow(self.arrow)

    def _told(self, what: str) -> dict[str, str]:
        told = {
            field.name: (field.metadata or {}).get(what.encode()) for field in self.arrow.schema
        }
        return {name: text.decode() for name, text in told.items() if text}


def _not_installed(library: str) -> CannotExport:
    return CannotExport(f"{library} is not installed here: uv pip install {library}")
