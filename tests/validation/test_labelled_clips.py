"""The sample clips against labels made by eye: what is found, what is invented, what is withheld.

The bounds are what an honest reader of docs/validation.md would expect to hold. Five clips are
short (32 s in all), so much of them is learning time: coverage is low by design. Three others were
labelled after the thresholds had been set, for fewer kinds.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import pytest

from agent.validation.agreement import judge
from agent.validation.events import EventAgreement
from agent.validation.findings import look_at
from agent.validation.frames import Float64
from agent.validation.labels import read_labels
from agent.validation.material import VideoMaterial
from models.clips import TALKING_FACE, clips_folder

pytestmark = [pytest.mark.unit, pytest.mark.timeout(600)]  # 230 s of film for one table

LABELS = Path(__file__).parent / "labels"
LOOKED_FOR = ("blink", "eye_closure", "look_away", "smile", "mouth_open")
TALKING = TALKING_FACE.name
CARPHONE = "carphone_pristine.mp4"
FRANCK = "franck.webm"
TESTED_S = {FRANCK: 60}  # of 200: what the tests have time for
OTHERWISE_LABELLED = {
    FRANCK: ("blink", "eye_closure"),
    "cap12_edit.webm": ("blink", "eye_closure", "mouth_open"),
    "cap13_edit2.webm": ("blink", "eye_closure", "mouth_open"),
}
PEOPLE_MS = {  # that a person is seen
    TALKING: 19_686,
    "single_face.mp4": 2400,
    "face_noface.mov": 2400,
    "noface_face.mov": 2400,
    CARPHONE: 4003,
    FRANCK: 60_000,
    "cap12_edit.webm": 53_440,
    "cap13_edit2.webm": 30_560,
}
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
def agreements(tmp_path_factory: pytest.TempPathFactory) -> Agreements:
    """`pytest -s` prints the table of docs/validation.md."""
    folder = tmp_path_factory.mktemp("labelled")
    by_clip = {
        path.stem: dict(agreements_on(path, folder)) for path in sorted(LABELS.glob("*.csv"))
    }
    print("", *table(by_clip), sep="\n")
    return by_clip


def agreements_on(labels_path: Path, folder: Path) -> Iterator[tuple[str, EventAgreement]]:
    name = labels_path.stem
    clip = clips_folder() / name
    if name in TESTED_S:
        clip = first_seconds(clip, TESTED_S[name], folder / name)
        labels_path = first_labels(labels_path, TESTED_S[name], folder / labels_path.name)
    labels = read_labels(labels_path, OTHERWISE_LABELLED.get(name, LOOKED_FOR))
    material = VideoMaterial(clip)
    frames = material.frames()
    labels.check(frames)
    for agreement in judge(labels, frames, look_at(material, labels.measures)):
        assert isinstance(agreement, EventAgreement)
        yield agreement.kind.id, agreement


def first_seconds(clip: Path, seconds: int, target: Path) -> Path:
    """The same packets, not encoded again."""
    with av.open(str(clip)) as source, av.open(str(target), "w") as copy:
        video = source.streams.video[0]
        stream = copy.add_stream_from_template(video)
        for packet in source.demux(video):
            if packet.pts is not None and packet.pts * packet.time_base < seconds:
                packet.stream = stream
                copy.mux(packet)
    return target


def first_labels(path: Path, seconds: int, target: Path) -> Path:
    heading, *rows = path.read_text().splitlines()
    first = [row for row in rows if float(row.split(",")[1]) < seconds]
    target.write_text("\n".join((heading, *first, "")))
    return target


def counts(agreements: Agreements, label: str) -> tuple[int, int, int, int, int]:
    """Labelled, measurable, found, missed, false: of all clips."""
    of_label = [clip[label] for clip in agreements.values() if label in clip]
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
    """Of the time in which there is a person, in the clips labelled for it."""
    labelled = {name: clip[label] for name, clip in agreements.items() if label in clip}
    measured_ms = sum(spans_ms(agreement.measurable_ms) for agreement in labelled.values())
    return measured_ms / sum(PEOPLE_MS[name] for name in labelled)


def spans_ms(spans: Float64) -> float:
    return float((spans[:, 1] - spans[:, 0]).sum())


def test_every_clip_with_a_person_is_labelled(agreements: Agreements) -> None:
    assert set(agreements) == set(PEOPLE_MS)


def test_blinks(agreements: Agreements) -> None:
    labelled, measurable, found, missed, false = counts(agreements, "blink")
    assert labelled == 29
    assert measurable == 29
    assert false == 0
    assert missed <= 1
    assert 2 * found / (2 * found + missed + false) >= 0.97
    assert agreements[TALKING]["blink"].coverage >= 0.6
    assert agreements[TALKING]["blink"].kappa.value >= 0.65
    assert agreements[FRANCK]["blink"].kappa.value >= 0.75


def test_smiles(agreements: Agreements) -> None:
    labelled, measurable, found, _, false = counts(agreements, "smile")
    assert labelled == 9
    assert measurable >= 4
    assert found >= 3
    assert false <= 1  # at the edge of the criterion
    assert agreements[FRANCK]["smile"].coverage >= 0.9
    assert agreements[FRANCK]["smile"].kappa.value >= 0.8


def test_mouth_openings(agreements: Agreements) -> None:
    labelled, measurable, found, _, false = counts(agreements, "mouth_open")
    assert labelled == 25
    assert measurable >= 19
    assert found >= 18
    assert false == 0
    assert agreements[TALKING]["mouth_open"].coverage >= 0.45  # a hand is before it for 8 s of 19
    assert agreements[TALKING]["mouth_open"].kappa.value >= 0.9
    assert agreements[CARPHONE]["mouth_open"].kappa.value >= 0.65
    assert agreements["cap12_edit.webm"]["mouth_open"].kappa.value >= 0.9


def test_look_aways(agreements: Agreements) -> None:
    """Both that are labelled are at the edge of the criterion; none may be found elsewhere."""
    labelled, measurable, _, _, false = counts(agreements, "look_away")
    assert (labelled, measurable) == (2, 2)
    assert false == 0
    assert agreements[TALKING]["look_away"].coverage >= 0.9


def test_closures(agreements: Agreements) -> None:
    labelled, _, found, _, false = counts(agreements, "eye_closure")
    assert labelled == 3
    assert found == 3
    assert false <= 1  # lids lowered over half of the iris
