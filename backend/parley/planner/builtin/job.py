"""What the commands of one message share: the draft, what “it” means, and what there is to tell."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from parley.planner.builtin import outline, resolve
from parley.planner.builtin.build import Draft
from parley.planner.builtin.plan import Part, steps_of
from parley.planner.builtin.tagger import read as tagger
from parley.workflow.spec import Node


@dataclass
class Outcome:
    """`done`: what was changed, a clause each. `unread`: words nothing could be made of. `question` with its `choices`: at most
    one. `sure`, 0 to 1: how surely what was done is what was meant."""

    done: list[str] = field(default_factory=list[str])
    unread: list[str] = field(default_factory=list[str])
    question: str = ""
    choices: tuple[str, ...] = ()
    sure: float = 1.0


@dataclass
class Job:
    """One message's work on a draft. `focus` is the node that "it" means: at first the last one changed before, then the newest."""

    draft: Draft
    collections: frozenset[str] | None
    focus: str | None
    outcome: Outcome = field(default_factory=Outcome)


def one(phrase: str, job: Job) -> Node | None:
    found = resolve.find(phrase, job.draft.workflow, job.draft.reading, job.focus)
    if found.unsure:
        job.outcome.question = f"Which step do you mean by “{job.draft.reading.unmask(phrase)}”?"
        job.outcome.choices = tuple(dict.fromkeys(node.label for node in found.nodes))[:4]
        return None
    return found.nodes[0] if found.nodes else None


def parts_of(text: str, job: Job) -> list[Part]:
    """The steps that the words describe, whatever they say about a start."""
    reading = replace(job.draft.reading, raw=text, correct=str)
    spans = [span for span in tagger.request(reading) if span.name != "when"]
    webhook = any(node.type == "webhook_trigger" for node in job.draft.workflow.nodes)
    return outline.arrange(spans, reading, job.collections, webhook).stack[0].parts


def names(parts: Sequence[Part]) -> str:
    labels = [f"*{step.label}*" for step in steps_of(list(parts))]
    if len(labels) < 2:
        return labels[0] if labels else "nothing"
    return ", ".join(labels[:-1]) + f" and {labels[-1]}"
