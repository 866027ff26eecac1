"""The SerpApi client against a server that speaks its JSON, and breaks in its ways."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from parley.ids import calls_of
from parley.websearch.base import WebResult, WebSearchUnavailable
from parley.websearch.serpapi import SerpApi

RESULTS = {
    "search_metadata": {"status": "Success"},
    "answer_box": {"title": "Parental leave", "link": "https://gov.example/leave", "answer": "14 months"},
    "organic_results": [
        {"position": 1, "title": "Parental leave", "link": "https://gov.example/leave", "snippet": "Repeated."},
        {"position": 2, "title": "Leave law", "link": "https://law.example/", "snippet": "The law."},
        {"position": 3, "title": "No link", "snippet": "Left out."},
        {"position": 4, "title": "Odd", "link": "javascript:alert(1)"},
        "not an object",
        {"position": 5, "link": "https://bare.example/"},
    ],
}


class FakeSerpApi:
    def __init__(self) -> None:
        self.status, self.body, self.kind, self.pause = 200, json.dumps(RESULTS), "application/json; charset=utf-8", 0.0
        self.asked: list[dict[str, list[str]]] = []
        self.keys: list[str | None] = []
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                assert parts.path == "/search"
                fake.asked.append(parse_qs(parts.query))
                fake.keys.append(self.headers.get("Idempotency-Key"))
                time.sleep(fake.pause)
                body = fake.body.encode()
                self.send_response(fake.status)
                self.send_header("Content-Type", fake.kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()

    def client(self, **kwargs: Any) -> SerpApi:
        return SerpApi("the-key", f"http://127.0.0.1:{self.server.server_port}/", **kwargs)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeSerpApi]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    fake = FakeSerpApi()
    yield fake
    fake.server.shutdown()
    fake.thread.join()
    fake.server.server_close()


async def test_results_come_with_title_address_and_snippet(fake: FakeSerpApi) -> None:
    assert await fake.client().search("parental leave & pay", 5) == [
        WebResult("Parental leave", "https://gov.example/leave", "14 months"),
        WebResult("Leave law", "https://law.example/", "The law."),
        WebResult("https://bare.example/", "https://bare.example/", ""),
    ]
    assert fake.asked == [{"engine": ["google"], "q": ["parental leave & pay"], "num": ["5"], "api_key": ["the-key"]}]


async def test_no_more_results_than_asked_for(fake: FakeSerpApi) -> None:
    assert len(await fake.client().search("x", 1)) == 1


async def test_nothing_found_is_no_failure(fake: FakeSerpApi) -> None:
    fake.body = json.dumps({"error": "Google hasn't returned any results for this query."})
    assert await fake.client().search("x", 5) == []
    fake.body = "{}"
    assert await fake.client().search("x", 5) == []


async def test_without_a_key_it_says_how_to_get_one() -> None:
    with pytest.raises(WebSearchUnavailable, match="SERPAPI_API_KEY") as failure:
        await SerpApi("  ").search("x", 5)
    assert "serpapi.com" in failure.value.message
    assert failure.value.details["retryable"] is False


@pytest.mark.parametrize(
    ("status", "body", "words", "retryable"),
    [
        (401, '{"error": "Invalid API key."}', "did not accept the key", False),
        (429, '{"error": "Your account has run out of searches."}', "no searches left", True),
        (500, "<h1>oops</h1>", "status 500", True),
        (400, '{"error": "Missing query `q` parameter."}', "status 400: Missing query", False),
        (200, '{"error": "Unsupported engine."}', "refused: Unsupported engine.", False),
        (200, "not json", "cannot be read", True),
        (200, "[1, 2]", "cannot be read", True),
        (503, "[1, 2]", "cannot be read", True),
    ],
)
async def test_a_failure_is_said_in_words(fake: FakeSerpApi, status: int, body: str, words: str, retryable: bool) -> None:
    fake.status, fake.body = status, body
    with pytest.raises(WebSearchUnavailable) as failure:
        await fake.client().search("x", 5)
    assert words in failure.value.message
    assert failure.value.details["retryable"] is retryable


async def test_a_search_of_a_step_carries_its_key(fake: FakeSerpApi) -> None:
    await fake.client().search("x", 5)
    with calls_of("run:node:"):
        await fake.client().search("x", 5)
    assert fake.keys == [None, "run:node:"]


async def test_html_instead_of_json_is_said(fake: FakeSerpApi) -> None:
    fake.kind, fake.body = "text/html", "<html></html>"
    with pytest.raises(WebSearchUnavailable, match="cannot be read"):
        await fake.client().search("x", 5)


async def test_a_slow_service_is_given_up(fake: FakeSerpApi) -> None:
    fake.pause = 1.0
    with pytest.raises(WebSearchUnavailable, match=r"within 0\.2 s"):
        await fake.client(seconds=0.2).search("x", 5)


async def test_no_service_at_all_is_said_and_the_key_stays_out_of_the_traceback() -> None:
    with pytest.raises(WebSearchUnavailable, match="cannot be reached") as failure:
        await SerpApi("the-key", "http://127.0.0.1:9").search("x", 5)
    assert failure.value.__suppress_context__
    assert "the-key" not in str(failure.value)
