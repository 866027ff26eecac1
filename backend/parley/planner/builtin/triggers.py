"""What starts the workflow: a rhythm, a chat message, a call from outside, or a person."""

import re
from dataclasses import replace

from pydantic import JsonValue

from parley.planner.builtin import labels, schedule, slots
from parley.planner.builtin.lexicon import ANY_VERB
from parley.planner.builtin.plan import Step
from parley.planner.builtin.text import Reading

_WEBHOOK = re.compile(
    r"\b(?:web-?hooks?|end-?points?|incoming (?:http )?(?:request|call)s?|http (?:request|call|post)|form)\b|⟨p\d+⟩"
    r"|\b(?:POST|GET|PUT) (?:to |request)?(?=⟨p)",
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
_QUESTION_COMES = re.compile(r"\bquestions?\s+(?:(?:that|which)\s+)?(?:comes?|arrives?|(?:is|are) asked)\b", re.I)
_ASKED = re.compile(
    r"\bin the chat\b|\b(?:sends?|asks?|has|have|writes?|posts?|with) (?:us |in )?(?:an? |the |their |his |her )?questions?\b", re.I
)


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
        case _ if (
            (_ASKED.search(text) or _QUESTION_COMES.search(text)) and not _WEBHOOK.search(text) and not re.search(r"mail", text, re.I)
        ):
            return Step("chat_trigger", "Question arrives", text, {})
        case _:
            return _webhook(
                re.sub(r"^(?:when(?:ever)?|as soon as|once|each time|every time|the moment|on|upon|if)\s+", "", text, flags=re.I), reading
            )


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


def _manual(text: str) -> Step:
    return Step("manual_trigger", "Start by hand", text, {})


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


# "file the claims that are sent to ⟨p0⟩"
_POSTED = re.compile(
    r"(?:[\w-]+ )?[\w-]+ (?:(?:that|which) )?(?:(?:is|are|gets?) )?(?:arrives?|comes?(?: in)?|posted|sent|submitted|pushed)"
    r" (?:at|on|to|by|via|through) ⟨p\d+⟩",
    re.I,
)
_ANSWERS = re.compile(
    r"\b(?:answer|reply to|respond to|handle)s?\s+(?:\w+\s+){0,3}questions?\b|\bchat ?bot\b|\bquestions? (?:from|of|about)\b"
    r"|\b(?:q&a|faq) (?:bot|assistant)\b",
    re.I,
)


_EACH_EVENT = re.compile(
    r"\b(?:new |incoming |single )?(?:(?P<chat>questions?|messages?)|requests?|inquir(?:y|ies)|enquir(?:y|ies)|submissions?|orders?"
    r"|tickets?|e-?mails?|sign-?ups?|bookings?|calls?)\b(?! in (?:the )?(?:table|list))",
    re.I,
)


def each_event(text: str) -> str | None:
    """The type of start that the head of a loop is, where it opens a description: "for every question from a member"."""
    match = _EACH_EVENT.search(text)
    return None if match is None else "chat_trigger" if match["chat"] else "webhook_trigger"


def implied(text: str, reading: Reading) -> Step | None:
    """What comes in where nothing is said to, from the words of the first action: "sort incoming mails into ..."."""
    if posted := _POSTED.search(text):
        return replace(_webhook(posted[0], reading), confidence=0.75)
    if handled := _HANDLED.match(text):
        thing = handled["thing"].lower()
        if re.match(r"message|question|chat", thing):
            return Step("chat_trigger", "Message arrives", text, {}, confidence=0.75)
        return replace(_webhook(f"{(handled['kind'] or '').strip()} {thing} arrive", reading), confidence=0.75)
    if _ANSWERS.search(reading.masked):
        return Step("chat_trigger", "Question arrives", text, {}, confidence=0.8)
    incoming = re.search(r"\bincoming\b.*", text, re.I)
    return _webhook(incoming[0], reading) if incoming else None
