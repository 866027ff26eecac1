"""Runs one step as the engine does, with services that only remember and answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from parley.engine.configs import check_config, render_config
from parley.llm.builtin import BuiltinModel
from parley.nodes.base import Chunk, Decision, HttpAnswer, Services, StepContext, StepResult, Wait
from parley.nodes.registry import REGISTRY
from parley.websearch.base import WebResult
from parley.workflow.expressions import render


@dataclass
class Web:
    results: list[WebResult] = field(default_factory=list)
    asked: list[tuple[str, int]] = field(default_factory=list)

    async def search(self, query: str, max_results: int) -> list[WebResult]:
        self.asked.append((query, max_results))
        return self.results[:max_results]


@dataclass
class Knowledge:
    chunks: list[Chunk] = field(default_factory=list)
    asked: list[tuple[str, str, int]] = field(default_factory=list)

    async def search(self, collection: str, query: str, top_k: int) -> list[Chunk]:
        self.asked.append((collection, query, top_k))
        return self.chunks[:top_k]


@dataclass
class Http:
    answer: HttpAnswer = field(default_factory=lambda: HttpAnswer(200, {"content-type": "application/json"}, {"ok": True}))
    asked: list[dict[str, Any]] = field(default_factory=list)

    async def request(self, method: str, url: str, **rest: Any) -> HttpAnswer:
        self.asked.append({"method": method, "url": url, **rest})
        return self.answer


@dataclass
class Bench:
    llm: Any = field(default_factory=BuiltinModel)
    web: Web = field(default_factory=Web)
    http: Http = field(default_factory=Http)
    knowledge: Knowledge = field(default_factory=Knowledge)
    said: list[str] = field(default_factory=list)

    def context(self, config: Mapping[str, Any], scope: Mapping[str, object]) -> StepContext:
        return StepContext(
            run_id="r1",
            node_id="step",
            path=(),
            attempt=1,
            scope=scope,
            raw_config=config,
            services=Services(llm=self.llm, web=self.web, http=self.http, knowledge=self.knowledge),
            write=self.said.append,
        )

    async def run(self, node_type: str, config: Mapping[str, Any], scope: Mapping[str, object] | None = None) -> StepResult | Wait:
        scope = scope or {}
        spec = REGISTRY[node_type].spec
        checked = check_config(spec.config, render_config(spec.config, config, lambda template: render(template, scope)))
        run = REGISTRY[node_type].run
        assert run is not None
        outcome = await run(checked, self.context(config, scope))
        if isinstance(outcome, StepResult):
            if spec.output is not None:
                spec.output.model_validate(outcome.output)
            assert outcome.branch is None or outcome.branch in spec.branches(config)
        return outcome

    async def done(self, node_type: str, config: Mapping[str, Any], scope: Mapping[str, object] | None = None) -> StepResult:
        outcome = await self.run(node_type, config, scope)
        assert isinstance(outcome, StepResult)
        return outcome

    async def resumed(self, node_type: str, config: Mapping[str, Any], decision: Decision) -> StepResult:
        node = REGISTRY[node_type]
        assert node.resume is not None
        return await node.resume(check_config(node.spec.config, config), self.context(config, {}), decision)


def chunk(name: str, text: str, page: int = 1, document: str = "Handbook.pdf") -> Chunk:
    return Chunk(id=name, document_id="d1", document=document, page=page, start=0, end=len(text), text=text, score=0.9)


def found(chunks: Sequence[Chunk]) -> dict[str, Any]:
    return {"chunks": [chunk.model_dump() for chunk in chunks], "count": len(chunks), "text": "as found"}
