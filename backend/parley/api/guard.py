"""What every request passes before anything parses it: size, where it came from, and JSON that would trip what reads it.

Plain ASGI, because it has to see the bytes first and because a middleware class of the framework costs a task per request.
"""

import json
import math
import re
from collections.abc import Collection
from typing import cast
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from parley.api.errors import Refused, refusal

_SAFE = frozenset(("GET", "HEAD", "OPTIONS"))

# Far more than any form, workflow or layout needs, and far less than makes a recursive reader give up.
_DEEPEST = 60
# The largest integer that every database keeps.
_LARGEST_INTEGER = 2**63 - 1

# An unended string runs to the end of the body, so that hostile bodies are read once and not once per quote.
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
# Escapes, NUL (UTF-16 too), surrogates written as UTF-8, long or non-finite numbers: the bodies worth a closer look.
_SUSPICIOUS = re.compile(rb"\\u|[\x00\xed]|\d{19}|[eE]\+?\d{3}|NaN|Infinity")


class Guard:
    """Refuses in the one error shape: bodies over the cap, unsafe requests from other sites that would use the cookie, and JSON
    with lone surrogates, NUL, integers no database keeps, or nesting without end."""

    def __init__(self, app: ASGIApp, *, max_body: int, max_upload: int, allowed_origins: Collection[str]) -> None:
        self._app = app
        self._max_body = max_body
        self._max_upload = max_upload
        self._origins = frozenset(origin.rstrip("/").lower() for origin in allowed_origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            _check_address(scope)
            if scope["method"] not in _SAFE:
                headers = Headers(scope=scope)
                self._check_origin(headers)
                receive = await self._checked_body(headers, receive)
            await self._app(scope, receive, send)
        except Refused as refused:
            await refusal(refused.status_code, refused.error, refused.message)(scope, receive, send)

    def _check_origin(self, headers: Headers) -> None:
        """A browser tells where a request comes from; one that carries a bearer token was not made by another site's form."""
        if "authorization" in headers:
            return
        origin = headers.get("origin")
        if origin is None:
            if headers.get("sec-fetch-site", "none") in ("none", "same-origin"):
                return
        elif origin.lower() in self._origins or urlsplit(origin).netloc.lower() == headers.get("host", "").lower() != "":
            return
        raise Refused(403, "foreign_origin", "This request came from another website and was refused.")

    async def _checked_body(self, headers: Headers, receive: Receive) -> Receive:
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind == "multipart/form-data":
            return self._counted(receive, headers, self._max_upload)
        body = await self._read(receive, headers, self._max_body)
        if body:
            check_json(body)
        return _replay(body, receive)

    async def _read(self, receive: Receive, headers: Headers, most: int) -> bytes:
        counted = self._counted(receive, headers, most)
        parts: list[bytes] = []
        while True:
            message = await counted()
            if message["type"] == "http.disconnect":
                return b"".join(parts)
            parts.append(message.get("body", b""))
            if not message.get("more_body", False):
                return parts[0] if len(parts) == 1 else b"".join(parts)

    def _counted(self, receive: Receive, headers: Headers, most: int) -> Receive:
        """`receive` that refuses once more than `most` bytes came; at once if the request announces more."""
        too_large = Refused(413, "too_large", f"This is larger than the server takes: at most {_megabytes(most)}.")
        announced = headers.get("content-length", "")
        if announced.isdecimal() and (len(announced) > 18 or int(announced) > most):
            raise too_large
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > most:
                raise too_large
            return message

        return counted


def _megabytes(count: int) -> str:
    return f"{count / 1_048_576:.3g} MB"


def _check_address(scope: Scope) -> None:
    if b"%00" in scope.get("raw_path", b"") or b"%00" in scope["query_string"]:
        raise Refused(400, "bad_text", "The address holds a NUL character, which cannot be stored.")


def check_json(body: bytes) -> None:
    """Refuses what parses but cannot be kept. What does not parse at all is left to the route, whose message names the field."""
    if body.count(b"[") + body.count(b"{") > _DEEPEST:
        _check_depth(body)
    if not _SUSPICIOUS.search(body):
        return
    try:
        _check_value(json.loads(body, object_pairs_hook=_pairs, parse_int=_integer, parse_float=_float, parse_constant=_float))
    except (ValueError, RecursionError):
        return


def _check_depth(body: bytes) -> None:
    # Peels the innermost brackets off, level by level: a few passes in C instead of a walk over every byte.
    brackets = _STRING.sub(b"", body).translate(None, delete=_NOT_BRACKETS)
    for _ in range(_DEEPEST):
        brackets = brackets.replace(b"[]", b"").replace(b"{}", b"")
        if not brackets:
            return
    raise Refused(400, "too_deep", f"The JSON is nested more than {_DEEPEST} levels deep, or its brackets do not match.")


def _integer(digits: str) -> None:
    if len(digits) > 20 or abs(int(digits)) > _LARGEST_INTEGER:
        raise Refused(400, "number_too_large", "The JSON holds an integer that is too large to keep.")


def _float(digits: str) -> None:
    if not math.isfinite(float(digits)):
        raise Refused(400, "number_too_large", "The JSON holds a number that is not finite or too large to keep.")


def _pairs(pairs: list[tuple[str, object]]) -> None:
    for name, value in pairs:
        _check_text(name)
        _check_value(value)


def _check_value(value: object) -> None:
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, list):
        for item in cast(list[object], value):
            _check_value(item)


def _check_text(text: str) -> None:
    if "\x00" in text:
        raise Refused(400, "bad_text", "The text holds a NUL character, which cannot be stored. Remove it and try again.")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Refused(400, "bad_text", "The text holds half of a character (a lone surrogate). Remove it and try again.") from None


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def replay() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
