"""Pages per second of taking in a 200-page PDF: `python -m benchmarks.ingest`.

Through the running server (upload, parse, embed, rows in SQLite, ready), beside what embedding alone costs by each of the two ways. The
floor is the embedding alone: everything else together should cost little. Memory is the proportional set size of the server and its reader.
"""

import os
import tempfile
import time
from pathlib import Path

from benchmarks.server import Served, machine, pss_mb, serving
from parley.embedding.choose import BUILT_IN, open_embedder
from parley.embedding.graph_files import ensure_built
from parley.embedding.minilm import open_tokenizer
from parley.embedding.weights import model_folder
from parley.knowledge.chunk import chunk
from tests.knowledge.handbook import page_lines
from tests.knowledge.make_pdf import handbook_pdf

PAGES, GOAL = 200, 6.9
_EMBEDDED_ALONE = 40  # pages
_IDLE_SECONDS = 11  # one more than the reader waits for work


def main() -> None:
    print(machine())
    print(f"A PDF of {PAGES} pages, about 450 words each. Goal: {GOAL} pages/s.\n")
    with serving() as served:
        searchable, seconds, parsed = _ingest(served)
        print(f"{'through the server':36} {PAGES / seconds:6.1f} pages/s   ({seconds:.1f} s)")
        print(f"{'first page searchable after':36} {searchable:6.2f} s         ({parsed} of {PAGES} pages parsed by then)")
        print(f"{'memory, server and reader':36} {pss_mb(served.pid):6.0f} MB")
        served.call("GET", "/api/collections/Handbook/search?q=leave")
        print(f"{'memory after a search as well':36} {pss_mb(served.pid):6.0f} MB")
        time.sleep(_IDLE_SECONDS)
        print(f"{'memory once the reader has ended':36} {pss_mb(served.pid):6.0f} MB")
    with tempfile.TemporaryDirectory() as folder:
        for name, built in (("numpy", False), ("onnxruntime", True)):
            if built and not ensure_built(Path(folder)):
                raise SystemExit("the graph could not be built")
            print(f"{f'embedding alone, {name}':36} {_embed_alone(Path(folder)):6.1f} pages/s")


def _ingest(served: Served) -> tuple[float, float, int]:
    """Seconds to the first searchable page and to ready; pages parsed at the first."""
    served.call("POST", "/api/collections", {"name": "Handbook"})
    begin = time.perf_counter()
    document_id = _upload(served, handbook_pdf(PAGES))
    searchable, parsed = 0.0, 0
    while True:
        view = served.call("GET", f"/api/documents/{document_id}")
        if not searchable and view["progress"]["embedded"]:
            searchable, parsed = time.perf_counter() - begin, view["progress"]["parsed"]
        if view["status"] == "ready":
            return searchable, time.perf_counter() - begin, parsed
        if view["status"] == "failed":
            raise SystemExit(view["error"]["message"])
        time.sleep(0.05)


def _upload(served: Served, content: bytes) -> str:
    body = b'--b\r\nContent-Disposition: form-data; name="file"; filename="Handbook.pdf"\r\n\r\n' + content + b"\r\n--b--\r\n"
    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    document_id: str = served.call("POST", "/api/collections/Handbook/documents", body, kind)["id"]
    return document_id


def _embed_alone(models: Path) -> float:
    tokenizer = open_tokenizer(model_folder())
    texts: list[str] = []
    for page in range(1, _EMBEDDED_ALONE + 1):
        text = "\n".join(page_lines(page))
        tokens = tokenizer.encode(text, add_special_tokens=False).offsets
        texts += [text[span.start : span.end] for span in chunk(text, tokens)]
    embedder = open_embedder(BUILT_IN, models, threads=min(4, os.cpu_count() or 1))
    embedder.encode(texts[:4])
    begin = time.perf_counter()
    embedder.encode(texts)
    return _EMBEDDED_ALONE / (time.perf_counter() - begin)


if __name__ == "__main__":
    main()
