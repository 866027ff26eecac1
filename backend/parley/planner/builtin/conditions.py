"""Conditions in words ("the total is over 80", "it is about refunds") to a predicate, and a predicate to an expression that evaluates."""

import re
from dataclasses import replace

from parley.planner.builtin import labels, slots
from parley.planner.builtin.plan import Condition
from parley.planner.builtin.text import Reading, wordset

_OPS: tuple[tuple[str, str], ...] = (
    (
        ">=",
        r"at least|no less than|not (?:less|lower|fewer) than|>=|from|min(?:imum)?(?: of)?"
        r"|(?:is )?not (?:below|under)",
    ),
    (
        "<=",
        r"at most|no more than|not (?:more|greater|higher) than|<=|max(?:imum)?(?: of)?|up to"
        r"|(?:is )?not (?:above|over)",
    ),
    (
        ">",
        r"(?:is |are |goes |rises |climbs |gets |was |were )?(?:above|over|more than|greater than"
        r"|higher than|larger than|bigger than|longer than|older than|beyond|>)|exceeds?|exceeded"
        r"|surpass(?:es)?|tops",
    ),
    (
        "<",
        r"(?:is |are |falls |drops |goes |gets |was |were )?(?:below|under|less than|lower than|fewer than"
        r"|smaller than|shorter than|younger than|<)",
    ),
    ("!=", r"(?:is|are|was|does)(?: not|n't)(?: equal(?: to)?)?|differs from|!=|other than"),
    ("==", r"equals?|is exactly|is equal to|==?|(?:is|are|was|reads)"),
)
_NUMBER = (
    r"(?:[$€£]\s?)?(-?\d+(?:[.,]\d+)?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|hundred"
    r"|zero)\s*(k\b|%|percent|[a-z°€$£]{0,10})?"
)
COMPARE = re.compile("|".join(rf"(?:\b(?:{words})|(?:(?<=\s)(?:{words})))\s+{_NUMBER}(?=\W|$)" for _, words in _OPS), re.I)
# "warmer than", "cheaper than": which way the comparative points.
_LESS = wordset("cold low small short light cheap slow young few little near early narrow thin weak dark poor bad")
_COMPARATIVE = re.compile(rf"\b(?:(?:is|are|was|gets?|becomes?)\s+)?([a-z]+?)(i?er) than\s+{_NUMBER}(?=\W|$)", re.I)
_OF = {
    "warm": "temperature",
    "hot": "temperature",
    "cold": "temperature",
    "heavy": "weight",
    "light": "weight",
    "cheap": "price",
    "old": "age",
}
_UNIT_OF = (
    (r"euros?|dollars?|eur|usd|pounds|€|\$|£", "amount"),
    (r"degrees?|°c?", "temperature"),
    (r"kg|kilos?|grams?|tons?", "weight"),
    (r"percent|%", "percent"),
)
_EMPTY = re.compile(
    r"\b(?:nothing|no ?one|none|no (?:results?|hits?|match(?:es)?|rows?|entr(?:y|ies)|documents?|passages?"
    r"|answers?|records?)|not found|(?:is|are|was|were)(?: not|n't) found|"
    r"(?:cannot|can't|could not|couldn't|does not|doesn't|didn't|did not) (?:be found|find \w+|exist|help)"
    r"|comes? (?:back|up) empty|(?:is|are|was) empty|has no \w+|does(?: not|n't) have (?:it|an answer"
    r"|one))\b",
    re.I,
)

_NO_REPLY = re.compile(
    r"^(?:they|he|she|nobody|no one|(?:the|an?) (?!service\b|api\b|server\b|site\b|page\b|website\b|endpoint\b|system\b)[\w-]+)\s+"
    r"(?:(?:does|do|did|has|have)(?: not|n't)\s+)?(?:answer|repl|respon|react)\w*",
    re.I,
)
# "someone has no shift": of the person or thing at hand, not of a search
_LACKS = re.compile(
    r"^(?:someone|somebody|anyone|anybody|one(?: of them)?|he|she|they|(?:the|an?|any|this|that)\s+"
    r"(?!handbook|manual|wiki|docs|documents?|faq|table"
    r"|database|search|web|collection|knowledge|internet|library)[\w-]+)\s+(?:has|have|got|has got)\s+(?:no|not (?:an?|any))\s+"
    r"(?P<thing>(?!answers?\b|results?\b|match|entr|hits?\b|idea\b)[\w-]+(?:\s(?!this\b|in\b|on\b|for\b|yet\b|left\b|at\b)[\w-]+)?)",
    re.I,
)
# "the phone number is missing", "allergies are not empty": a field of what is at hand
_BLANK = re.compile(
    r"^(?!(?:it|this|that|they|there|the (?:result|list|search|table|answer|response|collection|handbook|wiki|inbox|queue)s?"
    r"|results?|lists?)\b)"
    r"(?:(?:the|its|their|an?|any)\s+)?(?P<thing>[\w-]+(?:\s(?!is\b|are\b)[\w-]+)?)\s+(?:is|are|was|were)(?P<not>\s+not|n't)?\s+"
    r"(?:empty|missing|blank|left out|(?P<given>given|filled(?: in)?|provided))$",
    re.I,
)
_FOUND = re.compile(
    r"\b(?:something (?:is|was)? ?found|(?:is|are|was|were) found|there (?:is|are|was|were) (?:an? |any "
    r"|some |at least one )?(?:results?|hits?|match(?:es)?|rows?|entr(?:y|ies)|new \w+|any\w*)|exists?"
    r"|finds? (?:something|anything))\b",
    re.I,
)
_GIVEN = re.compile(
    r"^(?:the |an? |its )?([\w-]+(?: [\w-]+)?) (?:is|are|was) (not )?(?:(given|present|filled in|provided|known)|missing|blank|left out)$",
    re.I,
)
_FAILED = re.compile(
    r"\b(?:fail(?:s|ed|ure)?|(?:could|can|did|does)(?: not|n't|not) (?:be (?:delivered|reached|sent)|work"
    r"|answer|respond|go through|succeed)|cannot be (?:reached|delivered|sent)|errors?|unreachable|is down"
    r"|goes wrong|went wrong|times? out|not successful|unsuccessful)\b",
    re.I,
)
_WORKED = re.compile(r"\b(?:succeed(?:s|ed)?|success(?:ful)?|works|worked|went through|was delivered|is up)\b", re.I)
_ABOUT = re.compile(
    r"\b(?:(?:is|are|was|'s)\s+)?(?:about|related to|relates to|concerns?|concerning|regarding|mentions?"
    r"|mentioning|contains?|containing|includes?|has to do with|deals? with|talks? about|asks? (?:about"
    r"|for)|"
    r"says|has the words?|refers? to|touches(?: on)?|involves?|on the (?:subject|topic) of"
    r"|have to do with)\s+(?:the words?\s+|an?\s+|the\s+|our\s+|any\s+)?(.+)$",
    re.I,
)
_MENTIONED = re.compile(
    r"^(?:the |an? |any )?(.+?)\s+(?:is|are|was|were|get|gets)\s+(not\s+)?(?:mentioned|involved|concerned|discussed|meant|asked about)$",
    re.I,
)
_IS = re.compile(
    r"^(.*?)\s*\b(?:is|are|was|were|'s|equals?|says|reads)\s+(not\s+|n't\s+)?(?:an?\s+|the\s+"
    r"|marked(?: as)?\s+|set to\s+)?(.+)$",
    re.I,
)
_NOT = re.compile(r"\b(?:not|never)\b|n't\b", re.I)
_PRONOUN = re.compile(r"^(?:it|its|it's|this|that|they|these|he|she|there|value|values|the value|which|the result|result)$", re.I)


_BETWEEN = re.compile(
    r"(?:\b(?:is|are|was|lies?)\s+)?\b(?:between|from)\s+(-?\d+(?:[.,]\d+)?)\s*(?:and|to|-|up to)\s*(-?\d+(?:[.,]\d+)?)\b", re.I
)


# "is 4 or more", "is 18 years or older"
_OR_MORE = re.compile(
    r"\s*(?P<unit>[a-z°€$£%]*?)\s*(?:and|or)\s+(?:(?P<more>more|above|over|higher|greater|older|better|longer|up)|less|below"
    r"|under|lower|fewer"
    r"|younger|worse|shorter)\b",
    re.I,
)


def unless(condition: Condition) -> Condition:
    return replace(condition, said=f"unless {condition.said}", negated=not condition.negated)


def of(condition: Condition, before: Condition | None) -> Condition:
    """The same about what `before` is about: "over 80 ..., over 60 ..."."""
    return replace(condition, subject=before.subject) if before else condition


def as_judged(condition: Condition) -> Condition:
    """Asked of a step that answers yes or no."""
    return replace(condition, kind="yes")


def parse(predicate: str, reading: Reading) -> Condition:
    text = predicate.strip(" ,.;:?!")
    said = slots.plain(text, reading)
    if match := _BETWEEN.search(text):
        low, high = (_number(match[index], "") for index in (1, 2))
        return Condition("between", _subject(text[: match.start()].strip(" ,"), reading) or "value", "", [low, high], said)
    if match := COMPARE.search(text):
        index = next(i for i in range(len(_OPS)) if match[2 * i + 1] is not None)
        op, number, unit = _OPS[index][0], match[2 * index + 1], (match[2 * index + 2] or "").lower()
        if op == "==" and (open_ended := _OR_MORE.match(text, match.end(2 * index + 1))):
            op, unit = (">=" if open_ended["more"] else "<="), open_ended["unit"] or ""
        value = _number(number, unit)
        subject = re.sub(r"^(?:with|having|has|have|at|on)$", "", text[: match.start()].strip(" ,"), flags=re.I)
        after = text[match.end() :].strip()
        if not subject or _PRONOUN.match(subject) or re.search(r"\b(?:it|it's|there)\b.*$", subject, re.I):
            subject = _measured(unit, after)
        return Condition("compare", _subject(subject, reading), op, value, said, every=_any_of(text))
    if match := _COMPARATIVE.search(text):
        root = match[1].lower() + ("y" if match[2].lower() == "ier" else "")
        root = root[:-1] if re.search(r"([bdgmnt])\1$", root) else root
        op = "<" if root in _LESS or f"{root}e" in _LESS else ">"
        subject = _OF.get(root) or _subject(text[: match.start()].strip(" ,"), reading) or root
        value = _number(match[3], (match[4] or "").lower())
        return Condition("compare", subject, op, value, said, every=_any_of(text))
    if match := _LACKS.match(text):
        return Condition("lacks", _subject(match["thing"], reading), "", None, said)
    if _NO_REPLY.search(text):
        return Condition("unknown", "", "", None, said)  # nothing before it tells: the step is shown as not finished
    if _FAILED.search(text):
        return Condition("failed", "", "", None, said)
    if match := _GIVEN.match(text):
        return Condition(
            "exists", _subject(match[1], reading), "", "given" if match[3] else "missing", said, bool(match[2]) == bool(match[3])
        )
    if match := _BLANK.match(text):
        given = match["given"] is not None
        return Condition("lacks", _subject(match["thing"], reading), "", None, said, negated=given != bool(match["not"]))
    if _EMPTY.search(text):
        return Condition("empty", "", "", None, said)
    if (match := _ABOUT.search(text)) and match[1].strip():
        negated = bool(_NOT.search(text[: match.start(1)]))
        return Condition("about", "", "", slots.plain(match[1], reading), said, negated)
    if match := _MENTIONED.match(text):
        return Condition("about", "", "", slots.plain(match[1], reading), said, bool(match[2]))
    if _FOUND.search(text):
        return Condition("found", "", "", None, said)
    if _WORKED.search(text):
        return Condition("failed", "", "", None, said, negated=True)
    if match := _IS.match(text):
        none = re.match(r"no\s+", match[1], re.I)
        subject, value = _subject(match[1][none.end() :] if none else match[1], reading), slots.plain(match[3], reading)
        return Condition("is", subject, "==", value, said, negated=bool(match[2]) != bool(none))
    return Condition("about", "", "", said, said, negated=bool(_NOT.search(text)))


def _measured(unit: str, after: str) -> str:
    """What a number stands for that has no subject before it: "over 20 percent battery", "over 5 degrees", "over 3 complaints"."""
    noun = re.match(r"(?:of (?:the |its |their )?)?([a-z]{4,})", after)
    if noun and re.fullmatch(r"percent|%", unit):
        return noun[1]
    of_unit = next((subject for units, subject in _UNIT_OF if re.fullmatch(units, unit)), "")
    return of_unit or (unit if len(unit) > 3 else noun[1] if noun else "value")


def _any_of(text: str) -> bool:
    """ "any tank ...", "one of them ...": asked of each row, not of the first."""
    return bool(re.match(r"(?:any|some|one|at least one)\b(?! of (?:it|the text))", text, re.I))


def _number(number: str, unit: str) -> int | float:
    plain = number.replace(",", ".")
    value = float(plain) if re.match(r"-?\d", plain) else float(slots.number(plain))
    value = value * 1000 if unit == "k" else value
    return int(value) if value == int(value) else value


def _subject(text: str, reading: Reading) -> str:
    text = re.sub(r"^.*\b(?:has|have|had|with|shows?|contains?)\s+(?=\S)", "", slots.plain(text, reading), flags=re.I)
    text = re.sub(rf"^(?:{slots.ARTICLES}|its|whether|that)\s+", "", text, flags=re.I)
    text = re.sub(r"\s+(?:of|in|for|on|from)\s+.*$", "", text)
    text = re.sub(r"\s+(?:is|are|was|were|has|have|goes?|'s|its|of|by)$", "", text, flags=re.I)
    if re.fullmatch(r"(?:whoever|anyone|anybody|everyone|everybody|those|people)(?: who)?", text, re.I):
        return "age"  # "whoever is under 16"
    return "" if _PRONOUN.match(text) else " ".join(text.split()[-2:])


def label(condition: Condition) -> str:
    """ "Total over 80?", "About refunds?"."""
    words = {">": "over", "<": "under", ">=": "at least", "<=": "up to", "!=": "not", "==": "is"}
    match condition.kind:
        case "compare":
            text = f"{condition.subject or 'value'} {words[condition.op]} {condition.value}"
        case "between":
            low, high = condition.value if isinstance(condition.value, list) else ("", "")
            text = f"{condition.subject} {low} to {high}"
        case "about":
            text = (
                f"{'not ' if condition.negated else ''}about {condition.value}"
                if len(str(condition.value).split()) <= 3
                else condition.said
            )
        case "empty":
            text = "anything found" if condition.negated else "nothing found"
        case "found":
            text = "anything found"
        case "unknown":
            text = condition.said
        case "lacks":
            text = f"{condition.subject} given" if condition.negated else f"no {condition.subject}"
        case "exists":
            text = f"{condition.subject} {condition.value}"
        case "failed":
            text = "went well" if condition.negated else "failed"
        case _:
            text = f"{condition.subject} {'not ' if condition.negated else ''}{condition.value}".strip()
    text = re.sub(r"^(?:it is|it's|it)\s+", "", text)
    return labels.fit(text, labels.WIDTH - 1) + "?"


def keywords(value: str) -> list[list[str]]:
    """ "late deliveries or refunds" -> [[late, delivery], [refund]]: any group, all of its words."""
    groups: list[list[str]] = []
    for part in re.split(r"\s+or\s+|,\s*", value.lower()):
        words = [word for word in re.findall(r"[^\W_]+", part) if word not in _STOPWORDS]
        if words:
            groups.append([labels.singular(word) for word in words[:4]])
    return groups[:6]


_STOPWORDS = wordset(
    """
    a an the it is are was were be our my your their his her its of to in on for with and or some any very too that this as from
    about someone customer user they he she i we not
    """
)
