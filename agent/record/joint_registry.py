"""One registry for runs that were made by different versions: each number keeps its own name.

In messages, measures, events and reasons are places in the run's own registry; a later version has
others at these places.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from google.protobuf.message import Message

from agent.wire.generated import analysis_pb2 as pb

_Named = Any  # of protobuf's repeated messages, those that have an id
Places = dict[int, int]  # in the joint registry, by the place in the run's own


@dataclass(frozen=True, slots=True)
class _Names:
    measures: Places
    events: Places
    reasons: Places
    same_face: bool  # the points of a face are those of the joint registry


class JointRegistry:
    """The newest run's, then what older runs alone name.

    Values of another unit or algorithm do not compare with the newest of their name: left out.
    """

    def __init__(self, registries: Sequence[pb.Registry]) -> None:
        self.registry = pb.Registry()
        self._names: dict[str, _Names] = {}
        for own in reversed(registries):
            if not self._names:
                self.registry.CopyFrom(own)
            if own.hash not in self._names:
                self._names[own.hash] = self._joined(own)

    def is_of(self, run: pb.Registry) -> bool:
        """The run's messages stay as they are."""
        return run.hash == self.registry.hash

    def rename(self, message: Message, own: pb.Registry) -> None:
        """In place: from the places of the run's own registry to the joint ones."""
        names = self._names[own.hash]
        match message:
            case pb.FrameResult() | pb.WindowResult():
                values = [v for v in message.values if v.measure in names.measures]
                for value in values:
                    value.measure = names.measures[value.measure]
                    value.reasons[:] = _placed(value.reasons, names.reasons)
                kept = [pb.Value.FromString(value.SerializeToString()) for value in values]
                del message.values[:]
                message.values.extend(kept)
                if isinstance(message, pb.FrameResult) and not names.same_face:
                    message.ClearField("face")
            case pb.Event():
                message.kind = names.events.get(message.kind, len(self.registry.events))
                message.reasons[:] = _placed(message.reasons, names.reasons)

    def _joined(self, own: pb.Registry) -> _Names:
        joint = self.registry
        measures = _join(own.measures, joint.measures)
        comparable = {
            place: there
            for place, there in measures.items()
            if _kind_of_number(own.measures[place]) == _kind_of_number(joint.measures[there])
        }
        return _Names(
            comparable,
            _join(own.events, joint.events),
            _join(own.reasons, joint.reasons),
            own.face_layout == joint.face_layout,
        )


def _join(own: _Named, joint: _Named) -> Places:
    """Adds to the joint ones those that are new; where each is there."""
    there = {one.id: place for place, one in enumerate(joint)}
    for one in own:
        if one.id not in there:
            there[one.id] = len(joint)
            joint.append(one)
    return {place: there[one.id] for place, one in enumerate(own)}


def _kind_of_number(measure: pb.MeasureInfo) -> tuple[str, int]:
    return measure.unit, measure.algorithm_version


def _placed(places: Iterable[int], joint: Places) -> list[int]:
    return [joint[place] for place in places if place in joint]
