"""The empty page's examples, drawn by the built-in planner: `python -m evals.examples` writes the file that the web shows."""

import json
from pathlib import Path

from parley.nodes.registry import CATALOGUE
from parley.planner.base import PlanRequest
from parley.planner.builtin.planner import decide
from parley.turns.message_view import summaries_of
from parley.workflow.edits import apply_all
from parley.workflow.spec import EMPTY
from parley.workflow.validate import Surroundings

FILE = Path(__file__).parents[2] / "web/src/features/conversation/examples.gen.json"

# Short, each with another shape: branches, a rhythm, documents with an approval, a loop.
REQUESTS = (
    "When a support mail comes in, sort it into billing, technical or other and tell #finance, #helpdesk or #support",
    "Every Monday at 8, search the web for news about our competitors, summarise it and mail it to me",
    "Answer questions from our handbook, and ask me before anything is sent",
    "Go through the open invoices, write each customer a friendly reminder and mail it",
)


def drawn(text: str) -> dict[str, object]:
    """The request and its diagram in the shapes of a message's `workflow_data` and `summaries`."""
    turn = decide(PlanRequest(text, EMPTY, CATALOGUE, Surroundings(collections=frozenset())))
    workflow = apply_all(turn.edits, EMPTY, CATALOGUE)
    return {"text": text, "workflow": workflow.model_dump(mode="json"), "summaries": summaries_of(workflow, CATALOGUE)}


def contents() -> str:
    return json.dumps([drawn(text) for text in REQUESTS], indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(contents(), encoding="utf-8")
