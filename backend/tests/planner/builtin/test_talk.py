"""Questions and small talk: answered from the diagram, in plain words, and nothing changes."""

from dataclasses import replace

import pytest

from parley.planner.base import Answered, EditApplied, ReplyDelta
from parley.planner.builtin import BuiltinPlanner
from parley.planner.builtin.intent import of
from parley.planner.builtin.planner import decide
from parley.workflow.edits import apply_all
from tests.planner.builtin.play import play

CHAT = "When a customer asks something, look it up in our handbook and on the web, let a language model write the answer from both."


@pytest.mark.parametrize(
    "said", ["hello", "Thanks!", "good evening!", "ok, looks good", "😀😀", "great, thank you so much", "danke", "...", "👍 perfect"]
)
def test_small_talk_builds_nothing(said: str) -> None:
    assert play(said).turns[0].edits == []
    conversation = play(CHAT, said)
    assert conversation.turns[-1].edits == []
    assert conversation.turns[-1].reply


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("What does the second step do?", "Search handbook"),
        ("Can you explain the last step?", "Answer"),
        ("What is missing?", "handbook"),
        ("How many steps are there?", "5 steps"),
        ("When does it run?", "question arrives"),
        ("What does this workflow do?", "Write answer"),
        ("What happens if nothing is found?", "empty result"),
        ("Why is there a web search?", "Search web"),
        ("explain the workflow", "Search web"),
    ],
)
def test_a_question_is_answered_from_the_diagram(question: str, part: str) -> None:
    conversation = play(CHAT, question)
    assert part in conversation.turns[-1].reply
    assert conversation.turns[-1].edits == []


@pytest.mark.parametrize(
    "question",
    [
        "Which file formats can I upload here?",
        "is it better to use a loop or one big request?",
        "What can you do?",
        "The weather is nice today",
    ],
)
def test_nothing_is_built_where_nothing_was_asked_for(question: str) -> None:
    assert play(question).turns[0].edits == []


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        ("Could you fetch the news every day?", "request"),
        ("can you explain the second step?", "question"),
        ("How about an approval before the mail?", "request"),
        ("undo that please", "undo"),
        ("never mind, put it back", "undo"),
        ("start from scratch", "start_over"),
        ("when does it run?", "question"),
        ("When a mail arrives, tell #ops", "request"),
        ("what if the list is empty", "question"),
    ],
)
def test_the_kind_of_a_message(said: str, intent: str) -> None:
    assert of(said, has_workflow=True) == intent


async def test_the_reply_streams_around_the_edits_and_ends_with_the_bill() -> None:
    conversation = play()
    events = [event async for event in BuiltinPlanner().plan(conversation.request(CHAT))]
    assert isinstance(events[0], ReplyDelta)
    assert isinstance(events[-1], Answered)
    assert sum(isinstance(event, ReplyDelta) for event in events) >= 2
    assert any(isinstance(event, EditApplied) for event in events)


async def test_confidence_is_high_for_a_clear_request_and_low_for_none() -> None:
    planner, conversation = BuiltinPlanner(), play()
    assert await planner.confidence(conversation.request(CHAT)) > 0.8
    assert await planner.confidence(conversation.request("make it nice and shiny for the investors")) < 0.5


def test_the_reply_says_what_it_took_for_granted() -> None:
    assert "No time was said" in play("Every Monday fetch https://a.test/x and post it to #a").turns[0].reply


def test_words_without_meaning_are_named() -> None:
    assert (
        "flibber the wotsit" in play("Every Monday at 9 fetch https://a.test/x, post it to #a. Flibber the wotsit.").turns[0].reply.lower()
    )


def test_a_time_zone_that_is_not_known_here_is_utc_and_the_reply_says_so() -> None:
    request = replace(play().request("Every Monday at 9 fetch https://a.test/x and post it to #x"), timezone="Mars/Olympus")
    turn = decide(request)
    workflow = apply_all(turn.edits, request.workflow, request.catalogue)
    assert workflow.nodes[0].config["timezone"] == "UTC"
    assert "“Mars/Olympus” is not known here" in turn.reply
