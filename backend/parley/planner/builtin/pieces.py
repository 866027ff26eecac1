"""The spans of a request made whole before they are arranged: pieces of one action joined, none lost, side by side where it is said."""

import re
from collections.abc import Sequence
from dataclasses import replace

from parley.planner.builtin.tagger.read import Span
from parley.planner.builtin.text import MASK, Reading, wordset


def whole(spans: Sequence[Span], reading: Reading) -> list[Span]:
    """The spans that say what is done and where, in the order in which they were said."""
    found = [
        span for span in _none_lost(spans, reading) if span.name != "when" and not (span.name == "else" and _THEN.fullmatch(span.text))
    ]
    found = [replace(span, order="") if span.order == "<" and _after_then(span, reading) else span for span in found]
    return _abreast(_joined(_amounts_inside(found, reading), reading), reading)


_THEN = re.compile(r"(?:and )?th[ea]n", re.I)


def no_start(span: Span, spans: Sequence[Span]) -> Span:
    """ "Billing goes to ⟨m0⟩", behind what is done already: whoever is reached starts nothing."""
    if span.name == "when" and "⟨s" in span.text:
        return replace(span, name="do", types=("db_query",))
    late = any(other.name == "do" and other.end <= span.start for other in spans)
    if (
        span.name == "when"
        and late
        and _IF_WORD.match(span.text)
        and any(other.name == "when" and other.start < span.start for other in spans)
    ):
        return replace(span, name="if", order="<", types=())  # "... and tell ⟨c0⟩ if it is about x"
    reached = next((kind for kind in "cm" if f"⟨{kind}" in span.text), None)
    if span.name != "when" or not late or reached is None or "⟨p" in span.text:
        return span
    return replace(span, name="do", types=(_OF_LITERAL[reached],))


def _amounts_inside(spans: Sequence[Span], reading: Reading) -> list[Span]:
    """ "search for bikes | under 1000 euros": hardly a condition, and said in one breath with the action."""
    found: list[Span] = []
    for span in spans:
        before = found[-1] if found else None
        doubtful = span.name == "if" and span.sure < _AMOUNT_SURE and not _IF_WORD.match(span.text)
        if before is not None and doubtful and before.name == "do" and not reading.raw[before.end : span.start].strip():
            raw = reading.raw[before.start : span.end]
            found[-1] = replace(before, text=f"{before.text} {span.text}", end=span.end, raw=raw)
        else:
            found.append(span)
    return found


_AMOUNT_SURE = 0.6
_IF_WORD = re.compile(
    r"(?:and |but |only )*(?:if|when|whenever|where|unless|in case|should|once|as long as|provided|check|whether)\b", re.I
)
_CONTINUES = re.compile(r"(?:(?:which|that) (?:is|means|goes)|via|by (?:calling|posting)|through|using)\b", re.I)
_REACHING = frozenset({"http_request", "email", "slack_message", "db_query", "db_write", "knowledge_search", "knowledge_add"})


def _joined(spans: Sequence[Span], reading: Reading) -> list[Span]:
    """Stretches that are one action told in pieces, as one."""
    joined: list[Span] = []
    for span in _with_each_inside(spans, reading):
        before = joined[-1] if joined else None
        if before is None or not before.name == span.name == "do":
            joined.append(span)
            continue
        gap = reading.raw[before.end : span.start]
        if span.types == before.types == ("classify",) and _KINDS.match(
            span.text
        ):  # "sort the letters | that arrive at ⟨p0⟩ | into x and y"
            joined[-1] = replace(before, text=f"{before.text} {span.text}", end=span.end, sure=max(before.sure, span.sure))
            continue
        if _one_action(before, span, gap):
            raw = reading.raw[before.start : span.end]
            joined[-1] = replace(before, text=f"{before.text}{gap}{span.text}", end=span.end, raw=raw, sure=max(before.sure, span.sure))
            continue
        if _SENDS_IT.match(span.text) and span.types == ("email",) and "email" in before.types and not _SENDING.search(before.text):
            # "write each customer a reminder and mail it": written once, mailed once
            joined[-1] = replace(before, types=tuple(name for name in before.types if name != "email") or ("llm",))
        if _STARTS_WITH_PLACE.match(span.text) and span.types == ("llm",) and before.types == span.types:
            verb = re.match(r"[a-z]+\b", before.text, re.I)  # "translate it into one | into the other"
            span = replace(span, text=f"{verb[0] if verb else 'write'} it {span.text}", order="~")
        joined.append(span)
    return joined


def _one_action(before: Span, span: Span, gap: str) -> bool:
    if span.types == before.types and _ONLY_PLACES.fullmatch(span.text):
        return True  # "tell ⟨c0⟩, | ⟨c1⟩ or ⟨c2⟩"
    if "⟨" not in span.text or "⟨" in before.text:
        return False
    if _STARTS_WITH_PLACE.match(span.text) and set(span.types) <= set(before.types):
        return True  # "mail the report | to ⟨m0⟩"
    if span.types != before.types or not set(span.types) & _REACHING or span.order or len(gap) > 3:
        return False
    return bool(_CONTINUES.match(span.text)) or not re.search(r"[,;.\n→]", gap)  # "kick it off, | which is a POST to ⟨u0⟩"


_KINDS = re.compile(r"(?:into|by|as)\b", re.I)
_SENDS_IT = re.compile(r"(?:e-?mail|mail|send)s?\s+(?:it|them|that|this)\b", re.I)
_SENDING = re.compile(r"mail|\bsend|⟨m", re.I)
_ONLY_PLACES = re.compile(r"⟨[cm]\d+⟩(?:(?:\s*,\s*|\s+)(?:(?:and|or)\s+)?⟨[cm]\d+⟩)*")
_STARTS_WITH_PLACE = re.compile(r"(?:in)?to\b|with\b|for\b", re.I)


def _with_each_inside(spans: Sequence[Span], reading: Reading) -> list[Span]:
    """ "email | each member | a greeting" is one action that is done for each."""
    found: list[Span] = []
    index = 0
    while index < len(spans):
        three = spans[index : index + 3]
        if [span.name for span in three] == ["do", "each", "do"] and set(three[0].types) & set(three[2].types):
            gaps = (reading.raw[three[0].end : three[1].start], reading.raw[three[1].end : three[2].start])
            if len(three[0].text.split()) <= 2 and all(not gap.strip() for gap in gaps):
                raw = reading.raw[three[0].start : three[2].end]
                action = replace(three[0], text=" ".join(span.text for span in three), end=three[2].end, raw=raw, types=three[2].types)
                looped = any(span.name == "each" for span in found)
                found += [action] if looped else [action, replace(three[1], order="<")]
                index += 3
                continue
        found.append(spans[index])
        index += 1
    return found


_OF_LITERAL = {"c": "slack_message", "m": "email", "u": "http_request", "s": "db_query"}


def _none_lost(spans: Sequence[Span], reading: Reading) -> list[Span]:
    """An address, a channel or a query that no stretch holds is an action of its own."""
    found = list(spans)
    for literal in MASK.finditer(reading.raw):
        kind = _OF_LITERAL.get(literal[1])
        if kind is None or any(span.start <= literal.start() < span.end for span in spans):
            continue
        start = max((span.end for span in found if span.end <= literal.start()), default=0)
        begin = max(start, reading.raw.rfind(" ", 0, max(0, literal.start() - 1)) + 1)
        said = reading.raw[begin : literal.end()].strip(" ,;:.")
        found.append(Span("do", reading.correct(said), literal.start(), literal.end(), (kind,), sure=0.7, raw=said))
    return sorted(found, key=lambda span: span.start)


def _abreast(spans: list[Span], reading: Reading) -> list[Span]:
    """ "at the same time": the actions of its sentence behind it, or the one before it and the next, run side by side."""
    found = list(spans)
    for said in _PARALLEL.finditer(reading.raw):
        begin = max((end.end() for end in _SENTENCE_END.finditer(reading.raw, 0, said.start())), default=0)
        stop = next((end.start() for end in _SENTENCE_END.finditer(reading.raw, said.end())), len(reading.raw))
        inside = [index for index, span in enumerate(found) if span.name == "do" and begin <= span.start < stop and not says_nothing(span)]
        behind = [index for index in inside if found[index].start >= said.start()]
        leading = [index for index in inside if found[index].start < said.start()]
        held = bool(leading) and found[leading[-1]].end >= said.start()  # "ask a and b in parallel, then ...": of what was just said
        meant = leading[-1:] if held or not behind else behind[:1] if leading else behind[1:]
        for index in meant:
            if not found[index].order and not set(found[index].types) & {"merge"} and not _after_then(found[index], reading):
                found[index] = replace(found[index], order="~")
    return found


_PARALLEL = re.compile(r"\b(?:in parallel|at the same time|simultaneously|side by side|concurrently|both at once|at once)\b", re.I)
_SENTENCE_END = re.compile(r"[.!?;](?=\s|$)|\n")


def _after_then(span: Span, reading: Reading) -> bool:
    before = reading.raw[max(0, span.start - 16) : span.start]
    return bool(re.match(r"then\b", span.text, re.I) or re.search(r"\b(?:then|afterwards|after that)\W*$", before, re.I))


_SHORT = 8  # words: a longer sentence that asks for nothing tells how things are


def unheard(spans: Sequence[Span], reading: Reading) -> list[str]:
    """Short sentences that tell to do something ("flibber the wotsit") and of which nothing was read."""
    found: list[str] = []
    begin = 0
    for end in [*(match.end() for match in _SENTENCE_END.finditer(reading.raw)), len(reading.raw)]:
        said = reading.raw[begin:end].strip(" .!?;\n")
        heard = any(span.start < end and span.end > begin for span in spans)
        if not heard and len(said.split()) <= _SHORT and _UNKNOWN_ACTION.match(said):
            found.append(reading.unmask(said))
        begin = end
    return found


_UNKNOWN_ACTION = re.compile(
    r"(?!(?:for|from|with|without|of|in|into|on|onto|to|at|by|as|or|and|via|per|about|over|under|above|below|after|before|between"
    r"|than|like|plus|not"
    r"|including|even|only|all|both|either|neither|if|when|that|which|who|whose|where|is|are|was|has|have|had|also|just|once|until"
    r"|while|during|within"
    r"|through|because|so|but|then|else|using|saying|containing|against|behind|beside|near|around|across|whether|what|how|why|whatever)\b)"
    r"[a-z]{3,}\s+(?:the|it|them|those|these|our|my|him|her)\b(?!\s+(?:is|are|was)\b)",
    re.I,
)
_UNSURE, _DOUBTFUL = 0.12, 0.35


def says_nothing(span: Span) -> bool:
    """Words that were hardly taken for an action and name nothing, or are only there to join."""
    if "⟨" in span.text:
        return False
    short = len(span.text.split()) <= 3
    return span.sure < (_DOUBTFUL if short else _UNSURE) or function_words(span.text)


_JOINING = wordset(
    """
    a an the and or but so then than also just only too first second third fourth finally lastly last next after before that this it
    he she they we you i in on at of to for with by from up out is are was be been does do did has have if when whether once please
    should must shall will would can could now later again as well end which who whose have go goes second third fourth fifth both
    either all same time way things thing two three
    """
)


def function_words(text: str) -> bool:
    return all(word in _JOINING for word in re.findall(r"[^\W_]+", text.lower()))
