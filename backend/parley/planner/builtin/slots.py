"""Small values said in words: numbers, durations, tables, collections, lists of names, the noun phrase after a verb."""

import re
import unicodedata

from parley.planner.builtin.text import MASK, Reading, stem, wordset

_NUMBERS = {
    "a": 1,
    "an": 1,
    "another": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "fifteen": 15,
    "zero": 0,
    "twenty": 20,
    "thirty": 30,
    "fifty": 50,
    "hundred": 100,
    "half": 0.5,
}
COUNT = r"(\d+(?:[.,]\d+)?|" + "|".join(_NUMBERS) + r")"
_UNITS = {
    "s": "seconds",
    "sec": "seconds",
    "second": "seconds",
    "m": "minutes",
    "min": "minutes",
    "minute": "minutes",
    "h": "hours",
    "hr": "hours",
    "hour": "hours",
    "d": "days",
    "day": "days",
    "w": "weeks",
    "week": "weeks",
    "month": "months",
    "working day": "days",
    "business day": "days",
}
_DURATION = re.compile(
    rf"\b(?:(half) )?{COUNT}(?:\s|-)?(?:more )?((?:working |business )?days?|weeks?|months?|hours?|hrs?|minutes?|mins?"
    rf"|seconds?|secs?|[smhdw])\b",
    re.I,
)
_TOP = re.compile(
    rf"\b(?:top|best|first|latest|newest|most recent|most relevant|closest)[- ]?{COUNT}\b|\b{COUNT}\s+(?:most recent|newest|latest)\b"
    rf"|\b{COUNT}\s+(?:best|top|closest|most relevant|nearest)\b"
    rf"|\btop[_ ]?k\s*(?:=|to|of|:)?\s*{COUNT}"
    rf"|\b{COUNT}\s+(?:hits?|passages?|results?|matches|chunks?|snippets?|pieces|excerpts)\b",
    re.I,
)
_BATCH = re.compile(rf"\b(?:batch(?:es)?(?: size)?(?: of)?|in groups of|chunks of|packs of)\s*{COUNT}\b|\b{COUNT} at a time\b", re.I)
_NOT_A_TABLE = wordset(
    """
    the a an our your my this that into to from in of it and with for is are table tables tabel same right new next database
    which where then or each any every as if on
    """
)
ARTICLES = r"(?:the|a|an|our|my|your|their|this|that|these|those|its|his|her|all|any|new|some|each|every)"


def number(text: str) -> int:
    """ "five" -> 5; a word that is no number counts as 1."""
    return int(text) if text.isdigit() else int(_NUMBERS.get(text.lower(), 1))


def _amount(text: str) -> str:
    value = _NUMBERS.get(text.lower())
    return str(value) if value is not None else text.replace(",", ".")


def duration(text: str) -> tuple[str, tuple[int, int]] | None:
    """ "a week" -> ("1 week", span)."""
    for match in _DURATION.finditer(text):
        unit_word = match[3].lower()
        unit = _UNITS.get(unit_word) or _UNITS.get(unit_word.removesuffix("s"))
        if unit is None or (len(unit_word) == 1 and not match[2][0].isdigit()):
            continue
        amount = "0.5" if match[1] else _amount(match[2])
        if unit == "months":
            amount, unit = (str(int(float(amount) * 30)), "days")
        return f"{amount} {unit.removesuffix('s') if amount == '1' else unit}", match.span()
    return None


def top_k(text: str) -> int | None:
    match = _TOP.search(text)
    if not match:
        return None
    return number(next(group for group in match.groups() if group))


def batch_size(text: str) -> int | None:
    match = _BATCH.search(text)
    return number(match[1] or match[2]) if match else None


def table(text: str, reading: Reading) -> str | None:
    """The table's name: quoted, after "table", or before it ("the sales table")."""
    if match := re.search(r"\btables?\s*(?:called|named)?\s*⟨q(\d+)⟩|⟨q(\d+)⟩\s+table", text, re.I):
        return reading.literals[int(match[1] or match[2])]
    if match := re.search(r"\btables?\s+(?:called |named )?([\w.]+)", text, re.I):
        name = match[1].strip(".")
        if name.lower() not in _NOT_A_TABLE:
            return name
    if (match := re.search(r"\b([\w.]+)\s+(?:table|database|db|spreadsheet|sheet)\b", text, re.I)) and match[1].lower() not in _NOT_A_TABLE:
        return match[1]
    return None


def named_collection(text: str, reading: Reading) -> str | None:
    """A collection's name where one is said outright, quoted or by a slug with a dash: never guessed from a noun."""
    near = re.search(
        r"(?:knowledge[- ]?base|collection|handbook|manual|documents?|docs|wiki|faqs?|knowledge|library"
        r"|base)\W{0,3}(?:called |named |of )?⟨q(\d+)⟩"
        r"|⟨q(\d+)⟩\s*(?:knowledge|collection|handbook|documents?|docs|wiki|base|library|faq)",
        text,
        re.I,
    )
    if near:
        return reading.literals[int(near[1] or near[2])]
    bare = re.search(r"\b(?:collection|knowledge[- ]?base)\s+(?:called |named )?([\w]+(?:[-_][\w]+)+)\b", text, re.I)
    return bare[1] if bare else None


def matching_collection(said: str, collections: frozenset[str] | None) -> str | None:
    """The existing collection that the words name: all of its words are said, or all of theirs are in its name; None if unsure."""
    if not collections:
        return None
    spoken = {stem(word) for word in re.findall(r"[^\W_]+", said.lower())} - {
        "our",
        "the",
        "my",
        "your",
        "in",
        "it",
        "collection",
        "knowledg",
        "bas",
    }
    exact = [name for name in collections if name.lower() == said.lower().strip()]
    if exact:
        return exact[0]
    hits = [name for name in sorted(collections) if _name_words(name) and _name_words(name) <= spoken]
    if len(hits) == 1:
        return hits[0]
    nouns = {word for word in spoken if len(word) > 3}
    partial = hits or [name for name in sorted(collections) if nouns & _name_words(name)]
    return partial[0] if len(partial) == 1 else None


def _name_words(name: str) -> set[str]:
    return {stem(word) for word in re.findall(r"[^\W_]+", name.lower()) if not word.isdigit()}


def listed(text: str) -> list[str]:
    """ "train, bus or tram" -> the three names, placeholders kept."""
    text = re.sub(r"^\W+|\W+$", "", text.strip()) if "⟨" not in text else text.strip(" .,:;()")
    parts = re.split(r"\s*(?:,|/|;|\bor\b|\band\b|&)\s*", text)
    article = r"the|a|an|our|my|your|their|its|all|any"  # "new" in "new order" is part of the name
    names = [re.sub(rf"^(?:{article}|either|as|it is|is|be|into|to)\s+", "", part.strip(" .:;()"), flags=re.I) for part in parts]
    return [name for name in names if name]


def plain(text: str, reading: Reading) -> str:
    """Text for a person's eyes: literals back, spaces tidy."""
    return re.sub(r"\s+", " ", MASK.sub(lambda match: reading.literals[int(match[2])], text)).strip(" ,;:.")


def slug(text: str, fallback: str = "step") -> str:
    """A node id's shape from a label; without a Latin letter in it, the fallback."""
    folded = unicodedata.normalize("NFKD", text.lower().replace("ß", "ss")).encode("ascii", "ignore").decode()
    folded = re.sub(r"[^a-z0-9]+", "_", folded).strip("_")
    if not folded or not folded[0].isalpha():
        folded = f"{fallback}_{folded}".strip("_")
    return folded[:40].strip("_")


def select_all(table_name: str) -> str:
    """A query to begin with; it is shown in the step's form and never run by the planner."""
    return " ".join(("SELECT * FROM", table_name))
