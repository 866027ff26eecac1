"""all-MiniLM-L6-v2: word pieces in, the mean of the last layer out; the layers themselves are computed by numpy or onnxruntime."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

NAME = "all-MiniLM-L6-v2"
DIMENSION = 384
MAX_TOKENS = 256  # with [CLS] and [SEP]; the model saw no longer texts in training

# Four texts at a time: attention over 256 tokens stays within the cache. Sixteen were half as fast and took 50 MB more.
BATCH = 4

Integers = NDArray[np.int64]
Floats = NDArray[np.float32]


class Layers(Protocol):
    """Token ids and mask, both (texts, length), to the last hidden state (texts, length, 384)."""

    def __call__(self, ids: Integers, mask: Integers) -> Floats: ...


class MiniLM:
    """An `Embedder`. One call at a time computes on all the threads that its layers were given."""

    def __init__(self, folder: Path, layers: Layers) -> None:
        self._layers = layers
        self._tokenizer = open_tokenizer(folder)

    @property
    def name(self) -> str:
        return NAME

    @property
    def dimension(self) -> int:
        return DIMENSION

    def encode(self, texts: Sequence[str]) -> Floats:
        """Texts of similar length share a batch, so that little is spent on padding."""
        by_length = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        vectors = np.empty((len(texts), DIMENSION), np.float32)
        for begin in range(0, len(texts), BATCH):
            chosen = by_length[begin : begin + BATCH]
            ids, mask = self._ids([texts[index] for index in chosen])
            weight = mask[..., None].astype(np.float32)
            mean = (self._layers(ids, mask) * weight).sum(axis=1) / weight.sum(axis=1)
            vectors[chosen] = mean / np.linalg.norm(mean, axis=1, keepdims=True)
        return vectors

    def _ids(self, texts: list[str]) -> tuple[Integers, Integers]:
        """Padded to the longest, and which of them count. A text that is too long is cut before its [SEP]."""
        rows: list[list[int]] = [encoding.ids for encoding in self._tokenizer.encode_batch(texts)]
        rows = [row if len(row) <= MAX_TOKENS else [*row[: MAX_TOKENS - 1], row[-1]] for row in rows]
        lengths = np.array([len(row) for row in rows])
        ids = np.zeros((len(rows), lengths.max()), np.int64)
        for index, row in enumerate(rows):
            ids[index, : len(row)] = row
        return ids, (np.arange(ids.shape[1]) < lengths[:, None]).astype(np.int64)


@cache
def open_tokenizer(folder: Path) -> Tokenizer:
    """The model's tokenizer, without limits, one for all: its file asks for padding to 128, and a tokenizer takes 10 MB."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer
