"""A turn's edits in words: one line per thing that changed, for the list under a reply."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from parley.workflow.catalogue import Catalogue
from parley.workflow.diff import same_json
from parley.workflow.edits import (
    AddNode,
    Connect,
    Disconnect,
    Edit,
    PlaceNode,
    RemoveNode,
    Rename,
    UpdateNode,
    apply_all,
)
from parley.workflow.fields import field_title
from parley.workflow.spec import Edge, Frozen, Node, Workflow
from parley.workflow.structure import inside

_NAME_LINE = ""  # the key of the workflow's own line; node ids are never empty


class Change(Frozen):
    """One line. `title` is the node's label (or the workflow's name), `detail` what happened ("after Question arrives");
    `seqs` are the positions in the turn's edits that it stands for."""

    sign: Literal["added", "changed", "removed"]
    node_id: str | None
    title: str
    detail: str
    seqs: tuple[int, ...]


def describe(edits: list[Edit], before: Workflow, catalogue: Catalogue) -> list[Change]:
    """What the edits came to, not each of them: what was added and removed again has no line, and a new loop stands for its body."""
    after = apply_all(edits, before, catalogue)
    turn = _Turn(before, after, {node.id: node for node in before.nodes}, {node.id: node for node in after.nodes}, catalogue)
    lines = {change.node_id or _NAME_LINE: change for change in turn.lines()}
    seqs: dict[str, list[int]] = {key: [] for key in lines}
    for seq, edit in enumerate(edits):
        key = turn.line_of(edit)
        if key in seqs:
            seqs[key].append(seq)
    return [change.model_copy(update={"seqs": tuple(seqs[key])}) for key, change in lines.items()]


@dataclass(frozen=True)
class _Turn:
    before: Workflow
    after: Workflow
    old: dict[str, Node]
    new: dict[str, Node]
    catalogue: Catalogue

    def lines(self) -> Iterable[Change]:
        for node in self.after.nodes:
            if node.id not in self.old and self.owner(node.id) == node.id:
                yield _line("added", node, self._added_detail(node))
        for node in self.after.nodes:
            if node.id in self.old and (details := self._changed_details(self.old[node.id], node)):
                yield _line("changed", node, ", ".join(details))
        if self.before.name and self.before.name != self.after.name:
            detail = f"was “{self.before.name}”"
            yield Change(sign="changed", node_id=None, title=self.after.name, detail=detail, seqs=())
        for node in self.before.nodes:
            if node.id not in self.new and self.owner(node.id) == node.id:
                yield _line("removed", node, self._inside_words(node, self.before))

    def owner(self, node_id: str) -> str:
        """The node whose line speaks for this one: the outermost loop around it that came or went with it."""
        came, here = (self.old, self.new) if node_id in self.new else (self.new, self.old)
        node = here.get(node_id)
        while node is not None and node.id not in came and node.parent is not None and node.parent not in came:
            node = here[node.parent]
        return node.id if node else node_id

    def line_of(self, edit: Edit) -> str:
        match edit:
            case AddNode(node=node):
                return self.owner(node.id)
            case UpdateNode(id=node_id) | RemoveNode(id=node_id) | PlaceNode(id=node_id):
                return self.owner(node_id)
            case Connect(source=source, target=target) | Disconnect(source=source, target=target):
                return self._line_of_edge(source, target)
            case Rename():
                return _NAME_LINE

    def _line_of_edge(self, source: str, target: str) -> str:
        for end in (target, source):
            if (end in self.old) != (end in self.new):
                return self.owner(end)
        between = self._first_between(source, target, self.after, self.old) or self._first_between(source, target, self.before, self.new)
        return between or target

    def _first_between(self, source: str, target: str, workflow: Workflow, other: dict[str, Node]) -> str | None:
        """The first node of a path source -> ... -> target that leads only through nodes that `other` does not have."""
        waiting = [(edge.target, edge.target) for edge in workflow.edges_from(source) if edge.target not in other]
        seen: set[str] = set()
        while waiting:
            node_id, first = waiting.pop()
            for edge in workflow.edges_from(node_id):
                if edge.target == target:
                    return first
                if edge.target not in other and edge.target not in seen:
                    seen.add(edge.target)
                    waiting.append((edge.target, first))
        return None

    def _added_detail(self, node: Node) -> str:
        spec = self.catalogue[node.type]
        if words := self._inside_words(node, self.after):
            return words
        if spec.is_trigger:
            return "starts the workflow"
        following = [edge.target for edge in self.after.edges_from(node.id) if edge.target in self.old]
        if spec.category == "human" and following:
            return f"before {self._labels(following)}"
        if spec.category != "human" and (branches := spec.branches(node.config)):
            return ", ".join(branches)
        if into := self.after.edges_into(node.id):
            return "after " + " and ".join(self._source_words(edge) for edge in into[:3])
        leading = [edge.target for edge in self.after.edges_from(node.id)]
        return f"before {self._labels(leading)}" if leading else ""

    def _changed_details(self, old: Node, new: Node) -> list[str]:
        details: list[str] = []
        model = self.catalogue[new.type].config
        if old.label != new.label:
            details.append(f"was “{old.label}”")
        if old.type != new.type:
            details.append(f"now {self.catalogue[new.type].title}")
        for key in {**old.config, **new.config} if old.type == new.type else ():
            if not same_json(old.config.get(key), new.config.get(key)) or (key in old.config) != (key in new.config):
                details.append(_lower_first(field_title(model, (key,))))
        if old.parent != new.parent:
            details.append(self._moved_words(old, new))
        if old.retry != new.retry:
            details.append("retry")
        if old.timeout != new.timeout:
            details.append("timeout")
        if old.on_error != new.on_error:
            details.append("on error")
        details.extend(self._rewired_words(old, new))
        if old.position != new.position:
            details.append("moved")
        return details

    def _moved_words(self, old: Node, new: Node) -> str:
        if new.parent is not None:
            return f"into {self.new[new.parent].label}"
        left = self.old.get(old.parent or "")
        return f"out of {left.label}" if left else "out of its loop"

    def _rewired_words(self, old: Node, new: Node) -> list[str]:
        """Edges between steps that stay; those that a new or removed step in between explains are its line's matter."""
        if old.parent != new.parent:
            return []
        had, has = set(self.before.edges_into(new.id)), set(self.after.edges_into(new.id))
        gained = [
            edge
            for edge in self.after.edges_into(new.id)
            if edge not in had and edge.source in self.old and not self._first_between(edge.source, new.id, self.before, self.new)
        ]
        lost = [
            edge
            for edge in self.before.edges_into(new.id)
            if edge not in has and edge.source in self.new and not self._first_between(edge.source, new.id, self.after, self.old)
        ]
        if gained:
            return ["after " + " and ".join(self._source_words(edge) for edge in gained[:3])]
        return [f"no longer after {self._labels([edge.source for edge in lost])}"] if lost else []

    def _inside_words(self, node: Node, workflow: Workflow) -> str:
        held = inside(workflow, node.id) if self.catalogue[node.type].is_container else set[str]()
        steps = [other for other in workflow.nodes if other.id in held and self.catalogue[other.type].runs]
        return f"with {len(steps)} {'step' if len(steps) == 1 else 'steps'} inside" if steps else ""

    def _source_words(self, edge: Edge) -> str:
        label = self.new[edge.source].label
        return f"{label} ({edge.source_handle})" if edge.source_handle else label

    def _labels(self, node_ids: list[str]) -> str:
        labels = list(dict.fromkeys((self.new.get(node_id) or self.old[node_id]).label for node_id in node_ids))
        return " and ".join(labels[:3])


def _line(sign: Literal["added", "changed", "removed"], node: Node, detail: str) -> Change:
    return Change(sign=sign, node_id=node.id, title=node.label, detail=detail, seqs=())


def _lower_first(title: str) -> str:
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]
