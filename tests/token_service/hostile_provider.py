"""A provider of identities that answers whatever a test wants: over real HTTP, with real keys."""

import hashlib
import json
import secrets
import threading
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote_plus, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, Key, RSAKey

CLIENT_ID, CLIENT_SECRET = "a client", "its secret: 0123456789+/%"
SUBJECT = "someone"

Claims = dict[str, Any]


def signed(claims: Claims, key: Key, **header: Any) -> str:
    named = {"alg": "ES256" if isinstance(key, ECKey) else "RS256", "kid": key.kid}
    return jwt.encode(named | header, claims, key)


@dataclass
class Answers:
    """What is said instead of the truth. The truth, where nothing is set."""

    claims: Claims = field(default_factory=dict)  # of the ID token; None takes one away
    sign: Callable[[Claims, Key], str] = signed
    callback: dict[str, str | None] = field(default_factory=dict)
    token: dict[str, Any] = field(default_factory=dict)
    token_status: int = 200
    userinfo: bytes | None = None
    userinfo_type: str = "application/json"
    description: dict[str, Any] = field(default_factory=dict)
    broken: dict[str, tuple[int, bytes]] = field(default_factory=dict)  # by path


class HostileProvider:
    def __init__(self) -> None:
        self.key: Key = RSAKey.generate_key(2048, {"use": "sig"}, auto_kid=True)
        self.answers = Answers()
        self.asked: list[str] = []  # paths
        self.sid = "a session there"
        self._codes: dict[str, dict[str, str]] = {}
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(b"")

            def do_POST(self) -> None:
                self._answer(self.rfile.read(int(self.headers["Content-Length"])))

            def _answer(self, body: bytes) -> None:
                status, media_type, content = provider.answer(self.path, self.headers, body)
                self.send_response(status)
                self.send_header("Content-Type", media_type)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"

    @contextmanager
    def running(self) -> Iterator["HostileProvider"]:
        thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield self
        self._server.shutdown()
        self._server.server_close()

    @property
    def truth(self) -> Claims:
        now = int(time.time())
        return {
            "iss": self.issuer,
            "sub": SUBJECT,
            "aud": CLIENT_ID,
            "exp": now + 60,
            "iat": now,
            "sid": self.sid,
        }

    def consent(self, address: str) -> str:
        """The person agrees at once: where the browser is sent back to."""
        asked = dict(parse_qsl(urlsplit(address).query))
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked
        answer = {"code": code, "state": asked["state"], "iss": self.issuer}
        said = {**answer, **self.answers.callback}
        query = urlencode({name: value for name, value in said.items() if value is not None})
        return f"{asked['redirect_uri']}?{query}"

    def answer(self, path: str, headers: Any, body: bytes) -> tuple[int, str, bytes]:
        self.asked.append(path)
        if path in self.answers.broken:
            status, content = self.answers.broken[path]
            return status, "application/json", content
        if path == "/userinfo":
            return self._userinfo(headers)
        answers: dict[str, Callable[[], tuple[int, object]]] = {
            "/.well-known/openid-configuration": lambda: (200, self.describe()),
            "/keys": lambda: (200, {"keys": [self.key.as_dict(private=False)]}),
            "/token": lambda: self._token(parse_qs(body.decode()), headers),
        }
        status, document = answers[path]()
        return status, "application/json", json.dumps(document).encode()

    def describe(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize?tenant=a",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "end_session_endpoint": f"{self.issuer}/logout",
            "authorization_response_iss_parameter_supported": True,
        } | self.answers.description

    def _token(self, form: dict[str, list[str]], headers: Any) -> tuple[int, object]:
        """Of an honest provider: a code once, for whoever asked for it and knows the verifier."""
        pair = b64decode(headers["Authorization"].removeprefix("Basic ")).decode()
        if tuple(map(unquote_plus, pair.split(":"))) != (CLIENT_ID, CLIENT_SECRET):
            return 401, {"error": "invalid_client"}
        asked = self._codes.pop(form["code"][0], None)
        digest = hashlib.sha256(form["code_verifier"][0].encode()).digest()
        challenge = urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked is None or asked["code_challenge"] != challenge:
            return 400, {"error": "invalid_grant"}
        claims = self.truth | {"nonce": asked["nonce"]} | self.answers.claims
        claims = {name: value for name, value in claims.items() if value is not None}
        given = {
            "access_token": "for userinfo",
            "token_type": "Bearer",
            "id_token": self.answers.sign(claims, self.key),
        }
        return self.answers.token_status, given | self.answers.token

    def _userinfo(self, headers: Any) -> tuple[int, str, bytes]:
        if headers["Authorization"] != "Bearer for userinfo":
            return 401, "application/json", b"{}"
        said = self.answers.userinfo
        if said is None:
            truth = {"sub": SUBJECT, "name": "Some One", "roles": ["practitioner"]}
            said = json.dumps(truth).encode()
        return 200, self.answers.userinfo_type, said
