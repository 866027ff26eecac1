"""`llm`: a language model, or the built-in writer, writes a text; what it quotes from searched passages becomes citations."""

from collections.abc import Mapping

from pydantic import BaseModel, JsonValue

from parley.nodes.base import Citation, NodeType, StepUsage
from parley.nodes.values import Config, Text
from parley.workflow.catalogue import TypeSpec, config_field


class LlmConfig(Config):
    prompt: Text = config_field(
        kind="text",
        title="Prompt",
        description="What to write, and from what.",
        placeholder="Answer {{ input.message }} from these passages only: {{ search.text }}",
    )
    system: Text = config_field("", kind="text", title="Instructions", placeholder="Tone, language, length")
    model: Text = config_field("", kind="model", title="Model", placeholder="Workspace default")
    temperature: float | None = config_field(None, title="Temperature", description="0 is steady, 2 is wild.", ge=0, le=2)
    max_tokens: int | None = config_field(None, title="Most tokens", ge=1, le=200_000)


class LlmOutput(BaseModel):
    text: str
    citations: list[Citation]
    usage: StepUsage


def _summary(config: Mapping[str, JsonValue]) -> str:
    tokens = config.get("max_tokens")
    return f"Prompt, {tokens} tokens" if isinstance(tokens, int) else "Prompt"


TYPE = NodeType(
    TypeSpec(
        type="llm",
        title="Write text",
        category="ai",
        icon="pen-line",
        description="A language model writes: an answer, a summary, a draft.",
        config=LlmConfig,
        output=LlmOutput,
        summary=_summary,
        tool=True,
    )
)
