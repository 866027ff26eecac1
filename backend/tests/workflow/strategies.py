"""Random valid workflows and edits for property tests.

Edits are guesses that often do not fit; `valid_workflows` keeps those that `apply` accepts, so that every workflow drawn could have
been made by a person or a planner, nested loops and stale branches included.
"""

from hypothesis import strategies as st

from parley.nodes.registry import CATALOGUE
from parley.workflow.edits import (
    AddNode,
    Connect,
    Disconnect,
    Edit,
    EditRefused,
    NodeChange,
    PlaceNode,
    RemoveNode,
    Rename,
    UpdateNode,
    apply,
)
from parley.workflow.spec import EMPTY, Node, Retry, Workflow

NODE_IDS = ("a", "b", "c", "d", "e", "f", "g")
TYPES = ("manual_trigger", "chat_trigger", "condition", "switch", "loop", "loop", "llm", "email", "transform", "merge", "note")
HANDLES = (None, None, "true", "false", "x", "y", "default")

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from((0.0, 1.0, 0.5)) | st.sampled_from(("", "x", "{{ a.text }}")),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(("k", "l")), inner, max_size=2),
    max_leaves=4,
)
cases = st.lists(st.sampled_from(("x", "y", "z")), max_size=3, unique=True).map(
    lambda names: [{"name": n, "expression": "1"} for n in names]
)
configs = st.one_of(
    st.fixed_dictionaries({"cases": cases}),
    st.dictionaries(st.sampled_from(("prompt", "to", "expression", "items")), json_values, max_size=3),
)
node_ids = st.sampled_from(NODE_IDS)
parents = st.none() | node_ids
positions = st.none() | st.tuples(st.sampled_from((0.0, 120.5)), st.sampled_from((0.0, -40.0)))
retries = st.none() | st.builds(Retry, attempts=st.integers(1, 3))
nodes = st.builds(
    Node,
    id=node_ids,
    type=st.sampled_from(TYPES),
    label=st.sampled_from(("Ask", "Send", "For each")),
    config=configs,
    parent=parents,
    position=positions,
    retry=retries,
    timeout=st.none() | st.just(5.0),
    on_error=st.sampled_from((None, "fail", "continue")),
)
changes = st.fixed_dictionaries(
    {},
    optional={
        "label": st.sampled_from(("Ask", "Other")),
        "type": st.sampled_from(TYPES),
        "config": configs,
        "parent": parents,
        "retry": retries,
        "timeout": st.none() | st.just(9.0),
        "on_error": st.sampled_from((None, "fail", "continue")),
    },
).map(NodeChange.model_validate)

edits: st.SearchStrategy[Edit] = st.one_of(
    st.builds(AddNode, node=nodes),
    st.builds(AddNode, node=nodes),
    st.builds(Connect, source=node_ids, target=node_ids, source_handle=st.sampled_from(HANDLES)),
    st.builds(Connect, source=node_ids, target=node_ids, source_handle=st.sampled_from(HANDLES)),
    st.builds(Disconnect, source=node_ids, target=node_ids, source_handle=st.sampled_from(HANDLES)),
    st.builds(UpdateNode, id=node_ids, set=changes, unset=st.lists(st.sampled_from(("prompt", "cases")), max_size=2).map(tuple)),
    st.builds(RemoveNode, id=node_ids, bridge=st.booleans()),
    st.builds(PlaceNode, id=node_ids, position=positions),
    st.builds(Rename, name=st.sampled_from(("", "Flow"))),
)


def applied(guesses: list[Edit], workflow: Workflow = EMPTY) -> tuple[Workflow, list[Edit]]:
    """The workflow after those of the guesses that fit, and which those were."""
    done: list[Edit] = []
    for edit in guesses:
        try:
            workflow = apply(edit, workflow, CATALOGUE)
        except EditRefused:
            continue
        done.append(edit)
    return workflow, done


valid_workflows: st.SearchStrategy[Workflow] = st.lists(edits, max_size=40).map(lambda guesses: applied(guesses)[0])
