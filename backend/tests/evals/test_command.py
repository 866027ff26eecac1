"""`parley eval` plays a file through the real planners, prints the score last, and writes what was drawn."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from evals import command, conversations, report
from evals.play import PlayedTurn, Player, play
from evals.score import Row, overall, score_conversation
from parley.app import wire_planners
from parley.llm.models import Models, ModelSettings
from parley.nodes.registry import CATALOGUE
from parley.planner.base import Budget
from parley.workflow.spec import EMPTY, Workflow
from parley.workflow.validate import Surroundings, validate
from tests.conftest import SignUp
from tests.model_server.raw import SSE_HEAD, arguments, finish, raw_server, status, text

PARLEY = str(Path(sys.executable).parent / "parley")
BUILTIN = Player(wire_planners(None))


def parley(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PARLEY, "eval", *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PARLEY_DATA_DIR": str(folder / "data"), **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_the_command_prints_the_score_last_and_writes_a_graph_per_turn(tmp_path: Path) -> None:
    out = tmp_path / "predictions.jsonl"
    done = parley(str(conversations.FOLDER / "heldout-a.jsonl"), "--planner", "builtin", "--out", str(out), "--turns", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[-2].startswith("20 conversations, standard error of the overall score 0.")
    items = conversations.read(conversations.FOLDER / "heldout-a.jsonl")
    written = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [(one["id"], one["turn"]) for one in written] == [(item["id"], turn) for item in items for turn in range(len(item["turns"]))]
    graphs = {(one["id"], one["turn"]): Workflow.model_validate(one["graph"]) for one in written}
    rows = [row for item in items for row in score_conversation(item, [graphs[item["id"], turn] for turn in range(len(item["turns"]))])]
    assert lines[-1] == f"overall={overall(rows):.4f}"
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere.jsonl"], "nowhere.jsonl could not be read"),
        (["broken.jsonl"], "broken.jsonl, line 1: this is not JSON"),
        (["fine.jsonl", "--planner", "model"], "No language model is set up"),
        (["fine.jsonl", "--out", "no/such/folder.jsonl"], "could not be written"),
    ],
)
def test_what_cannot_be_done_is_told_in_words(arguments: list[str], said: str, tmp_path: Path) -> None:
    (tmp_path / "broken.jsonl").write_text("webhook -> slack\n", encoding="utf-8")
    (tmp_path / "fine.jsonl").write_text('{"id": "x", "turns": [{"user": "hello", "expect": {"empty": true}}]}\n', encoding="utf-8")
    stopped = parley(*arguments, folder=tmp_path)
    assert stopped.returncode == 1
    assert said in stopped.stderr
    assert "Traceback" not in stopped.stderr


async def test_the_same_conversations_give_the_same_diagrams() -> None:
    path = conversations.FOLDER / "tuned.jsonl"
    first, second = [await command.evaluate(path, BUILTIN) for _ in range(2)]
    assert first.predictions == second.predictions
    assert [turn.confidence for turn in first.turns] == [turn.confidence for turn in second.turns]


@pytest.mark.parametrize("name", ["prompts.dev", "heldout-a", "heldout-b", "tuned"])
async def test_every_diagram_that_is_drawn_can_be_run_once_its_fields_are_filled(name: str) -> None:
    done = await command.evaluate(conversations.FOLDER / f"{name}.jsonl", BUILTIN)
    surroundings = Surroundings(collections=frozenset())
    assert [issue for turn in done.turns for issue in validate(turn.workflow, CATALOGUE, surroundings) if issue.level == "error"] == []
    assert [turn.error for turn in done.turns if turn.error] == []


async def test_undo_in_a_played_conversation_reaches_what_was_there_before() -> None:
    said = ["webhook to #one", "also email it to a@b.test", "undo", "undo"]
    played = [turn.workflow for turn in await play(said, BUILTIN)]
    assert played[2] == played[0]
    assert played[3] == EMPTY


async def test_a_model_is_played_like_in_a_turn_and_its_tokens_and_failures_are_told(tmp_path: Path) -> None:
    step = {"op": "add_node", "id": "question", "type": "chat_trigger", "label": "Question"}
    call = [SSE_HEAD, text("Here it is."), arguments(json.dumps({"edits": [step]}), "edit_workflow"), finish("tool_calls")]
    file = tmp_path / "set.jsonl"
    label = {"nodes": [{"key": "t", "type": "chat_trigger"}], "edges": []}
    turns = [{"user": "Start in the chat", "expect": label}, {"user": "Thanks", "expect": {"unchanged": True}}]
    file.write_text(json.dumps({"id": "x", "turns": turns}), encoding="utf-8")
    async with raw_server(call, [status(500)]) as server:
        models = Models(ModelSettings(default="openai:test-model", openai_base_url=server.url))
        player = Player(wire_planners(models), "model", Budget(seconds=10, tokens=15_000, repair_rounds=0))
        done = await command.evaluate(file, player)
        await models.aclose()
    assert [row.score for row in done.rows] == [1.0, 1.0]
    assert [turn.planner for turn in done.turns] == ["model", "model"]
    assert done.turns[0].input_tokens > 0
    assert "1 of 2 turns failed: The model’s service had a fault of its own." in report.summary(done.rows, done.turns)
    asked = [message["role"] for message in server.bodies[-1]["messages"]]
    assert asked.count("user") == 2, "the second request carries the first message and the reply"


GOALS = [("prompts.dev", 0.95), ("heldout-a", 0.95), ("heldout-b", 0.95)]


@pytest.mark.parametrize(("name", "goal"), GOALS)
async def test_the_planner_stays_above_its_goal_on_the_sets_it_is_tuned_on(name: str, goal: float) -> None:
    done = await command.evaluate(conversations.FOLDER / f"{name}.jsonl", BUILTIN)
    assert overall(done.rows) >= goal


def test_the_calibration_table_counts_every_turn_in_its_band() -> None:
    drawn = [(0.1, 0.2), (0.55, 0.95), (0.58, 0.5), (0.95, 1.0), (1.0, 1.0)]
    rows = [Row(f"x{n}", 0, "easy", "build", score, {"score": score}, "") for n, (_, score) in enumerate(drawn)]
    turns = [PlayedTurn(EMPTY, 0.001, sure, "builtin", 0, 0, None) for sure, _ in drawn]
    lines = [line.split() for line in report.calibration(rows, turns).splitlines()[1:]]
    assert [" ".join(line) for line in lines] == [
        "0 to 0.2 1 0.00 0.200 0.60 of 5",
        "0.5 to 0.6 2 0.50 0.725 0.75 of 4",
        "0.95 to 1 1 1.00 1.000 1.00 of 2",
        "1 1 1.00 1.000 1.00 of 1",
    ]


async def test_a_played_conversation_draws_what_the_server_draws(sign_up: SignUp) -> None:
    """Every conversation of more than one turn, over HTTP and the database, and as it is played here."""
    ada = await sign_up("ada")
    items = [item for item in conversations.read(conversations.FOLDER / "tuned.jsonl") if len(item["turns"]) > 1]
    assert len(items) > 20
    for item in items:
        said = [turn["user"] for turn in item["turns"]]
        chat = (await ada.post("/api/chats", json={})).json()["id"]
        drawn: list[Workflow] = []
        for content in said:
            answer = await ada.post(
                f"/api/chats/{chat}/messages",
                json={"content": content, "planner": "builtin", "timezone": "UTC"},
                headers={"Accept": "application/json"},
            )
            drawn.append(Workflow.model_validate(answer.json()["workflow_data"]))
        assert [turn.workflow for turn in await play(said, BUILTIN)] == drawn, item["id"]


def test_an_installation_without_the_sets_says_where_to_run_it(tmp_path: Path) -> None:
    code = "import sys; sys.modules['evals'] = None; from parley.cli import main; sys.exit(main(['eval', 'set.jsonl']))"
    stopped = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert stopped.returncode == 1
    assert "`parley eval` needs evals, which is not installed here. Run it in a checkout" in stopped.stderr
    assert "Traceback" not in stopped.stderr
