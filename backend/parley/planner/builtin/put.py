"""A value put where it belongs: whole, or into what is there already (a comparison, a query, a list of recipients or cases)."""

import re
from collections.abc import Callable

from pydantic import JsonValue

from parley.nodes.durations import DurationNotUnderstood, seconds_of
from parley.planner.builtin import slots, values
from parley.planner.builtin.build import Draft
from parley.planner.builtin.labels import fit
from parley.planner.builtin.values import Asked
from parley.workflow.edits import NodeChange, UpdateNode
from parley.workflow.spec import Node, Retry

Put = Callable[[Asked, Node, JsonValue], list[str] | None]
COMPARED = re.compile(r"(?P<op>[<>!=]=?)\s*(?P<number>-?\d+(?:\.\d+)?)")
WORD = re.compile(r"""(?P<mark>["'])(?P<word>[^"']*)(?P=mark)""")
_COMPARISONS = (
    (r"(?:at least|no less than|not less than|or more|minimum)", ">="),
    (r"(?:at most|no more than|not more than|up to|or less|maximum)", "<="),
    (r"(?:above|over|more than|greater than|higher than|exceeds?|bigger than|larger than)", ">"),
    (r"(?:below|under|less than|fewer than|lower than|smaller than)", "<"),
)
COMPARISON = "(?:" + "|".join(words for words, _ in _COMPARISONS) + "|no longer than)"
_ALSO = re.compile(
    r"\b(?:also|too|as well|cc|cc'?d|copy|copied|additionally|one more|add(?:ed)?|both|on top|besides|in addition|plus"
    r"|(?:should|must|can) (?:get|receive|have|see) (?:it|one|that|this))\b",
    re.I,
)
READ_FROM = re.compile(r"(\bfrom\s+)([\w.\"]+)", re.I)


def label_of(draft: Draft, node: Node) -> str:
    now = draft.workflow.node(node.id)
    return now.label if now else node.label


def renamed(node: Node, old: str, new: str) -> str | None:
    """The label with the new value where it repeats the old one; None where it does not."""
    if not old or len(old) > 60:
        return None
    label = re.sub(rf"(?<![\w.]){re.escape(old)}(?!\w)", lambda _: new, node.label)
    return fit(label, 40) if label != node.label else None


def configured(
    asked: Asked, node: Node, config: dict[str, JsonValue], told: str, old: str = "", new: str = "", label: str | None = None
) -> list[str] | None:
    done = asked.draft.configure(node.id, config, label=label or (renamed(node, old, new) if old and new else None))
    return [f"*{label_of(asked.draft, node)}* {told}"] if done else None


def whole(field: str, told: str) -> Put:
    """`told` says what became of it, with {} for the value."""

    def put(asked: Asked, node: Node, value: JsonValue) -> list[str] | None:
        old = node.config.get(field)
        shown = values.plain(value)
        if isinstance(old, str) and "{{" in old and re.search(r"\{\{[^}]*\}\}", old) and field in {"body", "text"} and len(shown) > 300:
            return None
        return configured(asked, node, {field: value}, told.format(shown), values.plain(old) if old else "", shown)

    return put


def recipient(asked: Asked, node: Node, value: JsonValue) -> list[str] | None:
    """ "also to ...", "cc ...": one more address; else another one."""
    known = str(node.config.get("to") or "")
    old = asked.reading.values("m", asked.old)
    if known and old and old[0] in known:
        return configured(asked, node, {"to": known.replace(old[0], str(value))}, f"goes to {value}", old[0], str(value))
    if known and _ALSO.search(asked.text) and not re.search(r"\binstead\b", asked.text, re.I):
        more = [one for one in str(value).split(", ") if one not in known]
        return configured(asked, node, {"to": ", ".join([known, *more])}, f"also goes to {', '.join(more)}") if more else None
    return configured(asked, node, {"to": value}, f"goes to {value}", known, str(value))


def address(asked: Asked, node: Node, value: JsonValue) -> list[str] | None:
    """A whole address, or the path of the one there is."""
    old, new = str(node.config.get("url", "")), str(value)
    if new.startswith("/"):
        host = re.match(r"https?://[^/]+", old)
        if host is None:
            return None
        new = host[0] + new
    return configured(asked, node, {"url": new}, f"now uses {new}", old, new)


def limit(asked: Asked, node: Node, value: JsonValue) -> list[str] | None:
    """The number of a comparison, and the comparison itself where another is said."""
    expression = str(node.config.get("expression", ""))
    found = list(COMPARED.finditer(expression))
    if not found or not isinstance(value, int | float):
        return None
    old = values.number(asked.old) if asked.old else None
    match = next((one for one in found if old is not None and float(one["number"]) == float(old)), found[0])
    if values.is_percentage(asked.text) and 0 < float(match["number"]) < 1 < value <= 100:
        value = value / 100
    op = match["op"]
    said = next((sign for words, sign in _COMPARISONS if re.search(rf"\b{words}\b", asked.value, re.I)), None)
    if said and op in {"<", ">", "<=", ">="} and not expression.startswith("not"):
        op = said if said[0] != op[0] or len(said) > 1 else op
    new = f"{op} {value}"
    other = expression[: match.start()] + new + expression[match.end() :]
    return configured(asked, node, {"expression": other}, f"compares with {value}", match["number"], str(value))


def word(asked: Asked, node: Node, value: JsonValue) -> list[str] | None:
    """The word that a comparison looks for."""
    expression = str(node.config.get("expression", ""))
    old = slots.plain(asked.old, asked.reading).lower()
    found = list(WORD.finditer(expression))
    match = next((one for one in found if one["word"].lower() == old), found[0] if len(found) == 1 else None)
    if match is None:
        return None
    lowered = match["word"].islower() and "lower" in expression
    new = str(value).lower() if lowered else str(value)
    new = new.replace("'", "").replace('"', "")
    other = expression[: match.start("word")] + new + expression[match.end("word") :]
    return configured(asked, node, {"expression": other}, f"looks for “{new}”", match["word"], new)


def table_read(asked: Asked, node: Node, value: JsonValue) -> list[str] | None:
    query = str(node.config.get("query", ""))
    match = READ_FROM.search(query)
    new = READ_FROM.sub(lambda one: f"{one[1]}{value}", query, count=1) if match else slots.select_all(str(value))
    return configured(asked, node, {"query": new}, f"uses the table {value}", match[2] if match else "", str(value))


def wait(asked: Asked, node: Node, value: JsonValue) -> list[str] | None:
    """Another duration, a longer one ("two days more"), or another number of the same unit."""
    old, new = str(node.config.get("duration", "")), str(value)
    if isinstance(value, int | float):
        unit = re.search(r"[a-z]+\s*$", old, re.I)
        if unit is None:
            return None
        new = f"{value} {unit[0].strip().removesuffix('s') + ('' if value == 1 else 's')}"
    elif sign := _longer(asked.text):
        unit = new.split()[1]
        try:
            total = (seconds_of(old) + sign * seconds_of(new)) / seconds_of(f"1 {unit}")
        except DurationNotUnderstood:
            return None
        if total <= 0:
            return None
        new = f"{total:g} {unit.removesuffix('s') + ('' if total == 1 else 's')}"
    label = f"Wait {new}" if re.fullmatch(r"Wait \S+ \w+", node.label) else None
    return configured(asked, node, {"duration": new}, f"waits {new}", old, new, label)


def _longer(text: str) -> int:
    if re.search(r"\b(?:longer|more|extra|additional|on top)\b(?! than)", text, re.I) and not re.search(
        r"\bno (?:longer|more)\b", text, re.I
    ):
        return 1
    return -1 if re.search(r"\b(?:shorter|less|fewer)\b(?! than)", text, re.I) else 0


def own(asked: Asked, node: Node, value: JsonValue) -> list[str] | None:
    """A variable, a field or a header of the node, called by its own name."""
    key = own_key(asked.field, node)
    if key is None:
        return None
    field, name = key
    inside = node.config[field]
    return configured(asked, node, {field: {**inside, name: value}}, f"has {name} {value}") if isinstance(inside, dict) else None


def own_key(field: str, node: Node) -> tuple[str, str] | None:
    said = slots.slug(re.sub(r"^(?:the|its|our)\s+", "", field, flags=re.I), "")
    for key in ("variables", "fields", "headers", "query", "params"):
        inside = node.config.get(key)
        if isinstance(inside, dict):
            for name in inside:
                if said and slots.slug(name, "") == said:
                    return key, name
    return None


def swap(asked: Asked, node: Node, value: JsonValue) -> list[str] | None:
    """The new value goes wherever the old one stands."""
    old = slots.plain(asked.old, asked.reading)
    changed = {key: swapped(one, old, str(value)) for key, one in node.config.items()}
    changed = {key: one for key, one in changed.items() if one != node.config[key]}
    return configured(asked, node, changed, f"uses {value} instead of {old}", old, str(value)) if changed else None


def swapped(present: JsonValue, old: str, new: str) -> JsonValue:
    if isinstance(present, str):
        return re.sub(rf"(?<![\w.@-]){re.escape(old)}(?![\w@-]|\.\w)", lambda _: new, present)
    if isinstance(present, int | float) and not isinstance(present, bool) and re.fullmatch(r"\d+", new) and str(present) == old:
        return int(new)
    return present


def retry(asked: Asked, node: Node, value: JsonValue) -> list[str] | None:
    if not isinstance(value, int):
        return None
    done = asked.draft.do(UpdateNode(id=node.id, set=NodeChange(retry=Retry(attempts=max(1, min(value, 10))))))
    return [f"*{node.label}* is tried {value} times"] if done else None


def timeout(asked: Asked, node: Node, value: JsonValue) -> list[str] | None:
    try:
        done = asked.draft.do(UpdateNode(id=node.id, set=NodeChange(timeout=seconds_of(str(value)))))
    except DurationNotUnderstood:
        return None
    return [f"*{node.label}* may take {value}"] if done else None
