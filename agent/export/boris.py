"""A project for BORIS (format 7.0), and its events as the table that BORIS itself exports.

Each kind of event is a behaviour of the ethogram, with the stretches in which a measure could not
tell whether its events happened, and those of which nothing is known. Times are the session's; a
linked video's lie under BORIS' time offset.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.export.files import Exported, new_files
from agent.export.session import MARK, ExportedSession, Progress, lane_name, lanes
from agent.record.session_json import read_session_json
from agent.record.words import evidence

POINT, STATE = "Point event", "State event"
EVENTS, MARKS, UNMEASURED, UNKNOWN = "events", "marks", "not measurable", "not recorded"
CATEGORIES = (EVENTS, MARKS, UNMEASURED, UNKNOWN)
SUBJECT = "patient"
NOT_AVAILABLE = "NA"
PLAYERS = [str(number) for number in range(1, 9)]
COLUMNS = (
    "Observation id",
    "Observation date",
    "Description",
    "Observation duration",
    "Observation type",
    "Source",
    "Time offset (s)",
    "Media duration (s)",
    "FPS",
)
EVENT_COLUMNS = (
    "Subject",
    "Behavior",
    "Behavioral category",
    "Behavior type",
    "Time",
    "Media file name",
    "Image index",
    "Image file path",
    "Comment",
)


@dataclass(frozen=True, slots=True)
class Behaviour:
    code: str
    type: str
    category: str
    description: str


@dataclass(frozen=True, slots=True)
class Coded:
    """One row: a point, or a state's start or stop."""

    time_ms: int
    code: str
    category: str
    status: str
    comment: str


def write_boris(session: ExportedSession, out_dir: Path, progress: Progress) -> list[Exported]:
    behaviours = list(_behaviours(session))
    # Stable: at one moment a state ends before the next one of its code begins.
    coded = sorted(_coded(session), key=lambda code: code.time_ms)
    observation = _observation(session, coded)
    with new_files(out_dir) as files:
        files.json(f"{session.id}.boris", _project(session, behaviours, observation))
        with files.text(f"{session.id}-boris.tsv") as stream:
            writer = csv.writer(stream, "excel-tab", lineterminator="\n")
            writer.writerows(_table(session, observation, coded))
    return [
        Exported(out_dir / f"{session.id}.boris", len(coded), "codes"),
        Exported(out_dir / f"{session.id}-boris.tsv", len(coded)),
    ]


def _behaviours(session: ExportedSession) -> Iterator[Behaviour]:
    used = lanes(session.events)
    versions = {measure.id: measure.algorithm_version for measure in session.measures}
    for kind in session.kinds:
        if kind.id == MARK:
            yield Behaviour(MARK, POINT, MARKS, kind.label.en)
            continue
        told = [kind.label.en]
        if kind.amplitude_unit:
            told.append(f"amplitude in {kind.amplitude_unit}")
        if kind.measure_id:
            version = versions.get(kind.measure_id)
            told.append(f"measure {kind.measure_id}, algorithm version {version}")
            told.append(evidence(kind))
        for lane in sorted(lane for named, lane in used if named == kind.id) or [1]:
            yield Behaviour(lane_name(kind.id, lane), STATE, EVENTS, "; ".join(told))
    for measure in dict.fromkeys(stretch.measure for stretch in session.unmeasured):
        told = ["less than half of each second was measurable"]
        told.append(f"measure {measure}, algorithm version {versions.get(measure)}")
        yield Behaviour(_unmeasured(measure), STATE, UNMEASURED, "; ".join(told))
    yield Behaviour(UNKNOWN, STATE, UNKNOWN, "nothing is known of this stretch")


def _coded(session: ExportedSession) -> Iterator[Coded]:
    for (kind, lane), events in lanes(session.events).items():
        for event in events:
            if kind != MARK:
                code = lane_name(kind, lane)
                yield from _state(code, EVENTS, event.onset_ms, event.offset_ms, event.notes)
    for event in session.events:
        if event.kind.id == MARK:
            yield Coded(event.onset_ms, MARK, MARKS, "POINT", event.label)
    for stretch in session.unmeasured:
        code = _unmeasured(stretch.measure)
        yield from _state(code, UNMEASURED, stretch.from_ms, stretch.to_ms, stretch.notes)
    for gap in session.gaps:
        yield from _state(UNKNOWN, UNKNOWN, gap.from_ms, gap.to_ms, gap.reason)


def _state(code: str, category: str, from_ms: int, to_ms: int, comment: str) -> Iterator[Coded]:
    yield Coded(from_ms, code, category, "START", comment)
    yield Coded(to_ms, code, category, "STOP", "")


def _unmeasured(measure: str) -> str:
    return f"{measure}: {UNMEASURED}"


def _project(
    session: ExportedSession, behaviours: list[Behaviour], observation: dict[str, Any]
) -> dict[str, Any]:
    return {
        "time_format": "s",
        "project_date": observation["date"],
        "project_name": f"e-PediCare {session.id}",
        "project_description": f"written by e-PediCare {session.facts['code_version']}",
        "project_format_version": "7.0",
        "subjects_conf": {
            "0": {"key": "", "name": SUBJECT, "description": "the child, whose camera it is"}
        },
        "behaviors_conf": {
            str(place): {
                "type": behaviour.type,
                "key": "",
                "code": behaviour.code,
                "description": behaviour.description,
                "color": "",
                "category": behaviour.category,
                "modifiers": {},
                "excluded": "",
                "coding map": "",
            }
            for place, behaviour in enumerate(behaviours)
        },
        "observations": {session.id: observation},
        "behavioral_categories": list(CATEGORIES),
        "independent_variables": {
            str(place): {
                "label": name,
                "description": "",
                "type": "text",
                "default value": "",
                "possible values": "",
            }
            for place, name in enumerate(observation["independent_variables"])
        },
        "coding_map": {},
        "behaviors_coding_map": [],
        "converters": {},
    }


def _observation(session: ExportedSession, coded: list[Coded]) -> dict[str, Any]:
    medium = session.medium
    path = None if medium is None else str(medium.path)
    created = str(read_session_json(session.folder, session.key).get("created_at", ""))[:19]
    observation: dict[str, Any] = {
        "file": {player: [path] if path and player == "1" else [] for player in PLAYERS},
        "type": "LIVE" if path is None else "MEDIA",
        "date": created,
        "description": "times count from the session's first picture",
        "time offset": 0.0 if medium is None else -medium.starts_ms / 1000,
        "events": [
            [code.time_ms / 1000, SUBJECT, code.code, "", code.comment]
            + ([] if path is None else [NOT_AVAILABLE])
            for code in coded
        ],
        "observation time interval": [0, 0],
        "independent_variables": session.facts | session.visit_facts,
        "visualize_spectrogram": False,
        "visualize_waveform": False,
        "media_creation_date_as_offset": False,
        "media_scan_sampling_duration": 0,
        "image_display_duration": 1,
        "close_behaviors_between_videos": False,
    }
    if path is None:
        observation |= {
            "scan_sampling_time": 0,
            "start_from_current_time": False,
            "start_from_current_epoch_time": False,
        }
    else:
        length_s, fps = _length(session)
        observation["media_info"] = {
            "length": {path: length_s},
            "fps": {path: fps},
            "hasVideo": {path: True},
            "hasAudio": {path: False},
            "offset": {"1": 0.0},
        }
    return observation


def _length(session: ExportedSession) -> tuple[float, float]:
    """To the end of the last picture that was analysed, in s; pictures per second."""
    times_ms = [row["file_ms"] for row in session.frames()]
    if len(times_ms) < 2 or times_ms[-1] <= times_ms[0]:
        return 0.0, 0.0
    each_ms = (times_ms[-1] - times_ms[0]) / (len(times_ms) - 1)
    return round((times_ms[-1] + each_ms) / 1000, 3), round(1000 / each_ms, 3)


def _table(
    session: ExportedSession, observation: dict[str, Any], coded: list[Coded]
) -> Iterator[list[str]]:
    variables = observation["independent_variables"]
    yield [*COLUMNS, *variables, *EVENT_COLUMNS]
    if not coded:
        return
    medium = session.medium
    source, kind, length, fps = NOT_AVAILABLE, "Live observation", NOT_AVAILABLE, NOT_AVAILABLE
    if medium is not None:
        info, path = observation["media_info"], str(medium.path)
        source, kind = f"player #1:{path}", "Media file(s)"
        length, fps = f"{info['length'][path]:.3f}", f"{info['fps'][path]:.3f}"
    about = [
        session.id,
        observation["date"].replace("T", " "),
        observation["description"],
        f"{(coded[-1].time_ms - coded[0].time_ms) / 1000:.3f}",
        kind,
        source,
        str(observation["time offset"]),
        length,
        fps,
        *variables.values(),
    ]
    file_name = NOT_AVAILABLE if medium is None else str(medium.path)
    for code in coded:
        time_s = f"{code.time_ms / 1000:.3f}"
        comment = code.comment.replace("\n", " ")
        yield [
            *about,
            *(SUBJECT, code.code, code.category, code.status, time_s),
            *(file_name, NOT_AVAILABLE, NOT_AVAILABLE, comment),
        ]
