"""The HTTP client for addresses that come from workflows, users, documents or models: it trusts none of them.

    RequestRefused    422  not tried: scheme, credentials in the URL, a header that is not the caller's, a redirect too many
    AddressRefused    422  a private address (backend.py)
    RequestFailed     502  tried: refused connection, time over, nonsense instead of HTTP; details.retryable
    NameUnknown       502  no such host (backend.py)
    AnswerTooLarge    502  AnswerUnreadable 502  (bodies.py)

No proxy is taken from the environment, redirects are followed here so that each is checked, and every wait and size is bounded.
"""

import asyncio
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import httpcore
import httpx

from parley.errors import ParleyError
from parley.http.backend import GuardedBackend, endpoint
from parley.http.bodies import read_body
from parley.http.limits import HttpLimits

# Ours to set: they frame the message or would smuggle a second one.
RESERVED = frozenset(
    ["host", "content-length", "transfer-encoding", "connection", "keep-alive", "upgrade", "te", "trailer", "expect", "accept-encoding"]
)
# What may follow a redirect to another origin; any other header might be a credential.
HARMLESS = frozenset(["accept", "accept-language", "content-type", "user-agent"])
DEFAULT_PORTS = {"http": 80, "https": 443}
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


class RequestRefused(ParleyError):
    status = 422


class RequestFailed(ParleyError):
    status = 502


@dataclass(frozen=True)
class Answer:
    """`url` is where the last redirect led. Header names are lower case; a repeated header is joined by commas."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


@dataclass(frozen=True)
class _Hop:
    method: str
    url: httpx.URL
    headers: Mapping[str, str]
    content: bytes


class GuardedClient:
    """One per process and event loop; `close` it in the end. `allow` names private `host:port` endpoints that may be reached."""

    def __init__(self, allow: Iterable[str] = (), limits: HttpLimits | None = None) -> None:
        self.limits = limits or HttpLimits()
        self._allow = frozenset(entry.strip().lower() for entry in allow if entry.strip())
        self._pool: httpcore.AsyncConnectionPool | None = None

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        content: bytes = b"",
        seconds: float = 30.0,
    ) -> Answer:
        """Raises the errors at the top of this file; an answer with an error status is an answer."""
        address = checked_url(url)
        hop = _Hop(method.upper(), address.copy_merge_params(dict(query)) if query else address, checked_headers(headers or {}), content)
        try:
            async with asyncio.timeout(seconds):
                for _ in range(self.limits.redirects + 1):
                    answer = await self._send(hop)
                    if answer.status not in (301, 302, 303, 307, 308) or "location" not in answer.headers:
                        return answer
                    hop = _redirected(hop, answer)
        except TimeoutError:
            raise RequestFailed(f"{hop.url.host} did not answer within {seconds:g} s.", {"retryable": True}) from None
        raise RequestRefused(f"{hop.url.host} redirects more than {self.limits.redirects} times.", {"retryable": False})

    async def close(self) -> None:
        if self._pool is not None:
            await self._pool.aclose()
            self._pool = None

    async def _send(self, hop: _Hop) -> Answer:
        sent = {"host": hop.url.netloc.decode("ascii"), "user-agent": "Parley", "accept": "*/*", "accept-encoding": "gzip", **hop.headers}
        if hop.content or hop.method in ("POST", "PUT", "PATCH"):
            sent["content-length"] = str(len(hop.content))
        host = hop.url.host
        try:
            async with self._connections().stream(
                hop.method,
                httpcore.URL(scheme=hop.url.raw_scheme, host=hop.url.raw_host, port=hop.url.port, target=hop.url.raw_path),
                headers=[(name.encode("ascii"), value.encode("utf-8")) for name, value in sent.items()],
                content=hop.content,
                extensions={"timeout": {"connect": self.limits.connect_seconds, "pool": self.limits.connect_seconds}},
            ) as response:
                received = _received(response.headers)
                body = await read_body(response.aiter_stream(), received.get("content-encoding", ""), self.limits.answer_bytes)
                return Answer(response.status, received, body, str(hop.url))
        except httpcore.ConnectTimeout:
            raise RequestFailed(f"{host} did not accept the connection in time.", {"retryable": True}) from None
        except httpcore.ConnectError as error:
            raise _connection_failed(hop.url, error) from error
        except (httpcore.NetworkError, httpcore.TimeoutException) as error:
            raise RequestFailed(f"The connection to {host} broke off.", {"retryable": True}) from error
        except httpcore.ProtocolError as error:
            raise RequestFailed(f"{host} answered with something that is not HTTP.", {"retryable": True}) from error

    def _connections(self) -> httpcore.AsyncConnectionPool:
        if self._pool is None:  # not in __init__: loading the certificates takes 20 ms that most starts do not need
            self._pool = httpcore.AsyncConnectionPool(
                ssl_context=httpx.create_ssl_context(),
                max_connections=self.limits.connections,
                keepalive_expiry=5.0,
                network_backend=GuardedBackend(self._allow),
            )
        return self._pool


def checked_url(text: str) -> httpx.URL:
    try:
        url = httpx.URL(text.strip())
    except (httpx.InvalidURL, ValueError) as error:
        raise RequestRefused(f"“{text[:200]}” is not an address.", {"retryable": False}) from error
    if url.scheme not in DEFAULT_PORTS:
        raise RequestRefused("An address starts with http:// or https://.", {"retryable": False})
    if not url.host:
        raise RequestRefused(f"“{text[:200]}” names no server.", {"retryable": False})
    if url.userinfo:
        raise RequestRefused("The address has a name or password in it. Put them in a header instead.", {"retryable": False})
    return url


def checked_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """With lower-case names. Refuses what frames the message, and values with line breaks."""
    checked: dict[str, str] = {}
    for name, value in headers.items():
        lower = name.strip().lower()
        if lower in RESERVED or lower.startswith("proxy-"):
            raise RequestRefused(f"The header {name.strip()} is set by Parley. Leave it out.", {"retryable": False})
        if not _HEADER_NAME.fullmatch(lower) or re.search(r"[\x00-\x08\x0a-\x1f\x7f]", value):
            raise RequestRefused(f"The header “{name.strip()[:80]}” has characters that headers cannot have.", {"retryable": False})
        checked[lower] = value.strip()
    return checked


def _received(pairs: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for raw_name, raw_value in pairs:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def _origin(url: httpx.URL) -> tuple[str, str]:
    return url.scheme, endpoint(url.host, url.port or DEFAULT_PORTS[url.scheme])


def _redirected(hop: _Hop, answer: Answer) -> _Hop:
    try:
        url = hop.url.join(answer.headers["location"])
    except (httpx.InvalidURL, ValueError) as error:
        raise RequestRefused(f"{hop.url.host} redirects to something that is not an address.", {"retryable": False}) from error
    url = checked_url(str(url))
    headers = hop.headers if _origin(url) == _origin(hop.url) else {n: v for n, v in hop.headers.items() if n in HARMLESS}
    keeps_method = answer.status in (307, 308) or hop.method in ("GET", "HEAD") or (answer.status != 303 and hop.method != "POST")
    if keeps_method:
        return _Hop(hop.method, url, headers, hop.content)
    return _Hop("GET", url, {n: v for n, v in headers.items() if n != "content-type"}, b"")


def _connection_failed(url: httpx.URL, error: httpcore.ConnectError) -> RequestFailed:
    if "certificate" in str(error).lower():
        return RequestFailed(f"The certificate of {url.host} is not valid, so nothing was sent.", {"retryable": False})
    port = url.port or DEFAULT_PORTS[url.scheme]
    return RequestFailed(f"{url.host} refused the connection on port {port}. Check the address.", {"retryable": True})
