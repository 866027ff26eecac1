"""The protocol of a web search service."""

from dataclasses import dataclass
from typing import Protocol

from parley.errors import ParleyError


class WebSearchUnavailable(ParleyError):
    """No search key is set, or the service refused; the message says how to get one or what to do."""

    status = 502


@dataclass(frozen=True)
class WebResult:
    title: str
    url: str
    snippet: str


class WebSearch(Protocol):
    async def search(self, query: str, max_results: int) -> list[WebResult]: ...
