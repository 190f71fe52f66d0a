"""RecordError
├── NoSuchSession   neither the id of a kept session nor the folder of one
├── LogFailed       offline: the log cannot be written
├── LogUnreadable   a file is no log, or nothing of it can be read
├── CannotRecover   in agent.record.recover
└── FolderInUse     in agent.offline.kept
"""

from __future__ import annotations

from agent.errors import EpedicareError


class RecordError(EpedicareError):
    pass


class NoSuchSession(RecordError):
    pass


class LogFailed(RecordError):
    pass


class LogUnreadable(RecordError):
    pass
