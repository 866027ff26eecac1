"""What a model is told of one request: the branch's words, cut to the budget, then the workflow and its surroundings as data."""

import json
from typing import TYPE_CHECKING

from parley.planner.base import PlanRequest, Said
from parley.planner.model.manner import Manner, format_words
from parley.planner.model.prompt import instructions
from parley.planner.model.tool import TOOL_SCHEMA
from parley.workflow.compact import CHARS_PER_TOKEN, compact
from parley.workflow.validate import validate

if TYPE_CHECKING:
    from pydantic_ai.messages import ModelMessage

HISTORY_SHARE = 0.2  # of the turn's tokens
SAID_CHARS = 2_000  # of one earlier message


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
        kept.append(Said(said.role, content))
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
        request.content,
    ]
    return "\n\n".join(parts)


def _data(text: str) -> str:
    """Data cannot close the tag that marks it as data."""
    return text.replace("</", "<\u200b/")


def tokens_of(messages: "list[ModelMessage]", *, schema: bool = True) -> int:
    """An estimate, the tool's schema included, for budgets and for servers that report none."""
    chars = len(json.dumps(TOOL_SCHEMA)) if schema else 0
    for message in messages:
        for part in message.parts:
            content: object = getattr(part, "content", None) or getattr(part, "args", None) or ""
            chars += len(content) if isinstance(content, str) else len(json.dumps(content, default=str))
    return int(chars / CHARS_PER_TOKEN)
