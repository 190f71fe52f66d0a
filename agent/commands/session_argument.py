"""How commands are told which session they are about."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

SessionName = Annotated[
    str,
    typer.Argument(
        metavar="SESSION", help="A session's id or its beginning, or the path of its folder."
    ),
]
Data = Annotated[
    Path, typer.Option("--data", envvar="EPEDICARE_DATA", help="Where sessions and logs are kept.")
]
DEFAULT_DATA = Path("data")
