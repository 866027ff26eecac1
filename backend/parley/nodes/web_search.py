"""`web_search`: finds pages of the web; a failure is survived by default, since an answer without the web is still one."""

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, JsonValue

from parley.nodes.base import NodeType, StepContext, StepFailed, StepResult
from parley.nodes.values import Config, Text, said
from parley.websearch.base import WebResult
from parley.workflow.catalogue import TypeSpec, config_field


class WebSearchConfig(Config):
    query: Text = config_field(kind="template", title="Question", placeholder="{{ input.message }}")
    max_results: int = config_field(5, title="Results", description="How many to find at most.", ge=1, le=50)


class Found(BaseModel):
    title: str
    url: str
    snippet: str


class WebSearchOutput(BaseModel):
    results: list[Found]
    count: int
    text: str


def results_text(results: Sequence[WebResult]) -> str:
    return "\n\n".join(f"{result.title}\n{result.url}\n{result.snippet}" for result in results)


async def run(config: WebSearchConfig, context: StepContext) -> StepResult:
    query = " ".join(config.query.split())
    if not query:
        raise StepFailed("The question is empty. Check the step that it comes from.", {"retryable": False})
    results = await context.services.web.search(query, config.max_results)
    found = WebSearchOutput(
        results=[Found(title=result.title, url=result.url, snippet=result.snippet) for result in results],
        count=len(results),
        text=results_text(results),
    )
    return StepResult(found.model_dump(mode="json"))


def _summary(config: Mapping[str, JsonValue]) -> str:
    return f"Web, top {said(config, 'max_results', '5')}"


TYPE = NodeType(
    TypeSpec(
        type="web_search",
        title="Search the web",
        category="web",
        icon="globe",
        description="Finds pages of the web that fit a question.",
        config=WebSearchConfig,
        output=WebSearchOutput,
        summary=_summary,
        tool=True,
        on_error="continue",
    ),
    run=run,
)
