"""The sample clips against labels made by eye: what agent/measures/evidence.json says is still so.

One event of a kind may come out otherwise, as it does on another family of CPU; of the longest clip
the tests have time for the first minute. `make validation` makes the file again.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import av
import pytest
from labelled_clips import CLIPS, FRANCK, KINDS, LABELS, LabelledClip, agreements, observed

from agent.measures.evidence import evidence
from agent.validation.event_labels import EventLabels
from agent.validation.events import EventAgreement
from agent.validation.labels import read_labels

pytestmark = [pytest.mark.unit, pytest.mark.timeout(600)]  # 190 s of film

TESTED_S = {FRANCK: 60}  # of 200
OTHERWISE = 1  # events of a kind, in all clips
KAPPA_OTHERWISE = 0.1
Counted = Counter[str]  # labelled, measurable, found, missed, false


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, EventAgreement]]:
    """By clip, by kind."""
    folder = tmp_path_factory.mktemp("labelled")
    return {clip.name: agreements(*material_of(clip, folder))[0] for clip in CLIPS}


def material_of(clip: LabelledClip, folder: Path) -> tuple[EventLabels, Any]:
    if clip.name not in TESTED_S:
        return clip.labels(), observed(clip.path)
    seconds = TESTED_S[clip.name]
    labels = first_labels(clip.labels_path, seconds, folder / clip.labels_path.name)
    read = read_labels(labels, clip.labelled_for)
    assert isinstance(read, EventLabels)
    return read, observed(first_seconds(clip.path, seconds, folder / clip.name))


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


def test_every_clip_with_labels_is_in_the_file() -> None:
    named = {clip["name"] for clip in evidence()["material"]["clips"]}
    assert {path.stem for path in LABELS.glob("*.csv")} == named


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_file_says_is_still_so(
    judged: dict[str, dict[str, EventAgreement]], kind: str
) -> None:
    entry = next(entry for entry in evidence()["events"] if entry["kind"] == kind)
    before, now = Counted(), Counted()
    for of in entry["clips"]:
        agreement = judged[of["clip"]][kind]
        now += Counted(
            labelled=agreement.labelled,
            measurable=agreement.measurable,
            found=agreement.correct,
            missed=agreement.missed,
            false=agreement.invented,
        )
        before += counted(of, agreement)
        assert agreement.coverage >= of["coverage"] - KAPPA_OTHERWISE
        if of["kappa"]["value"] is not None:
            assert agreement.kappa.value >= of["kappa"]["value"] - KAPPA_OTHERWISE
    assert now["labelled"] == before["labelled"] > 0
    for name in ("measurable", "found"):
        assert now[name] >= before[name] - OTHERWISE, (name, before, now)
    for name in ("missed", "false"):
        assert now[name] <= before[name] + OTHERWISE, (name, before, now)


def counted(of: dict[str, Any], agreement: EventAgreement) -> Counted:
    """What the file says of the stretch that is tested."""
    if of["clip"] not in TESTED_S:
        return Counted({name: of[name] for name in Counted(of) if isinstance(of[name], int)})
    seconds = TESTED_S[of["clip"]]
    failed = Counted(outcome for outcome, _, offset_s in of["failures"] if offset_s < seconds)
    measurable = agreement.labelled - failed["not measurable"]
    return Counted(
        labelled=agreement.labelled,
        measurable=measurable,
        found=measurable - failed["missed"],
        missed=failed["missed"],
        false=failed["false"],
    )
