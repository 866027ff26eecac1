"""A sentence that sets a value, taken apart by its wording: value, name of the setting, value before, step. (The tagger does better.)"""

import re
from typing import NamedTuple

from parley.planner.builtin import resolve
from parley.planner.builtin.assign import assign
from parley.planner.builtin.build import Draft
from parley.planner.builtin.fields import SETTINGS

LONGEST = 240  # characters


class Parts(NamedTuple):
    value: str
    field: str = ""
    old: str = ""
    owner: str = ""


_NAMES = "|".join(
    sorted(
        {setting.names for setting in SETTINGS if setting.names and "[a-z]+s" not in setting.names and setting.field != "cron"},
        key=len,
        reverse=True,
    )
)
_ART = r"(?:(?:the|its|their|our|my|this|that)\s+)"
_OWN = r"(?:(?!that\b|which\b|and\b|step\b|an?\b|to\b|is\b|should\b)[\w⟨⟩#-]+\s+){0,3}?[\w⟨⟩#-]+"
_IS = (
    r"(?:(?:should|shall|must|has to|needs to|ought to|will)\s+(?:now |just |simply )?(?:be|read|say)|(?:is|are|was)(?: now)?|becomes?"
    r"|reads?|(?:moved|changed) to)(?:\s+(?:now|just|simply|called|named))*"
)
_SET = r"(?:set|change|make|raise|lower|increase|decrease|reduce|adjust|bump|drop|move|switch|update|edit|turn|modify)"
_LEAD = re.compile(r"^(?:(?:please|actually|no(?=\s*,)|ok|and|but|also|only|just|then|better|rather|sorry)\b[\s,:]*)+", re.I)
_TAIL = re.compile(r"\s*,?\s*\b(?:instead|please|now|from now on|thanks?|for (?:now|me|us)|if possible|thank you)\W*$", re.I)
# "subject of the mail" and "mail's subject", with the value before or behind
_NAMED = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"^{_SET}\s+{_ART}?(?:(?P<owner2>{_OWN})(?:'s)?\s+)??(?P<field>{_NAMES})(?:\s+(?:of|in|for|on)\s+(?P<owner>.+?))?"
        rf"\s+(?:up |down )?(?:to|=|:|as|into|at|be)\s+(?P<value>.+)$",
        rf"^(?:set|make)\s+{_ART}?(?P<field>{_NAMES})\s+(?P<value>⟨[a-z]\d+⟩|[\w./:]+)$",
        rf"^(?:in|for|on)\s+(?P<owner>{_ART}?{_OWN}),?\s+{_ART}?(?P<field>{_NAMES})\s+{_IS}\s*:?\s*(?P<value>.+)$",
        rf"^{_ART}?(?:(?P<owner2>{_OWN})(?:'s)?\s+)??(?P<field>{_NAMES})(?:\s+(?:of|in|for|on)\s+(?P<owner>.+?))?"
        rf"\s*(?:\b{_IS}\b\s*:?|[:=])\s*(?P<value>.+)$",
        rf"^(?:its\s+|the\s+|with\s+)*(?P<field>{_NAMES})\s+(?P<value>⟨[qcmup]\d+⟩|\d[\d.]*)$",
        rf"^(?:(?:use|take|put|have)\s+)?(?P<value>⟨[qcmup]\d+⟩|[\w.:/-]+)\s+(?:as|for)\s+{_ART}?(?P<field>{_NAMES})(?:\s+(?:of|in|for|on)"
        r"\s+(?P<owner>.+?))?$",
    )
)
_EXCHANGED = (
    re.compile(
        r"^(?:(?:[\w'-]+\s+){0,5}?(?:use|make it|take|to|at|in|on|is|be|of|table|channel|collection|model)\s+)?"
        r"(?P<value>⟨[a-z]\d+⟩|[\w.:%-]+)\s*,?\s*(?:instead of|rather than|in place of"
        r"|and not|not)\s+(?P<old>⟨[a-z]\d+⟩|[\w.:%-]+)$",
        re.I,
    ),
    re.compile(
        r"^(?:.*\b)?(?:from|replace|change|swap)\s+(?:the\s+)?(?P<old>⟨[a-z]\d+⟩|[\d.]+)\s+(?:to|by|with|for|into)\s+(?P<value>⟨[a-z]\d+⟩|[\d.]+)$",
        re.I,
    ),
)
_SAYS = re.compile(
    rf"^(?:(?:in|on)\s+)?(?P<owner>{_ART}{_OWN}|it)\s+(?:(?:it|there)\s+)?(?:should|shall|must|has to|can|will|is to)?\s*"
    r"(?:now|just|only|simply)?\s*(?:says?|reads?|be written|states?|contains?|goes|be worded|stand|asks?)\s+(?P<value>⟨q\d+⟩)$",
    re.I,
)
_SETS = re.compile(
    r"^(?:(?:make|use|take|set|change|put|do|run|start|let|keep|send|post|limit|switch|move|have|give|return|show|mail|email|say|cc|copy"
    r"|write|answer|reply|wait|schedule|call|query|read|save|store|search|be|retry)\b|(?:only|at|every|on|in|to|top|not|shorter|longer|max)\b"
    r"|⟨|\d|#|(?:half|a quarter|an hour|\w+day|week\w+|daily)\b|(?:it|that|this|the) .{0,40}\b(?:should|must|reads?|writes?|saves?|is)\b)",
    re.I,
)
# Words of another step, or of when something is done.
_MORE = re.compile(r"\b(?:add|insert|then|after|before|if|when|unless|otherwise|each|afterwards|whenever|step)\b", re.I)
_RHYTHM = re.compile(r"\b(?:every|each|on|at)\b.*\b(?:\w+day|days?|hours?|minutes?|weeks?|months?|quarter|morning|evening)s?\b", re.I)


def named(text: str) -> Parts | None:
    """The parts of a sentence that calls the setting by its name."""
    said = _TAIL.sub("", _LEAD.sub("", text.strip(" .!"))) if len(text) <= LONGEST else ""
    for form in _NAMED:
        if match := form.match(said):
            parts = match.groupdict()
            return Parts(parts["value"].strip(), parts["field"], "", (parts.get("owner") or parts.get("owner2") or "").strip())
    return None


def change(text: str, draft: Draft, focus: str | None) -> list[str] | None:
    """Performs the change that the text asks for; what was changed, in words, or None if it is no change of a value."""
    said = _TAIL.sub("", _LEAD.sub("", text.strip(" .!")))
    if not said or len(text) > LONGEST:
        return None
    ways = [Parts(match["value"], "", match["old"]) for form in _EXCHANGED if (match := form.match(said))]
    if match := _SAYS.match(said):
        ways.append(Parts(match["value"], "", "", match["owner"]))
    if parts := named(text):
        ways.append(parts)
    elif _SETS.match(said) and (not _MORE.search(said) or _RHYTHM.fullmatch(said)) and _short(said):
        ways.append(Parts(said))
    for parts in ways:
        nodes = resolve.find(parts.owner, draft.workflow, draft.reading, focus, plural=True).nodes if parts.owner else ()
        if parts.owner and not nodes and parts.field:
            continue
        if done := assign(parts.value, parts.field, parts.old, nodes[0] if nodes else None, text, draft, focus):
            return done
    return None


def _short(said: str) -> bool:
    return len(re.findall(r"[\w⟨⟩]+", said)) <= 12
