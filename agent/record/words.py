"""What a run's numbers stand for. A number that stands for nothing is refused, with its log."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NoReturn, TypeVar

from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper

from agent.errors import LogUnreadable
from agent.record.run import Run
from agent.wire.generated import analysis_pb2 as pb

LARGEST = 2**63 - 1  # that a table holds
LARGEST_TIME_US = 253_402_300_799_000_000  # the last second of the year 9999


def _words(kind: EnumTypeWrapper, tag: str) -> dict[int, str]:
    words = {number: name.removeprefix(tag).lower() for name, number in kind.items()}
    return {number: "" if word == "unspecified" else word for number, word in words.items()}


QUALITY = _words(pb.Quality, "QUALITY_")
SIDE = _words(pb.Side, "SIDE_")
BASELINE_STATE = _words(pb.BaselineState, "BASELINE_STATE_")

CHECKED, EXPERIMENTAL = "checked", "experimental"

Info = TypeVar("Info", pb.MeasureInfo, pb.EventInfo, pb.ReasonInfo)


def evidence(info: pb.MeasureInfo | pb.EventInfo) -> str:
    """Whether people's labels say how good it is, as the log's registry has it."""
    if isinstance(info, pb.EventInfo) and not info.measure_id:
        return ""  # a mark is a person's own
    return CHECKED if info.checked else EXPERIMENTAL


class Words:
    """Raises LogUnreadable where the log contradicts its own registry."""

    def __init__(self, run: Run) -> None:
        self._file = run.log.path.name
        self._registry = run.registry

    def measured(self, values: Sequence[pb.Value]) -> list[tuple[pb.MeasureInfo, pb.Value]]:
        """Each value with its measure, of which there is none twice."""
        measures = self._registry.measures
        if len({value.measure for value in values}) < len(values):
            self._refuse("one message holds two values of a measure")
        return [(self._named(measures, "measure", value.measure), value) for value in values]

    def event(self, index: int) -> pb.EventInfo:
        return self._named(self._registry.events, "kind of event", index)

    def reasons(self, indices: Iterable[int]) -> str:
        known = self._registry.reasons
        return ";".join(self._named(known, "reason", index).id for index in indices)

    def quality(self, quality: pb.Quality) -> str:
        return self._word(QUALITY, "quality", quality)

    def side(self, side: pb.Side) -> str:
        return self._word(SIDE, "side", side)

    def baseline_state(self, state: pb.BaselineState) -> str:
        return self._word(BASELINE_STATE, "state of a baseline", state)

    def time_us(self, unix_us: int) -> int | None:
        """Empty for no time."""
        if unix_us > LARGEST_TIME_US:
            self._refuse(f"{unix_us} µs is no time")
        return unix_us or None

    def _named(self, names: Sequence[Info], what: str, index: int) -> Info:
        if index >= len(names):
            self._refuse(f"it names {what} {index}, and knows {len(names)}")
        return names[index]

    def _word(self, words: dict[int, str], what: str, number: int) -> str:
        if number not in words:
            self._refuse(f"{number} is no {what}")
        return words[number]

    def _refuse(self, why: str) -> NoReturn:
        raise LogUnreadable(f"{self._file} contradicts itself: {why}")
