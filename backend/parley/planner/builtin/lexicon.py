"""The planner's words as data: verb families, the places that steps read from and write to, and what two of them mean together."""

import re
from typing import Literal

Family = Literal[
    "search", "read", "write", "send", "compose", "call", "classify", "extract", "transform", "set", "wait", "approve", "merge", "show"
]
Place = Literal["slack", "mail", "table", "knowledge", "web", "url", "model", "system"]

# Base forms; inflections are derived. A star stands for up to four words ("look it up").
VERBS: dict[Family, str] = {
    "approve": "approve, confirm, sign off, sign * off, sign it off, authorise, authorize, okay, greenlight, give * "
    "ok, give * approval, vet",
    "wait": "wait, pause, sleep, hold on, delay",
    "search": "look up, look * up, search, find, consult, research, google, browse, retrieve, look for, look in, "
    "look into, look through, "
    "look, check in, check our, check the handbook, seek, dig up, dig through, hunt for",
    "extract": "extract, pull out, pull * out, parse, pick out, pick * out, read out, take out, get * out of, scrape, identify",
    "classify": "classify, categorise, categorize, sort * into, triage, tag, detect, decide which, decide whether, decide if, "
    "decide what, determine, "
    "recognise, recognize, figure out, work out, group * into, split * into, assign * category, label",
    "merge": "merge, join, combine, bring together, bring * together, unite, put * together",
    "transform": "keep only, keep those, keep the ones, pick those, pick the ones, select those, choose those, take those, "
    "leave only, turn * into, convert, format, reformat, map, fill, calculate, compute, round, filter, clean, render, "
    "normalise, normalize, "
    "transform, reshape, deduplicate, sort",
    "set": "set, define, assign",
    "compose": "write, draft, summarise, summarize, sum up, sum * up, translate, rewrite, shorten, generate, explain, "
    "describe, answer, reply, compose, "
    "formulate, phrase, polish, proofread, condense, recap, paraphrase, analyse, analyze, compare, "
    "rephrase, simplify, respond, "
    "give an answer, give the answer, give a reply, give advice, give an overview, give a summary, "
    "suggest, propose, turn * into a summary, boil down, boil * down, word, recommend, prepare, craft, build",
    "write": "store, save, insert, log, record, keep, archive, append, note, put, enter, file, add, jot down, "
    "register, update, index, ingest, upload, "
    "import, stash, persist, end up in, export, back up, back * up",
    "send": "send, post, notify, tell, ping, mail, e-mail, email, message, report, alert, inform, forward, share, "
    "announce, publish, warn, "
    "let * know, remind, go to, go out, deliver, pass * on, pass on, text, drop, hand, write to, write us, "
    "write me, write them, copy, cc, shoot, page",
    "call": "call, request, invoke, ask, trigger, hit, poll, download, get from, check, submit, push, create, "
    "watch, monitor, open, book, charge, delete, cancel, sync, refresh, trash, order",
    "read": "read, query, load, get, fetch, pull, select, list, take, collect, grab, gather, count, scan, go over",
    "show": "show, display, output, return, give me, give us, give back, present, print",
}
_IRREGULAR = {
    "send": "sent",
    "write": "wrote|written|writing",
    "get": "got|getting",
    "take": "took|taken|taking",
    "find": "found",
    "keep": "kept",
    "tell": "told",
    "read": "read",
    "put": "put|putting",
    "go to": "goes to|went to|going to",
    "go out": "goes out|going out|went out",
    "let * know": "lets * know",
    "set": "setting",
    "log": "logged|logging",
    "hit": "hitting",
    "map": "mapped|mapping",
    "look": "looking|looked|looks",
    "get from": "gets from",
    "hold on": "holding on",
    "sum up": "summed up",
    "drop": "dropped|dropping",
    "tag": "tagged|tagging",
    "ping": "pinging|pinged",
    "submit": "submitted|submitting",
    "seek": "sought",
    "reply": "replies|replied",
    "query": "queries|queried",
    "notify": "notifies|notified",
    "classify": "classifies|classified",
    "identify": "identifies|identified",
    "copy": "copies|copied",
    "simplify": "simplifies|simplified",
    "vet": "vetted|vetting",
    "scan": "scanned|scanning",
    "give me": "gives me",
    "shoot": "shot",
    "cc": "cced",
    "summarise": "summarising",
}

# What stands where. Order matters: earlier entries win where two overlap.
PLACES: tuple[tuple[Place, str], ...] = (
    ("slack", r"⟨c\d+⟩|\bslack(?: channel| message| note)?\b|\bchannel\b"),
    ("mail", r"⟨m\d+⟩|\be-?mails?\b|\bmails?\b|\binbox\b|\be-?mailed\b|\bmailed\b|\be-?mailing\b|\bmailing\b"),
    ("url", r"⟨u\d+⟩|\b(?:rest |http |json |external |public )?apis?\b|\bhttp request\b"),
    (
        "knowledge",
        r"\bknowledge[- ]?bases?\b|\bcollections?\b|\bhand-?books?\b|\bour docs\b|\bdocs\b|\bdocuments?\b"
        r"|\bdocumentation\b|\bpolic(?:y|ies)\b|"
        r"\bfaqs?\b|\bwiki\b|\bguidelines?\b|\brule ?books?\b|\b(?:user |product |service |staff |repair "
        r"|our |the )?manuals?\b(?!\s+(?:start|trigger|review|approval|check|run|step|work|input|entry|confirmation|decision))"
        r"|\bpdfs?\b|\bplaybooks?\b|"
        r"\brunbooks?\b|\binternal (?:files|notes|pages)\b|\bknowledge\b|\bour files\b|\bstatutes?\b"
        r"|\bcatalogue\b|\bsyllabus\b",
    ),
    ("table", r"\btables?\b|\bdatabases?\b|\bdb\b|\bsql\b|\bspreadsheets?\b|\bsheets?\b"),
    (
        "web",
        r"\b(?:the )?web(?:[- ]search)?\b(?! ?(?:hook|site|page|form|shop))|\binternet\b|\bonline\b|\bgoogle\b"
        r"|\bthe net\b",
    ),
    (
        "model",
        r"\b(?:large )?language models?\b|\bllms?\b|\b(?:an? |the )?a\.?i\.?\b|\bgpt(?:-?\d\w*)?\b"
        r"|\bchatgpt\b|\bclaude\b|\bgemini\b|\bmodels?\b",
    ),
    (
        "system",
        r"\bcrm\b|\bjira\b|\btrello\b|\bsalesforce\b|\bhubspot\b|\bzendesk\b|\bnotion\b|\bgithub\b"
        r"|\bgitlab\b|\bstripe\b|\bsms\b|\btext messages?\b|"
        r"\bwhatsapp\b|\btelegram\b|\bcalendar\b|\bticket(?: system|ing)?s?\b|\bshopify\b|\bairtable\b"
        r"|\basana\b|\berp\b|\bsap\b|\bdropbox\b|\bgoogle drive\b|"
        r"\bdrive\b|\bpagerduty\b|\bdiscord\b|\bmicrosoft teams\b|\bms teams\b|\blinear\b|\bservicenow\b"
        r"|\bpaypal\b|\bpush notifications?\b|\btwitter\b|\blinkedin\b",
    ),
)

PLACE_PATTERN: dict[Place, str] = dict(PLACES)

# (family, place) -> node type. A family that is not listed for a place falls back to the place's DEFAULT.
MEANING: dict[tuple[Family, Place], str] = {
    ("write", "table"): "db_write",
    ("send", "table"): "db_write",
    ("compose", "table"): "db_write",
    ("set", "table"): "db_write",
    ("read", "table"): "db_query",
    ("search", "table"): "db_query",
    ("call", "table"): "db_query",
    ("show", "table"): "db_query",
    ("write", "knowledge"): "knowledge_add",
    ("send", "knowledge"): "knowledge_add",
    ("search", "knowledge"): "knowledge_search",
    ("read", "knowledge"): "knowledge_search",
    ("call", "knowledge"): "knowledge_search",
    ("compose", "knowledge"): "knowledge_search",
    ("extract", "knowledge"): "knowledge_search",
    ("show", "knowledge"): "knowledge_search",
    ("search", "web"): "web_search",
    ("read", "web"): "web_search",
    ("call", "web"): "web_search",
    ("compose", "web"): "web_search",
    ("show", "web"): "web_search",
}
DEFAULT: dict[Place, str] = {
    "slack": "slack_message",
    "mail": "email",
    "table": "db_query",
    "knowledge": "knowledge_search",
    "web": "web_search",
    "url": "http_request",
    "model": "llm",
    "system": "http_request",
}

# A verb without a place it could belong to.
ALONE: dict[Family, str] = {
    "approve": "approval",
    "wait": "delay",
    "extract": "extract",
    "classify": "classify",
    "merge": "merge",
    "transform": "transform",
    "set": "set_variables",
    "compose": "llm",
    "show": "output",
}

# Nouns that mean a text somebody has to write.
TEXTS = (
    r"\b(?:a|an|one|short|brief|friendly|weekly|daily|monthly|\w+-line|the)\s+(?:\w+\s){0,2}?"
    r"(?:summary|recap|digest|overview|translation|comparison|outline|letter|article|plan|briefing"
    r"|explanation|synopsis|abstract|status note|reply|answer|caption|speech|teaser)\b"
)
PERSON = (
    r"\b(?:managers?|boss|chef|mentor|lead|team ?lead|head(?: \w+)?|teacher|supervisor|director|principal"
    r"|editor|owner|human|person|someone|somebody|"
    r"colleague|doctor|nurse|lawyer|accountant|ceo|cfo|cto|hr|admin|moderator|curator|coach|librarian"
    r"|legal|finance|me|us|staff|treasurer|vet|chief|officer)\b"
)
TYPE_WORDS: dict[str, str] = {
    "slack_message": r"slack|channel",
    "email": r"e-?mails?|mails?|mailing",
    "web_search": r"web search|web|internet|google|online search|web part",
    "knowledge_search": r"knowledge base|knowledge search|knowledge|handbook|document search|collection|docs|passages?",
    "knowledge_add": r"ingest\w*|knowledge add|knowledge base|knowledge|collection",
    "llm": r"language model|llm|ai|model|prompt|summary|summari[sz]\w*|translat\w*|draft\w*|writing|writer",
    "approval": r"approvals?|approve|sign-?off|confirmation|review",
    "condition": r"condition|check|if|branch|decision",
    "switch": r"switch|cases?|routing|router",
    "classify": r"classif\w*|categori[sz]\w*|sorting|triage",
    "extract": r"extract\w*|extraction",
    "loop": r"loop|for each|iteration",
    "delay": r"delay|wait\w*|pause",
    "http_request": r"http|api|request|fetch\w*|download|call",
    "db_query": r"query|sql|database|lookup",
    "db_write": r"table|storing|store|saving|save|logging|log|database|write",
    "output": r"output|answer|answering|result|reply",
    "agent": r"agent",
    "schedule_trigger": r"schedule|timer|cron|trigger|start",
    "webhook_trigger": r"webhook|trigger|endpoint|start",
    "chat_trigger": r"chat|trigger|start|question",
    "manual_trigger": r"manual|trigger|start",
    "webhook_response": r"response|respond\w*|reply|answer",
    "transform": r"transform\w*|format\w*|template|conversion",
    "set_variables": r"variables?",
    "merge": r"merge|join",
}


def _inflected(base: str) -> str:
    first, _, rest = base.partition(" ")
    tail = "".join(r"\s+(?:\S+\s+){1,5}?" if word == "*" else r"\s+" + re.escape(word) for word in rest.split())
    tail = tail.replace(r"?\s+", "?")
    root = first[:-1] if first.endswith("e") else first
    forms = rf"{re.escape(first)}(?:s|es)?|{re.escape(root)}(?:ed|ing)"
    if re.search(r"[aeiou][bgmnptl]$", first):
        forms += rf"|{re.escape(first)}{first[-1]}(?:ed|ing)"
    pattern = rf"(?:{forms}){tail}"
    if base in _IRREGULAR:
        pattern += "|" + "|".join(form.replace(" * ", r"\s+(?:\S+\s+){1,5}?") for form in _IRREGULAR[base].split("|"))
    return pattern


def verb_pattern(family: Family) -> str:
    bases = sorted((base.strip() for base in VERBS[family].split(",")), key=len, reverse=True)
    return "|".join(_inflected(base) for base in bases)


VERB: dict[Family, re.Pattern[str]] = {family: re.compile(rf"\b(?:{verb_pattern(family)})\b", re.I) for family in VERBS}


def base_of(spoken: str) -> str:
    """ "texted", "posting" -> the first word of the verb as it stands in the list; the word itself where it is none."""
    for bases in VERBS.values():
        for base in bases.split(","):
            first = base.strip().split(" ")[0]
            if re.fullmatch(_inflected(first), spoken, re.I):
                return first
    return spoken


ANY_VERB = re.compile(r"\b(?:" + "|".join(verb_pattern(family) for family in VERBS) + r")\b", re.I)
PLACE: tuple[tuple[Place, re.Pattern[str]], ...] = tuple((place, re.compile(pattern, re.I)) for place, pattern in PLACES)
