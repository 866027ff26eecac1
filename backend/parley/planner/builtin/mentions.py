"""Which verbs and which places a clause names, and which verb governs which place."""

import re
from dataclasses import dataclass

from parley.planner.builtin import lexicon, slots
from parley.planner.builtin.lexicon import Family, Place
from parley.planner.builtin.text import Reading, wordset

_NOUN_BEFORE = re.compile(
    r"\b(?:the|an?|our|my|by|of|this|that|its|each|your|their|per|new|short|status|weekly|daily|some|any"
    r"|no|his|her|best|every|from|best|confirmation|text|table|collection)\s+$",
    re.I,
)
# "search our house rules": whatever it is, it is ours, so it is documents.
_OURS = re.compile(
    rf"\b(?:{lexicon.verb_pattern('search')}|check)\b[^,;]*?(?<!\bfor )(?<!\babout )(?<!\bof )(?<!\bwith )"
    rf"\b(?:our|my|the company's|internal)\s+((?:(?!and\b|or\b|for\b|as\b|then\b|on\b|in\b|with\b|customers?\b|site\b|website\b"
    rf"|own\b|first\b|again\b|too\b|instead\b|also\b|next\b|now\b|before\b|as\b|when\b|if\b)[\w-]+\s?){{1,3}})",
    re.I,
)
# "look it up in the house rules": what is looked through and is nothing else we know, is documents too.
_LOOKED_THROUGH = re.compile(
    r"\b(?:(?:search|consult|check)(?:es|s|ing)?|look(?:s|ing|ed)?\s+(?:\S+\s+){0,4}?(?:in|through|into))\s+(?:in |through )?the\s+"
    r"((?!web|internet|net\b|table|news|market|status|price|site|weather|database|stock|total|api\b|chat|channel|result|list|answer"
    r"|question|order|data\b|file|mail|e-mail|inbox|log)(?:(?!and\b|or\b|as\b)[\w-]+\s?){1,3}?)"
    r"(?=\s+(?:and|as well|for it|too|or)\b|[,;.:]|$)",
    re.I,
)


# "answer questions from the brochure": what answers are taken from is documents, whatever it is called.
_ANSWERED_FROM = re.compile(
    r"\banswer\w*\b.*\b(?:from|out of|based on)\s+(?:the|our|my|a)\s+((?!web\b|internet|both\b|two\b|results?\b|table|chat\b|model|ai\b"
    r"|customer|user|website|api\b|channel|message|mail|e-mail|search|answers?\b|data\b)"
    r"[\w-]+(?:\s(?!and\b|or\b|for\b|in\b)[\w-]+)?)",
    re.I,
)


# "open an issue in Quill", "add the row to Heron": a name with a capital where something goes to or comes from is a product we do not know.
_PRODUCT = re.compile(
    r"(?:\b(?i:in|into|on|via|through|using|from|with)|(?i:\b(?:add|push|sync|upload|save|export|write|publish|copy|log|import|submit"
    r"|append)(?:s|es|ed|ing)?\b[^,;]*?\bto))"
    r"\s+(?i:(?:our|the|my)\s+)?(?P<name>(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July"
    r"|August|September|October"
    r"|November|December|Slack|AI|JSON|PDF|CSV|HTML|Markdown|SQL|English|German|French|Spanish|Italian|Dutch|Polish|Portuguese|Welsh"
    r"|Irish|Danish"
    r"|Swedish|Norwegian|Finnish|Czech|Greek|Turkish|Arabic|Chinese|Japanese|Korean|Hindi|Russian|Latin|Berlin|EU|UK|US)"
    r"[A-Z][A-Za-z0-9]{2,}(?:\s[A-Z][A-Za-z0-9]+)?)(?=\W|$)"
)


_KIND_OF_SYSTEM = re.compile(r"ticket|calendar|push|text message|sms", re.I)


_NOUNISH = wordset(
    """
    email e-mail mail emails mails message messages report reports note notes text label labels tag tags answer answers reply
    replies list record records log logs file files count map order number date name address phone city format update updates
    alert alerts post posts search call calls request requests share copy draft review reviews download downloads return returns
    show confirm entry check checks set question summary open record sort word
    """
)


@dataclass(frozen=True)
class Verb:
    family: Family
    start: int
    end: int


@dataclass(frozen=True)
class Mention:
    place: Place
    start: int
    end: int
    value: str | None


_WHAT_IT = re.compile(r"\b(?:what|whatever|everything|anything)\s+(?:it|they|he|she|(?:the|an?)\s+[\w-]+)\s+(?:has |have )?$", re.I)
_NAMED = re.compile(r"\b(?:the|an?|our|my|this|that|each|every)\s+[\w-]+\s+$", re.I)
_ENDS = re.compile(r"\s*(?:$|[,.;:]|\b(?:from|of|and|or|for|with|about|by|to (?:the|our|⟨))\b)", re.I)
_SUBJECT = re.compile(r"\s+(?:is|are|was|were|gets?|goes|should be|must be|has to be|have to be|will be)\s+(?!it\b|them\b)[a-z]", re.I)


def find_verbs(text: str) -> list[Verb]:
    found: list[Verb] = []
    for family, pattern in lexicon.VERB.items():
        for match in pattern.finditer(text):
            if _WHAT_IT.search(text[: match.start()]):
                continue  # "whatever it says is kept": what it does is no second step
            if match[0].lower() in _NOUNISH and (
                _SUBJECT.match(text, match.end()) or (_NAMED.search(text[: match.start()]) and _ENDS.match(text, match.end()))
            ):
                continue  # "question and answer get stored", "the poster text of both"
            if not (_NOUN_BEFORE.search(text[: match.start()]) and " " not in match[0]):
                found.append(Verb(family, match.start(), match.end()))
    found.sort(key=lambda verb: (verb.start, -(verb.end - verb.start)))
    kept: list[Verb] = []
    for verb in found:
        listed = any(other.family in {"extract", "classify", "set"} for other in kept) and text[verb.start : verb.end].lower() in _NOUNISH
        if re.search(r"\bto\s+$", text[: verb.start]) and any(other.family == "send" for other in kept):
            continue  # "remind #team to fill in the sheet": what they shall do, not what the workflow does
        if (not kept or verb.start >= kept[-1].end) and not listed:
            kept.append(verb)
    return kept


_LOOKS_FOR = re.compile(r"\b(?:search(?:es|ing)?|look(?:s|ing)?|google|browse)\b(?:(?!\bfor\b|⟨).)*?\bfor\s+", re.I)


def _of_topic(mention: Mention, text: str) -> bool:
    """ "search the web for tide tables": a noun of what is looked for, no place that is read."""
    sought = _LOOKS_FOR.search(text)
    if mention.value is not None or mention.place in {"web", "slack", "mail"} or sought is None or mention.start < sought.end():
        return False
    between = text[sought.end() : mention.start]
    if re.fullmatch(r"(?:the |an? )?", between, re.I) and not re.search(lexicon.PLACE_PATTERN["web"], text[: sought.end()], re.I):
        return False  # "look for documents about ...": nothing else says where
    return not re.search(r"\b(?:in|from|on|through|via|with|using|our|and)\s+(?:[\w-]+\s+){0,2}$", between, re.I)


def find_mentions(text: str, reading: Reading) -> list[Mention]:
    found: list[Mention] = []
    for place, pattern in lexicon.PLACE:
        for match in pattern.finditer(text):
            if any(match.start() < other.end and other.start < match.end() for other in found):
                continue
            literal = re.fullmatch(r"⟨[a-z](\d+)⟩", match[0])
            found.append(Mention(place, match.start(), match.end(), reading.literals[int(literal[1])] if literal else None))
    found = [other for other in found if not _of_topic(other, text)]
    if written := re.search(r"⟨s(\d+)⟩", text):  # a query in SQL is read from a table, whatever else is named around it
        found = [other for other in found if other.place != "table"]
        found.append(Mention("table", *written.span(), reading.literals[int(written[1])]))
    if ours := _OURS.search(text) or _LOOKED_THROUGH.search(text) or _ANSWERED_FROM.search(text):
        start, end = ours.span(1)
        if not any(other.start < end and start < other.end for other in found):
            found.append(Mention("knowledge", start, end, None))
    if (product := _PRODUCT.search(text)) and not any(
        other.start < product.end("name") and product.start("name") < other.end for other in found
    ):
        found.append(Mention("system", *product.span("name"), None))
    named = [other for other in found if other.place == "system" and not _KIND_OF_SYSTEM.match(text, other.start)]
    if named:  # "open a ticket in Quill": the product, not the kind of thing in it
        found = [other for other in found if other.place != "system" or other in named]
    found.sort(key=lambda mention: mention.start)
    merged: list[Mention] = []
    for mention in found:
        twin = next(
            (m for m in merged if m.place == mention.place and (m.value is None or mention.value is None or m.value == mention.value)), None
        )
        if twin is None or (mention.place == "table" and slots.table(text[twin.end :], reading) and "table" in text[twin.start : twin.end]):
            merged.append(mention)
        elif twin.value is None and mention.value is not None:
            merged[merged.index(twin)] = Mention(twin.place, twin.start, twin.end, mention.value)
    return merged


def governor(mention: Mention, verbs: list[Verb], text: str) -> Verb | None:
    """The nearest verb before the place, else the nearest after it (passives, verbs at the end)."""
    before = [verb for verb in verbs if verb.start <= mention.start]
    passive = [verb for verb in verbs if re.search(r"\b(?:is|are|gets?|be|was|were)\s+(?:\w+ly\s+)?$", text[: verb.start])]
    if passive and mention.start > passive[-1].end:
        return passive[-1]
    return before[-1] if before else next((verb for verb in verbs if verb.start > mention.start), None)
