"""The edits that lead from one workflow to another: `apply(diff(a, b), a) == b`."""

from parley.workflow.catalogue import Catalogue
from parley.workflow.edits import Edit
from parley.workflow.spec import Workflow


def diff(before: Workflow, after: Workflow, catalogue: Catalogue) -> list[Edit]: ...
