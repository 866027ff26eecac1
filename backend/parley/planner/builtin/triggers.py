"""What starts the workflow: a rhythm, a chat message, a call from outside, or a person; and what is left of the clause that said it."""

import re
from dataclasses import replace

from pydantic import JsonValue

from parley.planner.builtin import clauses as clauses_of
from parley.planner.builtin import labels, schedule, slots
from parley.planner.builtin.clauses import Clause
from parley.planner.builtin.lexicon import ANY_VERB
from parley.planner.builtin.mentions import find_verbs
from parley.planner.builtin.plan import Step
from parley.planner.builtin.text import Reading

_CHAT = re.compile(
    r"\b(?:chat(?:bot)?s?|chat assistant|asks?(?! (?:for|to))\b|asking|question|questions|chat message|writes? (?:to )?(?:us"
    r"|me|in)|visitor writes|sends? (?:us )?a message|message (?:in|from)|types?|wants to know|"
    r"wonders|help-?desk bot|assistant|bot|enquir(?:y|es|ies)|inquir(?:y|es|ies)|has a (?:query|doubt))\b",
    re.I,
)
_WEBHOOK = re.compile(
    r"\b(?:web-?hooks?|end-?points?|incoming (?:http )?(?:request|call)s?|http (?:request|call|post)|form)\b|⟨p\d+⟩"
    r"|\b(?:POST|GET|PUT) (?:to |request)?(?=⟨p)",
    re.I,
)
_ARRIVES = re.compile(
    r"\b(?:(?:comes?|came|coming) in|arrives?|arriving|is received|are received|lands?|hits|gets? posted|(?:is"
    r"|are) (?:posted|sent|submitted|pushed|uploaded) (?:to|by|via|through)|posted to|sent to (?=⟨p)|"
    r"submits?|post their|post an?|files an?|places? an?|signs? up|registers?|is (?:created|placed|opened|submitted|filed"
    r"|uploaded|booked|cancelled|merged)|incoming)\b",
    re.I,
)
_EVENT_SENTENCE = re.compile(
    r"^(?:(?:an?|the|our|every|each|some|any|new)\s+)?(?:[\w-]+\s+){1,2}(?:asks? (?:things?|anything|something|about|questions?)"
    r"|(?:asks?|writes?|sends?|types?|submits?|uploads?"
    r"|fills?|requests?|books?|signs?|registers?|applies|apply|pays?|buys?|cancels?|enters?|messages?) (?:us|in|an?|the|out"
    r"|up|their|something|questions?|for|our|his|her|to)\b|comes? in|arrives?)",
    re.I,
)
_THROUGH = re.compile(
    r"\s*\b(?:over|via|by|on|from|through|at|in) (?:the |an? |our )?(?:web-?hook|end-?point)\b"
    r"|\s+(?:(?:(?:that|which) )?(?:is |are )?(?:posted|sent|submitted|made|arriving|coming in) )?(?:to|on|at|via|through|over) ⟨p\d+⟩",
    re.I,
)
_EACH_EVENT = re.compile(
    r"^(?:new |incoming |single )?(?:[\w-]+ )?(?:questions?|messages?|requests?|inquir(?:y|ies)|enquir(?:y|ies)|submissions?"
    r"|orders?|tickets?|e-?mails?|sign-?ups?|bookings?|calls?)\b(?! in (?:the )?(?:table|list))|^(?:new|incoming)\b",
    re.I,
)
_CONDITION = re.compile(r"^(?:it|this|that|they|the \w+) (?:is|are|has|was|contains?|mentions?|concerns?|says)\b", re.I)
_MANUAL = re.compile(
    r"^(?:a )?(?:manual(?:ly)?(?: start| trigger)?|start(?:ed|s)?(?: it)? (?:by hand|manually)|by hand|hand|(?:i|we|someone"
    r"|a person) (?:press(?:es)?|clicks?|hits?|starts?|push(?:es)?)\b.*|run by hand|on demand|manual trigger)$",
    re.I,
)
_STARTED_BY_HAND = re.compile(
    r"(?:(?:i|we|someone|a person|my \w+|the \w+)(?: will| want to| can| would)? )?(?:start|run|trigger|launch)(?:s|ed)?"
    r"(?: (?:it|this|that|the workflow|the flow))? (?:by hand|manually|myself|ourselves|with a (?:button|click)|on demand|when (?:needed"
    r"|i need it|we need it))",
    re.I,
)
_LEFT_OVER = re.compile(
    r"^(?:(?:the (?:system|workflow|bot|app) (?:is|should|must|has to|will)(?: to)?|please|that|is|should|we|it|you|i"
    r"|want(?:s)? to|to|and|,|then|:|could|get|an?|the|at|on)\b[\s,:]*)+",
    re.I,
)


# "sort callers' messages": what is sorted or answered one by one has come in.
_HANDLED = re.compile(
    r"^(?:sort|classify|categori[sz]e|triage|route|label|tag|answer|handle|process)\s+(?:(?:the|our|all|any|every|each|new|incoming)\s+)*"
    r"(?:[\w-]+(?:'s|s')\s+)?(?P<kind>(?:(?!of\b|in\b|from\b)[\w-]+\s)?)(?P<thing>messages?|requests?|e-?mails?|mails?|letters?"
    r"|tickets?|applications?|enquir(?:y|ies)"
    r"|inquir(?:y|ies)|complaints?|reports?|submissions?|forms?|reviews?|calls?|claims?|orders?|chats?)\b(?!\s+(?:in|from"
    r"|of)\s+(?:the\s+|our\s+)?(?:table|⟨u))",
    re.I,
)


def find(clauses: list[Clause], reading: Reading) -> tuple[Step | None, list[Clause]]:
    """The trigger (None: none was said) and the clauses without the words for it."""
    trigger, rest = _find(clauses, reading)
    if trigger is None or trigger.type != "webhook_trigger" or trigger.values.get("path") or len(rest) < 2:
        return trigger, rest
    named = rest[0]
    if (
        named.marker == "do"
        and named.item
        and re.fullmatch(r"(?:an?\s+|the\s+)?(?:new\s+)?[\w-]+(?:\s[\w-]+)?", named.text)
        and not find_verbs(named.text)
    ):
        return replace(_webhook(f"{named.text} arrives", reading), said=trigger.said), rest[1:]  # "webhook → customer complaint → ..."
    return trigger, rest


_ASKED = re.compile(
    r"\bin the chat\b|\b(?:sends?|asks?|has|have|writes?|posts?|with) (?:us |in )?(?:an? |the |their |his |her )?questions?\b", re.I
)


def implied(reading: Reading) -> Step | None:
    """What comes in where nothing says so in words of its own: "sort incoming mails into ..."."""
    step, _ = _find(clauses_of.split(reading.masked), reading)
    return step if step is not None and step.type in {"webhook_trigger", "chat_trigger"} else None


def _fuller(one: schedule.Schedule | None, other: schedule.Schedule | None) -> schedule.Schedule | None:
    """The one that says more: days and time rather than only one of them."""
    if one is None or other is None:
        return one or other
    return other if (other.time is not None) + (other.days is not None) > (one.time is not None) + (one.days is not None) else one


def of_type(kind: str, text: str, raw: str, reading: Reading) -> Step:
    """The trigger of a known type, from the words that told of it; `raw` are the same words unmended."""
    match kind:
        case "schedule_trigger":
            said = _fuller(schedule.find(raw, bare_times=True), schedule.find(text, bare_times=True)) or schedule.find(reading.masked)
            if said is None:
                return Step("schedule_trigger", "On a schedule", text, {}, confidence=0.5)
            return schedule_step(said, text)
        case "chat_trigger":
            asked = re.search(r"ask|question|know|quer|wonder|chat\b", text, re.I)
            return Step("chat_trigger", "Question arrives" if asked else "Message arrives", text, {})
        case "manual_trigger":
            return _manual(text)
        case _ if _ASKED.search(text) and not _WEBHOOK.search(text) and not re.search(r"mail", text, re.I):
            return Step("chat_trigger", "Question arrives", text, {})
        case _:
            return _webhook(
                re.sub(r"^(?:when(?:ever)?|as soon as|once|each time|every time|the moment|on|upon|if)\s+", "", text, flags=re.I), reading
            )


def _find(clauses: list[Clause], reading: Reading) -> tuple[Step | None, list[Clause]]:
    timed = [(index, said) for index, clause in enumerate(clauses) if (said := _schedule_in(clause, index))]
    if timed:
        # "a weekly recap ... Thursdays 14:15": the fullest one counts, the words of the others go too.
        best = max(timed, key=lambda entry: (entry[1].time is not None, -entry[0]))
        step = schedule_step(best[1], clauses[best[0]].text)
        rest = clauses
        for index, said in reversed(timed):
            rest = _replaced(rest, index, _without(clauses[index].text, said.spans), clauses[index])
        return step, rest
    opening = clauses[0] if clauses else None
    if opening is not None and opening.marker == "do" and len(clauses) > 1 and _PLAINLY_IN.match(opening.text):
        return _event(opening.text, reading), clauses[1:]
    for index, clause in enumerate(clauses):
        if (
            clause.marker == "when"
            and index < 6
            and (index == 0 or not _CONDITION.match(clause.text))
            and not any(earlier.marker == "each" for earlier in clauses[:index])
        ):
            rest = [*clauses[:index], *clauses[index + 1 :]]
            if index == 0 and len(rest) > 1 and rest[0].marker == "do" and _EVENT_SENTENCE.match(rest[0].text):
                rest = rest[1:]
            return _event(clause.text, reading), _with_words(clause, rest)
    for index, clause in enumerate(clauses):
        if clause.marker == "do" and _STARTED_BY_HAND.fullmatch(clause.text.strip()):
            return _manual(clause.text), [*clauses[:index], *clauses[index + 1 :]]
    first = clauses[0] if clauses else None
    if first is not None and first.marker == "do" and (there := _IN_THE_CHAT.match(first.text)):
        rest = first.text[there.end() :]
        return Step("chat_trigger", "Message arrives", there[0], {}), _replaced(clauses, 0, "" if _ASKS.match(rest) else rest, first)
    if first is not None and first.marker == "if" and not first.reversed and _EVENT_SENTENCE.match(first.text):
        return _event(first.text, reading), _with_words(first, clauses[1:])
    if clauses and clauses[0].marker == "each" and _EACH_EVENT.match(clauses[0].text):
        return _event(clauses[0].text, reading), clauses[1:]
    if clauses:
        for index, clause in enumerate(clauses[:2]):
            if clause.marker != "do":
                continue
            if _MANUAL.match(clause.text.strip()):
                return _manual(clause.text), [*clauses[:index], *clauses[index + 1 :]]
            if index == 0 and len(clauses) > 1 and _EVENT_SENTENCE.match(clause.text):
                return _event(clause.text, reading), clauses[1:]
            if index == 0 and clause.item and _NEW_THING.match(clause.text):
                return _event(clause.text, reading), clauses[1:]
            if step := _stated(clause, reading):
                rest = _rest_of_event(clause, reading)
                return step, _replaced(clauses, index, rest, clause)
    if first is not None and first.marker == "if" and (through := _THROUGH.search(first.text)):
        rest = first.text[: through.start()] + first.text[through.end() :]
        return (
            _webhook(f"{re.split(r' (?:is|are|drops|rises|falls|goes|exceeds) ', rest)[0]} {through[0]}", reading),
            [replace(clauses[0], text=rest), *clauses[1:]],
        )
    if first is not None and first.marker == "do" and (handled := _HANDLED.match(first.text)):
        thing = handled["thing"].lower()
        if re.match(r"message|question|chat", thing):
            return Step("chat_trigger", "Message arrives", first.text, {}, confidence=0.75), clauses
        return replace(_webhook(f"{(handled['kind'] or '').strip()} {thing} arrive", reading), confidence=0.75), clauses
    for index in range(len(clauses) - 1, 0, -1):
        late = clauses[index]
        if late.marker == "do" and _COMES_IN_AT.match(late.text):  # "... The parcels come in at /dock."
            return _event(late.text, reading), [*clauses[:index], *clauses[index + 1 :]]
    everything = " ".join(clause.text for clause in clauses)
    if re.search(
        r"\b(?:answer|reply to|respond to|handle)s?\s+(?:\w+\s+){0,3}questions?\b|\bchat ?bot\b|\bquestions? (?:from|of"
        r"|about)\b|\b(?:q&a|faq) (?:bot|assistant)\b",
        everything,
        re.I,
    ):
        return Step("chat_trigger", "Question arrives", everything, {}, confidence=0.8), clauses
    if clauses and clauses[0].marker == "do" and re.search(r"\bincoming\b", clauses[0].text, re.I):
        if re.search(r"\bchat\b", clauses[0].text, re.I):
            return Step("chat_trigger", "Message arrives", everything, {}), clauses
        return _webhook(re.sub(r"^.*?\bincoming\b", "incoming", clauses[0].text, flags=re.I), reading), clauses
    if (
        clauses
        and re.search(r"\b(?:the|each|every|a) (?:user(?:'s)? |customer(?:'s)? |chat )?(?:message|question)\b", clauses[0].text, re.I)
        and not re.search(r"⟨[ucm]\d", clauses[0].text)
    ):
        return Step("chat_trigger", "Message arrives", everything, {}, confidence=0.6), clauses
    if clauses and clauses[0].marker == "do" and (flows := _FLOWS_IN.match(clauses[0].text)) and not ANY_VERB.match(flows[1]):
        return _webhook(f"{flows[1]} arrive", reading), clauses
    return None, clauses


def _with_words(event: Clause, rest: list[Clause]) -> list[Clause]:
    """ "when somebody writes 'help'": the words are a condition on what is written."""
    said = re.search(r"\b(?:writes?|says?|types?|mentions?|contain(?:s|ing)|saying|with the words?|asks? for)\s+(⟨q\d+⟩)", event.text, re.I)
    return [Clause("if", f"it contains {said[1]}", event.sentence), *rest] if said else rest


def _schedule_in(clause: Clause, index: int) -> schedule.Schedule | None:
    if clause.marker not in {"do", "when", "title"} or (clause.marker == "do" and re.search(r"\bwait|\blater\b", clause.text, re.I)):
        return None
    if index and re.search(
        r"\b(?:sort|classif\w*|categori\w*|label|tag|split|into|as)\b.*\b(?:dai|week|month|year|quarter|hour)ly\b", clause.text, re.I
    ):
        return None  # "classify as one-off or monthly": a name of a kind
    said = schedule.find(clause.text)
    return said if said and (said.days is not None or index == 0) else None


def schedule_step(said: schedule.Schedule, text: str) -> Step:
    cron = said.cron()
    values: dict[str, JsonValue] = {"cron": cron}
    if said.every:
        values["every"] = said.every
    assumed = f"No time was said, so it starts {schedule.in_words(cron)}." if said.assumed_time else ""
    if not assumed and schedule.taken_for_afternoon(text, cron):
        assumed = f"I took the hour for one in the afternoon: {schedule.in_words(cron)}."
    return Step("schedule_trigger", schedule_label(cron), text, values, assumed=assumed)


def schedule_label(cron: str) -> str:
    words = re.sub(r"^every (Sun|Mon|Tues|Wednes|Thurs|Fri|Satur)day at", r"\1day at", schedule.in_words(cron))
    words = re.sub(r"^from (\w{3})\w*day to (\w{3})\w*day", r"\1 to \2", words)
    words = re.sub(r"^on day \d+ of (every \d+ months) at.*$", r"\1", words)
    words = words.replace("every working day", "weekdays").removeprefix("on ").replace(" of the month", "")
    return labels.fit(words)


def _without(text: str, spans: tuple[tuple[int, int], ...]) -> str:
    kept, at = "", 0
    for start, end in spans:
        kept += text[at:start] + " "
        at = max(at, end)
    kept += text[at:]
    kept = (
        ""
        if re.fullmatch(r"[\W_]*(?:it |this |the workflow )?(?:runs?|starts?|repeats?|happens?)[\W_]*(?:it)?[\W_]*", kept, re.I)
        else kept
    )
    kept = re.sub(r"\b(?:once|twice|thrice|\w+ times) (?:a|per|every|each) (?:day|week|month|year)\b", " ", kept, flags=re.I)
    return re.sub(r"\s+", " ", _LEFT_OVER.sub("", re.sub(r"^[\s,.:?–-]+|[\s,.:?–-]+$", "", kept))).strip(" ,.:?")


def _replaced(clauses: list[Clause], index: int, rest: str, old: Clause) -> list[Clause]:
    kept = [replace(old, marker="do" if old.marker == "when" else old.marker, text=rest)] if rest.strip(" ?!.,") else []
    return [*clauses[:index], *kept, *clauses[index + 1 :]]


def _manual(text: str) -> Step:
    return Step("manual_trigger", "Start by hand", text, {})


def _event(text: str, reading: Reading) -> Step:
    if _MANUAL.match(text.strip()) or re.search(r"\bi (?:press|click|start|run)\b", text, re.I):
        return _manual(text)
    if _CHAT.search(text) and not _WEBHOOK.search(text) and not re.search(r"\bmails?\b|\be-?mails?\b|\bform\b|⟨m\d+⟩", text, re.I):
        return Step(
            "chat_trigger",
            "Question arrives" if re.search(r"ask|question|know|quer|wonder|chat\b", text, re.I) else "Message arrives",
            text,
            {},
        )
    return _webhook(text, reading)


# "meter readings land in the table readings": something that comes from outside and is put somewhere.
_FLOWS_IN = re.compile(
    r"^(?:(?:all|every|each|new|incoming|the|our)\s+)*((?!it\b|they\b|we\b|you\b|he\b|she\b|this\b"
    r"|that\b)[\w-]+(?:'s?)?(?:\s[\w-]+(?:'s?)?){0,2})\s+"
    r"(?:go|goes|are|is|get|gets)\s+(?:(?:saved|stored|written|logged|kept|put|filed|recorded|added|sent|forwarded)\s+)?(?:in|to|into"
    r"|on)\b",
    re.I,
)
_NEW_THING = re.compile(r"^(?:an?\s+)?(?:new|incoming)\s+[\w-]+(?:\s[\w-]+)?$", re.I)


def _stated(clause: Clause, reading: Reading) -> Step | None:
    """An event told as a plain sentence ("tides fall into our webhook") or named between arrows."""
    text = clause.text
    short = len(text.split()) <= 5
    if _WEBHOOK.search(text) and (
        short
        or _ARRIVES.search(text)
        or re.search(r"\(.*web-?hook.*\)|\b(?:from|on|by|via|through|at|to) (?:the|an?|our)?\s*(?:web-?hook|end-?point)|⟨p\d+⟩", text, re.I)
    ):
        return _webhook(text, reading)
    if (
        short
        and re.match(r"(?:chat|a? ?question|user (?:question|message|asks)|customer (?:question|asks)|message)\b", text, re.I)
        and not re.search(r"\banswer", text, re.I)
    ):
        return Step("chat_trigger", "Question arrives", text, {})
    if re.search(r"\b(?:chat ?bot|chat assistant|assistant for|bot (?:for|that)|q&a)\b", text, re.I):
        return Step("chat_trigger", "Question arrives", text, {})
    if (
        _ARRIVES.search(text)
        and re.match(
            r"(?:an?|new|every|each|incoming|the|students|people|customers|visitors|users|clients|patients|guests|members|\w+s)\b",
            text,
            re.I,
        )
        and not re.match(r"(?:take|get|send|post|sort|translate|read|look|when)\b", text, re.I)
    ):
        return _event(text, reading)
    return None


_COMES_IN_AT = re.compile(
    r"^(?:(?:the|all|these|those|our|such|new)\s+)*(?:(?!and\b)[\w-]+\s+){1,3}?(?:(?:come|comes|arrive|arrives|land|lands)(?: in)?"
    r"|(?:are|is|get|gets)\s+"
    r"(?:posted|sent|submitted|received|delivered|pushed))\s+(?:at|on|to|by|via|through|over|in)\s+(?:(?:the|a|an|our)\s+)?(?:⟨p\d+⟩"
    r"|web-?hook|end-?point)",
    re.I,
)
_IN_THE_CHAT = re.compile(r"^(?:in|over|via|through|on) (?:the|our|a|my) (?:[\w-]+ )?chat\b[\s,:]*", re.I)
_ASKS = re.compile(r"^(?:(?:an?|the|our)\s+)?[\w-]+(?:\s[\w-]+)?\s+(?:asks?|writes?|wants? to know|types?)\b", re.I)
# "Volunteers register at /x."
_PLAINLY_IN = re.compile(
    r"^(?:(?:the|our|new|all)\s+)*[\w-]+\s+(?:sign up|signs up|register|registers|apply|applies|report|reports|check in|checks in"
    r"|enrol|enrols)\s+"
    r"(?:at|on|via|through|by)\s+(?:the\s+)?(?:⟨p\d+⟩|web-?hook)$",
    re.I,
)
_RELATIVE = re.compile(
    r"\b(?:that|which|who)\s+(?:could|can|was|were|has|have|had|did|do|does|is|are|will)(?:\s+not|n't)?\s+(?:(?:been|be|yet"
    r"|already)\s+)*[a-z]+\b",
    re.I,
)


def _rest_of_event(clause: Clause, reading: Reading) -> str:
    """What an event's clause asks for besides being the event: "sort new orders (webhook) into ..." keeps its verb."""
    if re.match(r"(?:depending|based) on\b", clause.text, re.I):
        return clause.text
    if (told := re.search(r"\b(?:chat ?bot|assistant|bot)\b.*?\b(?:that|which|who|to)\s+(.+)$", clause.text, re.I)) and find_verbs(told[1]):
        return told[1]
    text = re.sub(
        r"\s*\((?:by |via |from )?(?:the |a )?(?:web-?hook|chat|end-?point)\)|\s+from\s+(?:the|an?|our)\s+(?:web-?hook|end-?point)"
        r"(?:\s+⟨p\d+⟩)?|\s+(?:(?:that|which)\s+)?(?:arrives?|comes? in|arriving"
        r"|coming in"
        r"|(?:(?:is|are|gets?|being)\s+)?(?:posted|sent|submitted|received|made|uploaded|handed in))\s+(?:on|at|by|via|through|to|in"
        r"|over)\s+"
        r"(?:(?:the|an?|our)\s+(?:web-?hook|end-?point|chat|form)|⟨p\d+⟩)(?:\s+⟨p\d+⟩)?",
        " ",
        clause.text,
        flags=re.I,
    )
    if text == clause.text:
        return ""
    if not find_verbs(_RELATIVE.sub(" ", text)):
        return ""  # "orders that nobody could fill": what they are, not what to do
    verbs = find_verbs(text)
    if not verbs or re.match(r"(?:take|get|receive|accept)\b", text, re.I):
        return ""
    return re.sub(r"\s+", " ", text).strip()


def _webhook(text: str, reading: Reading) -> Step:
    text = re.sub(r"^waits?\s+for\s+", "", text, flags=re.I)
    values: dict[str, JsonValue] = {}
    paths = reading.values("p", text)
    if method := re.search(r"\b(GET|POST|PUT|PATCH|DELETE)\b", text):
        values["method"] = method[1]
    noun = _event_noun(text, reading)
    if paths:
        values["path"] = re.split(r"[?#]", paths[0])[0].strip("/") or "hook"
    elif noun:
        values["path"] = slots.slug(noun, "hook").replace("_", "-")
    topic = noun
    if paths and not noun:
        label = labels.fit(f"Call to /{values['path']}")
    else:
        noun = labels.singular(noun)
        label = f"{noun} arrives" if noun and len(noun) <= 12 else f"{noun.split()[-1]} arrives" if noun else "Call arrives"
    return Step("webhook_trigger", labels.sentence_case(label), text, values, topic=topic)


_ACT_NOUNS = {
    "applies": "application",
    "pays": "payment",
    "buys": "purchase",
    "complains": "complaint",
    "cancels": "cancellation",
    "subscribes": "subscription",
    "books": "booking",
}


_SENDS = re.compile(
    r"^(?:(?:an?|the|every|each|some|our|new)\s+)*(?:[\w-]+\s+){0,2}?[\w-]+\s+(?:sends?|fills?|submits?|uploads?|places?|makes?"
    r"|files?|hands?|leaves?|drops?|posts?)\s+"
    r"(?:(?:in|out|off|us|over)\s+)*(?:an?|the|their|our|his|her)\s+(?P<thing>(?:(?!via\b|by\b|on\b|in\b|at\b|over\b|through\b|to\b"
    r"|and\b|with\b|for\b|of\b|from\b"
    r"|about\b|is\b)[\w-]+\s?){1,2})",
    re.I,
)


def _what_is_sent(text: str) -> str:
    """ "a tenant hands in a complaint" -> "complaint"; empty where nobody is said to send a thing."""
    sent = _SENDS.match(text)
    return sent["thing"].strip() if sent and not re.match(r"(?:request|call|webhook)$", sent["thing"].strip(), re.I) else ""


def _event_noun(text: str, reading: Reading) -> str:
    """ "a new room request arrives by webhook" -> "room request"."""
    text = re.sub(r"⟨p\d+⟩|\b(?:web-?hook|end-?point|POST|GET|PUT|our|request)s?\b|\bpost(?:ed)? to\b", " ", text, flags=re.I)
    match = re.match(
        rf"\W*(?:(?:{slots.ARTICLES}|new|incoming|fresh|to)\s+)*((?:[^\W\d_][\w'-]*\s?){{1,4}}?)\s*(?:\b(?:comes?|came"
        rf"|arrives?|is|are|gets?|hits|lands?|in|on|via|by|through|posts?|from|at|has|have|goes|that|to|into|for|and|as"
        rf"|starts|joins|leaves|begins"
        rf"|posted)\b|$|[(,])",
        text.strip(),
        re.I,
    )
    noun = slots.plain(match[1], reading).strip() if match else ""
    if thing := _what_is_sent(text.strip()):
        return thing
    if re.match(r"(?:someone|somebody|a user|users?|people|anyone|customers?|students?|we|i|they|an?)\b", noun, re.I):
        act = re.search(
            r"\b(signs? up|registers?|uploads?|sends?|fills? (?:in|out)|posts?|orders?|subscribes?|books?|cancels?|requests?"
            r"|submits?|applies|pays|buys|complains?|fills)\b\s*(?:an?|the|their|out|in)?\s*(?:the |our "
            r"|an? )?(\w+(?: form)?)?",
            text,
            re.I,
        )
        if act:
            return (
                "sign-up"
                if act[1].lower().startswith("signs") or act[1].lower() == "sign up"
                else "registration"
                if act[1].lower().startswith("regist")
                else (act[2] or _ACT_NOUNS.get(act[1].lower()) or act[1].removesuffix("s"))
            )
    noun = re.sub(rf"^(?:{ANY_VERB.pattern})\s+(?:(?:{slots.ARTICLES}|incoming|new)\s+)*|^(?:incoming|new)\s+", "", noun, flags=re.I)
    noun = re.sub(r"^\w+(?:'s|s')\s+(?=\w)", "", noun)
    if noun.lower() in {
        "whatever",
        "anything",
        "everything",
        "something",
        "posted",
        "sent",
        "submitted",
        "arrives",
        "arrive",
        "comes",
    } or re.match(r"(?:take|by|on|when)\b", noun, re.I):
        return ""
    return " ".join(noun.split()[-2:])
