"""What happens when a step fails: it is tried again, gone past, stops the run, or leads to steps of its own; and how long it may take."""

import re

from parley.planner.builtin import resolve, slots, surgery
from parley.planner.builtin.job import Job, names, one, parts_of
from parley.planner.builtin.plan import Choice, Step, steps_of
from parley.workflow.edits import NodeChange, UpdateNode
from parley.workflow.spec import Node, Retry

_FAILS = (
    r"(?:fails?|failed|breaks?|crash(?:es)?|goes wrong|(?:does not|doesn't|did not|didn't) (?:work|answer|respond|succeed)"
    r"|(?:can't|cannot|can not) be reached|is (?:down|not reachable|unreachable|unavailable)|(?:has|throws|gives|returns) an error)"
)
_IF = re.compile(
    rf"^(?:if|when|whenever|in case|should)\s+(?P<what>[^,:]+?)\s+(?:ever\s+)?{_FAILS}\s*[,:]?\s*(?:then\s+)?(?P<then>\S.*)$", re.I
)
_THEN_IF = re.compile(rf"^(?P<then>[^,]+?)\s*,?\s+(?:if|when|whenever|in case)\s+(?P<what>[^,]+?)\s+(?:ever\s+)?{_FAILS}\W*$", re.I)
_TIMES = r"(?:(?:up to|at most|another)\s+)?(?:(?P<count>\w+)\s+(?:more\s+)?times?|(?P<word>once|twice))"
_RETRY = re.compile(
    rf"^(?:re-?try|repeat|try)\s+(?P<what>.+?)(?:\s+(?:again|once more))?\s+{_TIMES}(?:\s+(?:before giving up|if (?:it|that) fails))?\W*$"
    r"|^(?:re-?try)\s+(?P<what2>.+?)\W*$|^try\s+(?P<what3>.+?)\s+again\W*$",
    re.I,
)
_AGAIN = re.compile(
    rf"^(?:(?:just|please)\s+)*(?:re-?try|repeat|try)(?:\s+(?P<it>it|that|this))?(?:\s+again)?(?:\s+{_TIMES}|\s+a few times)?\W*$", re.I
)
_GO_ON = re.compile(
    r"^(?:(?:just|please|simply|the (?:run|workflow) should|it should|we)\s+)*(?:go on|continue|carry on|proceed|keep going|move on"
    r"|ignore (?:it|that|this|the error)|skip (?:it|that|this)|(?:do not|don't) (?:stop|fail))\b[^,]*$",
    re.I,
)
_STOP = re.compile(
    r"^(?:(?:just|please)\s+)*(?:stop|abort|end|halt|cancel|give up)(?: (?:the )?(?:whole )?(?:run|workflow|everything|it|there))*\W*$",
    re.I,
)
_WITHIN = re.compile(
    r"^(?:give\s+(?P<what>.+?)\s+(?:at most|no more than|up to|only)?\s*"
    r"(?P<time>[\w.]+ (?:seconds?|secs?|minutes?|mins?|s|min|hours?|h))(?: at most)?"
    r"|(?:time ?out|stop waiting for)\s+(?P<what2>.+?)\s+after\s+(?P<time2>.+)"
    r"|set the time ?(?:out|limit) (?:of|for)\s+(?P<what3>.+?)\s+to\s+(?P<time3>.+))$",
    re.I,
)
_IF_IT = re.compile(rf"\s*,?\s+(?:if|when|whenever|in case|should)\s+(?:it|that|this)\s+{_FAILS}\W*$", re.I)
_AND_STOP = re.compile(r"\s*,?\s*\b(?:and|then)\s+(?:then\s+)?(?:stop|abort|end|halt|give up)\b[^,]*$", re.I)
_AND_GO_ON = re.compile(r"\s*,?\s*\b(?:and|but|then)\s+(?:then\s+|still\s+)?(?:go on|continue|carry on|proceed|keep going)\b[^,]*$", re.I)
TRIES = 3  # of a step that is to be tried again without a number


def is_about(text: str) -> bool:
    """Whether a sentence says what a failing step leads to: it is one command, whatever verbs stand in it."""
    return _IF.match(text) is not None


def mishap(text: str, job: Job) -> bool:
    return _retry(text, job) or _time(text, job) or _on_failure(text, job)


def _retry(text: str, job: Job) -> bool:
    match = _RETRY.match(_IF_IT.sub("", text))
    if match is None:
        return False
    node = _step(match["what"] or match["what2"] or match["what3"], job)
    return node is not None and _try_again(node, match["count"], match["word"], job)


def _try_again(node: Node, count: str | None, word: str | None, job: Job) -> bool:
    more = {"once": 1, "twice": 2}.get((word or "").lower()) or (slots.number(count) if count else TRIES - 1)
    # "3 times" is how often it is tried in all; "once" and "twice" are said of the tries after the first.
    attempts = min(10, more + 1 if word or not count else max(more, 2))
    retry = Retry(attempts=attempts, backoff=node.retry.backoff if node.retry else 1.0)
    return _set(node, NodeChange(retry=retry), f"*{node.label}* is tried up to {attempts} times", job)


def _time(text: str, job: Job) -> bool:
    match = _WITHIN.match(text)
    if match is None:
        return False
    length = slots.duration(match["time"] or match["time2"] or match["time3"])
    node = _step(match["what"] or match["what2"] or match["what3"], job)
    if node is None or length is None:
        return False
    amount, _, unit = length[0].partition(" ")
    seconds = float(amount) * {"second": 1, "minute": 60, "hour": 3600, "day": 86400}.get(unit.removesuffix("s"), 0)
    return seconds > 0 and _set(node, NodeChange(timeout=seconds), f"*{node.label}* may take {length[0]}", job)


def _on_failure(text: str, job: Job) -> bool:
    match = _IF.match(text) or _THEN_IF.match(text)
    if match is None:
        return False
    node = _step(match["what"], job)
    if node is None:
        return False
    then = match["then"].strip(" .!")
    if again := _AGAIN.match(then):
        return _try_again(node, again["count"], again["word"], job)
    if _GO_ON.match(then):
        return _set(node, NodeChange(on_error="continue"), f"If *{node.label}* fails, the run goes on without its result", job)
    if _STOP.match(then):
        return _set(node, NodeChange(on_error="fail"), f"If *{node.label}* fails, the run stops", job)
    return _branch(node, then, job)


def _branch(node: Node, then: str, job: Job) -> bool:
    """Steps for a failure hang on a condition right after the step, whose other way leads on as before. They end there, as the run would
    have, unless it was said to go on."""
    goes_on = _AND_GO_ON.search(then) is not None
    parts = parts_of(_AND_GO_ON.sub("", _AND_STOP.sub("", then)), job)
    steps = steps_of(parts)
    if not steps or any(step.confidence < 0.5 for step in steps):
        return False
    draft = job.draft
    _set(node, NodeChange(on_error="continue"), "", job)
    for step in steps:
        if step.type in {"email", "slack_message"} and not (step.values.keys() & {"body", "text"}):
            step.values["body" if step.type == "email" else "text"] = f"{node.label} failed: {{{{ {node.id}.error.message }}}}"
        if step.type == "email":
            step.values.setdefault("subject", f"{node.label} failed")
    question = Step("condition", f"{node.label} failed?"[:120], "", {"expression": f"{node.id}.error"})
    surgery.insert_after([Choice(question, {"true": parts} if goes_on else {})], node, draft)
    if not goes_on:
        asked = draft.made[-1]
        for edge in draft.workflow.edges_from(asked):
            if edge.source_handle == "true":
                draft.disconnect(asked, edge.target, "true")
        surgery.append(parts, [(asked, "true")], draft, node.parent)
    job.outcome.done.append(f"If *{node.label}* fails: {names(parts)}{', then on as before' if goes_on else ''}")
    return True


def _set(node: Node, change: NodeChange, told: str, job: Job) -> bool:
    done = job.draft.do(UpdateNode(id=node.id, set=change))
    if done and told:
        job.outcome.done.append(told)
    return done


def _step(phrase: str, job: Job) -> Node | None:
    """The step that can fail by that name; triggers and decisions do no work that fails."""
    text = re.sub(r"^(?:the (?:step|node)\s+)|\s+(?:step|node)$", "", phrase.strip(), flags=re.I)
    found = resolve.find(text, job.draft.workflow, job.draft.reading, job.focus)
    working = [node for node in found.nodes if job.draft.catalogue[node.type].runs and not job.draft.catalogue[node.type].is_trigger]
    if not working:
        return None
    return one(text, job) if found.unsure else working[0]
