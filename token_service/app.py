"""Puts the service together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI

from agent.http.guard import LastResort, RequestGuard, SecurityHeaders
from agent.http.pages import security_headers, serve_pages
from agent.http.problems import REFUSALS, install_problem_handlers
from token_service.broker import Broker
from token_service.database import open_database
from token_service.development_sign_in import DevelopmentSignIn
from token_service.livekit_gateway import LiveKitGateway
from token_service.reconciler_loop import ReconcilerLoop
from token_service.routes import (
    account,
    analysis,
    events,
    health,
    invites,
    sessions,
    token,
    webhook,
)
from token_service.service import Service
from token_service.settings import Settings, refuse_unsafe
from token_service.sign_in import SignIn
from token_service.webhooks import WebhookInbox


def create_app(settings: Settings) -> FastAPI:
    refuse_unsafe(settings)
    sign_in = DevelopmentSignIn()
    app = FastAPI(
        title="e-PediCare token service",
        version="1",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # they would load scripts from elsewhere
        redoc_url=None,
        responses=REFUSALS,
        lifespan=lambda app: _running(app, settings, sign_in),
    )
    install_problem_handlers(app)
    app.include_router(health.router)
    app.include_router(webhook.router)
    app.include_router(_api(sign_in))
    serve_pages(app, settings.web)
    app.add_middleware(RequestGuard, loopback_only=settings.development)
    app.add_middleware(LastResort)
    app.add_middleware(SecurityHeaders, headers=security_headers(settings.livekit_url))
    return app


def _api(sign_in: SignIn) -> APIRouter:
    router = APIRouter(prefix="/api/v1")
    router.include_router(sign_in.router())
    for part in (account, sessions, invites, analysis, events, token):
        router.include_router(part.router)
    return router


@asynccontextmanager
async def _running(app: FastAPI, settings: Settings, sign_in: SignIn) -> AsyncIterator[None]:
    async with open_database(settings.data) as database:
        gateway = LiveKitGateway(settings)
        broker = Broker()
        reconciler = ReconcilerLoop(database, gateway, broker)
        app.state.service = Service(
            settings=settings,
            database=database,
            gateway=gateway,
            reconciler=reconciler,
            broker=broker,
            sign_in=sign_in,
            inbox=WebhookInbox(settings),
        )
        loop = asyncio.create_task(reconciler.run())
        try:
            yield
        finally:
            loop.cancel()
            await asyncio.gather(loop, return_exceptions=True)
            await gateway.close()
