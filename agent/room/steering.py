"""What a practitioner may ask of the agent, by remote procedure call; anybody else is refused."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from livekit import rtc

from agent.contract import LONGEST_MARK, Method
from agent.observation import Mark, SelectPerson, SetBaseline
from agent.room.live_analysis import LiveAnalysis
from agent.room.publisher import Publisher

REFUSED = 403
BAD_PAYLOAD = 400


def answer_practitioners(room: rtc.Room, publisher: Publisher, analysis: LiveAnalysis) -> None:
    def set_baseline(call: rtc.RpcInvocationData) -> None:
        analysis.command(SetBaseline())

    def select_person(call: rtc.RpcInvocationData) -> None:
        analysis.command(SelectPerson(_person(call.payload)))

    def mark(call: rtc.RpcInvocationData) -> None:
        analysis.command(Mark(call.payload[:LONGEST_MARK]))

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


def _guarded(
    method: Callable[[rtc.RpcInvocationData], None], publisher: Publisher
) -> Callable[[rtc.RpcInvocationData], Awaitable[str]]:
    async def answer(call: rtc.RpcInvocationData) -> str:
        if call.caller_identity not in publisher.recipients():
            raise rtc.RpcError(REFUSED, "only an admitted practitioner may do this")
        try:
            method(call)
        except ValueError as error:
            raise rtc.RpcError(BAD_PAYLOAD, "the payload does not fit the method") from error
        return "ok"

    return answer
