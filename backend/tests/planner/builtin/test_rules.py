"""Rules of English and of workflows, each in a few trades: what a careful person draws, and what nobody asked for is not drawn."""

import pytest

from tests.planner.builtin.play import arrows, play, types

REPORT = "Every Monday at 9 read the table orders, summarise it, have a clerk approve it, post it to #sales and mail boss@x.test"


@pytest.mark.parametrize(
    ("said", "gone"),
    [
        ("the sales channel doesn't need it any more", "slack_message"),
        ("the boss shouldn't get it any longer", "email"),
        ("We no longer need the approval", "approval"),
        ("the approval is no longer necessary", "approval"),
        ("The mail can go", "email"),
        ("nobody reads the Slack post", "slack_message"),
        ("stop posting to Slack", "slack_message"),
        ("the summary is superfluous", "llm"),
        ("we can do without the mail", "email"),
    ],
)
def test_what_is_not_wanted_any_more_goes_and_is_never_added(said: str, gone: str) -> None:
    before = types(play(REPORT).workflow)
    after = types(play(REPORT, said).workflow)
    assert sorted([*after, gone]) == before


@pytest.mark.parametrize(
    "said", ["the printer must not be told", "don't tell the neighbours", "it is not for the press", "no longer on the moon, please"]
)
def test_a_no_that_fits_nothing_adds_nothing(said: str) -> None:
    conversation = play(REPORT, said)
    assert conversation.turns[-1].edits == []


@pytest.mark.parametrize(
    "said",
    [
        "don't mail it before the head chef has approved it",
        "never mail it without permission",
        "do not mail it until the vet has seen it",
    ],
)
def test_not_before_asks_for_what_comes_first(said: str) -> None:
    conversation = play("Every Monday at 9 read the table orders, summarise it and mail boss@x.test", said)
    assert {"llm > approval", "approval [approved] > email"} <= arrows(conversation.workflow)


@pytest.mark.parametrize(
    "said",
    [
        "When a donor fills in the form, a doctor has to approve it. Approved donors get an appointment by mail, "
        "the others a polite no by mail.",
        "A booth request comes in by webhook and the organiser approves it. Accepted exhibitors are mailed a contract, "
        "rejected ones get a mail.",
        "When a thesis topic arrives on /topics, let the professor decide. Confirmed topics are mailed to office@u.test. "
        "Declined ones get a mail.",
    ],
)
def test_the_approved_and_the_rejected_are_ways_out_of_one_approval(said: str) -> None:
    conversation = play(said)
    assert types(conversation.workflow).count("approval") == 1
    assert {"approval [approved] > email", "approval [rejected] > email"} <= arrows(conversation.workflow)


@pytest.mark.parametrize(
    "said",
    [
        "When a prescription arrives by webhook, have the pharmacist confirm it before it is sent to #dispensary",
        "An obituary comes in on the webhook; the night editor must check it before it goes to #print",
        "When a kiln plan is posted to /kiln, let a second potter look at it and post it to #studio",
    ],
)
def test_whoever_is_asked_to_confirm_is_an_approval(said: str) -> None:
    assert {"webhook_trigger > approval", "approval [approved] > slack_message"} <= arrows(play(said).workflow)


@pytest.mark.parametrize(
    "said",
    [
        "For every row of the table tanks get https://level.test/v1; where it is under 30 open the valve at https://valve.test/open",
        "Go through the table pots. Where the moisture is below 20, call https://water.test/on",
        "For each patient in table ward: where its pulse is over 120, tell #nurses",
    ],
)
def test_where_it_is_so_is_a_condition_in_the_loop(said: str) -> None:
    conversation = play(said)
    assert "loop ( condition )" in arrows(conversation.workflow)
    assert any(arrow.startswith("condition [true] > ") for arrow in arrows(conversation.workflow))


@pytest.mark.parametrize(
    ("said", "labels"),
    [
        ("Questions about leave are answered from the staff handbook, about travel from the travel policy.", ["leave", "travel"]),
        (
            "Guests ask in the chat. Booking questions are answered from the collection 'stays', spa questions from 'spa'. "
            "Anything else goes to #desk.",
            ["booking", "spa", "other"],
        ),
        (
            "When a message comes in the chat: loan requests are answered from the loan guide, and card requests from the card manual",
            ["loan", "card"],
        ),
    ],
)
def test_topics_that_are_answered_from_different_places_are_sorted_first(said: str, labels: list[str]) -> None:
    conversation = play(said)
    assert conversation.of_type("classify").config["labels"] == labels
    assert types(conversation.workflow).count("knowledge_search") == 2
    assert {f"classify [{label}] > knowledge_search" for label in labels[:2]} <= arrows(conversation.workflow)


def test_a_table_between_arrows_takes_what_came_in_and_gives_where_nothing_did() -> None:
    assert "webhook_trigger > db_write" in arrows(play("hive weights come in over a webhook -> table hives").workflow)
    assert "schedule_trigger > db_query" in arrows(play("every Monday -> table hives -> summary -> mail to a@b.test").workflow)


@pytest.mark.parametrize(
    "said",
    [
        "If a donation on /donate is over 500, the treasurer has to approve it first; either way the donor gets a receipt by mail.",
        "When a loan of more than 5 books is posted to /loans, the librarian approves it. In any case the reader gets a mail",
        "When a sample arrives by webhook, the lab lead has to approve it. Whatever the outcome, mail client@lab.test",
    ],
)
def test_either_way_follows_every_way_out(said: str) -> None:
    assert {"approval [approved] > email", "approval [rejected] > email"} <= arrows(play(said).workflow)


def test_what_is_in_between_is_the_way_that_no_amount_took() -> None:
    conversation = play(
        "When a speaker sends a proposal, AI rates it from 1 to 10. 8 and better: invitation by mail. Below 4: rejection by mail. "
        "Everything in between goes to the committee for approval."
    )
    assert "condition [false] > approval" in arrows(conversation.workflow)
    expressions = [str(node.config["expression"]) for node in conversation.workflow.nodes if node.type == "condition"]
    assert expressions == ["(rate.text | float) >= 8", "(rate.text | float) < 4"]
    assert "Answer with the number only" in str(conversation.of_type("llm").config["prompt"])


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ("Make it ten exercises", "ten exercises"),
        ("make it five quizzes", "five quizzes"),
        ("I'd like 12 questions please", "12 questions"),
    ],
)
def test_another_number_reaches_the_instruction(wish: str, told: str) -> None:
    conversation = play("Every evening at 6 let a language model write eight questions about bees and mail them to class@x.test", wish)
    assert told in str(conversation.of_type("llm").config["prompt"])
    assert "about bees" in str(conversation.of_type("llm").config["prompt"])


def test_what_is_sorted_one_by_one_has_come_in() -> None:
    assert "chat_trigger > classify" in arrows(play("Sort callers' messages into new key, quote and other").workflow)
    assert "webhook_trigger > classify" in arrows(play("Triage incoming warranty claims into screen, battery and other").workflow)


def test_what_a_thing_is_in_the_event_is_nothing_to_do() -> None:
    conversation = play("Parcels that could not be delivered are posted to /failed. Wait a day and call https://route.test/retry.")
    assert arrows(conversation.workflow) == {"webhook_trigger > delay", "delay > http_request", "http_request > output"}


@pytest.mark.parametrize(
    ("said", "label"),
    [
        ("When a lead comes in by webhook, add the contact to Pipedrive", "Add to Pipedrive"),
        ("When a crash is posted to /crash, open an issue in Plane", "Open issue in Plane"),
        ("Every Friday export the table seeds to Airtable", "Export to Airtable"),
        ("Summarise the tickets from Zendesk every weekday at 8 and post it to #care", "Fetch from Zendesk"),
    ],
)
def test_a_product_that_is_not_known_is_a_request_that_bears_its_name(said: str, label: str) -> None:
    conversation = play(said)
    assert conversation.of_type("http_request").label == label
    assert "url" not in conversation.of_type("http_request").config
    assert conversation.turns[0].question or conversation.issues("missing")


@pytest.mark.parametrize(
    "said",
    [
        "For each supplier in the table suppliers, search the web for recent news, let AI judge whether there is a risk, "
        "and if so tell #risk",
        "When a review is posted to /review let the model decide whether it is rude. If so, tell #care",
    ],
)
def test_if_so_after_a_judgement_asks_for_its_yes(said: str) -> None:
    conversation = play(said)
    assert str(conversation.of_type("condition").config["expression"]).startswith("'yes' in (")
    assert "yes or no" in str(conversation.of_type("llm").config["prompt"])


def test_words_in_the_event_are_a_condition_on_what_is_written() -> None:
    conversation = play("If someone writes 'help' in the chat, page oncall@ops.test; everybody else gets an answer from the wiki")
    drawn = arrows(conversation.workflow)
    assert {"chat_trigger > condition", "condition [true] > email", "condition [false] > knowledge_search", "llm > output"} <= drawn


def test_an_approval_inside_a_branch_has_its_ways_out_said_later() -> None:
    conversation = play(
        "1. Receive an application on /apply\n2. Extract name and years of experience\n"
        "3. If experience is at least 5 years, ask the head of HR "
        "for approval\n4. If approved, mail the applicant an invitation, otherwise a polite refusal"
    )
    assert {"condition [true] > approval", "approval [approved] > email", "approval [rejected] > email"} <= arrows(conversation.workflow)
    assert conversation.of_type("condition").config["expression"] == "extract_fields.years_of_experience >= 5"


@pytest.mark.parametrize(
    "said",
    [
        "We run a chocolate shop and it is chaos. Each working day at 8 read the table complaints and mail it to boss@x.test",
        "Our phones never stop. What we need: each working day at 8 read the table complaints and mail it to boss@x.test",
    ],
)
def test_how_things_are_is_not_what_to_do(said: str) -> None:
    conversation = play(said)
    assert arrows(conversation.workflow) == {"schedule_trigger > db_query", "db_query > email"}
    assert "did not understand" not in conversation.turns[0].reply


def test_cases_by_what_they_depend_on() -> None:
    conversation = play(
        "Payments come in at /pay. Depending on the method: cash is saved in table cash, card goes to #cards, "
        "cheque needs the approval of the "
        "treasurer; everything else goes to #odd"
    )
    assert {
        "switch [cash] > db_write",
        "switch [card] > slack_message",
        "switch [cheque] > approval",
        "switch [default] > slack_message",
    } <= arrows(conversation.workflow)


def test_a_plain_event_a_condition_and_what_all_of_them_get() -> None:
    conversation = play(
        "Swimmers register at /swim. Whoever is under 14 needs the consent of a parent: mail the parent and wait for approval. "
        "All swimmers end up in the table swimmers and get a welcome mail."
    )
    assert {"webhook_trigger > condition", "condition [true] > email", "email > approval", "db_write > email"} <= arrows(
        conversation.workflow
    )
    assert conversation.of_type("condition").config["expression"] == "input.body.age < 14"


def test_what_is_done_at_once_is_done_side_by_side() -> None:
    conversation = play(
        "Wait for the alarm at /fire, then simultaneously call https://doors.test/open, post 'Out' to #all and mail chief@fire.test"
    )
    assert {f"webhook_trigger > {kind}" for kind in ("http_request", "slack_message", "email")} <= arrows(conversation.workflow)


def test_what_a_service_gives_back_is_what_the_next_step_works_on() -> None:
    conversation = play("When a memo is posted to /memo, transcribe it via https://stt.test/v1, summarise the transcript and mail a@b.test")
    assert "transcribe.body" in str(conversation.of_type("llm").config["prompt"])


@pytest.mark.parametrize(
    ("said", "cron"),
    [
        ("Grab the menu from https://mensa.test/today at 10:30 on school days and post it to #food", "30 10 * * 1-5"),
        ("scan the table inbox each half hour and mail it to a@b.test", "*/30 * * * *"),
        ("At the start of each quarter read the table invoices and mail it to a@b.test", "0 9 1 */3 *"),
    ],
)
def test_rhythms_of_schools_and_offices(said: str, cron: str) -> None:
    conversation = play(said)
    assert conversation.of_type("schedule_trigger").config["cron"] == cron
    assert "*/" not in conversation.turns[0].reply
    assert "*/" not in conversation.of_type("schedule_trigger").label
