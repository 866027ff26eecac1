"""The steps' HTTP service on top of the guarded client: JSON in, JSON out."""

import json
from collections.abc import Iterable, Mapping
from email.message import Message
from typing import TYPE_CHECKING

from pydantic import JsonValue

from parley.http.limits import HttpLimits
from parley.nodes.base import HttpAnswer

if TYPE_CHECKING:
    from parley.http.guarded import Answer, GuardedClient


class GuardedHttp:
    """Implements `nodes.base.HttpClient`. `allow` names private `host:port` endpoints that may be reached; `close` it in the end."""

    def __init__(self, allow: Iterable[str] = (), limits: HttpLimits | None = None) -> None:
        self._allow = tuple(allow)
        self._limits = limits or HttpLimits()
        self._client: GuardedClient | None = None

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()

    def _guarded(self) -> "GuardedClient":
        if self._client is None:
            from parley.http.guarded import GuardedClient  # httpx takes 0.2 s to import, and most starts never need it

            self._client = GuardedClient(self._allow, self._limits)
        return self._client

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        query: Mapping[str, str],
        body: JsonValue,
        seconds: float,
    ) -> HttpAnswer:
        content, content_type = encoded(body)
        sent = dict(headers)
        if content_type and not any(name.strip().lower() == "content-type" for name in sent):
            sent["content-type"] = content_type
        answer = await self._guarded().request(method, url, headers=sent, query=query, content=content, seconds=seconds)
        return HttpAnswer(answer.status, answer.headers, decoded(answer))


def encoded(body: JsonValue) -> tuple[bytes, str]:
    """The bytes to send and their type. A text that is JSON, as a template makes it, is sent as JSON."""
    if body is None or body == "":
        return b"", ""
    if not isinstance(body, str):
        return json.dumps(body, ensure_ascii=False).encode(), "application/json"
    return body.encode(), "application/json" if _is_json_object(body) else "text/plain; charset=utf-8"


def _is_json_object(text: str) -> bool:
    if not text.lstrip().startswith(("{", "[")):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def decoded(answer: "Answer") -> JsonValue:
    """JSON as its value, a text as text, and null for what is neither (an image, an archive)."""
    message = Message()
    message["content-type"] = answer.headers.get("content-type", "")
    kind, charset = message.get_content_type(), message.get_content_charset("utf-8")
    if not answer.body:
        return None
    if kind == "application/json" or kind.endswith("+json"):
        try:
            return json.loads(answer.body)
        except (ValueError, RecursionError):
            pass  # a server that says JSON and sends something else: its text is still worth showing
    try:
        text = answer.body.decode(charset)
    except (LookupError, UnicodeDecodeError):
        return answer.body.decode("utf-8", "replace") if kind.startswith("text/") else None
    return None if "\x00" in text else text
