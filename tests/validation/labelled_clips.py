"""The clips that people labelled: who is in them, what was looked for, how well it is found."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from agent.measures.registry import REGISTRY
from agent.observation import Observation
from agent.offline.analysed_session import no_progress
from agent.validation.event_labels import EventLabels
from agent.validation.events import EventAgreement, event_agreement, event_mask
from agent.validation.findings import Found, look_at
from agent.validation.labels import read_labels
from agent.validation.material import Material, ObservedMaterial, VideoMaterial
from agent.validation.value_labels import ValueLabels
from agent.validation.values import ValueAgreement, value_agreement
from models.clips import clips_folder

LABELS = Path(__file__).parent / "labels"
KINDS = ("blink", "eye_closure", "look_away", "smile", "mouth_open")
RATES = {"blink_rate": "blink", "look_away_rate": "look_away"}  # of which kind a measure counts
SHARES = {"eyes_closed_time": "eye_closure", "smile_time": "smile"}  # of the time of which kind
TOLERANCE_MS = 300.0


@dataclass(frozen=True, slots=True)
class LabelledClip:
    name: str
    person: str  # who is in it; the same letter is the same person
    labelled_for: tuple[str, ...]
    tuned_on: bool  # looked at while thresholds were set

    @property
    def path(self) -> Path:
        return clips_folder() / self.name

    @property
    def labels_path(self) -> Path:
        return LABELS / f"{self.name}.csv"

    def labels(self) -> EventLabels:
        labels = read_labels(self.labels_path, self.labelled_for)
        assert isinstance(labels, EventLabels)
        return labels


TALKING, FRANCK = "WolfgangLanger_Pexels.mp4", "franck.webm"
CLIPS = (
    LabelledClip(TALKING, "a", KINDS, tuned_on=True),
    LabelledClip("single_face.mp4", "b", KINDS, tuned_on=True),
    LabelledClip("face_noface.mov", "b", KINDS, tuned_on=True),
    LabelledClip("noface_face.mov", "b", KINDS, tuned_on=True),
    LabelledClip("carphone_pristine.mp4", "c", KINDS, tuned_on=True),
    LabelledClip(FRANCK, "d", ("blink", "eye_closure", "smile"), tuned_on=False),
    LabelledClip("cap12_edit.webm", "e", ("blink", "eye_closure", "mouth_open"), tuned_on=False),
    LabelledClip("cap13_edit2.webm", "e", ("blink", "eye_closure", "mouth_open"), tuned_on=False),
)


def observed(path: Path) -> list[Observation]:
    with closing(VideoMaterial(path).parts(no_progress)) as parts:
        _, observations = next(parts)
        return list(observations)


def agreements(
    labels: EventLabels, observations: Sequence[Observation]
) -> tuple[dict[str, EventAgreement], dict[str, ValueAgreement]]:
    """By kind; and by measure that is a share of the time of a labelled kind."""
    material: Material = ObservedMaterial(labels.path.stem, observations)
    frames = material.frames()
    labels.check(frames)
    found = look_at(material, (*labels.measures, *SHARES))
    kinds = {kind.id: event_agreement(kind, labels, found, TOLERANCE_MS) for kind in labels.kinds}
    shares = {
        measure: value_agreement(0, as_shares(labels, kind, measure, found), frames, found)
        for measure, kind in SHARES.items()
        if kind in kinds
    }
    return kinds, shares


def as_shares(labels: EventLabels, kind: str, measure: str, found: Found) -> ValueLabels:
    """What a frame's sample of a share should be: 100 while the event is labelled, else 0."""
    events = [event for event in labels.events if event.kind == kind]
    going_on = event_mask(found.frames, events)
    rows = len(going_on)
    return ValueLabels(
        path=labels.path,
        columns=(REGISTRY.measures[REGISTRY.index_of_measure(measure)],),
        lines=(0,) * rows,
        place="",
        places=np.arange(rows, dtype=np.float64),
        values=np.where(going_on, 100.0, 0.0)[:, None],
    )
