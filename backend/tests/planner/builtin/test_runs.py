"""What is drawn runs: each request's workflow goes through the real engine, with stand-ins for whatever costs money or waits."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from pydantic import JsonValue

from parley.db.session import Database
from parley.nodes.base import NodeType, Registry, StepContext, StepResult
from parley.nodes.registry import REGISTRY
from parley.workflow.spec import Workflow
from tests.engine import kit
from tests.planner.builtin.play import play

ROW: dict[str, JsonValue] = {
    "id": 1,
    "name": "Ada",
    "email": "ada@x.test",
    "total": 900,
    "amount": 900,
    "value": 900,
    "moisture": 12,
    "rate": 1,
    "temperature": 35,
    "loss": 3,
    "status": "open",
    "method": "cash",
}
GIVEN: dict[str, JsonValue] = {
    "text": "7 yes",
    "rows": [ROW, ROW],
    "body": ROW,
    "status": 200,
    "count": 2,
    "chunks": [],
    "results": [],
    "citations": [],
    "headers": {},
    "decision": "approved",
    "by": "ada",
    "comment": "fine",
    "message_id": "m1",
    "ts": "1",
    "scores": {},
    "document_id": "d1",
    "calls": [],
    "result": True,
}
STAND_INS = [
    *("http_request", "web_search", "knowledge_search", "knowledge_add", "llm", "agent", "classify", "extract"),
    *("email", "slack_message", "db_query", "db_write", "approval", "delay"),
]


class World(kit.Probe):
    """The registry of types with stand-ins that answer at once; configs are rendered and checked as in a real run."""

    @property
    def registry(self) -> Registry:
        made: dict[str, NodeType] = dict(REGISTRY)
        for name in STAND_INS:
            made[name] = NodeType(replace(REGISTRY[name].spec, unrunnable_reason=None), run=_stand_in(name))
        return made


def _stand_in(name: str) -> Any:
    async def run(config: Any, context: StepContext) -> StepResult:
        output = dict(GIVEN)
        labels = list(getattr(config, "labels", None) or ())
        if labels:
            output["label"] = str(labels[0])
        for field in getattr(config, "fields", None) or ():
            if name == "extract":
                output[str(field.name)] = 7
        branch = {"approval": "approved", "classify": str(labels[0]) if labels else None}.get(name)
        return StepResult(output, branch=branch)

    return run


def started(workflow: Workflow) -> tuple[str, Mapping[str, JsonValue]]:
    trigger = next(node for node in workflow.nodes if node.type.endswith("_trigger"))
    given: dict[str, Mapping[str, JsonValue]] = {
        "chat_trigger": {"message": "urgent question about refunds", "history": []},
        "webhook_trigger": {"body": ROW, "headers": {}, "query": {}},
        "schedule_trigger": {"fired_at": "2026-01-05T09:00:00Z"},
    }
    return trigger.id, given.get(trigger.type, {})


REQUESTS = (
    ["When a customer asks something, look it up in our handbook and on the web, let AI write the answer from both, and post it to #d"],
    ["Every Monday read table orders. For each order fetch https://a.test/x. If the total is over 5, email a@b.test. Then post to #d."],
    ["When a claim arrives by webhook, sort it into tax or rent. Tax goes to #tax, rent is mailed to rent@x.test."],
    ["If a donation on /donate has an amount over 500, the treasurer has to approve it first; either way mail thanks@x.test."],
    ["When a proposal is posted to /talks, AI rates it from 1 to 10. 8 and better: mail yes@x.test. Below 4: mail no@x.test."],
    ["From each application that arrives on /jobs extract the name and the degree, and put it in the table applicants."],
    ["Set level = 'B1' and topic = 'travel', have AI write five exercises about it and mail them to class@x.test"],
    ["For each row of the table fields get https://soil.test/v1; where the moisture is under 30 call https://valve.test/open"],
    ["Payments come in at /pay. Depending on the method: cash is saved in table cash, card goes to #cards; everything else goes to #odd"],
    ["Every day at 7 get https://a.test/x and https://b.test/y in parallel, let AI compare them and mail a@b.test"],
    ["For each supplier in the table suppliers, search the web for news, let AI judge whether there is a risk, and if so tell #risk"],
    [
        "Every day at 9 get https://n.test/x, summarise it and post it to #n",
        "ask a clerk for approval before posting",
        "remove the summary",
    ],
    ["Every day at 9 get https://n.test/x, summarise it and post it to #n", "translate it to German after the summary", "undo"],
    [
        "Every hour get https://rates.test/eur and if the rate is below 5 tell #treasury",
        "mail cfo@bank.test as well",
        "make the threshold 3",
    ],
    ["fetch https://api.x.test/orders and email the list to boss@x.test", "do the mail for each order"],
    ["webhook → wait 1 day → mail a@b.test → wait 3 days → mail c@d.test", "swap the first and the last mail"],
)


def with_what_the_house_gives(workflow: Workflow) -> Workflow:
    """The database's connection and a path: whoever sets the server up chooses them, and nobody says them in a request."""
    given: dict[str, dict[str, JsonValue]] = {
        "webhook_trigger": {"path": "in"},
        "db_query": {"connection": "main"},
        "db_write": {"connection": "main"},
    }
    nodes = [node.model_copy(update={"config": {**given.get(node.type, {}), **node.config}}) for node in workflow.nodes]
    return workflow.model_copy(update={"nodes": tuple(nodes)})


@pytest.mark.parametrize("messages", REQUESTS, ids=[messages[0][:60] for messages in REQUESTS])
async def test_what_is_drawn_runs_to_its_end(messages: list[str], database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kit, "Probe", World)
    conversation = play(*messages, collections=frozenset({"Handbook"}))
    workflow = with_what_the_house_gives(conversation.workflow)
    trigger, given = started(workflow)
    async with kit.bench(database) as engine:
        run = await engine.run(workflow, dict(given), trigger)
        failed = [f"{step.node_id}: {step.error}" for step in (await engine.steps(run.id)).values() if step.status == "failed"]
    assert failed == []
    assert run.status == "done"
