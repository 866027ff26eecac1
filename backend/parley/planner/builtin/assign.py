"""A new value for a setting: every setting of every step that can hold it is weighed, and the one that most speaks for gets it."""

import re
from dataclasses import dataclass

from pydantic import JsonValue

from parley.planner.builtin import lexicon, resolve, slots, values
from parley.planner.builtin.build import Draft
from parley.planner.builtin.fields import SETTINGS, Setting
from parley.planner.builtin.put import COMPARISON
from parley.planner.builtin.text import stem, words, wordset
from parley.planner.builtin.values import Asked
from parley.workflow.spec import Node

LONGEST = 600  # characters; nobody sets one value in more, and every pattern stays fast
_ENOUGH = 0.75
_VALUE = r"(⟨[a-z]\d+⟩|[\w.:%-]+)"
_SAYS_NOTHING = wordset(
    "the it its a an that this to be is are of for in on at and not now new old should must please make use step one send"
)


@dataclass(frozen=True)
class _Place:
    score: float
    at: int
    node: Node
    setting: Setting
    value: JsonValue


def assign(value: str, field: str, old: str, target: Node | None, text: str, draft: Draft, focus: str | None) -> list[str] | None:
    """Puts the value (masked, as all words here) where it most likely belongs; what was changed, or None where no setting can be told."""
    field = re.sub(r"^(?:(?:the|its|their|our|my|new|other)\s+)+", "", field.strip(" ,.'"), flags=re.I)
    asked = Asked(_compared(value.strip(), text), field, old.strip() or _given_up(value, text), target, text.strip(), draft, focus)
    if not asked.value or len(asked.text) > LONGEST:
        return None
    before = len(draft.done)
    for place in sorted(_places(asked), key=lambda place: (-place.score, -place.at)):
        told = place.setting.put(asked, place.node, place.value)
        if told and len(draft.done) > before:
            return told
    return None


def _compared(value: str, text: str) -> str:
    """The value with the comparison that stands before it."""
    before = re.search(rf"\b(?:{COMPARISON}\s+(?:the\s+)?|(?:more|less)\s+(?!than\b)){re.escape(value)}", text, re.I)
    return before[0] if before else value


def _given_up(value: str, text: str) -> str:
    """ "X instead of Y": the Y, where it was not read as such."""
    said = re.search(rf"\b(?:instead of|rather than|in place of|and not|,? not)\s+(?:the\s+|at\s+|in\s+)?{_VALUE}\W*$", text, re.I)
    return said[1] if said and said[1] != value else ""


def _places(asked: Asked) -> list[_Place]:
    found: list[_Place] = []
    named = max((setting.called(asked.field) for setting in SETTINGS), default=0.0)
    for at, node in enumerate(resolve.order(asked.draft.workflow)):
        about = _about(node, asked)
        for setting in SETTINGS:
            if node.type not in setting.types.split(",") and (setting.types != "*" or asked.draft.catalogue[node.type].is_trigger):
                continue
            called, hinted = setting.called(asked.field), asked.says(setting.hint)
            if setting.needed and not called and not hinted:
                continue
            taken = setting.read(asked, node)
            if taken is None:
                continue
            score = setting.fit + about + 4 * called + 1.2 * hinted + _before(node, setting, asked)
            if asked.field and named and not called:
                score -= 3
            if setting.field and not node.config.get(setting.field):
                score += 0.8
            if score >= _ENOUGH:
                found.append(_Place(score, at, node, setting, taken))
    return found


def _about(node: Node, asked: Asked) -> float:
    """How much speaks for the step itself: it is named, in focus, or the sentence has words of its label or what it decides by."""
    score = 0.0
    if asked.target is not None:
        score += 4 if asked.target.id == node.id else -1.5
    if node.id == asked.focus:
        score += 0.7
    spoken = {stem(word) for word in words(asked.text)} - {stem(word) for word in _SAYS_NOTHING}
    label = {stem(word) for word in words(node.label)}
    score += min(1.6, 0.8 * len(spoken & label))
    if node.type in {"condition", "switch"}:
        decides = {stem(word) for word in re.findall(r"[a-z]+", str(node.config).lower())}
        score += min(1.6, 0.8 * len((spoken & decides) - label))
    if (kind := lexicon.TYPE_WORDS.get(node.type)) and re.search(rf"\b(?:{kind})\b", asked.text, re.I):
        score += 0.6
    return score


def _before(node: Node, setting: Setting, asked: Asked) -> float:
    """Whether the value that is said to be there is the one that is there."""
    old = slots.plain(asked.old, asked.reading).lower()
    if not old:
        return 0.0
    held = node.config.get(setting.field) if setting.field else node.config
    present = str(held).lower()
    counted = values.duration(asked.old) or values.number(asked.old)
    forms = {old, str(counted).lower()} if counted is not None else {old}
    return 3.0 if any(re.search(rf"(?<![\w.]){re.escape(form)}(?![\w])", present) for form in forms) else -0.5
