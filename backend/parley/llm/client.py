"""The HTTP client that all model services share: no retries, bounded waits, and an end to answers without end."""

from collections.abc import AsyncIterator

from httpx2 import AsyncByteStream, AsyncClient, ReadError, Request, Response, Timeout

from parley.ids import IDEMPOTENCY_HEADER, next_call_key

CONNECT_SECONDS = 5.0
READ_SECONDS = 300.0  # between two pieces of an answer
LONGEST_ANSWER = 16 * 1024 * 1024  # bytes; a hundred times the longest that a turn's tokens allow


def shared_client() -> AsyncClient:
    """The operator's addresses are trusted, so this is a plain client; whoever asks a model bounds the whole of its answer."""
    return AsyncClient(timeout=Timeout(READ_SECONDS, connect=CONNECT_SECONDS), event_hooks={"request": [_keyed], "response": [_bound]})


async def _keyed(request: Request) -> None:
    if (key := next_call_key()) is not None:
        request.headers[IDEMPOTENCY_HEADER] = key


class _Bounded(AsyncByteStream):
    """The vendors' libraries gather a line, or a whole answer, before they show any of it."""

    def __init__(self, stream: AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = LONGEST_ANSWER
        async for piece in self._stream:
            left -= len(piece)
            if left < 0:
                raise ReadError(f"The answer is longer than {LONGEST_ANSWER:,} bytes.")
            yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()


async def _bound(response: Response) -> None:
    if isinstance(response.stream, AsyncByteStream):
        response.stream = _Bounded(response.stream)
