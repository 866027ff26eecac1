"""The application with the embedding model's graph at hand, and samples of documents, good and bad."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import pytest

from parley.settings import Settings
from tests.knowledge.pdf import text_pdf
from tests.models import link_models

SignUp = Callable[[str], Awaitable[httpx.AsyncClient]]

_READ_SECONDS = 60.0
_TIDY_SECONDS = 10.0

_ENCRYPT = """
import sys, pymupdf
document = pymupdf.open(sys.argv[1])
document.save(sys.argv[2], encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="secret", owner_pw="owner")
"""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    link_models(settings.data_dir)
    return settings


@pytest.fixture(scope="session")
def encrypted_pdf(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    # In a process of its own: importing the library warns about its own types.
    folder = tmp_path_factory.mktemp("encrypted")
    (folder / "plain.pdf").write_bytes(text_pdf([["Nobody may read this."]]))
    subprocess.run([sys.executable, "-c", _ENCRYPT, str(folder / "plain.pdf"), str(folder / "locked.pdf")], check=True, capture_output=True)
    return (folder / "locked.pdf").read_bytes()


class Library:
    """One person's collection over HTTP."""

    def __init__(self, client: httpx.AsyncClient, name: str, data_dir: Path) -> None:
        self.client = client
        self.name = name
        self._data_dir = data_dir

    async def upload(self, name: str, content: bytes) -> httpx.Response:
        return await self.client.post(f"/api/collections/{self.name}/documents", files={"file": (name, content)})

    async def upload_and_wait(self, name: str, content: bytes) -> dict[str, object]:
        answer = await self.upload(name, content)
        assert answer.status_code == 202, answer.text
        return await self.wait(answer.json()["id"])

    async def wait(self, document_id: str, *, until: Callable[[dict[str, object]], bool] | None = None) -> dict[str, object]:
        """Its view once it has ended, or once `until` holds."""
        deadline = time.monotonic() + _READ_SECONDS
        while time.monotonic() < deadline:
            view = (await self.client.get(f"/api/documents/{document_id}")).json()
            if view["status"] in ("ready", "failed", "cancelled") or (until is not None and until(view)):
                return view
            await asyncio.sleep(0.02)
        raise AssertionError(f"the document is still {view}")

    async def search(self, query: str, top_k: int = 5) -> list[dict[str, object]]:
        answer = await self.client.get(f"/api/collections/{self.name}/search", params={"q": query, "top_k": top_k})
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]

    async def kept_files(self) -> list[str]:
        """What stays in the folder of uploads: a file is removed right after its document's row says how it ended."""
        folder = self._data_dir / "uploads"
        deadline = time.monotonic() + _TIDY_SECONDS
        while kept := [path.name for path in folder.iterdir()] if folder.exists() else []:
            if time.monotonic() > deadline:
                break
            await asyncio.sleep(0.02)
        return kept


@pytest.fixture
async def library(sign_up: SignUp, settings: Settings) -> Library:
    client = await sign_up("ada")
    assert (await client.post("/api/collections", json={"name": "Handbook"})).status_code == 201
    return Library(client, "Handbook", settings.data_dir)
