"""What is looked up: searches and reads that the words only imply, and the order in which what is found is read and written from."""

import re

from parley.planner.builtin import binding, conditions, items, mentions, slots
from parley.planner.builtin.choices import State
from parley.planner.builtin.plan import Choice, Condition, Each, Part, Step, Together, is_step, steps_of
from parley.planner.builtin.text import stem, words


def side_by_side(parts: list[Part]) -> None:
    """Searches that ask the same thing in different places do not wait for each other."""
    index = 0
    while index + 1 < len(parts):
        first, second = parts[index], parts[index + 1]
        if is_step(first) and is_step(second) and {first.type, second.type} == {"knowledge_search", "web_search"}:
            parts[index : index + 2] = [Together([[first], [second]])]
        index += 1
    for part in parts:
        if isinstance(part, Each):
            side_by_side(part.body)
        elif isinstance(part, Choice):
            for lane in part.lanes.values():
                side_by_side(lane)


def sources_first(parts: list[Part]) -> None:
    """ "an overview of the costs, from table expenses, summarised": what is read comes before what is written, and one text is enough."""
    if len(parts) < 2 or not (is_step(first := parts[0]) and first.type == "llm" and is_step(second := parts[1])):
        return
    reads = second.type in {"db_query", "knowledge_search", "web_search"} or (
        second.type == "http_request" and second.values.get("method", "GET") == "GET"
    )
    if not reads:
        return
    third = parts[2] if len(parts) > 2 else None
    if third is not None and is_step(third) and third.type == "llm":
        del parts[0]
    else:
        parts[0], parts[1] = second, first


_ASKS_OR_TELLS = frozenset({"knowledge_search", "web_search", "condition", "slack_message", "email", "approval"})


def answering(parts: list[Part]) -> None:
    """A bot that only was told where to look answers from what it finds; on "nothing found", that is the other way out."""
    if any(step.type not in _ASKS_OR_TELLS for step in steps_of(parts)):
        return
    searches = [index for index, part in enumerate(parts) if any(step.type.endswith("_search") for step in steps_of([part]))]
    if not searches:
        return
    writer = Step("llm", "Write answer", "Answer the question from what was found", {}, topic="answer", confidence=0.75)
    if isinstance(holder := parts[searches[-1]], Choice):
        for lane in holder.lanes.values():
            answering(lane)
        return
    after = searches[-1] + 1
    following = parts[after] if after < len(parts) else None
    if isinstance(following, Choice) and following.condition is not None and following.condition.kind == "empty":
        following.lanes.setdefault("false", []).insert(0, writer)
    else:
        parts.insert(after, writer)


def searched_by(text: str, state: State) -> list[Part]:
    """ "nothing is found in our handbook": the search in what is named."""
    if not mentions.find_mentions(text, state.reading) or conditions.parse(text, state.reading).kind not in {"empty", "found"}:
        return []
    return _bound(f"search {re.split(r'(?= in our| in the| on the)', text)[-1]}", state)


_WHETHER = re.compile(r"\b(?:whether|if)\s+(.+)$", re.I)


def asked_of_a_search(condition: Condition, state: State) -> Step | None:
    """ "check in the policy whether it is covered. If it is covered ...": passages say neither yes nor no, so someone must read them."""
    last = state.here[-1] if state.here else None
    if (
        last is None
        or not is_step(last)
        or last.type not in {"knowledge_search", "web_search"}
        or condition.kind in {"empty", "found", "compare"}
    ):
        return None
    asked = _WHETHER.search(last.said)
    if asked is None or not ({stem(word) for word in words(condition.said)} - _LITTLE) & (
        {stem(word) for word in words(asked[1])} - _LITTLE
    ):
        return None
    return Step("llm", "Judge answer", f"Decide whether {asked[1]}", {}, confidence=0.8)


_LITTLE = frozenset(stem(word) for word in ("it", "is", "are", "the", "a", "an", "this", "that", "not", "they", "be", "has", "have"))


def after_search(parts: list[Part]) -> list[Part]:
    """What a list says after its last search, if that only writes or answers."""
    for index in range(len(parts) - 1, -1, -1):
        part = parts[index]
        if isinstance(part, Together) or (is_step(part) and part.type in {"knowledge_search", "web_search", "db_query"}):
            return parts[index + 1 :]
        if not is_step(part) or part.type not in {"llm", "agent", "output", "webhook_response"}:
            return []
    return []


EACH_HEAD = re.compile(
    r"^(?:and |then |now )*(?:(?:do|repeat) (?:this|that|the same|it)[\s,]*)?(?:(?:for|with|per|to|of|go|goes|going|run|walk|step|work|loop"
    r"|iterate|take|handle|process|through|over)\s+)*(?:(?:each|every|all|single|one|of|the|them|these|those)\s+)*",
    re.I,
)

# "for each player with more than 10 goals"
SUCH_ITEMS = re.compile(
    r"\s(?:with|that has|who has|having)\s+((?:more|less|fewer) than \d+|at (?:least|most) \d+|over \d+|under \d+)(\s+[a-z]+)?", re.I
)


def read_by(text: str, state: State) -> list[Part]:
    """What the head of a loop reads by itself: "for each shop in table shops"."""
    read: list[Part] = [
        part
        for part in binding.bind(text, state.reading, state.collections)
        if is_step(part) and part.type in {"db_query", "http_request", "knowledge_search", "web_search"} and part.confidence >= 0.6
    ]
    inside = any(frame.each is not None for frame in state.stack)
    if not inside and not read and (listed := items.unread_list(EACH_HEAD.sub("", text), state)):
        read.append(listed)
    return read


_THE_BEST = re.compile(
    r"^(?:(?:only|just)\s+)?(?:take|use|keep|pick|choose|consider|limit (?:it|that|them) to|with|from)?\s*(?:only\s+|just\s+)?(?:the\s+)?"
    r"(?:top|best|first|\w+)\s+(?:\w+\s+)?(?:best\s+|top\s+)?(?:hits?|passages?|results?|matches|chunks?|snippets?|ones|excerpts)\b",
    re.I,
)


def of_the_search(text: str, state: State) -> bool:
    """ "take the best 5 hits": how many the search before it gives."""
    searches = [step for step in steps_of(state.stack[0].parts) if step.type in {"knowledge_search", "web_search"}]
    count = slots.top_k(text)
    if not searches or count is None or not _THE_BEST.match(text):
        return False
    searches[-1].values["top_k" if searches[-1].type == "knowledge_search" else "max_results"] = count
    return True


def _bound(text: str, state: State) -> list[Part]:
    has_text = any(step.type in {"llm", "agent"} for step in steps_of(state.stack[0].parts))
    return binding.bind(text, state.reading, state.collections, state.webhook, has_text)
