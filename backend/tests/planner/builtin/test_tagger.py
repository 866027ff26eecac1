"""The tagger reads any message to spans in their places, and its weights fit the labels."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.embedding import weights
from parley.embedding.minilm import DIMENSION
from parley.embedding.numpy_layers import LAYERS
from parley.planner.builtin.tagger import decode, labels
from parley.planner.builtin.tagger import read as tagger
from parley.planner.builtin.tagger.network import ADAPTED, MOST_PIECES, WEIGHTS, Network, pieces_of, windows
from parley.planner.builtin.tagger.words import Word, words
from parley.planner.builtin.text import READ_LIMIT, read

SHORT = "When a form comes in at /orders, save it to table orders and mail Ann. If the total is over 500, post it to #sales."
LONG = " ".join(f"{SHORT} Step {number} is over." for number in range(20))
HEADS = {"role": labels.bio(labels.ROLES), "part": labels.bio(labels.PARTS), "command": labels.bio(("cmd",))}
POOLED = {"type": len(labels.TYPES), "order": len(labels.ORDERS), "leaves": labels.LEAVES, "op": len(labels.OPS)}
TAGS = labels.bio(("a", "b"))


@pytest.fixture(scope="module")
def network() -> Network:
    return Network(weights.model_folder())


def test_a_literal_and_a_line_break_are_one_word_each() -> None:
    masked = read("Mail ann@inn.test and #ops\nfrom https://inn.test/x at 7:30, it's 1.5 km").raw
    said = [word.said for word in words(masked)]
    assert said == ["mail", "mailbox", "and", "#channel", "\n", "from", "https", "at", "7:30", ",", "it's", "1.5", "km"]


@given(st.text())
def test_every_sign_but_spaces_is_in_one_word(text: str) -> None:
    found = words(text)
    assert "".join(text[word.start : word.end] for word in found).replace("\n", "") == "".join(text.split())
    assert all(before.end <= after.start for before, after in itertools.pairwise(found))


def test_every_column_of_the_weights_has_its_label() -> None:
    with np.load(WEIGHTS) as file:
        shapes = {name: file[name].shape for name in file.files}
    for name, tags in HEADS.items():
        assert shapes.pop(f"head.{name}.weight") == (len(tags), DIMENSION)
        assert shapes.pop(f"head.{name}.bias") == (len(tags),)
        assert shapes.pop(f"head.{name}.follows") == (len(tags), len(tags))
    for name, size in POOLED.items():
        assert shapes.pop(f"head.{name}.weight") == (size, 2 * DIMENSION)
        assert shapes.pop(f"head.{name}.bias") == (size,)
    parts = ("up", "down", "bias")
    assert set(shapes) == {f"encoder.layer.{layer}.{linear}.{part}" for layer in range(LAYERS) for linear in ADAPTED for part in parts}


def scored(rows: int) -> st.SearchStrategy[np.ndarray]:
    number = st.floats(-20, 20, width=32)
    row = st.lists(number, min_size=len(TAGS), max_size=len(TAGS))
    return st.lists(row, min_size=rows, max_size=rows).map(lambda values: np.array(values, np.float32))


def allowed(path: list[int] | tuple[int, ...]) -> bool:
    """No inside tag but behind its own beginning or itself."""
    return all(not TAGS[tag].startswith("I-") or before in (tag - 1, tag) for before, tag in itertools.pairwise((0, *path)))


@given(st.integers(1, 12).flatmap(scored), scored(len(TAGS)))
def test_no_stretch_goes_on_that_has_not_begun(scores: np.ndarray, follows: np.ndarray) -> None:
    assert allowed(decode.best(scores, TAGS, follows))


@given(st.integers(1, 4).flatmap(scored), scored(len(TAGS)))
def test_no_other_sequence_that_is_allowed_scores_more(scores: np.ndarray, follows: np.ndarray) -> None:
    def total(path: list[int] | tuple[int, ...]) -> float:
        return sum(float(scores[index, tag]) for index, tag in enumerate(path)) + sum(
            float(follows[pair]) for pair in itertools.pairwise(path)
        )

    best = max(total(path) for path in itertools.product(range(len(TAGS)), repeat=len(scores)) if allowed(path))
    assert total(decode.best(scores, TAGS, follows)) == pytest.approx(best, abs=1e-3)


def test_stretches_end_where_another_begins() -> None:
    path = [TAGS.index(tag) for tag in ("B-a", "I-a", "B-a", "O", "B-b", "I-b")]
    found = decode.stretches(np.eye(len(TAGS), dtype=np.float32)[path] * 9, TAGS, np.zeros((len(TAGS), len(TAGS)), np.float32))
    assert [(stretch.name, stretch.begin, stretch.end) for stretch in found] == [("a", 0, 2), ("a", 2, 3), ("b", 4, 6)]
    assert all(0.9 < stretch.sure <= 1 for stretch in found)


@given(st.lists(st.tuples(st.sampled_from(["mail", "it", ".", "\n", "x"]), st.integers(1, 6)), max_size=900))
def test_windows_hold_every_word_once_and_end_with_a_sentence_where_they_can(said: list[tuple[str, int]]) -> None:
    read_words = [Word(word, index, index + 1) for index, (word, _) in enumerate(said)]
    sizes = [size for _, size in said]
    found = list(windows(read_words, sizes))
    assert [index for begin, end in found for index in range(begin, end)] == list(range(len(said)))
    for begin, end in found:
        assert 2 + sum(sizes[begin:end]) <= MOST_PIECES
    for begin, end in found[:-1]:
        if said[end - 1][0] not in {".", "\n"}:
            assert not {".", "\n"} & {word for word, _ in said[begin + (end - begin) // 2 : end]}


def sizes_of(said: list[Word], network: Network) -> list[int]:
    return [len(pieces_of(word, network._tokenizer)) for word in said]  # pyright: ignore[reportPrivateUsage]


def test_a_long_message_is_read_piece_by_piece_and_its_spans_keep_their_places(network: Network) -> None:
    reading = read(LONG)
    found = tagger.request(reading)
    assert all(reading.raw[span.start : span.end] == span.raw for span in found)
    assert all(before.end <= after.start for before, after in itertools.pairwise(found))
    said = words(reading.raw)
    parts = list(windows(said, sizes_of(said, network)))
    assert len(parts) > 2
    for begin, end in parts:
        assert any(said[begin].start <= span.start and span.end <= said[end - 1].end for span in found)


def test_what_stands_in_a_later_window_changes_nothing_before_it(network: Network) -> None:
    said = words(read(LONG).raw)
    end = next(windows(said, sizes_of(said, network)))[1]
    assert end < len(said)
    assert np.array_equal(network.states(said)[:end], network.states(said[:end]))


def test_a_message_of_the_greatest_length_stays_bounded_in_pieces(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def counted(ids: np.ndarray, mask: np.ndarray) -> np.ndarray:
        asked.append(ids.shape[1])
        return np.zeros((*ids.shape, DIMENSION), np.float32)

    monkeypatch.setattr(network, "_layers", counted)
    for content in ("x" * READ_LIMIT * 2, "abcdefghij " * READ_LIMIT, "." * READ_LIMIT, LONG * 9):
        asked.clear()
        reading = read(content)
        assert len(network.states(words(reading.raw))) == len(words(reading.raw))
        assert max(asked) <= MOST_PIECES
        assert sum(asked) - 2 * len(asked) <= READ_LIMIT
        assert len(asked) <= 1 + sum(asked) // (MOST_PIECES // 4)


@pytest.mark.parametrize("content", [SHORT, LONG, "move the mail to the end and rename it to Done"])
def test_the_same_message_gives_the_same_spans_twice(content: str) -> None:
    reading = read(content)
    assert tagger.request(reading) == tagger.request(reading)
    assert tagger.change(reading) == tagger.change(reading)


def test_an_empty_message_has_no_spans() -> None:
    for content in ("", " \n ", "\u200b"):
        assert tagger.request(read(content)) == []
        assert tagger.change(read(content)) == []


@pytest.mark.parametrize("content", [".", "?!", "...", "- \n- ", "→ → →", "🙂", "⟨⟩", '""', "()[]{}%"])
def test_a_message_of_nothing_but_punctuation_is_read_without_a_fault(content: str) -> None:
    reading = read(content)
    spans = [*tagger.request(reading), *(span for command in tagger.change(reading) for span in command.spans)]
    assert all(reading.raw[span.start : span.end] == span.raw for span in spans)


def test_a_command_holds_its_own_spans() -> None:
    reading = read("Remove the slack ping. Move the mail behind the approval")
    removed, moved = tagger.change(reading)
    assert (removed.op, moved.op) == ("remove", "move_after")
    assert [span.raw for span in removed.all("target")] == ["the slack ping"]
    assert [span.raw for span in moved.all("target", "at")] == ["the mail", "the approval"]
    assert removed.end <= moved.spans[0].start
