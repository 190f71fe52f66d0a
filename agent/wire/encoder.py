"""One run's results as messages: the same ones go to the practitioner and into the log."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import cast

from agent.measures.registry import REGISTRY
from agent.measures.results import Analysis, BaselineState, Event, Quality, Value, Window
from agent.observation import Observation
from agent.overlay import Overlay
from agent.wire.generated import analysis_pb2 as pb
from agent.wire.observations import encode_box, encode_key, encode_observation
from agent.wire.overlay import encode_face_overlay, encode_hands_overlay, encode_pose_overlay
from agent.wire.reasons import reason_ids, reason_indices

MAX_LOSSY_BYTES = 1300  # one UDP packet; LiveKit advises no more for lossy data
VALUES_A_TURN = 17  # by which the next packet starts later

_VALUE_TAG = pb.FrameResult.VALUES_FIELD_NUMBER << 3 | 2  # and a length: less than 128 bytes
_HEADLINES = {index for index, measure in enumerate(REGISTRY.measures) if measure.headline}


class Encoder:
    """Counts each topic's messages within (run, track), so that a reader can prove a gap."""

    def __init__(self, run: int) -> None:
        self._run = run
        self._track = 0
        self._sent: Counter[str] = Counter()
        self._values: Sequence[Value] = ()
        self._encoded: Sequence[bytes] = ()

    def observation(
        self, observation: Observation, timing: pb.Timing | None = None
    ) -> pb.Observation:
        self._follow_track(observation.track)
        return encode_observation(observation, self.origin("observation"), timing)

    def frame(
        self,
        observation: Observation,
        analysis: Analysis,
        overlay: Overlay,
        timing: pb.Timing | None = None,
    ) -> pb.FrameResult:
        hands = observation.hands
        self._follow_track(observation.track)
        message = pb.FrameResult(
            origin=self.origin("frame"),
            key=encode_key(observation.key) if observation.key is not None else None,
            t_ms=observation.t_ms,
            width=observation.width,
            height=observation.height,
            rotation_deg=observation.rotation_deg,
            face=encode_face_overlay(overlay.face) if overlay.face is not None else None,
            pose=encode_pose_overlay(overlay.pose) if overlay.pose is not None else None,
            hands=encode_hands_overlay(hands) if hands is not None else None,
            others=[encode_box(box) for box in observation.others],
            timing=timing,
        )
        message.MergeFromString(self._encode_values(analysis.values))
        return message

    def _encode_values(self, values: Sequence[Value]) -> bytes:
        """As FrameResult has them: copying messages costs eight times as much as reading bytes.

        Two of three are those of the frame before, whose bytes stand.
        """
        if len(values) != len(self._values):
            self._encoded = [_value_of_frame(value) for value in values]
        else:
            self._encoded = [
                data if value == before else _value_of_frame(value)
                for value, before, data in zip(values, self._values, self._encoded, strict=True)
            ]
        self._values = values
        return b"".join(self._encoded)

    def window(self, window: Window, timing: pb.Timing | None = None) -> pb.WindowResult:
        return pb.WindowResult(
            origin=self.origin(f"window-{window.window_ms}"),
            t_ms=window.t_ms,
            window_ms=window.window_ms,
            values=[encode_value(value) for value in window.values],
            timing=timing,
        )

    def event(self, event: Event, timing: pb.Timing | None = None) -> pb.Event:
        return pb.Event(
            origin=self.origin("event"),
            id=event.id,
            kind=REGISTRY.index_of_event(event.kind),
            onset_ms=event.onset_ms,
            peak_ms=event.peak_ms,
            offset_ms=event.offset_ms,
            amplitude=event.amplitude,
            side=cast("pb.Side", event.side),
            quality=cast("pb.Quality", event.quality),
            reasons=reason_indices(event.reasons),
            label=event.label,
            timing=timing,
        )

    def origin(self, topic: str) -> pb.Origin:
        self._sent[topic] += 1
        return pb.Origin(run=self._run, track=self._track, seq=self._sent[topic])

    def _follow_track(self, track: int) -> None:
        if track != self._track:
            self._track = track
            self._sent.clear()


def encode_value(value: Value) -> pb.Value:
    """There are many each frame: what is absent is not touched."""
    measure, number, quality, reasons, n, valid_fraction, ci_low, ci_high, baseline_state = value
    message = pb.Value()
    message.measure = REGISTRY.index_of_measure(measure)
    message.quality = quality  # type: ignore[assignment]  # the same numbers
    if baseline_state:
        message.baseline_state = baseline_state  # type: ignore[assignment]  # the same numbers
    if number == number:
        message.value = number
    if reasons:
        message.reasons.extend(reason_indices(reasons))
    if n is not None:
        message.n = n
    if valid_fraction is not None:
        message.valid_fraction = valid_fraction
    if ci_low is not None:
        message.ci_low = ci_low
    if ci_high is not None:
        message.ci_high = ci_high
    return message


def _value_of_frame(value: Value) -> bytes:
    data = encode_value(value).SerializeToString()
    return bytes((_VALUE_TAG, len(data))) + data


def decode_value(message: pb.Value) -> Value:
    return Value(
        measure=REGISTRY.measures[message.measure].id,
        value=message.value if message.HasField("value") else math.nan,
        quality=Quality(message.quality),
        reasons=reason_ids(message.reasons),
        n=message.n if message.HasField("n") else None,
        valid_fraction=message.valid_fraction if message.HasField("valid_fraction") else None,
        ci_low=message.ci_low if message.HasField("ci_low") else None,
        ci_high=message.ci_high if message.HasField("ci_high") else None,
        baseline_state=BaselineState(message.baseline_state),
    )


def lossy_packet(frame: pb.FrameResult) -> bytes:
    """Serialise for the wire, leaving out what the log alone needs until one packet holds it.

    Values that find no place come with a later frame, in turn; headlines always come. The face
    goes last: it alone is drawn on exactly its own frame.
    """
    packet = frame.SerializeToString()
    if len(packet) <= MAX_LOSSY_BYTES:
        return packet
    trimmed = pb.FrameResult()
    trimmed.CopyFrom(frame)
    del trimmed.values[:]
    headlines, others = _in_turn(frame)
    for field in ("", "hands", "pose", "others"):
        if field:
            trimmed.ClearField(field)
        room = MAX_LOSSY_BYTES - trimmed.ByteSize()
        if room >= sum(map(_size, headlines)):
            trimmed.values.extend(_that_fit(headlines + others, room))
            break
    return trimmed.SerializeToString()


def _in_turn(frame: pb.FrameResult) -> tuple[list[pb.Value], list[pb.Value]]:
    """Headlines, and the other values from another place in each packet of a row."""
    headlines = [value for value in frame.values if value.measure in _HEADLINES]
    others = [value for value in frame.values if value.measure not in _HEADLINES]
    first = frame.origin.seq * VALUES_A_TURN % max(len(others), 1)
    return headlines, others[first:] + others[:first]


def _that_fit(values: list[pb.Value], room: int) -> list[pb.Value]:
    fitting = []
    for value in values:
        room -= _size(value)
        if room < 0:
            break
        fitting.append(value)
    return fitting


def _size(value: pb.Value) -> int:
    return value.ByteSize() + 2  # tag and length
