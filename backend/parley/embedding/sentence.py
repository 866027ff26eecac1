"""Any other model through the optional package sentence-transformers, from this machine only: nothing is downloaded at run time."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from parley.errors import ParleyError


class EmbedderUnavailable(ParleyError):
    """The embedding model that was set cannot be used here."""

    status = 503


class SentenceModel:
    """`model` is a folder or the name of a model that is already in the local cache."""

    def __init__(self, model: str) -> None:
        try:
            from sentence_transformers import SentenceTransformer  # pyright: ignore[reportMissingImports, reportUnknownVariableType]
        except ImportError:
            raise EmbedderUnavailable(
                f"The embedding model {model!r} needs sentence-transformers. Install the extra `sentence-transformers`, "
                "or leave PARLEY_EMBEDDING_MODEL empty to use the built-in model."
            ) from None
        try:
            self._model = SentenceTransformer(model, device="cpu", local_files_only=True)  # pyright: ignore[reportUnknownMemberType]
        except (OSError, ValueError) as error:
            raise EmbedderUnavailable(
                f"The embedding model {model!r} is not on this machine. Download it first and give its folder in PARLEY_EMBEDDING_MODEL."
            ) from error
        self._name = model

    @property
    def name(self) -> str:
        return self._name

    @property
    def dimension(self) -> int:
        return int(self._model.get_sentence_embedding_dimension() or 0)  # pyright: ignore[reportUnknownArgumentType, reportUnknownMemberType]

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = self._model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        return np.asarray(vectors, np.float32)
