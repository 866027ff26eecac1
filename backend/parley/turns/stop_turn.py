"""Stop a turn in mid-stream: at once if it runs in this process, otherwise by a flag that its process sees within a second."""

from parley.chats import messages
from parley.turns.parts import TurnParts


async def stop_turn(parts: TurnParts, owner_id: str, message_id: str) -> None:
    """Stopping a turn that has ended is no error: it has stopped."""
    async with parts.database.transaction() as session:
        await messages.get_message(session, message_id, owner_id)
        await messages.request_stop(session, message_id)
    await parts.feeds.stop(message_id)
