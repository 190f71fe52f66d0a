"""The whole stack on loopback: livekit-server, token service, worker and sample patient."""

import asyncio
import contextlib
import sys
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from agent.contract import WEBHOOK_PATH
from agent.dev_stack.child import Child
from agent.dev_stack.identity_provider import (
    PEOPLE,
    IdentityProvider,
    refuse_missing_provider,
    refuse_other_sign_in,
)
from agent.dev_stack.livekit_server import LiveKitServer, find_livekit_server
from agent.dev_stack.ports import LOOPBACK, free_port
from agent.dev_stack.practitioner import Practitioner
from agent.dev_stack.preflight import playable, refuse_busy_port, refuse_missing_files
from agent.dev_stack.sample_patient import INVITE_VARIABLE
from agent.dev_stack.supervisor import Supervisor, Tell
from agent.errors import CannotStart
from agent.livekit_access import LiveKitAccess, given_livekit
from agent.room.background_task import run_in_background
from agent.settings import read_settings
from token_service.database import open_database
from token_service.database_address import given_database
from token_service.development_sign_in import new_sign_in_secret
from token_service.operator import sign_in_link

READY_WITHIN_S = 60.0
FOLLOWED_WITHIN_S = 20.0
FAREWELL_S = 0.5
LOOK_EVERY_S = 0.1
# LiveKit's libraries take a proxy from these for loopback too, whatever NO_PROXY says.
NO_PROXY = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), "")

EPEDICARE = str(Path(sys.executable).with_name("epedicare"))


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that could be found missing has been looked for."""

    data: Path
    port: int
    patient: Path | None  # None: no sample patient
    access: LiveKitAccess
    server: LiveKitServer | None  # None: LIVEKIT_URL names one
    server_binary: str | None
    worker_port: int
    provider: IdentityProvider | None = None  # None: practitioners sign in with a link

    @property
    def service_url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"


def plan(
    data: Path,
    port: int,
    patient: Path | None,
    *,
    with_patient: bool,
    with_provider: bool = False,
) -> Plan:
    refuse_busy_port(port)
    refuse_missing_files()
    refuse_other_sign_in(read_settings())
    if with_provider:
        refuse_missing_provider(read_settings())
    video = playable(patient) if with_patient else None
    access, server, binary = given_livekit(), None, None
    if access is None:
        binary = find_livekit_server()
        server = LiveKitServer.with_fresh_keys(f"http://{LOOPBACK}:{port}{WEBHOOK_PATH}")
        access = server.access
    return Plan(
        data=data.resolve(),
        port=port,
        patient=video,
        access=access,
        server=server,
        server_binary=binary,
        worker_port=free_port(),
        provider=IdentityProvider(f"http://{LOOPBACK}:{port}") if with_provider else None,
    )


class Stack:
    def __init__(self, plan: Plan, tell: Tell) -> None:
        self._plan = plan
        self._tell = tell
        self._supervisor = Supervisor(plan.data / "logs", tell)
        self._http = httpx2.AsyncClient(base_url=plan.service_url, trust_env=False)
        self._practitioner = Practitioner(self._http)
        self._session_id: str | None = None
        self._admission: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """All at once: each program waits for the others by itself."""
        self._start_livekit()
        self._start_provider()
        self._start_service()
        self._start_worker()
        if self._plan.server is not None:
            await self._ready("livekit-server", f"http://{LOOPBACK}:{self._plan.server.port}/")
        await self._ready("service", f"{self._plan.service_url}/readyz")
        if self._plan.provider is not None:
            await self._ready("identity-provider", self._plan.provider.description_url)
        await self._sign_in()
        await self._practitioner.end_samples_left_over()
        await self._open_session()
        await self._ready("worker", f"http://{LOOPBACK}:{self._plan.worker_port}/")
        await self._until_followed()
        self._tell(await self._welcome())

    async def stop(self) -> None:
        """The sample session ends with the stack: nobody is left who would end it."""
        if self._admission is not None:
            self._admission.cancel()
            await asyncio.wait([self._admission])
        if self._session_id is not None and self._plan.patient is not None:
            with contextlib.suppress(httpx2.HTTPError, CannotStart, TimeoutError):
                await asyncio.wait_for(self._practitioner.end(self._session_id), FAREWELL_S)
        await self._supervisor.stop()
        await self._http.aclose()

    def _start_livekit(self) -> None:
        server, binary = self._plan.server, self._plan.server_binary
        if server is None or binary is None:
            self._tell(f"livekit-server: yours at {self._plan.access.url}")
            return
        configuration = self._plan.data / "livekit.yaml"
        server.write_configuration(configuration)
        # It keeps nothing, and on SIGTERM would wait for the rooms to empty.
        command = (binary, "--config", str(configuration))
        self._supervisor.start(Child("livekit-server", command, grace_s=0.2))

    def _start_provider(self) -> None:
        provider = self._plan.provider
        if provider is not None:
            child = Child("identity-provider", provider.command, provider.environment, grace_s=0.2)
            self._supervisor.start(child)

    def _start_service(self) -> None:
        environment = {**self._environment(), "EPEDICARE_ENV": "development"}
        if self._plan.provider is not None:
            environment |= self._plan.provider.client_environment
        # What it prints goes to its log, where nothing may lie that opens a door.
        command = (EPEDICARE, "serve", "--port", str(self._plan.port), "--no-sign-in-link")
        self._supervisor.start(Child("service", command, environment))

    def _start_worker(self) -> None:
        command = (EPEDICARE, "worker", "--port", str(self._plan.worker_port))
        environment = {**self._environment(), **_metrics_of_the_worker()}
        self._supervisor.start(Child("worker", command, environment, grace_s=2.0))

    def _environment(self) -> dict[str, str]:
        return {
            **self._proxies(),
            **self._plan.access.environment(),
            "EPEDICARE_DATA": str(self._plan.data),
            "PYTHONUNBUFFERED": "1",
        }

    def _proxies(self) -> dict[str, str]:
        """None for what stays on this machine; to a server elsewhere one may lead."""
        return NO_PROXY if self._plan.server is not None else {}

    async def _ready(self, name: str, url: str) -> None:
        async def answers() -> None:
            while not await self._answers(url):
                await asyncio.sleep(LOOK_EVERY_S)

        try:
            await asyncio.wait_for(answers(), READY_WITHIN_S)
        except TimeoutError:
            raise CannotStart(
                f"{name} was not ready within {READY_WITHIN_S:.0f} s; "
                f"{self._supervisor.log_of(name)} says why"
            ) from None
        self._tell(f"{name} is ready")

    async def _answers(self, url: str) -> bool:
        try:
            return (await self._http.get(url)).is_success
        except httpx2.TransportError:
            return False

    async def _open_session(self) -> None:
        sample = self._plan.patient is not None
        self._session_id = await self._practitioner.create_session(sample=sample)
        if self._plan.patient is None:
            return
        seat_file = self._plan.data / "sample-patient.json"
        seat_file.unlink(missing_ok=True)
        invite = await self._practitioner.invite(self._session_id)
        module = (sys.executable, "-m", "agent.dev_stack.sample_patient")
        arguments = (self._plan.service_url, str(self._plan.patient), str(seat_file))
        self._supervisor.start(
            Child(
                "sample-patient",
                (*module, *arguments),
                {**self._proxies(), INVITE_VARIABLE: invite},
                0.5,
                True,
            )
        )
        self._admission = run_in_background(
            self._practitioner.admit_when_waiting(self._session_id),
            "admitting the sample patient",
            self._tell,
        )

    async def _until_followed(self) -> None:
        if self._session_id is None or self._plan.patient is None:
            return
        if await _in_time(self._practitioner.followed(self._session_id), FOLLOWED_WITHIN_S):
            self._tell(
                f"sample patient is in the room ({self._plan.patient.name}); "
                "the analysis begins when a practitioner joins"
            )
        else:
            patient, worker = map(self._supervisor.log_of, ("sample-patient", "worker"))
            self._tell(f"sample patient is not followed yet; see {patient} and {worker}")

    async def _sign_in(self) -> None:
        if self._plan.provider is not None:
            await self._practitioner.sign_in_as(PEOPLE[0])
            return
        async with open_database(self._plan.data, given_database()) as database:
            await self._practitioner.sign_in(await new_sign_in_secret(database))

    async def _welcome(self) -> str:
        who = "with the sample patient" if self._plan.patient else "still empty"
        if self._plan.provider is not None:
            page = f"{self._plan.service_url}/practitioner/sessions/{self._session_id}"
            how = f"Open this page and sign in as {PEOPLE[0]}, to the session {who}:\n\n    {page}"
            again = f"Others who may sign in: {', '.join(PEOPLE[1:])}; none has a password."
        else:
            how = f"Open this link, which signs you in once, to the session {who}:\n\n    "
            how += await sign_in_link(self._plan.data, LOOPBACK, self._plan.port, self._session_id)
            again = "Another sign-in link: .venv/bin/epedicare sign-in-link"
        return f"""
e-PediCare runs. {how}

Another session: on the practitioner's page choose All sessions, then New session; Invite there
gives its patient's link.
{again}
Logs: {self._supervisor.log_of("worker").parent}
Stop: Ctrl-C
"""


async def _in_time(work: Coroutine[Any, Any, None], within_s: float) -> bool:
    try:
        await asyncio.wait_for(work, within_s)
    except TimeoutError:
        return False
    return True


async def run_until_told(plan: Plan, tell: Callable[[str], None], told: asyncio.Event) -> None:
    stack = Stack(plan, tell)
    starting = asyncio.create_task(stack.start())
    waiting = asyncio.create_task(told.wait())
    try:
        await asyncio.wait([starting, waiting], return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            starting.result()
            await waiting
    finally:
        starting.cancel()
        waiting.cancel()
        await asyncio.wait([starting, waiting])
        tell("stopping …")
        await stack.stop()


def _metrics_of_the_worker() -> dict[str, str]:
    """The service has the address that was given, if one was."""
    given = read_settings().metrics
    return {} if given is None else {"EPEDICARE_METRICS": str(given.next())}
