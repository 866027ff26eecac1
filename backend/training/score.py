"""How much of the annotated sentences that were held out the tagger reads right: `python -m training.score`."""

from collections import Counter

from parley.embedding import weights
from parley.embedding.minilm import Floats
from parley.planner.builtin.tagger import decode, labels
from parley.planner.builtin.tagger.labels import OPS, PARTS, ROLES, TYPES
from parley.planner.builtin.tagger.network import Network
from parley.planner.builtin.tagger.words import Word
from training import annotated


def scores(name: str = "heldout.jsonl") -> dict[str, float]:
    """F1 of stretches (same name, same words), of where they begin, of beginnings with all their types, and of commands with their op."""
    network = Network(weights.model_folder())
    counts: dict[str, Counter[str]] = {}
    for sentence in annotated.read(name):
        states = network.states([Word(word, 0, 0) for word in sentence.words])
        head, names = ("role", ROLES) if sentence.kind == "request" else ("part", PARTS)
        found = decode.stretches(network.head(head, states), labels.bio(names), network.follows(head))
        counted = counts.setdefault(f"{sentence.kind}: stretches", Counter())
        _count(counted, {(mark.name, mark.begin, mark.end) for mark in sentence.spans}, {(s.name, s.begin, s.end) for s in found})
        counted = counts.setdefault(f"{sentence.kind}: beginnings", Counter())
        _count(counted, {(mark.name, mark.begin) for mark in sentence.spans}, {(s.name, s.begin) for s in found})
        typed = {(mark.begin, *sorted(mark.types)) for mark in sentence.spans if mark.name in {"do", "new"}}
        read = {(s.begin, *sorted(_types(network, states, s))) for s in found if s.name in {"do", "new"}}
        _count(counts.setdefault(f"{sentence.kind}: types", Counter()), typed, read)
        if sentence.kind == "change":
            commands = decode.stretches(network.head("command", states), labels.bio(("cmd",)), network.follows("command"))
            ops = [OPS[int(network.pooled("op", states, s.begin, s.end).argmax())] for s in commands]
            _count(counts.setdefault("change: commands", Counter()), _numbered([c.name for c in sentence.commands]), _numbered(ops))
    return {what: round(2 * count["right"] / max(1, count["wanted"] + count["found"]), 3) for what, count in counts.items()}


def _types(network: Network, states: Floats, stretch: decode.Stretch) -> list[str]:
    scores = network.pooled("type", states, stretch.begin, stretch.end)
    return [TYPES[index] for index in range(len(TYPES)) if scores[index] > 0] or [TYPES[int(scores.argmax())]]


def _numbered(names: list[str]) -> set[tuple[str, int]]:
    return {(name, names[:index].count(name)) for index, name in enumerate(names)}


def _count(counted: Counter[str], wanted: set[tuple[str | int, ...]], found: set[tuple[str | int, ...]]) -> None:
    counted.update(right=len(wanted & found), wanted=len(wanted), found=len(found))


if __name__ == "__main__":
    for what, value in scores().items():
        print(f"{what:24} {value:.3f}")
