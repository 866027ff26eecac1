"""Sentences that speak of a change of what is there: where no part could perform one, it is not understood, and never a new step."""

import re

from parley.planner.builtin import resolve
from parley.planner.builtin.job import Job

_OPENS = re.compile(
    r"^(?:(?:i|we)(?:'d| would)? (?:want|like|prefer) to |let me )?"
    r"(?:(?:start|run|launch|trigger|make|handle|keep|leave|turn) (?:it|this|that|them)\b(?! (?:to|into|in)\b)"
    r"|(?:take|throw|cut|pull|kick) .{1,60} (?:out|away|off)\b"
    r"|(?:replace|swap|exchange|substitute|unwrap)\b|unloop\b|go back\b|put back\b)",
    re.I,
)
_COMPARED = re.compile(r"\b(?:more|less|fewer) [a-z]+\b|\b(?:better|worse|too [a-z]+)\b|\b(?:no longer|only)\b", re.I)
_OUGHT = re.compile(
    r"^(?P<what>(?:the|that|this|its|our) (?:[\w⟨⟩#-]+ ){1,4}?)(?:ought to|should|shall|must|needs?|has to|is|are|could)\b", re.I
)


def is_change(text: str, job: Job) -> bool:
    """Whether a sentence opens like a change, or says of a step that is there that it should be more, less or only so."""
    if _OPENS.match(text):
        return True
    match = _OUGHT.match(text)
    if match is None or not _COMPARED.search(text) or re.search(r"\b(?:if|when|unless|before|after)\b", text, re.I):
        return False
    return bool(resolve.find(match["what"], job.draft.workflow, job.draft.reading, job.focus, plural=True).nodes)
