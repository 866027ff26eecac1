"""Edits that a model writes into its text: found wherever the stream is cut, and never shown as the reply."""

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.planner.model.written import Found, WrittenScanner

ADD = {"op": "add_node", "id": "mail", "type": "email", "config": {"body": 'He said "``` }]" \\ \n'}}
ROW = {"op": "connect", "source": "a", "target": "mail"}
EDITS = json.dumps({"edits": [ADD, ROW]})
SHAPES = {
    "fenced": f"Here it is.\n```json\n{EDITS}\n```\nAnything else?",
    "fenced without a word": f"Here it is.\n```\n{EDITS}\n```\nAnything else?",
    "a list": f"Here it is.\n```json\n{json.dumps([ADD, ROW])}\n```\nAnything else?",
    "a call in text": f'Here it is.\n<tool_call>\n{{"name": "edit_workflow", "arguments": {EDITS}}}\n</tool_call>\nAnything else?',
}


def scanned(text: str, cuts: list[int] | None = None) -> tuple[str, list[object], WrittenScanner]:
    scanner = WrittenScanner()
    found: list[str | Found] = []
    places = [0, *sorted(cuts or []), len(text)]
    for start, end in itertools.pairwise(places):
        found += scanner.feed(text[start:end])
    found += scanner.end()
    said = "".join(piece for piece in found if isinstance(piece, str))
    return said, [piece.raw for piece in found if isinstance(piece, Found)], scanner


@pytest.mark.parametrize("shape", SHAPES)
@given(data=st.data())
def test_wherever_it_is_cut_the_same_is_found(shape: str, data: st.DataObject) -> None:
    text = SHAPES[shape]
    cuts = data.draw(st.lists(st.integers(0, len(text)), max_size=12))
    said, edits, scanner = scanned(text, cuts)
    assert edits == [ADD, ROW]
    assert said == "Here it is.\nAnything else?"
    assert not scanner.cut_off


@given(data=st.data())
def test_a_whole_answer_in_json_streams_its_reply(data: st.DataObject) -> None:
    reply = data.draw(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
    text = json.dumps({"reply": reply, "edits": [ADD]}, ensure_ascii=data.draw(st.booleans()))
    said, edits, _ = scanned(text, data.draw(st.lists(st.integers(0, len(text)), max_size=12)))
    assert said == reply
    assert edits == [ADD]


def test_a_reply_is_given_out_before_the_json_ends() -> None:
    scanner = WrittenScanner()
    assert "".join(piece for piece in scanner.feed('{"reply": "Here it') if isinstance(piece, str)) == "Here it"
    assert scanner.feed(f' is.", "edits": [{json.dumps(ROW)}') == [" is.", Found(ROW)]
    assert scanner.cut_off


@pytest.mark.parametrize(
    "text",
    [
        "Plain words.",
        "A list:\n- `one`\n- ``two``",
        "```sql\nselect 1\n```",
        '```json\n{"example": 1}\n```\n',
        "a <tool of mine",
        "{",
        "3 < 4 ``",
    ],
)
def test_what_holds_no_edits_stays_as_it_was_written(text: str) -> None:
    said, edits, _ = scanned(text, list(range(len(text))))
    assert edits == []
    assert said == text or text == "{"


@pytest.mark.parametrize("text", [json.dumps(ADD), f"```json\n{json.dumps(ADD)}\n```", json.dumps({"edits": json.dumps([ADD])})])
def test_one_edit_alone_and_edits_as_text_are_found_too(text: str) -> None:
    assert scanned(text)[1] == [ADD]
