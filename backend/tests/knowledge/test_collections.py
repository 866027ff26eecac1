"""Collections over HTTP."""

import httpx
import pytest

from tests.knowledge.conftest import Library, SignUp


@pytest.fixture
async def client(sign_up: SignUp) -> httpx.AsyncClient:
    return await sign_up("ada")


async def test_a_collection_is_made_listed_and_deleted(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/collections")).json() == {"items": [], "next_cursor": None}
    made = await client.post("/api/collections", json={"name": "  Our   Handbook "})
    assert (made.status_code, made.json()["name"], made.json()["documents"]) == (201, "Our Handbook", 0)
    assert (await client.get("/api/collections/our handbook")).json() == made.json()
    assert (await client.delete("/api/collections/OUR HANDBOOK")).status_code == 204
    assert (await client.get("/api/collections/our handbook")).status_code == 404


async def test_two_names_that_differ_in_case_only_are_the_same(client: httpx.AsyncClient) -> None:
    await client.post("/api/collections", json={"name": "Straße"})
    again = await client.post("/api/collections", json={"name": "STRASSE"})
    assert (again.status_code, again.json()["error"]) == (409, "collection_exists")


@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "a/b", "..", "x" * 5000])
async def test_a_bad_name_is_refused_at_its_field(client: httpx.AsyncClient, name: str) -> None:
    answer = await client.post("/api/collections", json={"name": name})
    assert answer.status_code == 422
    assert answer.json()["details"]["field"] == "name"


async def test_the_list_is_paged_by_name(client: httpx.AsyncClient) -> None:
    for name in ("delta", "Alpha", "charlie", "Bravo", "echo"):
        await client.post("/api/collections", json={"name": name})
    seen: list[str] = []
    cursor = None
    while True:
        params = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await client.get("/api/collections", params=params)).json()
        seen += [item["name"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == ["Alpha", "Bravo", "charlie", "delta", "echo"]


async def test_documents_are_listed_newest_first_in_pages_and_counted(library: Library) -> None:
    ids = [(await library.upload(f"{number}.txt", b"Words.")).json()["id"] for number in range(3)]
    first = (await library.client.get("/api/collections/Handbook/documents", params={"limit": 2})).json()
    rest = (await library.client.get("/api/collections/Handbook/documents", params={"limit": 2, "cursor": first["next_cursor"]})).json()
    assert [item["id"] for item in first["items"] + rest["items"]] == ids[::-1]
    assert rest["next_cursor"] is None
    assert (await library.client.get("/api/collections")).json()["items"][0]["documents"] == 3


async def test_deleting_a_collection_takes_its_documents_with_it(library: Library) -> None:
    ready = await library.upload_and_wait("a.txt", b"Some words.")
    assert (await library.client.delete("/api/collections/Handbook")).status_code == 204
    assert (await library.client.get(f"/api/documents/{ready['id']}")).status_code == 404
    await library.client.post("/api/collections", json={"name": "Handbook"})
    assert await library.search("words") == []


async def test_an_unknown_collection_is_answered_with_those_that_exist(library: Library) -> None:
    answer = await library.client.get("/api/collections/Manual/search", params={"q": "x"})
    assert (answer.status_code, answer.json()["error"]) == (404, "unknown_collection")
    assert answer.json()["details"]["collections"] == ["Handbook"]
    assert "Handbook" in answer.json()["message"]


@pytest.mark.parametrize("params", [{}, {"q": ""}, {"q": "  "}, {"q": "x", "top_k": 0}, {"q": "x", "top_k": 51}, {"q": "x" * 10_001}])
async def test_a_search_that_makes_no_sense_is_refused(library: Library, params: dict[str, str]) -> None:
    assert (await library.client.get("/api/collections/Handbook/search", params=params)).status_code == 422
