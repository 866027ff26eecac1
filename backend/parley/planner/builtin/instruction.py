"""What a text-writing step is told: another number of things, another language, a wish about tone or length."""

import re

from pydantic import JsonValue

from parley.planner.builtin import put, slots, values
from parley.planner.builtin.text import stem
from parley.planner.builtin.values import Asked
from parley.workflow.spec import Node

KEYS = {"llm": "prompt", "agent": "goal"}
_LANGUAGES = (
    r"(?:plain |simple |british |american |brazilian )?(?:english|german|french|spanish|portuguese|italian|dutch|polish|japanese|chinese"
    r"|swedish|danish|norwegian|finnish|czech|turkish|greek|russian|ukrainian|korean|arabic|hindi|latin|welsh|irish|catalan|hungarian)"
)
_STYLE = re.compile(
    r"\b(?:short(?:er)?|(?<!no )longer|longer than|brief(?:er|ly)?|formal(?:ly)?|informal(?:ly)?|friend(?:ly|lier)|polite(?:r|ly)?"
    r"|simple[r]?|concise(?:ly)?|terse(?:r|ly)?"
    r"|funn(?:y|ier)|tone|bullet points?|bullets|words?|sentences?|paragraphs?|lines?|characters|style|casual(?:ly)?|serious(?:ly)?"
    r"|cheerful(?:ly)?|warm(?:er|ly)?|detailed|emojis?|jargon|slang|plain(?:er)?|neutral(?:ly)?|professional(?:ly)?|first person|markdown"
    rf"|past tense|present tense|rhymes?|headings?|numbered list|humou?r|{_LANGUAGES})\b",
    re.I,
)
_LENGTH = re.compile(
    r"^(?:at most|no (?:more|longer) than|not (?:more|longer) than|up to|max(?:imum)?(?: of)?|under|below|within|about)\b", re.I
)
_LENGTHS = r"(?:words?|sentences?|lines?|paragraphs?|characters|pages?|bullets?|bullet points?)"
_OTHERS = (
    r"(?!times?\b|(?:minute|hour|day|week|month|second)s?\b|hits?\b|results?\b|passages?\b|chunks?\b|o'?clock\b|%|percent\b|tokens?\b)"
)
_SO_MANY = re.compile(rf"^(?P<number>{slots.COUNT})\s+(?P<thing>{_OTHERS}[a-z][\w'-]*(?: [a-z][\w'-]*)?)$", re.I)
_COUNTED = re.compile(
    rf"\b{slots.COUNT}\s+(?:(?!about\b|from\b|of\b|with\b|in\b|on\b)[\w'-]+\s+){{0,2}}?((?!\w+\s+\w+(?:s|ies)\b)[\w-]+)", re.I
)


def read_count(asked: Asked, node: Node) -> JsonValue:
    """The instruction with another number in it ("ten questions"); None where it speaks of no such things."""
    value = values.bare(asked.value)
    said = _SO_MANY.match(value)
    if said is None and re.fullmatch(slots.COUNT, value, re.I) and asked.field:
        said = _SO_MANY.match(f"{value} {re.sub(r'^(?:the )?(?:number|amount|count) of (?:the )?', '', asked.field, flags=re.I)}")
    told = str(node.config.get(KEYS.get(node.type, ""), ""))
    if said is None or not told:
        return None
    first, gap, rest = told.partition("\n\n")
    number, thing = said["number"], said["thing"]
    wanted = stem(thing.split()[-1])
    numbers = [match for match in _COUNTED.finditer(first) if not re.fullmatch(r"an?|another", match[1], re.I)]
    same = [match for match in numbers if stem(match[2]) == wanted]
    if not same and len(numbers) == 1 and not re.fullmatch(_LENGTHS, thing, re.I):
        same = numbers
    if same:
        new = number if stem(same[0][2]) == wanted else f"{number} {thing}"
        return first[: same[0].start(1)] + new + first[same[0].end(1 if new == number else 2) :] + gap + rest
    if not re.search(rf"\b{re.escape(wanted)}", first, re.I):
        return None
    counted = f"{number} {thing.split()[-1]}"
    return re.sub(rf"\b(?:an?\s+|the\s+|some\s+)?({re.escape(wanted)}\w*)", counted, first, count=1, flags=re.I) + gap + rest


def write_count(asked: Asked, node: Node, value: JsonValue) -> list[str] | None:
    return put.configured(asked, node, {KEYS[node.type]: value}, f"is now told: {str(value).partition(chr(10))[0].rstrip('.')}")


def read_wish(asked: Asked, node: Node) -> JsonValue:
    """The wish as a sentence of an instruction; None where the words say nothing of how a text is written."""
    value = values.bare(asked.value)
    if node.type not in KEYS or re.search(r"⟨[mcup]", value) or not value:
        return None
    if re.fullmatch(rf"(?:in )?{_LANGUAGES}", value, re.I):
        return f"Write in {_cased(re.sub('^in ', '', value, flags=re.I))}"
    if re.search(r"\bonly the first\b|⟨q", value) or not _STYLE.search(asked.value if asked.value != asked.text else asked.text):
        return None
    plain = slots.plain(value, asked.reading)
    if _LENGTH.match(value) or re.match(rf"(?:in|with|without|using)\b|{slots.COUNT}\s+{_LENGTHS}\b", value, re.I):
        return f"Write {plain}"
    if asked.value != asked.text and (
        re.fullmatch(r"(?:(?:a bit|a little|much|more|less|very|rather|not) )*[\w-]+(?: and [\w -]+)?", plain)
    ):
        return f"Make it {plain}"
    return _sentence(slots.plain(asked.text, asked.reading))


def read_demand(asked: Asked, node: Node) -> JsonValue:
    """Anything said about a text that is named: "the summary must mention the price"."""
    opens = re.match(
        r"\W*(?:(?:please|and|also|but)\W+)*(?:it|the|its|our|in the)\b.*?\b(?:must|should|has to|needs? to|shall)\b", asked.text, re.I
    )
    if node.type not in KEYS or not opens or "⟨" in re.sub(r"⟨q\d+⟩", "", asked.text) or len(asked.text) > 200:
        return None
    return _sentence(asked.reading.unmask(asked.text))


def _sentence(said: str) -> str:
    said = re.sub(r"^(?:(?:please|and|but|also|actually|no|ok)\b[\s,]*)+|[\s,]*(?:\bplease)?[\s.!]*$", "", said, flags=re.I)
    return said[:1].upper() + said[1:]


def write_wish(asked: Asked, node: Node, value: JsonValue) -> list[str] | None:
    key, wish = KEYS[node.type], str(value)
    first, gap, rest = str(node.config.get(key, "")).partition("\n\n")
    other = re.compile(rf"\bin {_LANGUAGES}\b", re.I)
    if re.fullmatch(rf"Write in {_LANGUAGES}", wish, re.I) and other.search(first):
        first = other.sub(wish.removeprefix("Write "), first)
    else:
        first = f"{first.rstrip()}{'' if not first or first.rstrip().endswith(('.', '!', '?', ':')) else '.'} {wish}.".strip()
    return put.configured(asked, node, {key: f"{first}{gap}{rest}"}, f"is now told: {wish}")


def _cased(language: str) -> str:
    *kind, name = language.split()
    return " ".join([*kind, name[:1].upper() + name[1:].lower()])
