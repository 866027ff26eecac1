"""Builds, once, the onnx graph of MiniLM from the weights: `python -m parley.embedding.graph FOLDER`, in a process of its own.

The weights go into a file beside the graph, which onnxruntime maps instead of reading: two processes share one copy of them.
"""

import math
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import GraphProto, NodeProto, TensorProto, helper, numpy_helper

from parley.embedding import weights
from parley.embedding.graph_files import DATA_NAME, GRAPH_NAME, graph_folder
from parley.embedding.minilm import DIMENSION
from parley.embedding.numpy_layers import HEADS, LAYERS

_ALIGNMENT = 4096  # what can be mapped must begin at a page
_LARGE = 1024  # smaller tensors stay in the graph
_OPSET, _IR_VERSION = 20, 9


class _Builder:
    """Collects nodes and tensors; large tensors are written to `data` as they come."""

    def __init__(self, data: Path) -> None:
        self.nodes: list[NodeProto] = []
        self.tensors: list[TensorProto] = []
        self._data = data.open("wb")

    def close(self) -> None:
        self._data.close()

    def op(self, kind: str, *inputs: str, **attributes: Any) -> str:
        # Any: an operator's attributes are integers, floats or lists of them.
        name = f"t{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def constant(self, name: str, values: NDArray[np.float32] | NDArray[np.int64]) -> str:
        if values.nbytes < _LARGE:
            self.tensors.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
            return name
        self._data.write(b"\0" * (-self._data.tell() % _ALIGNMENT))
        tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=values.shape, data_location=TensorProto.EXTERNAL)
        place = {"location": DATA_NAME, "offset": str(self._data.tell()), "length": str(values.nbytes)}
        for key, value in place.items():
            tensor.external_data.add(key=key, value=value)
        self._data.write(np.ascontiguousarray(values).tobytes())
        self.tensors.append(tensor)
        return name

    def number(self, name: str, value: float) -> str:
        return self.constant(name, np.array(value, np.float32))

    def integers(self, name: str, *values: int) -> str:
        return self.constant(name, np.array(values, np.int64))


def build(folder: Path) -> None:
    """Write the graph into `folder`, whole or not at all: it is made beside it and moved there."""
    source = weights.model_folder() / "model.safetensors"
    weights.check(source)
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix="building-", dir=folder.parent))
    try:
        builder = _Builder(made / DATA_NAME)
        try:
            _describe(builder, weights.read_tensors(source))
        finally:
            builder.close()
        (made / GRAPH_NAME).write_bytes(_model(builder).SerializeToString())
        onnx.checker.check_model(str(made / GRAPH_NAME))  # pyright: ignore[reportUnknownMemberType]
        try:
            made.rename(folder)
        except OSError:  # another process was faster
            if not (folder / GRAPH_NAME).exists():
                raise
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _describe(b: _Builder, tensors: weights.Tensors) -> None:
    def linear(state: str, name: str) -> str:
        weight = b.constant(name + ".weight", tensors[name + ".weight"].T)
        return b.op("Add", b.op("MatMul", state, weight), b.constant(name + ".bias", tensors[name + ".bias"]))

    def normalise(state: str, name: str) -> str:
        scale, bias = (b.constant(f"{name}.{part}", tensors[f"{name}.{part}"]) for part in ("weight", "bias"))
        return b.op("LayerNormalization", state, scale, bias, axis=-1, epsilon=1e-12)

    def table(name: str) -> str:
        return b.constant(name, tensors[f"embeddings.{name}_embeddings.weight"])

    length = b.op("Slice", b.op("Shape", "ids"), b.integers("one_i", 1), b.integers("two_i", 2))
    words = b.op("Gather", table("word"), "ids")
    positions = b.op("Slice", table("position"), b.integers("zero_i", 0), length, b.integers("axis", 0))
    kind = b.constant("kind", tensors["embeddings.token_type_embeddings.weight"][0])
    state = normalise(b.op("Add", b.op("Add", words, positions), kind), "embeddings.LayerNorm")

    mask = b.op("Unsqueeze", b.op("Cast", "mask", to=TensorProto.FLOAT), b.integers("axes", 1, 2))
    bias = b.op("Mul", b.op("Sub", b.number("one", 1), mask), b.number("never", -1e9))
    split = b.integers("split", 0, 0, HEADS, DIMENSION // HEADS)
    join = b.integers("join", 0, 0, DIMENSION)
    scale = b.number("scale", 1 / math.sqrt(DIMENSION // HEADS))

    for number in range(LAYERS):
        prefix = f"encoder.layer.{number}."

        def heads(name: str, order: list[int], state: str = state, prefix: str = prefix) -> str:
            return b.op("Transpose", b.op("Reshape", linear(state, f"{prefix}attention.self.{name}"), split), perm=order)

        scores = b.op("Mul", b.op("MatMul", heads("query", [0, 2, 1, 3]), heads("key", [0, 2, 3, 1])), scale)
        attended = b.op("MatMul", b.op("Softmax", b.op("Add", scores, bias), axis=-1), heads("value", [0, 2, 1, 3]))
        context = b.op("Reshape", b.op("Transpose", attended, perm=[0, 2, 1, 3]), join)
        attention = linear(context, prefix + "attention.output.dense")
        state = normalise(b.op("Add", attention, state), prefix + "attention.output.LayerNorm")
        inner = b.op("Gelu", linear(state, prefix + "intermediate.dense"))
        state = normalise(b.op("Add", linear(inner, prefix + "output.dense"), state), prefix + "output.LayerNorm")
    b.nodes.append(helper.make_node("Identity", [state], ["hidden"]))


def _model(builder: _Builder) -> onnx.ModelProto:
    def integers(name: str) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "length"])

    hidden = helper.make_tensor_value_info("hidden", TensorProto.FLOAT, ["texts", "length", DIMENSION])
    graph: GraphProto = helper.make_graph(builder.nodes, "minilm", [integers("ids"), integers("mask")], [hidden], builder.tensors)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR_VERSION)


if __name__ == "__main__":
    build(graph_folder(Path(sys.argv[1])))
