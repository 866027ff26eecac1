"""Commands in plain forms: what a failing step leads to, which steps are guarded, who starts it, what a step takes from another, a
value by itself; and what several kinds of command share."""

import re
from collections.abc import Sequence

from parley.planner.builtin import gates, mishaps, reorder, selection, settings, surgery, using
from parley.planner.builtin.job import Job
from parley.planner.builtin.plan import Step
from parley.workflow.spec import Node

NAME_ALL = re.compile(
    r"^(?:it|this|that|the (?:whole )?(?:workflow|thing|diagram|process|chat)|this (?:workflow|diagram"
    r"|process)|everything)$",
    re.I,
)
_BY_HAND = re.compile(
    r"^(?:(?:i|we)(?:'d| would)? (?:want|like|prefer) to |let me |i(?:'ll| will) )?(?:start|run|launch|trigger|kick)(?: off)? "
    r"(?:it|this|that|the (?:workflow|run))(?: off)?(?: only)? (?:by hand|manually|myself|ourselves)"
    r"(?: (?:instead|only|please|from now on))?$",
    re.I,
)


def plain(command: str, job: Job) -> bool:
    """Performs what is said in one of the plain forms; False where it is said otherwise."""
    text = _bare(command)
    job.focus = job.draft.made[-1] if job.draft.made else job.focus
    return any(form(text, job) for form in (_selected, gates.gate, _by_hand, using.use, reorder.swap_ways, _value))


def on_failure(command: str, job: Job) -> bool:
    """What a failing step leads to: the tagger has no name for it."""
    return mishaps.mishap(_bare(command), job)


def _bare(command: str) -> str:
    return re.sub(
        r"^(?:(?:please|ok|okay|now|also|and|then|actually|great|so|but|hm+|oh|ah|ach|nah|wait(?=\s*[,.!])|well|sorry"
        r"|on second thoughts?|no(?=,)|yes|can you|could you"
        r"|can we|could we|would you|will you|i want you to|i'd like you to|let's)\b[\s,]*)+",
        "",
        command.strip(),
        flags=re.I,
    ).strip(" ?")


_REMOVES = re.compile(r"(?:remove|delete|drop|scrap|cut|take out|throw out|kick out|get rid of|skip|leave out)\b", re.I)


def _selected(text: str, job: Job) -> bool:
    """ "delete everything behind x except y"."""
    selected = selection.among(text, job) if _REMOVES.match(text) else None
    return bool(selected) and take_out(selected or [], job)


def take_out(nodes: Sequence[Node], job: Job) -> bool:
    """Removes the steps; a start gives way to one by hand."""
    starts = [node for node in nodes if job.draft.catalogue[node.type].is_trigger]
    for start in starts:
        _unstart(start, job)
    gone = surgery.remove([node for node in nodes if node not in starts], job.draft)
    if gone:
        job.outcome.done.append(f"Removed {_listed(gone)}")
    return bool(gone or starts)


def _unstart(start: Node, job: Job) -> None:
    if start.type != "manual_trigger":
        surgery.replace(start, Step("manual_trigger", "Start by hand", "", {}), job.draft)
        job.outcome.done.append(f"*{start.label}* is gone; the workflow now starts by hand")


def _by_hand(text: str, job: Job) -> bool:
    starts = [node for node in job.draft.workflow.nodes if job.draft.catalogue[node.type].is_trigger]
    if not _BY_HAND.match(text) or not starts:
        return False
    for start in starts:
        _unstart(start, job)
    return True


def _listed(nodes: Sequence[Node]) -> str:
    names = [f"*{node.label}*" for node in nodes]
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + f" and {names[-1]}"


def _value(text: str, job: Job) -> bool:
    done = settings.change(text, job.draft, job.focus)
    if done is None:
        return False
    job.outcome.done += done
    return True


_STAYS = frozenset({"loop", "output", "webhook_response"})  # nothing comes after an answer


def exchange(a: Node, b: Node, job: Job) -> bool:
    """Two steps change places; False where they cannot."""
    fixed = any(job.draft.branches(node.id) or job.draft.catalogue[node.type].is_trigger or node.type in _STAYS for node in (a, b))
    if fixed or a.parent != b.parent or a.id == b.id:
        return False
    other = {a.id: b.id, b.id: a.id}
    edges = [edge for edge in job.draft.workflow.edges if edge.source in other or edge.target in other]
    for edge in edges:
        job.draft.disconnect(edge.source, edge.target, edge.source_handle)
    for edge in edges:
        job.draft.connect([(other.get(edge.source, edge.source), edge.source_handle)], other.get(edge.target, edge.target))
    job.outcome.done.append(f"*{a.label}* and *{b.label}* have changed places")
    return True
