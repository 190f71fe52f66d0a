"""After a consultation, no log says who took part, from where, or how to get in."""

import asyncio
import re
import sys

import pytest
from room_fixtures import Open
from stack_fixtures import RunningStack

pytestmark = pytest.mark.livekit

ADDRESS = re.compile(r"\b(?:\d{1,3}\.){2,3}\d{1,3}\b|\b[0-9a-f]{1,4}::?[0-9a-f:]*:[0-9a-f]{1,4}\b")
OWN_ADDRESSES = {"127.0.0.1"}


async def test_the_logs_identify_nobody(consult: Open, stack: RunningStack) -> None:
    call = await consult()
    await call.analysed()
    people = {
        call.patient.room.local_participant.identity,
        call.practitioner.room.local_participant.identity,
    }
    await call.patient.leave()
    await asyncio.sleep(1)
    for log in (stack.data / "logs").iterdir():
        text = log.read_text().replace(sys.base_prefix, "")  # Python's version is no address
        assert call.credential not in text, log.name
        assert "#" not in text, f"{log.name} holds a link"
        if log.name != "livekit-server.log":  # it names the seats of a connection that broke
            assert not {person for person in people if person in text}, log.name
        found = {match for line in text.splitlines() for match in ADDRESS.findall(line[26:])}
        assert found <= OWN_ADDRESSES, log.name
