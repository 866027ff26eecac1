"""The annotated sentences can be read, those held out are held out, and the weights read them as well as when they were trained."""

import json
from pathlib import Path

import pytest

from training import annotated, score

FILES = ("requests.jsonl", "changes.jsonl", "heldout.jsonl")


@pytest.mark.parametrize(
    ("name", "kinds"), [("requests.jsonl", {"request"}), ("changes.jsonl", {"change"}), ("heldout.jsonl", {"request", "change"})]
)
def test_every_line_can_be_read(name: str, kinds: set[str]) -> None:
    sentences = annotated.read(name)
    assert {sentence.kind for sentence in sentences} == kinds
    for sentence in sentences:
        assert all(0 <= span.begin < span.end <= len(sentence.words) for span in (*sentence.spans, *sentence.commands))
        assert bool(sentence.commands) == (sentence.kind == "change")


def test_what_is_held_out_is_not_learned() -> None:
    learned = {tuple(_letters(line)) for name in FILES[:2] for line in _lines(name)}
    assert [line for line in _lines("heldout.jsonl") if tuple(_letters(line)) in learned] == []


def _lines(name: str) -> list[str]:
    return [annotated.unmarked(json.loads(line)["text"]) for line in (annotated.FOLDER / name).read_text(encoding="utf-8").splitlines()]


def _letters(text: str) -> list[str]:
    return "".join(char if char.isalnum() else " " for char in text.lower()).split()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[does:email mail Ann]", "[does:email mail Ann] has a name or a type that is not known"),
        ("[do:telex mail Ann]", "[do:telex mail Ann] has a name or a type that is not known"),
        ("[do:email mail Ann", "a bracket is not [tag words]"),
        ("[do:email mail [when:chat_trigger whenever] Ann]", "a bracket is not [tag words]"),
        ("{explode [target the mail]}", "a command has an op that is not known"),
        ("{remove [target the mail}", "a bracket is not [tag words]"),
        ("{remove [target the mail]", "a brace is not {op words}"),
        ("{remove [target the mail]}, {remove}", "a brace is not {op words}"),
    ],
)
def test_a_fault_of_the_markup_is_told_with_file_and_line(text: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [{"text": "[do:email mail Ann]"}, {"text": text}]
    (tmp_path / "some.jsonl").write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    monkeypatch.setattr(annotated, "FOLDER", tmp_path)
    with pytest.raises(annotated.AnnotationUnreadable) as caught:
        annotated.read("some.jsonl")
    assert str(caught.value).startswith("some.jsonl, line 2: ")
    assert said in str(caught.value)


@pytest.mark.parametrize("line", ['{"text": "half', "[]", '{"words": "mail"}', '{"text": 3}'])
def test_a_line_without_a_text_is_told_with_file_and_line(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "some.jsonl").write_text(line, encoding="utf-8")
    monkeypatch.setattr(annotated, "FOLDER", tmp_path)
    with pytest.raises(annotated.AnnotationUnreadable, match=r"some\.jsonl, line 1: it is no JSON object with a `text`"):
        annotated.read("some.jsonl")


def test_places_are_those_of_the_words_and_flags_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "please [do:llm+email mail me a digest, ] and [do:slack_message~^ ping #ops]"
    (tmp_path / "some.jsonl").write_text(json.dumps({"text": text}), encoding="utf-8")
    monkeypatch.setattr(annotated, "FOLDER", tmp_path)
    (sentence,) = annotated.read("some.jsonl")
    assert sentence.words == ("please", "mail", "me", "a", "digest", ",", "and", "ping", "#channel")
    mail, ping = sentence.spans
    assert mail == annotated.Labelled("do", 1, 5, ("llm", "email"))
    assert ping == annotated.Labelled("do", 7, 9, ("slack_message",), "~", 1)


def test_the_weights_read_what_was_held_out() -> None:
    """Weights that were trained for other labels, or in another order of them, would score next to nothing."""
    figures = score.scores()
    assert figures["request: stretches"] >= 0.70
    assert figures["change: stretches"] >= 0.65
