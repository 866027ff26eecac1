"""No spelling of a private address gets through, and public ones do."""

import asyncio

import pytest

from parley.errors import ParleyError
from parley.http.addresses import is_public
from parley.http.guarded import GuardedClient

PRIVATE_HOSTS = [
    "localhost", "LOCALHOST", "localhost.", "127.0.0.1", "127.1", "127.0.1", "127.127.127.127", "127.0.0.1.",
    "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "017700000001", "0x7f.1", "127.0x0.0.01", "00000177.1",
    "0", "0.0.0.0", "0x0", "10.0.0.1", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0xa9fea9fe", "2852039166",
    "192.0.0.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
    "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:7f00:0001]", "[::127.0.0.1]",
    "[64:ff9b::7f00:1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2001:0:7f00:1::1]", "[fe80::1]", "[fc00::1]", "[fd00:ec2::254]",
    "[fec0::1]", "[ff02::1]", "[2001:db8::1]", "[2a00::5efe:127.0.0.1]", "[2a00::200:5efe:7f00:1]",
    "127。0。0。1", "①②⑦.⓪.⓪.①", "１２７.0.0.1", "ⓛocalhost", "%31%32%37.0.0.1", "127.0.0.1%00.example.com",
]  # fmt: skip


@pytest.mark.parametrize("host", PRIVATE_HOSTS)
async def test_no_spelling_of_a_private_host_is_reached(host: str, site) -> None:
    client = GuardedClient()
    with pytest.raises(ParleyError):
        await client.request("GET", f"http://{host}:{site.port}/", seconds=3)
    await client.close()
    assert site.connections == 0


@pytest.mark.parametrize(
    "url",
    [
        "http://public@127.0.0.1:{port}/",
        "http://example.com@127.0.0.1:{port}/",
        "http://127.0.0.1:{port}\\@example.com/",
        "http:///127.0.0.1:{port}/",
        "http:127.0.0.1:{port}/",
        "//127.0.0.1:{port}/",
        "ftp://127.0.0.1:{port}/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:{port}/_x",
        "unix:///var/run/docker.sock",
        "data:text/plain,hello",
        "http://",
        "http://[::1/",
        "http://127.0.0.1:{port}:80/",
        "http://127.0.0.1:99999/",
        "\thttp://127.0.0.1:{port}/",
        "http://127.0.0.1:{port}/\r\nHost: example.com",
        "not an address",
        "",
    ],
)
async def test_no_odd_url_is_followed(url: str, site) -> None:
    client = GuardedClient()
    with pytest.raises(ParleyError):
        await client.request("GET", url.replace("{port}", str(site.port)), seconds=3)
    await client.close()
    assert site.connections == 0


@pytest.mark.parametrize("address", ["93.184.216.34", "1.1.1.1", "2606:4700:4700::1111", "64:ff9b::101:101", "::ffff:1.1.1.1"])
def test_public_addresses_pass(address: str) -> None:
    assert is_public(address)


async def test_the_allow_list_opens_exactly_one_endpoint(site, other_site) -> None:
    client = GuardedClient(allow=[site.allowed])
    assert (await client.request("GET", site.url)).status == 200
    with pytest.raises(ParleyError, match="PARLEY_HTTP_ALLOW="):
        await client.request("GET", other_site.url)
    await client.close()


async def test_a_name_that_changes_its_address_is_connected_to_at_the_checked_one(site, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([[(2, 1, 6, "", ("192.0.2.1", site.port))], [(2, 1, 6, "", ("127.0.0.1", site.port))]])

    async def resolve(*_: object, **__: object) -> object:
        return next(answers)

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolve, raising=False)
    client = GuardedClient()
    for _ in range(2):
        with pytest.raises(ParleyError):
            await client.request("GET", f"http://rebind.example:{site.port}/", seconds=1)
    await client.close()
    assert site.connections == 0


async def test_one_private_address_among_public_ones_is_enough_to_refuse(site, monkeypatch: pytest.MonkeyPatch) -> None:
    async def resolve(*_: object, **__: object) -> object:
        return [(2, 1, 6, "", ("1.1.1.1", site.port)), (2, 1, 6, "", ("127.0.0.1", site.port))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolve, raising=False)
    client = GuardedClient()
    with pytest.raises(ParleyError, match="private address"):
        await client.request("GET", f"http://both.example:{site.port}/", seconds=1)
    await client.close()


async def test_proxies_of_the_environment_are_ignored(site, other_site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, other_site.url)
    client = GuardedClient(allow=[site.allowed])
    await client.request("GET", site.url)
    await client.close()
    assert other_site.connections == 0
