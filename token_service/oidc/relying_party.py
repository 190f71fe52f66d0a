"""What this service is to the provider: it sends people there, and believes what comes back signed.

The provider's tokens stay here: the access token is used once, for userinfo, and forgotten.
"""

import secrets
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, urlencode

from agent.errors import SignInFailed
from token_service.oidc import tokens
from token_service.oidc.attempt import Attempt
from token_service.oidc.claims import Identity, identity
from token_service.oidc.provider import Answer, Description, Provider
from token_service.oidc.settings import OidcSettings
from token_service.oidc.tokens import Claims, Expected, Logout
from token_service.oidc.why import Why

REFUSALS = {  # of RFC 6749 and OpenID Connect Core; all others are for whoever runs the service
    "access_denied": Why.CANCELLED,
    "temporarily_unavailable": Why.PROVIDER_AWAY,
    "server_error": Why.PROVIDER_AWAY,
    "invalid_grant": Why.START_AGAIN,  # the code is too old, or was used already
    "login_required": Why.START_AGAIN,
    "interaction_required": Why.START_AGAIN,
}


@dataclass(frozen=True, slots=True)
class SignedInThere:
    """Somebody at the provider, and the session that they have there."""

    issuer: str
    identity: Identity
    subject: str  # the ID token's own, by which the provider ends sessions
    sid: str | None
    id_token: str


class RelyingParty:
    def __init__(
        self,
        settings: OidcSettings,
        provider: Provider,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.settings = settings
        self._provider = provider
        self._clock = clock
        self._expected = Expected(settings.issuer, settings.client_id)

    async def sign_in_address(self, attempt: Attempt, redirect_uri: str) -> str:
        """Where the browser goes to sign in."""
        description = await self._provider.description()
        asked = {
            "response_type": "code",
            "client_id": self.settings.client_id,
            "redirect_uri": redirect_uri,
            "scope": self.settings.scopes,
            "state": attempt.state,
            "nonce": attempt.nonce,
        }
        if self.settings.pkce:
            asked |= {"code_challenge": attempt.challenge, "code_challenge_method": "S256"}
        if self.settings.acr_values:
            asked["acr_values"] = " ".join(self.settings.acr_values)
        query = [*asked.items(), *self.settings.extra_parameters]
        return _with_query(description.authorization_endpoint, query)

    async def signed_in(
        self, attempt: Attempt, answer: Mapping[str, str], redirect_uri: str
    ) -> SignedInThere:
        """Who it is that comes back. The code goes nowhere before the answer is known as ours."""
        if not secrets.compare_digest(answer.get("state", "").encode(), attempt.state.encode()):
            raise SignInFailed(Why.START_AGAIN, "another sign-in's state")
        description = await self._provider.description()
        self._refuse_mixed_up(answer, description)
        if "error" in answer:
            raise _refused(answer["error"])
        if not answer.get("code"):
            raise SignInFailed(Why.NOT_TRUSTED, "no code")
        given = await self._exchange(description, answer["code"], attempt, redirect_uri)
        id_token, access_token = given.get("id_token"), given.get("access_token")
        if not isinstance(id_token, str) or not isinstance(access_token, str):
            raise SignInFailed(Why.NOT_TRUSTED, "no tokens")
        claims = await self._id_token(id_token, attempt)
        known = claims
        if description.userinfo_endpoint is not None:
            known = claims | await self._userinfo(
                description.userinfo_endpoint, access_token, claims
            )
        sid = claims.get("sid")
        return SignedInThere(
            issuer=self.settings.issuer,
            identity=identity(known, self.settings),
            subject=claims["sub"],
            sid=sid if isinstance(sid, str) else None,
            id_token=id_token,
        )

    async def sign_out_address(self, id_token: str | None, return_to: str) -> str | None:
        """None: the provider offers no such page."""
        page = (await self._provider.description()).end_session_endpoint
        if page is None:
            return None
        said = {"post_logout_redirect_uri": return_to, "state": secrets.token_urlsafe(32)}
        if self.settings.logout_needs_id_token:
            if id_token is None:
                return None
            said["id_token_hint"] = id_token
        else:
            said["client_id"] = self.settings.client_id
        return _with_query(page, [*said.items()])

    async def logout(self, token: str) -> Logout:
        """What the provider says by the back channel."""
        keys = await self._provider.keys(tokens.kid_of(token))
        return tokens.logout_token(token, keys, self._expected, int(self._clock()))

    def _refuse_mixed_up(self, answer: Mapping[str, str], description: Description) -> None:
        """RFC 9207: the code of one provider is never taken to another."""
        issuer = answer.get("iss")
        if issuer is None and not description.authorization_response_iss_parameter_supported:
            return
        if issuer != self.settings.issuer:
            raise SignInFailed(Why.NOT_TRUSTED, "the answer is another provider's")

    async def _exchange(
        self, description: Description, code: str, attempt: Attempt, redirect_uri: str
    ) -> dict[str, Any]:
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        if self.settings.pkce:
            form["code_verifier"] = attempt.verifier
        credentials, headers = self._credentials(description)
        headers["Accept"] = "application/json"
        answer = await self._provider.post(description.token_endpoint, form | credentials, headers)
        if not answer.ok:
            raise _refused(_error_of(answer))
        return answer.json()

    def _credentials(self, description: Description) -> tuple[dict[str, str], dict[str, str]]:
        """As fields of the form, or as a header."""
        name, secret = self.settings.client_id, self.settings.client_secret.get_secret_value()
        offered = description.token_endpoint_auth_methods_supported
        only_post = "client_secret_post" in offered and "client_secret_basic" not in offered
        wanted = self.settings.client_authentication
        if wanted == "client_secret_post" or (wanted is None and only_post):
            return {"client_id": name, "client_secret": secret}, {}
        pair = f"{quote_plus(name)}:{quote_plus(secret)}".encode()
        return {}, {"Authorization": f"Basic {b64encode(pair).decode()}"}

    async def _id_token(self, token: str, attempt: Attempt) -> Claims:
        keys = await self._provider.keys(tokens.kid_of(token))
        acr_values, now_s = self.settings.acr_values, int(self._clock())
        return tokens.id_token(token, keys, self._expected, attempt.nonce, acr_values, now_s)

    async def _userinfo(self, address: str, access_token: str, claims: Claims) -> Claims:
        """As JSON, or as a signed JWT: whatever the provider sends for this client."""
        headers = {"Authorization": f"Bearer {access_token}"}
        answer = await self._provider.get(address, headers)
        if not answer.ok:
            raise SignInFailed(Why.PROVIDER_REFUSED, f"userinfo answers {answer.status}")
        subject: str = claims["sub"]
        if answer.media_type != "application/jwt":
            return tokens.of_subject(answer.json(), subject)
        token = answer.body.decode("ascii", "replace").strip()
        keys = await self._provider.keys(tokens.kid_of(token))
        return tokens.signed_userinfo(token, keys, self._expected, subject, int(self._clock()))


def _refused(error: object) -> SignInFailed:
    known = error if isinstance(error, str) and error in REFUSALS else None
    why = REFUSALS[known] if known else Why.PROVIDER_REFUSED
    return SignInFailed(why, known or "the provider refuses the request")


def _error_of(answer: Answer) -> object:
    try:
        return answer.json().get("error")
    except SignInFailed:
        return None


def _with_query(address: str, query: list[tuple[str, str]]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"
