"""How commands are told which session they are about."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from agent.settings import read_settings

SessionName = Annotated[
    str,
    typer.Argument(
        metavar="SESSION", help="A session's id or its beginning, or the path of its folder."
    ),
]
Data = Annotated[
    Path,
    typer.Option(
        "--data",
        default_factory=lambda: read_settings().data,
        show_default="EPEDICARE_DATA, or data",
        help="Where sessions and logs are kept.",
    ),
]
