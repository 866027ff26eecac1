"""The language model of an installation without one: it quotes, sorts and finds by rule, and never makes anything up."""

import asyncio
import re
from collections.abc import Callable, Sequence
from typing import TypeVar

import structlog

from parley.embedding.base import Embedder
from parley.errors import ParleyError
from parley.llm.base import Classified, Extracted, FieldToExtract, OnDelta, Passage, Usage, Written
from parley.llm.fields import find_field
from parley.llm.quoting import MOST_WORDS, best_sentences, central_sentences
from parley.llm.sentences import sentences_of, words_of
from parley.llm.topics import label_scores

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

T = TypeVar("T")

NO_MODEL = Usage(model="built-in", input_tokens=0, output_tokens=0)
NOTHING_FITS = "The passages that were found do not answer this."
NOTHING_TO_QUOTE = (
    "No model is set up, and there is no text here to quote from. Set up a model to have this written, or give this step a text to work on."
)
# A sentence that starts so is an instruction to a model and no material to quote.
_INSTRUCTION = re.compile(
    r"(?:please |kindly |now |then )?(?:you are|you will|your task|act as|answer|summari[sz]e|write|draft|compose|create|generate|explain|"
    r"translate|rewrite|rephrase|reply|respond|list|describe|extract|use|based on|name the|cite|quote|keep|be |do not|don't|give|make|turn|"
    r"compare|combine|tell|say|output|return|here (?:is|are)|question|from (?:these|the))\b",
    re.IGNORECASE,
)


class BuiltinModel:
    """Implements `llm.base.LanguageModel`. With an embedder it compares meanings, without one it compares words."""

    def __init__(self, embedder: Embedder | None = None) -> None:
        self._embedder = embedder

    async def write(
        self,
        prompt: str,
        *,
        system: str,
        question: str,
        passages: Sequence[Passage],
        model: str | None,
        temperature: float | None,
        max_tokens: int | None,
        on_delta: OnDelta | None,
    ) -> Written:
        """Quotes the passages that answer the question, each sentence with its [n]; without passages, the gist of the prompt's text."""
        most_words = min(MOST_WORDS, max(20, int(max_tokens * 0.7))) if max_tokens else MOST_WORDS  # 0.7 words a token, in English
        asked = question.strip() or prompt
        if passages:
            texts = [passage.text for passage in passages]
            quotes = await self._by_meaning(lambda embedder: best_sentences(asked, texts, embedder, most_words))
            sentences = [f"{quote.text} [{quote.passage + 1}]" for quote in quotes] or [NOTHING_FITS]
        else:
            material = material_of(prompt, question)
            sentences = await self._by_meaning(lambda embedder: central_sentences(material, embedder)) or [NOTHING_TO_QUOTE]
        for at, sentence in enumerate(sentences):
            if on_delta is not None:
                await on_delta(f" {sentence}" if at else sentence)
        return Written(" ".join(sentences), NO_MODEL)

    async def classify(self, text: str, labels: Sequence[str]) -> Classified:
        scores = await self._by_meaning(lambda embedder: label_scores(text, labels, embedder))
        return Classified(max(labels, key=lambda label: scores[label]), scores, NO_MODEL)

    async def extract(self, text: str, fields: Sequence[FieldToExtract]) -> Extracted:
        found = await asyncio.to_thread(lambda: {field.name: find_field(text, field) for field in fields})
        return Extracted(found, NO_MODEL)

    async def _by_meaning(self, work: Callable[[Embedder | None], T]) -> T:
        """In a thread; by words alone where the embedder cannot be opened, since that is no reason to write nothing."""
        try:
            return await asyncio.to_thread(work, self._embedder)
        except ParleyError as error:
            log.warning("embedder_not_used", reason=error.message)
            return await asyncio.to_thread(work, None)


def material_of(prompt: str, question: str) -> str:
    """The text that a prompt is about: without the question and without the instructions around it."""
    rest = prompt.replace(question.strip(), "\n\n") if len(words_of(question)) > 2 and question.strip() != prompt.strip() else prompt
    opening, colon, following = rest.partition(":")
    if colon and _INSTRUCTION.match(opening.strip()) and len(words_of(following)) >= 4:
        rest = following
    # A label without anything after it ("Documents:") is what a template leaves of an input that was empty.
    return "\n\n".join(sentence for sentence in sentences_of(rest) if not _INSTRUCTION.match(sentence) and not sentence.endswith(":"))
