"""A provider, or somebody between, who answers what they should not: nobody is signed in by it, and
the person stands before a page."""

import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from hostile_provider import CLIENT_ID, CLIENT_SECRET, SUBJECT, Claims, HostileProvider, signed
from joserfc.jwk import Key, RSAKey
from joserfc.jws import JWSRegistry
from provider_fixtures import ATTEMPT_COOKIE, LOGIN_COOKIE, START, come_back
from service_fixtures import RunningService
from sqlalchemy import select

from agent.contract import ORIGIN_KEY_HEADER
from token_service.database import Transaction
from token_service.models import AuditEntry
from token_service.oidc.why import Why

pytestmark = pytest.mark.unit

CALLBACK = "/api/v1/sign-in/callback"
A_SESSION = f"/practitioner/sessions/{'0a' * 16}"
ATTACKERS_KEY = RSAKey.generate_key(2048, {"use": "sig"}, auto_kid=True)


def outcome(answer: httpx2.Response) -> str:
    """Of a refused sign-in: always a page, and never a login."""
    assert answer.status_code == 303
    place, _, why = answer.headers["location"].partition("#")
    assert place == "/practitioner"
    cookies = answer.headers.get_list("set-cookie")
    assert not any(cookie.startswith(f"{LOGIN_COOKIE}=") for cookie in cookies)
    return why


def refused(clinic: RunningService, hostile: HostileProvider) -> str:
    return outcome(come_back(clinic.client(), hostile))


def test_an_honest_answer_signs_in(clinic: RunningService, hostile: HostileProvider) -> None:
    client = clinic.client()
    answer = come_back(client, hostile)
    place, _, key = answer.headers["location"].partition("#signed-in=")
    assert place == "/practitioner"
    client.headers[ORIGIN_KEY_HEADER] = key
    me = client.get("/api/v1/me").json()
    assert (me["roles"], me["name"]) == (["practitioner"], "Some One")


def test_what_is_asked_and_what_is_kept_meanwhile(
    clinic: RunningService, hostile: HostileProvider
) -> None:
    answer = clinic.client().get(START)
    parts = urlsplit(answer.headers["location"])
    asked = {name: value for name, (value,) in parse_qs(parts.query).items()}
    cookie = answer.headers["set-cookie"].lower()
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{hostile.issuer}/authorize"
    assert asked.keys() == {
        "tenant",
        "response_type",
        "client_id",
        "redirect_uri",
        "scope",
        "state",
        "nonce",
        "code_challenge",
        "code_challenge_method",
    }
    assert asked["response_type"] == "code" and asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == f"{clinic.url}{CALLBACK}"
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3
    assert min(map(len, (asked["state"], asked["nonce"]))) >= 32
    assert "httponly" in cookie and "samesite=lax" in cookie and "max-age=900" in cookie


def test_each_try_is_another(clinic: RunningService, hostile: HostileProvider) -> None:
    one, other = (
        parse_qs(urlsplit(clinic.client().get(START).headers["location"]).query) for _ in range(2)
    )
    for name in ("state", "nonce", "code_challenge"):
        assert one[name] != other[name]


NOW = time.time


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"iss": "https://login.elsewhere.example"}, id="issuer of another"),
        pytest.param({"iss": None}, id="no issuer"),
        pytest.param({"iss": ["x"]}, id="issuers in a list"),
        pytest.param({"aud": "another client"}, id="audience of another"),
        pytest.param({"aud": None}, id="no audience"),
        pytest.param({"aud": []}, id="empty audience"),
        pytest.param({"aud": ["another client"]}, id="audiences of others"),
        pytest.param({"aud": [CLIENT_ID, "another"]}, id="several audiences, no party"),
        pytest.param({"azp": "another client"}, id="party of another"),
        pytest.param({"aud": [CLIENT_ID, "x"], "azp": "x"}, id="made for one of the others"),
        pytest.param({"nonce": "n" * 43}, id="nonce of another try"),
        pytest.param({"nonce": None}, id="no nonce"),
        pytest.param({"exp": int(NOW()) - 3600}, id="expired"),
        pytest.param({"exp": None}, id="never expires"),
        pytest.param({"exp": "soon"}, id="expires at no number"),
        pytest.param({"iat": int(NOW()) + 3600}, id="made in the future"),
        pytest.param({"iat": None}, id="made at no time"),
        pytest.param({"nbf": int(NOW()) + 3600}, id="not valid yet"),
        pytest.param({"sub": None}, id="no subject"),
        pytest.param({"sub": ""}, id="empty subject"),
        pytest.param({"sub": 12}, id="subject is no text"),
    ],
)
def test_claims_that_are_not_ours(
    clinic: RunningService, hostile: HostileProvider, wrong: Claims
) -> None:
    hostile.answers.claims = wrong
    assert refused(clinic, hostile) == Why.NOT_TRUSTED


def test_a_nonce_among_others_in_a_list_is_no_nonce(
    clinic: RunningService, hostile: HostileProvider
) -> None:
    hostile.answers.sign = lambda claims, key: signed(claims | {"nonce": [claims["nonce"]]}, key)
    assert refused(clinic, hostile) == Why.NOT_TRUSTED


def text(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def part(document: Claims) -> str:
    return text(json.dumps(document).encode())


def by_hand(header: Claims, claims: Claims, sign: Callable[[bytes], bytes]) -> str:
    """Where the library would not."""
    content = f"{part(header)}.{part(claims)}"
    return f"{content}.{text(sign(content.encode()))}"


def unsigned(claims: Claims, key: Key) -> str:
    return by_hand({"alg": "none", "kid": key.kid}, claims, lambda _: b"")


def by_a_secret(secret: bytes, claims: Claims, key: Key) -> str:
    header = {"alg": "HS256", "kid": key.kid}
    return by_hand(header, claims, lambda content: hmac.digest(secret, content, "sha256"))


def by_the_public_key_as_a_secret(claims: Claims, key: Key) -> str:
    assert isinstance(key, RSAKey)
    return by_a_secret(key.as_bytes(encoding="PEM", private=False), claims, key)


def by_the_clients_secret(claims: Claims, key: Key) -> str:
    return by_a_secret(CLIENT_SECRET.encode(), claims, key)


def by_a_key_in_the_header(claims: Claims, key: Key) -> str:
    return signed(claims, ATTACKERS_KEY, jwk=ATTACKERS_KEY.as_dict(private=False))


def by_the_right_key_with(**header: Any) -> Callable[[Claims, Key], str]:
    def sign(claims: Claims, key: Key) -> str:
        named = {"alg": "RS256", "kid": key.kid, **header}
        algorithm = JWSRegistry.algorithms[named["alg"]]
        return by_hand(named, claims, lambda content: algorithm.sign(content, key))

    return sign


def by_another_key_of_the_same_name(claims: Claims, key: Key) -> str:
    return signed(claims, ATTACKERS_KEY, kid=key.kid)


def with_other_claims_afterwards(claims: Claims, key: Key) -> str:
    header, _, signature = signed(claims, key).split(".")
    return f"{header}.{part(claims | {'sub': 'an administrator'})}.{signature}"


def without_its_signature(claims: Claims, key: Key) -> str:
    return signed(claims, key).rpartition(".")[0] + "."


@pytest.mark.parametrize(
    "sign",
    [
        unsigned,
        by_the_public_key_as_a_secret,
        by_the_clients_secret,
        by_a_key_in_the_header,
        by_another_key_of_the_same_name,
        with_other_claims_afterwards,
        without_its_signature,
        pytest.param(lambda claims, _: signed(claims, ATTACKERS_KEY), id="a key nobody knows"),
        pytest.param(by_the_right_key_with(alg="RS512"), id="RS512"),
        pytest.param(by_the_right_key_with(alg="PS256"), id="PS256"),
        pytest.param(by_the_right_key_with(jku="https://evil.example/keys"), id="jku"),
        pytest.param(by_the_right_key_with(x5u="https://evil.example/cert"), id="x5u"),
        pytest.param(by_the_right_key_with(x5c=["MIIB"]), id="x5c"),
        pytest.param(by_the_right_key_with(crit=["exp"], exp=1), id="crit of what is not known"),
        pytest.param(by_the_right_key_with(crit=[]), id="empty crit"),
        pytest.param(by_the_right_key_with(crit=["b64"], b64=True), id="crit of b64"),
        pytest.param(lambda claims, key: "no token", id="no token"),
        pytest.param(lambda claims, key: "a.b.c", id="three letters"),
        pytest.param(lambda claims, key: "é.è.ê", id="no ASCII"),
        pytest.param(lambda claims, key: signed(claims, key) + "x" * 200_000, id="huge"),
    ],
)
def test_signatures_that_prove_nothing(
    clinic: RunningService, hostile: HostileProvider, sign: Callable[[Claims, Key], str]
) -> None:
    hostile.answers.sign = sign
    assert refused(clinic, hostile) == Why.NOT_TRUSTED


def test_the_same_hand_with_an_honest_header_is_believed(
    clinic: RunningService, hostile: HostileProvider
) -> None:
    """So that the refusals above are the headers' doing."""
    hostile.answers.sign = by_the_right_key_with(typ="JWT")
    assert "#signed-in=" in come_back(clinic.client(), hostile).headers["location"]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        pytest.param({"state": "s" * 43}, Why.START_AGAIN, id="wrong state"),
        pytest.param({"state": None}, Why.START_AGAIN, id="no state"),
        pytest.param({"state": "é"}, Why.START_AGAIN, id="state is no ASCII"),
        pytest.param({"iss": "https://login.elsewhere.example"}, Why.NOT_TRUSTED, id="mixed up"),
        pytest.param({"iss": None}, Why.NOT_TRUSTED, id="does not say who answers"),
        pytest.param({"code": None}, Why.NOT_TRUSTED, id="no code"),
        pytest.param({"error": "access_denied"}, Why.CANCELLED, id="cancelled"),
        pytest.param({"error": "temporarily_unavailable"}, Why.PROVIDER_AWAY, id="away"),
        pytest.param({"error": "login_required"}, Why.START_AGAIN, id="login required"),
        pytest.param({"error": "invalid_scope"}, Why.PROVIDER_REFUSED, id="refused"),
        pytest.param({"error": "<script>"}, Why.PROVIDER_REFUSED, id="error of no standard"),
    ],
)
def test_answers_that_bring_nobody_in(
    clinic: RunningService, hostile: HostileProvider, said: dict[str, str | None], why: Why
) -> None:
    hostile.answers.callback = said
    assert refused(clinic, hostile) == why
    assert "/token" not in hostile.asked, "the code of another went out"


def test_an_answer_is_good_in_the_browser_alone_that_asked(
    clinic: RunningService, hostile: HostileProvider
) -> None:
    asked = clinic.client().get(START)
    victim = clinic.client()
    address = hostile.consent(asked.headers["location"])
    assert outcome(victim.get(address)) == Why.START_AGAIN
    victim.get(START)  # with a try of its own, too
    assert outcome(victim.get(address)) == Why.START_AGAIN
    assert "/token" not in hostile.asked


@pytest.mark.parametrize("cookie", ["", "x", ":", "a" * 43 + "é", "../" * 20, "a" * 44])
def test_a_cookie_that_is_no_try(
    clinic: RunningService, hostile: HostileProvider, cookie: str
) -> None:
    address = hostile.consent(clinic.client().get(START).headers["location"])
    headers = [(b"Cookie", f"{ATTEMPT_COOKIE}={cookie}".encode())]
    assert outcome(clinic.client().get(address, headers=headers)) == Why.START_AGAIN


def test_an_answer_is_good_once(clinic: RunningService, hostile: HostileProvider) -> None:
    client = clinic.client()
    started = client.get(START)
    tried = client.cookies[ATTEMPT_COOKIE]
    address = hostile.consent(started.headers["location"])
    assert "#signed-in=" in client.get(address).headers["location"]
    assert outcome(client.get(address)) == Why.START_AGAIN, "the browser has forgotten the try"
    client.cookies.set(ATTEMPT_COOKIE, tried)
    assert outcome(client.get(address)) == Why.START_AGAIN, "the provider knows its code"


@pytest.mark.parametrize(
    ("page", "place"),
    [
        ("/practitioner", "/practitioner"),
        (f"/practitioner/sessions/{'0a' * 16}", f"/practitioner/sessions/{'0a' * 16}"),
        (
            f"/practitioner/sessions/{'0a' * 16}/replay",
            f"/practitioner/sessions/{'0a' * 16}/replay",
        ),
        ("/administration/units", "/administration/units"),
        ("/audit", "/audit"),
        (f"/research/sessions/{'0a' * 16}/replay", f"/research/sessions/{'0a' * 16}/replay"),
        ("/administration/../evil", "/practitioner"),
        ("https://evil.example/", "/practitioner"),
        ("//evil.example/practitioner", "/practitioner"),
        ("/\\evil.example", "/practitioner"),
        ("/practitioner/../../evil", "/practitioner"),
        ("/practitioner@evil.example", "/practitioner"),
        ("/practitioner\n", "/practitioner"),
        ("/practitioner\r\nSet-Cookie: a=b", "/practitioner"),
        ("/practitioner#sign-in=" + "x" * 43, "/practitioner"),
        ("javascript:alert(1)", "/practitioner"),
        ("", "/practitioner"),
    ],
)
def test_nobody_is_sent_to_another_place(
    clinic: RunningService, hostile: HostileProvider, page: str, place: str
) -> None:
    answer = come_back(clinic.client(), hostile, page)
    assert answer.headers["location"].partition("#signed-in=")[0] == place


def test_nor_by_a_cookie_that_somebody_wrote(
    clinic: RunningService, hostile: HostileProvider
) -> None:
    client = clinic.client()
    started = client.get(START)
    secret = client.cookies[ATTEMPT_COOKIE].partition(":")[0]
    client.cookies.set(ATTEMPT_COOKIE, f"{secret}:https%3A%2F%2Fevil.example")
    answer = client.get(hostile.consent(started.headers["location"]))
    assert answer.headers["location"].startswith("/practitioner#signed-in=")


def of_another_subject(hostile: HostileProvider) -> None:
    hostile.answers.userinfo = json.dumps({"sub": "another", "name": "X"}).encode()


def of_no_subject(hostile: HostileProvider) -> None:
    hostile.answers.userinfo = b"{}"


def no_json(hostile: HostileProvider) -> None:
    hostile.answers.userinfo = b"<html>"


def too_large(hostile: HostileProvider) -> None:
    hostile.answers.userinfo = json.dumps({"sub": SUBJECT, "x": "x" * 300_000}).encode()


def as_jwt(key: Key | None = None, **claims: Any) -> Callable[[HostileProvider], None]:
    def say(hostile: HostileProvider) -> None:
        hostile.answers.userinfo_type = "application/jwt; charset=utf-8"
        said = {"sub": SUBJECT, "name": "Some One", **claims}
        token = signed(said, key or hostile.key, kid=hostile.key.kid)
        hostile.answers.userinfo = token.encode()

    return say


@pytest.mark.parametrize(
    "say",
    [
        of_another_subject,
        of_no_subject,
        no_json,
        too_large,
        pytest.param(as_jwt(ATTACKERS_KEY), id="signed by another"),
        pytest.param(as_jwt(sub="another"), id="signed, of another subject"),
        pytest.param(as_jwt(aud="another client"), id="signed, for another client"),
        pytest.param(as_jwt(iss="https://elsewhere.example"), id="signed, by another issuer"),
        pytest.param(as_jwt(exp=int(NOW()) - 3600), id="signed, expired"),
    ],
)
def test_userinfo_that_is_not_the_persons(
    clinic: RunningService, hostile: HostileProvider, say: Callable[[HostileProvider], None]
) -> None:
    say(hostile)
    assert refused(clinic, hostile) == Why.NOT_TRUSTED


def test_userinfo_as_a_signed_jwt(clinic: RunningService, hostile: HostileProvider) -> None:
    as_jwt(iss=hostile.issuer, aud=CLIENT_ID)(hostile)
    assert "#signed-in=" in come_back(clinic.client(), hostile).headers["location"]


@pytest.mark.parametrize(
    ("path", "status", "why"),
    [
        ("/token", 500, Why.PROVIDER_AWAY),
        ("/token", 429, Why.PROVIDER_AWAY),
        ("/token", 401, Why.PROVIDER_REFUSED),
        ("/token", 302, Why.PROVIDER_REFUSED),
        ("/token", 200, Why.NOT_TRUSTED),
        ("/userinfo", 403, Why.PROVIDER_REFUSED),
        ("/userinfo", 503, Why.PROVIDER_AWAY),
    ],
)
def test_a_provider_that_is_broken(
    clinic: RunningService, hostile: HostileProvider, path: str, status: int, why: Why
) -> None:
    hostile.answers.broken[path] = (status, b"{}")
    assert refused(clinic, hostile) == why


def test_a_subject_that_is_too_long_is_nobody(
    clinic: RunningService, hostile: HostileProvider
) -> None:
    long = "s" * 256
    hostile.answers.claims = {"sub": long}
    hostile.answers.userinfo = json.dumps({"sub": long}).encode()
    assert refused(clinic, hostile) == Why.NO_IDENTITY


def test_a_refusal_is_in_the_audit(clinic: RunningService, hostile: HostileProvider) -> None:
    hostile.answers.callback = {"state": "wrong"}
    assert refused(clinic, hostile) == Why.START_AGAIN

    async def is_there(db: Transaction) -> bool:
        mine = select(AuditEntry).where(AuditEntry.action == "sign_in_refused")
        return await db.scalar(mine.limit(1)) is not None

    deadline = time.monotonic() + 20
    while not clinic.in_database(is_there):
        assert time.monotonic() < deadline, "the audit says nothing of it"
        time.sleep(0.1)
