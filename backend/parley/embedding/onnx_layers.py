"""MiniLM's six layers by onnxruntime, on the graph that `parley.embedding.graph` built."""

from pathlib import Path
from typing import Any, cast

import onnxruntime

from parley.embedding.graph_files import GRAPH_NAME
from parley.embedding.minilm import Floats, Integers


class OnnxLayers:
    """With `threads` threads of its own. Weights stay mapped from their file: repacking them would copy 42 MB for 5 % of speed."""

    def __init__(self, folder: Path, *, threads: int) -> None:
        options: Any = cast(Any, onnxruntime).SessionOptions()  # the package has no types
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # an arena keeps the largest batch's memory for good
        options.enable_mem_pattern = False
        options.log_severity_level = 3  # errors only
        options.add_session_config_entry("session.disable_prepacking", "1")
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # spinning threads would starve the server
        self._session: Any = onnxruntime.InferenceSession(str(folder / GRAPH_NAME), options, providers=["CPUExecutionProvider"])

    def __call__(self, ids: Integers, mask: Integers) -> Floats:
        return cast(Floats, self._session.run(["hidden"], {"ids": ids, "mask": mask})[0])
