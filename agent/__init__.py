"""e-PediCare. For notebooks and scripts: `from agent import analyze, open_session`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agent.notebook import Session, Table, analyze, open_session

__all__ = ["Session", "Table", "analyze", "open_session"]


def __getattr__(name: str) -> Any:
    """Loaded when it is asked for: the rooms below import this package too."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from agent import notebook

    return getattr(notebook, name)
