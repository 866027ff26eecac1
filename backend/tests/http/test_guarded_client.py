"""Redirects, bounds and failures of the guarded client, against a real server on loopback."""

import asyncio
import gzip
import zlib

import pytest

from parley.http.backend import AddressRefused, NameUnknown
from parley.http.bodies import AnswerTooLarge, AnswerUnreadable
from parley.http.guarded import GuardedClient, HttpLimits, RequestFailed, RequestRefused


@pytest.fixture
async def client(site, other_site):
    client = GuardedClient(allow=[site.allowed, other_site.allowed], limits=HttpLimits(answer_bytes=50_000, redirects=3))
    yield client
    await client.close()


async def test_a_request_carries_method_query_headers_and_body(client, site) -> None:
    site.answers("/a", status="201 Created", headers={"X-Kind": "new"}, body=b"made")
    answer = await client.request("post", f"{site.url}/a?x=1", headers={"X-Key": "k"}, query={"y": "2 3"}, content=b"hello")
    assert (answer.status, answer.headers["x-kind"], answer.body) == (201, "new", b"made")
    seen = site.seen[0]
    assert (seen.method, seen.headers["x-key"], seen.body) == ("POST", "k", b"hello")
    assert seen.headers["host"] == site.allowed
    assert answer.url.endswith("/a?x=1&y=2%203") or answer.url.endswith("/a?x=1&y=2+3")


async def test_a_redirect_on_the_same_origin_keeps_the_headers(client, site) -> None:
    site.answers("/old", status="302 Found", headers={"Location": "/new"})
    await client.request("GET", f"{site.url}/old", headers={"Authorization": "Bearer s"})
    assert site.seen[1].path == "/new"
    assert site.seen[1].headers["authorization"] == "Bearer s"


async def test_a_redirect_to_another_origin_drops_whatever_may_be_a_credential(client, site, other_site) -> None:
    site.answers("/old", status="307 Temporary Redirect", headers={"Location": f"{other_site.url}/new"})
    headers = {"Authorization": "Bearer s", "X-Api-Key": "s", "Cookie": "s=1", "Accept": "text/html"}
    await client.request("POST", f"{site.url}/old", headers=headers, content=b"body")
    seen = other_site.seen[0]
    assert (seen.method, seen.body, seen.headers["accept"]) == ("POST", b"body", "text/html")
    assert not {"authorization", "x-api-key", "cookie"} & set(seen.headers)


@pytest.mark.parametrize(
    ("status", "method"), [("301 Moved", "GET"), ("302 Found", "GET"), ("303 See Other", "GET"), ("308 Moved", "POST")]
)
async def test_a_post_is_repeated_only_where_the_status_says_so(client, site, status: str, method: str) -> None:
    site.answers("/old", status=status, headers={"Location": "/new"})
    await client.request("POST", f"{site.url}/old", content=b"body")
    assert site.seen[1].method == method
    assert site.seen[1].body == (b"body" if method == "POST" else b"")


@pytest.mark.parametrize("location", ["http://localhost:1/", "http://169.254.169.254/latest/", "//[::1]:1/", "http://2130706433:1/"])
async def test_a_redirect_to_a_private_address_is_refused(client, site, location: str) -> None:
    site.answers("/old", status="302 Found", headers={"Location": location})
    with pytest.raises(AddressRefused):
        await client.request("GET", f"{site.url}/old")


@pytest.mark.parametrize("location", ["file:///etc/passwd", "gopher://x/", "http://u:p@example.com/", "http://[::1/"])
async def test_a_redirect_to_something_else_than_http_is_refused(client, site, location: str) -> None:
    site.answers("/old", status="302 Found", headers={"Location": location})
    with pytest.raises(RequestRefused):
        await client.request("GET", f"{site.url}/old")


async def test_redirects_in_a_circle_end(client, site) -> None:
    site.answers("/a", status="302 Found", headers={"Location": "/a"})
    with pytest.raises(RequestRefused, match="more than 3 times"):
        await client.request("GET", f"{site.url}/a")
    assert len(site.seen) == 4


async def test_a_long_answer_is_cut_off_by_its_announced_and_by_its_real_length(client, site) -> None:
    async def endless(seen, writer) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(1000):
            writer.write(b"x" * 1000)
            await writer.drain()

    site.routes["/endless"] = endless
    site.answers("/long", body=b"x" * 60_000)
    for path in ("/endless", "/long"):
        with pytest.raises(AnswerTooLarge):
            await client.request("GET", site.url + path)


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
async def test_packed_answers_are_unpacked(client, site, pack) -> None:
    encoding = "gzip" if pack is gzip.compress else "deflate"
    site.answers("/packed", headers={"Content-Encoding": encoding}, body=pack(b"hello" * 1000))
    assert (await client.request("GET", f"{site.url}/packed")).body == b"hello" * 1000


async def test_a_zip_bomb_is_stopped_at_the_limit(client, site) -> None:
    bomb = gzip.compress(b"\0" * 40_000_000)
    site.answers("/bomb", headers={"Content-Encoding": "gzip"}, body=bomb)
    with pytest.raises(AnswerTooLarge):
        await client.request("GET", f"{site.url}/bomb")


@pytest.mark.parametrize(
    ("encoding", "body"),
    [("br", b"x"), ("gzip", b"not gzip"), ("gzip", gzip.compress(b"hello" * 100, mtime=0)[:-12]), ("gzip, gzip", b"x")],
)
async def test_broken_or_unknown_packing_is_said(client, site, encoding: str, body: bytes) -> None:
    site.answers("/broken", headers={"Content-Encoding": encoding}, body=body)
    with pytest.raises(AnswerUnreadable):
        await client.request("GET", f"{site.url}/broken")


async def test_two_gzip_files_in_one_body_are_both_read(client, site) -> None:
    site.answers("/two", headers={"Content-Encoding": "gzip"}, body=gzip.compress(b"one ") + gzip.compress(b"two"))
    assert (await client.request("GET", f"{site.url}/two")).body == b"one two"


async def test_the_whole_time_is_bounded_also_for_a_server_that_drips(client, site) -> None:
    async def drip(seen, writer) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(100):
            writer.write(b".")
            await writer.drain()
            await asyncio.sleep(0.05)

    site.routes["/drip"] = drip
    with pytest.raises(RequestFailed, match=r"within 0\.3 s"):
        await client.request("GET", f"{site.url}/drip", seconds=0.3)


async def test_nonsense_instead_of_http_is_said(client, site) -> None:
    async def nonsense(seen, writer) -> None:
        writer.write(b"SSH-2.0-OpenSSH_9.2\r\n")

    site.routes["/ssh"] = nonsense
    with pytest.raises(RequestFailed, match="not HTTP"):
        await client.request("GET", f"{site.url}/ssh")


async def test_a_closed_port_and_an_unknown_name_are_said() -> None:
    client = GuardedClient(allow=["127.0.0.1:9"])
    with pytest.raises(RequestFailed, match="refused the connection on port 9"):
        await client.request("GET", "http://127.0.0.1:9/")
    with pytest.raises(NameUnknown):
        await client.request("GET", "http://no-such-name.invalid/")
    await client.close()


@pytest.mark.parametrize(
    ("name", "value"),
    [("Host", "example.com"), ("Content-Length", "1"), ("transfer-encoding", "chunked"), ("Proxy-Authorization", "x"),
     ("X-A", "1\r\nX-B: 2"), ("X A", "1"), ("", "1"), ("X-A", "a\x00b"), ("Ünicode", "1")],
)  # fmt: skip
async def test_headers_that_would_reframe_the_request_are_refused(client, site, name: str, value: str) -> None:
    with pytest.raises(RequestRefused):
        await client.request("GET", site.url, headers={name: value})
    assert site.connections == 0
