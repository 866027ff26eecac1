"""Pulling fields out of a text by rules: what stands behind a field's name, or looks like a value of its kind."""

import re
from collections.abc import Callable, Sequence
from datetime import date

from pydantic import JsonValue

from parley.llm.base import FieldToExtract
from parley.llm.sentences import sentences_of, stems_of

LONGEST_TEXT = 50_000
# Every repetition is bounded and starts at the edge of a word: these run over texts that strangers wrote.
EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
URL = re.compile(r"https?://[^\s<>\"')\]]{1,2000}")
PHONE = re.compile(r"(?<![\w.,])\+?\(?\d[\d ()/.-]{6,24}\d(?!\w)")
NUMBER = re.compile(r"(?<![\w.,])-?\d{1,18}(?:[.,]\d{3}){0,6}(?:[.,]\d{1,18})?(?!\w)")
AMOUNT = re.compile(
    r"(?:[€$£¥]|\b(?:EUR|USD|GBP|CHF)\b)\s?(\d(?:[\d.,]{0,20}\d)?)|(?<![\w.,])(\d(?:[\d.,]{0,20}\d)?)\s?(?:[€$£¥]|\b(?:EUR|USD|GBP|CHF|euros?|dollars?)\b)",
    re.IGNORECASE,
)
REFERENCE = re.compile(r"(?<!\w)#?((?:[A-Z]{1,5}[-_/]?)?\d[\w/-]{2,40})")
PERSON = re.compile(
    r"\b(?i:my name is|i am|i['’]m|this is|regards,?|sincerely,?|cheers,?|dear)\s+((?:[A-ZÀ-Þ][\w'’-]+)(?: [A-ZÀ-Þ][\w'’-]+){0,2})"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTHS = {name: number for number, name in enumerate(_MONTHS, 1)}
_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
DATES = (
    re.compile(r"\b(?P<year>\d{4})-(?P<number>\d{1,2})-(?P<day>\d{1,2})\b"),
    re.compile(r"\b(?P<day>\d{1,2})\.\s?(?P<number>\d{1,2})\.\s?(?P<year>\d{4})\b"),
    re.compile(r"\b(?P<first>\d{1,2})/(?P<second>\d{1,2})/(?P<year>\d{4})\b"),
    re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?:of\s+)?{_MONTH},?\s+(?P<year>\d{{4}})\b", re.I),
    re.compile(rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})\b", re.I),
)
YES, NO = frozenset({"yes", "true", "y", "1", "on", "ja"}), frozenset({"no", "false", "n", "0", "off", "none", "nein"})


def find_field(text: str, field: FieldToExtract) -> JsonValue:
    """The field's value in its type, or None; of a text's first 50,000 characters."""
    text = text[:LONGEST_TEXT]
    labelled = _labelled(text, field)
    match field.type:
        case "number":
            return _first_that_reads(labelled, text, _number)
        case "date":
            return _first_that_reads(labelled, text, read_date)
        case "boolean":
            return _boolean(labelled, text, field)
        case "list":
            return _list(labelled, text, field)
        case _:
            return _text(labelled, text, field)


def _labelled(text: str, field: FieldToExtract) -> str | None:
    """What stands behind the field's name: "Order number: A-17", "order number is A-17"."""
    words = [re.escape(word) for word in re.split(r"[_\s]+", field.name) if word]
    name = r"[\s_-]*".join(words)
    spelled = re.search(rf"\b{name}\b\s*(?:\([^)]*\)\s*)?(?::|=|\bis\b|#|–|-\s|\bno\.?(?=\s))\s*([^\n]+)", text, re.I)
    loose = spelled or re.search(rf"\b{name}\s+([^\n]+)", text, re.I)
    return loose[1].strip() if loose else None


def _first_that_reads(labelled: str | None, text: str, read: Callable[[str], JsonValue]) -> JsonValue:
    for source in (labelled, text):
        if source is not None and (value := read(source)) is not None:
            return value
    return None


def read_number(text: str) -> float | int | None:
    """1,240.50 and 1.240,50 alike. A single separator before exactly three digits groups thousands (1.240), unless a zero leads (0.125)."""
    digits = text.strip()
    kinds = {mark for mark in ",." if mark in digits}
    last = max(digits.rfind("."), digits.rfind(","))
    groups = digits.count(digits[last]) > 1 or re.fullmatch(r"-?[1-9]\d{0,2}[.,]\d{3}", digits) is not None
    if kinds and (len(kinds) == 2 or not groups):
        digits = re.sub(r"[.,]", "", digits[:last]) + "." + digits[last + 1 :]
    else:
        digits = re.sub(r"[.,]", "", digits)
    try:
        return float(digits) if "." in digits else int(digits)
    except ValueError:
        return None


def _number(text: str) -> JsonValue:
    if amount := AMOUNT.search(text):
        return read_number(amount[1] or amount[2])
    without_dates = text
    for form in DATES:
        without_dates = form.sub(" ", without_dates)
    found = NUMBER.search(without_dates)
    return read_number(found[0]) if found else None


def read_date(text: str) -> str | None:
    """The first date as YYYY-MM-DD; a/b/year is day first, unless only the other order exists."""
    found = [match for form in DATES if (match := form.search(text))]
    for match in sorted(found, key=lambda match: match.start()):
        parts = match.groupdict()
        year = int(parts["year"])
        orders: list[tuple[int, int]]
        if "first" in parts:
            first, second = int(parts["first"]), int(parts["second"])
            orders = [(second, first), (first, second)]
        else:
            month = MONTHS[parts["month"][:3].lower()] if parts.get("month") else int(parts["number"])
            orders = [(month, int(parts["day"]))]
        for month, day in orders:
            try:
                return date(year, month, day).isoformat()
            except ValueError:
                continue
    return None


def _boolean(labelled: str | None, text: str, field: FieldToExtract) -> JsonValue:
    first = re.match(r"\w+", labelled or "")
    if first and first[0].lower() in YES | NO:
        return first[0].lower() in YES
    wanted = set(stems_of(f"{field.name.replace('_', ' ')} {field.description}"))
    near = [sentence for sentence in sentences_of(text) if wanted & set(stems_of(sentence))]
    return not re.search(r"\b(?:no|not|never|n't|without)\b", near[0], re.I) if near else None


def _list(labelled: str | None, text: str, field: FieldToExtract) -> JsonValue:
    if kind := _kind_of(field):
        return list(dict.fromkeys(match[0].rstrip(".,;") for match in kind.finditer(text)))
    if labelled:
        first = re.split(r"(?<=\w)[.](?:\s|$)", labelled)[0]
        return [part.strip(" .") for part in re.split(r",|;|\band\b", first) if part.strip(" .")]
    bullets = re.findall(r"^\s*(?:[-*•]|\d+[.)])\s+(.+)$", text, re.M)
    return [bullet.strip() for bullet in bullets] or None


def _kind_of(field: FieldToExtract) -> re.Pattern[str] | None:
    words = set(re.split(r"[\W_]+", f"{field.name} {field.description}".lower()))
    if words & {"email", "mail", "e", "sender", "recipient"} and words & {"email", "mail", "sender", "recipient"}:
        return EMAIL
    if words & {"url", "link", "website", "address"} and words & {"url", "link", "website", "web"}:
        return URL
    if words & {"phone", "telephone", "mobile", "tel"}:
        return PHONE
    return None


def _text(labelled: str | None, text: str, field: FieldToExtract) -> JsonValue:
    words = set(re.split(r"[\W_]+", f"{field.name} {field.description}".lower()))
    if (kind := _kind_of(field)) and (found := kind.search(labelled or "") or kind.search(text)):
        return found[0].rstrip(".,;")
    if words & {"amount", "price", "total", "cost", "sum"} and (found := AMOUNT.search(labelled or "") or AMOUNT.search(text)):
        return found[0]
    if words & {"number", "id", "reference", "code", "no"} and (found := REFERENCE.search(labelled or "") or REFERENCE.search(text)):
        return found[1].rstrip(".,;")
    if words & {"date", "day", "deadline", "due"} and (iso := read_date(labelled or "") or read_date(text)):
        return iso
    if labelled:
        return re.split(r"(?<=\w)[.;](?:\s|$)|,\s", labelled)[0].strip() or None
    if words & {"name", "person", "customer", "author", "contact"} and (person := PERSON.search(text)):
        return person[1]
    if words & {"subject", "title", "topic", "summary"}:
        sentences: Sequence[str] = sentences_of(text)
        return sentences[0] if sentences else None
    return None
