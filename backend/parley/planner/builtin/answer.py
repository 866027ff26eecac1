"""Questions answered from the diagram: what a step does, what is missing, when it runs, what happens if."""

import re

from parley.planner.builtin import reply, resolve
from parley.planner.builtin.text import Reading
from parley.workflow.catalogue import Catalogue
from parley.workflow.spec import Node, Workflow
from parley.workflow.validate import Surroundings, validate

_FACTS: tuple[tuple[str, str], ...] = (
    (
        r"\b(?:file|document|format|upload|pdf|docx?|import)\w*\b",
        "PDF, Markdown and plain text files can be uploaded under Knowledge, into collections that search steps look through.",
    ),
    (
        r"\b(?:model|key|openai|gemini|ollama|llm)\b",
        "Without a model everything here works by rules, and text steps quote passages word for word. A "
        "model is set up by its variable, which Settings names.",
    ),
    (
        r"\b(?:private|privacy|data|leave|secure|security|where is .* stored)\b",
        "Everything stays on the server that runs Parley. Only steps that call the web or a model send "
        "anything out, and the diagram shows which.",
    ),
    (
        r"\b(?:loop|batch|each|parallel)\b",
        "A loop does its steps for each item of a list, several at once, and one failing item is seen on "
        "its own. One request for everything is faster if the other side takes a list. For thousands of "
        "rows use a loop with a batch size.",
    ),
    (
        r"\b(?:run|start|test|try)\b",
        "Press Run above the diagram. Each step shows what it got and what it gave, and a recorded run can be replayed.",
    ),
    (
        r"\b(?:what can (?:you|i|it|this)|can you do|help|how does (?:this|it|parley) work|who are you|what are you)\b",
        reply.GREETING + " Then say what to change, or ask about a step.",
    ),
)


def answer(masked: str, workflow: Workflow, catalogue: Catalogue, surroundings: Surroundings, reading: Reading, focus: str | None) -> str:
    text = " ".join(masked.split())
    if not workflow.nodes:
        return _fact(text) or "There is no diagram yet, so there is nothing I can say about it. " + reply.GREETING
    if re.search(
        r"\b(?:missing|incomplete|left to do|still (?:open|need|to do)|ready|what do (?:i|we) need"
        r"|not (?:run|work)|wrong|problem|errors?|issues?)\b",
        text,
        re.I,
    ) and not re.search(r"\bif\b", text, re.I):
        return _open(workflow, catalogue, surroundings)
    if match := re.search(
        r"\b(?:what (?:happens|will happen|if)|what does it do if|what about)\b.*?\b(?:if|when)\b(.*)|\bwhat if\b(.*)", text, re.I
    ):
        return _what_if(match[1] or match[2] or "", workflow, catalogue, reading)
    if re.search(r"\bhow many (?:steps|nodes|boxes)\b", text, re.I):
        steps = resolve.order(workflow)
        return f"There are {len(steps)} steps: {_names(steps)}."
    if re.search(r"\b(?:when (?:does|will|is)|how often|what time|what (?:starts|triggers))\b", text, re.I):
        return _start(workflow)
    if named := _named(text, workflow, reading, focus):
        return " ".join(about(node, workflow, catalogue, surroundings) for node in named[:2])
    if re.search(r"\b(?:workflow|diagram|process|this|it|everything|whole|steps?|flow)\b", text, re.I) and re.search(
        r"\b(?:what|how|explain|describe|walk|tell|summari|why)\b", text, re.I
    ):
        return overview(workflow)
    return _fact(text) or f"I can answer from the diagram only, and it does not say that. {overview(workflow)}"


def _named(text: str, workflow: Workflow, reading: Reading, focus: str | None) -> tuple[Node, ...]:
    ordinal = re.search(
        r"\b(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last|final|\d+(?:st|nd|rd"
        r"|th))\b|\bstep \d+\b",
        text,
        re.I,
    )
    if ordinal:
        return resolve.find(
            text if re.search(r"\b(?:step|node|box|one|part)\b", text, re.I) else f"{ordinal[0]} step", workflow, reading, focus
        ).nodes
    asked = re.sub(
        r"\b(?:what|does|do|why|how|is|are|there|explain|can you|could you|describe|tell me|about|the|who"
        r"|gets?|where|which|for|this|workflow|diagram|needed|work|mean)\b",
        " ",
        text,
        flags=re.I,
    )
    found = resolve.find(asked, workflow, reading, focus, plural=True) if asked.strip(" ?.") else resolve.NOTHING
    if found.nodes:
        return found.nodes
    if focus and re.search(r"\bwhy (?:did|is) (?:you|that|it)\b", text, re.I):
        node = workflow.node(focus)
        return (node,) if node else ()
    return ()


def about(node: Node, workflow: Workflow, catalogue: Catalogue, surroundings: Surroundings) -> str:
    spec = catalogue[node.type]
    steps = resolve.order(workflow)
    place = next(index for index, step in enumerate(steps) if step.id == node.id) + 1
    sentences = [f"*{node.label}* is step {place} of {len(steps)}. {spec.description}"]
    if summary := spec.summary(node.config):
        sentences.append(f"Here: {summary}.")
    before = [workflow.node(edge.source) for edge in workflow.edges_into(node.id)]
    after = [(edge.source_handle, workflow.node(edge.target)) for edge in workflow.edges_from(node.id)]
    if before:
        sentences.append(f"It runs after {_names([step for step in before if step])}.")
    if after:
        told = [f"*{step.label}*" + (f" ({handle})" if handle else "") for handle, step in after if step]
        sentences.append(f"It leads to {_list(told)}.")
    problems = [
        issue.message for issue in validate(workflow, catalogue, surroundings) if issue.node_id == node.id and issue.level != "warning"
    ]
    if problems:
        sentences.append(f"Still open: {problems[0].rstrip('.')}.")
    return " ".join(sentences)


def overview(workflow: Workflow) -> str:
    steps = resolve.order(workflow)
    trigger = next((node for node in steps if node.type.endswith("_trigger")), None)
    rest = [node for node in steps if node is not trigger and node.parent is None]
    opening = reply.started_by(trigger) if trigger else "Started by hand"
    return f"{opening}, the steps are {_names(rest)}." if rest else f"{opening}, nothing follows yet."


def _start(workflow: Workflow) -> str:
    triggers = [node for node in workflow.nodes if node.type.endswith("_trigger")]
    if not triggers:
        return "Nothing starts it yet. Say when it should run, for example every weekday at 8."
    node = triggers[0]
    return f"*{node.label}* starts it: {reply.started_by(node)[:1].lower()}{reply.started_by(node)[1:]}."


def _open(workflow: Workflow, catalogue: Catalogue, surroundings: Surroundings) -> str:
    issues = [issue for issue in validate(workflow, catalogue, surroundings) if issue.level != "warning"]
    if not issues:
        return "Nothing is missing. The workflow can run."
    told: list[str] = []
    for issue in issues[:4]:
        node = workflow.node(issue.node_id) if issue.node_id else None
        told.append(f"{f'*{node.label}*: ' if node else ''}{issue.message.rstrip('.')}")
    more = f" And {len(issues) - 4} more, marked on the diagram." if len(issues) > 4 else ""
    return f"{'One thing is' if len(issues) == 1 else f'{len(issues)} things are'} open. {'. '.join(told)}.{more}"


def _what_if(condition: str, workflow: Workflow, catalogue: Catalogue, reading: Reading) -> str:
    steps = resolve.order(workflow)
    loops = [node for node in steps if node.type == "loop"]
    if re.search(r"\bempty|nothing|no (?:results?|rows?|items?|hits?)|none\b", condition, re.I):
        if loops:
            return (
                f"Then *{loops[0].label}* has nothing to go through: its steps do not run, and what follows it goes on with an empty list."
            )
        return (
            "Then the step gives an empty result, and the steps after it go on with it. A condition can catch "
            "that: say “if nothing is found, ...”."
        )
    if re.search(r"\bfail|error|down|unreachable|broken|times? out|goes wrong\b", condition, re.I):
        return _if_it_fails(condition, workflow, catalogue, reading)
    for node in steps:
        if node.type in {"condition", "approval", "classify", "switch"}:
            ways = [(edge.source_handle, workflow.node(edge.target)) for edge in workflow.edges_from(node.id)]
            told = [f"{handle}: *{step.label}*" for handle, step in ways if step and handle]
            if told:
                return f"*{node.label}* decides. {'; '.join(told)}. A way that leads nowhere ends there."
    return "The diagram has no step that decides about that. Say “if ..., ...” to add one."


def _if_it_fails(said: str, workflow: Workflow, catalogue: Catalogue, reading: Reading) -> str:
    steps = resolve.order(workflow)
    going_on = [node for node in steps if (node.on_error or catalogue[node.type].on_error) == "continue"]
    # A condition may be called after the step it asks about; what can fail is the step.
    working = tuple(node for node in workflow.nodes if node.type not in {"condition", "switch", "merge"})
    named = next(iter(resolve.find(said, Workflow(nodes=working), reading, plural=True).nodes), None)
    if named is None:
        stops = "Then the step is marked as failed and the run stops there; what is done is kept, and the run can be retried from it."
        return stops + (f" Only {_names(going_on)} would let it go on." if going_on else "")
    tries = named.retry.attempts if named.retry else 1
    again = f"It is tried up to {tries} times. " if tries > 1 else ""
    if named not in going_on:
        end = "the run stops there; what is done is kept, and the run can be retried from it"
        return f"{again}Then *{named.label}* is marked as failed and {end}."
    asked = [node for node in steps if node.type == "condition" and f"{named.id}.error" in str(node.config.get("expression", ""))]
    ways = [target for node in asked for edge in workflow.edges_from(node.id) if edge.source_handle == "true"
            for target in [workflow.node(edge.target)] if target]  # fmt: skip
    led = f": *{asked[0].label}* leads to {_names(ways)}" if ways else " without its result"
    return f"{again}Then *{named.label}* is marked as failed and the run goes on{led}."


def _fact(text: str) -> str | None:
    return next((fact for pattern, fact in _FACTS if re.search(pattern, text, re.I)), None)


def _names(nodes: list[Node]) -> str:
    return _list([f"*{node.label}*" for node in nodes])


def _list(told: list[str]) -> str:
    if len(told) < 2:
        return told[0] if told else "nothing"
    return ", ".join(told[:-1]) + f" and {told[-1]}"
