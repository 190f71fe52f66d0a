"""The process from which job processes are forked, with every import done once."""

from __future__ import annotations

from multiprocessing import forkserver

PRELOADED = ["mediapipe.tasks.python.vision", "agent.room.job"]


def start_early() -> None:
    """Let it import while the worker's own process imports the same: two cores, half the wait.

    LiveKit's worker would start it with the same list, but only after its own imports.
    """
    forkserver.set_forkserver_preload(
        [*PRELOADED, "livekit.agents.ipc._preload", "livekit.agents.ipc._preload_freeze"]
    )
    forkserver.ensure_running()
