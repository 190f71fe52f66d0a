import asyncio
from types import MappingProxyType

import pytest

from agent.http.problems import TooManyTries
from token_service.authorisation import Who
from token_service.broker import STREAMS_PER_SESSION, Broker, Shown
from token_service.replicas import Replicas

pytestmark = pytest.mark.unit


def seen(word: str) -> Shown:
    return Shown(MappingProxyType({Who.FAMILY: word}), False, "patient", {})


async def test_a_change_while_the_first_view_is_read_is_not_lost() -> None:
    state, reading, go_on = "before", asyncio.Event(), asyncio.Event()

    async def read(_: str) -> Shown:
        found = seen(state)
        reading.set()
        await go_on.wait()
        return found

    broker = Broker(read, Replicas())
    listener = broker.listen("5" * 32, "somebody")
    first = asyncio.create_task(listener.shown())
    await reading.wait()
    state = "after"
    broker.changed("5" * 32)
    go_on.set()
    assert (await first) == seen("before")
    await asyncio.wait_for(listener.changed(), 1)
    assert await listener.shown() == seen("after")


async def test_nothing_is_kept_of_a_session_that_nobody_listens_to() -> None:
    async def read(_: str) -> Shown:
        return seen("now")

    broker = Broker(read, Replicas())
    listeners = [broker.listen("5" * 32, str(number)) for number in range(STREAMS_PER_SESSION)]
    with pytest.raises(TooManyTries):
        broker.listen("5" * 32, "one more")
    for listener in listeners:
        listener.close()
        listener.close()
    assert not broker._channels
    broker.changed("5" * 32)
