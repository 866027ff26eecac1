"""Choosing a label without a model: by the words that a text shares with it, by common words of its topic, and by meaning."""

import math
import re
from collections.abc import Mapping, Sequence

from parley.embedding.base import Embedder
from parley.llm.sentences import stems_of, words_of

OTHER = frozenset({"other", "others", "else", "general", "misc", "miscellaneous", "rest", "unknown", "anything", "default"})
# Words that speak for a label of this name (or one that has it among its words). Meaning alone is weak at tone and urgency.
TOPICS: Mapping[str, str] = {
    "billing": "invoice bill charge payment pay paid refund credit card subscription price cost receipt vat tax overcharged",
    "refund": "refund money back return reimburse chargeback",
    "technical": "error bug crash login password install broken fails failure server timeout slow website app screen update",
    "sales": "quote offer pricing buy purchase demo trial order discount license",
    "shipping": "parcel package delivery shipped tracking courier arrive late lost order",
    "complaint": "disappointed unacceptable angry terrible worst complain complaint annoyed again manager",
    "urgent": "urgent asap immediately emergency critical down now today outage deadline",
    "positive": "great love excellent thanks thank happy perfect good wonderful amazing helpful",
    "negative": "bad terrible awful hate worst disappointed angry poor broken useless slow wrong unhappy",
    "job": "application cv resume position vacancy interview hiring salary candidate",
    "spam": "winner prize lottery viagra crypto free click unsubscribe million casino",
    "cancel": "cancel cancellation terminate quit stop unsubscribe end contract",
}
_SAME_TOPIC = {
    "payment": "billing", "invoice": "billing", "finance": "billing", "accounting": "billing", "tech": "technical", "support": "technical",
    "bug": "technical", "engineering": "technical", "it": "technical", "delivery": "shipping", "return": "refund", "returns": "refund",
    "praise": "positive", "happy": "positive", "angry": "negative", "unhappy": "negative", "high": "urgent", "priority": "urgent",
    "hr": "job", "recruiting": "job", "cancellation": "cancel", "complaints": "complaint", "refunds": "refund",
}  # fmt: skip


def label_scores(text: str, labels: Sequence[str], embedder: Embedder | None) -> dict[str, float]:
    """A score per label; they add up to 1. Blocks while meanings are compared."""
    found = set(stems_of(text))
    points = [_word_points(found, text, label) for label in labels]
    if embedder is not None:
        vectors = embedder.encode([text[:4000], *(f"This is about {label}." for label in labels)])
        meanings: list[float] = (vectors[1:] @ vectors[0]).tolist()
        # "Other" has no meaning of its own to be near to: it wins where no other label is near.
        points = [
            0.75 if _is_other(label) else point + 3 * max(0.0, meaning)
            for label, point, meaning in zip(labels, points, meanings, strict=True)
        ]
    exponents = [math.exp(2 * (point - max(points))) for point in points]
    return {label: round(exponent / sum(exponents), 4) for label, exponent in zip(labels, exponents, strict=True)}


def _is_other(label: str) -> bool:
    return bool(OTHER & set(words_of(label)))


def _word_points(found: set[str], text: str, label: str) -> float:
    if _is_other(label):
        return 0.4
    named = stems_of(label)
    points = 1.5 * sum(word in found for word in named) / max(1, len(named))
    if re.search(rf"\b{re.escape(label.lower())}\b", text.lower()):
        points += 0.5
    for word in words_of(label):
        topic = TOPICS.get(_SAME_TOPIC.get(word, word), "")
        points += 0.6 * min(3, len(found & set(stems_of(topic))))
    return points
