"""Where a provider's keys and description come from, how long they hold, and what is refused."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hostile_provider import CLIENT_ID, CLIENT_SECRET, HostileProvider, signed
from joserfc.jwk import ECKey, Key, OctKey, RSAKey
from provider_fixtures import asked_of

from agent.dev_stack.ports import free_port
from agent.errors import SignInFailed
from token_service.oidc import tokens
from token_service.oidc.provider import (
    ASK_AGAIN_AFTER_S,
    KEYS_AGAIN_AFTER_S,
    KNOWN_FOR_S,
    Provider,
)
from token_service.oidc.settings import OidcSettings
from token_service.oidc.tokens import Expected
from token_service.oidc.why import Why

pytestmark = pytest.mark.unit

NONCE = "n" * 43


class Clock:
    """Goes on when it is told to."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


def settings(hostile: HostileProvider, **variables: str) -> OidcSettings:
    known = {"issuer": hostile.issuer, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    return asked_of(**known | variables)


@pytest.fixture
async def provider(hostile: HostileProvider, clock: Clock) -> AsyncIterator[Provider]:
    provider = Provider(settings(hostile), clock)
    yield provider
    await provider.close()


def serve_keys(hostile: HostileProvider, *keys: object) -> None:
    described = [key.as_dict(private=False) if isinstance(key, Key) else key for key in keys]
    hostile.answers.broken["/keys"] = (200, json.dumps({"keys": described}).encode())


def new_key() -> Key:
    return ECKey.generate_key("P-256", {"use": "sig"}, auto_kid=True)


async def test_a_new_key_is_fetched_when_a_token_names_it(
    hostile: HostileProvider, provider: Provider, clock: Clock
) -> None:
    old, new = new_key(), new_key()
    serve_keys(hostile, old)
    assert [key.kid for key in await provider.keys(old.kid)] == [old.kid]
    serve_keys(hostile, new)
    clock.now_s += KEYS_AGAIN_AFTER_S
    assert [key.kid for key in await provider.keys(new.kid)] == [new.kid]
    assert hostile.asked.count("/keys") == 2


async def test_tokens_of_unknown_keys_make_it_ask_once_a_minute(
    hostile: HostileProvider, provider: Provider, clock: Clock
) -> None:
    known = new_key()
    serve_keys(hostile, known)
    for number in range(50):
        await provider.keys(f"unknown {number}")
    clock.now_s += KEYS_AGAIN_AFTER_S - 1
    await provider.keys("unknown")
    assert hostile.asked.count("/keys") == 1
    clock.now_s += 1
    await provider.keys("unknown")
    assert hostile.asked.count("/keys") == 2


async def test_a_key_that_was_taken_away_is_not_believed_for_ever(
    hostile: HostileProvider, provider: Provider, clock: Clock
) -> None:
    stolen, new = new_key(), new_key()
    serve_keys(hostile, stolen, new)
    await provider.keys(stolen.kid)
    serve_keys(hostile, new)
    clock.now_s += KNOWN_FOR_S
    assert [key.kid for key in await provider.keys(stolen.kid)] == [new.kid]


async def test_of_a_key_set_only_what_may_sign_is_taken(
    hostile: HostileProvider, provider: Provider
) -> None:
    good = new_key()
    secret = OctKey.import_key("a secret that somebody published").as_dict(private=True)
    for_secrets = RSAKey.generate_key(2048, {"use": "enc"}, auto_kid=True)
    unknown = {"kty": "AKP", "kid": "of tomorrow"}
    damaged = {"kty": "EC", "crv": "P-256", "x": "?", "y": "?"}
    serve_keys(hostile, secret, for_secrets, unknown, damaged, "no key", good)
    assert [key.kid for key in await provider.keys(good.kid)] == [good.kid]


@pytest.mark.parametrize("document", [b"{}", b'{"keys": {}}', b'{"keys": [[], 1]}'])
async def test_a_key_set_without_keys(
    hostile: HostileProvider, provider: Provider, document: bytes
) -> None:
    hostile.answers.broken["/keys"] = (200, document)
    assert await provider.keys("any") == []


@pytest.mark.parametrize("document", [b"[]", b"null", b"<html>", b"\xff"])
async def test_a_key_set_that_is_none(
    hostile: HostileProvider, provider: Provider, document: bytes
) -> None:
    hostile.answers.broken["/keys"] = (200, document)
    with pytest.raises(SignInFailed) as failure:
        await provider.keys("any")
    assert failure.value.why == Why.NOT_TRUSTED


def test_either_curve_or_factors_sign_an_id_token(hostile: HostileProvider) -> None:
    key = new_key()
    expected = Expected(hostile.issuer, CLIENT_ID)
    for one in (key, hostile.key):
        token = signed(hostile.truth | {"nonce": NONCE}, one)
        now_s = hostile.truth["iat"]
        claims = tokens.id_token(token, [key, hostile.key], expected, NONCE, (), now_s)
        assert claims["sub"] == hostile.truth["sub"]


@pytest.mark.parametrize(
    ("acr", "wanted", "is_enough"),
    [
        ("eidas1", ("eidas1",), True),
        ("eidas2", ("eidas1", "eidas2"), True),
        ("password", ("eidas1",), False),
        (None, ("eidas1",), False),
        (None, (), True),
    ],
)
def test_the_level_of_assurance_is_looked_at(
    hostile: HostileProvider, acr: str | None, wanted: tuple[str, ...], is_enough: bool
) -> None:
    claims = hostile.truth | {"nonce": NONCE} | ({"acr": acr} if acr else {})
    token = signed(claims, hostile.key)
    arguments = ([hostile.key], Expected(hostile.issuer, CLIENT_ID), NONCE, wanted, claims["iat"])
    if is_enough:
        assert tokens.id_token(token, *arguments)["sub"] == claims["sub"]
    else:
        with pytest.raises(SignInFailed, match="assurance"):
            tokens.id_token(token, *arguments)


@pytest.mark.parametrize(
    "described",
    [
        {"issuer": "https://login.elsewhere.example"},
        {"issuer": ""},
        {"token_endpoint": "http://login.clinic.example/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"userinfo_endpoint": "http://10.0.0.1/"},
        {"end_session_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "https://user@login.clinic.example/"},
        {"authorization_endpoint": None},
        {"jwks_uri": 12},
    ],
)
async def test_a_description_that_cannot_be_trusted(
    hostile: HostileProvider, provider: Provider, described: dict[str, Any]
) -> None:
    hostile.answers.description = described
    with pytest.raises(SignInFailed) as failure:
        await provider.description()
    assert failure.value.why == Why.NOT_TRUSTED


async def test_a_description_at_another_place(hostile: HostileProvider, clock: Clock) -> None:
    place = f"{hostile.issuer}/.well-known/wallet-openid-configuration"
    described = json.dumps(hostile.describe()).encode()
    hostile.answers.broken["/.well-known/wallet-openid-configuration"] = (200, described)
    provider = Provider(settings(hostile, discovery_url=place), clock)
    assert (await provider.description()).issuer == hostile.issuer
    await provider.close()


async def test_who_waits_for_a_provider_that_is_away_is_told_at_once(
    hostile: HostileProvider, provider: Provider, clock: Clock
) -> None:
    path = "/.well-known/openid-configuration"
    hostile.answers.broken[path] = (503, b"")
    for _ in range(20):
        with pytest.raises(SignInFailed) as failure:
            await provider.description()
        assert failure.value.why == Why.PROVIDER_AWAY
    assert hostile.asked.count(path) == 1
    del hostile.answers.broken[path]
    clock.now_s += ASK_AGAIN_AFTER_S
    assert (await provider.description()).issuer == hostile.issuer


async def test_nobody_listens_there(hostile: HostileProvider, clock: Clock) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    provider = Provider(settings(hostile, issuer=nowhere), clock)
    with pytest.raises(SignInFailed) as failure:
        await provider.description()
    assert failure.value.why == Why.PROVIDER_AWAY
    await provider.close()
