"""What is where in a workflow: siblings, insides, what leads to what. Questions about structure, answered without judging."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from parley.workflow.spec import Edge, Node, Workflow


def next_steps(edges: Iterable[Edge]) -> dict[str, list[str]]:
    """For each node id, the ids its edges lead to."""
    following: defaultdict[str, list[str]] = defaultdict(list)
    for edge in edges:
        following[edge.source].append(edge.target)
    return following


def leads_to(workflow: Workflow, source: str, target: str) -> bool:
    """Whether following the edges from `source` reaches `target` (a node reaches itself)."""
    following = next_steps(workflow.edges)
    seen = {source}
    waiting = [source]
    while waiting:
        current = waiting.pop()
        if current == target:
            return True
        for node_id in following.get(current, ()):
            if node_id not in seen:
                seen.add(node_id)
                waiting.append(node_id)
    return False


def ancestors(workflow: Workflow, node: Node) -> Iterator[Node]:
    """The loops around a node, innermost first."""
    if node.parent is None:
        return
    by_id = {other.id: other for other in workflow.nodes}
    parent = by_id.get(node.parent)
    while parent is not None:
        yield parent
        parent = by_id.get(parent.parent or "")


def inside(workflow: Workflow, node_id: str) -> set[str]:
    """The ids of everything inside a loop, at any depth, without the loop itself."""
    children: defaultdict[str, list[str]] = defaultdict(list)
    for node in workflow.nodes:
        if node.parent is not None:
            children[node.parent].append(node.id)
    found: set[str] = set()
    waiting = [node_id]
    while waiting:
        for child in children.get(waiting.pop(), ()):
            if child not in found:
                found.add(child)
                waiting.append(child)
    return found


def outer_first(workflow: Workflow) -> list[Node]:
    """All nodes, each after the loop it stands in; otherwise in the workflow's order."""
    by_id = {node.id: node for node in workflow.nodes}
    placed: set[str] = set()
    ordered: list[Node] = []
    for node in workflow.nodes:
        chain: list[Node] = []
        current: Node | None = node
        while current is not None and current.id not in placed:
            chain.append(current)
            placed.add(current.id)
            current = by_id.get(current.parent or "")
        ordered.extend(reversed(chain))
    return ordered


def topological(workflow: Workflow) -> list[str]:
    """All node ids, sources first; ties in the workflow's order. Edges join siblings only, so loops' insides sort among themselves."""
    following = next_steps(workflow.edges)
    waiting_for = {node.id: 0 for node in workflow.nodes}
    for edge in workflow.edges:
        waiting_for[edge.target] += 1
    ready = [node.id for node in workflow.nodes if waiting_for[node.id] == 0]
    ordered: list[str] = []
    for node_id in ready:  # grows while it is read
        ordered.append(node_id)
        for target in following.get(node_id, ()):
            waiting_for[target] -= 1
            if waiting_for[target] == 0:
                ready.append(target)
    return ordered


def upstream(workflow: Workflow) -> dict[str, set[str]]:
    """For each node, the ids of all nodes that run before it: along its edges, and before the loops around it."""
    into: defaultdict[str, list[str]] = defaultdict(list)
    for edge in workflow.edges:
        into[edge.target].append(edge.source)
    along_edges: dict[str, set[str]] = {}
    for node_id in topological(workflow):
        before: set[str] = set()
        for source in into[node_id]:
            before.add(source)
            before |= along_edges[source]
        along_edges[node_id] = before
    result: dict[str, set[str]] = {}
    for node in outer_first(workflow):
        around = result[node.parent] if node.parent in result else set[str]()
        result[node.id] = along_edges[node.id] | around
    return result
