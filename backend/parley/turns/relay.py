"""Live turns between processes, through Redis streams: one for each turn, from the empty answer to its end.

Every event carries its number in the turn, so a reader who missed one notices, and goes on from the rows instead.
"""

import asyncio
from collections.abc import AsyncGenerator
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from parley.live.streams import Streams
from parley.turns.events import TurnEvent
from parley.turns.feed import Numbered, TurnFeed

SILENT_SECONDS = 2.0

_EVENT: TypeAdapter[Numbered] = TypeAdapter(tuple[int, Annotated[TurnEvent, Field(discriminator="type")]])


class TurnRelay:
    def __init__(self, streams: Streams) -> None:
        self._streams = streams

    def send(self, message_id: str, feed: TurnFeed) -> None:
        """Everything of this turn, what was announced already and what will be."""
        name = _name(message_id)
        feed.listen(lambda number, event: self._streams.append(name, _EVENT.dump_json((number, event))))

    async def follow(self, message_id: str, after: int | None) -> AsyncGenerator[Numbered | None]:
        """Events after number `after`, or all from the snapshot at the start; None after a while of silence.

        Ends when an event is missing: the first ones are not kept any more, Redis lost some, or they are of a newer version.
        """
        missed = object()
        arrived: asyncio.Queue[bytes | object] = asyncio.Queue()

        def take(data: list[bytes]) -> None:
            for each in data:
                arrived.put_nowait(each)

        last: int | None = -1 if after is None else None
        with self._streams.subscribed(_name(message_id), take, lambda: arrived.put_nowait(missed)):
            while self._streams.healthy:
                try:
                    async with asyncio.timeout(SILENT_SECONDS):
                        data = await arrived.get()
                except TimeoutError:
                    yield None
                    continue
                if not isinstance(data, bytes):
                    return
                try:
                    number, event = _EVENT.validate_json(data)
                except ValidationError:
                    return
                if last is None:  # what is kept may begin anywhere up to the first that is wanted
                    last = min(number - 1, after or 0)
                if number != last + 1:
                    return
                last = number
                if after is None or number > after:
                    yield number, event


def _name(message_id: str) -> str:
    return f"parley:turn:{message_id}"
