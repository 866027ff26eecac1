"""Random valid workflows and edits for property tests.

`edits` are guesses that often do not fit. `valid_workflows` are built by edits that do, then changed by guesses that happen to, so that
every one of them could have been made by a person or a planner, nested loops and stale branches included.
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


@st.composite
def valid_workflows(draw: st.DrawFn) -> Workflow:
    workflow = EMPTY
    for node_id in draw(st.permutations(NODE_IDS))[: draw(st.integers(0, len(NODE_IDS)))]:
        loops = [node.id for node in workflow.nodes if node.type == "loop"]
        node = draw(nodes).model_copy(update={"id": node_id, "parent": draw(st.sampled_from([None, *loops, *loops]))})
        if draw(st.integers(0, 2)) == 0:
            node = node.model_copy(update={"type": draw(st.sampled_from(("loop", "switch")))})
        workflow, _ = applied([AddNode(node=node)], workflow)
    for source in workflow.nodes:
        branches = CATALOGUE[source.type].branches(source.config) or (None,)
        for target in workflow.nodes:
            if target.parent == source.parent and draw(st.booleans()):
                handle = draw(st.sampled_from(branches))
                workflow, _ = applied([Connect(source=source.id, target=target.id, source_handle=handle)], workflow)
    if draw(st.booleans()):
        workflow, _ = applied([UpdateNode(id=node.id, unset=("cases",)) for node in workflow.nodes], workflow)
    return applied(draw(st.lists(edits, max_size=4)), workflow)[0]
