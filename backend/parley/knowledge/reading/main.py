"""The reading process: takes a job per line, sends back pages, passages and vectors as they are made.

Started as `python -m parley.knowledge.reading.main MODELS_FOLDER MODEL MEMORY_BYTES`. It parses and embeds, so that neither native PDF
code nor the memory of embedding in bulk is ever part of the server.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path

from parley.embedding.base import Embedder
from parley.embedding.choose import BUILT_IN, open_embedder
from parley.embedding.graph_files import ensure_built
from parley.errors import ParleyError
from parley.knowledge.chunk import chunk
from parley.knowledge.parse import Extent, open_pages
from parley.knowledge.reading import limits
from parley.knowledge.reading.messages import Embedded, Finished, Job, Message, Opened, PageRead, Passage, Refused, pack

# Passages embedded together: a quarter of a second of work, so that progress and cancelling stay lively.
_BATCH = 16

_TOO_COMPLEX = "Reading this document takes more memory than is allowed. Split it and upload the parts."

Send = Callable[[Message, bytes], None]


def main() -> None:
    limits.die_with_parent()
    models, model, memory = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    # The frames' descriptor is kept apart: PDF libraries print their complaints to descriptor 1.
    frames = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    if model == BUILT_IN:
        ensure_built(models)
    limits.leave_network()
    limits.apply(memory)

    def send(message: Message, payload: bytes = b"") -> None:
        frames.write(pack(message, payload))
        frames.flush()

    reader = _Reader(models, model)
    for line in sys.stdin.buffer:
        job = Job.model_validate_json(line)
        limits.allow_cpu(job.cpu_seconds)
        try:
            reader.read(job, send)
        except ParleyError as error:
            send(Refused(error=error.code, message=error.message))
        except MemoryError:
            send(Refused(error="document_too_complex", message=_TOO_COMPLEX))
        limits.give_back_memory()


class _Reader:
    """Keeps the embedder and the tokenizer between jobs."""

    def __init__(self, models: Path, model: str) -> None:
        self._models = models
        self._model = model
        self._embedder: Embedder | None = None
        self._tokenizer = _open_tokenizer()

    def read(self, job: Job, send: Send) -> None:
        waiting: list[Passage] = []
        extent = Extent(job.most_pages, job.most_characters)
        with open_pages(Path(job.path), job.media, extent) as pages:
            limits.give_back_memory()
            send(Opened(pages=pages.count), b"")
            for number, page in enumerate(pages.texts, start=1):
                send(PageRead(number=number, text=page.text), b"")
                for span in chunk(page.text, self._tokenizer(page.text)):
                    waiting.append(Passage(page=number, start=span.start, end=span.end, text=page.text[span.start : span.end]))
                # The first page at once: it can be searched while the rest is still being read.
                if number == 1 or len(waiting) >= _BATCH:
                    self._embed(waiting, number, send)
                    waiting = []
        self._embed(waiting, pages.count, send)
        send(Finished(), b"")

    def _embed(self, passages: list[Passage], pages_done: int, send: Send) -> None:
        if self._embedder is None:
            self._embedder = open_embedder(self._model, self._models, threads=min(4, os.cpu_count() or 1))
        for begin in range(0, len(passages), _BATCH):
            batch = passages[begin : begin + _BATCH]
            vectors = self._embedder.encode([passage.text for passage in batch])
            done = pages_done if begin + _BATCH >= len(passages) else batch[-1].page - 1
            send(Embedded(passages=batch, dimension=self._embedder.dimension, pages_done=done), vectors.astype("<f4").tobytes())


def _open_tokenizer() -> Callable[[str], list[tuple[int, int]]]:
    from parley.embedding.minilm import open_tokenizer
    from parley.embedding.weights import model_folder

    tokenizer = open_tokenizer(model_folder())
    return lambda text: tokenizer.encode(text, add_special_tokens=False).offsets


if __name__ == "__main__":
    main()
