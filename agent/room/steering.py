"""What a practitioner may ask of the agent, by remote procedure call; anybody else is refused."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

from livekit import rtc

from agent.contract import LONGEST_MARK, Method
from agent.errors import CommandRefused
from agent.observation import Mark, SelectPerson, SetBaseline
from agent.room.live_analysis import LiveAnalysis
from agent.room.publisher import Publisher

REFUSED = 403
BAD_PAYLOAD = 400
NOT_NOW = 409
LONGEST_AGO_MS = 3_600_000  # an hour


def answer_practitioners(room: rtc.Room, publisher: Publisher, analysis: LiveAnalysis) -> None:
    def set_baseline(call: rtc.RpcInvocationData) -> None:
        analysis.command(SetBaseline())

    def select_person(call: rtc.RpcInvocationData) -> None:
        analysis.command(SelectPerson(_person(call.payload)))

    def mark(call: rtc.RpcInvocationData) -> None:
        analysis.command(_mark(call.payload))

    def snapshot(call: rtc.RpcInvocationData) -> None:
        publisher.snapshot(call.caller_identity)

    answers = {
        Method.SET_BASELINE: set_baseline,
        Method.SELECT_PERSON: select_person,
        Method.MARK: mark,
        Method.SNAPSHOT: snapshot,
    }
    for method in Method:
        room.local_participant.register_rpc_method(method, _guarded(answers[method], publisher))


def _person(payload: str) -> int:
    """As the wire holds it: any other number would break the analysis that logs the command."""
    person = int(payload)
    if person not in range(2**32):
        raise ValueError("a person's number has 32 bits")
    return person


def _mark(payload: str) -> Mark:
    request = json.loads(payload)
    if not isinstance(request, dict):
        raise ValueError("a mark is an object")
    label, ago_ms = request.get("label"), request.get("ago_ms")
    if not isinstance(label, str) or not isinstance(ago_ms, int):
        raise ValueError("a mark has a label, and says how long ago it was set")
    if not 0 <= ago_ms <= LONGEST_AGO_MS:
        raise ValueError("a mark is of the last hour")
    return Mark(label[:LONGEST_MARK], ago_ms)


def _guarded(
    method: Callable[[rtc.RpcInvocationData], None], publisher: Publisher
) -> Callable[[rtc.RpcInvocationData], Awaitable[str]]:
    async def answer(call: rtc.RpcInvocationData) -> str:
        if call.caller_identity not in publisher.steering():
            raise rtc.RpcError(REFUSED, "only a practitioner with the controls may do this")
        try:
            method(call)
        except ValueError as error:
            raise rtc.RpcError(BAD_PAYLOAD, "the payload does not fit the method") from error
        except CommandRefused as error:
            raise rtc.RpcError(NOT_NOW, str(error)) from error
        return "ok"

    return answer
