"""Where MiniLM's onnx graph is kept, and making it in a process of its own when it is not there yet."""

import subprocess
import sys
from pathlib import Path

GRAPH_NAME = "graph.onnx"
DATA_NAME = "weights.bin"

_VERSION = 1  # raise it when the graph changes, so that an old one is not used
_BUILD_SECONDS = 120


def graph_folder(models: Path) -> Path:
    return models / f"all-minilm-l6-v2-{_VERSION}"


def is_built(models: Path) -> bool:
    return (graph_folder(models) / GRAPH_NAME).exists()


def ensure_built(models: Path) -> bool:
    """Whether the graph is there now. Building takes about 2 s once and needs the package onnx; it blocks."""
    if not is_built(models):
        command = [sys.executable, "-m", "parley.embedding.graph", str(models)]
        subprocess.run(command, timeout=_BUILD_SECONDS, check=False, stdin=subprocess.DEVNULL, capture_output=True)  # noqa: S603
    return is_built(models)
