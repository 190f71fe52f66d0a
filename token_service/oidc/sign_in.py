"""Sign-in at a provider of identities: to it, and back. However it ends, it ends on a page."""

import logging
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from agent.contract import BACK_CHANNEL_LOGOUT_PATH
from agent.errors import SignInFailed
from agent.http.problems import BadRequest, log_unexpected
from token_service.accounts import account_of, digest_there
from token_service.audit import UNKNOWN, Notice
from token_service.metrics import OPENED, REFUSED
from token_service.oidc.attempt import HOME, Attempt
from token_service.oidc.logout import close_logins, use_once
from token_service.oidc.provider import Provider
from token_service.oidc.relying_party import RelyingParty, SignedInThere
from token_service.oidc.settings import OidcSettings
from token_service.oidc.why import Why
from token_service.service import Running, Service
from token_service.sign_in import OpenedLogin, There, cookie_name, open_login, set_cookie

COOKIE = "epedicare_signing_in"
ATTEMPT_S = 15 * 60  # at the provider: to find the card, the telephone, the password
START_PATH = "/sign-in/start"
CALLBACK_PATH = "/sign-in/callback"
LOGOUT_PATH = BACK_CHANNEL_LOGOUT_PATH.removeprefix("/api/v1")
SEE_OTHER = 303

log = logging.getLogger(__name__)


class OidcSignIn:
    name = "oidc"

    def __init__(self, settings: OidcSettings) -> None:
        self.provider_name = settings.name or urlsplit(settings.issuer).hostname
        self._provider = Provider(settings)
        self._party = RelyingParty(settings, self._provider)

    def router(self) -> APIRouter:
        router = APIRouter(tags=["sign-in"])
        for path, answer in ((START_PATH, self.start), (CALLBACK_PATH, self.callback)):
            router.add_api_route(path, answer, methods=["GET"], include_in_schema=False)
        router.add_api_route(
            LOGOUT_PATH, self.back_channel_logout, methods=["POST"], include_in_schema=False
        )
        return router

    async def farewell(self, kept: Mapping[str, str | None], origin: str) -> str | None:
        try:
            return await self._party.sign_out_address(kept.get("id_token"), f"{origin}/")
        except SignInFailed as failure:
            log.warning("nobody can be sent to sign out at the provider: %s", failure)
            return None

    async def close(self) -> None:
        await self._provider.close()

    async def start(self, request: Request, service: Running) -> Response:
        """`page`: where to go on, a page of the practitioner's."""
        attempt = Attempt.new(request.query_params.get("page", HOME))
        try:
            address = await self._party.sign_in_address(attempt, _redirect_uri(service, request))
        except SignInFailed as failure:
            return _failed(service, failure)
        response = RedirectResponse(address, SEE_OTHER)
        settings = service.settings
        response.set_cookie(
            cookie_name(settings, COOKIE),
            attempt.cookie,
            max_age=ATTEMPT_S,
            secure=settings.is_https,
            httponly=True,
            samesite="lax",  # from the provider's page the browser brings no stricter one
        )
        return response

    async def callback(self, request: Request, service: Running) -> Response:
        """Where the provider sends the browser, once for each try."""
        response = await self._come_back(request, service)
        settings = service.settings
        response.delete_cookie(
            cookie_name(settings, COOKIE),
            secure=settings.is_https,
            httponly=True,
            samesite="lax",
        )
        return response

    async def back_channel_logout(self, request: Request, service: Running) -> None:
        """From the provider itself, as a form. Its answer is for programs, not for people."""
        token = dict(parse_qsl((await request.body()).decode("ascii", "replace")))
        try:
            logout = await self._party.logout(token.get("logout_token", ""))
        except SignInFailed as failure:
            log.warning("a logout token is refused: %s", failure)
            raise BadRequest("wrong-logout-token", "This is no logout token for us.") from None
        issuer = self._party.settings.issuer
        async with service.database.begin() as db:
            if not await use_once(db, issuer, logout):
                raise BadRequest("used-logout-token", "This logout token was used already.")
            sessions = await close_logins(db, issuer, logout)
        service.signed_out(sessions)

    async def _come_back(self, request: Request, service: Service) -> Response:
        attempt = Attempt.of_cookie(request.cookies.get(cookie_name(service.settings, COOKIE), ""))
        if attempt is None:
            return _failed(service, SignInFailed(Why.START_AGAIN, "no try of this browser"))
        try:
            there = await self._party.signed_in(
                attempt, request.query_params, _redirect_uri(service, request)
            )
            opened = await _open(service, there, self._party.settings)
        except SignInFailed as failure:
            return _failed(service, failure)
        except Exception as error:  # noqa: BLE001 - a person waits for a page, whatever happens
            log_unexpected(error)
            return _failed(service, SignInFailed(Why.HERE, type(error).__name__))
        service.broker.all_changed()
        service.metrics.login(OPENED)
        response = RedirectResponse(f"{attempt.page}#signed-in={opened.key}", SEE_OTHER)
        set_cookie(response, opened.cookie, service.settings)
        return response


async def _open(service: Service, there: SignedInThere, asked: OidcSettings) -> OpenedLogin:
    kept = {"name": there.identity.name}
    if asked.logout_needs_id_token:
        kept["id_token"] = there.id_token
    async with service.database.begin() as db:
        account = await account_of(db, there.issuer, there.identity)
        session = There(
            subject_digest=digest_there(there.issuer, there.subject),
            sid_digest=digest_there(there.issuer, there.sid) if there.sid else None,
            kept=kept,
            idle_limit=asked.idle_limit,
            longest_login=asked.longest_login,
        )
        return await open_login(db, account.id, session)


def _failed(service: Service, failure: SignInFailed) -> Response:
    log.warning("a sign-in came to nothing: %s (%s)", failure.why, failure)
    service.notices.note(Notice(UNKNOWN, "sign_in_refused"))
    service.metrics.login(REFUSED)
    return RedirectResponse(f"{HOME}#{failure.why}", SEE_OTHER)


def _redirect_uri(service: Service, request: Request) -> str:
    return f"{service.origin(request)}/api/v1{CALLBACK_PATH}"
