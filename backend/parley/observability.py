"""Logs with a request id, and counters for whoever watches the server."""

import logging
import re
import time
import uuid
from typing import Any, Literal

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ID = re.compile(r"^[\w.-]{1,64}$")

_access = logging.getLogger("parley.access")
_access_log: structlog.stdlib.BoundLogger = structlog.get_logger("parley.access")


def configure_logging(*, form: Literal["console", "json"], level: str) -> None:
    """Every line, ours and the libraries', to standard error in one form."""
    shared: list[Any] = [  # structlog's own type for processors is not exported
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if form == "json":
        shared.append(structlog.processors.format_exc_info)
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.dev.ConsoleRenderer(
            # The default prints every local variable of a traceback, passwords and keys among them.
            exception_formatter=structlog.dev.plain_traceback
        )
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer]
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for chatty in ("httpx", "httpx2", "alembic", "uvicorn.error"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, root.level))
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


class Metrics:
    """Counts and times requests for Prometheus. Made only where /metrics is on: the library costs memory."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, Histogram

        self._registry = CollectorRegistry()
        self._requests = Counter("parley_requests", "HTTP requests answered", ["method", "status"], registry=self._registry)
        self._seconds = Histogram("parley_request_seconds", "Time until the answer had left", registry=self._registry)

    def add(self, method: str, status: int, seconds: float) -> None:
        self._requests.labels(method, f"{status // 100}xx").inc()
        self._seconds.observe(seconds)

    def text(self) -> bytes:
        from prometheus_client import generate_latest

        return generate_latest(self._registry)


class RequestLog:
    """Gives each request an id (the caller's, if it sends a plain one), logs failures, and the rest at level debug."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics | None) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        started = time.perf_counter()
        status = 500

        async def with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", request_id.encode())]
            await send(message)

        try:
            await self._app(scope, receive, with_id)
        finally:
            seconds = time.perf_counter() - started
            if self._metrics:
                self._metrics.add(scope["method"], status, seconds)
            level = logging.WARNING if status >= 500 else logging.DEBUG
            if _access.isEnabledFor(level):
                _access_log.log(level, "request", method=scope["method"], path=scope["path"], status=status, ms=round(seconds * 1000, 1))


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            given = value.decode("latin-1")
            if _ID.fullmatch(given):
                return given
    return uuid.uuid4().hex
