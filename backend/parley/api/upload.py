"""One file out of a multipart body, as it arrives: nothing is gathered in memory or in a temporary file first."""

from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect

from parley.errors import ParleyError

FIELD = "file"

# What the contract says of such a body; the route reads it itself.
REQUEST_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": [FIELD],
                    "properties": {FIELD: {"type": "string", "format": "binary", "title": "File"}},
                }
            }
        },
    }
}


class NoFile(ParleyError):
    """The body is not a form with a file in the field `file`."""

    status = 422


class UploadBrokenOff(ParleyError):
    """The body ended before the file did."""


@dataclass(frozen=True)
class IncomingFile:
    name: str
    parts: AsyncIterator[bytes]


async def incoming_file(request: Request) -> IncomingFile:
    """Raises NoFile, and later, from `parts`, UploadBrokenOff."""
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise NoFile("Send the document as a form (multipart/form-data) with the file in the field `file`.", {"field": FIELD})
    form = _Form(options[b"boundary"])
    body = _read(request, form)
    while form.name is None:
        if not await anext(body, False):
            raise NoFile("The form holds no file. Send it in the field `file`.", {"field": FIELD})
    return IncomingFile(form.name, _file_parts(form, body))


async def _read(request: Request, form: "_Form") -> AsyncIterator[bool]:
    """Feeds the form; says True for each piece of the body."""
    try:
        async for piece in request.stream():
            form.feed(piece)
            yield True
    except ClientDisconnect:
        raise UploadBrokenOff("The connection was lost before the whole file had arrived. Try again.") from None


async def _file_parts(form: "_Form", body: AsyncIterator[bool]) -> AsyncIterator[bytes]:
    while True:
        while form.data:
            yield form.data.popleft()
        if form.done:
            return
        if not await anext(body, False):
            raise UploadBrokenOff("The upload ended before the whole file had arrived. Try again.")


class _Form:
    """`name` is the file's as soon as its part begins, `data` what came of it and was not taken yet, `done` whether it is whole."""

    def __init__(self, boundary: bytes) -> None:
        self.name: str | None = None
        self.data: deque[bytes] = deque()
        self.done = False
        self._header = (b"", b"")
        self._disposition = b""
        self._inside = False
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": lambda data, start, end: self._add_header(data[start:end], b""),
                "on_header_value": lambda data, start, end: self._add_header(b"", data[start:end]),
                "on_header_end": self._end_header,
                "on_headers_finished": self._enter,
                "on_part_data": self._take,
                "on_part_end": self._leave,
            },
        )

    def feed(self, piece: bytes) -> None:
        try:
            self._parser.write(piece)
        except FormParserError:
            raise NoFile("The form is damaged. Send the document as multipart/form-data.", {"field": FIELD}) from None

    def _begin(self) -> None:
        self._disposition = b""

    def _add_header(self, name: bytes, value: bytes) -> None:
        self._header = (self._header[0] + name, self._header[1] + value)

    def _end_header(self) -> None:
        name, value = self._header
        if name.lower() == b"content-disposition":
            self._disposition = value
        self._header = (b"", b"")

    def _enter(self) -> None:
        _, options = parse_options_header(self._disposition)
        if self.name is None and options.get(b"name") == FIELD.encode() and b"filename" in options:
            self.name = options[b"filename"].decode("utf-8", "replace")
            self._inside = True

    def _take(self, data: bytes, start: int, end: int) -> None:
        if self._inside:
            self.data.append(data[start:end])

    def _leave(self) -> None:
        if self._inside:
            self._inside, self.done = False, True
