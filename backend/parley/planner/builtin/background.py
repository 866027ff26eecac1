"""Sentences that only tell how things are, in front of what is asked for."""

import re

from parley.planner.builtin import schedule

# "Our choir has grown and the phone rings all day": how things are, not what to do.
_TELLS = re.compile(
    r"^(?:(?:i|we)(?:'re| are|'ve| have|'m| am| run| own| work| manage| lose| spend| keep| get| need help| struggle| use| sell| teach"
    r"| look after)\b"
    r"|(?:our|my)\s+(?:[\w-]+\s+){1,3}?(?:is|are|has|have|was|were|often|always|never|keeps?|gets?|takes?)\b|(?:right now|currently"
    r"|today|at the moment|so far)\b"
    r"|it(?:'s| is) (?:always|often|hard|difficult|a pain|annoying)|there (?:is|are) (?:always|often|too)|(?:that|this) (?:is|takes"
    r"|costs)\b)",
    re.I,
)


_STARTS = re.compile(r"\b(?:when(?:ever)?|if|each|every|please)\b", re.I)


def without(sentences: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """The sentences (and whether each is a list item) from the first that asks for something on."""
    for index, (text, is_item) in enumerate(sentences[:-1]):
        if is_item or not _TELLS.match(text) or re.search(r"⟨[ucmp]\d", text) or _STARTS.search(text) or schedule.find(text):
            return sentences[index:]
    return sentences[-1:]
