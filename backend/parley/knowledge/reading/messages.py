"""What the server and its reading process say to each other: one frame per message, checked on arrival.

A frame is two little-endian 32-bit lengths, a JSON header and a payload of float32 vectors. The reading process handles strangers'
files, so the server believes it no more than any other client.
"""

import struct
from typing import Annotated, Literal

from pydantic import BaseModel, Field, TypeAdapter

from parley.knowledge.media import Media

LENGTHS = struct.Struct("<II")
# A page's text is bounded by the document's; a batch of vectors is far smaller.
MOST_BYTES = 256 * 1024 * 1024


class Job(BaseModel):
    """Server to reader, as one line of JSON."""

    path: str
    media: Media
    most_pages: int
    most_characters: int
    cpu_seconds: int


class Opened(BaseModel):
    kind: Literal["opened"] = "opened"
    pages: int = Field(ge=1)


class PageRead(BaseModel):
    kind: Literal["page"] = "page"
    number: int = Field(ge=1)
    text: str


class Passage(BaseModel):
    page: int = Field(ge=1)
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    text: str


class Embedded(BaseModel):
    """Passages and, in the payload, their vectors: `dimension` float32 each. `pages_done`: every passage of the pages up to it was sent."""

    kind: Literal["embedded"] = "embedded"
    passages: list[Passage]
    dimension: int = Field(ge=1)
    pages_done: int = Field(ge=0)


class Finished(BaseModel):
    kind: Literal["finished"] = "finished"


class Refused(BaseModel):
    """The document cannot be used; `error` and `message` are shown to the person."""

    kind: Literal["refused"] = "refused"
    error: str
    message: str


Message = Opened | PageRead | Embedded | Finished | Refused
_MESSAGE: TypeAdapter[Message] = TypeAdapter(Annotated[Message, Field(discriminator="kind")])


def pack(message: Message, payload: bytes = b"") -> bytes:
    header = message.model_dump_json().encode()
    return LENGTHS.pack(len(header), len(payload)) + header + payload


def unpack(header: bytes) -> Message:
    """Raises ValueError if the header is no message."""
    return _MESSAGE.validate_json(header)
