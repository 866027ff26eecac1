""" "Use the result of the search in the mail": a step takes what an earlier one gave."""

import re

from parley.planner.builtin import references, resolve
from parley.planner.builtin.job import Job
from parley.workflow import structure
from parley.workflow.spec import Node

_USE = re.compile(
    r"^(?:(?:please|also|and|then)\s+)*(?:use|put|include|mention|take|insert|quote|consider)\s+(?:the\s+)?"
    r"(?:results?|outputs?|findings|texts?|answers?|what)\s+(?:of|from|that|found by)\s+(?P<what>.+?)\s*(?:found|gave|gives|says)?\s+"
    r"(?:in|into|for|when writing)\s+(?P<where>.+)$",
    re.I,
)
_FIELDS = {"llm": "prompt", "agent": "goal", "email": "body", "slack_message": "text", "output": "value"}


def use(text: str, job: Job) -> bool:
    match = _USE.match(text)
    if match is None:
        return False
    source = _one(match["what"], job)
    target = _one(match["where"], job, *_FIELDS)
    if source is None or target is None or source.id == target.id:
        return False
    expression = references.expression_of(source)
    if expression is None:
        return False
    if source.id not in structure.upstream(job.draft.workflow)[target.id]:
        job.outcome.question = (
            f"*{target.label}* does not run after *{source.label}*, so it cannot use its result. Should it stand before it?"
        )
        job.outcome.choices = (f"Move {source.label} before {target.label}", "Leave it as it is")
        return True
    field = _FIELDS[target.type]
    written = str(target.config.get(field, "")).strip()
    if references.mentions({field: written}, source.id):
        job.outcome.done.append(f"*{target.label}* uses *{source.label}* already")
        return True
    section = (
        f"{references.section_name(source)}:\n{{{{ {expression} }}}}" if target.type in {"llm", "agent"} else f"{{{{ {expression} }}}}"
    )
    job.draft.configure(target.id, {field: "\n\n".join(part for part in (written, section) if part)})
    job.outcome.done.append(f"*{target.label}* now uses what *{source.label}* gave")
    return True


def _one(phrase: str, job: Job, *types: str) -> Node | None:
    found = resolve.find(phrase, job.draft.workflow, job.draft.reading, job.focus, plural=True)
    fitting = [node for node in found.nodes if not types or node.type in types]
    return fitting[0] if len(fitting) == 1 else None
