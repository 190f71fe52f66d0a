"""Puts the service together."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, Depends, FastAPI, Request

from agent.http.guard import HeadAsGet, LastResort, RequestGuard, SecurityHeaders
from agent.http.pages import NO_PAGE, security_headers, serve_pages
from agent.http.problems import (
    REFUSALS,
    Forbidden,
    NotFound,
    NotSignedIn,
    Problem,
    install_problem_handlers,
)
from agent.http.requests_seen import RequestsSeen
from token_service.audit import Notices
from token_service.authorisation import Rights
from token_service.broker import Broker, Shown
from token_service.callers import authorise, refused
from token_service.clinic_keys import clinic_keys
from token_service.connection_tests import ConnectionTests
from token_service.database import open_database
from token_service.development_sign_in import DevelopmentSignIn
from token_service.hourly import Hourly
from token_service.kept import finish_erasing
from token_service.leadership import Lease, OnlyOne
from token_service.livekit_gateway import LiveKitGateway
from token_service.metrics import ServiceMetrics
from token_service.oidc.sign_in import OidcSignIn
from token_service.operator_watch import OperatorWatch
from token_service.reconciler_loop import ReconcilerLoop
from token_service.replays import Replays
from token_service.replicas import NotifiedReplicas, Replicas
from token_service.retention import Retention
from token_service.rooms import Rooms
from token_service.routes import (
    account,
    administration,
    analysis,
    audit,
    colleagues,
    connection_tests,
    events,
    health,
    invites,
    notes,
    patients,
    recordings,
    research,
    sessions,
    token,
    webhook,
)
from token_service.service import Service
from token_service.session_keys import SessionKeys
from token_service.settings import ServiceSettings, refuse_unsafe
from token_service.sign_in import SignIn
from token_service.views import Views, shown
from token_service.webhooks import WebhookInbox


def create_app(settings: ServiceSettings) -> FastAPI:
    refuse_unsafe(settings)
    sign_in = _sign_in(settings)
    metrics = ServiceMetrics()
    app = FastAPI(
        title="e-PediCare token service",
        version="1",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # they would load scripts from elsewhere
        redoc_url=None,
        responses=REFUSALS,
        lifespan=lambda app: _running(app, settings, sign_in, metrics),
    )
    app.state.metrics = metrics
    install_problem_handlers(app, on_refusal=_note_refusal)
    app.include_router(health.router)
    app.include_router(webhook.router)
    app.include_router(api(sign_in))
    serve_pages(app, settings.web)
    app.state.rights = Rights(app)
    app.add_middleware(RequestGuard, public_url=settings.public_url)
    app.add_middleware(HeadAsGet)
    app.add_middleware(LastResort)
    headers = security_headers(settings.livekit_url, is_https=settings.is_https)
    app.add_middleware(SecurityHeaders, headers=headers)
    app.add_middleware(RequestsSeen, on_answer=metrics.request)
    return app


def _sign_in(settings: ServiceSettings) -> SignIn:
    """A provider alone, where there is one: a link would go past it."""
    return OidcSignIn(settings.oidc) if settings.oidc else DevelopmentSignIn()


def _note_refusal(request: Request, problem: Problem) -> None:
    if isinstance(problem, NotSignedIn | Forbidden | NotFound) and problem.problem_id != NO_PAGE:
        service: Service = request.app.state.service
        service.notices.note(refused(request))


def api(sign_in: SignIn) -> APIRouter:
    router = APIRouter(prefix="/api/v1", dependencies=[Depends(authorise)])
    router.include_router(sign_in.router())
    for part in (
        account,
        administration,
        patients,
        sessions,
        colleagues,
        notes,
        recordings,
        research,
        invites,
        analysis,
        events,
        token,
        connection_tests,
        audit,
    ):
        router.include_router(part.router)
    return router


@asynccontextmanager
async def _running(
    app: FastAPI, settings: ServiceSettings, sign_in: SignIn, metrics: ServiceMetrics
) -> AsyncIterator[None]:
    await asyncio.to_thread(finish_erasing, settings.data)
    async with open_database(settings.data, settings.database) as database:
        gateway = LiveKitGateway(settings, on_redispatch=metrics.redispatches.inc)

        async def read(session_id: str) -> Shown | None:
            async with database.read() as db:
                return await shown(db, session_id, views)

        alone = database.address.embedded
        leadership = OnlyOne() if alone else Lease(database)
        replicas = Replicas() if alone else NotifiedReplicas(database)
        broker = Broker(read, replicas)
        keys = SessionKeys(
            clinic_keys(settings.given_clinic_keys, settings.data, may_make=settings.development)
        )
        reconciler = ReconcilerLoop(
            database, gateway, broker, settings.data, keys, leadership, replicas
        )
        metrics.watch(reconciler.agent_states, lambda: reconciler.livekit_answers)
        views = Views(settings.data, lambda session_id: reconciler.agent(session_id))
        notices = Notices(database)
        app.state.service = Service(
            settings=settings,
            database=database,
            gateway=gateway,
            rooms=Rooms(gateway),
            reconciler=reconciler,
            broker=broker,
            sign_in=sign_in,
            inbox=WebhookInbox(settings),
            notices=notices,
            views=views,
            metrics=metrics,
            replays=Replays(settings.data),
            keys=keys,
        )
        app.state.service.share_limits(replicas)
        operators = OperatorWatch(database, broker.all_look_again)
        retention = Retention(settings.data, app.state.service.erased_by_date)
        chores = (keys.rewrap_older, retention.erase_what_is_due)
        hourly = Hourly(database, leadership, chores)
        tests = ConnectionTests(gateway)
        parts = (leadership, replicas, reconciler, notices, operators, hourly, tests)
        loops = [asyncio.create_task(part.run()) for part in parts]
        gc.freeze()  # what stays need not be looked through, 0.3 s each time
        try:
            yield
        finally:
            for loop in loops:
                loop.cancel()
            await asyncio.gather(*loops, return_exceptions=True)
            await notices.write()
            await sign_in.close()
            await gateway.close()
