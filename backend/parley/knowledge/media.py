"""What kind of document an upload is: by its first bytes, then by its name; anything else is refused before it is stored."""

from pathlib import PurePath
from typing import Literal

from parley.errors import ParleyError

Media = Literal["application/pdf", "text/markdown", "text/plain"]

# A PDF may have other bytes before its mark; readers look for it in the first 1,024.
HEAD_BYTES = 1024
_PDF_MARK = b"%PDF-"

_BY_ENDING: dict[str, Media] = {
    ".pdf": "application/pdf",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".txt": "text/plain",
    ".text": "text/plain",
}
ACCEPTED = "PDF (.pdf), Markdown (.md) and text (.txt)"


class UnsupportedType(ParleyError):
    """A kind of file that Parley cannot read."""

    status = 415


class NotAPdf(ParleyError):
    """The name says PDF, the content does not."""

    status = 422


class EmptyFile(ParleyError):
    """There is nothing in the file."""

    status = 422


def sniff(name: str, head: bytes) -> Media:
    """The kind of the file called `name` that begins with `head` (HEAD_BYTES of it). Raises the errors above."""
    if not head:
        raise EmptyFile(f"{name} is empty. Choose a file with content.")
    if _PDF_MARK in head:
        return "application/pdf"
    match _BY_ENDING.get(PurePath(name).suffix.lower()):
        case "application/pdf":
            raise NotAPdf(f"{name} is not a PDF, although its name says so. Open it in the program that made it and save it as a PDF.")
        case None:
            raise UnsupportedType(f"{name} is of a kind that cannot be read. Upload {ACCEPTED}.")
        case media:
            # UTF-16 holds NULs and begins with its byte order mark; any other NUL means that this is no text.
            if b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
                raise UnsupportedType(f"{name} is not text, although its name says so. Upload {ACCEPTED}.")
            return media
