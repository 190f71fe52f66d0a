"""The provider of identities, over HTTP: its description, its keys, its answers."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx2
from joserfc.jwk import Key
from pydantic import BaseModel, ValidationError

from agent.errors import SignInFailed
from token_service.oidc.settings import OidcSettings, is_of_this_machine, is_safe_address
from token_service.oidc.tokens import usable_keys
from token_service.oidc.why import Why

TIMEOUT_S = 10.0
LARGEST_ANSWER_BYTES = 256 * 1024
KNOWN_FOR_S = 3600.0
KEYS_AGAIN_AFTER_S = 60.0  # whoever sends tokens of unknown keys makes us ask no more often
ASK_AGAIN_AFTER_S = 2.0  # a provider that did not answer


class Description(BaseModel):
    """Of OpenID Connect Discovery what is used here."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    end_session_endpoint: str | None = None
    token_endpoint_auth_methods_supported: list[str] = ["client_secret_basic"]
    authorization_response_iss_parameter_supported: bool = False

    @property
    def addresses(self) -> list[str]:
        given = (self.userinfo_endpoint, self.end_session_endpoint)
        needed = [self.authorization_endpoint, self.token_endpoint, self.jwks_uri]
        return needed + [address for address in given if address is not None]


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    media_type: str
    body: bytes

    @property
    def ok(self) -> bool:
        return self.status == 200

    def json(self) -> dict[str, Any]:
        try:
            document = json.loads(self.body)
        except ValueError:
            document = None
        if not isinstance(document, dict):
            raise SignInFailed(Why.NOT_TRUSTED, "the provider's answer is no JSON object")
        return document


class Provider:
    def __init__(self, settings: OidcSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._clock = clock
        self._http = httpx2.AsyncClient(
            timeout=TIMEOUT_S,
            follow_redirects=False,
            trust_env=not is_of_this_machine(settings.issuer),  # no proxy leads to loopback
        )
        self._looking = asyncio.Lock()
        self._description: tuple[float, Description] | None = None
        self._keys: tuple[float, list[Key]] | None = None
        self._failed: tuple[float, SignInFailed] | None = None

    async def description(self) -> Description:
        async with self._looking:
            return await self._current_description()

    async def keys(self, kid: str | None) -> list[Key]:
        """With the key of this name, if the provider has it by now."""
        async with self._looking:
            if self._keys is not None:
                fetched_at, keys = self._keys
                age_s = self._clock() - fetched_at
                is_known = kid is None or any(key.kid == kid for key in keys)
                if age_s < (KNOWN_FOR_S if is_known else KEYS_AGAIN_AFTER_S):
                    return keys
            keys = usable_keys(await self._got((await self._current_description()).jwks_uri))
            self._keys = (self._clock(), keys)
            return keys

    async def post(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        return await self._ask("POST", url, data=form, headers=headers)

    async def get(self, url: str, headers: Mapping[str, str]) -> Answer:
        return await self._ask("GET", url, headers=headers)

    async def close(self) -> None:
        await self._http.aclose()

    async def _current_description(self) -> Description:
        if self._description is not None:
            fetched_at, description = self._description
            if self._clock() - fetched_at < KNOWN_FOR_S:
                return description
        description = self._checked(await self._got(self._settings.discovery_url))
        self._description = (self._clock(), description)
        return description

    def _checked(self, document: dict[str, Any]) -> Description:
        try:
            description = Description.model_validate(document)
        except ValidationError:
            lack = "the provider's description lacks what is needed"
            raise SignInFailed(Why.NOT_TRUSTED, lack) from None
        if description.issuer != self._settings.issuer:
            raise SignInFailed(Why.NOT_TRUSTED, "the description is another issuer's")
        if not all(map(is_safe_address, description.addresses)):
            raise SignInFailed(Why.NOT_TRUSTED, "the description names an address without TLS")
        return description

    async def _got(self, url: str) -> dict[str, Any]:
        """Many who wait for a provider that is away are told together, not one after the other."""
        if self._failed is not None:
            failed_at, failure = self._failed
            if self._clock() - failed_at < ASK_AGAIN_AFTER_S:
                raise failure
        try:
            answer = await self._ask("GET", url, headers={"Accept": "application/json"})
            if not answer.ok:
                raise SignInFailed(Why.PROVIDER_AWAY, f"the provider answers {answer.status}")
        except SignInFailed as failure:
            self._failed = (self._clock(), failure)
            raise
        self._failed = None
        return answer.json()

    async def _ask(self, method: str, url: str, **request: Any) -> Answer:
        body = bytearray()
        try:
            async with self._http.stream(method, url, **request) as answer:
                async for part in answer.aiter_bytes():
                    body += part
                    if len(body) > LARGEST_ANSWER_BYTES:
                        raise SignInFailed(Why.NOT_TRUSTED, "the provider's answer is too large")
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise SignInFailed(Why.PROVIDER_AWAY, type(error).__name__) from None
        if answer.status_code >= 500 or answer.status_code == 429:
            raise SignInFailed(Why.PROVIDER_AWAY, f"the provider answers {answer.status_code}")
        media_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        return Answer(answer.status_code, media_type, bytes(body))
