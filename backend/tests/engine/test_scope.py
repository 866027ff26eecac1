"""Names in templates, configs filled in, and what a run answers."""

from typing import Any

import pytest

from parley.engine.answer import answer
from parley.engine.configs import ConfigNotUsable, check_config, render_config
from parley.engine.events import Failure
from parley.engine.graph import compile_graph
from parley.engine.scope import Scope
from parley.engine.scribe import Scribe
from parley.engine.state import RunState
from parley.nodes.base import StepUsage
from parley.nodes.registry import CATALOGUE
from parley.workflow.expressions import ExpressionError, render
from parley.workflow.spec import Workflow
from tests.engine.kit import flow, node

CITED = {"marker": 1, "chunk_id": "c", "document_id": "d", "document": "Handbook", "page": 3, "start": 0, "end": 9}


def played(workflow: Workflow, outputs: dict[str, Any], given: Any = None, usage: dict[str, str] | None = None) -> RunState:
    scribe = Scribe(RunState(compile_graph(workflow, CATALOGUE)))
    scribe.run_started("start", given)
    for name, output in outputs.items():
        step = scribe.started((name, ""), 1, {})
        model = (usage or {}).get(name)
        used = StepUsage(model=model, input_tokens=1, output_tokens=1) if model else None
        if isinstance(output, Failure):
            scribe.failed(step, output, continued=True)
        else:
            scribe.output(step, output, usage=used)
    return scribe.state


def test_upstream_nodes_are_in_scope_and_others_are_not() -> None:
    state = played(flow("start > a > b > c", "start > d"), {"start": "in", "a": {"text": "A"}, "d": {"text": "D"}}, "in")
    scope = Scope(state, ("b", ""))
    assert set(scope) == {"input", "vars", "secrets", "start", "a"}
    assert len(scope) == 5
    assert render("{{ a.text }}{{ input }}", scope) == "Ain"
    assert "d" not in scope
    with pytest.raises(ExpressionError, match="'d'"):
        render("{{ d.text }}", scope)


def test_a_failed_step_is_null_in_every_field_and_says_why() -> None:
    state = played(flow("start > find > b", find=node("knowledge_search")), {"start": None, "find": Failure(error="x", message="No.")})
    assert Scope(state, ("b", ""))["find"] == {"chunks": None, "count": None, "text": None, "error": "No."}


def test_only_fields_that_are_templates_are_filled_in() -> None:
    config = {
        "cases": [{"name": "{{ x }}", "expression": "{{ x }}"}],
        "fields": {"a": ["{{ x }}", 2], "b": {"c": "{{ x }}!"}},
        "unknown": "{{ x }}",
    }

    def fill(template: str) -> object:
        return render(template, {"x": (1, 2)})

    switch, transform = CATALOGUE["switch"].config, CATALOGUE["transform"].config
    assert render_config(switch, {"cases": config["cases"]}, fill) == {"cases": config["cases"]}
    assert render_config(transform, {"fields": config["fields"]}, fill)["fields"] == {"a": [[1, 2], 2], "b": {"c": "[1, 2]!"}}
    assert render_config(transform, {"unknown": config["unknown"]}, fill) == {"unknown": "{{ x }}"}


def test_a_config_that_does_not_fit_says_which_field_in_words() -> None:
    model = CATALOGUE["knowledge_search"].config
    with pytest.raises(ConfigNotUsable, match="“Collection” is not filled in"):
        check_config(model, {"query": "x"})
    with pytest.raises(ConfigNotUsable, match="“Passages”: ") as refused:
        check_config(model, {"collection": "a", "query": "x", "top_k": "many"})
    assert refused.value.details == {"field": "top_k", "retryable": False}


def test_citations_are_gathered_through_the_steps_that_an_answer_was_made_of() -> None:
    state = played(
        flow("start > write > shape > out", "start > other", write=node("llm", prompt="x"), other=node("llm", prompt="y"),
             shape=node("transform", fields={"t": "{{ write.text }}"}), out=node("output", value="{{ shape.t }}")),
        {"start": None, "write": {"text": "x [1]", "citations": [CITED]}, "other": {"text": "", "citations": [{**CITED, "page": 9}]},
         "shape": {"t": "x [1]"}, "out": {"value": "x [1]"}},
        usage={"write": "built-in", "other": "gpt"},
    )  # fmt: skip
    found = answer(state)
    assert (found.value, found.built_in, [citation.page for citation in found.citations]) == ("x [1]", True, [3])


def test_an_answer_in_which_a_model_had_a_part_is_not_built_in() -> None:
    state = played(flow("start > write", write=node("llm", prompt="x")), {"start": None, "write": {"text": "x"}}, usage={"write": "gpt"})
    assert (answer(state).value, answer(state).built_in) == ("x", False)


def test_without_an_output_node_the_last_step_answers() -> None:
    assert answer(played(flow("start > a"), {"start": None, "a": {"n": 1}})).value == {"n": 1}
    assert answer(played(flow("start > a"), {})).value is None
