from __future__ import annotations

from agent.errors import EpedicareError


class CannotExport(EpedicareError):
    """The session holds nothing to export, or the tables cannot be written."""
