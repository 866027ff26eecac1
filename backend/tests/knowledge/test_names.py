"""Names of collections, of files, and what kind a file is."""

import pytest

from parley.knowledge.ingest.uploads import tidy_file_name
from parley.knowledge.media import EmptyFile, NotAPdf, UnsupportedType, sniff
from parley.knowledge.names import BadName, key_of, tidy_name


def test_names_are_tidied_and_compared_without_case() -> None:
    assert tidy_name("  Our \n Handbook ") == "Our Handbook"
    assert key_of("STRASSE") == key_of("Straße")
    assert key_of(" our  handbook") == key_of("Our Handbook")


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "a/b", "a\\b", ".", "..", "a\x07b", "a\ud800b"])
def test_a_name_that_cannot_be_is_refused_at_its_field(name: str) -> None:
    with pytest.raises(BadName) as refused:
        tidy_name(name)
    assert refused.value.details["field"] == "name"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("C:\\docs\\a.pdf", "a.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\r\nb.txt", "ab.txt"),
        ("", "document"),
        ("x" * 300 + ".md", "x" * 252 + ".md"),
    ],
)
def test_a_file_name_is_one_printable_line_without_a_path(sent: str, kept: str) -> None:
    assert tidy_file_name(sent) == kept


def test_a_pdf_is_known_by_its_first_bytes_whatever_its_name() -> None:
    assert sniff("notes.txt", b"%PDF-1.7 ...") == "application/pdf"
    assert sniff("scan", b"\n\n%PDF-1.4") == "application/pdf"
    assert sniff("NOTES.MD", b"# Title") == "text/markdown"
    assert sniff("notes.txt", "Grüße".encode("utf-16")) == "text/plain"


@pytest.mark.parametrize(
    ("name", "head", "error"),
    [
        ("a.pdf", b"", EmptyFile),
        ("a.pdf", b"PK\x03\x04", NotAPdf),
        ("a.docx", b"PK\x03\x04", UnsupportedType),
        ("a.txt", b"\x7fELF\x00\x00", UnsupportedType),
        ("a", b"text without an ending", UnsupportedType),
    ],
)
def test_other_files_are_refused(name: str, head: bytes, error: type[Exception]) -> None:
    with pytest.raises(error, match=name):
        sniff(name, head)
