"""Counters for Prometheus, outside /api: only there when switched on, and only for a token or a caller on this machine."""

import hmac
import ipaddress

from fastapi import APIRouter, Request, Response

from parley.errors import NotFound
from parley.observability import Metrics


def metrics_router(metrics: Metrics, token: str | None) -> APIRouter:
    """Without a token only callers on this machine are answered; everyone else gets the 404 of an unknown address."""
    router = APIRouter()

    @router.get("/metrics", include_in_schema=False)
    async def read_metrics(request: Request) -> Response:
        if not _allowed(request, token):
            raise NotFound("There is nothing at this address.")
        return Response(metrics.text(), media_type="text/plain; version=0.0.4")

    _ = read_metrics
    return router


def _allowed(request: Request, token: str | None) -> bool:
    if token is not None:
        given = request.headers.get("authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
    return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
