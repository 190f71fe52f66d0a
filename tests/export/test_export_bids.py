"""BIDS datasets: their tables, their growth by visits, and what the official validator says."""

from __future__ import annotations

import csv
import json
import math
import subprocess
from pathlib import Path

import pytest
from kept_sessions import cut_in_last_chunk, keep_live_run
from lively_session import keep_lively
from other_programs import installed
from synthetic import film

from agent.errors import CannotExport, EpedicareError
from agent.export.format import Format
from agent.export.formats import export_session
from agent.export.session import ExportedSession
from agent.record.run import read_runs
from agent.record.session_json import add_to_session_json, read_session_json

pytestmark = pytest.mark.unit

FIRST, SECOND = "1" * 32, "2" * 32
VISIT = "sub-KTRFWJ/ses-2"
STEM = "sub-KTRFWJ_ses-2_task-consultation_"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return keep_lively(tmp_path_factory.mktemp("kept") / FIRST)


@pytest.fixture(scope="module")
def dataset(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dataset")
    export_session(folder, Format.BIDS, out)
    return out


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))


def kept_visit(folder: Path, code: str | None, number: int | None) -> Path:
    keep_live_run(folder, film(1.5))
    assert read_session_json(folder)
    add_to_session_json(folder, {"patient_code": code, "visit_number": number, "age_months": 40})
    return folder


def test_events_have_their_times_and_what_could_not_be_seen_is_told(
    dataset: Path, folder: Path
) -> None:
    session = ExportedSession(read_runs(folder))
    rows = rows_of(dataset / VISIT / "beh" / f"{STEM}events.tsv")
    onsets = [float(row["onset"]) for row in rows]
    assert onsets == sorted(onsets)
    for kind in ("blink", "look_away", "face_lost"):
        told = [(row["onset"], row["duration"]) for row in rows if row["trial_type"] == kind]
        assert told == [
            (f"{e.onset_ms / 1000:.3f}", f"{(e.offset_ms - e.onset_ms) / 1000:.3f}")
            for e in session.events
            if e.kind.id == kind
        ]
    unmeasured = [row for row in rows if row["trial_type"] == "not_measurable"]
    assert len(unmeasured) == len(session.unmeasured) > 0
    ((gap),) = [row for row in rows if row["trial_type"] == "not_recorded"]
    assert gap["reasons"] == "agent_restarted"


def test_windows_keep_coverage_and_reasons(dataset: Path, folder: Path) -> None:
    rows = rows_of(dataset / VISIT / "beh" / f"{STEM}acq-windows_beh.tsv")
    wanted = list(ExportedSession(read_runs(folder)).windows())
    assert len(rows) == len(wanted)
    for told, row in zip(rows, wanted, strict=True):
        assert told["measure"] == row["measure"]
        assert told["algorithm_version"] == str(row["algorithm_version"])
        assert told["reasons"] == (row["reasons"] or "n/a")
        if row["value"] is None:
            assert told["value"] == "n/a"
        else:
            assert math.isclose(float(told["value"]), row["value"], rel_tol=1e-8)


def test_motion_has_each_frame_and_as_many_columns_as_channels(dataset: Path, folder: Path) -> None:
    stem = f"{STEM}tracksys-camera_"
    channels = rows_of(dataset / VISIT / "motion" / f"{stem}channels.tsv")
    lines = (dataset / VISIT / "motion" / f"{stem}motion.tsv").read_text().splitlines()
    frames = list(ExportedSession(read_runs(folder)).frames())
    assert len(lines) == len(frames)
    assert {line.count("\t") for line in lines} == {len(channels) - 1}
    yaw = [channel["name"] for channel in channels].index("head_yaw")
    assert (channels[yaw]["type"], channels[yaw]["units"]) == ("ORNT", "deg")
    for line, frame in zip(lines, frames, strict=True):
        cells = line.split("\t")
        assert cells[0] == f"{frame['session_ms'] / 1000:.3f}"
        told = None if cells[yaw] == "n/a" else float(cells[yaw])
        assert told == pytest.approx(frame["head_yaw"])


def test_a_dataset_grows_by_visits_and_keeps_what_it_has(folder: Path, tmp_path: Path) -> None:
    dataset = tmp_path / "dataset"
    export_session(folder, Format.BIDS, dataset)
    before = {p: p.read_bytes() for p in (dataset / VISIT).rglob("*") if p.is_file()}
    export_session(kept_visit(tmp_path / SECOND, "KTR-FWJ", 3), Format.BIDS, dataset)
    export_session(kept_visit(tmp_path / ("3" * 32), None, None), Format.BIDS, dataset)
    assert {path: path.read_bytes() for path in before} == before
    assert rows_of(dataset / "participants.tsv") == [
        {"participant_id": "sub-KTRFWJ", "patient_code": "KTR-FWJ"},
        {"participant_id": f"sub-{'3' * 32}", "patient_code": "n/a"},
    ]
    visits = rows_of(dataset / "sub-KTRFWJ" / "sub-KTRFWJ_sessions.tsv")
    assert [visit["session_id"] for visit in visits] == ["ses-2", "ses-3"]
    assert [visit["age_months"] for visit in visits] == ["31", "40"]
    with pytest.raises(CannotExport, match="ses-2 is there already"):
        export_session(folder, Format.BIDS, dataset)


def test_two_patients_are_not_taken_for_one(tmp_path: Path) -> None:
    export_session(kept_visit(tmp_path / FIRST, "AB-C", 1), Format.BIDS, tmp_path / "dataset")
    with pytest.raises(CannotExport, match="has another patient as sub-ABC"):
        export_session(kept_visit(tmp_path / SECOND, "A-BC", 2), Format.BIDS, tmp_path / "dataset")
    assert not list((tmp_path / "dataset").rglob("*ses-2*"))


def test_a_folder_of_something_else_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(CannotExport, match="is no BIDS dataset of e-PediCare"):
        export_session(folder, Format.BIDS, tmp_path)
    (tmp_path / "dataset_description.json").write_text('{"GeneratedBy": [{"Name": "fMRIPrep"}]}')
    with pytest.raises(CannotExport, match="is no BIDS dataset of e-PediCare"):
        export_session(folder, Format.BIDS, tmp_path)
    assert len(list(tmp_path.iterdir())) == 2


def test_an_export_that_fails_leaves_nothing_and_can_be_made_again(
    folder: Path, tmp_path: Path
) -> None:
    dataset = tmp_path / "dataset"
    dataset.mkdir(0o700)
    dataset.chmod(0o700)
    (dataset / "dataset_description.json").write_text('{"GeneratedBy": [{"Name": "e-PediCare"}]}')
    (dataset / "participants.tsv.part").symlink_to("/dev/full")
    with pytest.raises(EpedicareError, match="No space left"):
        export_session(folder, Format.BIDS, dataset)
    assert [path.name for path in dataset.iterdir()] == ["dataset_description.json"]
    export_session(folder, Format.BIDS, dataset)


def validated(dataset: Path) -> tuple[int, dict[str, object]]:
    program = installed("bids/bin/bids-validator-deno")
    ran = subprocess.run([program, dataset, "--json"], capture_output=True, text=True, timeout=120)
    return ran.returncode, json.loads(ran.stdout)


def test_the_official_validator_finds_no_error(folder: Path, tmp_path: Path) -> None:
    dataset = tmp_path / "dataset"
    export_session(folder, Format.BIDS, dataset)
    run = kept_visit(tmp_path / SECOND, None, None) / "run-000.mcap"
    run.write_bytes(cut_in_last_chunk(run.read_bytes()))
    export_session(tmp_path / SECOND, Format.BIDS, dataset)
    assert not list(dataset.rglob(f"sub-{SECOND}/*/motion"))  # no frame is left, nor an empty file
    code, said = validated(dataset)
    assert code == 0, said
    next(dataset.rglob("*_channels.tsv")).write_text("name\ttype\nlatency\tclock\n")
    assert validated(dataset)[0] != 0
