"""The built web app, served from the same origin, and the headers that keep a page from running what is not ours."""

import base64
import hashlib
import json
import re
from pathlib import Path

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_INLINE_SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.+?)</script>", re.DOTALL)

# Everything under this prefix has a hash of its content in its name.
_HASHED = "/_next/static/"


class SecurityHeaders:
    """Adds to every answer what browsers should not do with it."""

    def __init__(self, app: ASGIApp, *, script_hashes: tuple[str, ...]) -> None:
        self._app = app
        scripts = " ".join(("'self'", *script_hashes))
        policy = (
            f"default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
            "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
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
    """The static export: /login answers login.html; an unknown page answers 404.html; hashed files are cached for good."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        if scope["method"] not in ("GET", "HEAD"):
            raise HTTPException(404)
        try:
            response = await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != 404:
                raise
            response = await self._page(path, scope)
        headers = MutableHeaders(raw=response.raw_headers)
        headers["Cache-Control"] = "public, max-age=31536000, immutable" if scope["path"].startswith(_HASHED) else "no-cache"
        return response

    async def _page(self, path: str, scope: Scope) -> Response:
        try:
            return await super().get_response(f"{path.rstrip('/')}.html", scope)
        except HTTPException:
            missing = Path(str(self.directory)) / "404.html"
            if not missing.is_file():
                raise
            return FileResponse(missing, status_code=404)


def script_hashes(web_dir: Path) -> tuple[str, ...]:
    """The inline scripts of the export, as the policy names them: from the list made at build, otherwise from the pages."""
    listed = web_dir / "csp.json"
    if listed.is_file():
        return tuple(json.loads(listed.read_text(encoding="utf-8"))["script_src"])
    bodies = {body for page in sorted(web_dir.rglob("*.html")) for body in _INLINE_SCRIPT.findall(page.read_text(encoding="utf-8"))}
    return tuple(sorted(f"'sha256-{base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()}'" for body in bodies))


def add_frontend(app: Starlette, web_dir: Path) -> None:
    """Serve the export at every address that no route has; below /api an unknown address stays a JSON 404."""
    app.mount("/", _OutsideApi(WebApp(directory=web_dir, html=True)))


class _OutsideApi:
    def __init__(self, web: WebApp) -> None:
        self._web = web

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        if path == "/api" or path.startswith("/api/"):
            raise HTTPException(404)
        await self._web(scope, receive, send)
