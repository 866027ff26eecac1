"""Reads a document's pages as text, one by one.

Runs only in the reading process: PDF libraries are native code fed with strangers' files.
"""

import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parley.errors import ParleyError
from parley.knowledge.media import Media

_TEXT_PAGE = 3000  # characters; text files have no pages of their own
_UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# A page with a picture and no more than this much text is taken for a scan (a stamped page number is no text).
_SCAN_CHARACTERS = 20


class DocumentEncrypted(ParleyError):
    """It cannot be opened without a password."""

    status = 422


class DocumentBroken(ParleyError):
    """Its content is damaged or not what it claims to be."""

    status = 422


class DocumentEmpty(ParleyError):
    """It has no text at all."""

    status = 422


class DocumentScanned(ParleyError):
    """It has pictures of text, but no text."""

    status = 422


class DocumentTooLong(ParleyError):
    """It has more pages or text than is allowed."""

    status = 422


@dataclass(frozen=True)
class Extent:
    """The most that is read of one document."""

    pages: int
    characters: int


@dataclass(frozen=True)
class Pages:
    """`texts` gives `count` pages, in order."""

    count: int
    texts: Iterator["PageText"]


@dataclass(frozen=True)
class PageText:
    """`is_scan`: a picture stands there almost alone."""

    text: str
    is_scan: bool


@contextmanager
def open_pages(path: Path, media: Media, extent: Extent) -> Generator[Pages]:
    """The document's pages. Raises the errors above, at once or while the texts are read."""
    match media:
        case "application/pdf":
            with _open_pdf(path) as pages:
                if pages.count > extent.pages:
                    raise DocumentTooLong(
                        f"This document has {pages.count:,} pages; the most is {extent.pages:,}. Split it and upload the parts."
                    )
                yield Pages(pages.count, _checked(pages, extent))
        case "text/markdown" | "text/plain":
            texts = _split_text(_decode(path, extent))
            yield Pages(len(texts), _checked(Pages(len(texts), (PageText(text, is_scan=False) for text in texts)), extent))


def _checked(pages: Pages, extent: Extent) -> Iterator[PageText]:
    characters = scans = 0
    for page in pages.texts:
        page = PageText(clean(page.text), page.is_scan)
        characters += len(page.text)
        scans += page.is_scan
        if characters > extent.characters:
            raise _too_long(f"{extent.characters:,} characters of text")
        yield page
    if pages.count and scans == pages.count:
        raise DocumentScanned(
            "This document has only pictures of pages and no text. Run it through text recognition (OCR), then upload the result."
        )
    if characters == 0:
        raise DocumentEmpty("This document has no text. Choose one with text in it.")


def clean(text: str) -> str:
    """Without control characters, spaces at the ends of lines and piles of empty lines, so that offsets into it are worth keeping."""
    text = _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = re.sub(r"[ \t]+\n", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _decode(path: Path, extent: Extent) -> str:
    # Four bytes are the most that a character takes; a file longer than that is too long whatever it says.
    if path.stat().st_size > 4 * extent.characters:
        raise _too_long(f"{extent.characters:,} characters of text")
    data = path.read_bytes()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    if b"\0" in data:
        raise DocumentBroken("This file is not text, although its name says so. Upload it in its own format, or save it as text.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _split_text(text: str) -> list[str]:
    """Pages of about _TEXT_PAGE characters that end where a paragraph, else a line, else a word ends."""
    pages: list[str] = []
    begin = 0
    while len(text) - begin > _TEXT_PAGE:
        window = text[begin : begin + _TEXT_PAGE]
        cut = next((at + len(mark) for mark in ("\n\n", "\n", " ") if (at := window.rfind(mark)) > _TEXT_PAGE // 2), _TEXT_PAGE)
        pages.append(text[begin : begin + cut])
        begin += cut
    return [*pages, text[begin:]]


@contextmanager
def _open_pdf(path: Path) -> Generator[Pages]:
    try:
        import pymupdf
    except ImportError:
        with _open_with_pdfium(path) as pages:
            yield pages
        return
    library: Any = pymupdf  # it has no complete types
    library.TOOLS.mupdf_display_errors(False)
    library.TOOLS.mupdf_display_warnings(False)
    try:
        document: Any = library.open(str(path), filetype="pdf")
    except (RuntimeError, ValueError) as error:
        raise _broken() from error
    with document:
        if document.needs_pass:
            raise _encrypted()
        if document.page_count == 0:
            raise _broken()
        yield Pages(document.page_count, (_read_with_pymupdf(document, number) for number in range(document.page_count)))


def _read_with_pymupdf(document: Any, number: int) -> PageText:
    try:
        page = document.load_page(number)
        text: str = page.get_text("text")
        pictured = bool(page.get_images())
    except (RuntimeError, ValueError) as error:
        raise _broken(number + 1) from error
    return PageText(text, is_scan=pictured and len(text.strip()) <= _SCAN_CHARACTERS)


@contextmanager
def _open_with_pdfium(path: Path) -> Generator[Pages]:
    import pypdfium2

    library: Any = pypdfium2  # it has no complete types
    try:
        document: Any = library.PdfDocument(str(path))
    except library.PdfiumError as error:
        raise (_encrypted() if "password" in str(error).lower() else _broken()) from error
    try:
        if len(document) == 0:
            raise _broken()
        yield Pages(len(document), (_read_with_pdfium(library, document, number) for number in range(len(document))))
    finally:
        document.close()


def _read_with_pdfium(library: Any, document: Any, number: int) -> PageText:
    try:
        page = document[number]
        text: str = page.get_textpage().get_text_bounded()
        pictured = any(item.type == library.raw.FPDF_PAGEOBJ_IMAGE for item in page.get_objects(max_depth=2))
        page.close()
    except library.PdfiumError as error:
        raise _broken(number + 1) from error
    return PageText(text, is_scan=pictured and len(text.strip()) <= _SCAN_CHARACTERS)


def _encrypted() -> DocumentEncrypted:
    return DocumentEncrypted("This PDF is protected by a password. Save a copy without the password and upload that.")


def _broken(page: int | None = None) -> DocumentBroken:
    where = f" on page {page}" if page else ""
    return DocumentBroken(f"This PDF is damaged{where} and cannot be read. Open it in a PDF viewer, save it anew, and upload that.")


def _too_long(most: str) -> DocumentTooLong:
    return DocumentTooLong(f"This document has more than {most}. Split it and upload the parts.")
