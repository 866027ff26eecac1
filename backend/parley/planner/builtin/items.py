"""Loops that nobody called one: "mail each of them a voucher", "remind every student"."""

import re

from parley.planner.builtin import binding, labels, slots
from parley.planner.builtin.choices import Frame, State
from parley.planner.builtin.plan import Each, Part, Step, is_step, steps_of
from parley.planner.builtin.text import Reading

_EACH_OF = re.compile(r"\b(?:each|every one|all)\s+of\s+(?:them|these|those)\b|\bone by one\b|\bindividually\b", re.I)
_EACH_THING = re.compile(
    r"\b(?:each|every)\s+(?:single\s+|new\s+)?(?:one\s+of\s+)?(?:of\s+)?(?:the\s+|our\s+)?([a-z][\w-]+)(?:'s)?\b"
    r"(?!\s+(?:that|which)\s+(?:comes?|arrives?|is)\b)",
    re.I,
)
_OF_TIME = re.compile(r"(?:second|minute|hour|day|week|month|quarter|year|morning|evening|night|time|\w+day|other|answer|reply)s?$", re.I)
_NO_LIST = re.compile(r"(?:results|rows|ones|entries|items|hits|answers|days|hours|minutes|news|steps|this|class|process|business)$", re.I)
_LISTS = frozenset({"db_query", "http_request", "web_search", "knowledge_search"})
_PER_ITEM = frozenset({"email", "slack_message", "llm", "http_request", "knowledge_add", "db_write"})
_PERSONAL = frozenset({"email", "slack_message"})


def each_of(text: str, found: list[Part], state: State) -> bool:
    """Puts what was found into a loop where the clause says that it is done for each of a list; False where it says nothing like it."""
    if any(frame.each is not None for frame in state.stack) or not found:
        return False
    thing = _thing(text, found, state)
    fetched = re.search(r"\bfrom\s+(?:the\s+)?⟨u", text) is not None
    lists = _LISTS if fetched else _LISTS - {"http_request"}
    own = next((index for index, part in enumerate(found) if not (is_step(part) and part.type in lists)), len(found))
    body = found[own:]
    if thing is None or not body or any(step.type not in _PER_ITEM for step in steps_of(body)):
        return False
    each = Each(Step("loop", labels.fit(f"For each {thing}"), text, {}, topic=thing), body)
    state.here.extend([*found[:own], each])
    state.stack.append(Frame(each.body, each=each))
    return True


def _thing(text: str, found: list[Part], state: State) -> str | None:
    source = next((step for step in reversed([*steps_of(state.here), *steps_of(found)]) if step.type in _LISTS), None)
    if _EACH_OF.search(text):
        return labels.singular(source.topic.split()[-1].lower()) if source and source.topic else "item" if source else None
    match = _EACH_THING.search(text)
    if match is None or _OF_TIME.match(match[1]) or (state.event and source is None):
        return None
    if source is None and any(step.type not in _PERSONAL for step in steps_of(found)):
        return None
    return labels.singular(match[1].lower().removesuffix("'s"))


def unread_list(text: str, state: State) -> Step | None:
    """ "go through the open invoices" where nothing before it gives them: taken for a table, and said so."""
    if state.event or any(step.type in _LISTS for step in steps_of(state.stack[0].parts)):
        return None
    plural = re.fullmatch(rf"(?:(?:{slots.ARTICLES}|of)\s+)*((?:[a-z-]+\s+){{0,2}}[a-z]{{3,}}s)(?:\s+one by one)?", text.strip(), re.I)
    if plural is None or _NO_LIST.search(plural[1]):
        return None
    return binding.read_rows("read", plural[1].lower(), text)


def singular(text: str, reading: Reading) -> str:
    """The one thing of a list as it was said: "all open orders of today" -> "open order"."""
    plain = slots.plain(re.sub(r"\(.*?\)", " ", text), reading)
    plain = re.sub(rf"^(?:(?:{slots.ARTICLES}|single|one|of|found|following|these)\s+)+", "", plain.strip(), flags=re.I)
    plain = re.split(r"\s+(?:one by one|one at a time|of|in|from|on|that|which|with|separately|we|individually|as)\b", plain)[0]
    words = plain.split()[-2:]
    if not words or re.fullmatch(r"(?:them|it|those|results?|rows?|ones?|entries|list|all)", words[-1], re.I):
        return {"results": "result", "result": "result", "rows": "row", "row": "row", "entries": "entry"}.get(
            words[-1].lower() if words else "", "item"
        )
    last = labels.singular(words[-1])
    return " ".join([*words[:-1], last]).lower() if len(" ".join(words)) <= 12 else last.lower()
