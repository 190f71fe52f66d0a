"""What a session's folder says of itself, beside its logs: `session.json`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agent.errors import LogUnreadable
from agent.record.folder import SESSION_JSON, write_whole
from agent.record.opening import opened
from agent.record.sealing import sealed_whole
from agent.record.session_key import SessionKey, SessionLock

VIDEO_NAME, DURATION_MS = "video_name", "duration_ms"
PATIENT_CODE, VISIT_NUMBER, AGE_MONTHS = "patient_code", "visit_number", "age_months"
WRITTEN_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,15}")
LARGEST_NUMBER = 1000  # of a visit, or of months
MOST_BYTES = 65_536


def session_json(facts: Mapping[str, object], lock: SessionLock | None) -> bytes:
    """The file's content, sealed where there is a lock."""
    written = json.dumps(facts, indent=2).encode() + b"\n"
    return written if lock is None else sealed_whole(written, lock, SESSION_JSON)


def read_session_json(folder: Path, key: SessionKey | None = None) -> dict[str, Any]:
    """Nothing when it is missing, damaged, or sealed for another key."""
    try:
        with opened(folder / SESSION_JSON, key) as content:
            facts = json.loads(content[:MOST_BYTES])
    except (LogUnreadable, ValueError, RecursionError):
        return {}
    return facts if isinstance(facts, dict) else {}


def visit_of(folder: Path, key: SessionKey | None = None) -> dict[str, object]:
    """Whose session it was, as far as the service knew and the file is sound."""
    facts = read_session_json(folder, key)
    code = facts.get(PATIENT_CODE)
    numbers = {name: facts.get(name) for name in (VISIT_NUMBER, AGE_MONTHS)}
    return {
        PATIENT_CODE: code if isinstance(code, str) and WRITTEN_CODE.fullmatch(code) else None,
        **{name: number if _is_number(number) else None for name, number in numbers.items()},
    }


def add_to_session_json(
    folder: Path, facts: dict[str, object], key: SessionKey | None = None
) -> None:
    """Known when a session is over; nothing when the log was never written, or is not for us."""
    if before := read_session_json(folder, key):
        content = session_json(before | facts, None if key is None else key.lock)
        write_whole(folder / SESSION_JSON, content)


def _is_number(value: object) -> bool:
    return type(value) is int and 0 <= value <= LARGEST_NUMBER
