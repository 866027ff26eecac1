"""The static export and the headers around it."""

import base64
import gzip
import hashlib
import json
from pathlib import Path

import httpx
import pytest

from parley.api.frontend import script_hashes
from parley.settings import Settings

INLINE = "self.__next_f.push([1,'x'])"
SCRIPT = "console.log('a script of some length');\n" * 100


@pytest.fixture
def web_dir(tmp_path: Path) -> Path:
    web = tmp_path / "out"
    (web / "_next" / "static").mkdir(parents=True)
    (web / "_next" / "static" / "a1b2.js").write_text(SCRIPT)
    (web / "login").mkdir()  # the export has folders beside pages of the same name
    (web / "login" / "data.txt").write_text("data")
    for page in ("index", "login", "404"):
        (web / f"{page}.html").write_text(f"<title>{page}</title><script src='/_next/static/a1b2.js'></script><script>{INLINE}</script>")
    return web


@pytest.fixture
def settings(settings: Settings, web_dir: Path) -> Settings:
    return settings.model_copy(update={"web_dir": web_dir})


@pytest.mark.parametrize(
    ("path", "status", "title"),
    [
        ("/", 200, "index"),
        ("/?chat=1", 200, "index"),
        ("/login", 200, "login"),
        ("/login/", 200, "login"),
        ("/nope", 404, "404"),
        ("/../secret", 404, "404"),
    ],
)
async def test_each_address_answers_its_page(api_client: httpx.AsyncClient, path: str, status: int, title: str) -> None:
    answer = await api_client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert f"<title>{title}</title>" in answer.text
    assert answer.headers["cache-control"] == "no-cache"


async def test_hashed_files_are_kept_for_good_and_leave_compressed(api_client: httpx.AsyncClient) -> None:
    answer = await api_client.get("/_next/static/a1b2.js")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) == len(gzip.compress(SCRIPT.encode(), mtime=0))
    assert answer.text == SCRIPT
    assert len(answer.headers.get_list("etag")) == 1
    plain = await api_client.get("/_next/static/a1b2.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.text == SCRIPT


async def test_an_unchanged_page_is_not_sent_again(api_client: httpx.AsyncClient) -> None:
    for path in ("/login", "/_next/static/a1b2.js"):
        tag = (await api_client.get(path)).headers["etag"]
        assert (await api_client.get(path, headers={"If-None-Match": tag})).status_code == 304


async def test_an_unknown_api_address_stays_json(api_client: httpx.AsyncClient) -> None:
    for method, path in (("GET", "/api/nope"), ("GET", "/api"), ("POST", "/api/nope"), ("POST", "/login")):
        answer = await api_client.request(method, path)
        assert (answer.status_code, answer.json()["error"]) == (404, "not_found"), path


@pytest.mark.parametrize("listed", [False, True])
def test_the_policy_names_the_inline_scripts_of_the_build_and_no_other(web_dir: Path, listed: bool) -> None:
    hashed = f"'sha256-{base64.b64encode(hashlib.sha256(INLINE.encode()).digest()).decode()}'"
    if listed:
        (web_dir / "csp.json").write_text(json.dumps({"script_src": [hashed]}))
    assert script_hashes(web_dir) == (hashed,)


async def test_every_answer_carries_the_policy(api_client: httpx.AsyncClient, web_dir: Path) -> None:
    for path in ("/", "/api/health/live", "/api/nope"):
        policy = (await api_client.get(path)).headers["content-security-policy"]
        directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
        assert directives["script-src"] == " ".join(("'self'", *script_hashes(web_dir)))
        assert directives["object-src"] == directives["base-uri"] == directives["frame-ancestors"] == "'none'"
