"""MiniLM's layers with the trained adapters beside them, and the heads that read their states."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from parley.embedding import weights
from parley.embedding.minilm import DIMENSION, Floats, open_tokenizer
from parley.embedding.numpy_layers import LAYERS, Adapter, NumpyLayers
from parley.planner.builtin.tagger.words import Word

WEIGHTS = Path(__file__).parent / "weights.npz"
MOST_PIECES = 240  # of one window: attention over more would cost more than it sees
_BEGIN, _END, _UNKNOWN = 101, 102, 100  # [CLS], [SEP] (which also stands for a line break), [UNK]
_SENTENCE_ENDS = frozenset({".", "!", "?", "\n", ";"})
_OF_A_WORD = 6  # pieces: longer words are names and codes, whose rest says nothing
ADAPTED = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)


class Network:
    """Opened in 0.05 s. The weights of MiniLM are mapped from their file, and shared with whatever else maps it."""

    def __init__(self, folder: Path, trained: Path = WEIGHTS) -> None:
        tensors = weights.read_tensors(folder / "model.safetensors")
        with np.load(trained) as file:
            stored = {name: file[name].astype(np.float32) for name in file.files}
        layers = [f"encoder.layer.{layer}.{part}" for layer in range(LAYERS) for part in ADAPTED]
        adapters = {name: Adapter(stored[f"{name}.down"], stored[f"{name}.up"], stored[f"{name}.bias"]) for name in layers}
        self._layers = NumpyLayers(tensors, adapters)
        self._heads = {name: stored[name] for name in stored if name.startswith("head.")}
        self._tokenizer: Tokenizer = open_tokenizer(folder)

    def states(self, words: Sequence[Word]) -> Floats:
        """(words, 384): of each word the state of its first piece. Long messages are read window by window."""
        pieces = [pieces_of(word, self._tokenizer) for word in words]
        rows: list[Floats] = []
        for begin, end in windows(words, [len(ids) for ids in pieces]):
            first, ids = list[int](), [_BEGIN]
            for index in range(begin, end):
                first.append(len(ids))
                ids += pieces[index]
            ids.append(_END)
            ids_row = np.array([ids], np.int64)
            rows.append(self._layers(ids_row, np.ones_like(ids_row))[0][first])
        return np.concatenate(rows) if rows else np.zeros((0, DIMENSION), np.float32)

    def head(self, name: str, states: Floats) -> Floats:
        """A row of scores per row of `states`, or one row for one state."""
        return states @ self._heads[f"head.{name}.weight"].T + self._heads[f"head.{name}.bias"]

    def follows(self, name: str) -> Floats:
        """How well one tag of the head follows another, added to the scores along a sequence."""
        return self._heads[f"head.{name}.follows"]

    def pooled(self, name: str, states: Floats, begin: int, end: int) -> Floats:
        """A head over a stretch: its first word's state beside the mean of all."""
        return self.head(name, np.concatenate([states[begin], states[begin:end].mean(axis=0)]))


def pieces_of(word: Word, tokenizer: Tokenizer) -> list[int]:
    if word.said == "\n":
        return [_END]
    ids: list[int] = tokenizer.encode(word.said, add_special_tokens=False).ids
    return ids[:_OF_A_WORD] or [_UNKNOWN]


def windows(words: Sequence[Word], sizes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """From where to where each window reads (exclusive), given each word's number of pieces. It goes as far as MOST_PIECES (with the two
    around them) hold, but where a sentence ends in its second half, it ends there."""
    begin = 0
    while begin < len(words):
        end, held = begin, 2
        while end < len(words) and held + sizes[end] <= MOST_PIECES:
            held += sizes[end]
            end += 1
        if end < len(words):
            halfway = begin + (end - begin) // 2
            end = next((cut for cut in range(end, halfway, -1) if words[cut - 1].said in _SENTENCE_ENDS), end)
        yield begin, end
        begin = end
