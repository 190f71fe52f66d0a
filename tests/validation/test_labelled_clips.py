"""The sample clips against labels made by eye: what is found, what is invented, what is withheld.

The bounds are what an honest reader of docs/validation.md would expect to hold. The clips are short
(32 s in all) and partly seconds long, so much of them is learning time: coverage is low by design.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.validation.events import EventAgreement
from agent.validation.found import look_at
from agent.validation.frames import Float64
from agent.validation.judge import judge
from agent.validation.labels import read_labels
from agent.validation.material import VideoMaterial
from models.clips import TALKING_FACE, clips_folder

pytestmark = pytest.mark.unit

LABELS = Path(__file__).parent / "labels"
LOOKED_FOR = ("blink", "eye_closure", "look_away", "smile", "mouth_open")
TALKING = TALKING_FACE.name
CARPHONE = "carphone_pristine.mp4"
PEOPLE_MS = 19_686 + 2400 + 2400 + 2400 + 4003  # that a person is seen
HEADINGS = (
    "label",
    "labelled",
    "measurable",
    "found",
    "missed",
    "false",
    "precision",
    "recall",
    "F1",
    "κ, talking clip",
)
Agreements = dict[str, dict[str, EventAgreement]]  # by clip, by label


@pytest.fixture(scope="module")
def agreements() -> Agreements:
    """`pytest -s` prints the table of docs/validation.md."""
    by_clip = {path.stem: dict(agreements_on(path)) for path in sorted(LABELS.glob("*.csv"))}
    print("", *table(by_clip), sep="\n")
    return by_clip


def agreements_on(path: Path) -> Iterator[tuple[str, EventAgreement]]:
    labels = read_labels(path, LOOKED_FOR)
    material = VideoMaterial(clips_folder() / path.stem)
    frames = material.frames()
    labels.check(frames)
    for agreement in judge(labels, frames, look_at(material, labels.measures)):
        assert isinstance(agreement, EventAgreement)
        yield agreement.kind.id, agreement


def counts(agreements: Agreements, label: str) -> tuple[int, int, int, int, int]:
    """Labelled, measurable, found, missed, false: of all clips."""
    of_label = [clip[label] for clip in agreements.values()]
    return (
        sum(a.labelled for a in of_label),
        sum(a.measurable for a in of_label),
        sum(a.correct for a in of_label),
        sum(a.missed for a in of_label),
        sum(a.invented for a in of_label),
    )


def table(agreements: Agreements) -> Iterator[str]:
    yield f"| {' | '.join(HEADINGS)} |"
    yield f"|{'---|' * len(HEADINGS)}"
    for label in LOOKED_FOR:
        labelled, measurable, found, missed, false = counts(agreements, label)
        shares = (
            (found, found + false),
            (found, found + missed),
            (2 * found, 2 * found + missed + false),
        )
        talking = agreements[TALKING][label]
        cells = (
            f"`{label}`",
            str(labelled),
            f"{measurable}, {measurable_time(agreements, label):.0%} of time",
            *map(str, (found, missed, false)),
            *(f"{part / whole:.2f}" if whole else "–" for part, whole in shares),
            f"{talking.kappa.value:.2f}",
        )
        yield f"| {' | '.join(cells)} |"


def measurable_time(agreements: Agreements, label: str) -> float:
    """Of the time in which there is a person, in all clips."""
    measured_ms = sum(spans_ms(clip[label].measurable_ms) for clip in agreements.values())
    return measured_ms / PEOPLE_MS


def spans_ms(spans: Float64) -> float:
    return float((spans[:, 1] - spans[:, 0]).sum())


def test_every_clip_with_a_person_is_labelled(agreements: Agreements) -> None:
    people = {TALKING, CARPHONE, "single_face.mp4", "face_noface.mov", "noface_face.mov"}
    assert set(agreements) == people


def test_blinks(agreements: Agreements) -> None:
    labelled, measurable, found, missed, false = counts(agreements, "blink")
    assert labelled == 12
    assert measurable >= 7
    assert false == 0
    assert missed <= 1
    assert found / (found + missed) >= 0.85
    assert agreements[TALKING]["blink"].coverage >= 0.6
    assert agreements[TALKING]["blink"].kappa.value >= 0.65


def test_smiles(agreements: Agreements) -> None:
    labelled, measurable, found, _, false = counts(agreements, "smile")
    assert labelled == 5
    assert measurable >= 1
    assert found >= 1
    assert false == 0
    assert agreements[TALKING]["smile"].coverage >= 0.6
    assert agreements[TALKING]["smile"].kappa.value >= 0.7


def test_mouth_openings(agreements: Agreements) -> None:
    labelled, measurable, found, _, false = counts(agreements, "mouth_open")
    assert labelled == 8
    assert measurable >= 3
    assert found >= 2
    assert false <= 1  # a piece of a longer one
    assert agreements[TALKING]["mouth_open"].coverage >= 0.75
    assert agreements[TALKING]["mouth_open"].kappa.value >= 0.5
    assert agreements[CARPHONE]["mouth_open"].kappa.value >= 0.65


def test_look_aways(agreements: Agreements) -> None:
    """Both that are labelled are at the edge of the criterion; none may be found elsewhere."""
    labelled, measurable, _, _, false = counts(agreements, "look_away")
    assert (labelled, measurable) == (2, 2)
    assert false == 0
    assert agreements[TALKING]["look_away"].coverage >= 0.9


def test_closures(agreements: Agreements) -> None:
    labelled, _, found, _, false = counts(agreements, "eye_closure")
    assert labelled == 2
    assert found >= 1
    assert false == 0
