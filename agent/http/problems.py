"""Every refusal of the HTTP interface, as an RFC 9457 problem.

EpedicareError
└── Problem
    ├── BadRequest          400  ├── NotFound      404  ├── TooLarge          413
    ├── NotSignedIn         401  ├── Conflict      409  ├── NotJson           415
    ├── Forbidden           403  ├── Gone          410  ├── TooManyTries      429
    ├── Misdirected         421  ├── Invalid       422  └── Unavailable       503

A problem never repeats what the client sent: it may hold a secret or a name.
"""

import asyncio
import http
import logging
import traceback
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Literal

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as QueueTimeout
from starlette.exceptions import HTTPException

from agent.errors import EpedicareError

TOO_MANY_ANSWERED_AFTER_S = 1.0  # else whoever tries again at once takes everybody's time

log = logging.getLogger(__name__)


class Problem(EpedicareError):
    status: ClassVar[int]

    def __init__(self, problem_id: str, detail: str, *, retry_after_s: int | None = None) -> None:
        super().__init__(detail)
        self.problem_id = problem_id
        self.detail = detail
        self.retry_after_s = retry_after_s


class BadRequest(Problem):
    status = 400


class NotSignedIn(Problem):
    status = 401


class Forbidden(Problem):
    status = 403


class NotFound(Problem):
    status = 404


class Conflict(Problem):
    status = 409


class Gone(Problem):
    status = 410


class TooLarge(Problem):
    status = 413


class NotJson(Problem):
    status = 415


class Misdirected(Problem):
    status = 421


class Invalid(Problem):
    status = 422


class TooManyTries(Problem):
    status = 429


class Unavailable(Problem):
    status = 503


class ProblemResponse(JSONResponse):
    media_type = "application/problem+json"


class ProblemDocument(BaseModel):
    """What a refusal says."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[dict[Literal["at", "message"], str]] = []


REFUSALS: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "Refused, as RFC 9457 has it.",
        "content": {ProblemResponse.media_type: {"schema": ProblemDocument.model_json_schema()}},
    }
}


def problem_response(status: int, problem_id: str, detail: str, **more: object) -> ProblemResponse:
    title = http.HTTPStatus(status).phrase
    body = {"type": f"/problems/{problem_id}", "title": title, "status": status, "detail": detail}
    return ProblemResponse(body | more, status_code=status)


def response_to(problem: Problem) -> ProblemResponse:
    response = problem_response(problem.status, problem.problem_id, problem.detail)
    if problem.retry_after_s is not None:
        response.headers["Retry-After"] = str(problem.retry_after_s)
    return response


def install_problem_handlers(
    app: FastAPI, on_refusal: Callable[[Request, Problem], None] | None = None
) -> None:
    @app.exception_handler(Problem)
    async def _refused(request: Request, problem: Problem) -> ProblemResponse:
        if on_refusal is not None:
            on_refusal(request, problem)
        if isinstance(problem, TooManyTries):
            await asyncio.sleep(TOO_MANY_ANSWERED_AFTER_S)
        return response_to(problem)

    @app.exception_handler(DBAPIError)
    async def _no_database(_: Request, error: DBAPIError) -> ProblemResponse:
        if not (isinstance(error, OperationalError) or error.connection_invalidated):
            raise error
        log.error("the database: %s", type(error.orig).__name__)  # full, locked or gone
        return _database_away()

    @app.exception_handler(QueueTimeout)
    async def _database_busy(_: Request, error: QueueTimeout) -> ProblemResponse:
        log.error("the database: %s", type(error).__name__)
        return _database_away()

    @app.exception_handler(RequestValidationError)
    async def _invalid(_: Request, error: RequestValidationError) -> ProblemResponse:
        return _invalid_response(error.errors())

    @app.exception_handler(HTTPException)
    async def _http(_: Request, error: HTTPException) -> ProblemResponse:
        phrase = http.HTTPStatus(error.status_code).phrase
        return problem_response(error.status_code, phrase.lower().replace(" ", "-"), f"{phrase}.")


def _database_away() -> ProblemResponse:
    return response_to(
        Unavailable("no-database", "Nothing can be recorded here now.", retry_after_s=1)
    )


def _invalid_response(errors: Sequence[dict[str, object]]) -> ProblemResponse:
    if any(error["type"] == "json_invalid" for error in errors):
        return problem_response(400, "not-json", "The body is not valid JSON.")
    mistakes = [
        {"at": ".".join(map(str, _location(error))), "message": error["msg"]} for error in errors
    ]
    return problem_response(
        422, "invalid-request", "The request is not what was expected.", errors=mistakes
    )


def _location(error: dict[str, object]) -> tuple[object, ...]:
    location = error["loc"]
    if not isinstance(location, tuple):
        return ()
    # The name of a field that we do not know is the client's own.
    return location[:-1] if error["type"] == "extra_forbidden" else location


def log_unexpected(error: Exception) -> None:
    """Where it happened, but not the message: messages quote values."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    log.error("unexpected %s\n%s", type(error).__name__, frames)
