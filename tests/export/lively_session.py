"""A session of two runs with events, lost faces and marks that nobody would choose."""

from __future__ import annotations

from pathlib import Path

from kept_sessions import SESSION_ID, START_UNIX_US, keep_live_run
from synthetic import Child, film

from agent.observation import Mark
from agent.pipeline import ResultStream
from agent.record import SessionLog, describe_run
from agent.record.provenance import FILE_STARTS_MS
from agent.record.session_json import add_to_session_json
from agent.wire.registry import encode_registry
from models.digest import sha256_of

ODD_MARKS = (
    'name called, "loudly" <& again>',
    "=1+1",
    "tab\there\nthen\x07 bell \ufffe",
    "",
    "été 🧸",
)
SECOND_RUN_STARTS_MS = 20_000


def lively(t: float) -> Child | None:
    blink = 0.9 if t % 2 < 0.15 else 0.1
    yaw = 40.0 if 4 <= t % 6 < 5 else 0.0
    return Child(yaw=yaw, blink=(blink, blink)) if t < 10 else None


def keep_lively(folder: Path) -> Path:
    marks = tuple(map(Mark, ODD_MARKS))
    keep_live_run(folder, film(14, child=lively, commands={30: marks, 60: (Mark("later"),)}), run=1)
    keep_live_run(
        folder,
        film(3, child=lively),
        run=2,
        start_unix_us=START_UNIX_US + SECOND_RUN_STARTS_MS * 1000,
        ended=None,
    )
    add_to_session_json(folder, {"patient_code": "KTR-FWJ", "visit_number": 2, "age_months": 31})
    return folder


def keep_of_video(folder: Path, video: Path, *, starts_ms: int) -> Path:
    """As the analysis of a file keeps it, whose picture begins so much after its sound."""
    of_file = describe_run(
        SESSION_ID,
        1,
        source="file",
        engine="none",
        video_sha256=sha256_of(video),
        configuration={FILE_STARTS_MS: str(starts_ms)},
    )
    stream = ResultStream(1)
    log = SessionLog(folder, of_file, encode_registry(), wait=True)
    for seen in film(6, child=lively):
        log.write_all(stream.process(seen).messages, seen.t_ms)
    log.write_all(stream.finish("end of file").messages, stream.t_ms)
    log.close()
    return folder
