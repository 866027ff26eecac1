"""The planner knows the language, not the sets: nothing that only a labelled conversation says stands anywhere in its source, and no
turn is among the sentences that its tagger learned from.

What is ordinary is told by frequency. A phrase of four words is, if three conversations say it, or if each of its words is one of the
language's commonest, or a day or a number; a name is, if three conversations use it, or if the embedding model has it as a whole word.
Comments count like code.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

import parley.planner
from evals import conversations
from parley.embedding.weights import model_folder
from training import annotated

SETS = (
    "prompts.dev",
    "heldout-a",
    "heldout-b",
    "tuned",
    "edits",
    "unseen-a",
    "unseen-b",
    "changes-c",
    "unseen-d",
    "unseen-f",
    "unseen-g",
    "sealed",
)
SAID_BY_ALL = 3  # conversations
LANGUAGES = {"german", "french", "spanish", "portuguese", "chinese", "hindi"}  # a glossary must hold their everyday phrases
COMMONEST = 4_000
PHRASE = 4  # words
CALENDAR = re.compile(r"(mon|tues|wednes|thurs|fri|satur|sun)days?|\d+(st|nd|rd|th)?")
TURN = 3  # words: shorter ones ("undo") are everybody's


def words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", re.sub(r"['’]", "", text.lower()))


def source_lines() -> Iterator[tuple[str, str]]:
    folder = Path(parley.planner.__file__).parent
    for file in sorted(folder.rglob("*.py")):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            yield f"{file.relative_to(folder)}:{number}", re.sub(r"\\[a-zA-Z]", " ", line)  # \b is no letter


@pytest.fixture(scope="module")
def ranks() -> dict[str, int]:
    """English words, the commonest first: the vocabulary of the embedding model is in that order."""
    vocabulary = json.loads((model_folder() / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    whole = sorted((index, word) for word, index in vocabulary.items() if re.fullmatch(r"[a-z]+|\d+", word))
    return {word: rank for rank, (_, word) in enumerate(whole)}


def sayings() -> Iterator[tuple[str, bool, str]]:
    """Every message with its conversation and whether that is in English."""
    for name in SETS:
        for item in conversations.read(conversations.FOLDER / f"{name}.jsonl"):
            for turn in item["turns"]:
                yield f"{name} {item['id']}", not LANGUAGES & set(item["tags"]), turn["user"]


def phrases_of(text: str) -> Iterator[str]:
    said = words(text)
    return (" ".join(said[start : start + PHRASE]) for start in range(len(said) - PHRASE + 1))


def names_of(text: str) -> set[str]:
    """Addresses, channels, paths and tables, in their parts, and what is written with a capital inside a sentence."""
    marked = re.findall(r"#[\w-]+|[\w.-]+@[\w.-]+|https?://[^\s,;)]+|(?<!\w)/\w+|tables? '?\w+|'[\w-]+'", text)
    capital = re.findall(r"(?<=[a-z,] )[A-Z][a-z]{3,}", text)
    return {word for part in (*marked, *capital) for word in words(part) if len(word) > 3 and not word.isdigit()}


def common(word: str, ranks: dict[str, int]) -> bool:
    return CALENDAR.fullmatch(word) is not None or ranks.get(word, COMMONEST) < COMMONEST


def whole(word: str, ranks: dict[str, int]) -> bool:
    """Whether the embedding model has the word, or its singular, in one piece."""
    return not {word, re.sub(r"s$", "", re.sub(r"ies$", "y", word))}.isdisjoint(ranks)


# Parts of an address, the outside products that are known by name, and everyday words that the model has in pieces only.
KNOWN = {
    *("https", "test", "table", "tables", "slack", "airtable", "trello", "jira", "github", "linear", "salesforce", "zendesk"),
    *("analyse", "inbox", "refunds", "retry", "triage", "wiki"),
}


def test_no_phrase_that_only_a_conversation_says_stands_in_the_planners_source(ranks: dict[str, int]) -> None:
    said: defaultdict[str, set[str]] = defaultdict(set)
    for conversation, english, text in sayings():
        for phrase in phrases_of(text) if english else ():
            said[phrase].add(conversation)
    own = {phrase for phrase, by in said.items() if len(by) < SAID_BY_ALL and not all(common(word, ranks) for word in phrase.split())}
    assert [f"{place}: {phrase}" for place, line in source_lines() for phrase in phrases_of(line) if phrase in own] == []


def test_no_name_from_a_conversation_stands_in_the_planners_source(ranks: dict[str, int]) -> None:
    used: defaultdict[str, set[str]] = defaultdict(set)
    names: set[str] = set()
    for conversation, english, text in sayings():
        names |= names_of(text) if english else set()
        for word in words(text):
            used[word].add(conversation)
    own = {name for name in names - KNOWN if len(used[name]) < SAID_BY_ALL and not whole(name, ranks)}
    assert [f"{place}: {word}" for place, line in source_lines() for word in words(line) if word in own] == []


def test_what_a_set_says_is_found_where_it_stands(ranks: dict[str, int]) -> None:
    """The rules above would see a planner that was told of a conversation."""
    assert "harborbakery" in names_of("mail the list to till@harborbakery.test")
    assert not whole("harborbakery", ranks)
    assert not all(common(word, ranks) for word in ["wanting", "the", "fermentation", "values"])
    assert all(common(word, ranks) for word in ["at", "the", "same", "time", "every", "monday", "1st", "15"])


def test_no_turn_of_a_conversation_is_among_the_sentences_that_the_tagger_learned_from() -> None:
    said = {tuple(words(text)): conversation.split()[0] for conversation, _, text in sayings()}
    learned = [
        (f"{name}, line {number}", tuple(words(annotated.unmarked(json.loads(line)["text"]))))
        for name in ("requests.jsonl", "changes.jsonl", "heldout.jsonl")
        for number, line in enumerate((annotated.FOLDER / name).read_text(encoding="utf-8").splitlines(), 1)
    ]
    assert len(learned) > 6_000
    # Told by places: what a sealed turn says is not printed.
    assert [f"{place}: {said[saying]}" for place, saying in learned if len(saying) >= TURN and saying in said] == []
