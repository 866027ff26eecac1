"""Which sentences to quote: the best for a question, or the most central of a text."""

from collections.abc import Sequence
from dataclasses import dataclass

from parley.embedding.base import Embedder
from parley.llm.sentences import is_heading, overlap, rarity, sentences_of, stems_of, words_of

MOST_SENTENCES = 4
MOST_WORDS = 130
LONGEST = 60  # words; what is longer is a table or a list without stops
COMPARED = 32  # sentences whose meaning is compared; the built-in embedder does about 50 a second
LEAST_OVERLAP = 0.2  # of the question's weight; below it a sentence shares only chance words
LEAST_MEANING = 0.35  # cosine of MiniLM below which two sentences have different topics
SHARED_MEANING = 0.2  # enough where words are shared, too; below it they are shared by chance ("take" in "take the dog")
TOO_ALIKE = 0.7


@dataclass(frozen=True)
class Quote:
    """`passage` counts from 0."""

    text: str
    passage: int
    place: int
    score: float


def best_sentences(question: str, passages: Sequence[str], embedder: Embedder | None, most_words: int = MOST_WORDS) -> list[Quote]:
    """The sentences that answer best: by passage (the best first), in their order within it. Blocks while meanings are compared."""
    candidates = [
        (_shortened(sentence), passage, place)
        for passage, text in enumerate(passages)
        for place, sentence in enumerate(_whole_sentences(text))
    ]
    asked = stems_of(question)
    stems = [stems_of(text) for text, _, _ in candidates]
    weights = rarity(stems)
    # Earlier passages were found to fit better as a whole, so a sentence of theirs wins a tie.
    scores = [overlap(asked, words, weights) - 0.02 * passage for words, (_, passage, _) in zip(stems, candidates, strict=True)]
    fits = [score >= LEAST_OVERLAP for score in scores]
    if embedder is not None and candidates:
        for at, meaning in _meanings(question, [text for text, _, _ in candidates], scores, embedder).items():
            scores[at] = 0.5 * scores[at] + meaning
            fits[at] = meaning >= (SHARED_MEANING if fits[at] else LEAST_MEANING)
    quotes = [
        Quote(text, passage, place, score) for (text, passage, place), score, fit in zip(candidates, scores, fits, strict=True) if fit
    ]
    return _in_reading_order(_varied(sorted(quotes, key=lambda quote: -quote.score), most_words))


def central_sentences(text: str, embedder: Embedder | None, most: int = 3) -> list[str]:
    """The sentences that share most with the rest of the text, in their order; an early one counts a little more."""
    sentences = [_shortened(sentence) for sentence in sentences_of(text)][:400]
    if len(sentences) <= most:
        return sentences
    stems = [stems_of(sentence) for sentence in sentences]
    weights = rarity(stems)
    whole = [word for words in stems for word in set(words)]
    scores = [
        sum(weights[word] for word in set(words) if whole.count(word) > 1) / (4 + len(words)) + 0.3 / (1 + at)
        for at, words in enumerate(stems)
    ]
    if embedder is not None:
        for at, meaning in _meanings(text[:2000], sentences, scores, embedder).items():
            scores[at] += meaning
    ranked = sorted((Quote(sentence, 0, at, scores[at]) for at, sentence in enumerate(sentences)), key=lambda quote: -quote.score)
    return [quote.text for quote in sorted(_varied(ranked, MOST_WORDS)[:most], key=lambda quote: quote.place)]


def _meanings(question: str, texts: Sequence[str], scores: Sequence[float], embedder: Embedder) -> dict[int, float]:
    first = sorted(range(len(texts)), key=lambda at: -scores[at])[:COMPARED]
    vectors = embedder.encode([question, *(texts[at] for at in first)])
    return dict(zip(first, (vectors[1:] @ vectors[0]).tolist(), strict=True))


def _whole_sentences(passage: str) -> list[str]:
    """Without the half sentence at which a passage may have been cut, and without headings."""
    found = sentences_of(passage)
    if len(found) > 1 and found[0][:1].islower():
        found = found[1:]
    return [sentence for sentence in found if len(words_of(sentence)) >= 4 and not is_heading(sentence)] or found


def _shortened(sentence: str) -> str:
    words = sentence.split()
    return " ".join(words[:LONGEST]) + " …" if len(words) > LONGEST else sentence


def _varied(ranked: Sequence[Quote], most_words: int) -> list[Quote]:
    taken: list[Quote] = []
    room = most_words
    for quote in ranked:
        words = set(words_of(quote.text))
        alike = any(
            len(words & set(words_of(other.text))) / max(1, min(len(words), len(set(words_of(other.text))))) > TOO_ALIKE for other in taken
        )
        length = len(quote.text.split())
        if taken and (alike or length > room or quote.score < 0.5 * taken[0].score):
            continue
        taken.append(quote)
        room -= length
        if len(taken) == MOST_SENTENCES:
            break
    return taken


def _in_reading_order(quotes: Sequence[Quote]) -> list[Quote]:
    rank: dict[int, int] = {}
    for quote in quotes:
        rank.setdefault(quote.passage, len(rank))
    return sorted(quotes, key=lambda quote: (rank[quote.passage], quote.place))
