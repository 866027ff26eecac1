"""What the HTTP service sends for a body, and how it reads an answer, through the real guarded client."""

import pytest

from parley.http.backend import AddressRefused
from parley.http.guarded import Answer
from parley.nodes.guarded_http import GuardedHttp, decoded, encoded
from tests.http.conftest import site
from tests.http.site import Site

__all__ = ["site"]


@pytest.mark.parametrize(
    ("body", "content", "content_type"),
    [
        (None, b"", ""),
        ("", b"", ""),
        ({"a": "ü"}, '{"a": "ü"}'.encode(), "application/json"),
        ([], b"[]", "application/json"),
        (5, b"5", "application/json"),
        ('{"a": 1}', b'{"a": 1}', "application/json"),
        ("{not json", b"{not json", "text/plain; charset=utf-8"),
        ("hello", b"hello", "text/plain; charset=utf-8"),
    ],
)
def test_a_body_is_sent_as_what_it_is(body, content, content_type) -> None:
    assert encoded(body) == (content, content_type)


@pytest.mark.parametrize(
    ("content_type", "raw", "body"),
    [
        ("application/json", b'{"a": [1]}', {"a": [1]}),
        ("application/problem+json; charset=utf-8", b'"x"', "x"),
        ("application/json", b"<html>", "<html>"),
        ("text/html; charset=iso-8859-1", b"\xe9", "é"),
        ("text/plain; charset=no-such", b"\xff", "\ufffd"),
        ("", b"plain", "plain"),
        ("image/png", b"\x89PNG\r\n\x1a\n\x00", None),
        ("application/json", b"[" * 100_000, "[" * 100_000),
        ("application/json", b"", None),
    ],
)
def test_an_answer_is_read_as_what_it_says(content_type, raw, body) -> None:
    assert decoded(Answer(200, {"content-type": content_type}, raw, "http://x")) == body


async def test_a_request_goes_out_and_comes_back(site: Site) -> None:
    site.answers("/in", status="201 Created", headers={"content-type": "application/json"}, body=b'{"id": 1}')
    http = GuardedHttp(allow=[site.allowed])
    answer = await http.request("POST", f"{site.url}/in", headers={}, query={"a": "b"}, body={"x": 1}, seconds=5)
    await http.close()
    assert (answer.status, answer.body) == (201, {"id": 1})
    assert (site.seen[0].body, site.seen[0].headers["content-type"]) == (b'{"x": 1}', "application/json")


async def test_private_addresses_are_refused_by_default(site: Site) -> None:
    http = GuardedHttp()
    with pytest.raises(AddressRefused):
        await http.request("GET", site.url, headers={}, query={}, body=None, seconds=5)
    await http.close()
    assert site.connections == 0
