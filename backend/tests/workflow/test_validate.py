"""Issues: what is said about fields, references, edges and starts, and what is left unsaid."""

import pytest
from hypothesis import given, settings
from pydantic import JsonValue

from parley.nodes.registry import CATALOGUE
from parley.workflow.spec import Workflow
from parley.workflow.validate import Issue, Surroundings, validate
from tests.workflow.drawing import draw, handbook, step
from tests.workflow.strategies import valid_workflows

HAVE = Surroundings(collections=frozenset({"Handbook", "Policies"}))


def issues(workflow: Workflow, surroundings: Surroundings = HAVE) -> list[Issue]:
    return validate(workflow, CATALOGUE, surroundings)


def said(workflow: Workflow, node_id: str | None, surroundings: Surroundings = HAVE) -> list[tuple[str, str, str | None]]:
    return [(issue.level, issue.message, issue.field) for issue in issues(workflow, surroundings) if issue.node_id == node_id]


def test_the_handbook_workflow_lacks_only_a_recipient_and_says_that_mail_does_not_run_yet() -> None:
    found = [(issue.level, issue.code, issue.node_id, issue.message) for issue in issues(handbook()) if issue.code != "not_runnable"]
    assert found == [("missing", "missing_field", "ask", "No recipient")]


def test_an_empty_workflow_has_no_issues() -> None:
    assert issues(Workflow()) == []
    assert issues(draw(step("remark", "note"))) == []


def test_a_workflow_without_a_trigger_says_so_once() -> None:
    workflow = draw(step("a", "output", value="x"), step("b", "output", value="x"))
    assert [(issue.code, issue.node_id) for issue in issues(workflow)] == [("no_trigger", None)]


def test_only_the_first_step_of_a_loose_chain_is_unreachable() -> None:
    workflow = draw(step("s", "manual_trigger"), step("a", "output", value="x"), step("b", "output", value="x"), "a -> b")
    assert [(issue.code, issue.node_id) for issue in issues(workflow)] == [("unreachable", "a")]


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"query": "x"}, ("missing", "No collection", "collection")),
        ({"query": " ", "collection": "Handbook"}, ("missing", "No question", "query")),
        ({"query": "x", "collection": "handbook"}, None),
        ({"query": "x", "collection": "{{ input.message }}"}, None),
        ({"query": "x", "collection": "Wiki"}, ("missing", "No collection is called “Wiki”; there is Handbook and Policies", "collection")),
        ({"query": "x", "collection": "Handbook", "top_k": 0}, ("error", "“Passages” is at least 1", "top_k")),
        ({"query": "x", "collection": "Handbook", "top_k": "many"}, ("error", "“Passages” needs a number", "top_k")),
        ({"query": "x", "collection": "Handbook", "top_k": "{{ input.message }}"}, None),
        ({"query": "x", "collection": "Handbook", "depth": 3}, ("error", "“depth” is no setting of Search documents", "depth")),
        ({"query": {}, "collection": "Handbook"}, ("missing", "No question", "query")),
    ],
)
def test_a_config_is_checked_field_by_field(config: dict[str, JsonValue], expected: tuple[str, str, str] | None) -> None:
    workflow = draw(step("q", "chat_trigger"), step("s", "knowledge_search", **config), "q -> s")
    assert said(workflow, "s") == ([expected] if expected else [])


def test_a_collection_is_not_missed_where_nobody_knows_which_exist() -> None:
    workflow = draw(step("q", "chat_trigger"), step("s", "knowledge_search", query="x", collection="Wiki"), "q -> s")
    assert said(workflow, "s", Surroundings()) == []
    none_yet = Surroundings(collections=frozenset())
    assert said(workflow, "s", none_yet) == [("missing", "No collection is called “Wiki”; there is none yet", "collection")]


def after_handbook(template: str, type_name: str = "output", field: str = "value") -> Workflow:
    return draw(step("last", type_name, **{field: template}), "write -> last", start=handbook())


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{{ write.text }} {{ input.message }} {{ search.chunks[0].page }} {{ question.history }} {{ write.error }}", None),
        ("{{ found.result }}", None),
        ("{{ writ.text }}", "No step is called “writ”; perhaps write"),
        ("{{ write.txt }}", "write has no “txt”; it has text, citations and usage"),
        ("{{ search.chunks.text }}", "search.chunks is a list; take an entry, as in search.chunks[0]"),
        ("{{ search.chunks[0].txt }}", "search.chunks[0] has no “txt”; it has id, document_id, document and 5 more"),
        ("{{ write.text.length }}", "write.text is text and has no “length”"),
        ("{{ input.msg }}", "The input has no “msg”; it has history and message"),
        ("{{ last.value }}", "A step cannot use its own result"),
        ("{{ leads.results }}", "“For each lead” does not run before this step"),
        ("{{ item }}", "“item” exists only inside a loop"),
        ("{{ vars.team }}", "No step before this one sets the variable “team”"),
        ("{{ write.text", "The template cannot be read: unexpected end of template, expected 'end of print statement'"),
        ("{{ write.text.upper() }}", "Calling a function is not allowed in templates. Use a filter, such as | length or | items"),
        ("{% for c in search.chunks %}{{ c.anything }}{% endfor %}", None),
    ],
)
def test_a_reference_is_checked_against_what_runs_before(template: str, message: str | None) -> None:
    assert [words for _, words, _ in said(after_handbook(template), "last")] == ([message] if message else [])


def test_a_reference_into_a_loop_names_its_results() -> None:
    workflow = draw(step("last", "output", value="{{ draft.text }} {{ leads.results[0].text }}"), "leads -> last", start=handbook())
    assert said(workflow, "last") == [("error", "“Draft request” runs inside a loop; use leads.results", "value")]


def test_inside_a_loop_items_outer_items_and_outer_steps_are_known() -> None:
    workflow = draw(
        step("go", "manual_trigger"),
        step("first", "transform", fields={"a": "1"}),
        step("outer", "loop", items="{{ first.a }}"),
        step("inner", "loop", parent="outer", items="{{ item.rows }}"),
        step(
            "leaf", "transform", parent="inner", fields={"x": "{{ item }} {{ index }} {{ outer.item.y }} {{ outer.index }} {{ first.a }}"}
        ),
        "go -> first",
        "first -> outer",
    )
    assert issues(workflow) == []
    wrong = draw(step("bad", "transform", parent="inner", fields={"x": "{{ outer.results }} {{ first.b }}"}), start=workflow)
    assert [words for _, words, _ in said(wrong, "bad")] == [
        "Inside its loop outer has only item and index, not “results”",
        "first has no “b”; it has a",
    ]


def test_variables_are_known_downstream_of_where_they_are_set() -> None:
    workflow = draw(
        step("go", "manual_trigger"),
        step("early", "output", value="{{ vars.team }}"),
        step("set_team", "set_variables", variables={"team": "red"}),
        step("late", "output", value="{{ vars.team }}"),
        "go -> early",
        "early -> set_team",
        "set_team -> late",
    )
    assert said(workflow, "early") == [("error", "No step before this one sets the variable “team”", "value")]
    assert said(workflow, "late") == []


def test_a_secret_field_takes_only_a_reference_to_a_secret() -> None:
    workflow = draw(step("hook", "webhook_trigger", path="in", secret="hunter2"))
    assert said(workflow, "hook") == [("error", "“Secret” takes only {{ secrets.NAME }}", "secret")]
    workflow = draw(step("hook", "webhook_trigger", path="in", secret="{{ secrets.HOOK }}"))
    assert said(workflow, "hook") == [("missing", "The secret “HOOK” is not stored", "secret")]
    assert said(workflow, "hook", Surroundings(secrets=frozenset({"HOOK"}))) == []


def test_cases_are_checked_one_by_one() -> None:
    workflow = draw(
        step("go", "chat_trigger"),
        step(
            "sort",
            "switch",
            cases=[{"name": "a", "expression": "input.message == 'x'"}, {"name": "b"}, {"name": "c", "expression": "nope"}],
        ),
        "go -> sort",
    )
    assert said(workflow, "sort") == [
        ("error", "No step is called “nope”", "cases.2.expression"),
        ("missing", "Cases 2: “When” is empty", "cases.1.expression"),
    ]


def test_a_result_that_nobody_uses_is_mentioned_only_where_the_workflow_goes_on() -> None:
    workflow = draw(
        step("go", "chat_trigger"),
        step("look", "web_search", query="{{ input.message }}"),
        step("out", "output", value="Done"),
        "go -> look",
        "look -> out",
    )
    assert [issue.code for issue in issues(workflow)] == ["unused_result"]
    assert [issue.code for issue in issues(draw(step("go", "chat_trigger"), step("look", "web_search", query="x"), "go -> look"))] == []


def test_an_empty_loop_and_a_tool_that_does_not_exist_are_mentioned() -> None:
    workflow = draw(step("go", "manual_trigger"), step("each", "loop", items="{{ input.rows }}"), "go -> each")
    assert said(workflow, "each") == [("warning", "No step inside", None)]
    workflow = draw(step("go", "manual_trigger"), step("bot", "agent", goal="x", tools=["web_search", "crm"]), "go -> bot")
    assert ("missing", "No tool is called “crm”", "tools.1") in said(workflow, "bot")


@settings(deadline=None)
@given(valid_workflows())
def test_any_workflow_can_be_validated_and_every_issue_points_at_something_that_is_there(workflow: Workflow) -> None:
    for issue in issues(workflow):
        assert issue.node_id is None or workflow.node(issue.node_id) is not None
        assert issue.edge_id is None or issue.edge_id in {edge.id for edge in workflow.edges}
        assert issue.message
