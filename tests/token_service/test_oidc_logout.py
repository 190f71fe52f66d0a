"""Signing out at the provider ends what was signed in here, and the other way round."""

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from database_fixtures import NewDatabase, everything_in
from hostile_provider import CLIENT_ID, CLIENT_SECRET, Claims, HostileProvider, signed
from joserfc.jwk import RSAKey
from provider_fixtures import asked_of, settings_with, signed_in_at
from service_fixtures import Practitioner, RunningService
from sqlalchemy import select

from agent.contract import BACK_CHANNEL_LOGOUT_PATH
from agent.dev_stack.ports import free_port
from token_service.database import Transaction
from token_service.models import AuditEntry
from token_service.oidc.tokens import LOGOUT_EVENT

pytestmark = [pytest.mark.unit, pytest.mark.both_databases]

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
NOW_S = int(time.time())


def claims_of_logout(hostile: HostileProvider, **changed: Any) -> Claims:
    claims = hostile.truth | {"jti": f"token {time.monotonic_ns()}", "events": {LOGOUT_EVENT: {}}}
    claims |= changed
    return {name: value for name, value in claims.items() if value is not None}


def say(clinic: RunningService, token: str) -> httpx2.Response:
    return clinic.client().post(BACK_CHANNEL_LOGOUT_PATH, data={"logout_token": token})


def logout(clinic: RunningService, hostile: HostileProvider, **changed: Any) -> httpx2.Response:
    return say(clinic, signed(claims_of_logout(hostile, **changed), hostile.key, typ="logout+jwt"))


def is_signed_in(practitioner: Practitioner) -> bool:
    return practitioner.client.get("/api/v1/me").status_code == 200


@pytest.fixture
def two(clinic: RunningService, hostile: HostileProvider) -> Iterator[list[Practitioner]]:
    """One person with two sessions at the provider."""
    signed_in = []
    for sid in ("one", "other"):
        hostile.sid = sid
        signed_in.append(signed_in_at(clinic, hostile))
    assert all(map(is_signed_in, signed_in))
    yield signed_in
    hostile.sid = "a session there"


def test_one_session_there_ends_its_login_alone(
    clinic: RunningService, hostile: HostileProvider, two: list[Practitioner]
) -> None:
    assert logout(clinic, hostile, sid="one", sub=None).status_code == 200
    assert list(map(is_signed_in, two)) == [False, True]


def test_without_a_session_all_logins_of_the_person_end(
    clinic: RunningService, hostile: HostileProvider, two: list[Practitioner]
) -> None:
    hostile.answers.claims = {"sub": "somebody else"}
    hostile.answers.userinfo = b'{"sub": "somebody else"}'
    bystander = signed_in_at(clinic, hostile)
    assert logout(clinic, hostile, sid=None).status_code == 200
    assert list(map(is_signed_in, [*two, bystander])) == [False, False, True]


def test_a_session_of_another_person_ends_nobodys_login(
    clinic: RunningService, hostile: HostileProvider, two: list[Practitioner]
) -> None:
    assert logout(clinic, hostile, sid="one", sub="somebody else").status_code == 200
    assert all(map(is_signed_in, two))


def test_whoever_watches_sees_the_end(
    clinic: RunningService, hostile: HostileProvider, two: list[Practitioner]
) -> None:
    one = two[0]
    session = one.create()
    with (
        one.client.stream("GET", f"/api/v1/sessions/{session}/events") as theirs,
        one.client.stream("GET", "/api/v1/me/events") as mine,
    ):
        watched, own = theirs.iter_lines(), mine.iter_lines()
        assert next(watched) == "event: session" and next(own) == "event: login"
        assert logout(clinic, hostile, sid="one").status_code == 200
        assert "event: session" not in list(watched), "both streams end"
        assert "event: login" not in list(own)
    assert one.client.get("/api/v1/me/events").status_code == 401


def test_the_audit_says_by_whom(clinic: RunningService, hostile: HostileProvider) -> None:
    practitioner = signed_in_at(clinic, hostile)
    logout(clinic, hostile)

    async def actions(db: Transaction) -> set[str]:
        return set(await db.scalars(select(AuditEntry.action)))

    assert not is_signed_in(practitioner)
    assert "signed_out_by_provider" in clinic.in_database(actions)


def test_a_logout_token_is_used_once(clinic: RunningService, hostile: HostileProvider) -> None:
    token = signed(claims_of_logout(hostile), hostile.key)
    assert say(clinic, token).status_code == 200
    later = signed_in_at(clinic, hostile)
    assert say(clinic, token).status_code == 400
    assert is_signed_in(later)


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://login.elsewhere.example"},
        {"iss": None},
        {"aud": "another client"},
        {"aud": None},
        {"exp": NOW_S - 3600},
        {"exp": None},
        {"exp": NOW_S + 365 * 24 * 3600},
        {"iat": None},
        {"iat": NOW_S - 24 * 3600},
        {"iat": NOW_S + 3600},
        {"jti": None},
        {"jti": 12},
        {"events": None},
        {"events": {}},
        {"events": [LOGOUT_EVENT]},
        {"events": {LOGOUT_EVENT: True}},
        {"nonce": "n" * 43},
        {"sub": None, "sid": None},
        {"sub": 12},
        {"sid": 12},
        {"sid": ["one"]},
    ],
)
def test_a_token_that_is_no_logout_token(
    clinic: RunningService, hostile: HostileProvider, wrong: Claims
) -> None:
    practitioner = signed_in_at(clinic, hostile)
    assert logout(clinic, hostile, **wrong).status_code == 400
    assert is_signed_in(practitioner)


def test_an_id_token_ends_nothing(clinic: RunningService, hostile: HostileProvider) -> None:
    practitioner = signed_in_at(clinic, hostile)
    token = signed(hostile.truth | {"nonce": "n" * 43}, hostile.key)
    assert say(clinic, token).status_code == 400
    assert is_signed_in(practitioner)


def test_a_token_of_another_type_or_by_another_key(
    clinic: RunningService, hostile: HostileProvider
) -> None:
    practitioner = signed_in_at(clinic, hostile)
    claims = claims_of_logout(hostile)
    stranger = RSAKey.generate_key(2048, {"use": "sig"}, auto_kid=True)
    assert say(clinic, signed(claims, hostile.key, typ="at+jwt")).status_code == 400
    assert say(clinic, signed(claims, stranger, kid=hostile.key.kid)).status_code == 400
    assert say(clinic, signed(claims, stranger)).status_code == 400
    assert say(clinic, "no token").status_code == 400
    assert is_signed_in(practitioner)


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"", FORM, 400),
        (b"logout_token", FORM, 400),
        (b"\xff\xfe=\xff", FORM, 400),
        (b"logout_token=%FF", FORM, 400),
        (b"{}", {"Content-Type": "application/json"}, 415),
        (b"logout_token=" + b"x" * 70_000, FORM, 413),
    ],
)
def test_what_is_no_form_with_a_token(
    clinic: RunningService, body: bytes, headers: dict[str, str], status: int
) -> None:
    answer = clinic.client().post(BACK_CHANNEL_LOGOUT_PATH, content=body, headers=headers)
    assert answer.status_code == status


def test_whoever_signs_out_here_signs_out_there(
    clinic: RunningService, hostile: HostileProvider
) -> None:
    practitioner = signed_in_at(clinic, hostile)
    answer = practitioner.client.post("/api/v1/sign-out", json={})
    place = urlsplit(answer.json()["continue_at"])
    said = {name: value for name, (value,) in parse_qs(place.query).items()}
    assert f"{place.scheme}://{place.netloc}{place.path}" == f"{hostile.issuer}/logout"
    assert said.pop("state") and said == {
        "client_id": CLIENT_ID,
        "post_logout_redirect_uri": f"{clinic.url}/",
    }
    assert not is_signed_in(practitioner)
    assert practitioner.client.post("/api/v1/sign-out", json={}).status_code == 204


@pytest.fixture
def demanding(
    hostile: HostileProvider, clinic: RunningService, new_database: NewDatabase, tmp_path: Any
) -> Iterator[RunningService]:
    """A service whose provider wants the ID token back, as ProConnect does."""
    oidc = clinic.settings.oidc
    assert oidc is not None
    asked = oidc.model_copy(update={"logout_needs_id_token": True})
    settings = settings_with(tmp_path, asked, free_port(), new_database())
    with RunningService(settings) as service:
        yield service


def test_the_id_token_goes_back_only_where_the_provider_wants_it(
    demanding: RunningService, hostile: HostileProvider
) -> None:
    practitioner = signed_in_at(demanding, hostile)
    assert "sealed" in (kept := everything_in(demanding.settings.database))
    assert "eyJhbGciOiJSUzI1Ni" not in kept, "in the database it is closed"
    answer = practitioner.client.post("/api/v1/sign-out", json={})
    said = parse_qs(urlsplit(answer.json()["continue_at"]).query)
    assert said.keys() == {"post_logout_redirect_uri", "state", "id_token_hint"}
    assert said["id_token_hint"][0].count(".") == 2


def test_a_provider_without_such_a_page(hostile: HostileProvider, tmp_path: Any) -> None:
    hostile.answers.description = {"end_session_endpoint": None}
    asked = asked_of(issuer=hostile.issuer, client_id=CLIENT_ID, client_secret=CLIENT_SECRET)
    with RunningService(settings_with(tmp_path, asked, free_port())) as service:
        practitioner = signed_in_at(service, hostile)
        assert practitioner.client.post("/api/v1/sign-out", json={}).status_code == 204
        assert not is_signed_in(practitioner)
