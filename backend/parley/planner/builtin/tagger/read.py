"""A masked message to what its words are: the spans of a request, or the commands of a change."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from parley.embedding import weights
from parley.embedding.minilm import Floats
from parley.planner.builtin.tagger import decode, labels
from parley.planner.builtin.tagger.labels import OPS, ORDERS, PARTS, ROLES, TYPES, Op, Order
from parley.planner.builtin.tagger.network import Network
from parley.planner.builtin.tagger.words import Word, words
from parley.planner.builtin.text import Reading

_LIKELY = 0.5
_POSSIBLE = 0.02
_ROLE_TAGS = labels.bio(ROLES)
_PART_TAGS = labels.bio(PARTS)
_COMMAND_TAGS = labels.bio(("cmd",))
_TRIGGERS = tuple(index for index, name in enumerate(TYPES) if name.endswith("_trigger"))
_DECIDING = tuple(TYPES.index(name) for name in ("condition", "loop"))
_ACTING = tuple(index for index in range(len(TYPES)) if index not in {*_TRIGGERS, *_DECIDING})
# Which types a stretch of that name can be; a step that replaces another may be a start.
_TYPED: dict[str, tuple[int, ...]] = {"when": _TRIGGERS, "do": _ACTING, "new": (*_ACTING, *_TRIGGERS), "else_new": _ACTING}


@dataclass(frozen=True)
class Span:
    """`text` are the masked words, mended, `raw` as they were written (`start` to `end` of the message); `types` the node types they
    stand for (most likely first), `order` and `leaves` how it stands to the span before it, `sure` 0 to 1."""

    name: str
    text: str
    start: int
    end: int
    types: tuple[str, ...] = ()
    order: Order = ""
    leaves: int = 0
    sure: float = 1.0
    raw: str = ""


@dataclass(frozen=True)
class Command:
    """`others` are what else it may be, likeliest first; it stands from `start` to `end` in the text as it was written."""

    op: Op
    text: str
    spans: tuple[Span, ...]
    sure: float
    others: tuple[Op, ...] = ()
    start: int = 0
    end: int = 0

    def all(self, *names: str) -> list[Span]:
        return [span for span in self.spans if span.name in names]

    def one(self, *names: str) -> Span | None:
        return next(iter(self.all(*names)), None)


@cache
def _network() -> Network:
    """Raises WeightsMissing or WeightsChanged."""
    folder = weights.model_folder()
    weights.check(folder / "model.safetensors")
    return Network(folder)


def request(reading: Reading) -> list[Span]:
    """What a description of a workflow says, in its order: spans named as in `labels.ROLES`. Raises WeightsMissing or WeightsChanged."""
    said = words(reading.raw)
    if not said:
        return []
    network = _network()
    states = network.states(said)
    found = decode.stretches(network.head("role", states), _ROLE_TAGS, network.follows("role"))
    return [_span(reading, said, stretch, states, network, placed=True) for stretch in found]


def change(reading: Reading) -> list[Command]:
    """What is to be done to the workflow that is there, in the message's order; each command holds its spans, named as in `labels.PARTS`.
    Raises WeightsMissing or WeightsChanged."""
    masked = reading.raw
    said = words(masked)
    if not said:
        return []
    network = _network()
    states = network.states(said)
    parts = decode.stretches(network.head("part", states), _PART_TAGS, network.follows("part"))
    spans = [_span(reading, said, stretch, states, network, placed=False) for stretch in parts]
    commands: list[Command] = []
    for stretch in decode.stretches(network.head("command", states), _COMMAND_TAGS, network.follows("command")):
        chances = _softmax(network.pooled("op", states, stretch.begin, stretch.end))
        begin, end = said[stretch.begin].start, said[stretch.end - 1].end
        inside = tuple(span for span in spans if span.start >= begin and span.end <= end)
        ranked = [int(index) for index in np.argsort(-chances)]
        others: tuple[Op, ...] = tuple(OPS[index] for index in ranked[1:4] if chances[index] > _POSSIBLE)
        commands.append(Command(OPS[ranked[0]], reading.correct(masked[begin:end]), inside, float(chances.max()), others, begin, end))
    return commands


def _span(reading: Reading, said: list[Word], stretch: decode.Stretch, states: Floats, network: Network, placed: bool) -> Span:
    begin, end = stretch.begin, stretch.end
    while end > begin + 1 and said[end - 1].bare:
        end -= 1
    types, order, leaves, sure = (), "", 0, stretch.sure
    if possible := _TYPED.get(stretch.name):
        chances = 1 / (1 + np.exp(-network.pooled("type", states, begin, end)))
        ranked = sorted(possible, key=lambda index: -float(chances[index]))
        likely = [index for index in ranked if chances[index] > _LIKELY] or ranked[:1]
        types = tuple(TYPES[index] for index in likely)
        sure *= float(min(chances[index] for index in likely))
    if placed:
        order = ORDERS[int(network.pooled("order", states, begin, end).argmax())]
        leaves = int(network.pooled("leaves", states, begin, end).argmax())
    start, stop = said[begin].start, said[end - 1].end
    return Span(
        stretch.name, reading.correct(reading.raw[start:stop]), start, stop, types, order, leaves, round(sure, 4), reading.raw[start:stop]
    )


def _softmax(scores: Floats) -> Floats:
    return np.exp(decode.log_softmax(scores))
