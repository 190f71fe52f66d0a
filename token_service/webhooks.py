"""LiveKit's webhooks: verified, taken once, and not when old."""

import base64
import hashlib
import hmac
import time
from collections import OrderedDict
from collections.abc import Callable

import jwt
from google.protobuf.json_format import Parse, ParseError
from livekit import api

from agent.http.problems import BadRequest, Conflict, NotSignedIn
from token_service.settings import ServiceSettings

MAXIMUM_AGE_S = 300.0
REMEMBERED = 10_000


class WebhookInbox:
    def __init__(self, settings: ServiceSettings, clock: Callable[[], float] = time.time) -> None:
        self._verifiers = [
            api.TokenVerifier(name, secret.get_secret_value())
            for name, secret in settings.livekit_keys
        ]
        self._clock = clock
        self._seen: OrderedDict[str, None] = OrderedDict()

    def receive(self, body: bytes, authorization: str) -> api.WebhookEvent:
        self._verify(body, authorization)
        event = _parse(body)
        if abs(self._clock() - event.created_at) > MAXIMUM_AGE_S:
            raise BadRequest("webhook-too-old", "The event is too old.")
        if not event.id or event.id in self._seen:
            raise Conflict("webhook-repeated", "The event was received already.")
        self._seen[event.id] = None
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        return event

    def _verify(self, body: bytes, authorization: str) -> None:
        found = hashlib.sha256(body).digest()
        claimed = [_claimed(verifier, authorization) for verifier in self._verifiers]
        if not any(hmac.compare_digest(one, found) for one in claimed):
            raise NotSignedIn("bad-signature", "The webhook is not signed with our key.")


def _claimed(verifier: api.TokenVerifier, authorization: str) -> bytes:
    """The body's digest, as the signature says it; nothing when another key signed."""
    try:
        return base64.b64decode(verifier.verify(authorization).sha256 or "")
    except (jwt.PyJWTError, ValueError, TypeError):  # claims may be anything
        return b""


def _parse(body: bytes) -> api.WebhookEvent:
    try:
        return Parse(body, api.WebhookEvent(), ignore_unknown_fields=True)
    except (ParseError, UnicodeDecodeError):
        raise BadRequest("not-json", "The body is not a webhook event.") from None
