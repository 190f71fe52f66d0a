"""A login is a cookie and a key: the cookie goes to every port of the host, the key to no other."""

import httpx2
import pytest
from service_fixtures import Practitioner, RunningService
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agent.contract import ORIGIN_KEY_HEADER
from token_service.models import Login
from token_service.secret_values import digest

pytestmark = pytest.mark.unit


@pytest.fixture
def practitioner(service: RunningService) -> Practitioner:
    return service.practitioner()


@pytest.fixture
def thief(service: RunningService, practitioner: Practitioner) -> httpx2.Client:
    """Another program of this host, which the browser sent the cookie to."""
    return service.client(headers={"Cookie": practitioner.client.headers["Cookie"]})


def test_the_cookie_alone_reads_and_changes_nothing(
    practitioner: Practitioner, thief: httpx2.Client
) -> None:
    session = practitioner.create()
    one = f"/api/v1/sessions/{session}"
    requests = [
        ("GET", "/api/v1/me", None),
        ("GET", "/api/v1/sessions", None),
        ("GET", one, None),
        ("GET", f"{one}/events", None),
        ("GET", f"{one}/replay/manifest", None),
        ("GET", f"{one}/replay/messages?topic=window", None),
        ("GET", f"{one}/export?to=csv", None),
        ("POST", "/api/v1/sessions", {}),
        ("POST", f"{one}/invites", {}),
        ("POST", f"{one}/admit", {}),
        ("POST", f"{one}/deny", {}),
        ("POST", f"{one}/end", {}),
        ("PUT", f"{one}/analysis", {"paused": True}),
        ("PATCH", one, {"label": "mine"}),
        ("DELETE", one, {}),
        ("POST", "/api/v1/token", {"room_name": session}),
    ]
    for method, path, body in requests:
        answer = thief.request(method, path, json=body)
        assert (answer.status_code, answer.json()["type"]) == (401, "/problems/not-signed-in"), path
    shown = practitioner.show(session)
    assert (shown["state"], shown["label"]) == ("created", None)


def test_the_cookie_alone_signs_nobody_out(
    practitioner: Practitioner, thief: httpx2.Client
) -> None:
    thief.post("/api/v1/sign-out", json={})
    assert practitioner.client.get("/api/v1/me").status_code == 200


def test_neither_the_key_alone_nor_the_key_of_another_login_will_do(
    service: RunningService, practitioner: Practitioner, thief: httpx2.Client
) -> None:
    key = practitioner.client.headers[ORIGIN_KEY_HEADER]
    assert service.client(headers={ORIGIN_KEY_HEADER: key}).get("/api/v1/me").status_code == 401
    others = service.practitioner().client.headers[ORIGIN_KEY_HEADER]
    for wrong in (others, "", key[:-1], digest(key)):
        answer = thief.get("/api/v1/me", headers={ORIGIN_KEY_HEADER: wrong})
        assert answer.status_code == 401
    assert thief.get("/api/v1/me", headers={ORIGIN_KEY_HEADER: key}).status_code == 200


def test_the_key_is_told_once_and_kept_as_a_digest(service: RunningService) -> None:
    secret = service.in_database(None)
    answer = service.client().post("/api/v1/sign-in", json={"secret": secret})
    key = answer.json()["key"]
    assert len(key) >= 43
    assert key not in str(answer.headers)
    assert answer.headers["cache-control"] == "no-store"

    async def kept(db: AsyncSession) -> list[str]:
        return list(await db.scalars(select(Login.key_digest)))

    digests = service.in_database(kept)
    assert digest(key) in digests and key not in digests


def test_a_login_of_before_there_were_keys_is_over(
    service: RunningService, practitioner: Practitioner, thief: httpx2.Client
) -> None:
    cookie = practitioner.client.headers["Cookie"].partition("=")[2]

    async def take_key_away(db: AsyncSession) -> None:
        login = await db.scalar(select(Login).where(Login.cookie_digest == digest(cookie)))
        assert login is not None
        login.key_digest = ""

    service.in_database(take_key_away)
    assert thief.get("/api/v1/me", headers={ORIGIN_KEY_HEADER: ""}).status_code == 401
    assert practitioner.client.get("/api/v1/me").status_code == 401


def test_a_family_is_known_by_no_cookie(
    service: RunningService, practitioner: Practitioner
) -> None:
    """Its credential is kept by the page's origin as it is."""
    link = practitioner.invite(practitioner.create())["link"]
    secret = {"secret": link.partition("#")[2]}
    answer = service.client().post("/api/v1/invites/redeem", json=secret)
    assert answer.status_code == 201
    assert "set-cookie" not in answer.headers
