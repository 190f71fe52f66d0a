"""ELAN documents, read back by pympi, which those who script ELAN use."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from kept_sessions import cut_in_last_chunk, keep_live_run
from lively_session import ODD_MARKS, SECOND_RUN_STARTS_MS, keep_lively, keep_of_video
from pympi.Elan import Eaf
from synthetic import film

from agent.errors import CannotExport, OtherVideo
from agent.export.format import Format
from agent.export.formats import export_session
from agent.export.session import ExportedSession
from agent.record.run import read_runs
from agent.record.timeline import Gap

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return keep_lively(tmp_path_factory.mktemp("session"))


@pytest.fixture(scope="module")
def written(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    (exported,) = export_session(folder, Format.ELAN, tmp_path_factory.mktemp("elan"))
    return exported.path


@pytest.fixture(scope="module")
def session(folder: Path) -> ExportedSession:
    return ExportedSession(read_runs(folder))


@pytest.fixture(scope="module")
def eaf(written: Path) -> Eaf:
    return Eaf(str(written))


def spans(eaf: Eaf, tier: str) -> list[tuple[int, int]]:
    return [(begin, end) for begin, end, *_ in eaf.get_annotation_data_for_tier(tier)]


def test_events_come_back_with_equal_times(eaf: Eaf, session: ExportedSession) -> None:
    kinds = {event.kind.id for event in session.events} - {"mark"}
    assert {"blink", "look_away", "face_lost"} <= kinds
    for kind in kinds:
        wanted = [(e.onset_ms, e.offset_ms) for e in session.events if e.kind.id == kind]
        assert spans(eaf, kind) == wanted
    assert max(end for _, end in spans(eaf, "blink")) > SECOND_RUN_STARTS_MS


def test_what_was_looked_for_and_never_happened_has_its_tier(
    eaf: Eaf, session: ExportedSession
) -> None:
    assert {kind.id for kind in session.kinds} <= set(eaf.get_tier_names())
    assert spans(eaf, "pointing") == []


def test_amplitudes_have_their_unit_and_what_was_cut_says_why(eaf: Eaf) -> None:
    (look_away, *_) = eaf.get_annotation_data_for_tier("look_away")
    assert look_away[2] == "40 deg; good"
    lost = eaf.get_annotation_data_for_tier("face_lost")
    assert lost[0][2].endswith("session ended") or "session_ended" in lost[0][2]


def test_marks_keep_their_words_and_none_lies_on_another(eaf: Eaf) -> None:
    tiers = [name for name in eaf.get_tier_names() if name.split(" (")[0] == "mark"]
    assert len(tiers) == len(ODD_MARKS)  # one moment
    texts = {text for name in tiers for _, _, text, *_ in eaf.get_annotation_data_for_tier(name)}
    odd = {mark.replace("\x07", "\ufffd").replace("\ufffe", "\ufffd") for mark in ODD_MARKS}
    assert texts == {*odd, "later"}


def test_no_two_annotations_of_a_tier_overlap(eaf: Eaf) -> None:
    for name in eaf.get_tier_names():
        ordered = sorted(spans(eaf, name))
        assert all(begin < end for begin, end in ordered)
        assert all(a[1] <= b[0] for a, b in itertools.pairwise(ordered))


def test_what_could_not_be_measured_and_what_is_unknown_are_told_apart(
    eaf: Eaf, session: ExportedSession
) -> None:
    (face_lost,) = eaf.get_annotation_data_for_tier("facing_screen: not measurable")[-1:]
    assert face_lost[0] <= 11_000 and face_lost[1] == 14_000 - 1_000
    assert "measurable 0 %" in face_lost[2] and "no_face" in face_lost[2]
    assert session.gaps == [Gap(13_967, SECOND_RUN_STARTS_MS, "agent_restarted")]
    ((begin, end, reason),) = eaf.get_annotation_data_for_tier("not recorded")
    assert (begin, end, reason) == (13_967, SECOND_RUN_STARTS_MS, "agent_restarted")


def test_versions_clock_and_visit_stand_in_its_properties(
    eaf: Eaf, session: ExportedSession
) -> None:
    told = dict(eaf.properties)
    assert told["session_id"] == session.id
    assert told["code_version"] and told["clock"].startswith("ms of the session's own line")
    assert (told["patient_code"], told["visit_number"], told["age_months"]) == (
        "KTR-FWJ",
        "2",
        "31",
    )
    for measure in session.measures:
        assert told[f"algorithm_version of {measure.id}"] == str(measure.algorithm_version)


def test_time_slots_are_in_order_and_of_one_annotation_each(written: Path) -> None:
    root = ElementTree.parse(written).getroot()
    times = [int(slot.attrib["TIME_VALUE"]) for slot in root.iter("TIME_SLOT")]
    assert times == sorted(times)
    used = [
        annotation.attrib[end]
        for annotation in root.iter("ALIGNABLE_ANNOTATION")
        for end in ("TIME_SLOT_REF1", "TIME_SLOT_REF2")
    ]
    assert len(used) == len(set(used)) == len(times)


def test_a_document_that_may_have_been_worked_on_is_not_overwritten(
    folder: Path, written: Path
) -> None:
    written.write_text("a coder's work")
    with pytest.raises(CannotExport, match="is there already and may have been worked on"):
        export_session(folder, Format.ELAN, written.parent)
    assert written.read_text() == "a coder's work"
    assert list(written.parent.iterdir()) == [written]


def test_another_video_is_refused(folder: Path, tmp_path: Path) -> None:
    video = tmp_path / "other.mp4"
    video.write_bytes(b"no video")
    with pytest.raises(OtherVideo, match="is not the video that this session was made from"):
        export_session(folder, Format.ELAN, tmp_path / "out", video=video)
    assert not (tmp_path / "out").exists()


def test_the_video_is_linked_where_its_picture_begins(tmp_path: Path) -> None:
    video = tmp_path / "the visit, n° 2.mp4"
    video.write_bytes(b"its content tells which one it is")
    keep_of_video(tmp_path / "session", video, starts_ms=520)
    (exported,) = export_session(
        tmp_path / "session", Format.ELAN, tmp_path / "out" / "deep", video=video
    )
    (media,) = Eaf(str(exported.path)).media_descriptors
    assert media["TIME_ORIGIN"] == "520"
    assert media["MIME_TYPE"] == "video/mp4"
    assert Path(unquote(media["MEDIA_URL"].removeprefix("file://"))) == video
    relative = unquote(media["RELATIVE_MEDIA_URL"])
    assert (exported.path.parent / relative).samefile(video)


def test_a_session_without_events_is_a_document_with_empty_tiers(tmp_path: Path) -> None:
    keep_live_run(tmp_path / "quiet", film(2))
    (exported,) = export_session(tmp_path / "quiet", Format.ELAN, tmp_path)
    eaf = Eaf(str(exported.path))
    assert spans(eaf, "blink") == spans(eaf, "mark") == []


def test_a_log_that_was_cut_off_is_written_as_far_as_it_goes(tmp_path: Path, folder: Path) -> None:
    shutil.copytree(folder, tmp_path / "cut")
    run = tmp_path / "cut" / "run-001.mcap"
    run.write_bytes(cut_in_last_chunk(run.read_bytes()))
    (exported,) = export_session(tmp_path / "cut", Format.ELAN, tmp_path)
    assert spans(Eaf(str(exported.path)), "blink")
