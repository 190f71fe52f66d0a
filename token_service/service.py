"""What a running service consists of."""

import asyncio
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Path, Request

from token_service.audit import Notices
from token_service.broker import Broker
from token_service.client_address import bucket_of, client_address
from token_service.database import Database
from token_service.livekit_gateway import LiveKitGateway
from token_service.metrics import ServiceMetrics
from token_service.rate_limit import RateLimit
from token_service.reconciler_loop import ReconcilerLoop
from token_service.replays import Replays
from token_service.replicas import Replicas
from token_service.rooms import Rooms
from token_service.session_keys import SessionKeys
from token_service.sessions import find
from token_service.settings import ServiceSettings
from token_service.sign_in import SignIn
from token_service.views import SessionSeenByPractitioner, Views
from token_service.webhooks import WebhookInbox

FAILURES = 10
FAILURE_WINDOW_S = 15 * 60.0
CHANGES_A_MINUTE = 60
TOKENS_A_MINUTE = 30
CONNECTION_TESTS = 10
CONNECTION_TESTS_WINDOW_S = 10 * 60.0


def failure_limit() -> RateLimit:
    return RateLimit(FAILURES, FAILURE_WINDOW_S)


def change_limit() -> RateLimit:
    return RateLimit(CHANGES_A_MINUTE, 60.0)


def token_limit() -> RateLimit:
    return RateLimit(TOKENS_A_MINUTE, 60.0)


def connection_test_limit() -> RateLimit:
    return RateLimit(CONNECTION_TESTS, CONNECTION_TESTS_WINDOW_S)


@dataclass
class Service:
    settings: ServiceSettings
    database: Database
    gateway: LiveKitGateway
    rooms: Rooms
    reconciler: ReconcilerLoop
    broker: Broker
    sign_in: SignIn
    inbox: WebhookInbox
    notices: Notices
    views: Views
    metrics: ServiceMetrics
    replays: Replays
    keys: SessionKeys
    code_failures: RateLimit = field(default_factory=failure_limit)  # by address
    changes: RateLimit = field(default_factory=change_limit)  # by caller
    tokens: RateLimit = field(default_factory=token_limit)  # by caller
    # by caller, or by address
    connection_tests: RateLimit = field(default_factory=connection_test_limit)
    one_export_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    def share_limits(self, replicas: Replicas) -> None:
        """By a key that all services have and the database has not: addresses stay unreadable."""
        key = hashlib.blake2b(self.settings.secret.encode(), person=b"limits").digest()
        for name in ("code_failures", "changes", "tokens", "connection_tests"):
            limit: RateLimit = getattr(self, name)
            limit.share(name, key, replicas)

    def changed(self, session_id: str) -> None:
        self.broker.changed(session_id)
        self.reconciler.look_sooner(session_id)

    async def forget(self, session_id: str) -> None:
        """What was erased or deleted: neither here nor in the database anything of it is left."""
        self.replays.forget(session_id)
        await self.database.wipe()
        self.changed(session_id)

    def erased_by_date(self, session_id: str) -> None:
        self.replays.forget(session_id)
        self.metrics.erased_by_date.inc()
        self.changed(session_id)

    def signed_out(self, sessions: Iterable[str]) -> None:
        """Whose seats were in these sessions: rooms and streams of theirs end."""
        for session_id in sessions:
            self.changed(session_id)
        self.broker.all_changed()

    def origin(self, request: Request) -> str:
        """What links begin with. Without a public address, as the browser names this one."""
        named = self.settings.public_url or str(request.base_url).removesuffix("/")
        return str(named)

    def bucket(self, request: Request) -> str:
        """Of whom tries are counted together."""
        peer = request.client.host if request.client else ""
        return bucket_of(client_address(peer, request.headers, self.settings.trusted_proxies))

    async def practitioner_view(
        self, session_id: str, account: str | None = None
    ) -> SessionSeenByPractitioner:
        """As a practitioner of it sees it: its owner, where nobody else is said."""
        async with self.database.read() as db:
            return self.views.for_practitioner(await find(db, session_id), account)


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


Running = Annotated[Service, Depends(_service)]
SessionId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
