"""The folder of uploaded files that are not ingested yet: written while they arrive, capped, removed when they are done with."""

import asyncio
import contextlib
import time
import unicodedata
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from parley.errors import ParleyError
from parley.ids import new_id
from parley.knowledge.media import HEAD_BYTES, Media, sniff

_LONGEST_NAME = 255
_PARTIAL = ".part"
_YOUNG_SECONDS = 3600


class FileTooLarge(ParleyError):
    """The upload has more bytes than a document may have."""

    status = 413


@dataclass(frozen=True)
class Upload:
    """A file that has arrived whole. Its id becomes the document's."""

    id: str
    name: str
    media: Media
    size: int


class Uploads:
    """Files are named by the document's id, so nothing that a person typed becomes a path."""

    def __init__(self, folder: Path, *, most_bytes: int) -> None:
        self._folder = folder
        self._most_bytes = most_bytes

    def path(self, document_id: str) -> Path:
        return self._folder / document_id

    def has(self, document_id: str) -> bool:
        return self.path(document_id).exists()

    async def receive(self, name: str, parts: AsyncIterator[bytes]) -> Upload:
        """Write the parts as they come. Raises FileTooLarge and media's errors; then nothing is left of the file."""
        name = tidy_file_name(name)
        document_id = new_id()
        partial = self.path(document_id + _PARTIAL)
        self._folder.mkdir(parents=True, exist_ok=True)
        head, size, media = b"", 0, None
        try:
            with partial.open("wb") as file:
                async for part in parts:
                    size += len(part)
                    if size > self._most_bytes:
                        raise self._too_large()
                    if media is None:
                        head += part[: HEAD_BYTES - len(head)]
                        if len(head) == HEAD_BYTES:  # refused now, not after the other 99 MB
                            media = sniff(name, head)
                    await asyncio.to_thread(file.write, part)
            media = media or sniff(name, head)
            partial.rename(self.path(document_id))
        except BaseException:
            partial.unlink(missing_ok=True)
            raise
        return Upload(document_id, name, media, size)

    def remove(self, document_id: str) -> None:
        self.path(document_id).unlink(missing_ok=True)

    def sweep(self, known: set[str]) -> None:
        """Remove what no document waits for: left by a server that was killed. A young file may be on its way to its row."""
        with contextlib.suppress(FileNotFoundError):
            for path in self._folder.iterdir():
                if path.name not in known and path.stat().st_mtime < time.time() - _YOUNG_SECONDS:
                    path.unlink(missing_ok=True)

    def _too_large(self) -> FileTooLarge:
        most = f"{self._most_bytes / (1024 * 1024):.0f} MB" if self._most_bytes >= 1024 * 1024 else f"{self._most_bytes / 1024:.0f} kB"
        return FileTooLarge(f"The file is too large; the most is {most}. Split it, or ask whoever runs this server to raise the limit.")


def tidy_file_name(name: str) -> str:
    """The last part of whatever path a browser sent, as one printable line."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    printable = "".join(letter for letter in unicodedata.normalize("NFC", last) if unicodedata.category(letter) not in ("Cc", "Cs", "Cn"))
    return printable.strip()[-_LONGEST_NAME:] or "document"
