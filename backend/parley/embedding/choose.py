"""Which embedder a process uses: opened at first use, so that a server that never searches never pays for one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from parley.embedding.base import Embedder

if TYPE_CHECKING:
    from parley.embedding.base import Vectors

BUILT_IN = "all-MiniLM-L6-v2"


def open_embedder(model: str, models: Path | None = None, *, threads: int = 1) -> Embedder:
    """The built-in model by onnxruntime if its graph lies in `models`, by numpy otherwise; any other name by sentence-transformers.

    Without `models` always by numpy: a question then takes 1 to 3 ms more, and a process that has the planner in it 60 MB less, since both
    map the same weights.

    Raises `WeightsMissing`, `WeightsChanged` or `EmbedderUnavailable`. Blocks for about 0.3 s.
    """
    if model != BUILT_IN:
        from parley.embedding.sentence import SentenceModel

        return SentenceModel(model)

    from parley.embedding import graph_files, weights
    from parley.embedding.minilm import MiniLM

    folder = weights.model_folder()
    if models is not None and graph_files.is_built(models):
        from parley.embedding.onnx_layers import OnnxLayers

        return MiniLM(folder, OnnxLayers(graph_files.graph_folder(models), threads=threads))

    from parley.embedding.numpy_layers import NumpyLayers

    weights.check(folder / "model.safetensors")
    return MiniLM(folder, NumpyLayers(weights.read_tensors(folder / "model.safetensors")))


class LazyEmbedder:
    """An `Embedder` that is opened by the first text. One call computes at a time: each uses all its threads anyway."""

    def __init__(self, name: str, open_: Callable[[], Embedder]) -> None:
        self._name = name
        self._open = open_
        self._lock = threading.Lock()
        self._embedder: Embedder | None = None

    @property
    def name(self) -> str:
        return self._name

    @property
    def dimension(self) -> int:
        with self._lock:
            return self._opened().dimension

    def encode(self, texts: Sequence[str]) -> Vectors:
        with self._lock:
            return self._opened().encode(texts)

    def _opened(self) -> Embedder:
        if self._embedder is None:
            self._embedder = self._open()
        return self._embedder
