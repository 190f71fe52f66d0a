"""Who may do what: the one table. Every route has a row, or the service does not start.

A new route needs one line in `RIGHTS`, and then asks in its own words for whoever calls
(`token_service.callers`), which looks here.
"""

import sys
from collections.abc import Mapping
from enum import StrEnum

from fastapi import FastAPI, Request
from fastapi.routing import iter_route_contexts

from agent.contract import (
    BACK_CHANNEL_LOGOUT_PATH,
    WEBHOOK_PATH,
    AccountRole,
)
from agent.http.pages import PAGES


class Who(StrEnum):
    ANYBODY = "anybody"
    SIGNATURE = "signature"  # a program, whose message is signed
    SIGNED_IN = "signed in"  # with or without a role
    # By a role, whichever session it is.
    PRACTITIONER = AccountRole.PRACTITIONER
    RESEARCHER = AccountRole.RESEARCHER
    ADMINISTRATOR = AccountRole.ADMINISTRATOR
    AUDITOR = AccountRole.AUDITOR
    # By what they are to this very session.
    FAMILY = "family"
    FAMILY_AFTER = "family, after the call"
    OWNER = "owner"  # the practitioner whose session it is
    CONTROLS = "colleague with the controls"
    OBSERVER = "observer"
    WAITING = "colleague at the door"
    READER = "reader"  # a researcher of its unit: it is over, and its family agrees to research


Row = frozenset[Who]

TO_A_SESSION: Row = frozenset(
    {Who.FAMILY, Who.OWNER, Who.CONTROLS, Who.OBSERVER, Who.WAITING, Who.READER}
)
BY_A_ROLE: Row = frozenset(Who(role) for role in AccountRole)

_ANYBODY: Row = frozenset({Who.ANYBODY})
_SIGNATURE: Row = frozenset({Who.SIGNATURE})
_SIGNED_IN: Row = frozenset({Who.SIGNED_IN})
_PRACTITIONER: Row = frozenset({Who.PRACTITIONER})
_RESEARCHER: Row = frozenset({Who.RESEARCHER})
_ADMINISTRATOR: Row = frozenset({Who.ADMINISTRATOR})
_AUDITOR: Row = frozenset({Who.AUDITOR})
_FAMILY: Row = frozenset({Who.FAMILY})
_FAMILY_EVER: Row = frozenset({Who.FAMILY, Who.FAMILY_AFTER})
_OWNER: Row = frozenset({Who.OWNER})
_STEERING: Row = frozenset({Who.OWNER, Who.CONTROLS})
_COLLEAGUES: Row = frozenset({Who.CONTROLS, Who.OBSERVER, Who.WAITING})
_IN_THE_CALL: Row = frozenset({Who.FAMILY, Who.OWNER, Who.CONTROLS, Who.OBSERVER})
_OR_AT_THE_DOOR: Row = _IN_THE_CALL | {Who.WAITING}
_OF_WHAT_IS_KEPT: Row = frozenset({Who.OWNER, Who.CONTROLS, Who.OBSERVER, Who.READER})

RIGHTS: Mapping[str, Row] = {
    "GET /health": _ANYBODY,
    "GET /livez": _ANYBODY,
    "GET /readyz": _ANYBODY,
    "GET /api/v1/openapi.json": _ANYBODY,
    **{f"GET {page}": _ANYBODY for page in (*PAGES, "/{path:path}")},
    f"POST {WEBHOOK_PATH}": _SIGNATURE,
    # signing in
    "GET /api/v1/configuration": _ANYBODY,
    "POST /api/v1/sign-in": _ANYBODY,
    "GET /api/v1/sign-in/start": _ANYBODY,
    "GET /api/v1/sign-in/callback": _ANYBODY,
    f"POST {BACK_CHANNEL_LOGOUT_PATH}": _SIGNATURE,
    "POST /api/v1/sign-out": _ANYBODY,
    "GET /api/v1/me": _SIGNED_IN,
    "GET /api/v1/me/login": _SIGNED_IN,
    "POST /api/v1/me/active": _SIGNED_IN,
    "GET /api/v1/me/events": _SIGNED_IN,
    # a family at the door
    "GET /api/v1/consent-text": _ANYBODY,
    "POST /api/v1/invites/peek": _ANYBODY,
    "POST /api/v1/invites/redeem": _ANYBODY,
    "POST /api/v1/invites/connection-test": _ANYBODY,  # who has one that is open
    "POST /api/v1/sessions/{session_id}/knock": _FAMILY,
    "POST /api/v1/sessions/{session_id}/leave": _FAMILY,
    "POST /api/v1/sessions/{session_id}/measurements/erase": _FAMILY_EVER,
    "POST /api/v1/sessions/{session_id}/research-use/withdraw": _FAMILY_EVER | _OWNER,
    # patients, as codes of the practitioner's units
    "POST /api/v1/patients": _PRACTITIONER,
    "GET /api/v1/patients": _PRACTITIONER,
    # sessions
    "POST /api/v1/sessions": _PRACTITIONER,
    "GET /api/v1/sessions": _PRACTITIONER,  # their own
    "GET /api/v1/sessions/{session_id}": _OR_AT_THE_DOOR,
    "PATCH /api/v1/sessions/{session_id}": _OWNER,
    "DELETE /api/v1/sessions/{session_id}": _OWNER,
    "POST /api/v1/sessions/{session_id}/invites": _OWNER,
    "POST /api/v1/sessions/{session_id}/admit": _STEERING,
    "POST /api/v1/sessions/{session_id}/deny": _STEERING,
    "PUT /api/v1/sessions/{session_id}/waiting-word": _STEERING,
    "POST /api/v1/sessions/{session_id}/cancel": _OWNER | _ADMINISTRATOR,
    "POST /api/v1/sessions/{session_id}/end": _OWNER,
    "PUT /api/v1/sessions/{session_id}/analysis": _STEERING | _FAMILY,  # these alone grant
    "GET /api/v1/sessions/{session_id}/events": _OR_AT_THE_DOOR,
    "POST /api/v1/token": _IN_THE_CALL,  # of the session that it names
    "POST /api/v1/sessions/{session_id}/connection-test": _IN_THE_CALL,
    "GET /api/v1/sessions/{session_id}/replay/manifest": _OF_WHAT_IS_KEPT,
    "GET /api/v1/sessions/{session_id}/replay/messages": _OF_WHAT_IS_KEPT,
    "GET /api/v1/sessions/{session_id}/export": _STEERING | {Who.READER},
    "GET /api/v1/research/sessions": _RESEARCHER,
    # notes: their own and their colleagues', also after the call
    "GET /api/v1/sessions/{session_id}/notes": _STEERING,
    "PUT /api/v1/sessions/{session_id}/notes": _STEERING,
    # colleagues in a session
    "POST /api/v1/sessions/{session_id}/colleagues": _OWNER,
    "POST /api/v1/sessions/{session_id}/colleagues/links": _OWNER,
    "POST /api/v1/colleague-links/redeem": _PRACTITIONER,
    "POST /api/v1/sessions/{session_id}/colleagues/leave": _COLLEAGUES,
    "PATCH /api/v1/sessions/{session_id}/colleagues/{colleague}": _OWNER,
    "POST /api/v1/sessions/{session_id}/colleagues/{colleague}/admit": _OWNER,
    "POST /api/v1/sessions/{session_id}/colleagues/{colleague}/remove": _OWNER,
    "POST /api/v1/sessions/{session_id}/colleagues/{colleague}/hand-over": _OWNER,
    # people and units
    "GET /api/v1/administration/accounts": _ADMINISTRATOR,
    "PATCH /api/v1/administration/accounts/{account}": _ADMINISTRATOR,
    "POST /api/v1/administration/accounts/{account}/sign-out": _ADMINISTRATOR,
    "GET /api/v1/administration/rules": _ADMINISTRATOR,
    "GET /api/v1/administration/units": _ADMINISTRATOR,
    "POST /api/v1/administration/units": _ADMINISTRATOR,
    "PATCH /api/v1/administration/units/{unit}": _ADMINISTRATOR,
    # the audit
    "GET /api/v1/audit": _AUDITOR,
    "GET /api/v1/audit/verification": _AUDITOR,
    "GET /api/v1/audit/export": _AUDITOR,
}


_HEAD = """# Who may do what

<!-- made by `python -m token_service.authorisation` -->

One table in the code, `token_service/authorisation.py`: each route asks it before anything else of
a request is looked at, and again within the transaction that changes something. A route without a
row keeps the service from starting. `tests/token_service/test_authorisation.py` walks every route
with everybody, in sessions of every kind, and compares the answers with this table exactly.

Whoever is nobody is told 401; somebody to whom a session is nothing, 404; anybody else who may not,
403. [The token service](service.md) says what the roles are.

| route | who |
|---|---|"""


def markdown() -> str:
    """`docs/who-may-do-what.md`."""
    rows = [
        f"| `{route}` | {', '.join(w for w in Who if w in row)} |" for route, row in RIGHTS.items()
    ]
    return "\n".join((_HEAD, *rows, ""))


class Rights:
    """The rows of an application's routes."""

    def __init__(self, app: FastAPI) -> None:
        self._rows: dict[tuple[str, object], Row] = {}
        missing = []
        for method, path, endpoint in routes(app):
            row = RIGHTS.get(f"{method} {path}")
            if row is None:
                missing.append(f"{method} {path}")
            else:
                self._rows[method, endpoint] = row
        if missing:
            raise LookupError(f"no row in token_service/authorisation.py for {', '.join(missing)}")

    def of(self, request: Request) -> Row:
        return self._rows[request.method, request.scope["endpoint"]]


def routes(app: FastAPI) -> list[tuple[str, str, object]]:
    """Method, path and function of each. HEAD comes as GET."""
    return [
        (method, route.path or "", route.endpoint)
        for route in iter_route_contexts(app.routes)
        for method in sorted((route.methods or set()) - {"HEAD"})
    ]


def row_of(request: Request) -> Row:
    rights: Rights = request.app.state.rights
    return rights.of(request)


if __name__ == "__main__":
    sys.stdout.write(markdown())
