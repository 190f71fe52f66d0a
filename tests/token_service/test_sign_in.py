from datetime import timedelta

import httpx2
import pytest
from service_fixtures import RunningService
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agent.contract import ORIGIN_KEY_HEADER
from token_service.database import utc_now
from token_service.models import Login, SignInSecret
from token_service.secret_values import digest
from token_service.service import FAILURES

pytestmark = [pytest.mark.unit, pytest.mark.both_databases]


def sign_in(service: RunningService, secret: str) -> tuple[httpx2.Client, httpx2.Response]:
    client = service.client()
    return client, client.post("/api/v1/sign-in", json={"secret": secret})


def test_a_secret_signs_in_once(service: RunningService) -> None:
    secret = service.in_database(None)
    client, answer = sign_in(service, secret)
    assert answer.status_code == 201
    client.headers[ORIGIN_KEY_HEADER] = answer.json()["key"]
    me = {"roles": ["practitioner"], "units": [], "code": "deve-lopm"}
    assert client.get("/api/v1/me").json() == me
    assert sign_in(service, secret)[1].status_code == 401


def test_the_cookie_is_for_the_server_alone(service: RunningService) -> None:
    _, answer = sign_in(service, service.in_database(None))
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith("epedicare_session=")
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


@pytest.mark.parametrize("glued", [".", ">", "%3E", ")", ",", "\u00a0»", "_"])
def test_what_a_sentence_glues_to_a_link_is_left_out(service: RunningService, glued: str) -> None:
    assert sign_in(service, service.in_database(None) + glued)[1].status_code == 201


def test_a_wrong_or_old_secret_does_not(service: RunningService) -> None:
    secret = service.in_database(None)

    async def age(db: AsyncSession) -> None:
        (await db.get(SignInSecret, digest(secret))).expires_at = utc_now() - timedelta(seconds=1)

    service.in_database(age)
    assert sign_in(service, secret)[1].status_code == 401
    assert sign_in(service, "x" * 43)[1].json()["type"] == "/problems/wrong-secret"


def test_a_link_cannot_be_guessed_and_so_tries_of_others_keep_nobody_out(
    service: RunningService,
) -> None:
    for _ in range(2 * FAILURES):
        assert sign_in(service, "x" * 43)[1].status_code == 401
    assert sign_in(service, service.in_database(None))[1].status_code == 201


def test_signing_in_is_no_failure(service: RunningService) -> None:
    for _ in range(FAILURES + 1):
        service.practitioner()


def test_signing_out(service: RunningService) -> None:
    practitioner = service.practitioner()
    session = practitioner.create()
    assert practitioner.client.get("/api/v1/me").status_code == 200
    assert practitioner.client.post("/api/v1/sign-out", json={}).status_code == 204
    assert "Cookie" in practitioner.client.headers  # whoever stole both secrets has them still
    assert practitioner.client.get("/api/v1/me").status_code == 401
    assert practitioner.client.get(f"/api/v1/sessions/{session}").status_code == 401


def test_a_login_ends_by_itself(service: RunningService) -> None:
    practitioner = service.practitioner()

    async def age(db: AsyncSession) -> None:
        cookie = practitioner.client.cookies["epedicare_session"]
        login = await db.scalar(select(Login).where(Login.cookie_digest == digest(cookie)))
        login.expires_at = utc_now() - timedelta(seconds=1)

    service.in_database(age)
    assert practitioner.client.get("/api/v1/me").status_code == 401


def test_two_browsers_see_the_same_sessions_from_different_seats(
    service: RunningService,
) -> None:
    one, other = service.practitioner(), service.practitioner()
    session = one.create()
    assert other.show(session)["id"] == session
    other.invite(session)

    async def seats(db: AsyncSession) -> int:
        from token_service.models import Session

        return len((await db.get(Session, session)).seats)

    assert service.in_database(seats) == 3


def test_the_pages_learn_how_to_sign_in(service: RunningService) -> None:
    assert service.client().get("/api/v1/configuration").json() == {
        "sign_in": "development",
        "capabilities": {},
    }
