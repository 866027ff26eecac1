"""The settings of every step type: what people call them, which words speak for them, what kind of value they hold, how it is put there."""

import re
from dataclasses import dataclass

from parley.planner.builtin import instruction, put, readers, rhythm, values, ways
from parley.planner.builtin.put import Put
from parley.planner.builtin.readers import Read


@dataclass(frozen=True)
class Setting:
    """`fit`: how well a value that `read` takes fits here where nothing else is said. `hint`: words of the sentence that speak for it;
    `needed`: without them, the name or the step it is never meant. `types` "*" is every step that is no start."""

    types: str
    names: str
    read: Read
    put: Put
    fit: float
    hint: str = ""
    needed: bool = False
    field: str = ""

    def called(self, field: str) -> float:
        """How well the setting goes by that name, 0 to 1."""
        if not self.names or not field:
            return 0.0
        if re.fullmatch(rf"(?:{self.names})", field, re.I):
            return 1.0
        return 0.7 if re.search(rf"\b(?:{self.names})\b", field, re.I) else 0.0


_TABLE = r"(?:target |destination )?tables?|sheet|spreadsheet"
_PASSAGES = r"top ?k|(?:number of )?(?:passages?|hits|chunks?|matches|snippets?|excerpts|pieces)"
_LIMIT = r"threshold|limit|bound(?:ary)?|cut-?off|number|value|condition|check|minimum|maximum|comparison|bar|mark|score|amount"
_WORDING = r"text|wording|message|content|words"
_SAYS = r"says?|reads?|write|wording|worded|text|states?|announce"
_ADDRESS = r"(?:web ?)?addresse?s?|url|link|endpoint|api"
_WRITTEN = (
    r"answers?|reply|replies|text|summary|report|letter|tone|language|length|style|wording|output|draft|translation|response|size|message"
    r"|mail|instructions?|prompt"
)
_WRITES = r"write|writes|written|answer|answers|reply|replies|summary|report|text|draft|translate|keep|make it|sound|prompt|model"


def _setting(
    types: str, field: str, names: str, read: Read, fit: float, told: str = "", hint: str = "", needed: bool = False, by: Put | None = None
) -> Setting:
    return Setting(types, names, read, by or put.whole(field, told), fit, hint, needed, field)


# The order decides between two of the same score: what is said most often comes first.
SETTINGS = (
    _setting(
        "email",
        "to",
        r"recipients?|receivers?|(?:mail |e-?mail )?addresse?e?s?|mail|cc|copy",
        readers.within(values.literal, "m"),
        3,
        by=put.recipient,
    ),
    _setting(
        "email",
        "subject",
        r"subject(?: line)?|title|heading",
        readers.within(values.text),
        1.3,
        "has the subject {}",
        r"subject|title|heading",
        True,
    ),
    _setting("email", "body", rf"body|{_WORDING}", readers.within(values.quoted), 1, "says “{}”", _SAYS),
    _setting("email", "body", rf"body|{_WORDING}", readers.within(values.text), 0.2, "says “{}”", "", True),
    _setting("slack_message", "channel", r"channel|room", readers.within(values.literal, "c"), 3, "posts to {}"),
    _setting("slack_message", "text", _WORDING, readers.within(values.quoted), 1, "says “{}”", _SAYS),
    _setting("slack_message", "text", _WORDING, readers.within(values.text), 0.2, "says “{}”", "", True),
    _setting(
        "approval", "message", r"question|text|message|wording|prompt", readers.within(values.quoted), 0.9, "asks “{}”", r"asks?|question"
    ),
    _setting(
        "approval",
        "wait",
        r"deadline|time(?: limit)?|wait(?:ing time)?",
        readers.said(values.duration),
        1.5,
        "waits {} at most",
        r"approv\w+|decid\w+|deadline|sign\w*|confirm\w*",
    ),
    _setting(
        "webhook_response",
        "status",
        r"(?:http )?(?:status(?: code)?|code)",
        readers.whole(100, 599),
        0.8,
        "answers with status {}",
        r"status|code|respon\w+",
    ),
    _setting(
        "webhook_response",
        "body",
        r"text|body|answer|response|reply|message",
        readers.within(values.quoted),
        0.9,
        "answers “{}”",
        rf"answers?|repl\w+|respon\w+|{_SAYS}",
    ),
    _setting(
        "schedule_trigger",
        "cron",
        r"time|schedule|rhythm|days?|hour|start(?:ing)?(?: time)?|timer|frequency|interval|trigger|cron|when",
        rhythm.read,
        3,
        by=rhythm.put,
    ),
    _setting("schedule_trigger", "timezone", r"time ?zone|zone", readers.said(values.zone), 2, "starts in the time zone {}"),
    _setting(
        "manual_trigger,chat_trigger,webhook_trigger",
        "",
        r"time|schedule|rhythm|start|trigger",
        rhythm.read_new,
        1,
        by=rhythm.put_new,
        hint=r"run|runs|start|starts|schedule|happen|trigger|do it",
        needed=True,
    ),
    _setting(
        "delay",
        "duration",
        r"wait(?:ing)?(?: time| period)?|pause|delay|duration|time|period|break",
        readers.wait,
        2,
        by=put.wait,
        hint=r"wait\w*|paus\w+|delay\w*",
    ),
    _setting("http_request", "url", _ADDRESS, readers.address, 2.5, by=put.address),
    _setting("http_request", "method", r"(?:http )?(?:method|verb)|request", readers.said(values.method), 3, "uses {}"),
    _setting("http_request", "body", r"body|payload", readers.within(values.text), 0.3, "sends {}", r"body|payload", True),
    _setting("webhook_trigger", "path", r"path|address|endpoint|url|webhook|route", readers.path, 3, "listens at /{}"),
    _setting("webhook_trigger", "method", r"(?:http )?(?:method|verb)", readers.said(values.method), 2, "takes {}"),
    _setting(
        "condition",
        "expression",
        _LIMIT,
        readers.limit,
        1.5,
        by=put.limit,
        hint=r"limit|threshold|above|below|over|under|more than|less than|at least|at most"
        r"|condition|check|cut-?off|exceeds?|only (?:if|when|from)",
    ),
    _setting(
        "condition",
        "expression",
        r"word|value|term|status|text|condition|check|keyword",
        readers.word,
        0.7,
        by=put.word,
        hint=r"word|term|keyword|check|condition|look for|contains?",
    ),
    _setting(
        "classify,switch",
        "",
        r"categor(?:y|ies)|labels?|class(?:es)?|topics?|cases?|names?|kinds?|ways?|options?",
        ways.read,
        3.5,
        by=ways.write,
    ),
    _setting(
        "knowledge_search",
        "top_k",
        _PASSAGES + r"|results",
        readers.whole(1, 50),
        0.7,
        "takes the best {}",
        _PASSAGES + r"|top|best|closest|nearest",
    ),
    _setting(
        "web_search",
        "max_results",
        r"(?:number of |max )?(?:results?|hits|links|pages|sources)",
        readers.whole(1, 50),
        0.6,
        "takes the best {}",
        r"results?|hits|web|links|sources|top",
    ),
    _setting(
        "loop",
        "concurrency",
        r"concurrency|parallelism|at once",
        readers.whole(1, 50),
        0.4,
        "takes {} at a time",
        r"at once|(?:in )?parallel|simultaneous\w*|at the same time|concurren\w+|at a time",
    ),
    _setting(
        "loop",
        "batch_size",
        r"(?:batch|chunk|group|pack)(?: size)?|batches",
        readers.whole(1, 1000),
        0.3,
        "takes {} at a time",
        r"batch\w*|groups?|packs?|chunks of|bundles?",
    ),
    _setting(
        "knowledge_search,knowledge_add",
        "collection",
        r"collection|knowledge base|documents?|docs|handbook|library|folder",
        readers.named,
        0.8,
        "searches {}",
        r"collections?|knowledge base|look (?:it up )?in|search(?:es)?|documents?|docs",
        True,
    ),
    _setting("knowledge_search,knowledge_add", "collection", r"collection", readers.within(values.coined), 1.1, "searches {}"),
    _setting(
        "db_write", "table", _TABLE, readers.table, 0.5, "uses the table {}", r"table|sheet|sav(?:e|es|ed)|stor(?:e|es|ed)|writes?", True
    ),
    _setting("db_write", "table", _TABLE, readers.within(values.coined), 1, "uses the table {}"),
    _setting("db_query", "query", _TABLE, readers.table, 0.5, by=put.table_read, hint=r"table|sheet|reads?|quer\w+", needed=True),
    _setting("db_query", "query", _TABLE, readers.within(values.coined), 0.9, by=put.table_read),
    _setting("db_query", "query", r"query|sql|statement", readers.sql, 3, "runs {}"),
    _setting(
        "db_query,db_write",
        "connection",
        r"connection|database",
        readers.within(values.name),
        0.3,
        "uses the connection {}",
        r"connection|database",
        True,
    ),
    _setting("db_write", "mode", r"mode", readers.said(values.mode), 2, "has the mode {}"),
    _setting(
        "web_search,knowledge_search",
        "query",
        r"query|search (?:term|words?|phrase|text)|(?:key)?words?|question|topic",
        readers.within(values.text),
        0.3,
        "searches for “{}”",
        r"search(?:es)? for|look(?:s|ing)? for|query|google|search term",
        True,
    ),
    _setting("web_search", "query", r"query", readers.within(values.quoted), 0.8, "searches for “{}”", r"search\w*|web|google"),
    _setting(
        "extract",
        "fields",
        r"fields?|details|data|columns",
        readers.fields,
        1,
        "looks for {}",
        r"fields?|pull|extract|details|look for",
        True,
        by=lambda asked, node, value: (
            put.configured(
                asked, node, {"fields": value}, "looks for " + ", ".join(str(one["name"]) for one in value if isinstance(one, dict))
            )
            if isinstance(value, list)
            else None
        ),
    ),
    _setting("set_variables,transform,http_request,db_query", "", "", readers.own, 4, by=put.own),
    _setting(
        "llm,agent", "", rf"(?:number|amount|count) of .+|[a-z]+s|{_WRITTEN}", instruction.read_count, 1.6, by=instruction.write_count
    ),
    _setting("llm,agent", "", _WRITTEN, instruction.read_wish, 1.8, by=instruction.write_wish, hint=_WRITES),
    _setting("llm,agent", "", _WRITTEN, instruction.read_demand, 0.6, by=instruction.write_wish, hint=_WRITES, needed=True),
    _setting("llm", "model", r"(?:language )?model|llm|ai", readers.within(values.name), 0.3, "uses the model {}", r"model|llm", True),
    _setting("llm", "temperature", r"temperature", readers.number, 0.1, "has the temperature {}", r"temperature", True),
    _setting(
        "llm",
        "max_tokens",
        r"(?:max(?:imum)? |most )?tokens|token limit",
        readers.whole(1, 200_000),
        0.1,
        "writes {} tokens at most",
        r"tokens?",
        True,
    ),
    _setting(
        "llm",
        "system",
        r"system (?:prompt|message)",
        readers.within(values.text),
        0.1,
        "has the system prompt “{}”",
        r"system (?:prompt|message)",
        True,
    ),
    _setting("llm", "prompt", r"prompt|instructions?", readers.within(values.text), 0.3, "is told “{}”", r"prompt|instructions?", True),
    _setting("agent", "goal", r"goal|task|aim", readers.within(values.text), 0.3, "has the goal “{}”", r"goal|task", True),
    _setting(
        "agent",
        "max_turns",
        r"(?:max(?:imum)? )?(?:turns|rounds|steps)",
        readers.whole(1, 100),
        0.3,
        "takes {} turns at most",
        r"turns|rounds",
        True,
    ),
    _setting(
        "*",
        "",
        r"(?:re-?)?tries|retry|attempts?|repeats?",
        readers.tries,
        2.5,
        by=put.retry,
        hint=r"re-?tr(?:y|ies|ied)|tr(?:y|ies|ied)|attempts?",
        needed=True,
    ),
    _setting(
        "*",
        "",
        r"time-?out|time limit",
        readers.said(values.duration),
        0.3,
        by=put.timeout,
        hint=r"time-?out|time out|times out|time limit|give up|giv\w+ up",
        needed=True,
    ),
    _setting("*", "", "", readers.swapped, 3, by=put.swap),
)
