"""`llm`: a language model, or the built-in writer, writes a text; what it quotes from searched passages becomes citations."""

from collections.abc import Mapping

from pydantic import BaseModel, JsonValue

from parley.nodes.base import Citation, NodeType, StepContext, StepFailed, StepResult, StepUsage
from parley.nodes.llm_passages import cite, gather, question_of
from parley.nodes.values import Config, Text, as_text
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


async def run(config: LlmConfig, context: StepContext) -> StepResult:
    prompt_template, system_template = as_text(context.raw_config.get("prompt")), as_text(context.raw_config.get("system"))
    material = gather([prompt_template, system_template], context.scope)
    prompt, system = config.prompt, config.system
    if material.sources:  # rendered again, so that passages of several searches are numbered through
        prompt = as_text(context.render(prompt_template, material.scope))
        system = as_text(context.render(system_template, material.scope))
    if not prompt.strip():
        raise StepFailed("The prompt is empty. Check the steps that it refers to.", {"retryable": False})
    written = await context.services.llm.write(
        prompt,
        system=system,
        question=question_of(context.scope.get("input")),
        passages=material.passages,
        model=config.model.strip() or None,
        temperature=config.temperature,
        max_tokens=config.max_tokens,
        on_delta=context.emit,
    )
    text, citations = cite(written.text, material.sources)
    usage = StepUsage.of(written.usage)
    return StepResult(LlmOutput(text=text, citations=citations, usage=usage).model_dump(mode="json"), usage=usage)


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
        reads_scope=True,
        tool=True,
    ),
    run=run,
)
