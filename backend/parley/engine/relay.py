"""A hub whose news goes to the hubs of other processes and comes from them, through Redis streams: one for each run.

Entries of the journal carry their number and text its offset, so a reader notices what is missing: then the journal has it.
"""

from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Annotated, Literal

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from parley.engine.events import Event, StepEvent, StepStarted, StepText
from parley.engine.hub import Hub, Watcher
from parley.engine.paths import Key
from parley.live.streams import Streams

LARGEST = 64_000  # bytes of one entry: what is larger is only pointed at
NO_NEWS_SECONDS = 5.0  # a flushed Redis gives no error: after so much silence the journal is read
UNAIDED_SECONDS = 1.0  # the same while Redis is away
RESTATED = 4096  # characters after which a text is sent from its start again, for those who missed a piece


class InJournal(BaseModel):
    """News too large to be sent: those who watch read the journal."""

    kind: Literal["in_journal"] = "in_journal"


_NEWS: TypeAdapter[list[Event | StepText | InJournal]] = TypeAdapter(
    list[Annotated[Event | StepText | InJournal, Field(discriminator="kind")]]
)


class RelayedHub(Hub):
    def __init__(self, streams: Streams) -> None:
        super().__init__(NO_NEWS_SECONDS)
        self._streams = streams
        self._followed: dict[str, ExitStack] = {}
        self._own: set[str] = set()  # runs whose texts are written in this process

    @property
    def poll_seconds(self) -> float:
        return self._poll_seconds if self._streams.healthy else UNAIDED_SECONDS

    @contextmanager
    def watch(self, run_id: str) -> Generator[Watcher]:
        """The first watcher of a run in this process subscribes to its stream, the last one ends that."""
        with super().watch(run_id) as watcher:
            if run_id not in self._followed:
                self._followed[run_id] = stack = ExitStack()
                take, lost = partial(self._take, run_id), partial(self._lost, run_id)
                stack.enter_context(self._streams.subscribed(_name(run_id), take, lost))
            try:
                yield watcher
            finally:
                if len(self._watchers[run_id]) == 1:
                    self._followed.pop(run_id).close()
                    if run_id not in self._own:
                        super().forget(run_id)

    def forget(self, run_id: str) -> None:
        self._own.discard(run_id)
        super().forget(run_id)

    def publish(self, run_id: str, events: Sequence[Event]) -> None:
        super().publish(run_id, events)
        data = f"[{','.join(event.text for event in events)}]".encode()
        self._streams.append(_name(run_id), data if len(data) <= LARGEST else _NEWS.dump_json([InJournal()]))

    def write(self, run_id: str, key: Key, attempt: int, text: str) -> None:
        self._own.add(run_id)
        super().write(run_id, key, attempt, text)
        whole = self._texts[run_id][key, attempt]
        before = len(whole) - len(text)
        offset = before if before // RESTATED == len(whole) // RESTATED else 0
        news = StepText(kind="step_text", node_id=key[0], path=key[1], attempt=attempt, offset=offset, text=whole[offset:])
        self._streams.append(_name(run_id), _NEWS.dump_json([news]))

    def _take(self, run_id: str, data: list[bytes]) -> None:
        """News of another process. Of a step that is over by the end of these news the text is left out: it was only for the time being."""
        try:
            news = [each for piece in data for each in _NEWS.validate_json(piece)]
        except ValidationError:  # of a newer version
            self._lost(run_id)
            return
        over = {_attempt(each) for each in news if isinstance(each, StepEvent) and not isinstance(each, StepStarted)}
        for each in news:
            match each:
                case InJournal():
                    self._lost(run_id)
                case StepText():
                    if _attempt(each) not in over:
                        self.hear(run_id, each)
                case _:
                    super().publish(run_id, [each])

    def _lost(self, run_id: str) -> None:
        for watcher in self._watchers.get(run_id, ()):
            watcher.lag()


def _attempt(news: StepEvent | StepText) -> tuple[str, str, int]:
    return news.node_id, news.path, news.attempt


def _name(run_id: str) -> str:
    return f"parley:run:{run_id}"
