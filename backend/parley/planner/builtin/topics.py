"""Sorting that is said only by what becomes of each topic: "price questions get their answer from a, size questions from b"."""

import re
from dataclasses import replace

from parley.planner.builtin import labels, slots
from parley.planner.builtin.cases import bound
from parley.planner.builtin.choices import State, sorting
from parley.planner.builtin.clauses import Clause
from parley.planner.builtin.lexicon import ANY_VERB
from parley.planner.builtin.plan import Choice, Part, Step, is_step

_KIND = (
    r"(?:questions?|requests?|enquir(?:y|ies)|inquir(?:y|ies)|messages?|matters|issues|complaints|topics|tickets|e-?mails?|mails?"
    r"|letters|calls"
    r"|reports|ones)"
)
_BREAK = re.compile(r"\s*[,;]\s*(?:and\s+)?|\s+and\s+(?=about\b|(?:[\w-]+\s){1,3}(?:from|to|go|are)\b)", re.I)
_HEAD = re.compile(
    rf"^(?:(?:all|any|the|every|for|those|ones)\s+)*(?:(?:{_KIND}\s+)?(?:about|on|regarding|concerning)\s+(?:(?:the|our"
    rf"|a)\s+)?(?P<about>[\w-]+(?:\s(?!from\b|to\b"
    rf"|are\b|is\b|go)[\w-]+)?)|(?P<named>(?!(?:new|incoming|open|customer|user)\s)[\w-]+(?:\s[\w-]+)?)\s+{_KIND})\s*"
    r"(?P<passive>(?:(?:are|is|get|gets|should be|must be|will be|go|goes)\b\s*)?)(?P<rest>.+)$",
    re.I,
)
_GOES = re.compile(
    r"^(?:the |all |any )?(?P<topic>(?!it\b|they\b|this\b|that\b)[\w-]+(?:\s[\w-]+)?)\s+(?:go|goes|are passed"
    r"|are sent)\s+(?P<rest>to\s+.+)$",
    re.I,
)
_ELIDED = re.compile(
    r"^(?P<topic>[\w-]+(?:\s(?!from\b|to\b|by\b|in\b|go\b|goes\b|are\b|is\b|get\b)[\w-]+)?)\s+(?P<rest>(?:from|to|by|in|with|via)\s+.+)$",
    re.I,
)


def together(clauses: list[Clause]) -> list[Clause]:
    """Clauses that each say what becomes of one topic, as one: "x questions are answered from a; y goes to b"."""
    joined: list[Clause] = []
    for clause in clauses:
        before = joined[-1] if joined else None
        if (
            before is not None
            and before.marker == clause.marker == "do"
            and _HEAD.match(before.text)
            and re.search(r"\banswer", before.text, re.I)
            and (_HEAD.match(clause.text) or _GOES.match(clause.text))
        ):
            joined[-1] = replace(before, text=f"{before.text}; {clause.text}")
        else:
            joined.append(clause)
    return joined


def each_its_own(text: str, state: State) -> bool:
    """Puts a sorting step with a way for each topic; False where fewer than two topics are told apart or something sorts already."""
    if any(sorting(frame.parts) for frame in state.stack) or not (pieces := _pieces(text)):
        return False
    names = list(dict.fromkeys(name for name, _ in pieces))
    lanes: dict[str, list[Part]] = {name: _lane(done, state) for name, done in pieces}
    if len(names) < 2 or not all(lanes.values()):
        return False
    step = Step("classify", "Sort by topic", text, {"labels": list(names)}, topic="topic", confidence=0.85)
    state.here.append(Choice(step, lanes))
    return True


def _pieces(text: str) -> list[tuple[str, str]]:
    """Topic and what is done, for each piece; [] where a piece says something else."""
    found: list[tuple[str, str]] = []
    verb = ""
    for piece in _BREAK.split(text):
        if head := _HEAD.match(piece):
            name, rest = head["about"] or head["named"], head["rest"]
        elif found and (elided := _ELIDED.match(piece)):
            name, rest = elided["topic"], elided["rest"]
        elif found and (goes := _GOES.match(piece)):
            documents = re.match(
                r"to\s+(?=.*(?:polic|guide|handbook|manual|wiki|faq|docs|documents|knowledge|collection))", goes["rest"], re.I
            )
            name, rest = goes["topic"], f"answer from {goes['rest'][3:]}" if documents else f"send {goes['rest']}"
        else:
            return []
        if acting := ANY_VERB.match(rest):
            verb = acting[0]
        elif head is not None and head["passive"].strip().lower() in {"go", "goes"}:
            verb, rest = "send", f"send {rest}"
        elif not verb:
            return []
        else:
            rest = f"{verb} {rest}"
        found.append((name.lower(), rest))
    return found if len(found) > 1 else []


def _lane(done: str, state: State) -> list[Part]:
    done = re.sub(r"\bfrom\s+(?=⟨q\d+⟩)", "from the collection ", done)
    parts = bound(done, state)
    if re.match(r"answer", done, re.I) and parts and all(is_step(part) and part.type == "knowledge_search" for part in parts):
        parts.append(Step("llm", "Write answer", slots.plain(done, state.reading), {}, topic="answer"))
    for part in parts:
        if is_step(part):
            part.label = labels.fit(part.label)
    return parts
