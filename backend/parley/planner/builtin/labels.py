"""Labels as short verb phrases that fit a node (20 characters), and the slugs made from them."""

import re

from parley.planner.builtin import lexicon, slots
from parley.planner.builtin.text import MASK, Reading
from parley.workflow.spec import is_node_id

WIDTH = 20
_STOP = re.compile(
    r"\s+(?:to|into|in|on|onto|from|with|by|via|of|for|at|as|about|through|over|if|that|which|who|and|or"
    r"|\w+er than|than|above|below|under|whose|where|using|out|up|when|once|so|goes?|are|is|based|per)\b|[,;:.()?!]|⟨[umcp]\d+⟩",
    re.I,
)
_EMPTY = re.compile(
    rf"^(?:(?:{slots.ARTICLES}|it|them|him|her|us|me|everyone|everybody|both|one|please|also|then|short"
    rf"|brief|result|results|out|up|down|off|back|"
    r"(?:(?:last|this|next|past)\s+)?(?:day|week|month|quarter|year|night)'s|"
    r"something|them all|everything|today's|tomorrow's|yesterday's)\b[\s']*)+",
    re.I,
)


def topic(text: str, start: int, reading: Reading) -> str:
    """The noun phrase that follows a verb: "send the price list to #sales" -> "price list"; empty where it is only a pronoun."""
    rest = text[start:].lstrip()
    if re.match(r"(?:how|what|whether|why|when|where|who)\b", rest, re.I):
        return ""  # "ask how it goes" is about no thing that has a name
    rest = re.sub(lexicon.PLACE_PATTERN["model"], " ", _EMPTY.sub("", rest), flags=re.I).lstrip()
    if stop := _STOP.search(" " + rest):
        rest = rest[: max(0, stop.start() - 1)]
    rest = re.split(r"\s+(?:an?|the)\s+", rest)[-1]  # "send the customer an offer": the offer
    return " ".join(slots.plain(rest, reading).split()[:3]).strip(" '\"")


def fit(label: str, width: int = WIDTH) -> str:
    """The label in at most `width` characters, cut between words; a single longer word stays whole up to 40."""
    label = " ".join(label.split())
    if len(label) <= width:
        return sentence_case(label)
    kept = ""
    for word in label.split():
        if len(kept) + len(word) + 1 > width:
            break
        kept = f"{kept} {word}".strip()
    kept = re.sub(r"(?:\s+(?:the|a|an|of|to|in|for|and|or|by|with|from|at|on|is|not|about))+$", "", kept)
    return sentence_case(kept or label.split()[0][:40])


def sentence_case(label: str) -> str:
    return label if label[1:2].isupper() else label[:1].upper() + label[1:]  # "pH" stays as it is


def phrase(verb: str, thing: str, otherwise: str) -> str:
    """Verb and thing if they fit, else the verb and the thing's last word, else the fallback."""
    for candidate in (f"{verb} {thing}", f"{verb} {thing.split()[-1]}" if thing else ""):
        if thing and len(candidate) <= WIDTH:
            return sentence_case(candidate)
    return fit(otherwise)


def singular(thing: str) -> str:
    """ "table bookings" -> "table booking"."""
    if re.search(r"[^aeiou]ies$", thing):
        return thing[:-3] + "y"
    if re.search(r"(?:ss|us|is|news|series)$", thing) or not thing.endswith("s"):
        return thing
    return thing[:-2] if re.search(r"(?:sh|ch|x)es$", thing) else thing[:-1]


_IRREGULAR = {
    "wrote": "write",
    "written": "write",
    "writing": "write",
    "replies": "reply",
    "replied": "reply",
    "sums": "sum up",
    "sum": "sum up",
}


def base_form(spoken: str) -> str:
    """ "writes", "writing", "summarised" -> the verb as an instruction."""
    spoken = spoken.lower()
    if spoken in _IRREGULAR:
        return _IRREGULAR[spoken]
    bases = sorted((base.strip().split(" ")[0] for base in lexicon.VERBS["compose"].split(",")), key=len, reverse=True)
    return next((base for base in bases if spoken.startswith(base.removesuffix("e"))), spoken)


def place_name(text: str, span: tuple[int, int], reading: Reading) -> str:
    """How a knowledge place is called in the message: "our staff handbook" -> "staff handbook"."""
    before = re.findall(r"[\w'-]+", MASK.sub(" | ", text[: span[0]]))
    words = [slots.plain(text[span[0] : span[1]], reading).lower().removeprefix("our ").removeprefix("the ")]
    for word in reversed(before[-2:]):
        if re.fullmatch(
            rf"{slots.ARTICLES}|in|on|from|to|into|at|of|through|consult|check|search|with|against|and|or"
            rf"|internal|own|company|both",
            word,
            re.I,
        ):
            break
        words.insert(0, word.lower())
    return " ".join(words)


def unused_id(label: str, used: set[str] | frozenset[str], fallback: str) -> str:
    base = slots.slug(label, fallback)
    if not is_node_id(base):
        base = slots.slug(f"{fallback}_{base}", "step")
    candidate, count = base, 2
    while candidate in used or not is_node_id(candidate):
        candidate = f"{base[: 39 - len(str(count))].rstrip('_')}_{count}"
        count += 1
    return candidate
