"""The embedding model's graph for tests: built once per session, then linked wherever a test keeps its data."""

import atexit
import os
import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from parley.embedding.graph_files import ensure_built


@cache
def built_models() -> Path:
    folder = Path(mkdtemp(prefix="parley-models-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    assert ensure_built(folder), "the embedding graph could not be built"
    return folder


def link_models(data_dir: Path) -> None:
    """Gives `data_dir` the built graph without copying its 90 MB."""
    shutil.copytree(built_models(), data_dir / "models", copy_function=_link)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
