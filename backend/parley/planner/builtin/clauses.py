"""A message to clauses in the order they happen: sentences, lists and arrows, then conditions, loops and reversed order inside them."""

import re
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal, Protocol

from parley.planner.builtin import background, conditions, marks, schedule
from parley.planner.builtin.lexicon import ANY_VERB, IMPERATIVE

# do: an action · when: what starts it · if, unless, else, case: the branch that the text belongs to · each: a loop's head
# so: the condition before holds after all · either: whatever was decided before · after_all: the loop is over · title: a heading
Marker = Literal["do", "when", "if", "unless", "else", "so", "either", "case", "each", "after_all", "title"]


@dataclass(frozen=True)
class Clause:
    """`text` is masked. For `if`, `unless`, `case`, `each` and `when` it is the condition, label, thing or event, and the actions follow
    as clauses of their own in the same `sentence`. `reversed`: it was said after its action, which is the one clause that follows."""

    marker: Marker
    text: str
    sentence: int
    also: bool = False  # "also", "as well": beside what is there, not instead of it
    parallel: bool = False
    reversed: bool = False
    item: bool = False  # stood on its own, as a list item or between arrows


_INNER_MARKERS: dict[str, Marker] = {"if": "if", "unless": "unless", "when": "when", "each": "each"}


# "classify as one-off, monthly or in-kind": kinds that sound like a rhythm
_RHYTHM_KINDS = r"\b(?:sort|classif\w*|categori\w*|label|tag|split)\b[^.:;→]*?\b((?:dai|week|month|quarter|year)ly)\b"


def split(masked: str) -> list[Clause]:
    """All clauses of a message, those that were said after their action moved before it."""
    clauses: list[Clause] = []
    kinds = frozenset(kind.lower() for kind in re.findall(_RHYTHM_KINDS, masked, re.I))
    for number, (sentence, is_item) in enumerate(background.without(_sentences(masked))):
        clauses += _sentence(sentence, number, is_item, kinds)
    return [_decides(clause) if index + 1 < len(clauses) else clause for index, clause in enumerate(clauses)]


def _decides(clause: Clause) -> Clause:
    """Between arrows and in lists, "a loss of more than 2 kg" with something behind it is a condition."""
    bare = clause.marker == "do" and clause.item and len(clause.text.split()) <= 9
    if bare and re.match(r"(?:nothing|no (?:match|hit|result|row|entry|answer|one)\w*|none|empty|not found)\b", clause.text, re.I):
        return replace(clause, marker="if")
    if bare and conditions.COMPARE.search(clause.text) and not ANY_VERB.search(clause.text) and not marks.PLACED.search(clause.text):
        return replace(clause, marker="if")
    return clause


def _sentences(masked: str) -> list[tuple[str, bool]]:
    if re.search(r"(?:^|\s)1[.)]\s.*?\s2[.)]\s", masked):
        masked = re.sub(r"\s+(?=\d{1,2}[.)]\s)", "\n", masked)  # a numbered list in one line
    lines = [line for line in masked.split("\n") if line.strip()]
    bulleted = [bool(marks.BULLET.match(line)) for line in lines]
    found: list[tuple[str, bool]] = []
    for index, line in enumerate(lines):
        text = marks.BULLET.sub("", line).strip()
        if any(bulleted) and not bulleted[index] and index == 0 and len(text.split()) <= 8 and not marks.WHEN.match(text):
            found.append((f"title: {text.strip(' :')}", True))
            continue
        pieces = re.split(r"\s→\s|^→\s|\s→$", text)
        if bulleted[index] and len(pieces) == 2 and re.fullmatch(r"[\w' -]{2,30}", pieces[0]) and not ANY_VERB.search(pieces[0]):
            pieces = [": ".join(pieces)]  # "- lost -> mail to ..." is a case
        for piece in pieces:
            for sentence in re.split(r"(?<=[.!?;])\s+|[.!?;]$|;\s*", piece):
                if sentence.strip(" .!;→"):
                    found.append((sentence.strip(" .!;"), bulleted[index] or len(pieces) > 1))
    return found


def _each_case(tail: str) -> list[tuple[str, str]]:
    """ "cash is booked in x, card to y; the rest to z" -> each name and what is done, the rest without a name; [] for any other text."""
    found: list[tuple[str, str]] = []
    verb = "send"
    for piece in re.split(r"\s*[,;]\s*(?:and\s+|or\s+)?", tail):
        if rest := marks.ELSE.match(piece):
            found.append(("", re.sub(r"^(?:to|into)\b", rf"{verb} \g<0>", piece[rest.end() :])))
        elif match := marks.ITS_CASE.match(piece):
            done = re.sub(r"^(?:(?:is|are|goes|go|gets|get|must|should|be)\s+)+", "", match["done"], flags=re.I)
            if acting := ANY_VERB.match(done):
                verb = acting[0]
            elif re.match(r"(?:to|into|by|via)\b", done, re.I):
                done = f"{verb} {done}"
            found.append((match["name"], done))
        else:
            return []
    return found if len(found) > 1 else []


# "summarise it, then: translate ..." is no event that a colon ends
_DOES = re.compile(r"(?:summari[sz]e|translate|write|draft|search|look up|fetch|extract|classify|find|query)\s", re.I)


def _sentence(text: str, number: int, is_item: bool, kinds: frozenset[str]) -> list[Clause]:
    text = marks.WISH.sub("", text)
    if text.startswith("title: "):
        return [Clause("title", text.removeprefix("title: "), number, item=True)]
    if (before := marks.BEFORE_FIRST.match(text)) and starts_action(before["first"]):
        text = f"{before['first']} before {before['act']}"
    clauses: list[Clause] = []
    colon = re.match(r"^([^:⟨]{2,60}?)\s*:\s+(.+)$", text)
    if colon:
        head, tail = colon[1], colon[2]
        if tail.startswith("⟨s"):
            return _flow(f"{head} {tail}", number, is_item)
        wished = re.match(
            r"(?:i|we|(?:our|the|my)(?: [\w-]+){1,3}?)(?:'d)? (?:needs?|wants?|likes?|would like|am looking for|is looking for)\b",
            head,
            re.I,
        )
        if wished and re.search(r"\b(?:chat|chat ?bot|bot|assistant)\b", head, re.I):
            return [Clause("when", head, number, item=is_item), *_flow(tail, number, is_item)]
        if wished or not marks.FILLER.sub("", f"{head} "):
            return _flow(tail, number, is_item)
        if (subject := marks.BY_WHAT.match(head)) and (listed := _each_case(tail)):
            names = ", ".join(name for name, _ in listed if name)
            cases = [Clause("do", f"depending on the {subject[1]} ({names})", number, item=is_item)]
            for name, done in listed:
                marker: Marker = "case" if name else "else"
                cases += [Clause(marker, name, number, item=is_item), *_flow(done, number, is_item)]
            return cases
        if re.fullmatch(r"(?:the )?(?:trigger|start|when|starts?(?: with)?)", head, re.I):
            return [Clause("when", tail, number, item=is_item)]
        if re.fullmatch(r"(?:on |in |via |by )?(?:the )?(?:chat|chat ?bot|web-?hook|manual(?:ly)?)", head, re.I):
            return [Clause("when", head, number, item=is_item), *_flow(tail, number, is_item)]
        if marks.ELSE.fullmatch(head):
            return [Clause("else", "", number, item=is_item), *_flow(tail, number, is_item)]
        if head.lower() not in kinds and schedule.find(head):
            return _flow(f"{head}, {tail}", number, is_item)
        if (
            (len(head.split()) <= 3 or marks.AMOUNT.match(head))
            and not re.match(r"(?:then|next|first|please|also|finally|extract|set)\b", head, re.I)
            and not marks.WHEN.match(head)
        ):
            return [Clause("case", head, number, item=is_item), *_flow(tail, number, is_item)]
        if ANY_VERB.match(marks.FILLER.sub("", tail)) or marks.WHEN.match(tail) or marks.IF.match(tail):
            acts = bool(_DOES.match(marks.FILLER.sub("", head)))
            abreast = acts and bool(marks.PARALLEL.search(head))
            head = re.sub(r"[\s,]*\b(?:and\s+)?then(\s+(?:in parallel|at the same time))?$", "", head, flags=re.I) if acts else head
            rest = f"in parallel {tail}" if abreast else tail
            return [*_flow(head, number, is_item, opening=not acts), *_flow(rest, number, is_item)]
    clauses += _flow(text, number, is_item)
    return clauses


def _flow(text: str, number: int, is_item: bool, opening: bool = False) -> list[Clause]:
    """One sentence, or the part of one behind a colon."""
    out: list[Clause] = []
    parallel = bool(marks.PARALLEL.search(text))
    text = marks.PARALLEL.sub(" ", text).strip(" ,")
    rest = text
    while rest:
        rest = marks.AFTER_IT.sub("", rest.strip(" ,;:"))
        also = bool(re.match(r"(?:and |but |then )*also\b", rest, re.I))
        stripped = (
            marks.FILLER.sub("", rest)
            if not marks.AFTER_ALL.match(rest) and not marks.ELSE.match(rest) and not marks.WHEN.match(rest)
            else rest
        )
        rest = stripped
        if not rest:
            break
        make = partial(_clause, sentence=number, also=also, parallel=parallel, item=is_item)
        if (match := marks.AFTER_ALL.match(rest)) and (out or number):
            out.append(make("after_all", ""))
            rest = rest[match.end() :]
            continue
        if match := marks.SO.match(rest):
            out.append(make("so", ""))
            rest = rest[match.end() :]
            continue
        if match := marks.EITHER.match(rest):
            out.append(make("either", ""))
            rest = rest[match.end() :]
            continue
        if match := marks.ELSE.match(rest):
            out.append(make("else", ""))
            rest = rest[match.end() :]
            continue
        marked = _marked(rest)
        if marked is not None:
            marker, body = marked
            head, rest = _head(body, marker)
            if marker == "when" and (
                inner := re.search(r"\s+(?:and|,)\s+(?=(?:it|the \w+|its \w+)\s+(?:is|are|has|was|contains|mentions)\b)", head)
            ):
                out.append(make("when", head[: inner.start()]))
                out.append(make("if", head[inner.end() :]))
            else:
                out.append(make(marker, head))
            continue
        chunk, rest = _next_chunk(rest)
        out += _action(chunk, make)
    if opening and out:
        out[0] = replace(out[0], marker="when") if out[0].marker == "do" else out[0]
    return out


_MARKS: tuple[tuple[Marker, re.Pattern[str]], ...] = (
    ("unless", marks.UNLESS),
    ("when", marks.WHEN),
    ("if", marks.IF),
    ("if", marks.BEYOND),
    ("each", marks.EACH),
)


def _marked(text: str) -> tuple[Marker, str] | None:
    for marker, pattern in _MARKS:
        if match := pattern.match(text):
            body = text[match.end() :]
            if pattern is marks.BEYOND and not _ends_before_action(body):
                return None
            if marker == "when" and match[0].lower().startswith("if "):
                body = text[3:]
            if marker == "when" and match[0].lower().startswith("trigger") and not body:
                return None
            return marker, body
    if not IMPERATIVE.match(text) and marks.AMOUNT_FIRST.match(text) and marks.NUMBER_BREAK.search(text):
        return "if", text  # "humidity under 30 start the mist"
    return None


def _ends_before_action(body: str) -> bool:
    return bool(re.match(r"[^,:;]{3,50}[,:]", body) or marks.IMPERATIVE_BREAK.search(body) or marks.NUMBER_BREAK.search(body))


# "nothing is found it forwards the question": the subject begins the action
_IT_ACTS = re.compile(
    rf"(?<!\bsays)(?<!\bwhether)(?<!\bthat)\s+(?=(?:it|we|they)\s+(?:{ANY_VERB.pattern})\s+(?:it|them|the|an?|to)\b)", re.I
)


def _head(body: str, marker: Marker) -> tuple[str, str]:
    """Where a condition, event or loop head ends and its actions begin."""
    if marker == "each" and IMPERATIVE.match(body):
        return "", body
    ends: list[tuple[int, int]] = []
    if comma := re.search(r"\s*,\s*(?:then\s+)?|\s+then\s+|\s*[:–]\s*|\s+and then\s+|\s+and than\s+", body):
        # "one by one" and enumerations stay whole: the comma ends the head when an action follows it.
        ends.append(comma.span())
    for match in marks.SEPARATOR.finditer(body):
        if starts_action(body[match.end() :]) and match.start() > 2:
            ends.append(match.span())
            break
    if marker in {"if", "unless"} and (match := marks.MENTIONED.search(body)):
        ends.append(match.span())
    if marker in {"if", "unless"} and (match := _IT_ACTS.search(body)) and match.start() > 4:
        ends.append(match.span())
    if marker in {"if", "unless"} and (match := marks.MODAL_BREAK.search(body)) and match.start() > 4:
        ends.append(match.span())
    if marker == "when" and (
        match := re.search(
            r"\s+(?=first(?:ly)?\s+(?:of all\s+)?(?:it|they|we|the|an?|let|ask|wait|send|save"
            r"|store)\b)",
            body,
            re.I,
        )
    ):
        ends.append(match.span())
    if marker == "each" and (match := marks.MODEL_BREAK.search(body)):
        ends.append(match.span())
    if marker in {"if", "unless"} and (match := marks.NUMBER_BREAK.search(body)):
        ends.append(match.span())
    if (match := marks.IMPERATIVE_BREAK.search(body)) and len(body[: match.start()].split()) >= {"when": 3, "each": 1}.get(marker, 2):
        ends.append(match.span())
    if not ends:
        return body, ""
    start, end = min(ends)
    return body[:start], body[end:]


def _next_chunk(text: str) -> tuple[str, str]:
    """The text up to the next separator behind which a new action (or a marker) begins."""
    for match in marks.SEPARATOR.finditer(text):
        if match.start() == 0:
            continue
        if (
            re.search(r"\bthen\b", match[0], re.I)
            and "," not in match[0]
            and not ANY_VERB.search(text[: match.start()])
            and len(text[: match.start()].split()) <= 4
        ):
            continue  # "a language model then writes ..." is one clause
        rest = text[match.end() :]
        if marks.LISTS_TOOLS.search(text[: match.start()]) and not match[0].strip().startswith(";"):
            continue
        if marks.HAS_TOOLS.search(text[: match.start()]) and re.fullmatch(r"\s*(?:and|or)\s*", match[0], re.I):
            continue
        unknown = marks.UNKNOWN_ACTION.match(rest)
        if re.search(r"\bthen\b", match[0], re.I) and marks.PLACED.search(rest):
            verb = ANY_VERB.match(marks.FILLER.sub("", text))
            return text[: match.start()], rest if starts_action(rest) or unknown or verb is None else f"{verb[0]} {rest}"
        if re.search(r"\bthen\b", match[0], re.I) or unknown:
            return text[: match.start()], rest  # an action all the same: what it asks for is at least told back
        if starts_action(rest) or _marked(rest) or marks.ELSE.match(rest) or marks.EITHER.match(rest) or marks.AFTER_ALL.match(rest):
            also = re.search(r"\balso\b", match[0], re.I)
            return text[: match.start()], ("also " if also else "") + rest
    return text, ""


def starts_action(text: str) -> bool:
    if marks.AFTER_IT.match(text):
        return True
    piece = marks.FILLER.sub("", text)
    if not piece or marks.SETS.match(piece):
        return False
    if marks.AFTER_A_WHILE.match(text):
        return True
    if match := ANY_VERB.match(piece):
        following = re.match(r"[\s]*([^\s,;]*)", piece[match.end() :])
        word = match[0].lower()
        if word in marks.NOUNISH:
            after = following[1].lower() if following else ""
            ended = bool(re.match(r"\s*(?:,|$|and\b|or\b|as\b|is\b|are\b|from\b|of\b|comes?\b|address)", piece[match.end() :], re.I))
            return not ended and after not in {"from", "of", "as", "is", "are", "and", "or"}
        return True
    return bool(
        marks.PASSIVE.match(piece) or marks.SOMEONE_ACTS.match(piece) or marks.MODEL_ACTS.match(piece) or marks.RECEIVES.match(piece)
    )


LONGEST = 600  # characters of one clause that are read; nobody's clause is longer, and every pattern stays fast


class _Make(Protocol):
    def __call__(self, marker: Marker, text: str) -> Clause: ...


def _clause(marker: Marker, text: str, *, sentence: int, also: bool, parallel: bool, item: bool) -> Clause:
    return Clause(marker, text[:LONGEST].strip(" ,;:."), sentence, also=also, parallel=parallel, item=item)


# "decide if it is good or bad": what is asked, no condition on the deciding
_TELLS_IF = re.compile(r"\b(?:decide|determine|judge|find out|figure out|work out|detect|classify|tell me|know)s?$", re.I)


def _action(chunk: str, make: _Make) -> list[Clause]:
    """An action, with a condition, event or loop that was said behind it moved in front of it."""
    also = bool(marks.ALSO.search(chunk))
    for match in marks.INNER.finditer(chunk):
        head, tail = chunk[: match.start()], chunk[match.end() :]
        if not head.strip() or not tail.strip():
            continue
        marker = _INNER_MARKERS[match.lastgroup or "if"]
        if not ANY_VERB.search(head) or (marker == "if" and _TELLS_IF.search(head)):
            continue
        clause, action = make(marker, tail), make("do", head)
        return [replace(clause, reversed=True), replace(action, also=action.also or also)]
    done = make("do", chunk)
    return [replace(done, also=done.also or also)]
