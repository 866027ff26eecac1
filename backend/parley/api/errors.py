"""The one shape of every refusal: `{error, message, details}`, whoever refused."""

import uuid
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, JsonValue
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from parley.errors import ParleyError

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class ErrorView(BaseModel):
    """`error` names the situation, `message` says what happened and what to do, `details` holds data about it;
    for a refused form `details.fields` is {field: message}."""

    error: str
    message: str
    details: dict[str, JsonValue]


# What every route may answer; given to the application so that the contract says it once.
RESPONSES: dict[int | str, dict[str, Any]] = {"4XX": {"model": ErrorView, "description": "Refused; see `error`"}}

_OF_STATUS = {
    401: ("unauthorized", "You are not logged in, or your session has ended. Log in again."),
    403: ("forbidden", "This is not allowed."),
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "This address does not take requests of this kind."),
    413: ("too_large", "This is larger than the server takes."),
    415: ("unsupported_media_type", "The server does not take this kind of content."),
}


class Refused(HTTPException):
    """Refused before a route was reached. An HTTPException, because the framework lets only those through while it reads a body."""

    def __init__(self, status: int, error: str, message: str) -> None:
        super().__init__(status, message)
        self.error = error
        self.message = message


def refusal(status: int, error: str, message: str, details: dict[str, JsonValue] | None = None) -> JSONResponse:
    return JSONResponse({"error": error, "message": message, "details": details or {}}, status)


def add_error_handlers(app: FastAPI) -> None:
    app.add_exception_handler(ParleyError, _on_parley_error)
    app.add_exception_handler(RequestValidationError, _on_validation_error)
    app.add_exception_handler(HTTPException, _on_http_exception)
    app.add_exception_handler(DBAPIError, _on_database_error)
    app.add_exception_handler(PoolTimeout, _on_database_error)


async def _on_parley_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ParleyError)
    answer = refusal(error.status, error.code, error.message, error.details)
    if error.status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


async def _on_validation_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    fields: dict[str, JsonValue] = {}
    for problem in error.errors():
        where = ".".join(str(part) for part in problem["loc"][1:]) or str(problem["loc"][0])
        fields.setdefault(where, _in_words(problem))
    first = next(iter(fields))
    message = f"{first}: {fields[first]}" if len(fields) == 1 else f"{len(fields)} fields are not right: {', '.join(fields)}."
    return refusal(422, "invalid_request", message[:500], {"field": first, "fields": fields})


def _in_words(problem: dict[str, Any]) -> str:
    context: dict[str, Any] = problem.get("ctx") or {}
    match problem["type"]:
        case "missing":
            return "This is needed."
        case "json_invalid":
            return "The body is not valid JSON."
        case "string_too_short":
            return "This must not be empty." if context["min_length"] == 1 else f"Use at least {context['min_length']} characters."
        case "string_too_long":
            return f"Use at most {context['max_length']} characters."
        case "extra_forbidden":
            return "There is no such field."
        case _:
            return str(problem["msg"]).removeprefix("Value error, ")[:300]


async def _on_http_exception(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    if isinstance(error, Refused):
        return refusal(error.status_code, error.error, error.message)
    name, message = _OF_STATUS.get(error.status_code, ("refused", str(error.detail)))
    answer = refusal(error.status_code, name, message)
    answer.headers.update(error.headers or {})
    return answer


async def _on_database_error(request: Request, error: Exception) -> JSONResponse:
    """The database is away or overloaded: worth trying again. Anything else it says is our mistake."""
    if isinstance(error, (OperationalError, InterfaceError, PoolTimeout)):
        log.warning("database unavailable", error=str(error.__cause__ or error)[:500])
        return refusal(503, "database_unavailable", "The database does not answer. Nothing was changed; try again in a moment.")
    return on_surprise(request, error)


def on_surprise(request: Request, error: Exception) -> JSONResponse:
    """Our mistake: the log has all of it under an id, the client only the id."""
    reference = uuid.uuid4().hex[:12]
    log.error("unexpected error", reference=reference, method=request.method, path=request.url.path, exc_info=error)
    return refusal(
        500,
        "internal_error",
        f"The server failed on this request by a fault of its own. Its log has the details under {reference}.",
        {"reference": reference},
    )


class CatchSurprises:
    """Answers what no handler knew, inside the other middleware, so that such an answer carries their headers too.
    One that comes after the response has begun can only be logged and cut."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def noted(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except Exception as error:
            if scope["type"] != "http":
                raise
            answer = on_surprise(Request(scope), error)
            if begun:
                raise
            await answer(scope, receive, send)
