"""Reads an answer's body within a bound, before and after unpacking, so that neither a stream nor a zip bomb fills the memory."""

import zlib
from collections.abc import AsyncIterable

from parley.errors import ParleyError


class AnswerTooLarge(ParleyError):
    """The answer is longer than the limit; what was read of it is thrown away."""

    status = 502


class AnswerUnreadable(ParleyError):
    """The answer's packing is unknown or broken."""

    status = 502


async def read_body(chunks: AsyncIterable[bytes], encoding: str, most: int) -> bytes:
    """The unpacked body. `encoding` is the Content-Encoding header, `most` the bytes allowed in either form."""
    match encoding.strip().lower():
        case "" | "identity":
            return await _read_plain(chunks, most)
        case "gzip" | "x-gzip" | "deflate":
            return await _read_zipped(chunks, most)
        case other:
            raise AnswerUnreadable(f"The answer is packed as “{other}”, which was not asked for and cannot be read.")


async def _read_plain(chunks: AsyncIterable[bytes], most: int) -> bytes:
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        _check(len(body), most)
    return bytes(body)


async def _read_zipped(chunks: AsyncIterable[bytes], most: int) -> bytes:
    body = bytearray()
    raw = 0
    unpacker = zlib.decompressobj(wbits=47)  # 32 + 15: gzip or zlib, by its first bytes
    try:
        async for chunk in chunks:
            raw += len(chunk)
            _check(raw, most)
            rest = chunk
            while rest:
                if unpacker.eof:  # gzip files may follow one another
                    unpacker = zlib.decompressobj(wbits=47)
                body += unpacker.decompress(rest, most + 1 - len(body))
                _check(len(body), most)
                rest = unpacker.unconsumed_tail or unpacker.unused_data
    except zlib.error as error:
        raise AnswerUnreadable("The answer is packed, and damaged.") from error
    if raw and not unpacker.eof:
        raise AnswerUnreadable("The answer broke off before its end.")
    return bytes(body)


def _check(size: int, most: int) -> None:
    if size > most:
        raise AnswerTooLarge(f"The answer is larger than {most / 1_000_000:g} MB. Ask the server for less.", {"retryable": False})
