"""Rooms in which a browser tries its line. Each is one browser's, and is thrown away.

LiveKit renews the tokens of whoever is connected: a room that only waited to be empty could be
stayed in for ever. So each is deleted two minutes after a service first saw it, whoever made it.
"""

import asyncio
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import timedelta

from agent.errors import LiveKitUnavailable, NotInLiveKit
from token_service.livekit_gateway import LiveKitGateway
from token_service.secret_values import new_id

PREFIX = "connection-test-"
LIFE = timedelta(minutes=2)
LOOK_EACH_S = 15.0


def new_name() -> str:
    """Of no session: those are named by their ids alone."""
    return PREFIX + new_id()


class ConnectionTests:
    def __init__(
        self, gateway: LiveKitGateway, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._gateway = gateway
        self._clock = clock
        self._seen_at_s: dict[str, float] = {}

    async def run(self) -> None:
        while True:
            with suppress(LiveKitUnavailable):
                await self.throw_away()
            await asyncio.sleep(LOOK_EACH_S)

    async def throw_away(self) -> None:
        for name in self.outlived(await self._gateway.room_names()):
            with suppress(NotInLiveKit):
                await self._gateway.delete_room(name)

    def outlived(self, rooms: Iterable[str]) -> list[str]:
        """Of all rooms that there are now."""
        now_s = self._clock()
        there = [name for name in rooms if name.startswith(PREFIX)]
        self._seen_at_s = {name: self._seen_at_s.get(name, now_s) for name in there}
        return [name for name, at_s in self._seen_at_s.items() if now_s - at_s >= LIFE.seconds]
