"""Plays a conversation through the built-in planner as a chat would: every edit applied, every change remembered."""

from dataclasses import dataclass, field

from parley.nodes.registry import CATALOGUE
from parley.planner.base import PlanRequest
from parley.planner.builtin.planner import Turn, decide
from parley.workflow.edits import apply
from parley.workflow.spec import EMPTY, Node, Workflow
from parley.workflow.validate import Issue, Surroundings, validate


@dataclass
class Conversation:
    collections: frozenset[str] = frozenset()
    workflow: Workflow = EMPTY
    earlier: tuple[Workflow, ...] = ()
    used_ids: frozenset[str] = frozenset()
    turns: list[Turn] = field(default_factory=list[Turn])

    def request(self, content: str) -> PlanRequest:
        surroundings = Surroundings(collections=self.collections)
        return PlanRequest(
            content, self.workflow, CATALOGUE, surroundings, earlier=self.earlier, used_ids=self.used_ids, timezone="Europe/Berlin"
        )

    def say(self, content: str) -> Turn:
        turn = decide(self.request(content))
        after = self.workflow
        for edit in turn.edits:
            after = apply(edit, after, CATALOGUE)
            self.used_ids |= {node.id for node in after.nodes}
        if after != self.workflow:
            if self.workflow.nodes or self.earlier:
                self.earlier = (*self.earlier, self.workflow)
            self.workflow = after
        self.turns.append(turn)
        return turn

    def issues(self, level: str) -> list[Issue]:
        return [issue for issue in validate(self.workflow, CATALOGUE, Surroundings(collections=self.collections)) if issue.level == level]

    def of_type(self, node_type: str) -> Node:
        (node,) = (node for node in self.workflow.nodes if node.type == node_type)
        return node


def play(*messages: str, collections: frozenset[str] = frozenset()) -> Conversation:
    conversation = Conversation(collections)
    for message in messages:
        conversation.say(message)
    return conversation


def arrows(workflow: Workflow) -> set[str]:
    """Each edge as "type > type" or "type [branch] > type"; what stands in a loop as "loop ( type )"."""
    types = {node.id: node.type for node in workflow.nodes}
    found = {
        f"{types[edge.source]} [{edge.source_handle}] > {types[edge.target]}"
        if edge.source_handle
        else f"{types[edge.source]} > {types[edge.target]}"
        for edge in workflow.edges
    }
    return found | {f"loop ( {node.type} )" for node in workflow.nodes if node.parent}


def types(workflow: Workflow) -> list[str]:
    return sorted(node.type for node in workflow.nodes)
