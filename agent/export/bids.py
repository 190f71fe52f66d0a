"""A dataset of the Brain Imaging Data Structure (BIDS), or one visit more in one that we made.

`beh` holds events and the windows' values, `motion` what is measured on each frame. Times are
seconds of the session's own line.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any, TextIO

from agent.errors import CannotExport
from agent.export.columns import EVIDENCE, WINDOW
from agent.export.files import Exported, NewFiles, new_files
from agent.export.rows import Row
from agent.export.session import ExportedSession, Progress, counted
from agent.record.session_json import AGE_MONTHS, PATIENT_CODE, VISIT_NUMBER
from agent.record.words import evidence
from agent.wire.generated import analysis_pb2 as pb

BIDS_VERSION = "1.10.0"
US = "e-PediCare"
TASK = "consultation"
TRACKER = "camera"
MISSING = "n/a"
DESCRIPTION, PARTICIPANTS = "dataset_description.json", "participants.tsv"
PARTICIPANT_COLUMNS = ("participant_id", PATIENT_CODE)
SESSION_COLUMNS = ("session_id", "epedicare_session", VISIT_NUMBER, AGE_MONTHS)
NOT_IN_NAMES = re.compile("[^0-9A-Za-z]")
BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
AXES = {"head_pitch": "x", "head_yaw": "y", "head_roll": "z"}
NOT_TOLD_AGAIN = {"session_id", PATIENT_CODE, VISIT_NUMBER, AGE_MONTHS, "file_ms"}
WINDOW_COLUMNS = [column for column in WINDOW if column.name not in NOT_TOLD_AGAIN]
EVENT_COLUMNS = {
    "onset": ("s", "on the session's own line of time; 0 is its first picture"),
    "duration": ("s", "0 for a mark; n/a: the end was never seen"),
    "trial_type": (
        "",
        "the kind of event; mark; not_measurable: less than half of each second was measurable, so "
        "that no event there does not mean that none happened; not_recorded: nothing is known",
    ),
    "measure": ("", "that the kind belongs to, or that was not measurable"),
    "evidence": ("", EVIDENCE.meaning),
    "peak": ("s", "as onset"),
    "amplitude": ("see amplitude_unit", "at the peak"),
    "amplitude_unit": ("", "of amplitude; 1: none"),
    "side": ("", "the subject's: left, right or both"),
    "quality": ("", "good, usable or not_measurable"),
    "reasons": ("", "why it was cut short or not measurable; codes, separated by ;"),
    "valid_fraction": ("1", "of a stretch that was not measurable: share that was"),
    "label": ("", "the practitioner's own word, for marks"),
}


@dataclass(frozen=True, slots=True)
class Visit:
    """Where a session stands in the dataset."""

    participant: str
    session: str

    def path(self, folder: str, rest: str) -> str:
        stem = f"{self.participant}_{self.session}_task-{TASK}"
        return f"{self.participant}/{self.session}/{folder}/{stem}_{rest}"


def write_bids(session: ExportedSession, out_dir: Path, progress: Progress) -> list[Exported]:
    visit = _visit(session)
    _refuse_other_folder(out_dir)
    if (out_dir / visit.participant / visit.session).exists():
        raise CannotExport(
            f"{out_dir / visit.participant / visit.session} is there already: "
            "move it away, or name another folder with --output"
        )
    with new_files(out_dir) as files:
        _write_description(files, session)
        _write_participant(files, session, visit)
        return [
            _write_events(files, session, visit),
            _write_windows(files, session, visit, progress),
            *_write_motion(files, session, visit, progress),
        ]


def _visit(session: ExportedSession) -> Visit:
    code, number = session.visit[PATIENT_CODE], session.visit[VISIT_NUMBER]
    participant = session.id if code is None else NOT_IN_NAMES.sub("", str(code))
    return Visit(f"sub-{participant}", f"ses-{session.id[:12] if number is None else number}")


def _refuse_other_folder(folder: Path) -> None:
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    try:
        made_by = json.loads((folder / DESCRIPTION).read_text("utf-8"))["GeneratedBy"][0]["Name"]
    except (OSError, ValueError, KeyError, IndexError, TypeError):
        made_by = None
    if made_by != US:
        raise CannotExport(
            f"{folder} holds something that is no BIDS dataset of {US}; "
            "name a new folder, or such a dataset, with --output"
        )


def _write_description(files: NewFiles, session: ExportedSession) -> None:
    """Of the version that began the dataset; each visit's own is in its sidecars."""
    if (files.folder / DESCRIPTION).exists():
        return
    files.json(
        DESCRIPTION,
        {
            "Name": "Movement-level measures of tele-consultations",
            "BIDSVersion": BIDS_VERSION,
            "DatasetType": "derivative",
            "GeneratedBy": [
                {
                    "Name": US,
                    "Version": session.facts["code_version"],
                    "Description": "MediaPipe landmarks of a camera's pictures, and what they tell",
                }
            ],
        },
    )
    with files.text("README.md") as readme:
        readme.write(
            f"Written by {US} from the logs of tele-consultations: movements that a camera sees, "
            "no emotions, no diagnoses, no pictures. n/a: withheld or unknown; in "
            "`*_acq-windows_beh.tsv` the reason stands beside it. No event is not zero events: "
            "look for `not_measurable` in `*_events.tsv`.\n"
        )
    code = {"Description": "the patient's pseudonym, as the clinic writes it"}
    files.json("participants.json", {"Description": "the patients", PATIENT_CODE: code})


def _write_participant(files: NewFiles, session: ExportedSession, visit: Visit) -> None:
    code = _cell(session.visit[PATIENT_CODE])
    known = _rows_of(files.folder / PARTICIPANTS)
    same = [row for row in known if row.get("participant_id") == visit.participant]
    if any(row.get(PATIENT_CODE) != code for row in same):
        raise CannotExport(
            f"{files.folder / PARTICIPANTS} has another patient as {visit.participant}; "
            "name another folder with --output"
        )
    if not same:
        added = [*known, {"participant_id": visit.participant, PATIENT_CODE: code}]
        _write_table(files, PARTICIPANTS, PARTICIPANT_COLUMNS, added, replace=True)
    sessions = f"{visit.participant}/{visit.participant}_sessions"
    if not (files.folder / f"{sessions}.json").exists():
        files.json(
            f"{sessions}.json",
            {
                "Description": "the patient's visits",
                "epedicare_session": {"Description": "the session's id"},
                VISIT_NUMBER: {"Description": "which of the patient's visits, as was counted"},
                AGE_MONTHS: {"Description": "age at this visit", "Units": "months"},
            },
        )
    facts = {"session_id": visit.session, "epedicare_session": session.id} | {
        name: session.visit[name] for name in (VISIT_NUMBER, AGE_MONTHS)
    }
    before = _rows_of(files.folder / f"{sessions}.tsv")
    _write_table(files, f"{sessions}.tsv", SESSION_COLUMNS, [*before, facts], replace=True)


def _write_events(files: NewFiles, session: ExportedSession, visit: Visit) -> Exported:
    rows = sorted(_events(session), key=lambda row: float(row["onset"]))
    name = visit.path("beh", "events.tsv")
    count = _write_table(files, name, EVENT_COLUMNS, rows)
    sidecar = {c: _described(unit, meaning) for c, (unit, meaning) in EVENT_COLUMNS.items()}
    files.json(visit.path("beh", "events.json"), _about(session) | sidecar)
    return Exported(files.folder / name, count)


def _events(session: ExportedSession) -> Iterator[Row]:
    for event in session.events:
        yield {
            "onset": _seconds(event.onset_ms),
            "duration": _seconds(event.offset_ms - event.onset_ms) if event.end_seen else None,
            "trial_type": event.kind.id,
            "measure": event.kind.measure_id,
            "evidence": evidence(event.kind),
            "peak": None if event.peak_ms is None else _seconds(event.peak_ms),
            "amplitude": event.amplitude,
            "amplitude_unit": event.kind.amplitude_unit,
            "side": event.side,
            "quality": event.quality,
            "reasons": event.reasons,
            "label": event.label,
        }
    for stretch in session.unmeasured:
        yield {
            "onset": _seconds(stretch.from_ms),
            "duration": _seconds(stretch.to_ms - stretch.from_ms),
            "trial_type": "not_measurable",
            "measure": stretch.measure,
            "reasons": stretch.reasons,
            "valid_fraction": stretch.valid_fraction,
        }
    for gap in session.gaps:
        yield {
            "onset": _seconds(gap.from_ms),
            "duration": _seconds(gap.to_ms - gap.from_ms),
            "trial_type": "not_recorded",
            "reasons": gap.reason,
        }


def _write_windows(
    files: NewFiles, session: ExportedSession, visit: Visit, progress: Progress
) -> Exported:
    name = visit.path("beh", "acq-windows_beh.tsv")
    columns = [column.name for column in WINDOW_COLUMNS]
    count = _write_table(files, name, columns, counted(session.windows(), progress))
    sidecar = {c.name: _described(c.unit, c.meaning) for c in WINDOW_COLUMNS}
    files.json(name.replace(".tsv", ".json"), _about(session) | sidecar)
    return Exported(files.folder / name, count)


def _write_motion(
    files: NewFiles, session: ExportedSession, visit: Visit, progress: Progress
) -> list[Exported]:
    """A channel for each measure that a single frame has; no heading, as BIDS wants it.

    BIDS knows no empty file: of a log that holds no frame there is none.
    """
    measured: dict[str, None] = {}
    times_ms: list[int] = []
    for row in session.frames():
        times_ms.append(row["session_ms"])
        measured.update(dict.fromkeys(row))
    if not times_ms:
        return []
    measures = [measure for measure in session.measures if measure.id in measured]
    stem = f"tracksys-{TRACKER}_"
    name = visit.path("motion", f"{stem}motion.tsv")
    with files.text(name) as stream:
        writer = _writer(stream)
        for row in counted(session.frames(), progress):
            values = (_cell(row.get(measure.id)) for measure in measures)
            writer.writerow((_seconds(row["session_ms"]), *values))
    span_s = (times_ms[-1] - times_ms[0]) / 1000
    between_ms = median(b - a for a, b in pairwise(times_ms)) if span_s else 0.0
    channels = list(_channels(measures))
    _write_table(files, visit.path("motion", f"{stem}channels.tsv"), channels[0].keys(), channels)
    files.json(visit.path("motion", f"{stem}channels.json"), _channels_sidecar())
    files.json(
        visit.path("motion", f"{stem}motion.json"),
        _about(session)
        | {
            "SamplingFrequency": round(1000 / between_ms, 3) if between_ms else 0.0,
            "SamplingFrequencyEffective": round(len(times_ms) / span_s, 3) if span_s else 0.0,
            "TrackingSystemName": TRACKER,
            "MotionChannelCount": len(channels),
            "ORNTChannelCount": sum(channel["type"] == "ORNT" for channel in channels),
            "LATENCYChannelCount": 1,
            "MISCChannelCount": sum(channel["type"] == "MISC" for channel in channels),
            "MissingValues": MISSING,
            "RecordingDuration": span_s,
        },
    )
    return [Exported(files.folder / name, len(times_ms))]


def _channels(measures: Iterable[pb.MeasureInfo]) -> Iterator[dict[str, str]]:
    yield {
        "name": "latency",
        "component": MISSING,
        "type": "LATENCY",
        "tracked_point": MISSING,
        "units": "s",
        "reference_frame": MISSING,
        "description": "the frame's moment; frames do not come at an even rate",
        "algorithm_version": MISSING,
        "evidence": MISSING,
    }
    for measure in measures:
        axis = AXES.get(measure.id)
        yield {
            "name": measure.id,
            "component": axis or MISSING,
            "type": "ORNT" if axis else "MISC",
            "tracked_point": "head" if axis else MISSING,
            "units": measure.unit,
            "reference_frame": "sight" if axis else MISSING,
            "description": measure.label.en,
            "algorithm_version": str(measure.algorithm_version),
            "evidence": evidence(measure),
        }


def _channels_sidecar() -> dict[str, Any]:
    sight = {
        "SpatialAxes": "LUF",
        "RotationRule": MISSING,
        "RotationOrder": "YXZ",
        "Description": "0 is a face straight at the camera; pitch (x) is positive up, yaw (y) to "
        "the child's left, roll (z) toward the child's left shoulder, in degrees",
    }
    return {
        "Description": "one channel for each measure that a single frame has",
        "reference_frame": {
            "Description": "what an orientation is relative to",
            "Levels": {"sight": sight},
        },
        "algorithm_version": {"Description": "values of two versions do not compare"},
        "evidence": {"Description": EVIDENCE.meaning},
    }


def _about(session: ExportedSession) -> dict[str, Any]:
    return {
        "Description": "movements that a camera sees, by MediaPipe's landmarks",
        "TaskName": TASK,
        "TaskDescription": "a tele-consultation on video with a practitioner",
        "SoftwareVersions": session.facts["code_version"],
        "EPediCare": session.facts,
    }


def _described(unit: str, meaning: str) -> dict[str, str]:
    return {"Description": meaning} | ({"Units": unit} if unit else {})


def _write_table(
    files: NewFiles,
    name: str,
    columns: Iterable[str],
    rows: Iterable[Mapping[str, object]],
    *,
    replace: bool = False,
) -> int:
    names = list(columns)
    written = 0
    with files.text(name, replace=replace) as stream:
        writer = _writer(stream)
        writer.writerow(names)
        for row in rows:
            writer.writerow([_cell(row.get(name)) for name in names])
            written += 1
    return written


def _rows_of(path: Path) -> Sequence[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [{k: v for k, v in row.items() if k} for row in reader]


def _writer(stream: TextIO) -> Any:
    return csv.writer(
        stream, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE, quotechar=None
    )


def _cell(value: object) -> str:
    """A withheld value is n/a; a text keeps within its cell."""
    if isinstance(value, float):
        return f"{value:.9g}"  # as exact as the float32 that it was
    text = "" if value is None else BREAKS.sub(" ", str(value)).strip()
    return text or MISSING


def _seconds(t_ms: int) -> str:
    return f"{t_ms / 1000:.3f}"
