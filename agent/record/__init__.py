"""The session folder: a crash-safe log of everything that was measured, and how it is read again.

Writing (never blocks the caller, never raises because of a disk):

    log = SessionLog(session_folder(data, session_id), provenance, registry)
    log.write(message, t_ms)      # any logged protobuf message; its type decides the channel
    log.failure                   # None, or one line: nothing is being kept, and why
    log.dropped                   # messages that were not kept
    log.close()                   # after the Summary; waits for the disk, bounded; idempotent

`provenance` comes from `describe_run(session_id, run, source="live")`, `registry` from
`encode_registry()`. The log makes the
folder (0700), `session.json` and the next free `run-000.mcap`. While the disk is full, read-only
or gone, messages are dropped, `failure` says so, and the log tries again each second; when the
disk answers again it goes on in the same file. With `wait=True` (files analysed offline) `write`
waits for room in the queue instead, and `write` and `close` raise `LogFailed`.

Reading:

    for run in read_runs(find_session("folder or id", data)):
        for entry in run.log.entries({"/frame"}): entry.message()
"""

from agent.record.channels import topic_of
from agent.record.damage import Damage
from agent.record.folder import find_session, new_session_id, run_files, session_folder
from agent.record.log import SessionLog
from agent.record.provenance import describe_run
from agent.record.reader import Entry, LogReader

__all__ = [
    "Damage",
    "Entry",
    "LogReader",
    "SessionLog",
    "describe_run",
    "find_session",
    "new_session_id",
    "run_files",
    "session_folder",
    "topic_of",
]
