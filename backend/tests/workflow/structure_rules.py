"""What every stored workflow is, said independently of how edits are applied: the oracle of the property tests."""

from parley.workflow.catalogue import Catalogue
from parley.workflow.spec import Workflow


def assert_sound(workflow: Workflow, catalogue: Catalogue) -> None:
    nodes = {node.id: node for node in workflow.nodes}
    assert len(nodes) == len(workflow.nodes), "ids are unique"
    for node in workflow.nodes:
        assert node.type in catalogue
        if node.parent is not None:
            assert catalogue[nodes[node.parent].type].is_container
            assert not catalogue[node.type].is_trigger
            seen = {node.id}
            around = nodes[node.parent]
            while around.parent is not None:
                assert around.id not in seen, "no loop stands inside itself"
                seen.add(around.id)
                around = nodes[around.parent]
    assert len({edge.id for edge in workflow.edges}) == len(workflow.edges), "no edge twice"
    for edge in workflow.edges:
        source, target = nodes[edge.source], nodes[edge.target]
        assert source.parent == target.parent, "no edge crosses a loop's border"
        assert catalogue[source.type].runs
        assert catalogue[target.type].runs
        assert not catalogue[target.type].is_trigger
    left = set(nodes)
    while left:
        free = {node_id for node_id in left if not any(edge.target == node_id and edge.source in left for edge in workflow.edges)}
        assert free, "no circle"
        left -= free
