"""Every fault against every wire protocol: whatever comes, the turn ends within its budget, in a valid diagram and a plain sentence."""

import re
import time
from dataclasses import replace
from typing import Any

import pytest

from parley.llm.models import ModelSettings
from parley.planner.base import Budget
from tests.model_server.raw import SSE_HEAD, raw_server
from tests.model_server.wires import ANTHROPIC, GEMINI, OPENAI, WIRES, Wire, failing
from tests.planner.model.asking import Played, play, request_for

QUESTION = {"op": "add_node", "id": "question", "type": "chat_trigger", "label": "Question"}
WRITE = {"op": "add_node", "id": "write", "type": "llm", "label": "Write", "config": {"prompt": "{{ input.message }}"}}
EDGE = {"op": "connect", "source": "question", "target": "write"}
MB = 1_000_000

Script = list[bytes | float]
pytestmark = pytest.mark.parametrize("wire", WIRES, ids=lambda wire: wire.name)


async def ask(wire: Wire, *scripts: Script, seconds: float = 5.0, **more: Any) -> tuple[Played, list[dict[str, Any]], float]:
    """Checks what holds whatever comes; the last value is how long the turn took."""
    async with raw_server(*scripts) as server:
        budget = Budget(seconds=seconds, **more)
        began = time.monotonic()
        played = await play(wire.settings(server.url.removesuffix("/v1")), request_for("Build it", budget=budget))
        took = time.monotonic() - began
    assert took < seconds + 3.0, "libraries are imported in the first turn"
    last = played.failure.message if played.failure else played.text
    assert re.search(r"[.?!]$", last.strip()), last
    assert "Traceback" not in last
    assert "Error" not in last
    return played, server.bodies, took


async def test_a_whole_answer_builds(wire: Wire) -> None:
    played, _, _ = await ask(wire, wire.answer("Here it is.", QUESTION, WRITE, EDGE))
    assert played.failure is None
    assert played.text == "Here it is."
    assert played.edge_ids == ["question//write"]


async def test_busy_for_a_second_is_waited_for(wire: Wire) -> None:
    played, bodies, took = await ask(wire, [failing(429, retry_after=1)], wire.answer("Here it is.", QUESTION), seconds=6.0)
    assert played.failure is None
    assert played.node_ids == ["question"]
    assert len(bodies) == 2
    assert took >= 1.0


async def test_busy_for_longer_than_the_turn_ends_at_once_and_says_how_long(wire: Wire) -> None:
    played, bodies, _ = await ask(wire, [failing(429, retry_after=120)])
    assert played.failure is not None
    assert played.failure.message == "The model is busy. Try again in 120 s."
    assert len(bodies) == 1


async def test_a_passing_fault_is_got_over(wire: Wire) -> None:
    played, bodies, _ = await ask(wire, [failing(500)], wire.answer("Here it is.", QUESTION))
    assert played.failure is None
    assert played.node_ids == ["question"]
    assert len(bodies) == 2


async def test_a_lasting_fault_is_told(wire: Wire) -> None:
    played, bodies, _ = await ask(wire, [failing(500)])
    assert played.failure is not None
    assert played.failure.message == "The model’s service had a fault of its own. Try again in a moment."
    assert len(bodies) == 2


@pytest.mark.parametrize("script", [[30.0], [SSE_HEAD, 30.0]], ids=["without an answer", "after the answer's head"])
async def test_silence_ends_at_the_budget(wire: Wire, script: Script) -> None:
    played, _, _ = await ask(wire, script, seconds=0.4)
    assert played.failure is not None
    assert played.failure.message == "The model did not answer within 0.4 s."
    assert played.node_ids == []


async def test_silence_in_mid_stream_keeps_what_came(wire: Wire) -> None:
    script: Script = [SSE_HEAD, wire.opening, wire.text("Building."), wire.call([QUESTION, WRITE]), 30.0]
    played, _, _ = await ask(wire, script, seconds=1.0)
    assert played.text == "Building."
    assert played.node_ids == ["question", "write"]
    assert played.failure is not None
    assert played.failure.message == "The model did not answer within 1 s."


async def test_half_a_call_leaves_a_valid_diagram(wire: Wire) -> None:
    script: Script = [SSE_HEAD, wire.opening, wire.text("Building."), wire.half_call([QUESTION, WRITE, EDGE])]
    played, _, _ = await ask(wire, script, wire.answer("", WRITE, EDGE), repair_rounds=1)
    assert played.text.startswith("Building.")
    assert set(played.node_ids) <= {"question", "write"}


async def test_unknown_types_wrong_words_and_invented_fields_are_refused_with_their_reasons(wire: Wire) -> None:
    wrong = [{"op": "add_node", "id": "t", "type": "teleport"}, {"op": "paint"}, {**WRITE, "colour": "red"}, {**QUESTION, "type": 7}]
    played, bodies, _ = await ask(wire, wire.answer("So.", *wrong), wire.answer("", QUESTION))
    assert played.node_ids == ["question"]
    assert len(played.rejected) == 4
    told = wire.asked(bodies[1])
    assert "There is no step type 'teleport'" in told
    assert "There is no op 'paint'" in told
    assert "add_node has no field 'colour'" in told


async def test_fifty_megabytes_in_pieces_stop_at_the_budget_of_tokens(wire: Wire) -> None:
    script: Script = [SSE_HEAD, wire.opening, *[wire.text("word " * 20_000)] * 500, wire.end]
    played, _, _ = await ask(wire, script, tokens=8_000)
    assert played.failure is not None
    assert played.failure.message == "The reply stopped at this turn’s budget of 8,000 tokens."
    assert played.answered.output_tokens <= 8_000


async def test_fifty_megabytes_in_one_piece_break_off(wire: Wire) -> None:
    piece = wire.text("x" * 50 * MB)
    script: Script = [SSE_HEAD, wire.opening, *(piece[at : at + MB] for at in range(0, len(piece), MB)), wire.end]
    played, _, _ = await ask(wire, script, seconds=20.0)
    assert played.failure is not None
    assert played.node_ids == []


async def test_fifty_megabytes_of_arguments_stop_too(wire: Wire) -> None:
    piece = wire.call([QUESTION, {**WRITE, "config": {"prompt": "x" * 50 * MB}}])
    script: Script = [SSE_HEAD, wire.opening, *(piece[at : at + MB] for at in range(0, len(piece), MB)), wire.end]
    played, _, _ = await ask(wire, script, seconds=20.0)
    assert played.failure is not None
    assert set(played.node_ids) <= {"question"}


async def test_a_refusal_is_told_and_changes_nothing(wire: Wire) -> None:
    played, _, _ = await ask(wire, [SSE_HEAD, wire.opening, wire.refusal])
    assert played.node_ids == []
    assert played.failure is not None or played.text


async def test_an_answer_without_edits_is_a_reply(wire: Wire) -> None:
    played, bodies, _ = await ask(wire, wire.answer("Which address should it go to?"))
    assert played.failure is None
    assert played.text == "Which address should it go to?"
    assert len(bodies) == 1


@pytest.mark.parametrize(
    "fault", [[failing(500)], [failing(429, retry_after=60)], [failing(401)], [30.0], [SSE_HEAD, 30.0], [b"?\r\n"]], ids=str
)
async def test_where_the_first_model_fails_the_next_one_answers(wire: Wire, fault: Script) -> None:
    other = {"openai": ANTHROPIC, "gemini": OPENAI, "anthropic": GEMINI}[wire.name]
    async with raw_server(other.answer("Hello.")) as awake:  # imports its client: seconds on a busy machine, not of the budget
        await play(other.settings(awake.url.removesuffix("/v1")), request_for("Hello"))
    async with raw_server(fault) as broken, raw_server(other.answer("Here it is.", QUESTION)) as sound:
        first, second = wire.settings(broken.url.removesuffix("/v1")), other.settings(sound.url.removesuffix("/v1"))
        played = await play(both(first, second), request_for("Build it", budget=Budget(seconds=4.0)))
    assert played.failure is None
    assert played.text == "Here it is."
    assert played.node_ids == ["question"]
    assert len(broken.bodies) == len(sound.bodies) == 1


async def test_after_the_first_word_nobody_else_is_asked(wire: Wire) -> None:
    async with raw_server([SSE_HEAD, wire.opening, wire.text("Build"), 30.0]) as broken, raw_server(OPENAI.answer("No.")) as other:
        first = replace(wire.settings(broken.url.removesuffix("/v1")), ollama_url=other.url.removesuffix("/v1"))
        chain = replace(first, default=f"{first.default}, ollama:m")
        played = await play(chain, request_for("Build it", budget=Budget(seconds=1.0)))
    assert played.text == "Build"
    assert played.failure is not None
    assert other.bodies == []


def both(first: ModelSettings, second: ModelSettings) -> ModelSettings:
    """One chain over two services."""
    given = {name: value for name, value in vars(second).items() if value is not None}
    return replace(first, **{**given, "default": f"{first.default}, {second.default}"})
