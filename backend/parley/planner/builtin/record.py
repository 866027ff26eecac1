"""Questions about the run that is shown, answered from its record: what came out, why it failed, which pages, how long it took.

What a step gave is quoted, never read as words to the planner: whatever a document or a search result says, nothing is changed by it.
"""

import re

from parley.planner.base import RunFacts, StepFacts
from parley.planner.builtin import resolve
from parley.planner.builtin.text import Reading
from parley.workflow.spec import Workflow

_RUN = r"(?:(?:the |that |this |my |our )?(?:last |latest |newest |previous |first )?run\b|(?:last|this) time\b)"
_FAILED = re.compile(
    r"\bwhy\b.*\b(?:fail|stop|broke|break|crash|not (?:work|run|finish|send|post)|n't (?:work|run|finish|send|post)|wrong|skip|red)\w*"
    r"|\bwhat(?:'s| is| was| went)? (?:the )?(?:error|went wrong|wrong|the problem|broke|failed|the matter)\b|\b(?:which"
    r"|what) (?:step|node|part)s? (?:has |have )?failed\b"
    r"|\bwhere did it (?:stop|fail|break)\b|\bwhat does the error\b",
    re.I,
)
_PAGES = re.compile(
    r"\b(?:which|what|on what|from which|show (?:me )?the)\b.*\b(?:pages?|sources?|documents?|passages?|citations?|cited|quoted|files?)\b"
    r"|\bwhere (?:does|did) (?:it|that|this|the answer) (?:come|get)\w*\b|\bwhere (?:does|did) (?:it|that) say\b",
    re.I,
)
_LONG = re.compile(
    r"\bhow (?:long|fast|slow|much time)\b|\b(?:slowest|fastest)\b|\btook (?:the )?(?:longest|most)\b"
    r"|\bhow many (?:seconds|minutes)\b",
    re.I,
)
_GAVE = re.compile(
    r"\bwhat (?:did|has|have|was|were|came|come|happened|is|are)\b.*\b(?:find|found|say|said|give|gave|given|return\w*|answer\w*"
    r"|write|wrote|written|send|sent|post\w*"
    r"|produce\w*|decide\w*|choose|chose|pick\w*|get|got|see|out|result\w*|output|happen\w*|extract\w*|do\b|done)"
    r"|\b(?:what was|show me|give me|tell me|read me) (?:the |its |your )?(?:result|output|answer|findings|outcome|text)\b"
    r"|\bwhat happened\b|\bwhat did .+ (?:do|decide)\b",
    re.I,
)
_WENT = re.compile(
    r"\b(?:did|has|have|was) (?:it|that|the (?:last )?run|everything|this|the workflow|they)\b.*\b(?:work|run|ran|succeed|finish|fail"
    r"|go|gone|through|well|ok|okay|successful|done)\w*"
    r"|\bhow did (?:it|that|the (?:last )?run) go\b|\bhas (?:it|this) (?:ever )?(?:run|been run)\b",
    re.I,
)
_PAST = re.compile(r"\b(?:did|was|were|went|took|found|gave|happened|failed|came|has|have|had|said|wrote|cited|quoted)\b", re.I)
_DRAWN = re.compile(r"\b(?:draw|drew|drawn|add|added|change|changed|build|built|make|made|put|remove|removed)\b", re.I)


def is_asked(text: str) -> bool:
    """Whether the words ask for something that only a run can tell."""
    if _DRAWN.search(text):
        return False
    said = any(pattern.search(text) for pattern in (_FAILED, _PAGES, _LONG, _GAVE, _WENT))
    return said and bool(_PAST.search(text) or re.search(_RUN, text, re.I))


def answer(text: str, run: RunFacts | None, workflow: Workflow, reading: Reading, focus: str | None) -> str | None:
    """The answer in words, or None where the question is none about a run."""
    if not is_asked(text):
        return None
    if run is None:
        return "It has not run yet, so there is nothing to tell from. Press Run above the diagram; then ask again."
    step = _meant(text, run, workflow, reading, focus)
    if _FAILED.search(text):
        return _why(run, step)
    if _PAGES.search(text):
        return _pages(run, step)
    if _LONG.search(text):
        return _time(text, run, step)
    if step is not None:
        return _gave(step, run)
    return _outcome(run) if _WENT.search(text) else _came_out(run)


def _meant(text: str, run: RunFacts, workflow: Workflow, reading: Reading, focus: str | None) -> StepFacts | None:
    """The step that is named; a bare "it" is the run."""
    asked = re.sub(
        rf"{_RUN}|\b(?:what|which|why|how|did|does|was|were|has|have|the|it|its|that|this|find|found|say|said|give|gave|return(?:ed)?"
        rf"|long|take|took|run"
        r"|fail(?:ed)?|happened|result|output|of|in|from|by|come|came|out|me|show|tell|work|cite|cited|use|used|step|pages?|sources?"
        r"|documents?|last|do|and|on|with)\b",
        " ",
        text,
        flags=re.I,
    )
    if re.search(r"\b(?:first|second|third|fourth|fifth|last|step \d+)\s+(?:step|node|one)\b|\bstep \d+\b", text, re.I):
        asked = text
    found = resolve.find(asked, workflow, reading, focus, plural=True).nodes if re.search(r"\w{2,}", asked) else ()
    for node in found:
        if fact := next((step for step in run.steps if step.node_id == node.id), None):
            return fact
    said = " ".join(re.findall(r"\w{3,}", asked.lower()))
    return next((step for step in run.steps if said and step.label.lower() in text.lower()), None)


def _why(run: RunFacts, step: StepFacts | None) -> str:
    if step is not None and step.status != "failed":
        if step.status == "skipped":
            return f"*{step.label}* did not fail in run {run.number}: it was skipped, because no way led to it."
        return f"*{step.label}* did not fail in run {run.number}; it {_status(step)}."
    failed = [step] if step is not None else [one for one in run.steps if one.status == "failed"]
    if not failed:
        if run.error:
            return f"Run {run.number} {_ended(run)}: {_sentence(run.error)}"
        return f"No step failed in run {run.number}; it {_ended(run)}."
    first = failed[0]
    often = f" It failed in {first.failed} of {first.failed + first.done} turns." if first.failed and first.failed + first.done > 1 else ""
    more = f" {_and([f'*{one.label}*' for one in failed[1:4]])} failed as well." if len(failed) > 1 else ""
    return f"In run {run.number}, *{first.label}* failed: {_sentence(first.error or 'no reason was recorded')}{often}{more}"


def _pages(run: RunFacts, step: StepFacts | None) -> str:
    steps = [step] if step is not None and step.pages else [one for one in run.steps if one.pages]
    if not steps:
        return f"Run {run.number} recorded no pages: no step of it found or cited any."
    shown = steps[-1]  # what the last of them cites is what the answer rests on
    return f"In run {run.number}, *{shown.label}* rests on {_and([f'“{page}”' for page in shown.pages])}."


def _time(text: str, run: RunFacts, step: StepFacts | None) -> str:
    timed = [one for one in run.steps if one.seconds is not None]
    if step is not None and step.seconds is not None:
        return f"*{step.label}* took {_seconds(step.seconds)} in run {run.number}."
    if run.seconds is None:
        return f"Run {run.number} {_ended(run)}; its time is known when it has ended."
    longest = max(timed, key=lambda one: one.seconds or 0.0, default=None)
    said = f"Run {run.number} took {_seconds(run.seconds)}."
    return f"{said} The longest was *{longest.label}* with {_seconds(longest.seconds or 0.0)}." if longest else said


def _gave(step: StepFacts, run: RunFacts) -> str:
    if step.status == "failed":
        return _why(run, step)
    if step.status == "skipped":
        return f"*{step.label}* was skipped in run {run.number}: no way led to it."
    turns = f" It was done {step.done} times; this is the last." if step.done > 1 else ""
    way = f" It went on by “{step.branch}”." if step.branch else ""
    if not step.output:
        return f"*{step.label}* {_status(step)} in run {run.number} and gave nothing to show.{way}"
    return f"In run {run.number}, *{step.label}* gave: “{step.output}”{way}{turns}"


def _came_out(run: RunFacts) -> str:
    if run.status == "failed":
        return _why(run, None)
    giving = [step for step in run.steps if step.output and step.status == "done"]
    if run.output or giving:
        given = run.output or giving[-1].output
        said = f"Run {run.number} {_ended(run)} and gave: “{given}”"
        rests = next((step for step in reversed(run.steps) if step.pages), None)
        return f"{said} It rests on {_and([f'“{page}”' for page in rests.pages[:4]])}." if rests else said
    return _outcome(run)


def _outcome(run: RunFacts) -> str:
    done = sum(step.status == "done" for step in run.steps)
    waiting = [f"*{step.label}*" for step in run.steps if step.status in {"waiting", "running"}]
    if run.status == "failed":
        return _why(run, None)
    more = f" It is at {_and(waiting)}." if waiting else ""
    return f"Run {run.number} {_ended(run)}: {done} of {len(run.steps)} steps done.{more}"


def _ended(run: RunFacts) -> str:
    return {"done": "went through", "failed": "failed", "cancelled": "was cancelled", "waiting": "is waiting"}.get(
        run.status, "is still running"
    )


def _status(step: StepFacts) -> str:
    return {"done": "was done", "waiting": "is waiting", "running": "is running"}.get(step.status, f"is {step.status}")


def _seconds(seconds: float) -> str:
    if seconds < 1:
        return f"{round(seconds * 1000)} ms"
    return f"{seconds:.1f} s" if seconds < 90 else f"{round(seconds / 60)} min"


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", "...")) else f"{text}."


def _and(names: list[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + f" and {names[-1]}"
