"""From scores per word to stretches: the best sequence in which no stretch goes on that has not begun (Viterbi, 1967)."""

from dataclasses import dataclass

import numpy as np

from parley.embedding.minilm import Floats


@dataclass(frozen=True)
class Stretch:
    """Words `begin` to `end` (exclusive) under one name, and the mean probability of their tags."""

    name: str
    begin: int
    end: int
    sure: float


def stretches(scores: Floats, tags: tuple[str, ...], follows: Floats) -> list[Stretch]:
    """In order and apart. `scores` is (words, tags), the tags those of `labels.bio`; `follows[a, b]` is added where b is behind a."""
    if not len(scores):
        return []
    logs = log_softmax(scores)
    path = best(scores, tags, follows)
    chances = np.exp(logs)
    found: list[Stretch] = []
    begin = 0
    while begin < len(path):
        end = begin + 1
        if path[begin]:
            while end < len(path) and path[end] == path[begin] + 1 and tags[path[end]].startswith("I-"):
                end += 1
            sure = float(np.mean([chances[index, path[index]] for index in range(begin, end)]))
            found.append(Stretch(tags[path[begin]][2:], begin, end, sure))
        begin = end
    return found


def best(scores: Floats, tags: tuple[str, ...], follows: Floats) -> list[int]:
    """The column of each word's tag in the likeliest sequence; there is at least one word. Shapes as for `stretches`."""
    along = _barred(tags) + follows
    score = scores[0] + np.where([tag.startswith("I-") for tag in tags], -np.inf, 0)
    back: list[np.ndarray[tuple[int], np.dtype[np.intp]]] = []
    for row in scores[1:]:
        ways = score[:, None] + along
        came_from = ways.argmax(axis=0)
        back.append(came_from)
        score = ways[came_from, np.arange(len(tags))] + row
    path = [int(score.argmax())]
    for came_from in reversed(back):
        path.append(int(came_from[path[-1]]))
    return path[::-1]


def _barred(tags: tuple[str, ...]) -> Floats:
    """An inside tag follows its own beginning or itself: these stand side by side in `labels.bio`."""
    barred = np.zeros((len(tags), len(tags)), np.float32)
    for column, tag in enumerate(tags):
        if tag.startswith("I-"):
            barred[:, column] = -np.inf
            barred[column - 1 : column + 1, column] = 0
    return barred


def log_softmax(scores: Floats) -> Floats:
    shifted = scores - scores.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
