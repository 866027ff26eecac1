"""Whether a step's config holds an expected value: cron and durations by meaning, addresses tightly, everything else as text."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, cast  # labels are free JSON: a text, a number, a list of alternatives or {"all": [...]}

DAYS = {name: index for index, name in enumerate(("sun", "mon", "tue", "wed", "thu", "fri", "sat"))}
MONTHS = {
    name: index + 1 for index, name in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"))
}
RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))
MINUTE, HOUR, DAY, WEEK = 60, 3_600, 86_400, 604_800
SECONDS = {
    **dict.fromkeys(("s", "sec", "second"), 1),
    **dict.fromkeys(("m", "min", "minute"), MINUTE),
    **dict.fromkeys(("h", "hr", "hour"), HOUR),
    **dict.fromkeys(("d", "day"), DAY),
    **dict.fromkeys(("w", "week"), WEEK),
}
# A whole sentence in the config does not count as one of these.
TIGHT = frozenset({"channel", "to", "url", "path", "table", "collection", "top_k", "batch_size"})

Cron = tuple[frozenset[int] | None, ...]


def norm(text: object) -> str:
    plain = re.sub(r"[\"'`“”‘’#*_]", lambda found: " " if found[0] == "_" else "", str(text).lower())
    return re.sub(r"\s+", " ", plain).strip(" /.,;:")


def flat(value: Any) -> list[Any]:
    match value:
        case dict():
            return [leaf for entry in cast(dict[str, Any], value).values() for leaf in flat(entry)]
        case list() | tuple():
            return [leaf for entry in cast(Sequence[Any], value) for leaf in flat(entry)]
        case None:
            return []
        case _:
            return [value]


def cron_sets(text: str, wild: bool = False) -> Cron | None:
    """Five fields as sets; None in place of a field that is "?" where wild; None for what is no cron."""
    fields = text.strip().lower().split()
    if len(fields) != 5:
        return None
    sets: list[frozenset[int] | None] = []
    for field, (low, high), names in zip(fields, RANGES, ({}, {}, {}, MONTHS, DAYS), strict=True):
        if field == "?" and wild:
            sets.append(None)
            continue
        values = _field(field, low, high, names)
        if values is None:
            return None
        sets.append(values)
    return tuple(sets)


def _field(field: str, low: int, high: int, names: Mapping[str, int]) -> frozenset[int] | None:
    values: set[int] = set()
    for part in field.split(","):
        found = re.fullmatch(r"(\*|\?|[a-z0-9]+)(?:-([a-z0-9]+))?(?:/(\d+))?", part)
        if found is None:
            return None
        first, last, step = found.groups()
        try:
            start, end = (low, high) if first in "*?" else (int(names.get(first[:3], first)), None)
            stop = int(names.get(last[:3], last)) if last else end if end is not None else high if step else start
        except ValueError:
            return None
        if high == 6:
            start, stop = start % 7, stop % 7 if stop != 7 else 7 if start <= 6 and last else 0
            values |= {day % 7 for day in range(start, stop + 1, int(step or 1))}
            continue
        if start < low or stop > high or start > stop:
            return None
        values |= set(range(start, stop + 1, int(step or 1)))
    return frozenset(values)


def cron_fits(wanted: str, config: Mapping[str, Any]) -> bool:
    """`~` opens a pattern: "?" fits anything, "*" every value only, other fields a subset."""
    have = [sets for value in flat(dict(config)) if isinstance(value, str) and (sets := cron_sets(value))]
    if not wanted.startswith("~"):
        return cron_sets(wanted) in have
    pattern = cron_sets(wanted[1:], wild=True)
    full = [frozenset(range(low, high + 1)) for low, high in RANGES]

    def fits(sets: Cron) -> bool:
        pairs = zip(pattern or (), sets, full, strict=True)
        return all(want is None or (got == want if want == whole else got is not None and got <= want) for want, got, whole in pairs)

    return any(fits(sets) for sets in have)


def durations(config: Any) -> set[float]:
    """All durations said in the texts of a config, in seconds."""
    found: set[float] = set()
    for value in flat(config):
        if not isinstance(value, str):
            continue
        iso = re.fullmatch(r"p(?:(\d+)d)?(?:t(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?)?", value.strip().lower())
        if iso and any(iso.groups()):
            found.add(sum(int(part or 0) * unit for part, unit in zip(iso.groups(), (DAY, HOUR, MINUTE, 1), strict=True)))
        parts = [
            float(count) * (SECONDS.get(unit) or SECONDS.get(unit.rstrip("s"), 0))
            for count, unit in re.findall(r"(\d+(?:\.\d+)?) ?([a-z]+)", value.lower())
        ]
        if any(parts):
            found.add(round(sum(parts), 3))
    return found


def said(wanted: Any, text: str, numbers: set[float]) -> bool:
    if isinstance(wanted, dict):
        return all(said(entry, text, numbers) for entry in cast(dict[str, list[Any]], wanted)["all"])
    if isinstance(wanted, list):
        return any(said(entry, text, numbers) for entry in cast(list[Any], wanted))
    if isinstance(wanted, bool) or not isinstance(wanted, int | float):
        return norm(wanted) in text
    return float(wanted) in numbers or re.search(rf"(?<![\w.]){re.escape(str(wanted))}(?![\w.])", text) is not None


def slot_fits(name: str, wanted: Any, label: str, config: Mapping[str, Any]) -> bool:
    """Whether a step with this label and config has the expected value in the slot."""
    if name == "cron":
        return any(cron_fits(one, config) for one in flat(wanted))
    if name == "duration":
        return bool(durations(wanted) & durations(dict(config)))
    if name == "label":
        return said(wanted, norm(label), set())
    values = flat(dict(config))
    if name in TIGHT:
        longest = 3 + max(len(str(one).split()) for one in flat(wanted))
        values = [value for value in values if len(str(value).split()) <= longest]
    text = " | ".join(norm(value) for value in values)
    if name == "about":
        text = f"{norm(label)} | {text}"
    return said(wanted, text, {float(value) for value in values if isinstance(value, int | float) and not isinstance(value, bool)})
