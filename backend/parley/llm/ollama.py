"""An Ollama that runs on this machine is found by asking it for its models: when somebody wants to know, never at the start."""

import asyncio
import time

PROBE_SECONDS = 0.4  # it is on this machine, or it is not there
REMEMBERED_SECONDS = 20.0


class Ollama:
    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._asked_at: float | None = None
        self._asking = asyncio.Lock()
        self.known: tuple[str, ...] = ()

    async def names(self) -> tuple[str, ...]:
        """Its models, the one used last first; none where it does not run. What it said is remembered for a while."""
        async with self._asking:
            if self._asked_at is None or time.monotonic() > self._asked_at + REMEMBERED_SECONDS:
                self.known = await self._ask()
                self._asked_at = time.monotonic()
            return self.known

    async def _ask(self) -> tuple[str, ...]:
        import httpx

        try:
            async with httpx.AsyncClient(timeout=PROBE_SECONDS, trust_env=False) as client:
                answer = await client.get(f"{self._url}/api/tags")
                return tuple(str(model["name"]) for model in answer.raise_for_status().json()["models"])
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            return ()
