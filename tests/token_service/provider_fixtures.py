"""A service whose practitioners sign in at a provider of identities."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
from hostile_provider import HostileProvider
from service_fixtures import Practitioner, RunningService, make_settings

from agent.contract import ORIGIN_KEY_HEADER
from agent.dev_stack import practitioner as signing_in
from agent.dev_stack.identity_provider import IdentityProvider
from agent.dev_stack.ports import free_port
from agent.settings import Settings
from token_service.oidc.settings import OidcSettings, oidc_settings
from token_service.settings import ServiceSettings

START = "/api/v1/sign-in/start"
LOGIN_COOKIE, ATTEMPT_COOKIE = "epedicare_session", "epedicare_signing_in"


def asked_of(**variables: str) -> OidcSettings:
    """As the environment would have it, without the prefix that all of them share."""
    given = {f"EPEDICARE_OIDC_{name.upper()}": value for name, value in variables.items()}
    settings = oidc_settings(Settings.model_validate(given))
    assert settings is not None
    return settings


def of_provider(provider: IdentityProvider) -> OidcSettings:
    prefix = "EPEDICARE_OIDC_"
    variables = provider.client_environment
    return asked_of(**{name.removeprefix(prefix): value for name, value in variables.items()})


def settings_with(
    folder: Path, oidc: OidcSettings, port: int, database_url: str | None = None
) -> ServiceSettings:
    livekit_url = f"ws://127.0.0.1:{free_port()}"
    settings = make_settings(folder, livekit_url, database_url=database_url)
    return settings.model_copy(update={"oidc": oidc, "port": port})


def signed_in_as(service: RunningService, person: str) -> Practitioner:
    """Over the provider's pages, as a browser without any memory goes."""

    async def sign_in() -> httpx2.Headers:
        async with httpx2.AsyncClient(base_url=service.url, trust_env=False, timeout=30) as http:
            await signing_in.Practitioner(http).sign_in_as(person)
            return http.headers

    with ThreadPoolExecutor(1) as thread:
        headers = thread.submit(asyncio.run, sign_in()).result()
    client = service.client()
    for name in ("Cookie", ORIGIN_KEY_HEADER):
        client.headers[name] = headers[name]
    return Practitioner(client)


def come_back(
    client: httpx2.Client, hostile: HostileProvider, page: str | None = None
) -> httpx2.Response:
    started = client.get(START, params={} if page is None else {"page": page})
    assert started.status_code == 303
    return client.get(hostile.consent(started.headers["location"]))


def signed_in_at(service: RunningService, hostile: HostileProvider) -> Practitioner:
    client = service.client()
    answer = come_back(client, hostile)
    client.headers[ORIGIN_KEY_HEADER] = answer.headers["location"].partition("#signed-in=")[2]
    client.headers["Cookie"] = f"{LOGIN_COOKIE}={client.cookies[LOGIN_COOKIE]}"
    return Practitioner(client)
