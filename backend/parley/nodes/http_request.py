"""`http_request`: calls an address on the web through the guarded client."""

from collections.abc import Mapping
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, JsonValue

from parley.ids import IDEMPOTENCY_HEADER
from parley.nodes.base import NodeType, StepContext, StepFailed, StepResult
from parley.nodes.values import Config, Text, said
from parley.workflow.catalogue import TypeSpec, config_field

READING = frozenset({"GET", "HEAD", "OPTIONS"})
DEFAULT_TIMEOUT = 30.0  # seconds; the engine's own limit for the step may be shorter


class HttpRequestConfig(Config):
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"] = config_field("GET", kind="plain", title="Method")
    url: Text = config_field(kind="template", title="Address", placeholder="https://example.com/orders")
    headers: dict[str, Text] = config_field({}, kind="template", title="Headers", placeholder="{{ secrets.TOKEN }}")
    query: dict[str, Text] = config_field({}, kind="template", title="Query", description="Added to the address after the ?.")
    body: JsonValue = config_field(None, kind="code", title="Body", description="A text, or JSON.", placeholder="{{ transform }}")
    accept_errors: bool = config_field(
        False, kind="plain", title="Go on after an error answer", description="Otherwise a status of 400 or above fails the step."
    )


class HttpRequestOutput(BaseModel):
    status: int
    headers: dict[str, str]
    body: JsonValue


def changes_something(config: Mapping[str, JsonValue]) -> bool:
    """By HTTP's own promise: a GET, HEAD or OPTIONS only reads."""
    return str(config.get("method") or "GET").upper() not in READING


async def run(config: HttpRequestConfig, context: StepContext) -> StepResult:
    url = config.url.strip()
    if not url:
        raise StepFailed("The address is empty. Check the step that it comes from.", {"retryable": False})
    headers = dict(config.headers)
    if not any(name.lower() == IDEMPOTENCY_HEADER.lower() for name in headers):
        headers[IDEMPOTENCY_HEADER] = context.idempotency_key
    answer = await context.services.http.request(
        config.method, url, headers=headers, query=config.query, body=config.body, seconds=DEFAULT_TIMEOUT
    )
    if answer.status >= 400 and not config.accept_errors:
        raise StepFailed(
            f"{urlsplit(url).hostname} answered with status {answer.status}.",
            {"status": answer.status, "retryable": answer.status in (408, 425, 429) or answer.status >= 500},
        )
    found = HttpRequestOutput(status=answer.status, headers=dict(answer.headers), body=answer.body)
    return StepResult(found.model_dump(mode="json"))


def _summary(config: Mapping[str, JsonValue]) -> str:
    method, url = said(config, "method", "GET"), said(config, "url")
    try:
        parts = urlsplit(url)
    except ValueError:  # a half-written IPv6 address
        return f"{method} {url}"
    name = parts.path.rstrip("/").rpartition("/")[2] or parts.netloc
    return f"{method} {name or url or 'an address'}"


TYPE = NodeType(
    TypeSpec(
        type="http_request",
        title="HTTP request",
        category="web",
        icon="arrow-right-left",
        description="Calls an address on the web and reads its answer.",
        config=HttpRequestConfig,
        output=HttpRequestOutput,
        summary=_summary,
        side_effect=True,
        side_effect_of=changes_something,
        tool=True,
    ),
    run=run,
)
