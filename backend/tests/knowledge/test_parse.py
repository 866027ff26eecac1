"""Reading pages, also by the library that stands in when PyMuPDF is not installed."""

import subprocess
import sys
from pathlib import Path

import pytest

from parley.knowledge.parse import clean
from tests.knowledge.handbook import fact
from tests.knowledge.make_pdf import handbook_pdf
from tests.knowledge.pdf import picture_pdf, text_pdf

# In a process of its own, as in the application: it is native code.
_READ = """
import sys
if sys.argv[1] == "pdfium":
    sys.modules["pymupdf"] = None
from pathlib import Path
from parley.errors import ParleyError
from parley.knowledge.parse import Extent, open_pages
try:
    with open_pages(Path(sys.argv[2]), "application/pdf", Extent(100, 1_000_000)) as pages:
        texts = [page.text for page in pages.texts]
    assert pages.count == len(texts)
    print("\\f".join(texts))
except ParleyError as error:
    print(error.code)
"""


def read(library: str, path: Path) -> str:
    done = subprocess.run([sys.executable, "-c", _READ, library, str(path)], check=True, capture_output=True)
    return done.stdout.decode().strip()


@pytest.mark.parametrize("library", ["pymupdf", "pdfium"])
def test_both_libraries_read_the_same_words_and_refuse_the_same_files(library: str, tmp_path: Path, encrypted_pdf: bytes) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(handbook_pdf(3))
    pages = read(library, path).split("\f")
    assert len(pages) == 3
    for number, text in enumerate(pages, start=1):
        assert fact(number).sentence in " ".join(text.split())
    for content, error in (
        (encrypted_pdf, "document_encrypted"),
        (b"%PDF-1.7\n" + bytes(range(256)) * 20, "document_broken"),
        (picture_pdf(2), "document_scanned"),
        (text_pdf([[]]), "document_empty"),
    ):
        path.write_bytes(content)
        assert read(library, path) == error


def test_a_page_without_text_between_others_keeps_its_number(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(text_pdf([["First page."], [], ["Third page."]]))
    assert read("pymupdf", path).split("\f") == ["First page.", "", "Third page."]


def test_text_is_freed_of_what_cannot_be_stored_or_shown() -> None:
    assert clean("a\x00b\ud800c \t\r\n\r\n\n\n\nd\x0c ") == "abc\n\nd"
