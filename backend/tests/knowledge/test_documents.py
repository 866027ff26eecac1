"""Documents over HTTP: in, found, shown by the page; and everything that can be wrong with one."""

from collections.abc import AsyncIterator

import pytest

from parley.settings import Settings
from tests.knowledge.conftest import Library, SignUp
from tests.knowledge.handbook import KNOWN
from tests.knowledge.make_pdf import handbook_pdf
from tests.knowledge.pdf import picture_pdf, text_pdf

MARKDOWN = "# Kitchen\n\nThe coffee machine is cleaned on Fridays.\n\n" + "Cups go into the dishwasher. " * 220 + "\n\nLock up."


async def test_a_long_pdf_is_searchable_from_its_first_page_on_and_answers_with_pages(library: Library) -> None:
    answer = await library.upload("Handbook.pdf", handbook_pdf(60))
    assert answer.status_code == 202
    view = answer.json()
    assert (view["status"], view["progress"]) == ("queued", {"parsed": 0, "embedded": 0, "pages": None})

    early = await library.wait(view["id"], until=lambda now: now["progress"]["embedded"] > 0)  # type: ignore[index]
    assert early["progress"]["parsed"] < early["progress"]["pages"] == 60  # type: ignore[index]
    assert [hit["page"] for hit in await library.search("what is this section about", 1)]

    ready = await library.wait(view["id"])
    assert (ready["status"], ready["error"]) == ("ready", None)
    assert ready["progress"] == {"parsed": 60, "embedded": 60, "pages": 60}
    assert await library.kept_files() == []
    for page in (18, 42, 57):
        hits = await library.search(KNOWN[page].question)
        [hit] = [hit for hit in hits if hit["page"] == page][:1]
        shown = (await library.client.get(f"/api/documents/{view['id']}/pages/{page}")).json()
        assert shown["text"][hit["start"] : hit["end"]] == hit["text"]
        assert (shown["document"], shown["number"], shown["pages"]) == ("Handbook.pdf", page, 60)
        assert hit["document"] == "Handbook.pdf"
        assert 0 < hit["score"] <= 1  # type: ignore[operator]


async def test_markdown_and_text_are_read_in_pages_of_their_own(library: Library) -> None:
    ready = await library.upload_and_wait("kitchen.md", MARKDOWN.encode())
    assert ready["status"] == "ready"
    assert ready["progress"]["pages"] == 3  # type: ignore[index]
    [best] = await library.search("when is the coffee machine cleaned", 1)
    assert "Fridays" in str(best["text"])
    assert (await library.upload_and_wait("grüße.txt", "Die Übergabe ist um acht.".encode("utf-16")))["status"] == "ready"
    assert (await library.upload_and_wait("alt.txt", "Die Köchin grüßt.".encode("cp1252")))["status"] == "ready"
    assert "Köchin" in str((await library.search("Köchin", 1))[0]["text"])


async def test_the_same_name_twice_is_two_documents(library: Library) -> None:
    one = await library.upload_and_wait("a.txt", b"First version.")
    two = await library.upload_and_wait("a.txt", b"Second version.")
    listed = (await library.client.get("/api/collections/handbook/documents")).json()
    assert [item["id"] for item in listed["items"]] == [two["id"], one["id"]]


def _broken() -> bytes:
    return b"%PDF-1.7\n" + bytes(range(256)) * 20


@pytest.mark.parametrize(
    ("name", "content", "error", "words"),
    [
        ("broken.pdf", _broken(), "document_broken", "damaged"),
        ("scan.pdf", picture_pdf(3), "document_scanned", "OCR"),
        ("blank.pdf", text_pdf([[], []]), "document_empty", "no text"),
        ("blank.txt", b"  \n\n ", "document_empty", "no text"),
    ],
)
async def test_a_document_that_cannot_be_used_says_why_and_leaves_nothing(
    library: Library, name: str, content: bytes, error: str, words: str
) -> None:
    failed = await library.upload_and_wait(name, content)
    assert failed["status"] == "failed"
    assert failed["error"]["error"] == error  # type: ignore[index]
    assert words in failed["error"]["message"]  # type: ignore[index]
    await _leaves_nothing(library, str(failed["id"]))


async def test_an_encrypted_pdf_says_that_it_needs_a_password(library: Library, encrypted_pdf: bytes) -> None:
    failed = await library.upload_and_wait("locked.pdf", encrypted_pdf)
    assert failed["error"]["error"] == "document_encrypted"  # type: ignore[index]
    assert "password" in failed["error"]["message"]  # type: ignore[index]
    await _leaves_nothing(library, str(failed["id"]))


async def test_a_pdf_that_breaks_off_is_read_as_far_as_it_goes_or_refused_in_words(library: Library) -> None:
    whole = handbook_pdf(10)
    view = await library.upload_and_wait("torn.pdf", whole[: len(whole) // 2])
    assert view["status"] == "ready" or view["error"]["error"] == "document_broken"  # type: ignore[index]


async def _leaves_nothing(library: Library, document_id: str) -> None:
    assert await library.kept_files() == []
    assert await library.search("anything") == []
    assert (await library.client.get(f"/api/documents/{document_id}/pages/1")).status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "status", "error"),
    [
        ("empty.pdf", b"", 422, "empty_file"),
        ("letter.pdf", b"PK\x03\x04 a Word file", 422, "not_a_pdf"),
        ("letter.docx", b"PK\x03\x04 a Word file", 415, "unsupported_type"),
        ("photo.txt", b"\x89PNG\r\n\x1a\n\x00\x00", 415, "unsupported_type"),
    ],
)
async def test_a_file_of_no_use_is_refused_at_once(library: Library, name: str, content: bytes, status: int, error: str) -> None:
    answer = await library.upload(name, content)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert name in answer.json()["message"]
    assert await library.kept_files() == []
    assert (await library.client.get("/api/collections/Handbook/documents")).json()["items"] == []


@pytest.mark.one_database
async def test_of_a_pdf_of_300_mb_no_more_is_read_than_the_limit(library: Library) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="huge.pdf"\r\n\r\n%PDF-1.7'
        for _ in range(300):
            sent += 1
            yield bytes(1024 * 1024)
        yield b"\r\n--b--\r\n"

    for announced, most in (({"Content-Length": str(300 * 1024 * 1024)}, 0), ({}, 101)):
        headers = {"Content-Type": "multipart/form-data; boundary=b", **announced}
        answer = await library.client.post("/api/collections/Handbook/documents", content=endless(), headers=headers)
        assert (answer.status_code, answer.json()["error"]) == (413, "too_large")
        assert "100 MB" in answer.json()["message"]
        assert sent <= most
    assert await library.kept_files() == []
    assert (await library.client.get("/api/collections/Handbook/documents")).json()["items"] == []


class TestSmallLimits:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"max_upload_bytes": 200_000, "document_pages": 5, "document_characters": 8_000})

    async def test_a_file_over_the_cap_is_refused_announced_or_not(self, library: Library) -> None:
        announced = await library.upload("big.pdf", b"%PDF-1.7" + b"x" * 300_000)
        assert announced.status_code == 413

        async def unannounced() -> object:
            yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="big.pdf"\r\n\r\n%PDF-1.7'
            for _ in range(40):
                yield b"x" * 10_000
            yield b"\r\n--b--\r\n"

        answer = await library.client.post(
            "/api/collections/Handbook/documents",
            content=unannounced(),  # type: ignore[arg-type]
            headers={"Content-Type": "multipart/form-data; boundary=b"},
        )
        assert answer.status_code == 413
        assert await library.kept_files() == []

    async def test_too_many_pages_and_too_much_text_are_refused_in_words(self, library: Library) -> None:
        for name, content, words in (
            ("long.pdf", handbook_pdf(6), "the most is 5"),
            ("wordy.pdf", handbook_pdf(5), "8,000 characters"),
            ("wordy.txt", b"word " * 2_000, "8,000 characters"),
        ):
            failed = await library.upload_and_wait(name, content)
            assert failed["error"]["error"] == "document_too_long"  # type: ignore[index]
            assert words in failed["error"]["message"]  # type: ignore[index]
            await _leaves_nothing(library, str(failed["id"]))


async def test_cancelling_in_the_middle_leaves_nothing_and_the_next_document_is_read(library: Library) -> None:
    document_id = (await library.upload("Handbook.pdf", handbook_pdf(150))).json()["id"]
    waiting = (await library.upload("next.txt", b"The next document.")).json()["id"]
    await library.wait(document_id, until=lambda now: now["progress"]["embedded"] > 0)  # type: ignore[index]
    cancelled = await library.client.post(f"/api/documents/{document_id}/cancel")
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    assert (await library.wait(waiting))["status"] == "ready"
    assert {hit["document"] for hit in await library.search("leave", 50)} == {"next.txt"}
    assert (await library.client.get(f"/api/documents/{document_id}/pages/1")).status_code == 404
    assert await library.kept_files() == []
    again = await library.client.post(f"/api/documents/{document_id}/cancel")
    assert (again.status_code, again.json()["error"]) == (409, "document_finished")


async def test_a_queued_document_can_be_cancelled_before_its_turn(library: Library) -> None:
    first = (await library.upload("Handbook.pdf", handbook_pdf(12))).json()["id"]
    second = (await library.upload("next.txt", b"Never to be read.")).json()["id"]
    assert (await library.client.post(f"/api/documents/{second}/cancel")).json()["status"] == "cancelled"
    assert (await library.wait(first))["status"] == "ready"
    assert (await library.wait(second))["status"] == "cancelled"
    assert await library.search("never to be read", 50) != []
    assert "Never" not in str(await library.search("never to be read", 50))


async def test_deleting_while_it_is_read_or_afterwards_removes_it(library: Library) -> None:
    document_id = (await library.upload("Handbook.pdf", handbook_pdf(100))).json()["id"]
    await library.wait(document_id, until=lambda now: now["progress"]["embedded"] > 0)  # type: ignore[index]
    assert (await library.client.delete(f"/api/documents/{document_id}")).status_code == 204
    assert (await library.client.get(f"/api/documents/{document_id}")).status_code == 404
    assert await library.kept_files() == []
    ready = await library.upload_and_wait("a.txt", b"Some words.")
    assert await library.search("words")
    assert (await library.client.delete(f"/api/documents/{ready['id']}")).status_code == 204
    assert await library.search("words") == []


async def test_what_belongs_to_someone_else_is_not_there(library: Library, sign_up: SignUp) -> None:
    document = await library.upload_and_wait("a.txt", b"A secret.")
    mallory = await sign_up("mallory")
    for method, path in (
        ("GET", f"/api/documents/{document['id']}"),
        ("GET", f"/api/documents/{document['id']}/pages/1"),
        ("POST", f"/api/documents/{document['id']}/cancel"),
        ("DELETE", f"/api/documents/{document['id']}"),
        ("GET", "/api/collections/Handbook"),
        ("GET", "/api/collections/Handbook/documents"),
        ("GET", "/api/collections/Handbook/search?q=secret"),
        ("DELETE", "/api/collections/Handbook"),
    ):
        assert (await mallory.request(method, path)).status_code == 404, path
    assert (await mallory.post("/api/collections/Handbook/documents", files={"file": ("a.txt", b"x")})).status_code == 404
    assert len(await library.search("secret")) == 1


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"{}"),
        ("multipart/form-data", b""),
        ("multipart/form-data; boundary=b", b""),
        ("multipart/form-data; boundary=b", b"no boundary in here"),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="other"\r\n\r\nx\r\n--b--\r\n'),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nno file name\r\n--b--\r\n'),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nbroken off'),
    ],
)
async def test_a_form_that_holds_no_whole_file_is_refused(library: Library, content_type: str, body: bytes) -> None:
    answer = await library.client.post("/api/collections/Handbook/documents", content=body, headers={"Content-Type": content_type})
    assert answer.status_code in (400, 422)
    assert answer.json()["error"] in ("no_file", "upload_broken_off")
    assert await library.kept_files() == []
