"""A login at a provider ends by itself: when nothing is done, and when it is too old. Not in a
call."""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from hostile_provider import HostileProvider
from provider_fixtures import signed_in_at
from service_fixtures import Practitioner, RunningService
from sqlalchemy import select

from token_service.database import Transaction, utc_now
from token_service.models import Login, Seat, Session, SessionState
from token_service.secret_values import digest

pytestmark = [pytest.mark.unit, pytest.mark.both_databases]

SOON, PAST = timedelta(seconds=1), timedelta(seconds=-1)


@pytest.fixture
def practitioner(clinic: RunningService, hostile: HostileProvider) -> Practitioner:
    return signed_in_at(clinic, hostile)


def change(
    clinic: RunningService, practitioner: Practitioner, work: Callable[[Login], None]
) -> None:
    cookie = practitioner.client.headers["Cookie"].partition("=")[2]

    async def run(db: Transaction) -> None:
        login = await db.scalar(select(Login).where(Login.cookie_digest == digest(cookie)))
        assert login is not None
        work(login)

    clinic.in_database(run)


def nothing_done(since: timedelta) -> Callable[[Login], None]:
    def work(login: Login) -> None:
        login.idle_at = utc_now() + since

    return work


def too_old(login: Login) -> None:
    login.expires_at = utc_now() + PAST


def lasts(practitioner: Practitioner) -> dict[str, int | None]:
    answer = practitioner.client.get("/api/v1/me/login").raise_for_status()
    told: dict[str, int | None] = answer.json()
    return told


def status(practitioner: Practitioner, path: str = "/api/v1/me") -> int:
    return practitioner.client.get(path).status_code


def in_call(
    clinic: RunningService, practitioner: Practitioner
) -> tuple[str, Callable[[Callable[[Session, Seat], None]], None]]:
    """A live session in which LiveKit sees the practitioner, and a way to change it."""
    session_id = practitioner.create()

    def alter(work: Callable[[Session, Seat], None]) -> None:
        async def run(db: Transaction) -> None:
            session = await db.get(Session, session_id)
            assert session is not None
            work(session, next(seat for seat in session.seats if seat.login_id))

        clinic.in_database(run)

    def begin(session: Session, seat: Seat) -> None:
        session.state = SessionState.LIVE
        seat.present = True

    alter(begin)
    return session_id, alter


def test_how_long_it_lasts_is_told(practitioner: Practitioner) -> None:
    told = lasts(practitioner)
    assert told["idle_in_s"] is not None and 29 * 60 <= told["idle_in_s"] <= 30 * 60
    assert told["ends_in_s"] is not None and 11 * 3600 < told["ends_in_s"] <= 12 * 3600


def test_nothing_done_for_too_long(clinic: RunningService, practitioner: Practitioner) -> None:
    change(clinic, practitioner, nothing_done(PAST))
    assert status(practitioner) == 401
    assert practitioner.client.post("/api/v1/me/active", json={}).status_code == 401


def test_too_old_whatever_is_done(clinic: RunningService, practitioner: Practitioner) -> None:
    change(clinic, practitioner, too_old)
    assert status(practitioner) == 401
    assert practitioner.client.post("/api/v1/me/active", json={}).status_code == 401


def test_a_touch_puts_it_off(clinic: RunningService, practitioner: Practitioner) -> None:
    change(clinic, practitioner, nothing_done(timedelta(minutes=1)))
    told = practitioner.client.post("/api/v1/me/active", json={}).json()
    assert told["idle_in_s"] > 29 * 60
    assert lasts(practitioner)["idle_in_s"] == pytest.approx(told["idle_in_s"], abs=60)


@pytest.mark.parametrize("path", ["/me", "/me/login", "/sessions", "/sessions/{}"])
def test_what_a_page_asks_by_itself_does_not(
    clinic: RunningService, practitioner: Practitioner, path: str
) -> None:
    session = practitioner.create()
    change(clinic, practitioner, nothing_done(timedelta(minutes=1)))
    assert status(practitioner, f"/api/v1{path.format(session)}") == 200
    idle_in_s = lasts(practitioner)["idle_in_s"]
    assert idle_in_s is not None and idle_in_s <= 60


def test_what_a_practitioner_does_does(clinic: RunningService, practitioner: Practitioner) -> None:
    session = practitioner.create()
    change(clinic, practitioner, nothing_done(timedelta(minutes=1)))
    practitioner.invite(session)
    idle_in_s = lasts(practitioner)["idle_in_s"]
    assert idle_in_s is not None and idle_in_s > 29 * 60


@pytest.mark.parametrize("over", [nothing_done(PAST), too_old])
def test_neither_ends_it_during_a_call(
    clinic: RunningService, practitioner: Practitioner, over: Callable[[Login], None]
) -> None:
    session, _ = in_call(clinic, practitioner)
    change(clinic, practitioner, over)
    assert status(practitioner) == 200
    assert lasts(practitioner) == {"idle_in_s": None, "ends_in_s": None}
    with practitioner.client.stream("GET", f"/api/v1/sessions/{session}/events") as stream:
        assert next(stream.iter_lines()) == "event: session"


def absent(session: Session, seat: Seat) -> None:
    seat.present = False


def ended(session: Session, seat: Seat) -> None:
    session.state = SessionState.ENDED


def put_out(session: Session, seat: Seat) -> None:
    seat.revoked_at = utc_now()


@pytest.mark.parametrize("no_call", [absent, ended, put_out])
def test_what_is_no_call_saves_no_login(
    clinic: RunningService,
    practitioner: Practitioner,
    no_call: Callable[[Session, Seat], None],
) -> None:
    _, alter = in_call(clinic, practitioner)
    change(clinic, practitioner, nothing_done(PAST))
    assert status(practitioner) == 200
    alter(no_call)
    assert status(practitioner) == 401


def test_anothers_call_saves_no_login(
    clinic: RunningService, hostile: HostileProvider, practitioner: Practitioner
) -> None:
    """Of the same person, in another browser."""
    in_call(clinic, signed_in_at(clinic, hostile))
    change(clinic, practitioner, nothing_done(PAST))
    assert status(practitioner) == 401


def test_after_the_call_there_is_as_much_time_as_ever(
    clinic: RunningService, practitioner: Practitioner
) -> None:
    session, _ = in_call(clinic, practitioner)
    change(clinic, practitioner, nothing_done(PAST))
    practitioner.end(session)
    idle_in_s = lasts(practitioner)["idle_in_s"]
    assert idle_in_s is not None and idle_in_s > 29 * 60


@pytest.mark.parametrize("path", ["/me/events", "/sessions/{}/events"])
def test_streams_end_when_the_time_is_over_though_nothing_happens(
    clinic: RunningService, practitioner: Practitioner, path: str
) -> None:
    session = practitioner.create()
    change(clinic, practitioner, nothing_done(SOON))
    with practitioner.client.stream("GET", f"/api/v1{path.format(session)}") as stream:
        lines = stream.iter_lines()
        assert next(lines).startswith("event: ")
        list(lines)  # until it ends; the client gives up sooner than the stream's next sign
    assert status(practitioner) == 401


def test_a_touch_meanwhile_keeps_the_stream(
    clinic: RunningService, practitioner: Practitioner
) -> None:
    session = practitioner.create()
    change(clinic, practitioner, nothing_done(SOON))
    over_at = utc_now() + 2 * SOON
    with practitioner.client.stream("GET", f"/api/v1/sessions/{session}/events") as stream:
        told = (line for line in stream.iter_lines() if line == "event: session")
        assert next(told)
        practitioner.client.post("/api/v1/me/active", json={}).raise_for_status()
        while utc_now() < over_at:
            time.sleep(0.05)
        label = {"label": "still there"}
        practitioner.client.patch(f"/api/v1/sessions/{session}", json=label).raise_for_status()
        assert next(told)


def test_a_links_login_may_lie_still(service: RunningService) -> None:
    told = lasts(service.practitioner())
    assert told["idle_in_s"] is None and told["ends_in_s"] is not None
