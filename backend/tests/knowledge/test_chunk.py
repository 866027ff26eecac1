"""Cutting pages into passages."""

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from parley.knowledge.chunk import MOST_TOKENS, chunk
from tests.knowledge.handbook import page_lines


def by_words(text: str) -> list[tuple[int, int]]:
    """A stand-in for the model's tokens: words and single other signs."""
    return [match.span() for match in re.finditer(r"\w+|[^\w\s]", text)]


pieces = st.sampled_from(["word", "Word.", "e.g.", "\n\n", "\n", "!", "漢字。", "x" * 90, "(a)", "“Yes.”"])
texts = st.lists(pieces, max_size=900).map(" ".join)


@given(texts)
def test_passages_cover_every_token_in_order_and_none_is_too_long(text: str) -> None:
    tokens = by_words(text)
    spans = chunk(text, tokens)
    covered = {index for span in spans for index, (start, end) in enumerate(tokens) if span.start <= start and end <= span.end}
    assert covered == set(range(len(tokens)))
    assert [span.start for span in spans] == sorted({span.start for span in spans})
    assert [span.end for span in spans] == sorted({span.end for span in spans})
    for span in spans:
        assert 0 <= span.start < span.end <= len(text)
        assert sum(span.start <= start < span.end for start, _ in tokens) <= MOST_TOKENS


def test_a_page_of_prose_becomes_a_few_passages_that_overlap_by_whole_sentences() -> None:
    text = "\n".join(page_lines(5))
    spans = chunk(text, by_words(text))
    assert 2 <= len(spans) <= 6
    for left, right in pairwise(spans):
        assert left.start < right.start < left.end < right.end
        assert text[right.start].isupper()
        assert text[left.end - 1] in ".;!?"


def test_abbreviations_do_not_end_a_sentence() -> None:
    text = "One thing, e.g. this one, stays whole. " + "Filler goes on here. " * 80
    first = chunk(text, by_words(text))[0]
    assert text[first.start : first.end].startswith("One thing, e.g. this one, stays whole.")


def test_nothing_gives_nothing() -> None:
    assert chunk("", []) == []
    assert chunk(" \n\n ", []) == []
