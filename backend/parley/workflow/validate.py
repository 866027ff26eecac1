"""What stands in the way of running a workflow: issues, each tied to a node, an edge or a field."""

from dataclasses import dataclass
from typing import Literal

from parley.workflow.catalogue import Catalogue
from parley.workflow.spec import Frozen, Workflow


class Issue(Frozen):
    """`error`: cannot run. `missing`: a field to fill in. `warning`: runs, but surely not as meant."""

    level: Literal["error", "missing", "warning"]
    code: str
    message: str
    node_id: str | None
    edge_id: str | None
    field: str | None


@dataclass(frozen=True)
class Surroundings:
    """The names that exist around the workflow; None means unknown, and is not checked."""

    collections: frozenset[str] | None = None
    connections: frozenset[str] | None = None
    secrets: frozenset[str] | None = frozenset()


def validate(workflow: Workflow, catalogue: Catalogue, surroundings: Surroundings) -> list[Issue]: ...
