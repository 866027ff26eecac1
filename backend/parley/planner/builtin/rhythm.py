"""Another rhythm for what is there: "Thursday instead", "at half past nine", "half an hour earlier", "not on Sundays"."""

import re

from pydantic import JsonValue

from parley.planner.builtin import schedule, slots, surgery, triggers
from parley.planner.builtin.build import Draft
from parley.workflow.spec import Node


def change(text: str, draft: Draft, focus: str | None) -> list[str] | None:
    text = re.sub(r"\b(?:a |one )?quarter of an hour\b", "15 minutes", text, flags=re.I)
    nodes = [node for node in draft.workflow.nodes if node.type == "schedule_trigger"]
    old = schedule.parse_fields(str(nodes[0].config.get("cron", ""))) if nodes else None
    old = old or ("0", "9", ("*", "*", "*"))
    if nodes and (other := _shifted(text, old) or _sparing(text, old)):
        draft.configure(nodes[0].id, {"cron": other}, label=_schedule_label(nodes[0], other))
        return [f"*{_now(draft, nodes[0])}* now starts {schedule.in_words(other)}"]
    cut = re.sub(r"(?:,\s*)?\b(?:instead of|rather than|in place of)\b[^,]*|(?:,\s*|\s+)not\s+[^,]*", "", text)
    said = schedule.find(cut, bare_times=True)
    if said is None:
        return None
    rest = "".join(
        cut[end:start] for end, start in zip([0, *[e for _, e in said.spans]], [*[s for s, _ in said.spans], len(cut)], strict=True)
    )
    if not nodes:
        if said.days is None or not re.match(
            r"^\W*(?:(?:please|now|and|also|(?:this|it|that) (?:should|must|shall|can))\W+)*"
            r"(?:(?:run|start|do|trigger|schedule|make)\s+(?:it|this|that|the workflow"
            r"|the whole thing|everything)?\b)?\W*(?:run|start)?(?:\s*(?:by itself|on its own|automatically))?\W*$",
            rest,
            re.I,
        ):
            return None
        return _new_schedule(said, cut, draft)
    leftover = re.sub(
        r"\b(?:please|make|it|that|this|do|run|change|set|the|schedule|trigger|time|start|to|at|on|and|be|should|move|now"
        r"|instead|let|rather|only|use|send|it's|happen|for|timer|cron|from|in|weekly|daily|will|fine|enough|is|are|ok|sorry|just)\b|[\W\d]",
        " ",
        rest,
        flags=re.I,
    )
    if len(leftover.split()) > 1:
        return None
    minute, hour = old[0], old[1]
    if said.time is None and not (minute.isdigit() and hour.isdigit()):
        minute, hour = "0", "9"
    node = nodes[0]
    cron = said.cron(minute, hour, old[2])
    config: dict[str, JsonValue] = {"cron": cron}
    if said.every:
        config["every"] = said.every
    unset = ("every",) if said.days is not None and not said.every and node.config.get("every") else ()
    draft.configure(node.id, config, label=_schedule_label(node, cron), unset=unset)
    return [f"*{_now(draft, node)}* now starts {schedule.in_words(cron)}"]


_EARLIER = re.compile(r"^(?:(?:please|and|but|do it|run it|start|a bit)\W+)*(.+?)\s+(earlier|later|sooner)\b\W*(?:please)?\W*$", re.I)


def _shifted(text: str, old: tuple[str, str, tuple[str, str, str]]) -> str | None:
    """ "half an hour earlier": the time of day moved; None where it has no fixed one or would leave the day."""
    match = _EARLIER.match(text)
    said = slots.duration(re.sub(r"\bhalf an\b", "half", match[1], flags=re.I)) if match else None
    if match is None or said is None or not (old[0].isdigit() and old[1].isdigit()):
        return None
    amount, unit = said[0].split()
    minutes = float(amount) * {"minute": 1, "hour": 60}.get(unit.removesuffix("s"), 0)
    at = int(old[1]) * 60 + int(old[0]) + int(minutes) * (1 if match[2].lower() == "later" else -1)
    return " ".join((str(at % 60), str(at // 60), *old[2])) if minutes and 0 <= at < 24 * 60 else None


def _sparing(text: str, old: tuple[str, str, tuple[str, str, str]]) -> str | None:
    """ "not on Sundays": the days that there are, without those."""
    kept = schedule.spare(text, old[2][2])
    return " ".join((old[0], old[1], old[2][0], old[2][1], kept)) if kept else None


def _schedule_label(node: Node, cron: str) -> str | None:
    old = str(node.config.get("cron", ""))
    was = triggers.schedule_label(old)
    return triggers.schedule_label(cron) if node.label == was else None


def _new_schedule(said: schedule.Schedule, text: str, draft: Draft) -> list[str] | None:
    found = [node for node in draft.workflow.nodes if draft.catalogue[node.type].is_trigger]
    if not found:
        return None
    step = triggers.schedule_step(said, text)
    surgery.replace(found[0], step, draft)
    return [f"It now starts {schedule.in_words(said.cron())}"]


def _now(draft: Draft, node: Node) -> str:
    """The label it has by now."""
    now = draft.workflow.node(node.id)
    return now.label if now else node.label
