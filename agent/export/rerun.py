"""A recording for Rerun's viewer: video, landmarks, values, events and marks on one timeline."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agent.errors import CannotExport
from agent.export.files import Exported, new_files
from agent.export.rows import Row
from agent.export.session import (
    MARK,
    ROWS_AT_ONCE,
    ExportedSession,
    Progress,
    counted,
    lane_name,
    lanes,
)
from agent.record.words import evidence
from agent.wire.generated import analysis_pb2 as pb
from agent.wire.packing import floats_from_bytes

try:
    import rerun as rr
    import rerun.blueprint as rrb
except ImportError as error:
    raise CannotExport(
        "Rerun is optional and not installed here: uv sync --extra rerun, or pip install rerun-sdk"
    ) from error

TIMELINE = "session"
Frame = tuple[int, NDArray[np.float32]]  # session ms, (n, 2) px


def write_rerun(session: ExportedSession, out_dir: Path, progress: Progress) -> list[Exported]:
    name = f"{session.id}.rrd"
    with new_files(out_dir) as files:
        recording = rr.RecordingStream("epedicare", recording_id=session.id, send_properties=False)
        rr.set_log_time_enabled(False, recording)  # one timeline
        recording.save(files.path(name), default_blueprint=_blueprint(session))
        recording.log(
            "about", rr.TextDocument(_about(session), media_type="text/markdown"), static=True
        )
        _send_video(recording, session)
        _send_landmarks(recording, session)
        frames = _send_values(recording, session, progress)
        _send_shown_windows(recording, session)
        _send_events(recording, session)
        recording.flush()
        recording.disconnect()
    return [Exported(out_dir / name, frames, "frames")]


def _path(*parts: str) -> str:
    return "/".join(rr.escape_entity_path_part(part) for part in parts)


def _time(times_ms: Iterable[int]) -> rr.TimeColumn:
    return rr.TimeColumn(TIMELINE, duration=np.array(list(times_ms), "timedelta64[ms]"))


def _send_video(recording: rr.RecordingStream, session: ExportedSession) -> None:
    if session.medium is None:
        return
    video = rr.AssetVideo(path=session.medium.path)
    try:
        shown_ns = video.read_frame_timestamps_nanos()
    except RuntimeError as error:
        raise CannotExport(f"Rerun cannot show {session.medium.path}: {error}") from error
    recording.log("camera/video", video, static=True)
    # Whatever the file says, Rerun counts from the first picture; so does the session.
    since_first_ns = shown_ns - shown_ns[0]
    recording.send_columns(
        "camera/video",
        [rr.TimeColumn(TIMELINE, duration=since_first_ns.astype("timedelta64[ns]"))],
        rr.VideoFrameReference.columns_nanos(shown_ns),
    )


def _send_landmarks(recording: rr.RecordingStream, session: ExportedSession) -> None:
    waiting: dict[str, list[Frame]] = {"face": [], "pose": [], "hands": []}
    for offset_ms, seen in session.observations():
        size = np.array((seen.width, seen.height), np.float32)

        def in_px(points: bytes, size: NDArray[np.float32] = size) -> NDArray[np.float32]:
            return floats_from_bytes(points, -1, 3)[:, :2] * size

        face = in_px(seen.face.landmarks)  # none: there is no face
        waiting["face"].append((seen.t_ms + offset_ms, face))
        if seen.HasField("pose"):
            waiting["pose"].append((seen.pose.t_ms + offset_ms, in_px(seen.pose.landmarks)))
        if seen.HasField("hands"):
            hands = b"".join(hand.landmarks for hand in seen.hands.hands)
            waiting["hands"].append((seen.hands.t_ms + offset_ms, in_px(hands)))
        for part, frames in waiting.items():
            if len(frames) >= ROWS_AT_ONCE:
                _send_points(recording, part, frames)
                frames.clear()
    for part, frames in waiting.items():
        _send_points(recording, part, frames)


def _send_points(recording: rr.RecordingStream, part: str, frames: list[Frame]) -> None:
    """No point at a moment: looked for, and not there."""
    if frames:
        recording.send_columns(
            f"camera/{part}",
            [_time(t_ms for t_ms, _ in frames)],
            rr.Points2D.columns(positions=np.concatenate([p for _, p in frames])).partition(
                [len(points) for _, points in frames]
            ),
        )


def _send_values(
    recording: rr.RecordingStream, session: ExportedSession, progress: Progress
) -> int:
    """A withheld value is NaN, so that no line is drawn; its reasons are a state beside it."""
    sent = 0
    withheld: dict[str, str] = {}
    rows = counted(session.frames(), progress)
    while batch := list(islice(rows, ROWS_AT_ONCE)):
        times = _time(row["session_ms"] for row in batch)
        for measure in session.measures:
            if any(f"{measure.id}.quality" in row for row in batch):
                _send_scalars(
                    recording, _path("values", measure.id), times, _floats(batch, measure.id)
                )
                _send_reasons(recording, batch, measure.id, withheld)
        sent += len(batch)
    for measure in session.measures:
        _name_series(recording, _path("values", measure.id), _label(measure), measure.unit)
    return sent


def _floats(rows: list[Row], column: str) -> list[float]:
    return [math.nan if (value := row.get(column)) is None else value for row in rows]


def _send_scalars(
    recording: rr.RecordingStream, path: str, times: rr.TimeColumn, values: list[float]
) -> None:
    recording.send_columns(path, [times], rr.Scalars.columns(scalars=values))


def _send_reasons(
    recording: rr.RecordingStream, rows: list[Row], measure: str, withheld: dict[str, str]
) -> None:
    """Where they change; `withheld` are the latest of each measure."""
    for row in rows:
        reasons = row.get(f"{measure}.reasons") or ""
        if reasons != withheld.get(measure, ""):
            withheld[measure] = reasons
            _send_state(recording, _path("withheld", measure), row["session_ms"], reasons or None)


def _send_shown_windows(recording: rr.RecordingStream, session: ExportedSession) -> None:
    """Of each measure the windows that a person is shown, where they are not the frame's own."""
    shown = {m.id: m for m in session.measures if m.display_window_ms}
    found: dict[str, list[Row]] = {}
    for row in session.windows():
        measure = shown.get(row["measure"])
        if measure and row["window_ms"] == measure.display_window_ms:
            found.setdefault(measure.id, []).append(row)
    for name, rows in found.items():
        times, path = _time(row["session_ms"] for row in rows), _path("windows", name)
        _send_scalars(recording, path, times, _floats(rows, "value"))
        window_s = shown[name].display_window_ms // 1000
        _name_series(recording, path, f"{_label(shown[name])}, {window_s} s", shown[name].unit)


def _label(measure: pb.MeasureInfo) -> str:
    return f"{measure.label.en}, {evidence(measure)}"


def _name_series(recording: rr.RecordingStream, path: str, label: str, unit: str) -> None:
    named = f"{label} ({unit})" if unit not in ("", "1") else label
    recording.log(path, rr.SeriesLines(names=named), static=True)


def _send_events(recording: rr.RecordingStream, session: ExportedSession) -> None:
    for (kind, lane), events in lanes(session.events).items():
        path = _path("events", lane_name(kind, lane))
        for event in events:
            _log_text(recording, event.onset_ms, f"{kind}: {event.words}")
            if kind != MARK:
                _send_state(recording, path, event.onset_ms, event.words or kind)
                _send_state(recording, path, event.offset_ms, None)
    for stretch in session.unmeasured:
        path = _path("not measurable", stretch.measure)
        _send_state(recording, path, stretch.from_ms, stretch.notes)
        _send_state(recording, path, stretch.to_ms, None)
    for gap in session.gaps:
        _send_state(recording, _path("not recorded"), gap.from_ms, gap.reason)
        _send_state(recording, _path("not recorded"), gap.to_ms, None)


def _log_text(recording: rr.RecordingStream, t_ms: int, text: str) -> None:
    recording.set_time(TIMELINE, duration=np.timedelta64(t_ms, "ms"))
    recording.log("log", rr.TextLog(text))


def _send_state(recording: rr.RecordingStream, path: str, t_ms: int, state: str | None) -> None:
    """None ends the state."""
    recording.set_time(TIMELINE, duration=np.timedelta64(t_ms, "ms"))
    recording.log(path, rr.StateChange(state=state if state is not None else []))


def _about(session: ExportedSession) -> str:
    versions = {f"algorithm version of {m.id}": str(m.algorithm_version) for m in session.measures}
    lines = {
        "clock": "session: from the session's first picture, as session_ms in the tables",
        **session.facts,
        **session.visit_facts,
        **versions,
    }
    return "\n".join(f"- {name}: {text}" for name, text in lines.items())


def _blueprint(session: ExportedSession) -> Any:
    def plots() -> Iterator[Any]:
        for measure in session.measures:
            if measure.headline:
                folder = "windows" if measure.display_window_ms > 1000 else "values"
                yield rrb.TimeSeriesView(origin=_path(folder, measure.id), name=measure.label.en)

    return rrb.Blueprint(
        rrb.Horizontal(
            rrb.Vertical(
                rrb.Spatial2DView(origin="camera", name="Camera"),
                rrb.StateTimelineView(origin="events", name="Events"),
                rrb.Tabs(
                    rrb.TextLogView(origin="log", name="Log"),
                    rrb.TextDocumentView(origin="about", name="About"),
                ),
            ),
            rrb.Vertical(*plots()),
        ),
        rrb.TimePanel(timeline=TIMELINE),
    )
