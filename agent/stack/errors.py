"""Why the stack cannot be started, said before anything is."""

from agent.errors import EpedicareError


class CannotStart(EpedicareError):
    """A tool is missing, a port is busy, or a part never became ready."""
