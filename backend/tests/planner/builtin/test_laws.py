"""Any text at all: no exception, a valid workflow after every edit, the same answer twice, within bounded time."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley.nodes.registry import CATALOGUE
from parley.planner.builtin.intent import of
from parley.planner.builtin.planner import decide, read
from parley.workflow.edits import apply
from tests.planner.builtin.play import Conversation, play

STARTS = (
    "When a customer asks something, look it up in our handbook and on the web, let a language model write the answer, "
    "and if it is about refunds also send it to #support.",
    "Read table orders every Monday at 9. For each order fetch https://a.test/x. If the total is over 5, email a@b.test. "
    "After all are done post to #done.",
)
SPOKEN = """
    when if otherwise unless for each every then and or before after remove replace the a it this step Slack #x a@b.test https://a.test/x
    table orders 'quoted' approval mail summarise translate wait 3 days top 5 at 9 monday undo rename move between , . → : ? ! ( ) 1. - in
    parallel our handbook web loop condition first second last answer question rejected approved case sort into
"""
WORDS = st.sampled_from(SPOKEN.split())
SENTENCES = st.lists(WORDS, max_size=25).map(" ".join)
ANYTHING = st.one_of(SENTENCES, st.text(max_size=300), st.text(st.sampled_from("a.,\n→⟨⟩{}%#@/'\"\ud800🙂é0 "), max_size=80))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(st.none(), st.sampled_from(STARTS)), st.lists(ANYTHING, min_size=1, max_size=3))
def test_every_prefix_is_valid_whatever_is_said(start: str | None, messages: list[str]) -> None:
    conversation = play(start) if start else Conversation()
    for message in messages:
        conversation.say(message)  # applies edit by edit; a refused one raises
        assert conversation.turns[-1].reply
        assert len(conversation.turns[-1].suggestions) <= 3
    assert conversation.issues("error") == [] or start is not None


@settings(max_examples=60, deadline=None)
@given(ANYTHING)
def test_the_same_message_gives_the_same_turn(message: str) -> None:
    request = play(STARTS[0]).request(message)
    assert decide(request) == decide(request)


@settings(max_examples=60, deadline=None)
@given(ANYTHING)
def test_a_question_never_changes_the_diagram(message: str) -> None:
    conversation = play(STARTS[0])
    if of(read(message).masked, has_workflow=True) in {"question", "small_talk"}:
        assert conversation.say(message).edits == []


LONG = (
    *("a" * 100_000, "when " * 20_000, "send it to #x, " * 7_000, "'\"" * 50_000, "🙂" * 25_000, "\n" * 100_000, "if a if b " * 10_000),
    *(
        "(" * 100_000,
        "<>→" * 30_000,
        "1.1." * 25_000,
        "every day " * 10_000,
        "in our the " * 9_000,
        "the " * 25_000 + "?",
        "look " * 20_000,
    ),
    *("a-" * 50_000, "word " * 19_999 + "gets", "translate it into " * 6_000),
)


@pytest.mark.parametrize("message", LONG, ids=lambda message: repr(message[:12]))
def test_a_hundred_kilobytes_take_bounded_time(message: str) -> None:
    conversation = play(STARTS[0])
    began = time.process_time()
    conversation.say(message)
    Conversation().say(message)
    assert time.process_time() - began < 4


def test_lone_surrogates_and_private_characters_are_read_over() -> None:
    conversation = play("When \ud800 a customer asks, \udfff search the web \ue000 and answer with AI ⟨q7⟩ ⟨c9⟩")
    assert conversation.workflow.nodes
    assert conversation.issues("error") == []


@pytest.mark.parametrize("start", STARTS)
def test_every_suggestion_is_understood(start: str) -> None:
    turn = play(start).turns[0]
    assert turn.suggestions
    for suggestion in turn.suggestions:
        after = play(start, suggestion)
        answered = of(suggestion, has_workflow=True) == "question"
        assert after.turns[-1].edits or answered
        assert "not understand" not in after.turns[-1].reply


def test_edits_alternate_between_a_step_and_its_edges() -> None:
    turn = play(STARTS[0]).turns[0]
    workflow = Conversation().workflow
    for edit in turn.edits:
        workflow = apply(edit, workflow, CATALOGUE)
        loose = [node for node in workflow.nodes if not workflow.edges_into(node.id) and node.parent is None]
        assert len(loose) <= 2


def test_a_usual_message_takes_less_than_a_tenth_of_a_second() -> None:
    request = Conversation().request(STARTS[1])
    decide(request)
    began = time.process_time()
    for _ in range(10):
        decide(request)
    assert (time.process_time() - began) / 10 < 0.1
