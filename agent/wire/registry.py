"""The registry as a message, with a hash that tells two registries apart."""

from __future__ import annotations

import hashlib
from functools import cache

from agent.measures.evidence import is_checked, kind_is_checked
from agent.measures.labels import Text
from agent.measures.registry import REGISTRY
from agent.observation.face_contours import CONTOURS, LANDMARKS
from agent.wire.french import typeset
from agent.wire.generated import analysis_pb2 as pb


@cache
def encode_registry() -> pb.Registry:
    message = pb.Registry(
        measures=[
            pb.MeasureInfo(
                id=measure.id,
                label=_text(measure.label),
                unit=measure.unit,
                group=measure.group.name.lower(),
                range_low=measure.low,
                range_high=measure.high,
                decimals=measure.decimals,
                display_window_ms=measure.display_window_ms,
                headline=measure.headline,
                needs=_text(measure.needs),
                limits=_text(measure.limits),
                source=measure.source,
                algorithm_version=measure.algorithm_version,
                minimum_hz=measure.minimum_hz,
                checked=is_checked(measure),
            )
            for measure in REGISTRY.measures
        ],
        events=[
            pb.EventInfo(
                id=event.id,
                label=_text(event.label),
                amplitude_unit=event.amplitude_unit,
                amplitude_decimals=event.amplitude_decimals,
                measure_id=event.measure_id,
                lasting=event.lasting,
                checked=kind_is_checked(event),
            )
            for event in REGISTRY.events
        ],
        reasons=[
            pb.ReasonInfo(id=reason.id, label=_text(reason.label)) for reason in REGISTRY.reasons
        ],
        face_layout=_face_layout(),
    )
    message.hash = hashlib.sha256(message.SerializeToString(deterministic=True)).hexdigest()
    return message


def _text(text: Text) -> pb.Text:
    return pb.Text(en=text.en, fr=typeset(text.fr))


def _face_layout() -> pb.FaceLayout:
    layout = pb.FaceLayout(landmarks=LANDMARKS)
    start = 0
    for contour in CONTOURS:
        end = start + len(contour.landmarks)
        layout.contours.add(id=contour.id, points=range(start, end), closed=contour.closed)
        start = end
    return layout
