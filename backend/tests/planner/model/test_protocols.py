"""The model planner against a server that speaks the vendors' protocols: what streams, what is mended, what is said in the end."""

from collections.abc import Generator
from typing import Any

import pytest

from parley.llm.models import ModelSettings
from parley.planner.base import Budget, EditApplied, ReplyDelta, Suggested
from tests.model_server.aimock import answers, call, running, say
from tests.planner.model.asking import play, request_for
from tests.workflow.drawing import draw, step

# The server names a finish reason that Google's library does not know; it warns and goes on.
pytestmark = pytest.mark.filterwarnings("ignore:FUNCTION_CALL is not a valid FinishReason")

Raw = dict[str, Any]
NAME: Raw = {"op": "rename", "name": "Answers"}
QUESTION: Raw = {"op": "add_node", "id": "question", "type": "chat_trigger", "label": "Question arrives"}
SEARCH: Raw = {
    "op": "add_node",
    "id": "search",
    "type": "knowledge_search",
    "config": {"query": "{{ input.message }}", "collection": "Handbook"},
}
FOUND: Raw = {"op": "add_node", "id": "found", "type": "condition", "config": {"expression": "search.count > 0"}, "parent": ""}
WRITE: Raw = {"op": "add_node", "id": "write", "type": "llm", "label": "Write answer", "config": {"prompt": "Use {{ search.text }}"}}


def edge(source: str, target: str, handle: str = "") -> Raw:
    return {"op": "connect", "source": source, "target": target, "source_handle": handle}


MISSPELT = edge("search", "wriet")
BROKEN = {**WRITE, "config": {"prompt": "Use {{ serch.text }}"}}
MENDED: Raw = {"op": "update_node", "id": "write", "config": {"prompt": "Use {{ search.text }}"}}
INVENTED: list[Raw] = [
    {"op": "add_node", "id": "mail", "type": "email", "config": {"recipient": "a@b.test"}},
    {"op": "paint", "id": "question"},
    {"op": "add_node", "id": "Mail-2", "type": "email"},
    {"op": "add_node", "id": "red", "type": "email", "colour": "red"},
    {"op": "add_node", "id": "tele", "type": "teleport"},
]
SCRIPT = [
    *answers(
        "BUILD",
        [
            say("The workflow looks in the handbook first. "),
            call(NAME, QUESTION, SEARCH, edge("question", "search"), FOUND, edge("search", "found"), WRITE, edge("found", "write", "true")),
        ],
    ),
    *answers("MEND", [say("Here it is."), call(QUESTION, SEARCH, MISSPELT)], [say("Sorry."), call(WRITE, edge("search", "write"))]),
    *answers(
        "REFERENCE",
        [say("Here it is."), call(QUESTION, SEARCH, edge("question", "search"), BROKEN, edge("search", "write"))],
        [call(MENDED)],
    ),
    *answers("STUBBORN", [say("So."), call(QUESTION, MISSPELT)], [call(MISSPELT)], [call(MISSPELT)]),
    *answers("GIVES UP", [say("So."), call(QUESTION, MISSPELT)], [say("I cannot do that.")]),
    *answers("UNORDERED", [say("So."), call(edge("question", "search"), SEARCH, QUESTION)]),
    *answers("MUTE", [call(QUESTION, {**SEARCH, "config": {"query": "{{ input.message }}"}}, edge("question", "search"))]),
    *answers("ALIEN", [call(QUESTION, tool="search_web")], [say("Nothing was changed.")]),
    *answers("INVENT", [say("So."), call(QUESTION, *INVENTED)], [call({"op": "add_node", "id": "mail", "type": "email"})]),
    *answers("WHAT", [say("It searches the handbook.")]),
    *answers("BUSY", 429),
    *answers("FAULT", 500),
    *answers("DENIED", 401),
]  # fmt: skip


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    with running(SCRIPT, tmp_path_factory.mktemp("aimock")) as url:
        yield url


@pytest.fixture(params=["openai", "gemini", "anthropic"])
def settings(request: pytest.FixtureRequest, server: str) -> ModelSettings:
    match request.param:
        case "openai":
            return ModelSettings(default="openai:test-model", openai_base_url=f"{server}/v1")
        case "gemini":
            return ModelSettings(default="gemini:gemini-3.8-flash", gemini_api_key="test", gemini_base_url=server)
        case _:
            return ModelSettings(default="anthropic:claude-sonnet-5-5", anthropic_api_key="test", anthropic_base_url=server)


async def test_a_workflow_is_built_while_the_reply_streams(settings: ModelSettings) -> None:
    played = await play(settings, request_for("BUILD a handbook assistant"))
    assert played.failure is None
    assert played.text == "The workflow looks in the handbook first. "
    assert played.node_ids == ["question", "search", "found", "write"]
    assert played.edge_ids == ["question//search", "search//found", "found/true/write"]
    assert played.workflow.name == "Answers"
    kinds = [type(event) for event in played.events]
    assert kinds.index(ReplyDelta) < kinds.index(EditApplied)
    assert kinds.count(ReplyDelta) > 2, "the reply came in pieces"
    assert played.answered.planner == "model"
    assert played.answered.input_tokens > 0
    assert played.answered.output_tokens > 0
    offered = [event.texts for event in played.events if isinstance(event, Suggested)]
    assert [len(texts) for texts in offered] == [3], "what comes next is read from the diagram, whoever drew it"


async def test_a_refused_edit_goes_back_with_its_reason_and_is_mended(settings: ModelSettings) -> None:
    played = await play(settings, request_for("MEND it"))
    assert played.rejected == ["There is no step 'wriet'. The steps are: question, search."]
    assert played.edge_ids == ["search//write"]
    assert played.text == "Here it is.", "what a model says while it mends is no part of the reply"


async def test_a_reference_to_nothing_goes_back_too(settings: ModelSettings) -> None:
    played = await play(settings, request_for("REFERENCE"))
    write = played.workflow.node("write")
    assert write is not None
    assert write.config == {"prompt": "Use {{ search.text }}"}


async def test_a_stubborn_model_is_asked_as_often_as_the_budget_says_and_the_refusal_is_told(settings: ModelSettings) -> None:
    played = await play(settings, request_for("STUBBORN"))
    assert played.node_ids == ["question"]
    assert len(played.rejected) == 3
    assert played.text.startswith("So.\n\nPart of this was refused: There is no step 'search'.")
    once = await play(settings, request_for("STUBBORN", budget=Budget(seconds=10.0, repair_rounds=0)))
    assert len(once.rejected) == 1


async def test_a_model_that_gives_up_leaves_its_refusal_in_the_reply(settings: ModelSettings) -> None:
    played = await play(settings, request_for("GIVES UP"))
    assert "Part of this was refused: There is no step 'search'." in played.text


async def test_edits_in_a_wrong_order_are_put_right_without_asking_again(settings: ModelSettings) -> None:
    played = await play(settings, request_for("UNORDERED"))
    assert played.rejected == []
    assert played.edge_ids == ["question//search"]


async def test_a_model_that_only_calls_the_tool_gets_a_reply_written_for_it(settings: ModelSettings) -> None:
    played = await play(settings, request_for("MUTE"))
    assert played.text == "Added **Question arrives** and **Search documents**. Still open: no collection in **Search documents**."


async def test_an_unknown_tool_changes_nothing(settings: ModelSettings) -> None:
    played = await play(settings, request_for("ALIEN"))
    assert played.node_ids == []
    assert played.text == "Nothing was changed."


async def test_invented_ops_types_ids_and_fields_are_refused_by_name(settings: ModelSettings) -> None:
    played = await play(settings, request_for("INVENT"))
    assert played.node_ids == ["question", "mail"]
    assert [reason.split(".")[0] for reason in played.rejected] == [
        "email has no setting 'recipient'",
        "There is no op 'paint'",
        "add_node: id has small letters, digits and _, starts with a letter, and is at most 40 long",
        "add_node has no field 'colour'",
        "There is no step type 'teleport'",
    ]


async def test_a_question_changes_nothing(settings: ModelSettings) -> None:
    workflow = draw(step("question", "chat_trigger"))
    played = await play(settings, request_for("WHAT does it do?", workflow))
    assert played.workflow is workflow
    assert played.text == "It searches the handbook."


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("BUSY", "The model is busy. Try again in a moment."),
        ("FAULT", "The model’s service had a fault of its own. Try again in a moment."),
        ("DENIED", "The model’s service did not accept the key. Check the key in the server’s settings."),
    ],
)
async def test_a_service_that_refuses_is_told_in_plain_words(settings: ModelSettings, word: str, said: str) -> None:
    played = await play(settings, request_for(word))
    assert played.failure is not None
    assert played.failure.message == said
    assert played.answered.output_tokens == 0
