"""A turn's edits in words: one line per thing that changed, for the list under a reply."""

from typing import Literal

from parley.workflow.catalogue import Catalogue
from parley.workflow.edits import Edit
from parley.workflow.spec import Frozen, Workflow


class Change(Frozen):
    """One line. `title` is the node's label (or the workflow's name), `detail` what happened ("after Question arrives");
    `seqs` are the positions in the turn's edits that it stands for."""

    sign: Literal["added", "changed", "removed"]
    node_id: str | None
    title: str
    detail: str
    seqs: tuple[int, ...]


def describe(edits: list[Edit], before: Workflow, catalogue: Catalogue) -> list[Change]: ...
