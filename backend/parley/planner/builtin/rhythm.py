"""Another rhythm for what is there: "Thursday instead", "at half past nine", "half an hour earlier", "not on Sundays"."""

import re

from pydantic import JsonValue

from parley.planner.builtin import schedule, slots, surgery, triggers, values
from parley.planner.builtin.values import Asked
from parley.workflow.spec import Node

Fields = tuple[str, str, tuple[str, str, str]]
_EARLIER = re.compile(r"(?P<by>[\w.]+ (?:an? )?(?:minutes?|hours?|mins?))\s+(?P<way>earlier|later|sooner)\b", re.I)
_OTHERWISE = re.compile(r"(?:,\s*)?\b(?:instead of|rather than|in place of)\b[^,]*|(?:,\s*|\s+)not\s+[^,]*", re.I)


def read(asked: Asked, node: Node) -> JsonValue:
    """The config of a schedule as it is asked for, merged with the one there is; None where no rhythm is said."""
    old = schedule.parse_fields(str(node.config.get("cron", ""))) or ("0", "9", ("*", "*", "*"))
    for words in dict.fromkeys((asked.value, asked.text)):
        words = values.spelt(words)
        if other := _shifted(words, old) or _sparing(words, old):
            return {"cron": other}
    said = _said(asked)
    if said is None:
        return None
    minute, hour = old[0], old[1]
    if said.time is None and not (minute.isdigit() and hour.isdigit()):
        minute, hour = "0", "9"
    config: dict[str, JsonValue] = {"cron": said.cron(minute, hour, old[2])}
    if said.every or (said.days is not None and node.config.get("every")):
        config["every"] = said.every
    return config


def read_new(asked: Asked, node: Node) -> JsonValue:
    """The days on which something is to run that has no schedule yet."""
    said = _said(asked)
    return said.cron() if said is not None and said.days is not None and asked.draft.catalogue[node.type].is_trigger else None


def put(asked: Asked, node: Node, value: JsonValue) -> list[str] | None:
    if not isinstance(value, dict):
        return None
    config: dict[str, JsonValue] = {key: one for key, one in value.items() if one is not None}
    cron, was = str(config["cron"]), triggers.schedule_label(str(node.config.get("cron", "")))
    unset = tuple(key for key, one in value.items() if one is None)
    label = triggers.schedule_label(cron) if node.label == was else None
    if not asked.draft.configure(node.id, config, label=label, unset=unset):
        return None
    now = asked.draft.workflow.node(node.id) or node
    return [f"*{now.label}* now starts {schedule.in_words(cron)}"]


def put_new(asked: Asked, node: Node, value: JsonValue) -> list[str] | None:
    said = _said(asked)
    if said is None:
        return None
    surgery.replace(node, triggers.schedule_step(said, asked.text), asked.draft)
    return [f"It now starts {schedule.in_words(said.cron())}"]


def _said(asked: Asked) -> schedule.Schedule | None:
    """The rhythm in the value, in the words with which it stands in the sentence, or in the sentence."""
    value = values.spelt(_OTHERWISE.sub("", asked.value))
    at = re.search(rf"\b(?:at|by|every|each|on|from)\s+(?:about )?{re.escape(asked.value)}", asked.text, re.I)
    spoken = [value, at[0] if at else "", _OTHERWISE.sub("", asked.text) if asked.value == asked.text else ""]
    if re.fullmatch(r"(?:half|(?:a )?quarter) (?:past|to) \w+|\d{1,2}|\w+ o'?clock|noon|midday|midnight", value, re.I) and (
        re.search(r"past|to|clock|noon|mid", value) or asked.says("o'?clock|time|hour|start|run|early|late")
    ):
        spoken.insert(0, f"at {value}")
    found = [said for words in spoken if words and (said := schedule.find(words, bare_times=True)) is not None and _is_all(said, words)]
    return max(found, key=lambda said: (said.time is not None) + (said.days is not None), default=None)


def _is_all(said: schedule.Schedule, words: str) -> bool:
    """Whether the words say a rhythm and next to nothing else."""
    rest = words
    for start, end in reversed(said.spans):
        rest = rest[:start] + " " + rest[end:]
    rest = re.sub(
        r"\b(?:please|make|it|that|this|do|run|change|set|the|schedule|trigger|time|start|starts|to|at|on|and|be|should|move|now"
        r"|instead|let|rather|only|use|send|it's|happen|for|timer|cron|from|in|weekly|daily|will|fine|enough|is|are|ok|sorry|just"
        r"|workflow|whole|thing|everything|by|itself|automatically|every|each|also|must|can|better|a|an|o'?clock|sharp)\b|[\W\d]",
        " ",
        rest,
        flags=re.I,
    )
    return len(rest.split()) <= 1


def _shifted(text: str, old: Fields) -> str | None:
    """ "half an hour earlier": the time of day moved; None where it has no fixed one or would leave the day."""
    match = _EARLIER.search(text)
    said = slots.duration(re.sub(r"\bhalf an\b", "half", match["by"], flags=re.I)) if match else None
    if match is None or said is None or not (old[0].isdigit() and old[1].isdigit()):
        return None
    amount, unit = said[0].split()
    minutes = float(amount) * {"minute": 1, "hour": 60}.get(unit.removesuffix("s"), 0)
    at = int(old[1]) * 60 + int(old[0]) + int(minutes) * (1 if match["way"].lower() == "later" else -1)
    return " ".join((str(at % 60), str(at // 60), *old[2])) if minutes and 0 <= at < 24 * 60 else None


def _sparing(text: str, old: Fields) -> str | None:
    """ "not on Sundays": the days that there are, without those."""
    kept = schedule.spare(re.sub(r"^(?:and|but|only|please|just|do it|run it|,|\s)+|,?\s*please\W*$", "", text, flags=re.I), old[2][2])
    return " ".join((old[0], old[1], old[2][0], old[2][1], kept)) if kept else None
