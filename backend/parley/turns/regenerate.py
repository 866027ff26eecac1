"""Answer a message again: a new answer beside the old one, which stays."""

from parley.chats import messages, store
from parley.db.session import db_now
from parley.errors import ParleyError
from parley.turns.feed import TurnFeed
from parley.turns.parts import TurnParts
from parley.turns.send_message import Saying, begin_turn, claim_turn, storing_turn


class NotAnAnswer(ParleyError):
    """Only an assistant's message can be answered again."""

    status = 422


async def regenerate(parts: TurnParts, owner_id: str, message_id: str, saying: Saying) -> TurnFeed:
    """`saying.content` is ignored: the question is the one that was asked. Raises NoModel, TurnInProgress, NotAnAnswer, NotFound."""
    await parts.planners.check(saying.planner or parts.default_planner, saying.model)
    async with storing_turn(parts) as (session, begun):
        answer = await messages.get_message(session, message_id, owner_id)
        if answer.role != "assistant" or answer.parent_id is None:
            raise NotAnAnswer("Only an answer can be tried again. Pick an answer of Parley's.")
        chat = await store.get_head(session, answer.chat_id, owner_id)
        empty = await claim_turn(parts, session, chat, answer.parent_id, await db_now(session))
        tree = await messages.read_tree(session, chat.id)
        user = await messages.get_message(session, answer.parent_id, owner_id)
        parent = await messages.get_message(session, user.parent_id, owner_id) if user.parent_id else None
        begun.append(await begin_turn(parts, session, chat, tree, user, empty, parent, saying))
    return begun[0].start(parts.feeds)
