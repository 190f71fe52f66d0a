"""What one family, or anybody, may do again and again without holding up the others."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from database_fixtures import synchronous
from service_fixtures import Patient, Practitioner, RunningService, events
from sqlalchemy import func, select

from token_service.broker import STREAMS_PER_CALLER, Shown
from token_service.database import Transaction
from token_service.models import Base, Consent, Seat, Session
from token_service.secret_values import ShortCode
from token_service.service import (
    CHANGES_A_MINUTE,
    TOKENS_A_MINUTE,
    change_limit,
    failure_limit,
    token_limit,
)

pytestmark = [pytest.mark.unit, pytest.mark.both_databases]


@pytest.fixture(autouse=True)
def fresh_limits(service: RunningService) -> None:
    service.running.changes = change_limit()
    service.running.tokens = token_limit()
    service.running.code_failures = failure_limit()


@pytest.fixture
def seated(service: RunningService) -> tuple[Practitioner, Patient]:
    practitioner = service.practitioner()
    return practitioner, service.patient(practitioner.invite(practitioner.create()))


@contextmanager
def somebody_writes(service: RunningService) -> Iterator[None]:
    """A transaction of another process that lets nobody else write."""
    address = service.settings.database
    engine = synchronous(address)
    with engine.connect() as connection:
        if address.embedded:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            tables = ", ".join(Base.metadata.tables)
            connection.exec_driver_sql(f"LOCK TABLE {tables} IN EXCLUSIVE MODE")
        yield
        connection.rollback()
    engine.dispose()


def answers_on_record(service: RunningService, session: str) -> int:
    async def count(db: Transaction) -> int:
        mine = select(func.count(Consent.id)).join(Seat).where(Seat.session_id == session)
        return await db.scalar(mine) or 0

    found: int = service.in_database(count)
    return found


def test_unchanged_answers_write_nothing(
    service: RunningService, seated: tuple[Practitioner, Patient]
) -> None:
    _, patient = seated
    for _ in range(3):
        assert patient.consent().json() == {"analysis": "granted", "keeping": True}
        assert patient.consent(child_assent=None).json() == {"analysis": "granted", "keeping": True}
    assert answers_on_record(service, patient.session) == 2
    for _ in range(3):
        patient.consent(keeping=False)
    assert answers_on_record(service, patient.session) == 3
    actions = [entry.action for entry in service.audit(patient.session)]
    assert actions.count("keeping.withdrawn") == 1
    assert actions.count("live_analysis.granted") == 1


def test_an_assent_that_is_given_later_is_a_new_answer(
    service: RunningService, seated: tuple[Practitioner, Patient]
) -> None:
    _, patient = seated
    patient.consent(child_assent=None)
    patient.consent(child_assent=True)
    assert answers_on_record(service, patient.session) == 4


def test_only_the_newest_answers_are_loaded(
    service: RunningService, seated: tuple[Practitioner, Patient]
) -> None:
    _, patient = seated
    for keeping in (True, False) * 10:
        patient.consent(keeping=keeping)

    async def loaded(db: Transaction) -> list[Consent]:
        return (await db.get_one(Session, patient.session)).patient.answers

    assert [answer.granted for answer in service.in_database(loaded)] == [True, False]
    assert answers_on_record(service, patient.session) == 21


def test_a_caller_has_so_many_streams(
    service: RunningService, seated: tuple[Practitioner, Patient]
) -> None:
    practitioner, patient = seated
    path = f"/api/v1/sessions/{patient.session}/events"
    with ExitStack() as open_streams:
        for _ in range(STREAMS_PER_CALLER):
            open_streams.enter_context(events(patient.client, patient.session))
        refused = patient.client.get(path)
        assert refused.status_code == 429
        assert int(refused.headers["Retry-After"]) > 0
        with events(practitioner.client, patient.session) as theirs:
            assert next(theirs)["id"] == patient.session


def test_a_caller_has_so_many_changes(
    seated: tuple[Practitioner, Patient],
) -> None:
    practitioner, patient = seated
    answers = [patient.pause(number % 2 == 0) for number in range(CHANGES_A_MINUTE + 1)]
    assert [answer.status_code for answer in answers] == [200] * CHANGES_A_MINUTE + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
    assert answers[-1].elapsed.total_seconds() > 0.9, "whoever tries again at once is slowed"
    assert practitioner.pause(patient.session).status_code == 200, "the others go on"


def test_a_caller_has_so_many_tokens(
    service: RunningService, seated: tuple[Practitioner, Patient]
) -> None:
    practitioner, patient = seated
    patient.knock()
    practitioner.admit(patient.session)
    for _ in range(TOKENS_A_MINUTE):
        service.running.tokens.take(identity_of(service, patient.session))
    refused = patient.client.post("/api/v1/token", json={})
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 60


def identity_of(service: RunningService, session: str) -> str:
    async def read(db: Transaction) -> str:
        return (await db.get_one(Session, session)).patient.identity

    found: str = service.in_database(read)
    return found


def test_who_only_reads_does_not_wait_for_who_writes(
    service: RunningService, seated: tuple[Practitioner, Patient]
) -> None:
    practitioner, patient = seated
    with somebody_writes(service):
        assert patient.show().status_code == 200
        assert practitioner.client.get("/api/v1/sessions").status_code == 200
        assert practitioner.client.get("/api/v1/me").status_code == 200
        with events(patient.client, patient.session) as mine:
            assert next(mine)["id"] == patient.session
        for guess in ({"secret": "x" * 43},):
            assert (
                service.client().post("/api/v1/invites/redeem", json=guess).status_code,
                service.client().post("/api/v1/sign-in", json=guess).status_code,
            ) == (404, 401)
        assert (
            service.client()
            .put(f"/api/v1/sessions/{patient.session}/analysis", json={"paused": True})
            .status_code
            == 401
        ), "nor does a stranger reach the queue of writers"


def test_a_change_is_read_once_for_all_who_listen(
    service: RunningService,
    seated: tuple[Practitioner, Patient],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    practitioner, patient = seated
    broker, reads = service.running.broker, []
    read = broker._read

    async def counted(session_id: str) -> Shown | None:
        reads.append(session_id)
        return await read(session_id)

    monkeypatch.setattr(broker, "_read", counted)
    with ExitStack() as open_streams:
        streams = [
            open_streams.enter_context(events(one.client, patient.session))
            for one in (practitioner, patient)
            for _ in range(STREAMS_PER_CALLER)
        ]
        for stream in streams:
            assert next(stream)["patient"]["analysis"] == "none"
        patient.consent()
        for stream in streams:
            assert next(stream)["patient"]["analysis"] == "granted"
    assert len(reads) == 2


def test_a_code_is_digested_while_others_write_and_also_when_it_is_unknown(
    service: RunningService,
    seated: tuple[Practitioner, Patient],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    practitioner, patient = seated
    slow, digested = ShortCode.digest, []

    def digest(code: ShortCode, salt: str) -> str:
        with somebody_writes(service):  # would say at once that the database is locked
            digested.append(code.text)
            return slow(code, salt)

    monkeypatch.setattr(ShortCode, "digest", digest)
    invite = practitioner.invite(patient.session)
    assert digested == [invite["short_code"]]
    wrong = invite["short_code"][:4] + "2222"
    for code in ("22222222", wrong, invite["short_code"]):
        service.client().post("/api/v1/invites/redeem", json={"code": code})
    assert digested[1:] == ["22222222", wrong, invite["short_code"]]


def test_signing_out_ends_the_streams_of_who_only_looked(service: RunningService) -> None:
    practitioner, onlooker = service.practitioner(), service.practitioner()
    session = practitioner.create()
    with events(onlooker.client, session) as theirs:
        next(theirs)
        onlooker.client.post("/api/v1/sign-out", json={})
        assert list(theirs) == []
