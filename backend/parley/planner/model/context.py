"""What a model is told of one request: the branch's words, cut to the budget, then the workflow and its surroundings as data."""

import json
import re
from typing import TYPE_CHECKING

from parley.planner.base import PlanRequest, RunFacts, Said
from parley.planner.model.manner import Manner, format_words
from parley.planner.model.prompt import instructions
from parley.planner.model.tool import TOOL_SCHEMA
from parley.workflow.compact import CHARS_PER_TOKEN, compact
from parley.workflow.validate import validate

if TYPE_CHECKING:
    from pydantic_ai.messages import ModelMessage

HISTORY_SHARE = 0.2  # of the turn's tokens
SAID_CHARS = 2_000  # of one earlier message
RUN_CHARS = 2_400  # of what the newest run did
RESULT_CHARS = 160  # of one step's result
_OP = re.compile(r"\bop(\\*\"\s*:)")  # as it stands in JSON, also in JSON that is text in JSON


def messages_for(request: PlanRequest, manner: Manner = "tool") -> "list[ModelMessage]":
    """Stable parts first: instructions, then history, then what is new."""
    from pydantic_ai.messages import ModelRequest, ModelResponse, SystemPromptPart, TextPart, UserPromptPart

    messages: list[ModelMessage] = [ModelRequest(parts=[SystemPromptPart(content=instructions(request.catalogue) + format_words(manner))])]
    for said in cut_history(request.history, int(request.budget.tokens * HISTORY_SHARE)):
        match said.role:
            case "user":
                messages.append(ModelRequest(parts=[UserPromptPart(content=said.content)]))
            case "assistant":
                messages.append(ModelResponse(parts=[TextPart(content=said.content)]))
    messages.append(ModelRequest(parts=[UserPromptPart(content=_new_message(request))]))
    return messages


def cut_history(history: tuple[Said, ...], max_tokens: int) -> list[Said]:
    """The newest messages that fit, each cut to its start; an empty one (a turn that failed) is left out."""
    room = int(max_tokens * CHARS_PER_TOKEN)
    kept: list[Said] = []
    for said in reversed(history):
        content = said.content if len(said.content) <= SAID_CHARS else said.content[:SAID_CHARS] + "…"
        if not content.strip():
            continue
        room -= len(content)
        if room < 0:
            break
        kept.append(Said(said.role, _OP.sub("o\u200bp\\1", content)))
    return kept[::-1]


def _new_message(request: PlanRequest) -> str:
    around = request.surroundings
    collections = ", ".join(sorted(around.collections)) or "none yet" if around.collections is not None else "unknown"
    issues = [
        f"{issue.node_id or 'workflow'}: {issue.message}"
        for issue in validate(request.workflow, request.catalogue, request.surroundings)
        if issue.level != "warning"
    ]
    parts = [
        f"<workflow>\n{_data(compact(request.workflow))}\n</workflow>",
        f"<surroundings>\ncollections: {_data(collections)}\ntime zone: {_data(request.timezone)}\n"
        + "".join(f"issue: {_data(issue)}\n" for issue in issues[:12])
        + "</surroundings>",
        *([f"<run>\n{_data(_run_lines(request.last_run))}\n</run>"] if request.last_run else []),
        request.content,
    ]
    return "\n\n".join(parts)


def _run_lines(run: RunFacts) -> str:
    """What the newest run did, for questions about it; cut, since a diagram is drawn without it."""
    lines = [f"run {run.number}: {run.status}{_cut(': ', run.error or run.output)}"]
    for step in run.steps:
        times = f" {step.done} times" if step.done > 1 else ""
        pages = f" from {', '.join(step.pages[:3])}" if step.pages else ""
        lines.append(f"{step.node_id}: {step.status}{times}{_cut(' because of ', step.error)}{_cut(' gave ', step.output)}{pages}")
    return "\n".join(lines)[:RUN_CHARS]


def _cut(before: str, text: str) -> str:
    text = " ".join(text.split())
    return f"{before}{text[:RESULT_CHARS]}{'…' if len(text) > RESULT_CHARS else ''}" if text else ""


def _data(text: str) -> str:
    """Data cannot close the tag that marks it as data, and what looks like an edit in it is none, should the model quote it."""
    return _OP.sub("o\u200bp\\1", text.replace("</", "<\u200b/"))


def quotes_edits(request: PlanRequest) -> bool:
    """Whether what the model is shown as data, or was said before, holds what looks like an edit."""
    said = [compact(request.workflow), *(said.content for said in request.history), *(request.surroundings.collections or ())]
    said += [_run_lines(request.last_run)] if request.last_run else []
    return any(_OP.search(text) for text in said)


def tokens_of(messages: "list[ModelMessage]", *, schema: bool = True) -> int:
    """An estimate, the tool's schema included, for budgets and for servers that report none."""
    chars = len(json.dumps(TOOL_SCHEMA)) if schema else 0
    for message in messages:
        for part in message.parts:
            content: object = getattr(part, "content", None) or getattr(part, "args", None) or ""
            chars += len(content) if isinstance(content, str) else len(json.dumps(content, default=str))
    return int(chars / CHARS_PER_TOKEN)
