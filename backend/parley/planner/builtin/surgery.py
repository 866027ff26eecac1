"""Changes to a diagram that is there: put parts in, take nodes out, wrap one in a loop; the references of what stays are mended."""

import re
from collections.abc import Sequence

from pydantic import JsonValue

from parley.planner.builtin import build, references
from parley.planner.builtin.build import Draft, Tail
from parley.planner.builtin.plan import Part, Step
from parley.workflow import structure
from parley.workflow.edits import NodeChange, UpdateNode
from parley.workflow.spec import Edge, Node, Workflow


def insert_before(parts: Sequence[Part], target: Node, draft: Draft) -> None:
    """Between the target and everything that leads to it."""
    old = at_hand(draft)
    arriving = draft.workflow.edges_into(target.id)
    tails: list[Tail] = [(edge.source, edge.source_handle) for edge in arriving]
    ends = build.grow(parts, draft, list(tails), target.parent)
    _join(ends, [target.id], arriving, draft)
    mend(draft, old)


def insert_after(parts: Sequence[Part], target: Node, draft: Draft, handle: str | None = None) -> None:
    """Between the target and everything it leads to (by `handle`, or by its only or first way out)."""
    old = at_hand(draft)
    ways = draft.branches(target.id)
    way = handle or ("approved" if target.type == "approval" else ways[0] if ways else None)
    leaving = [edge for edge in draft.workflow.edges_from(target.id) if edge.source_handle == way]
    ends = build.grow(parts, draft, [(target.id, way)], target.parent)
    _join(ends, [edge.target for edge in leaving], leaving, draft)
    mend(draft, old)


def insert_on(parts: Sequence[Part], edges: Sequence[Edge], draft: Draft) -> None:
    """On the arrows themselves: other ways into their targets stay as they are."""
    old = at_hand(draft)
    first = draft.workflow.node(edges[0].source)
    tails: list[Tail] = [(edge.source, edge.source_handle) for edge in edges]
    ends = build.grow(parts, draft, tails, first.parent if first else None)
    _join(ends, list(dict.fromkeys(edge.target for edge in edges)), edges, draft)
    mend(draft, old)


def append(parts: Sequence[Part], tails: Sequence[Tail], draft: Draft, parent: str | None = None) -> list[Tail]:
    old = at_hand(draft)
    ends = build.grow(parts, draft, list(tails), parent)
    mend(draft, old)
    return ends


def beside(parts: Sequence[Part], node: Node, draft: Draft) -> None:
    """From what leads to the node to what it leads to, without waiting for it."""
    old = at_hand(draft)
    arriving: list[Tail] = [(edge.source, edge.source_handle) for edge in draft.workflow.edges_into(node.id)]
    ends = build.grow(parts, draft, arriving, node.parent)
    for edge in draft.workflow.edges_from(node.id):
        draft.connect(ends, edge.target)
    mend(draft, old)


def _join(ends: Sequence[Tail], targets: Sequence[str], replaced: Sequence[Edge], draft: Draft) -> None:
    """New edges first, old ones after them: no prefix leaves a step hanging."""
    for target in targets:
        draft.connect(ends, target)
    kept = {(source, handle) for source, handle in ends}
    for edge in replaced:
        if (edge.source, edge.source_handle) not in kept:
            draft.disconnect(edge.source, edge.target, edge.source_handle)


def remove(nodes: Sequence[Node], draft: Draft) -> list[Node]:
    """Takes the nodes out, joins what they stood between, and takes out decisions and loops that lead nowhere now; those that did before
    are left alone. All that went."""
    hollow = {node.id for node in draft.workflow.nodes if not draft.workflow.edges_from(node.id)}
    gone: list[Node] = []
    for node in nodes:
        if draft.workflow.node(node.id) is None:
            continue
        gone += _take_out(node, draft)
    while empty := [
        node for node in draft.workflow.nodes if _pointless(node, draft.workflow, gone) and (node.type == "loop" or node.id not in hollow)
    ]:
        gone += _take_out(empty[0], draft)
    return gone


def _take_out(node: Node, draft: Draft) -> list[Node]:
    old = at_hand(draft)
    before = {other.id: other for other in draft.workflow.nodes}
    if draft.catalogue[node.type].is_trigger:
        return []
    draft.remove(node.id, bridge=bool(draft.workflow.edges_from(node.id)))
    forget(node, draft)
    mend(draft, old)
    return [other for node_id, other in before.items() if draft.workflow.node(node_id) is None]


def _pointless(node: Node, workflow: Workflow, gone: Sequence[Node]) -> bool:
    if not gone:
        return False
    if node.type in {"condition", "switch"}:
        return not workflow.edges_from(node.id)
    return node.type == "loop" and not workflow.body(node.id) and any(old.parent == node.id for old in gone)


def forget(removed: Node, draft: Draft) -> None:
    """Mends what spoke of a node that it no longer sees: it now takes what stood before it, or the paragraph about it goes."""
    upstream = structure.upstream(draft.workflow)
    for node in draft.workflow.nodes:
        if not references.mentions(node.config, removed.id) or removed.id in upstream[node.id]:
            continue
        context = draft.context([(edge.source, None) for edge in draft.workflow.edges_into(node.id)], node.parent)
        at_hand = references.content(context)
        sections = node.type in {"llm", "agent"} and any(reference in str(node.config) for _, reference in at_hand)
        instead = at_hand[0][1] if len(at_hand) == 1 and not sections else None
        mended = references.without(node, removed.id, instead)
        changed = {key: value for key, value in mended.items() if value != node.config.get(key)}
        if changed:
            draft.configure(node.id, changed)


def replace(old: Node, step: Step, draft: Draft) -> str:
    """A new node in the place of an old one; whatever spoke of the old one speaks of the new one."""
    arriving = draft.workflow.edges_into(old.id)
    leaving = draft.workflow.edges_from(old.id)
    tails: list[Tail] = [(edge.source, edge.source_handle) for edge in arriving]
    before = at_hand(draft)
    if draft.catalogue[step.type].is_trigger:
        tails = []
    added = draft.add(step, tails, old.parent)
    ways = draft.branches(added)
    for edge in leaving:
        handle = edge.source_handle if edge.source_handle in ways else ways[0] if ways else None
        draft.connect([(added, handle)], edge.target)
    new = draft.workflow.node(added)
    if new is not None:
        _repoint(old, new, draft)
    draft.remove(old.id)
    forget(old, draft)
    mend(draft, before)
    return added


def _repoint(old: Node, new: Node, draft: Draft) -> None:
    was, becomes = references.expression_of(old), references.expression_of(new)
    if was is None or becomes is None:
        return
    for node in draft.workflow.nodes:
        if node.id in {old.id, new.id} or not references.mentions(node.config, old.id):
            continue
        changed: dict[str, JsonValue] = {}
        for key, value in node.config.items():
            if isinstance(value, str) and was in value:
                named = value.replace(
                    f"{references.section_name(old)}:\n{{{{ {was} }}}}", f"{references.section_name(new)}:\n{{{{ {becomes} }}}}"
                )
                changed[key] = named.replace(was, becomes)
        if changed:
            draft.configure(node.id, changed)


def wrap(targets: Sequence[Node], loop_step: Step, draft: Draft) -> str:
    """Puts steps that follow each other into a loop that takes their place in the flow; of others, only those that follow the first."""
    old = at_hand(draft)
    chain = [targets[0]]
    for node in targets[1:]:
        plain = not draft.branches(chain[-1].id) and len(draft.workflow.edges_from(chain[-1].id)) == 1
        if plain and [edge.source for edge in draft.workflow.edges_into(node.id)] == [chain[-1].id] and node.parent == chain[0].parent:
            chain.append(node)
    ids = {node.id for node in chain}
    inner = [edge for edge in draft.workflow.edges if edge.source in ids and edge.target in ids]
    arriving = draft.workflow.edges_into(chain[0].id)
    leaving = draft.workflow.edges_from(chain[-1].id)
    loop = draft.add(loop_step, [(edge.source, edge.source_handle) for edge in arriving], chain[0].parent)
    for edge in leaving:
        draft.connect([(loop, None)], edge.target)
    for edge in [*arriving, *leaving, *inner]:
        draft.disconnect(edge.source, edge.target, edge.source_handle)
    for node in chain:
        draft.do(UpdateNode(id=node.id, set=NodeChange(parent=loop)))
    for edge in inner:
        draft.connect([(edge.source, edge.source_handle)], edge.target)
    mend(draft, old)
    for node in draft.workflow.nodes:
        if node.id not in ids and node.id != loop:
            _speak_of_loop(node, ids, loop, draft)
    return loop


def _speak_of_loop(node: Node, inside: set[str], loop: str, draft: Draft) -> None:
    """Whoever spoke of a step that now runs in a loop speaks of what the loop gave."""
    spoken = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(inside)))})\b(?:\.\w+)?")
    changed: dict[str, JsonValue] = {
        key: spoken.sub(f"{loop}.results", value)
        for key, value in node.config.items()
        if isinstance(value, str) and any(references.mentions({key: value}, node_id) for node_id in inside)
    }
    if changed:
        draft.configure(node.id, changed)


def unwrap(loop: Node, draft: Draft) -> None:
    """Takes a loop away and leaves its steps in its place; what they did with an item they now do with the whole list."""
    old = at_hand(draft)
    body = draft.workflow.body(loop.id)
    ids = {node.id for node in body}
    inner = [edge for edge in draft.workflow.edges if edge.source in ids and edge.target in ids]
    arriving, leaving = draft.workflow.edges_into(loop.id), draft.workflow.edges_from(loop.id)
    firsts = [node.id for node in body if not any(edge.target == node.id for edge in inner)]
    lasts = [node.id for node in body if not any(edge.source == node.id for edge in inner)]
    items = str(loop.config.get("items", "")).strip().removeprefix("{{").removesuffix("}}").strip()
    for edge in inner:
        draft.disconnect(edge.source, edge.target, edge.source_handle)
    for node in body:
        draft.do(UpdateNode(id=node.id, set=NodeChange(parent=loop.parent)))
    for edge in inner:
        draft.connect([(edge.source, edge.source_handle)], edge.target)
    for first in firsts:
        draft.connect([(edge.source, edge.source_handle) for edge in arriving], first)
    for edge in leaving:
        draft.connect([(last, None) for last in lasts], edge.target)
    for node in draft.workflow.nodes:
        if node.id in ids:
            plain = references.without(node, "item", None)
            changed = {key: _of_list(value, items) if items else plain[key] for key, value in node.config.items()}
            draft.configure(node.id, {key: value for key, value in changed.items() if value != node.config[key]})
    draft.remove(loop.id)
    forget(loop, draft)
    mend(draft, old)


def take_outside(node: Node, loop: Node, draft: Draft) -> bool:
    """Moves the last step of a loop's body behind the loop."""
    if draft.workflow.edges_from(node.id):
        return False
    old = at_hand(draft)
    leaving = draft.workflow.edges_from(loop.id)
    for edge in [*draft.workflow.edges_into(node.id), *leaving]:
        draft.disconnect(edge.source, edge.target, edge.source_handle)
    draft.do(UpdateNode(id=node.id, set=NodeChange(parent=loop.parent)))
    draft.connect([(loop.id, None)], node.id)
    for edge in leaving:
        draft.connect([(node.id, None)], edge.target)
    mend(draft, old)
    return True


def divide(choice: Part, there: Node, other: Node, tails: Sequence[Tail], draft: Draft) -> None:
    """A condition behind `tails` that leads to one step where it holds and to the other where it does not."""
    old = at_hand(draft)
    led = [edge for node in (there, other) for edge in draft.workflow.edges_into(node.id)]
    ends = build.grow([choice], draft, list(tails), there.parent)
    condition = ends[0][0]
    for edge in led:
        draft.disconnect(edge.source, edge.target, edge.source_handle)
    draft.connect([(condition, "true")], there.id)
    draft.connect([(condition, "false")], other.id)
    mend(draft, old)


def _of_list(value: JsonValue, items: str) -> JsonValue:
    if isinstance(value, str):
        return re.sub(r"(\{\{\s*)item\b", lambda match: match[1] + items, value)
    if isinstance(value, dict):
        return {key: _of_list(entry, items) for key, entry in value.items()}
    return value


def dissolve(decision: Node, draft: Draft) -> None:
    """Takes a decision away and leads to what it led to, on every way."""
    old = at_hand(draft)
    tails: list[Tail] = [(edge.source, edge.source_handle) for edge in draft.workflow.edges_into(decision.id)]
    for edge in draft.workflow.edges_from(decision.id):
        draft.connect(tails, edge.target)
    draft.remove(decision.id)
    forget(decision, draft)
    mend(draft, old)


def at_hand(draft: Draft) -> dict[str, tuple[str, list[tuple[str, str]]]]:
    """For every node what it could take from the steps before it, as a text and as references."""
    found: dict[str, tuple[str, list[tuple[str, str]]]] = {}
    for node in draft.workflow.nodes:
        context = draft.context([(edge.source, None) for edge in draft.workflow.edges_into(node.id)], node.parent)
        found[node.id] = (references.template(context), references.content(context))
    return found


def mend(draft: Draft, old: dict[str, tuple[str, list[tuple[str, str]]]]) -> None:
    """Nodes that took everything at hand go on doing so: a text shortened before the mail is what the mail now sends."""
    for node_id in structure.topological(draft.workflow):
        node = draft.workflow.node(node_id)
        if node is None or node_id not in old:
            continue
        context = draft.context([(edge.source, None) for edge in draft.workflow.edges_into(node_id)], node.parent)
        text, now = references.template(context), references.content(context)
        old_text, before = old[node_id]
        if text == old_text or not text:
            continue
        changed: dict[str, JsonValue] = {key: _renewed(value, old_text, text) for key, value in node.config.items()}
        changed = {key: value for key, value in changed.items() if value != node.config[key]}
        if not changed and node.type in {"llm", "agent"}:
            key = "prompt" if node.type == "llm" else "goal"
            prompt = str(node.config.get(key, ""))
            known = {reference for _, reference in before}
            missing = [entry for entry in now if entry not in before and entry[1] not in prompt]
            if missing and (not known or any(reference in prompt for reference in known)):
                sections = [f"{name}:\n{{{{ {reference} }}}}" for name, reference in missing]
                changed = {key: "\n\n".join([prompt, *sections])}
        if changed:
            draft.configure(node_id, changed)


def _renewed(value: JsonValue, old: str, new: str) -> JsonValue:
    if isinstance(value, str):
        if value == old:
            return new
        if old and value.endswith(f"\n\n{old}"):
            return value.removesuffix(old) + new
    if isinstance(value, dict):
        return {key: _renewed(entry, old, new) for key, entry in value.items()}
    return value
