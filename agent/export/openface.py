"""The columns of OpenFace 2's table that are honestly ours, and beside it what each one means.

Its frame: x to the picture's right, y down, z away from the camera. Ours, of which the head's
angles tell: x to the right, y up, z toward the camera.
"""

from __future__ import annotations

import csv
import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TextIO

from agent.export.files import Exported, new_files
from agent.export.rows import Row
from agent.export.session import ExportedSession, Progress, counted
from agent.record.words import evidence

BLINK, CLOSURE, BLINKS_MEASURE = "blink", "eye_closure", "blink_rate"
COLUMNS = {
    "frame": "counts from 1; frames that were not analysed are not counted",
    "timestamp": "s on the session's own line of time; 0 is its first picture",
    "success": "1: the child's face is found; 0: it is not; empty: not known",
    "gaze_angle_x": "rad, in the camera's frame, positive to the child's left; not calibrated",
    "gaze_angle_y": "rad, in the camera's frame, positive down; not calibrated",
    "pose_Rx": "rad, pitch, positive down; R = Rx·Ry·Rz as OpenFace has it",
    "pose_Ry": "rad, yaw, positive to the child's right",
    "pose_Rz": "rad, roll, positive toward the child's left shoulder",
    "AU45_c": "1: in a blink; 0: not; empty: the eyes were closed for longer, or not measurable",
    "epedicare_reasons": "ours: why something in this row is empty; codes, separated by ;",
}
GAZE = ("gaze_head_yaw", "gaze_head_pitch")
HEAD = ("head_yaw_axis", "head_pitch_axis", "head_roll_axis")
MADE_FROM = {
    "success": ("face_present",),
    "gaze_angle_x, gaze_angle_y": (*GAZE, *HEAD),
    "pose_Rx, pose_Ry, pose_Rz": HEAD,
    "AU45_c": (BLINKS_MEASURE, "eye_openness"),
}
ABSENT = {
    "confidence": "nothing here means the same; quality and reasons are in the other formats",
    "gaze_0_*, gaze_1_*, eye_lmk_*": "the eyes are not modelled one by one",
    "pose_Tx, pose_Ty, pose_Tz": "the distance from the camera is not measured in mm",
    "x_*, y_*, X_*, Y_*, Z_*, p_*": "MediaPipe's points are not OpenFace's 68; they are in the log",
    "AU*_r and the other AU*_c": "MediaPipe's blend shapes are no FACS intensities; movements "
    "have names of their own here",
}

NOT_KNOWN = (None, None, None)
Matrix = Sequence[Sequence[float]]


def write_openface(session: ExportedSession, out_dir: Path, progress: Progress) -> list[Exported]:
    name, about = f"{session.id}-openface.csv", f"{session.id}-openface.txt"
    written = 0
    with new_files(out_dir) as files:
        with files.text(name) as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(COLUMNS)
            for row in _rows(session, progress):
                writer.writerow(row)
                written += 1
        with files.text(about) as stream:
            _explain(session, stream)
    return [Exported(out_dir / name, written), Exported(out_dir / about, len(COLUMNS), "columns")]


def _rows(session: ExportedSession, progress: Progress) -> Iterator[list[str]]:
    blinks = _Stretches((e.onset_ms, e.offset_ms) for e in session.events if e.kind.id == BLINK)
    unclear = _Stretches(
        [(e.onset_ms, e.offset_ms) for e in session.events if e.kind.id == CLOSURE]
        + [(u.from_ms, u.to_ms) for u in session.unmeasured if u.measure == BLINKS_MEASURE]
    )
    for number, row in enumerate(counted(session.frames(), progress), 1):
        t_ms, present = row["session_ms"], row.get("face_present")
        blinking: int | None = None
        if t_ms in blinks:
            blinking = 1
        elif row.get("eye_openness") is not None and t_ms not in unclear:
            blinking = 0
        turned = _turned(row)
        yield [
            str(number),
            f"{t_ms / 1000:.3f}",
            "" if present is None else str(int(present > 0)),
            *_cells(_gaze(row, turned) or NOT_KNOWN[:2]),
            *_cells(NOT_KNOWN if turned is None else _as_openface(turned)),
            "" if blinking is None else str(blinking),
            _reasons(row),
        ]


def _reasons(row: Row) -> str:
    measures = dict.fromkeys(measure for used in MADE_FROM.values() for measure in used)
    codes = ";".join(filter(None, (row.get(f"{measure}.reasons") for measure in measures)))
    return ";".join(dict.fromkeys(filter(None, codes.split(";"))))


class _Stretches:
    """Of time, both ends included."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self._spans = sorted(spans)
        self._begins = [begin for begin, _ in self._spans]
        self._ends: list[int] = []  # the latest of those that have begun
        for _, end in self._spans:
            self._ends.append(max(end, self._ends[-1] if self._ends else end))

    def __contains__(self, t_ms: int) -> bool:
        place = bisect_right(self._begins, t_ms)
        return place > 0 and self._ends[place - 1] >= t_ms


def _cells(angles: Sequence[float | None]) -> list[str]:
    return ["" if angle is None else f"{angle:.4f}" for angle in angles]


def _turned(row: Row) -> Matrix | None:
    """R = Ry·Rx·Rz of the head in the camera's frame, ours; None when withheld."""
    told = [row.get(measure) for measure in HEAD]
    angles = [math.radians(angle) for angle in told if angle is not None]
    if len(angles) < len(HEAD):
        return None
    yaw, pitch, roll = angles
    sy, cy = math.sin(yaw), math.cos(yaw)
    sx, cx = math.sin(-pitch), math.cos(-pitch)
    sz, cz = math.sin(-roll), math.cos(-roll)
    return (
        (cy * cz + sy * sx * sz, -cy * sz + sy * sx * cz, sy * cx),
        (cx * sz, cx * cz, -sx),
        (-sy * cz + cy * sx * sz, sy * sz + cy * sx * cz, cy * cx),
    )


def _as_openface(r: Matrix) -> tuple[float, float, float]:
    """Rx, Ry, Rz of the same rotation where y points down and z away: R = Rx·Ry·Rz."""
    return (
        math.atan2(-r[1][2], r[2][2]),
        math.asin(max(-1.0, min(1.0, -r[0][2]))),
        math.atan2(r[0][1], r[0][0]),
    )


def _gaze(row: Row, turned: Matrix | None) -> tuple[float, float] | None:
    """The eyes' direction in the head, turned with it."""
    yaw, pitch = row.get("gaze_head_yaw"), row.get("gaze_head_pitch")
    if turned is None or yaw is None or pitch is None:
        return None
    h, v = math.radians(yaw), math.radians(pitch)
    ahead = (math.sin(h) * math.cos(v), math.sin(v), math.cos(h) * math.cos(v))
    x, y, z = (sum(a * b for a, b in zip(line, ahead, strict=True)) for line in turned)
    return math.atan2(x, z), math.atan2(-y, z)


def _explain(session: ExportedSession, stream: TextIO) -> None:
    made_by = {m.id: f"{m.id} {m.algorithm_version} ({evidence(m)})" for m in session.measures}

    def listed(title: str, lines: dict[str, str]) -> None:
        stream.write(f"{title}\n")
        stream.writelines(f"  {name}: {text}\n" for name, text in lines.items())
        stream.write("\n")

    listed(
        "Columns of OpenFace 2, under its names and in its units. Empty: withheld, or not known.",
        COLUMNS,
    )
    listed("Columns of OpenFace that are not here.", ABSENT)
    listed(
        "Made from, with the algorithm's version, and whether enough labels made by people say how "
        "good it is (else it is experimental).",
        {
            columns: ", ".join(made_by[m] for m in measures if m in made_by)
            for columns, measures in MADE_FROM.items()
        },
    )
    listed("Session.", session.facts | session.visit_facts)
