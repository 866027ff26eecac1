"""A workflow laid out for execution: what follows what, what lies in which loop, and whose outputs a step may name."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import reduce
from typing import Literal

from parley.workflow.catalogue import Catalogue, TypeSpec
from parley.workflow.spec import Node, OnError, Workflow

Kind = Literal["trigger", "loop", "merge", "task"]


@dataclass(frozen=True)
class Place:
    """A node in the graph. `outs` are (branch, target), `sources` the nodes before it; `ins` counts edges, since two branches may lead
    to one node."""

    node: Node
    spec: TypeSpec | None  # None: the type is no longer there
    kind: Kind
    outs: tuple[tuple[str | None, str], ...]
    sources: tuple[str, ...]
    ins: int
    any: bool  # a merge that goes on with the first
    parent: str | None

    @property
    def on_error(self) -> OnError:
        return self.node.on_error or (self.spec.on_error if self.spec else "fail")


@dataclass(frozen=True)
class Body:
    """The nodes of one loop, or of the top level: all of them in topological order, those that nothing leads into, and how many edges
    lead into each."""

    nodes: tuple[str, ...]
    entries: tuple[str, ...]
    ins: dict[str, int]


@dataclass(frozen=True)
class Graph:
    places: dict[str, Place]
    bodies: dict[str | None, Body]
    order: tuple[str, ...]
    _bits: dict[str, int]
    _upstream: dict[str, int]
    # What the engine made of configs without templates, by node, as steps began: the same in every run of this graph.
    fixed: dict[str, object] = field(default_factory=dict[str, object])

    def upstream(self, node_id: str, name: str) -> bool:
        """Whether `name` comes before `node_id`, in its own body or in one around it."""
        bit = self._bits.get(name)
        return bit is not None and bool(self._upstream[node_id] & bit)

    def all_upstream(self, node_id: str) -> Iterator[str]:
        """The nodes before `node_id`, in topological order."""
        mask = self._upstream[node_id]
        return (name for name in self.order if mask & self._bits[name])

    def loops_around(self, node_id: str) -> Iterator[str]:
        """The loops a node lies in, innermost first."""
        parent = self.places[node_id].parent
        while parent is not None:
            yield parent
            parent = self.places[parent].parent

    @property
    def triggers(self) -> list[str]:
        return [name for name in self.bodies[None].nodes if self.places[name].kind == "trigger"]


def _kind(node: Node, spec: TypeSpec | None) -> Kind:
    if spec is None:
        return "task"
    if spec.is_trigger:
        return "trigger"
    if spec.is_container:
        return "loop"
    return "merge" if node.type == "merge" else "task"


def compile_graph(workflow: Workflow, catalogue: Catalogue) -> Graph:
    """Time and space linear in nodes and edges (upstream sets are bit masks). Nodes that never run, such as notes, are left out."""
    nodes = {node.id: node for node in workflow.nodes if (spec := catalogue.get(node.type)) is None or spec.runs}
    outs: dict[str, list[tuple[str | None, str]]] = {name: [] for name in nodes}
    sources: dict[str, list[str]] = {name: [] for name in nodes}
    for edge in workflow.edges:
        source, target = edge.source, edge.target
        if source in nodes and target in nodes:
            outs[source].append((edge.source_handle, target))
            sources[target].append(source)
    places = {
        name: Place(
            node=node,
            spec=(spec := catalogue.get(node.type)),
            kind=_kind(node, spec),
            outs=tuple(outs[name]),
            sources=tuple(dict.fromkeys(sources[name])),
            ins=len(sources[name]),
            any=node.type == "merge" and node.config.get("mode") == "any",
            parent=node.parent if node.parent in nodes else None,
        )
        for name, node in nodes.items()
    }
    order = _topological(places)
    bodies = _bodies(places, order)
    # Outer nodes first, so that a loop's own upstream is known before its body's.
    depth_first = list(_outer_first(bodies, None))
    bits = {name: 1 << index for index, name in enumerate(depth_first)}
    return Graph(places, bodies, tuple(depth_first), bits, _upstream(places, depth_first, bits))


def _topological(places: dict[str, Place]) -> list[str]:
    """Kahn's order; nodes on a cycle (which edits refuse) are left out and never become ready."""
    waiting = {name: place.ins for name, place in places.items()}
    ready = [name for name, count in waiting.items() if count == 0]
    for name in ready:
        for _, target in places[name].outs:
            waiting[target] -= 1
            if waiting[target] == 0:
                ready.append(target)
    return ready


def _bodies(places: dict[str, Place], order: list[str]) -> dict[str | None, Body]:
    members: dict[str | None, list[str]] = {None: []}
    for name, place in places.items():
        if place.kind == "loop":
            members.setdefault(name, [])
    for name in dict.fromkeys([*order, *places]):
        members.setdefault(places[name].parent, []).append(name)
    return {loop: _body(names, places) for loop, names in members.items()}


def _body(names: list[str], places: dict[str, Place]) -> Body:
    ins = {name: places[name].ins for name in names}
    return Body(tuple(names), tuple(name for name, count in ins.items() if count == 0), ins)


def _outer_first(bodies: dict[str | None, Body], loop: str | None) -> Iterator[str]:
    for name in bodies[loop].nodes:
        yield name
        if name in bodies:
            yield from _outer_first(bodies, name)


def _upstream(places: dict[str, Place], order: list[str], bits: dict[str, int]) -> dict[str, int]:
    masks: dict[str, int] = {}
    passed_on: dict[str, int] = {}
    for name in order:
        place = places[name]
        before = 0 if place.parent is None else masks[place.parent]
        # Those on a cycle come in any order: what is not known yet of a source counts as nothing.
        masks[name] = reduce(int.__or__, [passed_on.get(source, 0) for source in place.sources], before)
        passed_on[name] = masks[name] | bits[name]
    return masks
