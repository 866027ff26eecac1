"""Conditions that guard what is there: "only post it if ...", "no mail when ...", "if there are none, send nothing", "stop unless ...".
The sentence is parsed as an act, a predicate and whether the act runs when it holds; the act must be a step that is there, and nothing
is added but the condition in front of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from parley.planner.builtin import decisions, lexicon, mishaps, resolve, slots, surgery
from parley.planner.builtin.build import Draft
from parley.planner.builtin.job import Job, parts_of
from parley.planner.builtin.labels import fit
from parley.planner.builtin.plan import Choice
from parley.workflow import structure
from parley.workflow.spec import Node

LONGEST = 200  # characters of a sentence that is read here
_IF = r"(?:if|when|whenever|where|in case|as long as|provided(?: that)?|so long as)"
_DONT = r"(?:(?:please|then|just)\s+)*(?:don't|do not|never|no|not|skip|omit|leave out|stop|quit|without|nothing|none)"
# The forms of a guard, and whether the act runs where the predicate holds. "unless" turns it round.
_FORMS: tuple[tuple[re.Pattern[str], bool], ...] = tuple(
    (re.compile(pattern, re.I), runs)
    for pattern, runs in (
        (rf"^(?:only|just)\s+(?P<act>.+?)\s+{_IF}\s+(?P<said>.+)$", True),
        (rf"^(?P<act>.+?)\s+(?:only|but only)\s+{_IF}\s+(?P<said>.+)$", True),
        (rf"^(?:only\s+)?{_IF}\s+(?P<said>[^,]+?)\s*,\s*(?:then\s+)?(?P<act>{_DONT}\b.*)$", False),
        (rf"^(?:only\s+)?{_IF}\s+(?P<said>.+?)\s+(?:then\s+)?(?P<act>(?!no\b|not\b|none\b){_DONT}\b.*)$", False),
        (
            rf"^{_IF}\s+(?P<said>[^,]+?)\s*,\s*(?:then\s+)?(?P<act>(?:(?:it|the (?:run|workflow)|we)\s+)?(?:should\s+)?"
            r"(?:do|end|ends|stop|stops|skip)\b.*)$",
            False,
        ),
        (rf"^unless\s+(?P<said>.+?)\s*,?\s+(?P<act>{_DONT}\b.*)$", True),
        (rf"^(?P<act>(?:{_DONT}|do nothing|end)\b.*?)\s+unless\s+(?P<said>.+)$", True),
        (rf"^(?P<act>(?:{_DONT}|do nothing|end)\b.*?)\s+{_IF}\s+(?P<said>.+)$", False),
        (r"^unless\s+(?P<said>[^,]+?)\s*,\s*(?P<act>.+)$", False),
        (r"^(?P<act>.+?)\s+(?:unless|except (?:if|when|where))\s+(?P<said>.+)$", False),
        (rf"^(?P<act>(?:carry on|continue|go on|go ahead|proceed|keep going|move on)\b.*?)\s+(?:only\s+)?{_IF}\s+(?P<said>.+)$", True),
    )
)
# "only the rows where ...", "skip those that ...": which of the items go on.
_ITEMS = (
    (
        re.compile(
            r"^(?:only|just)\s+(?:for\s+|take\s+|use\s+|keep\s+|do\s+)?(?:the\s+|those\s+)?(?P<what>[\w-]+(?:\s[\w-]+)?)\s+"
            r"(?:where|whose|that|which|who)\s+(?P<said>.+)$",
            re.I,
        ),
        True,
    ),
    (
        re.compile(
            r"^(?:skip|ignore|leave out|drop|omit)\s+(?:the\s+|any\s+|all\s+)?(?P<what>those|ones|[\w-]+)\s+"
            r"(?:where|whose|that|which|who)\s+(?P<said>.+)$",
            re.I,
        ),
        False,
    ),
)
_WHOLE = re.compile(
    r"^(?:(?:do\s+)?nothing(?:\s+(?:at all|happens|to do|should happen|needs to be done))?"
    r"|(?:do not|don't)\s+(?:do anything|bother|go on|continue|proceed|carry on)"
    r"|(?:just\s+)?(?:stop|end|quit|abort)(?:\s+(?:it|there|here|the (?:run|workflow)|right there|at that point|everything))*"
    r"|(?:it|the (?:run|workflow)|we)\s+(?:should\s+)?(?:stops?|ends?)(?:\s+(?:there|here))?"
    r"|(?:carry on|continue|go on|go ahead|proceed|keep going|move on)(?:\s+(?:with (?:it|the rest)|after that"
    r"|(?:after|behind|past)\s.+))?)$",
    re.I,
)
_BEHIND = re.compile(r"\b(?:after|behind|past)\s+(?!that$)(.+)$", re.I)
_NONE = re.compile(r"^there (?:is|are|was|were) (?:no|not any|none of the)\s+(.+)$", re.I)
_SOME = re.compile(
    r"^(?:(?:it|we|you|the \w+)\s+)?(?:found|finds|has found|have found|got|brought)\s+(?:anything|something|any \w+)$", re.I
)
_THERE = re.compile(
    r"^(?:there (?:is|are|was|were)|(?:it|they|we) (?:has|have|got))\s+(?P<not>no\s+)?(?:an?\s+|any\s+|the\s+)?(?P<what>[\w -]+)$", re.I
)
# Where a step hangs on one way of a decision already, these words mean the decision's other way, and no further question.
_FINE = re.compile(r"^(?:all|everything|it|things?)(?:'s| is| are| goes)\s+(?:well|fine|ok|okay|good|normal|in order|quiet)$", re.I)
_ANYTHING = re.compile(r"\b(?:anything|nothing|everything|any|it|them|that|out|one)\b", re.I)
_SOURCES = frozenset({"http_request", "db_query", "knowledge_search", "web_search", "extract"})
# A refusal, an approval or a failure is no value to compare: other parts put those where they belong.
_OTHERS = re.compile(
    r"\b(?:approv\w*|agrees?|agreed|rejects?|rejected|says? (?:yes|no|ok)|signed|confirms?|confirmed|permission|fails?|failed|breaks?"
    r"|otherwise|else|if not)\b|\b(?:has|have) (?:seen|checked|read|reviewed)\b",
    re.I,
)


@dataclass(frozen=True)
class Guard:
    act: str
    said: str
    runs: bool  # whether the act runs where the predicate holds


def gate(text: str, job: Job) -> bool:
    """Puts the condition in front of what the sentence guards; False where it guards nothing that is there."""
    said = text.strip(" .!")
    if len(said) > LONGEST or _OTHERS.search(said) or mishaps.is_about(said) or not job.draft.workflow.nodes:
        return False
    if _only_some(said, job):
        return True
    for form, runs in _FORMS:
        if match := form.match(said):
            guard = Guard(match["act"].strip(" ,"), match["said"].strip(" ,"), runs)
            return _whole(guard, job) if _WHOLE.match(guard.act) else _one(guard, job)
    return False


def _choice(said: str, job: Job) -> Choice | None:
    none = _NONE.match(said)
    parts = parts_of(f"if {_plainer(said, job)}, post it", job)
    choice = parts[0] if len(parts) == 1 and isinstance(parts[0], Choice) and parts[0].step.type == "condition" else None
    if choice is not None and none:
        choice.step.label = fit(f"No {slots.plain(none[1], job.draft.reading)}?")
    return choice


def _plainer(said: str, job: Job) -> str:
    """ "there is a phone number" -> "phone number is given" where such a field is looked for; "there are none" -> "nothing is found"."""
    there = _THERE.match(said)
    if there:
        fields = [field for node in job.draft.workflow.nodes if node.type == "extract" for field in names_of(node)]
        if slots.slug(there["what"], "") in fields:
            return f"{there['what']} is {'missing' if there['not'] else 'given'}"
    if _NONE.match(said):
        return "nothing is found"
    return "anything is found" if _SOME.match(said) else said


def names_of(node: Node) -> list[str]:
    """The fields that an extract step looks for."""
    fields = node.config.get("fields")
    return [str(field.get("name", "")) for field in fields if isinstance(field, dict)] if isinstance(fields, list) else []


def _whole(guard: Guard, job: Job) -> bool:
    """ "stop if ...": everything behind the step that brings what is asked about."""
    workflow = job.draft.workflow
    acting = decisions.acting_step(job.draft)
    upstream = structure.upstream(workflow)
    nodes = resolve.order(workflow)
    bringing = [node for node in nodes if node.type in _SOURCES and (acting is None or node.id in upstream[acting.id]) and not node.parent]
    starts = [node for node in nodes if job.draft.catalogue[node.type].is_trigger]
    behind = (bringing or starts)[-1:]
    if said := _BEHIND.search(guard.act):
        behind = list(resolve.find(said[1], workflow, job.draft.reading, job.focus).nodes[:1])
    targets = [edge.target for node in behind for edge in workflow.edges_from(node.id)]
    return _put(guard, [node for target in targets if (node := workflow.node(target)) is not None], job)


def _one(guard: Guard, job: Job) -> bool:
    target = _meant(guard.act, job)
    if target is None or (_FINE.match(guard.said) and any(edge.source_handle for edge in job.draft.workflow.edges_into(target.id))):
        return False
    return _put(guard, [target], job)


def _meant(act: str, job: Job) -> Node | None:
    """The step that is there and does the act; None where the act brings an address, a channel or a table of its own."""
    named = re.sub(rf"^{_DONT}\s+", "", act, flags=re.I)
    named = re.sub(r"^(?:the|any|an?)\s+|\b(?:at all|please|there)$", "", named, flags=re.I).strip()
    working = [node for node in resolve.order(job.draft.workflow) if not job.draft.catalogue[node.type].is_trigger and node.type != "note"]
    known = {value for node in working for value in map(str, node.config.values())}
    if any(value not in known for kind in ("c", "m", "u", "p") for value in job.draft.reading.values(kind, named)):  # type: ignore[arg-type]
        return None
    found = [node for node in resolve.find(named, job.draft.workflow, job.draft.reading, None, plural=True).nodes if node in working]
    if len(found) == 1 and not re.fullmatch(r"(?:it|this|that|them)", named, re.I):
        return found[0]
    kinds = [kind for kind, words in _DOES.items() if re.search(rf"\b(?:{words})\b", named, re.I)]
    fitting = [node for node in found or working if node.type in kinds]
    if fitting:
        return fitting[0] if len(fitting) == 1 or _ANYTHING.search(named) else fitting[-1]
    bare = re.fullmatch(r"(?:(?:do|run|send|put|use)\s+)?(?:it|this|that|them|anything|everything)?(?:\s+out)?", named, re.I)
    return decisions.acting_step(job.draft) if bare else None


_DOES = {
    "email": r"e?-?mails?|mail(?:ed|ing|s)?|emailing|send(?:ing)?|sent|notify|notif\w+|inform\w*|tell\w*|writes?",
    "slack_message": r"post(?:s|ed|ing)?|ping\w*|alert\w*|announce\w*|messages?|send(?:ing)?|sent|notif\w+|inform\w*|tell\w*",
    "db_write": r"sav(?:e|es|ed|ing)|stor(?:e|es|ed|ing)|keep|log(?:ged|ging)?|record(?:ed|ing)?|insert(?:ed|ing)?|row|rows|written?",
    "llm": r"summar\w+|writ(?:e|ing)|draft\w*|translat\w+|rewrit\w+",
    "approval": r"ask(?:ing)?",
}


def _put(guard: Guard, targets: Sequence[Node], job: Job) -> bool:
    choice = _choice(guard.said, job)
    return choice is not None and put(choice, guard.runs, targets, job)


def put(choice: Choice, runs: bool, targets: Sequence[Node], job: Job) -> bool:
    """A condition in front of the targets, which then run only where it holds (`runs`) or only where it does not."""
    if not targets:
        return False
    choice.lanes = {}
    before(choice, "true" if runs else "false", targets, job.draft)
    names = ", ".join(f"*{target.label}*" for target in targets)
    asked = choice.step.label.rstrip("?")
    verb = "run" if len(targets) > 1 else "runs"
    job.outcome.done.append(f"{names} now only {verb} if *{asked}*" if runs else f"{names} no longer {verb} if *{asked}*")
    return True


def before(choice: Choice, handle: str, targets: Sequence[Node], draft: Draft) -> None:
    """One condition, whose way `handle` leads to the targets; what led to them leads to it."""
    old = surgery.at_hand(draft)
    arriving = [edge for target in targets for edge in draft.workflow.edges_into(target.id)]
    tails = list(dict.fromkeys((edge.source, edge.source_handle) for edge in arriving))
    count = len(draft.made)
    surgery.append([choice], tails, draft, targets[0].parent)
    condition = draft.made[count]  # made first, its lanes after it
    for target in targets:
        draft.connect([(condition, handle)], target.id)
    for edge in arriving:
        draft.disconnect(edge.source, edge.target, edge.source_handle)
    surgery.mend(draft, old)


def _only_some(said: str, job: Job) -> bool:
    """ "only the rows where ...": asked of each item where there is a loop, else in front of what acts."""
    loops = [node for node in resolve.order(job.draft.workflow) if node.type == "loop"]
    for form, runs in _ITEMS:
        match = form.match(said)
        if match is None:
            continue
        words = match["what"].lower()
        pattern = "|".join(filter(None, lexicon.TYPE_WORDS.values()))
        if re.search(rf"\b(?:steps?|nodes?|{pattern})\b", words) and not re.search(r"\b(?:rows?|results?|entries|records)\b", words):
            continue
        guard = Guard(said, match["said"].strip(), runs)
        if loops:
            inside = [node for node in job.draft.workflow.body(loops[-1].id) if not job.draft.workflow.edges_into(node.id)]
            return _put(guard, inside, job)
        if runs and _in_query(guard, job):
            return True
        acting = decisions.acting_step(job.draft)
        return acting is not None and _put(guard, [acting], job)
    return False


def _in_query(guard: Guard, job: Job) -> bool:
    """Rows that a plain query reads are chosen in the query, where the predicate is one of SQL."""
    choice = _choice(guard.said, job)
    condition = choice.condition if choice else None
    nodes = [node for node in job.draft.workflow.nodes if node.type == "db_query"]
    query = str(nodes[-1].config.get("query", "")) if nodes else ""
    if condition is None or condition.kind not in {"compare", "is"} or not re.fullmatch(r"select \* from [\w.]+", query, re.I):
        return False
    name, value = slots.slug(condition.subject, ""), condition.value
    if not name or condition.negated:
        return False
    literal = (
        str(value) if isinstance(value, int | float) else str(value).upper() if re.fullmatch(r"true|false", str(value), re.I) else None
    )
    literal = literal or "'" + str(value).replace("'", "''") + "'"
    operator = "<>" if condition.op == "!=" else "=" if condition.kind == "is" or condition.op == "==" else condition.op
    job.draft.configure(nodes[-1].id, {"query": f"{query} WHERE {name} {operator} {literal}"})
    job.outcome.done.append(f"*{nodes[-1].label}* reads only the rows where {name} {operator} {literal}")
    return True
