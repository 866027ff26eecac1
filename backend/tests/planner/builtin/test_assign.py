"""A value is put where it belongs: which step and which setting is meant is decided from the parts of the sentence."""

from itertools import pairwise

import pytest
from pydantic import JsonValue

from parley.nodes.registry import CATALOGUE
from parley.planner.builtin.assign import assign
from parley.planner.builtin.build import Draft
from parley.planner.builtin.planner import read
from parley.workflow.spec import Edge, Node, Workflow
from tests.planner.builtin.play import Conversation


def flow(*nodes: Node, edges: tuple[Edge, ...] = ()) -> Workflow:
    """One node after another, unless the edges are given."""
    chain = tuple(Edge(source=one.id, target=other.id) for one, other in pairwise(nodes))
    return Workflow(nodes=nodes, edges=edges or chain)


TIPS = "Write five tips about the tides."
INPUT = "\n\n{{ fetch.body }}"
KIND = "(input.body.kind | lower) == "


def node(id: str, type: str, label: str, **config: JsonValue) -> Node:
    return Node(id=id, type=type, label=label, config=config)


START = node("start", "manual_trigger", "Start by hand")
DAILY = node("daily", "schedule_trigger", "Every day at 9:00", cron="0 9 * * *")
FORM = node("form", "webhook_trigger", "Booking form", path="booking")
FETCH = node("fetch", "http_request", "Fetch tides", method="GET", url="https://tide.test/v1")
MAIL = node("mail", "email", "Mail the keeper", to="keeper@pier.test", subject="Tides", body="High water")
MAIL2 = node("mail2", "email", "Mail the mayor", to="mayor@pier.test", subject="Report", body="{{ write.text }}")
POST = node("post", "slack_message", "Post to #pier", channel="#pier", text="Look out")
WRITE = node("write", "llm", "Write report", prompt=TIPS + INPUT)
WAIT = node("wait", "delay", "Wait 2 days", duration="2 days")
SEARCH = node("search", "knowledge_search", "Search handbook", collection="handbook", query="{{ input.message }}", top_k=5)
WEB = node("web", "web_search", "Search the web", query="tide news", max_results=5)
SAVE = node("save", "db_write", "Save in visits", table="visits", rows="{{ input }}")
ROWS = node("rows", "db_query", "Read boats", query="SELECT * FROM boats WHERE open = 1")
ASK = node("ask", "approval", "Ask the mayor", message="All right?")
LOW = node("low", "condition", "Level below 3?", expression="fetch.body.level < 3")
WORDY = node("wordy", "condition", "Urgent?", expression=f"{KIND}'urgent'")
EACH = node("each", "loop", "For each boat", items="{{ rows.rows }}")
SORT = node("sort", "classify", "Sort letters", text="{{ input.body }}", labels=["complaint", "praise"])
VARS = node("preset", "set_variables", "Set values", variables={"discount": 10, "city": "Hull"})
PULL = node("pull", "extract", "Pull out data", text="{{ input.body }}", fields=[{"name": "name", "type": "text"}])
REPLY = node("reply", "webhook_response", "Respond", status=200, body="Thanks")

TIDES = flow(DAILY, FETCH, WRITE, WAIT, MAIL)
PIER = flow(FORM, POST, MAIL, SAVE)
TWO = flow(DAILY, WRITE, MAIL, MAIL2)
CHECK = flow(
    DAILY,
    FETCH,
    LOW,
    POST,
    edges=(
        Edge(source="daily", target="fetch"),
        Edge(source="fetch", target="low"),
        Edge(source="low", target="post", source_handle="true"),
    ),
)
SORTED = flow(
    FORM,
    SORT,
    MAIL,
    POST,
    edges=(
        Edge(source="form", target="sort"),
        Edge(source="sort", target="mail", source_handle="complaint"),
        Edge(source="sort", target="post", source_handle="praise"),
    ),
)
URGENT = flow(FORM, WORDY, POST)
ASKED = flow(FORM, ASK, POST)
ANSWERED = flow(FORM, REPLY)
KNOW = flow(FORM, SEARCH, WEB, WRITE)
BOATS = flow(DAILY, ROWS, EACH, SAVE)

CASES: list[tuple[Workflow, str, str, str, str, str, str, str, JsonValue]] = [
    # workflow, value, field, old, target, text, node, setting, expected
    (TIDES, "lou@barber.test", "address", "", "", "wrong address, it is lou@barber.test", "mail", "to", "lou@barber.test"),
    (TIDES, "lou@barber.test", "", "", "", "it goes to lou@barber.test", "mail", "to", "lou@barber.test"),
    (TIDES, "boss@x.test", "", "", "", "cc the boss: boss@x.test", "mail", "to", "keeper@pier.test, boss@x.test"),
    (TIDES, "boss@x.test", "", "", "", "boss@x.test should get it too", "mail", "to", "keeper@pier.test, boss@x.test"),
    (TWO, "new@x.test", "", "keeper@pier.test", "", "write to new@x.test, not keeper@pier.test", "mail", "to", "new@x.test"),
    (TWO, "new@x.test", "recipient", "", "mail", "the keeper has another address: new@x.test", "mail", "to", "new@x.test"),
    (TWO, "new@x.test", "", "", "", "new@x.test is right", "mail2", "to", "new@x.test"),
    (TWO, "new@x.test", "", "", "", "the keeper is reached at new@x.test", "mail", "to", "new@x.test"),
    (PIER, "#race-control", "", "", "", "it belongs in #race-control", "post", "channel", "#race-control"),
    (PIER, "#ops", "channel", "#pier", "", "the channel is #ops and not #pier", "post", "channel", "#ops"),
    (TIDES, "7:30pm", "", "", "", "make that 7:30pm", "daily", "cron", "30 19 * * *"),
    (TIDES, "half past six", "", "", "", "half past six is better", "daily", "cron", "30 6 * * *"),
    (TIDES, "Thursdays", "", "", "", "Thursdays instead", "daily", "cron", "0 9 * * 4"),
    (TIDES, "weekends", "", "", "", "and not on weekends please", "daily", "cron", "0 9 * * 1-5"),
    (TIDES, "not on weekends", "", "", "", "and not on weekends please", "daily", "cron", "0 9 * * 1-5"),
    (TIDES, "an hour later", "", "", "", "an hour later would do", "daily", "cron", "0 10 * * *"),
    (TIDES, "every two hours", "", "", "", "every two hours is enough", "daily", "cron", "0 */2 * * *"),
    (TIDES, "8", "", "9", "", "at 8 rather than at 9", "daily", "cron", "0 8 * * *"),
    (TIDES, "Monday at noon", "time", "", "", "the time is Monday at noon", "daily", "cron", "0 12 * * 1"),
    (TIDES, "Asia/Tokyo", "time zone", "", "", "the time zone is Asia/Tokyo", "daily", "timezone", "Asia/Tokyo"),
    (TIDES, "five days", "", "two", "", "wait five days instead of two", "wait", "duration", "5 days"),
    (TIDES, "ninety minutes", "", "", "", "ninety minutes will do", "wait", "duration", "90 minutes"),
    (TIDES, "a week", "pause", "", "", "the pause should be a week", "wait", "duration", "1 week"),
    (TIDES, "five", "", "two", "", "wait five instead of two", "wait", "duration", "5 days"),
    (TIDES, "three days", "", "", "", "wait three days longer", "wait", "duration", "5 days"),
    (TIDES, "a fortnight", "", "", "", "make the wait a fortnight", "wait", "duration", "2 weeks"),
    (TIDES, "/v2", "endpoint", "", "", "the endpoint is /v2 now", "fetch", "url", "https://tide.test/v2"),
    (TIDES, "https://tide.test/new", "url", "", "", "the url changed to https://tide.test/new", "fetch", "url", "https://tide.test/new"),
    (TIDES, "tide.test/new", "", "", "", "look at tide.test/new", "fetch", "url", "https://tide.test/new"),
    (TIDES, "POST", "", "GET", "", "POST not GET", "fetch", "method", "POST"),
    (TIDES, "a put", "request", "", "", "the request should be a put", "fetch", "method", "PUT"),
    (PIER, "/claims-v2", "endpoint", "", "", "the endpoint is /claims-v2 now", "form", "path", "claims-v2"),
    (PIER, "/shop", "", "", "", "it listens at /shop", "form", "path", "shop"),
    (PIER, "leads_2", "", "", "", "use the table leads_2 for that", "save", "table", "leads_2"),
    (PIER, "the table guests", "", "", "", "save it in the table guests", "save", "table", "guests"),
    (PIER, "guests", "table", "visits", "", "the table is guests, not visits", "save", "table", "guests"),
    (PIER, "upsert", "mode", "", "", "the mode should be upsert", "save", "mode", "upsert"),
    (BOATS, "ships", "table", "", "rows", "read the table ships there", "rows", "query", "SELECT * FROM ships WHERE open = 1"),
    (BOATS, "ships", "table", "boats", "", "it is the table ships and not boats", "rows", "query", "SELECT * FROM ships WHERE open = 1"),
    (BOATS, "log_2", "", "visits", "", "log_2 instead of visits", "save", "table", "log_2"),
    (BOATS, "three", "", "", "", "let three run at once", "each", "concurrency", 3),
    (BOATS, "ten", "", "", "", "take them in groups of ten", "each", "batch_size", 10),
    (BOATS, "20", "batch size", "", "", "the batch size is 20", "each", "batch_size", 20),
    (BOATS, "one", "", "", "", "only one at a time", "each", "concurrency", 1),
    (KNOW, "8 passages", "", "", "", "give the model 8 passages", "search", "top_k", 8),
    (KNOW, "8", "passages", "", "", "give the model 8 passages", "search", "top_k", 8),
    (KNOW, "three", "", "", "web", "three are enough from the web", "web", "max_results", 3),
    (KNOW, "ten", "results", "", "", "ten web results", "web", "max_results", 10),
    (KNOW, "'house-rules'", "", "", "", "look in the collection 'house-rules' rather", "search", "collection", "house-rules"),
    (KNOW, "house-rules", "collection", "", "", "the collection is house-rules", "search", "collection", "house-rules"),
    (KNOW, "handbook-2", "", "handbook", "", "handbook-2 rather than handbook", "search", "collection", "handbook-2"),
    (KNOW, "'storm news'", "query", "", "", "the query should be 'storm news'", "web", "query", "storm news"),
    (KNOW, "'storm news'", "", "", "", "search the web for 'storm news' rather", "web", "query", "storm news"),
    (CHECK, "1.8", "limit", "", "", "1.8 is the better limit", "low", "expression", "fetch.body.level < 1.8"),
    (CHECK, "5", "", "3", "", "5 instead of 3", "low", "expression", "fetch.body.level < 5"),
    (CHECK, "above 4", "", "", "", "only if the level is above 4", "low", "expression", "fetch.body.level > 4"),
    (CHECK, "at most 2", "", "", "", "the level may be at most 2", "low", "expression", "fetch.body.level <= 2"),
    (CHECK, "two", "threshold", "", "", "lower the threshold to two", "low", "expression", "fetch.body.level < 2"),
    (CHECK, "2.5", "level", "", "", "the level should be 2.5", "low", "expression", "fetch.body.level < 2.5"),
    (URGENT, "'critical'", "word", "", "", "the word is 'critical' now", "wordy", "expression", f"{KIND}'critical'"),
    (URGENT, "critical", "", "urgent", "", "critical instead of urgent", "wordy", "expression", f"{KIND}'critical'"),
    (SORTED, "urgent and normal", "categories", "", "", "the categories should be called urgent and normal",
     "sort", "labels", ["urgent", "normal"]),
    (SORTED, "grumble", "first category", "", "", "call the first category grumble", "sort", "labels", ["grumble", "praise"]),
    (SORTED, "thanks", "", "praise", "", "call praise thanks", "sort", "labels", ["complaint", "thanks"]),
    (SORTED, "a, b and c", "labels", "", "", "the labels are a, b and c", "sort", "labels", ["a", "b", "c"]),
    (TIDES, "'Thank you'", "subject", "", "", "say 'Thank you' in the subject", "mail", "subject", "Thank you"),
    (TIDES, "'Thank you'", "", "", "", "say 'Thank you' in the subject", "mail", "subject", "Thank you"),
    (TIDES, "'Thank you'", "", "", "", "just say 'Thank you'", "mail", "body", "Thank you"),
    (TIDES, "Storm ahead", "subject", "", "mail", "the subject of the mail is Storm ahead", "mail", "subject", "Storm ahead"),
    (PIER, "'Come in'", "text", "", "post", "the post should read 'Come in'", "post", "text", "Come in"),
    (ASKED, "'May it go?'", "question", "", "", "ask 'May it go?'", "ask", "message", "May it go?"),
    (ASKED, "two days", "", "", "", "she has two days to decide", "ask", "wait", "2 days"),
    (flow(FORM, ASK, WAIT), "1 hour", "deadline", "", "", "the deadline is 1 hour", "ask", "wait", "1 hour"),
    (ANSWERED, "404", "status", "", "", "the status must be 404", "reply", "status", 404),
    (ANSWERED, "'Got it'", "", "", "", "answer 'Got it'", "reply", "body", "Got it"),
    (flow(START, VARS, MAIL), "15", "discount", "", "", "the discount is 15", "preset", "variables", {"discount": 15, "city": "Hull"}),
    (flow(START, VARS, MAIL), "York", "city", "", "", "the city is York", "preset", "variables", {"discount": 10, "city": "York"}),
    (flow(FORM, PULL, SAVE), "name, date and amount", "fields", "", "", "the fields are name, date and amount", "pull", "fields",
     [{"name": one, "type": "text", "description": one} for one in ("name", "date", "amount")]),
    (KNOW, "qwen", "model", "", "", "the model should be qwen", "write", "model", "qwen"),
    (KNOW, "0.3", "temperature", "", "", "temperature 0.3", "write", "temperature", 0.3),
    (KNOW, "500", "tokens", "", "", "500 tokens at most", "write", "max_tokens", 500),
    (TIDES, "ten tips", "", "", "", "make it ten tips", "write", "prompt", TIPS.replace("five", "ten") + INPUT),
    (TIDES, "ten", "", "five", "", "ten and not five", "write", "prompt", TIPS.replace("five", "ten") + INPUT),
    (TIDES, "in Spanish", "", "", "", "it must always answer in Spanish", "write", "prompt", f"{TIPS} Write in Spanish.{INPUT}"),
    (TIDES, "spanish", "language", "", "", "the language should be spanish", "write", "prompt", f"{TIPS} Write in Spanish.{INPUT}"),
    (TIDES, "no longer than three sentences", "", "", "", "the reply should be no longer than three sentences", "write", "prompt",
     f"{TIPS} Write no longer than three sentences.{INPUT}"),
    (TIDES, "friendlier", "tone", "", "", "the tone should be friendlier", "write", "prompt", f"{TIPS} Make it friendlier.{INPUT}"),
    (TIDES, "mention the wind", "", "", "write", "the report must mention the wind", "write", "prompt",
     f"{TIPS} The report must mention the wind.{INPUT}"),
]  # fmt: skip


def assigned(
    workflow: Workflow, value: str, field: str, old: str, target: str, text: str, focus: str | None = None
) -> tuple[Workflow, list[str] | None]:
    parts = read(f"{text} ~ {value} ~ {field} ~ {old}")
    masked = [part.strip() for part in parts.masked.split("~")]
    draft = Draft(workflow, CATALOGUE, frozenset(), parts)
    told = assign(masked[1], masked[2], masked[3], workflow.node(target) if target else None, masked[0], draft, focus)
    return draft.workflow, told


@pytest.mark.parametrize(("workflow", "value", "field", "old", "target", "text", "changed", "setting", "expected"), CASES)
def test_a_value_goes_to_its_setting(
    workflow: Workflow, value: str, field: str, old: str, target: str, text: str, changed: str, setting: str, expected: JsonValue
) -> None:
    after, told = assigned(workflow, value, field, old, target, text)
    node = after.node(changed)
    assert told
    assert node is not None
    assert node.config[setting] == expected
    assert [other for other in after.nodes if other.id != changed] == [other for other in workflow.nodes if other.id != changed]


SENTENCES: list[tuple[Workflow, str, str, str, JsonValue]] = [
    (TIDES, "wrong address, it is lou@barber.test", "mail", "to", "lou@barber.test"),
    (TIDES, "the recipient is harbour@pier.test from now on", "mail", "to", "harbour@pier.test"),
    (TIDES, "send the mail to harbour@pier.test instead", "mail", "to", "harbour@pier.test"),
    (TIDES, "cc the boss: boss@x.test", "mail", "to", "keeper@pier.test, boss@x.test"),
    (TIDES, "also cc boss@x.test", "mail", "to", "keeper@pier.test, boss@x.test"),
    (TIDES, "make that 7:30pm", "daily", "cron", "30 19 * * *"),
    (TIDES, "start it at 6 instead", "daily", "cron", "0 6 * * *"),
    (TIDES, "Thursdays instead", "daily", "cron", "0 9 * * 4"),
    (TIDES, "and not on weekends please", "daily", "cron", "0 9 * * 1-5"),
    (TIDES, "run it an hour later", "daily", "cron", "0 10 * * *"),
    (TIDES, "every two hours would be enough", "daily", "cron", "0 */2 * * *"),
    (TIDES, "do it at noon", "daily", "cron", "0 12 * * *"),
    (TIDES, "the time zone should be Asia/Tokyo", "daily", "timezone", "Asia/Tokyo"),
    (TIDES, "wait five days instead of two", "wait", "duration", "5 days"),
    (TIDES, "make the wait a week", "wait", "duration", "1 week"),
    (TIDES, "change the pause to 36 hours", "wait", "duration", "36 hours"),
    (TIDES, "a day of waiting is plenty", "wait", "duration", "1 day"),
    (TIDES, "the endpoint is https://tide.test/v2 now", "fetch", "url", "https://tide.test/v2"),
    (TIDES, "the url changed to https://tide.test/new", "fetch", "url", "https://tide.test/new"),
    (TIDES, "POST not GET", "fetch", "method", "POST"),
    (TIDES, "the method should be PUT", "fetch", "method", "PUT"),
    (TIDES, "say 'Thank you' in the subject", "mail", "subject", "Thank you"),
    (TIDES, "the subject should read 'Storm ahead'", "mail", "subject", "Storm ahead"),
    (TIDES, "change the subject to 'Low tide'", "mail", "subject", "Low tide"),
    (TIDES, "make it ten tips", "write", "prompt", TIPS.replace("five", "ten") + INPUT),
    (TIDES, "eight tips instead of five", "write", "prompt", TIPS.replace("five", "eight") + INPUT),
    (TIDES, "it must always answer in Spanish", "write", "prompt", f"{TIPS} Write in Spanish.{INPUT}"),
    (TIDES, "write the report in German", "write", "prompt", f"{TIPS} Write in German.{INPUT}"),
    (TIDES, "the report ought to be more cheerful", "write", "prompt", f"{TIPS} Make it more cheerful.{INPUT}"),
    (TIDES, "make the report friendlier", "write", "prompt", f"{TIPS} Make it friendlier.{INPUT}"),
    (PIER, "it belongs in #race-control", "post", "channel", "#race-control"),
    (PIER, "the channel should be #ops", "post", "channel", "#ops"),
    (PIER, "use #harbour rather than #pier", "post", "channel", "#harbour"),
    (PIER, "post to #staff instead", "post", "channel", "#staff"),
    (PIER, "use the table leads_2 for that", "save", "table", "leads_2"),
    (PIER, "save it in the table guests instead", "save", "table", "guests"),
    (PIER, "change the table to guests", "save", "table", "guests"),
    (PIER, "the path is /claims-v2 now", "form", "path", "claims-v2"),
    (PIER, "the post should say 'Ahoy'", "post", "text", "Ahoy"),
    (PIER, "change the text of the post to 'Ahoy'", "post", "text", "Ahoy"),
    (BOATS, "let three run at once", "each", "concurrency", 3),
    (BOATS, "take ten at a time", "each", "concurrency", 10),
    (BOATS, "the batch size should be 20", "each", "batch_size", 20),
    (BOATS, "read the table ships instead of boats", "rows", "query", "SELECT * FROM ships WHERE open = 1"),
    (KNOW, "give the model 8 passages", "search", "top_k", 8),
    (KNOW, "use the best 3 passages", "search", "top_k", 3),
    (KNOW, "use the collection 'by-laws'", "search", "collection", "by-laws"),
    (KNOW, "the model should be qwen", "write", "model", "qwen"),
    (KNOW, "set the temperature to 0.3", "write", "temperature", 0.3),
    (KNOW, "search the web for 'storm news' instead", "web", "query", "storm news"),
    (CHECK, "1.8 is the better limit", "low", "expression", "fetch.body.level < 1.8"),
    (CHECK, "raise the limit to 5", "low", "expression", "fetch.body.level < 5"),
    (CHECK, "the threshold should be 2", "low", "expression", "fetch.body.level < 2"),
    (CHECK, "5 instead of 3", "low", "expression", "fetch.body.level < 5"),
    (CHECK, "make it 4.5", "low", "expression", "fetch.body.level < 4.5"),
    (SORTED, "the categories should be called urgent and normal", "sort", "labels", ["urgent", "normal"]),
    (TWO, "the mail to the keeper goes to new@x.test now", "mail", "to", "new@x.test"),
    (TWO, "change the subject of the mail to the mayor to 'Storm'", "mail2", "subject", "Storm"),
    (TWO, "use new@x.test instead of keeper@pier.test", "mail", "to", "new@x.test"),
    (ANSWERED, "the status should be 404", "reply", "status", 404),
    (ASKED, "the question should be 'May it go?'", "ask", "message", "May it go?"),
    (TIDES, "the mail should go out in the afternoon at 4", "daily", "cron", "0 16 * * *"),
    (TIDES, "keep the report under 100 words", "write", "prompt", f"{TIPS} Write under 100 words.{INPUT}"),
    (TIDES, "no, 20 minutes is enough for the wait", "wait", "duration", "20 minutes"),
    (CHECK, "tell #night-watch, not #pier", "post", "channel", "#night-watch"),
    (ASKED, "give her two days to decide", "ask", "wait", "2 days"),
]  # fmt: skip


@pytest.mark.parametrize(("workflow", "said", "changed", "setting", "expected"), SENTENCES)
def test_a_sentence_sets_a_value(workflow: Workflow, said: str, changed: str, setting: str, expected: JsonValue) -> None:
    conversation = Conversation(workflow=workflow, used_ids=frozenset(one.id for one in workflow.nodes))
    conversation.say(said)
    node = conversation.workflow.node(changed)
    assert node is not None
    assert node.config[setting] == expected
    assert [other for other in conversation.workflow.nodes if other.id != changed] == [
        other for other in workflow.nodes if other.id != changed
    ]


def test_a_step_is_tried_again() -> None:
    after, _ = assigned(TIDES, "twice", "", "", "fetch", "retry it twice")
    fetch = after.node("fetch")
    assert fetch is not None
    assert fetch.retry is not None
    assert fetch.retry.attempts == 3


def test_a_step_may_take_so_long() -> None:
    after, _ = assigned(TIDES, "20 seconds", "timeout", "", "fetch", "the timeout of the fetch is 20 seconds")
    fetch = after.node("fetch")
    assert fetch is not None
    assert fetch.timeout == 20


def test_what_a_way_led_to_follows_its_new_name() -> None:
    after, _ = assigned(SORTED, "urgent and normal", "categories", "", "", "the categories should be called urgent and normal")
    assert {edge.source_handle for edge in after.edges if edge.source == "sort"} == {"urgent", "normal"}


def test_a_label_that_repeats_the_value_follows() -> None:
    after, _ = assigned(PIER, "#ops", "", "", "", "it belongs in #ops")
    post = after.node("post")
    assert post is not None
    assert post.label == "Post to #ops"


def test_of_two_that_fit_the_one_in_focus_is_meant() -> None:
    after, _ = assigned(TWO, "new@x.test", "", "", "", "better new@x.test", focus="mail")
    assert [node.config["to"] for node in after.nodes if node.type == "email"] == ["new@x.test", "mayor@pier.test"]


def test_without_a_schedule_a_rhythm_is_one() -> None:
    after, _ = assigned(flow(START, FETCH), "every Monday at 7", "", "", "", "run it every Monday at 7")
    assert [node.config["cron"] for node in after.nodes if node.type == "schedule_trigger"] == ["0 7 * * 1"]


@pytest.mark.parametrize(
    ("workflow", "value", "field", "text"),
    [
        (PIER, "blue", "", "make it blue"),
        (flow(DAILY, FETCH), "'Hello'", "subject", "the subject is 'Hello'"),
        (flow(DAILY, FETCH), "#ops", "", "use #ops"),
        (flow(FORM, MAIL), "5", "", "make it 5"),
        (flow(FORM, MAIL), "", "", ""),
    ],
)
def test_where_no_setting_can_be_told_nothing_changes(workflow: Workflow, value: str, field: str, text: str) -> None:
    assert assigned(workflow, value, field, "", "", text) == (workflow, None)
