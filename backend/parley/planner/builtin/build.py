"""A plan to edits, in an order in which every prefix is a valid workflow and the diagram grows as it was said."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from pydantic import JsonValue

from parley.planner.builtin import labels, predicates, references, slots
from parley.planner.builtin.plan import Choice, Each, Part, Plan, Step, Together
from parley.planner.builtin.text import Reading
from parley.workflow import edits, structure
from parley.workflow.catalogue import Catalogue
from parley.workflow.edits import AddNode, Connect, Disconnect, Edit, NodeChange, RemoveNode, Rename, UpdateNode
from parley.workflow.spec import Node, Workflow

Tail = tuple[str, str | None]  # a node and the way out of it that leads on


@dataclass
class Draft:
    """The workflow as it becomes: every edit is applied at once, so that a refused one is never yielded."""

    workflow: Workflow
    catalogue: Catalogue
    used_ids: frozenset[str]
    reading: Reading
    timezone: str = "UTC"
    name: str = ""
    done: list[Edit] = field(default_factory=list[Edit])
    made: list[str] = field(default_factory=list[str])

    def do(self, edit: Edit) -> bool:
        try:
            self.workflow = edits.apply(edit, self.workflow, self.catalogue)
        except edits.EditRefused:
            return False
        self.done.append(edit)
        return True

    def connect(self, tails: Sequence[Tail], target: str) -> None:
        for source, handle in dict.fromkeys(tails):
            self.do(Connect(source=source, target=target, source_handle=handle))

    def disconnect(self, source: str, target: str, handle: str | None) -> None:
        self.do(Disconnect(source=source, target=target, source_handle=handle))

    def remove(self, node_id: str, bridge: bool = False) -> None:
        self.do(RemoveNode(id=node_id, bridge=bridge))

    def configure(self, node_id: str, config: dict[str, JsonValue], label: str | None = None, unset: tuple[str, ...] = ()) -> bool:
        given: dict[str, object] = {}
        if config:
            given["config"] = config
        if label:
            given["label"] = label
        return self.do(UpdateNode(id=node_id, set=NodeChange.model_validate(given), unset=unset))

    def rename(self, name: str) -> None:
        if name and name != self.workflow.name:
            self.do(Rename(name=name[:200]))

    def context(self, tails: Sequence[Tail], parent: str | None) -> references.Context:
        sources = [source for source, _ in tails]
        return references.context_at(
            self.workflow, self.catalogue, sources, parent, self.reading, self.name, self.timezone, tails[0][1] if tails else None
        )

    def add(self, step: Step, tails: Sequence[Tail], parent: str | None) -> str:
        """Adds the step behind `tails` inside `parent`, configured from what is before it; its id."""
        taken = self.used_ids | {node.id for node in self.workflow.nodes}
        node_id = labels.unused_id(step.label, taken, step.type)
        config = references.fill(step, self.context(tails, parent))
        self.do(AddNode(node=Node(id=node_id, type=step.type, label=step.label[:120], config=config, parent=parent)))
        self.connect(tails, node_id)
        self.made.append(node_id)
        return node_id

    def branches(self, node_id: str) -> tuple[str, ...]:
        node = self.workflow.node(node_id)
        return self.catalogue[node.type].branches(node.config) if node else ()


def build(plan: Plan, draft: Draft) -> None:
    """The whole plan into an empty draft."""
    draft.name = plan.name
    trigger = plan.trigger or Step("manual_trigger", "Start by hand", "", {}, confidence=0.6)
    start = draft.add(trigger, (), None)
    draft.rename(plan.name)
    tails = grow(plan.parts, draft, [(start, None)], None)
    finish(draft, tails)


def grow(parts: Sequence[Part], draft: Draft, tails: list[Tail], parent: str | None) -> list[Tail]:
    """Adds the parts one after another behind `tails`; the ends from which the next part goes on."""
    for index, part in enumerate(parts):
        match part:
            case Step(type="merge") if len(tails) < 2:
                continue
            case Step(type="approval"):
                tails = [(draft.add(part, tails, parent), "approved")]
            case Step(type="classify" | "switch"):
                added = draft.add(_with_cases(part, draft, tails, parent), tails, parent)
                more = any(not isinstance(later, Step) or later.type != "output" for later in parts[index + 1 :])
                tails = [(added, handle) for handle in draft.branches(added)] if more else []
                tails = tails or [(added, handle) for handle in draft.branches(added)] or [(added, None)]
            case Step():
                tails = [(draft.add(part, tails, parent), None)]
            case Together():
                ends: list[Tail] = []
                for lane in part.lanes:
                    ends += grow(lane, draft, list(tails), parent)
                tails = list(dict.fromkeys(ends)) or tails
            case Choice():
                tails = _choice(part, draft, tails, parent)
            case Each():
                tails = _each(part, draft, tails, parent)
    return tails


def _choice(choice: Choice, draft: Draft, tails: list[Tail], parent: str | None) -> list[Tail]:
    step = _with_cases(choice.step, draft, tails, parent)
    if choice.condition is not None:
        context = draft.context(tails, parent)
        expression = predicates.expression(choice.condition, context)
        if expression:
            step.values["expression"] = expression
            if choice.condition.kind == "is" and "' in (" in expression:
                step.assumed = f"*{step.label}* looks for the word “{choice.condition.value}” in what comes in."
            _accept_errors(draft, expression, choice.condition.kind)
    added = draft.add(step, tails, parent)
    ends: list[Tail] = []
    for handle in draft.branches(added):
        lane = choice.lanes.get(handle)
        if lane:
            ends += grow(lane, draft, [(added, handle)], parent)
        elif choice.joins or step.type == "condition" or (step.type == "approval" and handle == "approved"):
            ends.append((added, handle))
    return ends or [(added, handle) for handle in draft.branches(added)] or [(added, None)]


def _accept_errors(draft: Draft, expression: str, kind: str) -> None:
    """A request whose status decides must not fail on the status it is asked about."""
    if ".status" not in expression:
        return
    node = draft.workflow.node(expression.replace("not (", "").split(".status")[0])
    if node is not None and node.type == "http_request" and not node.config.get("accept_errors"):
        draft.configure(node.id, {"accept_errors": True})


def _with_cases(step: Step, draft: Draft, tails: list[Tail], parent: str | None) -> Step:
    """A switch's cases get their expressions once it is known what they look at."""
    cases = step.values.get("cases")
    if step.type != "switch" or not isinstance(cases, list):
        return step
    context = draft.context(tails, parent)
    field_name = slots.slug(step.topic or "type", "type")
    operand = predicates.field_at_hand(field_name, context)
    made: list[JsonValue] = []
    for case in cases:
        name = str(case["name"]) if isinstance(case, dict) else str(case)
        made.append({"name": name, "expression": f"({operand} | lower) == {predicates.quoted(name.lower())}" if operand else ""})
    step.values["cases"] = made
    return step


def _each(each: Each, draft: Draft, tails: list[Tail], parent: str | None) -> list[Tail]:
    loop = draft.add(each.step, tails, parent)
    grow(each.body, draft, [], loop)
    return [(loop, None)]


def finish(draft: Draft, tails: list[Tail]) -> None:
    """Gives the workflow its answer: a chat always gives one, other workflows if their last step made something."""
    nodes = {node.id: node for node in draft.workflow.nodes}
    chat = any(node.type == "chat_trigger" for node in nodes.values())
    if any(node.type in {"output", "webhook_response"} for node in nodes.values()):
        return
    writers = _last_writers(draft) if chat else []
    ends: list[Tail]
    if writers:
        ends = [_guarded(node_id, draft) for node_id in writers]
    else:
        ends = [tail for tail in tails if tail[0] in nodes and (references.expression_of(nodes[tail[0]]) or nodes[tail[0]].type == "merge")]
        ends = [tail for tail in ends if nodes[tail[0]].parent is None and not _acts_inside(tail[0], draft)]
    if not ends:
        return
    step = Step("output", "Answer" if chat else "Show result", "", {})
    draft.add(step, ends, None)


def _guarded(node_id: str, draft: Draft) -> Tail:
    """Where a text goes out from: behind the approvals and joins that stand right after it, else the writer itself."""
    tail: Tail = (node_id, None)
    while following := [
        edge.target
        for edge in draft.workflow.edges_from(tail[0])
        if edge.source_handle == tail[1] and (node := draft.workflow.node(edge.target)) is not None and node.type in {"approval", "merge"}
    ]:
        joined = draft.workflow.node(following[0])
        tail = (following[0], None if joined is not None and joined.type == "merge" else "approved")
    return tail


def _acts_inside(node_id: str, draft: Draft) -> bool:
    """A loop that sends or stores something has done its work; its results are no answer."""
    return any(draft.catalogue[node.type].side_effect for node in draft.workflow.body(node_id))


def _last_writers(draft: Draft) -> list[str]:
    """Top-level steps that write the answer and whose text no later writer works on."""
    upstream = structure.upstream(draft.workflow)
    writers = [node.id for node in draft.workflow.nodes if node.type in {"llm", "agent"} and node.parent is None]
    return [node_id for node_id in writers if not any(node_id in upstream[other] for other in writers)]
