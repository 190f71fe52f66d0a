"""The real service on a free port, and the two people who use it."""

import asyncio
import json
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx2
from sqlalchemy import select

from agent.contract import ORIGIN_KEY_HEADER, AccountRole
from agent.dev_stack.ports import free_port
from agent.record.session_key import SessionKey
from token_service.accounts import account_of
from token_service.clinic_keys import clinic_keys
from token_service.database import Database, Transaction
from token_service.development_sign_in import new_sign_in_secret
from token_service.models import AuditEntry
from token_service.oidc.claims import Identity
from token_service.secret_values import new_id
from token_service.server import uvicorn_server
from token_service.service import Service
from token_service.session_keys import SessionKeys
from token_service.settings import ServiceSettings
from token_service.sign_in import COOKIE, OpenedLogin, open_login

CONSENT = {
    "live_analysis": True,
    "keeping": True,
    "text_version": "2026-11",
    "language": "fr",
    "given_by": "guardian",
    "child_assent": True,
}
TO_RESEARCH = {"text_version": "2026-12.3", "research_use": True}  # with CONSENT


def make_settings(
    folder: Path,
    livekit_url: str,
    *,
    key: str = "key-of-a-test",
    secret: str = "0123456789abcdef0123456789abcdef",
    database_url: str | None = None,
) -> ServiceSettings:
    return ServiceSettings.model_validate(
        {
            "livekit_url": livekit_url,
            "livekit_api_key": key,
            "livekit_api_secret": secret,
            "environment": "development",
            "data": folder / "data",
            "database_url": database_url,
            "web": folder / "web",
            "port": free_port(),
        }
    )


def environment_of(settings: ServiceSettings) -> dict[str, str]:
    """Of a command that is run beside the service."""
    environment = {"EPEDICARE_DATA": str(settings.data)}
    if (url := settings.database_url) is not None:
        environment["EPEDICARE_DATABASE_URL"] = url.get_secret_value()
    return environment


class Served:
    """A service that is reached over the network, and whose database is known."""

    def __init__(self, settings: ServiceSettings) -> None:
        self.settings = settings
        self.url = f"http://127.0.0.1:{settings.port}"
        self._clients = ExitStack()

    def client(self, **options: Any) -> httpx2.Client:
        client = httpx2.Client(base_url=self.url, trust_env=False, timeout=15, **options)
        self._clients.callback(client.close)
        return client

    def practitioner(self) -> "Practitioner":
        client = self.client()
        secret = self.in_database(None)
        answer = client.post("/api/v1/sign-in", json={"secret": secret}).raise_for_status()
        # As the proxy would: the cookie of a public https comes by plain http here.
        client.headers["Cookie"] = answer.headers["set-cookie"].partition(";")[0]
        client.headers[ORIGIN_KEY_HEADER] = answer.json()["key"]
        return Practitioner(client)

    def somebody(self, *roles: AccountRole, unit: str | None = None) -> "Practitioner":
        """Who has signed in at a provider that says so."""

        async def sign_in(db: Transaction) -> OpenedLogin:
            identity = Identity(new_id(), None, roles, unit)
            account = await account_of(db, "https://login.clinic.example", identity)
            return await open_login(db, account.id)

        opened = self.in_database(sign_in)
        client = self.client()
        client.headers["Cookie"] = f"{COOKIE}={opened.cookie}"
        client.headers[ORIGIN_KEY_HEADER] = opened.key
        return Practitioner(client)

    def patient(self, invite: dict[str, Any]) -> "Patient":
        client = self.client()
        secret = invite["link"].partition("#")[2]
        seat = client.post("/api/v1/invites/redeem", json={"secret": secret})
        seat.raise_for_status()
        client.headers["Authorization"] = f"Bearer {seat.json()['credential']}"
        return Patient(client, seat.json()["session_id"])

    def in_database(self, work: Callable[[Transaction], Awaitable[Any]] | None) -> Any:
        """Runs `work` in a transaction of its own; without work, makes a sign-in secret."""

        async def run() -> Any:
            database = Database(self.settings.database)
            try:
                if work is None:
                    return await new_sign_in_secret(database)
                async with database.begin() as db:
                    return await work(db)
            finally:
                await database.close()

        with ThreadPoolExecutor(1) as thread:  # the test may have an event loop of its own
            return thread.submit(asyncio.run, run()).result()

    def audit(self, session_id: str) -> list[AuditEntry]:
        async def entries(db: Transaction) -> list[AuditEntry]:
            mine = select(AuditEntry).where(AuditEntry.session_id == session_id)
            return list(await db.scalars(mine.order_by(AuditEntry.id)))

        found: list[AuditEntry] = self.in_database(entries)
        return found

    def done(self, session_id: str) -> list[str]:
        """In order. Who looked, and who was refused, is written a little later."""
        actions = [entry.action for entry in self.audit(session_id)]
        return [action for action in actions if action not in ("read", "watched", "refused")]


class RunningService(Served):
    def __init__(self, settings: ServiceSettings) -> None:
        super().__init__(settings)
        self._server = uvicorn_server(settings)
        self.app: Any = self._server.config.app
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        deadline = time.monotonic() + 15
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > deadline:
                raise RuntimeError("the service did not start")
            time.sleep(0.02)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._clients.close()
        self._server.should_exit = True
        self._thread.join(timeout=10)

    @property
    def running(self) -> Service:
        service: Service = self.app.state.service
        return service


class Practitioner:
    def __init__(self, client: httpx2.Client) -> None:
        self.client = client

    def create(self, *, sample: bool = False) -> str:
        answer = self.client.post("/api/v1/sessions", json={"sample": sample})
        answer.raise_for_status()
        return str(answer.json()["id"])

    def invite(self, session: str) -> dict[str, Any]:
        return self._do(session, "invites")

    def admit(self, session: str) -> dict[str, Any]:
        return self._do(session, "admit")

    def deny(self, session: str) -> dict[str, Any]:
        return self._do(session, "deny")

    def tell_waiting(self, session: str, **word: Any) -> httpx2.Response:
        return self.client.put(f"/api/v1/sessions/{session}/waiting-word", json=word)

    def end(self, session: str) -> dict[str, Any]:
        return self._do(session, "end")

    def show(self, session: str) -> dict[str, Any]:
        answer = self.client.get(f"/api/v1/sessions/{session}")
        answer.raise_for_status()
        return dict(answer.json())

    def pause(self, session: str) -> httpx2.Response:
        return self.client.put(f"/api/v1/sessions/{session}/analysis", json={"paused": True})

    def token(self, session: str) -> str:
        answer = self.client.post("/api/v1/token", json={"room_name": session})
        answer.raise_for_status()
        return str(answer.json()["participant_token"])

    def _do(self, session: str, what: str) -> dict[str, Any]:
        answer = self.client.post(f"/api/v1/sessions/{session}/{what}", json={})
        answer.raise_for_status()
        return dict(answer.json())


class Patient:
    def __init__(self, client: httpx2.Client, session: str) -> None:
        self.client = client
        self.session = session
        self._path = f"/api/v1/sessions/{session}"

    def post(self, what: str, **body: Any) -> httpx2.Response:
        return self.client.post(f"{self._path}/{what}", json=body)

    def knock(self, **body: Any) -> None:
        self.post("knock", **body).raise_for_status()

    def consent(self, **answers: Any) -> httpx2.Response:
        return self.client.put(f"{self._path}/analysis", json={"consent": CONSENT | answers})

    def pause(self, paused: bool = True) -> httpx2.Response:
        return self.client.put(f"{self._path}/analysis", json={"paused": paused})

    def show(self) -> httpx2.Response:
        return self.client.get(self._path)

    def token(self) -> str:
        answer = self.client.post("/api/v1/token", json={})
        answer.raise_for_status()
        return str(answer.json()["participant_token"])


def admitted(service: Served) -> tuple[Practitioner, Patient]:
    """A live session whose patient has consented and has been admitted."""
    practitioner = service.practitioner()
    session = practitioner.create()
    patient = service.patient(practitioner.invite(session))
    patient.consent()
    patient.knock()
    practitioner.admit(session)
    return practitioner, patient


@contextmanager
def events(client: httpx2.Client, session: str) -> Iterator[Iterator[dict[str, Any]]]:
    """The sessions that the event stream shows, as they come."""
    with client.stream("GET", f"/api/v1/sessions/{session}/events") as stream:
        stream.raise_for_status()
        yield (
            json.loads(line.removeprefix("data: "))
            for line in stream.iter_lines()
            if line.startswith("data: ")
        )


def keys_of(settings: ServiceSettings) -> SessionKeys:
    return SessionKeys(clinic_keys(settings.given_clinic_keys, settings.data, may_make=False))


def key_of(service: RunningService, session: str) -> SessionKey | None:
    found: SessionKey | None = service.in_database(
        lambda db: keys_of(service.settings).of(db, session)
    )
    return found
