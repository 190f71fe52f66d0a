"""Every route, by everybody, in every session: exactly what `token_service.authorisation` says."""

import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import httpx2
import pytest
from provider_fixtures import asked_of
from service_fixtures import RunningService, make_settings
from sqlalchemy import select

from agent.contract import ORIGIN_KEY_HEADER, AccountRole
from token_service.app import create_app
from token_service.authorisation import BY_A_ROLE, RIGHTS, TO_A_SESSION, Row, Who, markdown, routes
from token_service.consent import Answers, record_answers
from token_service.consent_texts import current_text
from token_service.database import Transaction, utc_now
from token_service.models import (
    Account,
    AuditEntry,
    Colleague,
    ColleagueState,
    Role,
    Seat,
    Session,
    SessionState,
    Unit,
)
from token_service.seats import give_credential
from token_service.secret_values import digest, new_id
from token_service.sign_in import OpenedLogin, open_login

pytestmark = pytest.mark.unit

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "who-may-do-what.md"
ROLES: tuple[AccountRole | None, ...] = (None, *AccountRole)  # None: no role yet


class Relation(StrEnum):
    """What a session is to somebody."""

    OWN = "own"
    CONTROLS = "shared, with the controls"
    OBSERVER = "shared, to observe"
    WAITING = "waited for at the door"
    FOREIGN = "foreign"
    READABLE = "of their unit, over, and its family agrees to research"
    KEPT_ALONE = "of their unit, over, and its family agrees to keeping alone"
    NOT_AGREED = "of their unit, over, and its family has agreed to nothing"
    NOT_OVER = "of their unit, its family agrees to research, and it is not over"
    OTHER_UNIT = "of another unit, over, and its family agrees to research"
    NONE = "none of a session"


@dataclass(frozen=True, slots=True)
class Case:
    method: str
    path: str
    caller: str
    expected: str
    headers: dict[str, str]
    session_id: str


TO_PRACTITIONERS = {
    Relation.OWN: Who.OWNER,
    Relation.CONTROLS: Who.CONTROLS,
    Relation.OBSERVER: Who.OBSERVER,
    Relation.WAITING: Who.WAITING,
}


OVER = (Relation.READABLE, Relation.KEPT_ALONE, Relation.NOT_AGREED, Relation.OTHER_UNIT)
TO_RESEARCH = (Relation.READABLE, Relation.NOT_OVER, Relation.OTHER_UNIT)


def what_they_are(role: AccountRole | None, relation: Relation) -> set[Who]:
    is_there = set() if role is None else {Who(role)}
    if role is AccountRole.PRACTITIONER and relation in TO_PRACTITIONERS:
        is_there.add(TO_PRACTITIONERS[relation])
    if role is AccountRole.RESEARCHER and relation is Relation.READABLE:
        is_there.add(Who.READER)
    return is_there


def expected_of_person(row: Row, role: AccountRole | None, relation: Relation) -> str:
    if row & {Who.ANYBODY, Who.SIGNATURE, Who.SIGNED_IN}:
        return "allowed"
    is_there = what_they_are(role, relation)
    if row & is_there:
        return "allowed"
    if not row & TO_A_SESSION and row <= BY_A_ROLE:
        return "not-your-role" if role else "no-role"
    if not is_there & TO_A_SESSION:
        return "unknown-session"
    return "families-only" if row <= {Who.FAMILY, Who.FAMILY_AFTER} else "not-for-you"


def expected_of_family(row: Row, of_session: bool, mine: bool, over: bool) -> str:
    if row & {Who.ANYBODY, Who.SIGNATURE}:
        return "allowed"
    if not of_session:
        return "not-signed-in"
    if not mine:
        return "unknown-session"
    if Who.FAMILY not in row:
        return "practitioners-only"
    return "session-over" if over and Who.FAMILY_AFTER not in row else "allowed"


SESSION_DATA = re.compile(r"GET /api/v1/sessions/{session_id}")
REFUSALS = {
    "not-signed-in",
    "no-role",
    "not-your-role",
    "unknown-session",
    "families-only",
    "practitioners-only",
    "not-for-you",
    "session-over",
}


def problem_of(client: httpx2.Client, case: Case) -> str | None:
    path = case.path.replace("{session_id}", case.session_id).replace("{colleague}", "0" * 32)
    names_it = case.path == "/api/v1/token"
    body = {"room_name": case.session_id} if names_it else {}
    looks = case.method == "GET"
    query = {"to": "csv", "topic": "window"} if looks else {}
    asked = client.stream(
        case.method, path, params=query, json=None if looks else body, headers=case.headers
    )
    with asked as answer:
        if answer.headers.get("content-type") != "application/problem+json":
            return None
        answer.read()
    return str(answer.json()["type"]).removeprefix("/problems/")


async def test_every_route_has_a_row_and_every_row_a_route(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, "ws://127.0.0.1:1")
    oidc = asked_of(issuer="https://a.example", client_id="a", client_secret="b")
    applications = [create_app(settings), create_app(settings.model_copy(update={"oidc": oidc}))]
    there = {f"{method} {path}" for app in applications for method, path, _ in routes(app)}
    assert there == RIGHTS.keys()


async def test_a_route_without_a_row_keeps_the_service_from_starting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fewer = {route: row for route, row in RIGHTS.items() if route != "POST /api/v1/token"}
    monkeypatch.setattr("token_service.authorisation.RIGHTS", fewer)
    with pytest.raises(LookupError, match="POST /api/v1/token"):
        create_app(make_settings(tmp_path, "ws://127.0.0.1:1"))


def test_the_document_says_what_the_table_says() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == markdown()


def test_everybody_may_do_what_the_table_says_and_nothing_else(service: RunningService) -> None:
    there = {f"{method} {path}" for method, path, _ in routes(service.app)}
    rows = {route: row for route, row in RIGHTS.items() if route in there}

    async def prepare(db: Transaction) -> list[Case]:
        return [case for route in rows async for case in _cases(db, route)]

    cases: list[Case] = service.in_database(prepare)
    client = service.client()
    told = [problem_of(client, case) for case in cases]
    found = [problem if problem in REFUSALS else "allowed" for problem in told]
    wrong = [
        f"{case.method} {case.path} by {case.caller}: {outcome}, not {case.expected}"
        for case, outcome in zip(cases, found, strict=True)
        if outcome != case.expected
    ]
    assert not wrong, "\n".join(wrong)
    assert set(found) == REFUSALS | {"allowed"}
    looked_at = {
        case.session_id
        for case, problem in zip(cases, told, strict=True)
        if problem in (None, "nothing-kept") and SESSION_DATA.match(f"{case.method} {case.path}")
    }
    deadline = time.monotonic() + 10
    while not looked_at <= audited(service):
        assert time.monotonic() < deadline, "somebody looked without a trace"
        time.sleep(0.1)


def audited(service: RunningService) -> set[str | None]:
    """Sessions at which somebody looked."""

    async def read(db: Transaction) -> set[str | None]:
        looks = select(AuditEntry.session_id).where(AuditEntry.action != "refused")
        return set(await db.scalars(looks))

    found: set[str | None] = service.in_database(read)
    return found


async def _cases(db: Transaction, route: str) -> AsyncIterator[Case]:
    """With accounts, logins and sessions that no other route changes."""
    method, path = route.split()
    row, of_session = RIGHTS[route], "{session_id}" in path or path == "/api/v1/token"
    for role in ROLES:
        for relation in _relations(role) if of_session else [Relation.NONE]:
            yield Case(
                method,
                path,
                f"{role or 'no role'}, {relation}",
                expected_of_person(row, role, relation),
                *await _person(db, role, relation),
            )
    for mine, over in ((True, False), (True, True), (False, False)):
        theirs, session = await _session(db, "x", over=over), await _session(db, "x", over=over)
        credential = give_credential(theirs.patient)
        yield Case(
            method,
            path,
            f"family, {mine=}, {over=}",
            expected_of_family(row, of_session, mine, over),
            {"Authorization": f"Bearer {credential}"},
            (theirs if mine else session).id,
        )
    session = await _session(db, "x")
    nobody = "allowed" if row & {Who.ANYBODY, Who.SIGNATURE} else "not-signed-in"
    yield Case(method, path, "nobody", nobody, {}, session.id)


def _relations(role: AccountRole | None) -> list[Relation]:
    """What a family has agreed to is asked for a researcher alone."""
    if role is AccountRole.RESEARCHER:
        return [relation for relation in Relation if relation is not Relation.NONE]
    if role is AccountRole.PRACTITIONER:
        return [*TO_PRACTITIONERS, Relation.FOREIGN]
    return [Relation.OWN, Relation.CONTROLS, Relation.FOREIGN]


async def _person(
    db: Transaction, role: AccountRole | None, relation: Relation
) -> tuple[dict[str, str], str]:
    unit, other = (Unit(id=new_id(), title=new_id(), claim=new_id()) for _ in range(2))
    account = Account(
        id=new_id(),
        subject_digest=digest(new_id()),
        roles=[role] if role else [],
        granted_roles=[],
        unit=unit.claim,
    )
    db.add_all([unit, other, account])
    opened: OpenedLogin = await open_login(db, account.id)
    session = await _session(
        db,
        account.id if relation is Relation.OWN else "somebody else",
        unit_id=(other if relation is Relation.OTHER_UNIT else unit).id,
        over=relation in OVER,
        keeps=relation in TO_RESEARCH or relation is Relation.KEPT_ALONE,
        to_research=relation in TO_RESEARCH,
    )
    if (who := TO_PRACTITIONERS.get(relation)) not in (None, Who.OWNER):
        state = ColleagueState.WAITING if who is Who.WAITING else ColleagueState.ADMITTED
        colleague = Colleague(
            session_id=session.id, account=account.id, state=state, controls=who is Who.CONTROLS
        )
        db.add(colleague)
    cookie = f"epedicare_session={opened.cookie}"
    return {"Cookie": cookie, ORIGIN_KEY_HEADER: opened.key}, session.id


async def _session(
    db: Transaction,
    account: str,
    *,
    unit_id: str | None = None,
    over: bool = False,
    keeps: bool = False,
    to_research: bool = False,
) -> Session:
    session = Session(account=account, unit_id=unit_id, seats=[Seat(role=Role.PATIENT)])
    if over:
        session.state, session.ended_at = SessionState.ENDED, utc_now()
    db.add(session)
    await db.flush()
    await db.refresh(session.patient)
    if keeps:
        answers = Answers(True, True, to_research, "guardian", None)
        text = current_text("fr")
        assert text is not None
        await record_answers(db, session.patient, answers, text)
    return session
