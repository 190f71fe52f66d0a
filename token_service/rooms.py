"""Whether LiveKit has a session's room. One look serves all who wait for theirs."""

import asyncio
import time
from contextlib import suppress

from agent.errors import LiveKitUnavailable
from token_service.livekit_gateway import LiveKitGateway

LOOK_S = 0.1
SOON_S = 0.03


class Rooms:
    def __init__(self, gateway: LiveKitGateway) -> None:
        self._gateway = gateway
        self._waiting: list[tuple[str, asyncio.Future[None]]] = []
        self._looking: asyncio.Task[None] | None = None

    async def exists(self, session_id: str) -> bool:
        with suppress(LiveKitUnavailable):
            return session_id in await self._gateway.room_names(session_id)
        return False

    async def wait_while_livekit_answers(self, session_id: str, within_s: float) -> None:
        deadline_s = time.monotonic() + within_s
        with suppress(LiveKitUnavailable):
            while session_id not in await self._gateway.room_names(session_id):
                if time.monotonic() > deadline_s:
                    return
                await asyncio.sleep(SOON_S)

    async def wait_for(self, session_id: str, within_s: float) -> bool:
        waiter = session_id, asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        if self._looking is None:
            self._looking = asyncio.create_task(self._look())
        try:
            await asyncio.wait_for(waiter[1], within_s)
        except TimeoutError:
            return False
        finally:
            self._waiting.remove(waiter)
        return True

    async def _look(self) -> None:
        try:
            while self._waiting:
                await asyncio.sleep(LOOK_S)
                with suppress(LiveKitUnavailable):
                    wanted = {session_id for session_id, _ in self._waiting}
                    there = await self._gateway.room_names(*wanted) if wanted else frozenset()
                    for session_id, found in self._waiting:
                        if session_id in there and not found.done():
                            found.set_result(None)
        finally:
            self._looking = None
