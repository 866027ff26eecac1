"""What turns cost is kept with the answer, with who made it, and summed up with the chat."""

import pytest

from parley.planner.base import Answered, PlannerEvent, ReplyDelta
from tests.turns.conftest import Conversation


def answer(planner: str, model: str | None, tokens: tuple[int, int], cost: float | None) -> list[PlannerEvent | Exception]:
    return [ReplyDelta("Done."), Answered("model" if planner == "model" else "builtin", model, *tokens, cost)]


async def usage_of(conversation: Conversation) -> dict[str, float | None]:
    chat = (await conversation.client.get(f"/api/chats/{conversation.chat_id}")).json()
    return chat["usage"]


async def test_an_answer_says_who_made_it_and_what_it_cost(conversation: Conversation) -> None:
    conversation.planner.scripts = [answer("model", "gpt-6-luna", (1_200, 80), 0.0021)]
    message = await conversation.say("Build it")
    assert (message["planner"], message["model"]) == ("model", "gpt-6-luna")
    assert message["usage"] | {"seconds": 0} == {"input_tokens": 1_200, "output_tokens": 80, "seconds": 0, "cost": 0.0021}


async def test_a_chat_sums_up_its_turns_on_all_branches_and_those_that_failed(conversation: Conversation) -> None:
    assert await usage_of(conversation) == {"input_tokens": 0, "output_tokens": 0, "seconds": 0.0, "cost": None}
    failed = [*answer("model", "m", (7, 0), None), RuntimeError("broke off")]
    conversation.planner.scripts = [
        answer("builtin", None, (0, 0), None),
        answer("model", "m", (1_000, 100), 0.5),
        answer("model", "m", (10, 1), 0.25),
        failed,
    ]
    await conversation.say("first")
    assert (await usage_of(conversation))["cost"] is None, "nothing is known of a cost yet"
    message = await conversation.say("second")
    await conversation.client.post(f"/api/messages/{message['id']}/regenerate", json={})
    await conversation.say("third")
    summed = await usage_of(conversation)
    assert (summed["input_tokens"], summed["output_tokens"]) == (1_017, 101)
    assert summed["cost"] == pytest.approx(0.75)
    assert summed["seconds"]
    listed = (await conversation.client.get("/api/chats")).json()["items"]
    assert [chat["usage"] for chat in listed if chat["id"] == conversation.chat_id] == [summed]


async def test_the_other_planner_answers_again_with_one_request(conversation: Conversation) -> None:
    """Beside the first answer, which stays; without a model that is refused in plain words."""
    message = await conversation.say("Build it")
    again = await conversation.client.post(f"/api/messages/{message['id']}/regenerate", json={"planner": "builtin"})
    assert again.status_code == 201
    assert again.json()["parent_id"] == message["parent_id"]
    refused = await conversation.client.post(f"/api/messages/{message['id']}/regenerate", json={"planner": "model"})
    assert refused.status_code == 422
    assert refused.json()["message"].startswith("No language model is set up.")
