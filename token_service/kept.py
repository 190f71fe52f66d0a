"""What is kept of a session on this machine: whether there is anything, and its erasure."""

import secrets
import shutil
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from agent.record.folder import run_files, session_folder
from agent.record.lasted import lasted_ms
from agent.record.session_json import AGE_MONTHS, PATIENT_CODE, VISIT_NUMBER, add_to_session_json
from agent.record.session_key import SessionKey
from token_service.models import Session

# An agent that was told to stop still closes its log, which may write a last file.
ERASED_AGAIN_FOR = timedelta(seconds=30)
ASIDE = "erased-"


def is_kept(data: Path, session_id: str) -> bool:
    folder = session_folder(data, session_id)
    try:
        return bool(run_files(folder))
    except (FileNotFoundError, NotADirectoryError):
        return False


def measured_s(data: Path, session_id: str, key: SessionKey | None) -> int | None:
    """In all runs together; None where one of them does not tell, or nothing is kept."""
    try:
        runs = [lasted_ms(path, key) for path in run_files(session_folder(data, session_id))]
    except (FileNotFoundError, NotADirectoryError):
        return None
    known = [run for run in runs if run is not None]
    return sum(known) // 1000 if known and len(known) == len(runs) else None


def erase(data: Path, session_id: str) -> bool:
    """Whether there was anything. What is still open is gone when it is closed.

    The folder goes aside in one step, so that an agent which still writes cannot fill it again
    while it is emptied, and of two who erase at once only one finds it.
    """
    folder = session_folder(data, session_id)
    aside = folder.with_name(ASIDE + secrets.token_hex(16))
    try:
        folder.rename(aside)
    except FileNotFoundError:
        return False
    shutil.rmtree(aside)
    return True


def describe_visit(data: Path, session: Session, key: SessionKey | None) -> None:
    """In the folder of what is kept; not in the logs, which can never be corrected."""
    code = session.patient_code
    with suppress(FileNotFoundError):  # erased just now
        add_to_session_json(
            session_folder(data, session.id),
            {
                PATIENT_CODE: code.text if code else None,
                VISIT_NUMBER: session.visit_number,
                AGE_MONTHS: session.age_months,
            },
            key,
        )


def finish_erasing(data: Path) -> None:
    """What a service that died while it erased has left."""
    for aside in (data / "sessions").glob(f"{ASIDE}*"):
        with suppress(FileNotFoundError):
            shutil.rmtree(aside)
