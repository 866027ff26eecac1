"""Web search through SerpApi, the one service set up by a single key."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, cast

from parley.ids import IDEMPOTENCY_HEADER, next_call_key
from parley.websearch.base import WebResult, WebSearchUnavailable

NO_KEY = (
    "No search key is set up, so the web was not searched. Get a key at serpapi.com, put it into SERPAPI_API_KEY and start Parley again."
)
NO_RESULTS = "hasn't returned any results"  # SerpApi says so in `error`, with status 200


class SerpApi:
    """Implements `websearch.base.WebSearch`. Without a key every search raises WebSearchUnavailable, saying how to get one."""

    def __init__(self, api_key: str, base_url: str = "https://serpapi.com", engine: str = "google", seconds: float = 15.0) -> None:
        self._api_key = api_key.strip()
        self._base_url = base_url.rstrip("/")
        self._engine = engine
        self._seconds = seconds

    async def search(self, query: str, max_results: int) -> list[WebResult]:
        if not self._api_key:
            raise WebSearchUnavailable(NO_KEY, {"retryable": False})
        try:
            async with asyncio.timeout(self._seconds + 1):  # the thread gives up by itself a second earlier
                answer = await asyncio.to_thread(self._ask, query, max_results)
        except TimeoutError:
            raise self._timed_out() from None
        return _results(answer, max_results)

    def _timed_out(self) -> WebSearchUnavailable:
        return WebSearchUnavailable(f"The search service did not answer within {self._seconds:g} s.", {"retryable": True})

    def _ask(self, query: str, max_results: int) -> Mapping[str, Any]:  # Any: another service's JSON
        import requests  # these two take 0.2 s to import
        import serpapi

        client = cast(Any, serpapi.Client(api_key=self._api_key, timeout=self._seconds))  # Any: the package is untyped
        client.BASE_DOMAIN = self._base_url
        if (key := next_call_key()) is not None:
            client.session.headers[IDEMPOTENCY_HEADER] = key
        # `from None` throughout: the causes spell out the address they called, and the key is part of it.
        try:
            answer: object = client.search(engine=self._engine, q=query, num=max_results)
        except serpapi.TimeoutError:
            raise self._timed_out() from None
        except serpapi.HTTPConnectionError:
            raise WebSearchUnavailable(
                "The search service cannot be reached. Check the connection and SERPAPI_BASE_URL.", {"retryable": True}
            ) from None
        except serpapi.HTTPError as error:
            raise _refused(int(error.status_code), error.error) from None
        except (requests.exceptions.RequestException, ValueError, TypeError, AttributeError):  # the last two: JSON that is no object
            raise _garbage() from None
        if not isinstance(answer, serpapi.SerpResults):  # a page of HTML instead of JSON
            raise _garbage()
        return cast(Mapping[str, Any], answer.as_dict())


def _refused(status: int, reason: object) -> WebSearchUnavailable:
    match status:
        case 401 | 403:
            return WebSearchUnavailable("The search service did not accept the key. Check SERPAPI_API_KEY.", {"retryable": False})
        case 429:
            return WebSearchUnavailable("The search key has no searches left for now. Try later, or use another key.", {"retryable": True})
        case _:
            said = f": {str(reason).strip().rstrip('.')}" if reason else ""
            return WebSearchUnavailable(f"The search service answered with status {status}{said}.", {"retryable": status >= 500})


def _garbage() -> WebSearchUnavailable:
    return WebSearchUnavailable("The search service answered with something that cannot be read.", {"retryable": True})


def _results(answer: Mapping[str, Any], most: int) -> list[WebResult]:
    error = answer.get("error")
    if isinstance(error, str) and NO_RESULTS not in error:
        raise WebSearchUnavailable(f"The search service refused: {error.strip().rstrip('.')}.", {"retryable": False})
    organic = answer.get("organic_results")
    entries: list[object] = [answer.get("answer_box")]
    entries += cast(Sequence[object], organic) if isinstance(organic, list) else []
    found: dict[str, WebResult] = {}
    for entry in entries:
        result = _result(cast(Mapping[str, object], entry)) if isinstance(entry, dict) else None
        if result is not None:
            found.setdefault(result.url, result)
    return list(found.values())[:most]


def _result(entry: Mapping[str, object]) -> WebResult | None:
    url, title = entry.get("link"), entry.get("title")
    snippet = entry.get("snippet") or entry.get("answer") or ""
    if not isinstance(url, str) or not url.startswith(("http://", "https://")):
        return None
    return WebResult(title=title if isinstance(title, str) else url, url=url, snippet=snippet if isinstance(snippet, str) else "")
