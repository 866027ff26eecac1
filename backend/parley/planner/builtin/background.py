"""Sentences that only tell how things are, in front of what is asked for."""

import re

from parley.planner.builtin import schedule
from parley.planner.builtin.clauses import Clause

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


def without(clauses: list[Clause]) -> list[Clause]:
    """The clauses from the first sentence that asks for something on, where those before it only tell how things are."""
    if len({clause.sentence for clause in clauses}) < 2:
        return clauses
    first = clauses[0]
    opening = [clause for clause in clauses if clause.sentence == first.sentence]
    if first.marker != "do" or not _TELLS.match(first.text) or re.search(r"⟨[ucmp]\d", " ".join(clause.text for clause in opening)):
        return clauses
    if any(schedule.find(clause.text) for clause in opening) or any(clause.marker in {"when", "each"} for clause in opening):
        return clauses
    return without(clauses[len(opening) :])
