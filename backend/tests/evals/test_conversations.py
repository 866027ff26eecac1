"""The labelled conversations can be read, and a file that cannot be is told with the line."""

import json
from pathlib import Path
from typing import Any

import pytest

from evals import conversations
from evals.score import score_conversation
from parley.workflow.spec import Workflow

STEP = {"key": "t", "type": "webhook_trigger"}
GRAPH = {"nodes": [STEP, {"key": "s", "type": "slack_message"}], "edges": [["t", "s"]]}


def conversation(expect: Any, **other: Any) -> str:
    return json.dumps(
        {"id": "x1", "turns": [{"user": "webhook to slack", "expect": GRAPH}, {"user": "and then?", "expect": expect}], **other}
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("webhook -> slack", "this is not JSON"),
        ("[" * 100_000, "this is not JSON"),
        ("[1, 2]", "one JSON object"),
        ('{"turns": []}', "no `id`"),
        ('{"id": "x1"}', "no `turns`"),
        (conversation({}, turns=[]), "no `turns`"),
        (conversation({}, turns=[{"expect": GRAPH}]), "turn 0: it has no `user`"),
        (conversation({}, turns=[{"user": "hello"}]), "turn 0: it has no `expect`"),
        (conversation({"perfect": True}), "turn 1: `expect` says `perfect`; it needs"),
        (conversation({}), "turn 1: `expect` says nothing"),
        (conversation({"nodes": [{"type": "email"}], "edges": []}), "a step has no `key`"),
        (conversation({"nodes": [{"key": "m", "type": "fax"}], "edges": []}), "'m' has the unknown type 'fax'"),
        (conversation({"nodes": [STEP, STEP], "edges": []}), "the same `key`"),
        (conversation({"nodes": [STEP], "edges": [["t", "u"]]}), "names the step 'u'"),
        (conversation({"nodes": [STEP], "edges": [["t"]]}), "is no edge"),
        (conversation({**GRAPH, "restores": 1}), "`restores` is 1"),
        (conversation({"unchanged": True}), "the id 'x1' is there already"),
    ],
)
def test_a_line_that_is_wrong_is_told_with_its_number(line: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "set.jsonl"
    file.write_text(f"{conversation({'unchanged': True})}\n\n{line}\n", encoding="utf-8")
    with pytest.raises(conversations.ConversationsUnreadable) as caught:
        conversations.read(file)
    assert "set.jsonl, line 3: " in caught.value.message
    assert said in caught.value.message


@pytest.mark.parametrize(
    ("content", "said"), [(b"", "holds no conversation"), (b"\xff\xfe", "could not be read"), (None, "could not be read")]
)
def test_a_file_without_conversations_is_told(content: bytes | None, said: str, tmp_path: Path) -> None:
    file = tmp_path / "set.jsonl"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(conversations.ConversationsUnreadable, match=said):
        conversations.read(file)


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("prompts.dev", 40),
        ("heldout-a", 20),
        ("heldout-b", 23),
        ("tuned", 55),
        ("edits", 45),
        ("unseen-a", 50),
        ("unseen-b", 50),
        ("changes-c", 45),
        ("unseen-d", 50),
        ("unseen-f", 60),
        ("sealed", 52),
    ],
    ids=lambda value: str(value),
)
def test_a_drawing_made_from_the_labels_scores_one(name: str, count: int) -> None:
    items = conversations.read(conversations.FOLDER / f"{name}.jsonl")
    assert len(items) == count
    for item in items:
        rows = score_conversation(item, drawings(item))
        assert [row.score for row in rows] == pytest.approx([1.0] * len(rows)), item["id"]


def drawings(item: dict[str, Any]) -> list[Workflow]:
    """What the label asks for, word for word: every step of it, wired as the label's first wiring."""
    found: list[Workflow] = []
    for turn in item["turns"]:
        expect = turn["expect"]
        if expect.get("unchanged"):
            found.append(found[-1])
        elif "restores" in expect:
            found.append(found[expect["restores"]])
        else:
            found.append(Workflow() if expect.get("empty") else drawing(expect))
    return found


def drawing(expect: dict[str, Any]) -> Workflow:
    wired = {key for edge in expect["edges"] for key in edge[:2]}
    nodes: list[dict[str, Any]] = []
    for step in expect["nodes"]:
        if step["key"] not in wired and step.get("optional"):
            continue
        slots = {name: spelled(name, wanted) for name, wanted in step.get("config_contains", {}).items()}
        label = next((str(slots[name]) for name in ("label", "about") if name in slots), step["key"])
        config = {name: value for name, value in slots.items() if name != "label"}
        nodes.append(
            {
                "id": step["key"],
                "type": (step.get("types") or [step["type"]])[0],
                "label": label,
                "config": config,
                "parent": step.get("in"),
            }
        )
    inside = {step["key"]: step.get("in") for step in expect["nodes"]}
    edges = [
        {"source": edge[0], "target": edge[1], "source_handle": edge[2].split("|")[0] if len(edge) > 2 and edge[2] != "done" else None}
        for edge in expect["edges"]
        if inside[edge[1]] != edge[0]  # the edge into a loop's body is drawn by the parent
    ]
    return Workflow.model_validate({"nodes": nodes, "edges": edges})


def spelled(name: str, wanted: Any) -> Any:
    """The first acceptable value; of a pattern of times one that fits."""
    if isinstance(wanted, dict):
        return list(wanted["all"])
    first = wanted[0] if isinstance(wanted, list) else wanted
    return first.removeprefix("~").replace("?", "1") if name == "cron" else first
