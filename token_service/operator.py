"""What the command line does with the database and the session folders, without the service."""

import asyncio
import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from agent.errors import BadConfiguration, NoSuchSession, StillLive
from agent.record.folder import has_beginning, is_session_id
from agent.record.limits import BYTES_PER_MB
from agent.record.opening import sealed_session
from agent.record.place import kept_bytes
from agent.record.session_json import DURATION_MS, VIDEO_NAME, read_session_json
from agent.record.session_key import SessionKey
from agent.settings import read_settings
from token_service import audit, development_sign_in, migrating, patients, sessions
from token_service.clinic_keys import clinic_keys
from token_service.database import Transaction, open_database, unusable
from token_service.database_address import embedded_in, given_database
from token_service.kept import erase
from token_service.models import AuditEntry, Consent, Seat, Session, SessionState
from token_service.session_keys import SessionKeys, destroy_key
from token_service.settings import address_for_browsers

SESSION_ID = re.compile(r"[0-9a-f]{32}")


def check_id(session_id: str) -> None:
    if not SESSION_ID.fullmatch(session_id):
        raise NoSuchSession("a session id is 32 hexadecimal digits: see `epedicare sessions list`")


async def meant(data: Path, text: str) -> str:
    """The session that a person names by its id, the id's beginning, or its folder."""
    folder = Path(text)
    if not has_beginning(text) and is_session_id(folder.name) and folder.is_dir():
        if folder.absolute().parent == (data / "sessions").absolute():
            return folder.name
        raise NoSuchSession(f"{text} is not in {data}")
    if not has_beginning(text):
        raise NoSuchSession(
            "a session is named by its id, 32 hexadecimal digits, or the first 4 or more of them: "
            "see `epedicare sessions list`"
        )
    if is_session_id(text):
        return text
    async with open_database(data, given_database()) as database, database.read() as db:
        known = await db.scalars(select(Session.id).where(Session.id.startswith(text)))
        begin_so: set[str] = {*known, *(name for name in _folders(data) if name.startswith(text))}
    if len(begin_so) > 1:
        raise NoSuchSession(
            f"{len(begin_so)} sessions in {data} begin with {text}; give more of the id"
        )
    if not begin_so:
        raise NoSuchSession(
            f"no session in {data} begins with {text}; an id is 32 hexadecimal digits: "
            "see `epedicare sessions list`"
        )
    return begin_so.pop()


async def list_lines(data: Path) -> list[str]:
    async with open_database(data, given_database()) as database, database.read() as db:
        rows = list(await db.scalars(select(Session).order_by(Session.created_at.desc())))
    logs = _folders(data)
    lines = [_line(row, _log_size(data, row.id) if row.id in logs else None) for row in rows]
    without_rows = [_log_facts(data, name) for name in logs - {row.id for row in rows}]
    without_rows.sort(key=lambda facts: str(facts.get("created_at")), reverse=True)
    lines += [_log_line(facts) for facts in without_rows]
    return lines or [f"no session is kept in {data}"]


async def shown(data: Path, session_id: str) -> str:
    check_id(session_id)
    async with open_database(data, given_database()) as database, database.read() as db:
        with_history = selectinload(Session.seats).selectinload(Seat.consents)
        session = await db.get(Session, session_id, options=[with_history])
        audited = await _audit(db, session_id)
    kept = session_id in _folders(data)
    if session is not None:
        content = _session(session)
    elif kept:  # of a file that was analysed, or from another machine
        content = _log_facts(data, session_id)
    else:
        raise NoSuchSession(f"no session {session_id} in the database or in {data}")
    content |= {"audit": audited, "log": str(_folder(data, session_id)) if kept else None}
    return json.dumps(content, indent=2, default=datetime.isoformat)


async def delete(data: Path, session_id: str) -> None:
    check_id(session_id)
    kept = session_id in _folders(data)
    async with open_database(data, given_database()) as database, database.begin() as db:
        session = await sessions.held(db, session_id)
        if session is None and not kept:
            raise NoSuchSession(f"no session {session_id} in the database or in {data}")
        if session is not None and session.state is SessionState.LIVE:
            raise StillLive(f"session {session_id} is live: end it first")
        erase(data, session_id)
        if session is not None:
            await destroy_key(db, session)
            visit_of = session.patient_code_id
            await db.delete(session)
            await db.flush()
            await patients.forget_unvisited(db, visit_of)
        audit.record_by(db, audit.OPERATOR, "deleted", session_id)
    async with open_database(data, given_database()) as database:
        await database.wipe()


async def hold(data: Path, session_id: str, *, held: bool) -> None:
    """For a court, say: no date erases it. Its family still can."""
    check_id(session_id)
    async with open_database(data, given_database()) as database, database.begin() as db:
        session = await sessions.held(db, session_id)
        if session is None:
            raise NoSuchSession(f"no session {session_id} in the database")
        session.held = held
        audit.record_by(db, audit.OPERATOR, "held" if held else "let_go", session_id)


def look(data: Path, folder: Path, action: str) -> SessionKey | None:
    """Whoever reads a session that the service keeps here, or a copy of it, stands in its audit.

    Returns what opens it, where it is sealed and the key is here.
    """
    sealed = sealed_session(folder)
    ours = folder.absolute() == _folder(data, folder.name).absolute()
    session_id = sealed or (folder.name if ours else None)
    if session_id and (given_database() or Path(embedded_in(data).called).exists()):
        return asyncio.run(_look(data, session_id, action, sealed is not None))
    return None


async def _look(data: Path, session_id: str, action: str, is_sealed: bool) -> SessionKey | None:
    async with open_database(data, given_database()) as database, database.begin() as db:
        audit.record_by(db, audit.OPERATOR, action, session_id)
        return await session_keys(data).of(db, session_id) if is_sealed else None


async def rewrap(data: Path) -> str:
    async with open_database(data, given_database()) as database, database.begin() as db:
        done = await session_keys(data).rewrap(db)
        if done:
            audit.record_by(db, audit.OPERATOR, "keys_rewrapped")
    return f"{done} keys of sessions are wrapped anew"


def session_keys(data: Path) -> SessionKeys:
    given = read_settings()
    text = None if given.clinic_keys is None else given.clinic_keys.get_secret_value()
    return SessionKeys(clinic_keys(text, data, may_make=False))


async def migrate(data: Path) -> str:
    address = given_database()
    if address is None:
        async with open_database(data) as database:
            return f"the database {database.address.called} is up to date"
    with unusable(address):
        await migrating.migrate(address)
    return f"the database {address.called} is up to date"


async def sign_in_link(data: Path, host: str, port: int, session_id: str | None) -> str:
    if session_id is not None:
        check_id(session_id)
    given = read_settings()
    if given.oidc_issuer is not None:
        raise BadConfiguration(f"practitioners sign in at {given.oidc_issuer}: there are no links")
    async with open_database(data, given_database()) as database:
        secret = await development_sign_in.new_sign_in_secret(database)
    address = address_for_browsers(host, port, given.public_url)
    return development_sign_in.sign_in_link(address, secret, session_id)


def _folder(data: Path, session_id: str) -> Path:
    return data / "sessions" / session_id


def _folders(data: Path) -> set[str]:
    sessions = data / "sessions"
    if not sessions.is_dir():
        return set()
    return {path.name for path in sessions.iterdir() if SESSION_ID.fullmatch(path.name)}


def _log_facts(data: Path, session_id: str) -> dict[str, Any]:
    """What `session.json` says; nothing more than the id when it is missing or damaged."""
    return read_session_json(_folder(data, session_id)) | {"id": session_id}


def _log_line(facts: dict[str, Any]) -> str:
    created = str(facts.get("created_at", "")).replace("T", " ")[:16]
    made = f"{created} UTC" if created else f"{'':20}"
    return f"{facts['id']}  {made}  {_video(facts) or _log_only(facts)}"


def _log_only(facts: dict[str, Any]) -> str:
    return f"log only ({facts.get('source', 'no session.json')})"


def _video(facts: dict[str, Any]) -> str | None:
    name, duration_ms = facts.get(VIDEO_NAME), facts.get(DURATION_MS)
    if not isinstance(name, str):
        return None
    shown = "".join(letter if letter.isprintable() else "?" for letter in name)
    if not isinstance(duration_ms, int) or duration_ms < 0:
        return f"video {shown}"
    minutes, seconds = divmod(round(duration_ms / 1000), 60)
    return f"video {shown}, {minutes}:{seconds:02d}"


def _log_size(data: Path, session_id: str) -> str:
    return f"log, {kept_bytes(_folder(data, session_id)) / BYTES_PER_MB:.0f} MB"


def _line(session: Session, log: str | None) -> str:
    created = f"{session.created_at:%Y-%m-%d %H:%M} UTC"
    notes = [note for note in ("sample" if session.sample else None, log) if note]
    return f"{session.id}  {created}  {session.state:<7}  {', '.join(notes)}".rstrip()


def _session(session: Session) -> dict[str, Any]:
    return {
        "id": session.id,
        "state": session.state,
        "sample": session.sample,
        "patient_code": session.patient_code.text if session.patient_code else None,
        "visit_number": session.visit_number,
        "age_months": session.age_months,
        "created_at": session.created_at,
        "live_at": session.live_at,
        "ended_at": session.ended_at,
        "keeping_days": session.keeping_days,
        "research_use_days": session.research_use_days,
        "held": session.held,
        "seats": [_seat(seat) for seat in session.seats],
    }


def _seat(seat: Seat) -> dict[str, Any]:
    return {
        "id": seat.id,
        "role": seat.role,
        "admission": seat.admission,
        "joined_at": seat.joined_at,
        "consents": [_consent(consent) for consent in seat.consents],
    }


def _consent(consent: Consent) -> dict[str, Any]:
    return {
        "purpose": consent.purpose,
        "granted": consent.granted,
        "text_version": consent.text_version,
        "text_sha256": consent.text_sha256,
        "language": consent.language,
        "given_by": consent.given_by,
        "child_assent": consent.child_assent,
        "given_at": consent.given_at,
        "withdrawn_at": consent.withdrawn_at,
    }


async def _audit(db: Transaction, session_id: str) -> list[dict[str, Any]]:
    entries = await db.scalars(
        select(AuditEntry).where(AuditEntry.session_id == session_id).order_by(AuditEntry.id)
    )
    return [
        {
            "at": entry.at,
            "role": entry.role,
            "account": entry.account,
            "seat_id": entry.seat_id,
            "action": entry.action,
        }
        for entry in entries
    ]
