"""The process from which job processes are forked, with every import done once."""

from __future__ import annotations

from multiprocessing import forkserver

from agent.perception.engines import EngineName

ENGINE = {
    EngineName.MEDIAPIPE: "mediapipe.tasks.python.vision",
    EngineName.OPENVINO: "agent.perception.openvino_engine.engine",
}


def preloaded(engine: EngineName) -> list[str]:
    return [ENGINE[engine], "agent.room.job"]


def start_early(engine: EngineName) -> None:
    """Let it import while the worker's own process imports the same: two cores, half the wait.

    LiveKit's worker would start it with the same list, but only after its own imports.
    """
    forkserver.set_forkserver_preload(
        [*preloaded(engine), "livekit.agents.ipc._preload", "livekit.agents.ipc._preload_freeze"]
    )
    forkserver.ensure_running()
