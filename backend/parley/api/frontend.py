"""The built web app, served from the same origin, and the headers that keep a page from running what is not ours."""

import asyncio
import base64
import gzip
import hashlib
import json
import re
from pathlib import Path

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_INLINE_SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.+?)</script>", re.DOTALL)

# Everything under this prefix has a hash of its content in its name.
_HASHED = "/_next/static/"

_TEXTS = frozenset((".html", ".js", ".css", ".json", ".txt", ".svg"))
_WORTHWHILE, _LONGEST_KEPT = 1024, 8 * 1024 * 1024


class SecurityHeaders:
    """Adds to every answer what browsers should not do with it."""

    def __init__(self, app: ASGIApp, *, script_hashes: tuple[str, ...]) -> None:
        self._app = app
        scripts = " ".join(("'self'", *script_hashes))
        policy = (
            f"default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
            "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
            "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        )
        self._headers = [
            (b"content-security-policy", policy.encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"x-frame-options", b"DENY"),
            (b"referrer-policy", b"same-origin"),
            (b"cross-origin-opener-policy", b"same-origin"),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [*message.get("headers", ()), *self._headers]
                if scope["path"].startswith("/api/") and not any(name == b"cache-control" for name, _ in headers):
                    headers.append((b"cache-control", b"no-store"))
                message["headers"] = headers
            await send(message)

        await self._app(scope, receive, with_headers)


class WebApp(StaticFiles):
    """The static export: /login answers login.html; an unknown page answers 404.html; hashed files are cached for good.
    Texts leave compressed; each is compressed once, in a thread, and kept."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory=directory, html=True)
        self._compressed: dict[tuple[str, str], bytes] = {}

    async def get_response(self, path: str, scope: Scope) -> Response:
        if scope["method"] not in ("GET", "HEAD"):
            raise HTTPException(404)
        page = f"{path.rstrip('/')}.html"
        response = await super().get_response(page if self.lookup_path(page)[1] else path, scope)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if scope["path"].startswith(_HASHED) else "no-cache"
        headers = Headers(scope=scope)
        if isinstance(response, FileResponse) and "gzip" in headers.get("accept-encoding", "") and "range" not in headers:
            return await self._compress(response)
        return response

    async def _compress(self, response: FileResponse) -> Response:
        path = Path(response.path)
        size = int(response.headers["content-length"])
        if path.suffix not in _TEXTS or not _WORTHWHILE <= size <= _LONGEST_KEPT:
            return response
        key = str(path), response.headers["etag"]
        if key not in self._compressed:
            self._compressed[key] = await asyncio.to_thread(lambda: gzip.compress(path.read_bytes(), mtime=0))
        headers = {name: value for name, value in response.headers.items() if name != "content-length"}
        headers |= {"content-encoding": "gzip", "vary": "Accept-Encoding", "etag": f"W/{headers['etag']}"}
        return Response(self._compressed[key], response.status_code, headers)


def script_hashes(web_dir: Path) -> tuple[str, ...]:
    """The inline scripts of the export, as the policy names them: from the list made at build, otherwise from the pages."""
    listed = web_dir / "csp.json"
    if listed.is_file():
        return tuple(json.loads(listed.read_text(encoding="utf-8"))["script_src"])
    bodies = {body for page in sorted(web_dir.rglob("*.html")) for body in _INLINE_SCRIPT.findall(page.read_text(encoding="utf-8"))}
    return tuple(sorted(f"'sha256-{base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()}'" for body in bodies))


def add_frontend(app: Starlette, web_dir: Path) -> None:
    """Serve the export at every address that no route has; below /api an unknown address stays a JSON 404."""
    app.mount("/", _OutsideApi(WebApp(web_dir)))


class _OutsideApi:
    def __init__(self, web: WebApp) -> None:
        self._web = web

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        if path == "/api" or path.startswith("/api/"):
            raise HTTPException(404)
        await self._web(scope, receive, send)
