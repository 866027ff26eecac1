"""What an issue is, and what the world around a workflow has to offer when its issues are looked for."""

from dataclasses import dataclass
from typing import Literal

from parley.workflow.spec import Frozen


class Issue(Frozen):
    """`error`: cannot run. `missing`: a field to fill in. `warning`: runs, but surely not as meant.

    `message` is one short sentence that is shown on the diagram. `field` is a path in the config: "to", "cases.0.expression".
    """

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


def quoted(text: str) -> str:
    return f"“{text if len(text) <= 60 else text[:59] + '…'}”"


def counted_names(names: list[str]) -> str:
    """ "Handbook", "Handbook and Policies", "A, B, C and 4 more"."""
    shown = names if len(names) <= 4 else [*names[:3], f"{len(names) - 3} more"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
