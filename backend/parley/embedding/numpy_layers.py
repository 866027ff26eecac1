"""MiniLM's six layers in numpy: nothing to prepare and 50 MB, at two thirds of onnxruntime's speed for one text and a third for many.

For questions, with adapters for the planner, and for documents until the graph is built.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from parley.embedding.minilm import DIMENSION, Floats, Integers
from parley.embedding.weights import Tensors

LAYERS = 6
HEADS = 12
_HEAD_SIZE = DIMENSION // HEADS
_EPSILON = np.float32(1e-12)


@dataclass(frozen=True)
class Adapter:
    """What training added to a linear layer of `inputs` and `outputs` (LoRA, Hu et al. 2021): `down` (rank, inputs), `up` (outputs, rank),
    `bias` (outputs)."""

    down: Floats
    up: Floats
    bias: Floats


class NumpyLayers:
    """`adapters` by the name of their layer. They go beside the weights, which stay mapped from their file: added in, these would be
    copied, 43 MB."""

    def __init__(self, tensors: Tensors, adapters: Mapping[str, Adapter] | None = None) -> None:
        self._tensors = tensors
        self._adapters = adapters or {}

    def __call__(self, ids: Integers, mask: Integers) -> Floats:
        state = self._embed(ids)
        # Added to the attention of padding, so that it counts for nothing.
        bias = (1 - mask.astype(np.float32))[:, None, None, :] * np.float32(-1e9)
        for number in range(LAYERS):
            state = self._layer(f"encoder.layer.{number}.", state, bias)
        return state

    def _embed(self, ids: Integers) -> Floats:
        words = self._tensors["embeddings.word_embeddings.weight"][ids]
        positions = self._tensors["embeddings.position_embeddings.weight"][: ids.shape[1]]
        kind = self._tensors["embeddings.token_type_embeddings.weight"][0]
        return self._normalise("embeddings.LayerNorm", words + positions + kind)

    def _layer(self, prefix: str, state: Floats, bias: Floats) -> Floats:
        attended = self._linear(prefix + "attention.output.dense", self._attention(prefix, state, bias))
        state = self._normalise(prefix + "attention.output.LayerNorm", attended + state)
        inner = _gelu(self._linear(prefix + "intermediate.dense", state))
        return self._normalise(prefix + "output.LayerNorm", self._linear(prefix + "output.dense", inner) + state)

    def _attention(self, prefix: str, state: Floats, bias: Floats) -> Floats:
        texts, length, _ = state.shape

        def heads(name: str) -> Floats:
            projected = self._linear(f"{prefix}attention.self.{name}", state)
            return projected.reshape(texts, length, HEADS, _HEAD_SIZE).transpose(0, 2, 1, 3)

        scores = heads("query") @ heads("key").transpose(0, 1, 3, 2) * np.float32(1 / math.sqrt(_HEAD_SIZE)) + bias
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        scores /= scores.sum(axis=-1, keepdims=True)
        return (scores @ heads("value")).transpose(0, 2, 1, 3).reshape(texts, length, DIMENSION)

    def _linear(self, name: str, state: Floats) -> Floats:
        made: Floats = state @ self._tensors[name + ".weight"].T + self._tensors[name + ".bias"]
        if (adapter := self._adapters.get(name)) is not None:
            made += state @ adapter.down.T @ adapter.up.T + adapter.bias
        return made

    def _normalise(self, name: str, state: Floats) -> Floats:
        centred = state - state.mean(axis=-1, keepdims=True)
        deviation = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + _EPSILON)
        return centred / deviation * self._tensors[name + ".weight"] + self._tensors[name + ".bias"]


def _gelu(x: Floats) -> Floats:
    return x * np.float32(0.5) * (1 + _erf(x * np.float32(1 / math.sqrt(2))))


def _erf(x: Floats) -> Floats:
    """Abramowitz and Stegun, 7.1.26: off by at most 1.5e-7. numpy has no erf."""
    size: Floats = np.abs(x)
    t: Floats = np.float32(1) / (1 + np.float32(0.3275911) * size)
    series: Floats = np.full_like(t, 1.061405429)
    for coefficient in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        series = series * t + np.float32(coefficient)
    return np.sign(x) * (1 - series * t * np.exp(-size * size))
