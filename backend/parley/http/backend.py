"""Opens connections for the guarded client: resolves a name once, checks every address, connects to the very address it checked."""

import asyncio
import socket
from collections.abc import Iterable
from typing import Any, cast

import httpcore

from parley.errors import ParleyError
from parley.http.addresses import is_public


class AddressRefused(ParleyError):
    """The URL leads to an address that workflows may not reach."""

    status = 422


def endpoint(host: str, port: int) -> str:
    """`host:port`, as the allow list writes it; IPv6 in brackets."""
    name = host.lower().rstrip(".").strip("[]")
    return f"[{name}]:{port}" if ":" in name else f"{name}:{port}"


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """`allow` holds `host:port` entries that are reached whatever their address is.

    Checking at connect, instead of the URL, is what makes odd spellings, redirects and names that change their address harmless.
    """

    def __init__(self, allow: frozenset[str]) -> None:
        self._allow = allow
        self._network = cast(httpcore.AsyncNetworkBackend, httpcore.AnyIOBackend())  # the package types it away

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 -- httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,  # Any: httpcore's own type for them is not exported
    ) -> httpcore.AsyncNetworkStream:
        addresses = await self._resolve(host, port)
        if endpoint(host, port) not in self._allow and not all(is_public(address) for address in addresses):
            raise AddressRefused(
                f"{host} is a private address, which workflows may not reach. "
                f"If it is meant, the operator allows it with PARLEY_HTTP_ALLOW={endpoint(host, port)}.",
                {"retryable": False},
            )
        failure: httpcore.ConnectError | httpcore.ConnectTimeout | None = None
        for address in addresses:
            try:
                return await self._network.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError(f"no address for {host}")

    async def _resolve(self, host: str, port: int) -> list[str]:
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise NameUnknown(f"There is no server called {host}. Check the address.") from error
        return list(dict.fromkeys(str(info[4][0]) for info in found))

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 -- httpcore's signature
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        raise AddressRefused("Sockets of this machine cannot be reached.", {"retryable": False})

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class NameUnknown(ParleyError):
    """The host's name leads nowhere; a passing fault of the name server looks the same, so a retry may help."""

    status = 502
