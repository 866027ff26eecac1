"""Workflows made ready to be executed, kept by their stored text: a workflow that runs often is read and laid out once."""

from collections import OrderedDict

from parley.engine.graph import Graph, compile_graph
from parley.workflow.catalogue import Catalogue
from parley.workflow.spec import Workflow

MOST_CHARS = 4_000_000  # of texts kept; their graphs take about three times that


class Plans:
    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._graphs: OrderedDict[str, Graph] = OrderedDict()
        self._chars = 0

    def graph(self, text: str) -> Graph:
        """Raises ValueError where the text is no workflow."""
        found = self._graphs.get(text)
        if found is not None:
            self._graphs.move_to_end(text)
            return found
        graph = compile_graph(Workflow.model_validate_json(text), self._catalogue)
        self._graphs[text] = graph
        self._chars += len(text)
        while self._chars > MOST_CHARS:
            dropped, _ = self._graphs.popitem(last=False)
            self._chars -= len(dropped)
        return graph
