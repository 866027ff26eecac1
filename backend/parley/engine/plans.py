"""Workflows made ready to be executed, kept by the digest of their text: a workflow that runs often is read and laid out once."""

from collections import OrderedDict

from parley.engine.graph import Graph, compile_graph
from parley.workflow.catalogue import Catalogue
from parley.workflow.spec import Workflow

MOST_CHARS = 4_000_000  # of texts whose graphs are kept; those take about three times that


class Plans:
    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._graphs: OrderedDict[str, tuple[Graph, int]] = OrderedDict()
        self._chars = 0

    def known(self, digest: str | None) -> Graph | None:
        found = self._graphs.get(digest) if digest is not None else None
        if found is None or digest is None:
            return None
        self._graphs.move_to_end(digest)
        return found[0]

    def graph(self, digest: str, text: str) -> Graph:
        """Raises ValueError where the text is no workflow."""
        graph = compile_graph(Workflow.model_validate_json(text), self._catalogue)
        self._graphs[digest] = graph, len(text)
        self._chars += len(text)
        while self._chars > MOST_CHARS:
            _, (_, chars) = self._graphs.popitem(last=False)
            self._chars -= chars
        return graph
