"""How a model is asked for edits: by calls of the tool, as one JSON object that its server enforces, or as JSON in its text.

The first is tried first, where the model's library does not know better; what a server refuses steps down to the next, and what was
found out is remembered for as long as the process lives.
"""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

from parley.planner.model.tool import EDIT_SCHEMA

if TYPE_CHECKING:
    from pydantic_ai.models import Model

Manner = Literal["tool", "structured", "fenced"]

# What servers say that cannot do it: "does not support tools", "tool choice requires --enable-auto-tool-choice", "tools param requires
# --jinja flag", "Function calling is not enabled for this model"; "response_format", "json_schema", "failed to parse grammar".
_NO_TOOLS = ("tool", "function call", "function_call")
_NO_SCHEMA = ("response_format", "schema", "grammar", "structured", "json")

ANSWER_SCHEMA: dict[str, Any] = {  # Any: JSON Schema
    "type": "object",
    "properties": {
        "reply": {"type": "string", "description": "What you say to the person"},
        "edits": {"type": "array", "items": EDIT_SCHEMA},
    },
    "required": ["reply", "edits"],
}

STRUCTURED = """
You cannot call tools here. Answer with one JSON object: reply (what you say to the person) first, then edits (a list, empty where nothing
is to be changed; the same edits that edit_workflow takes).
"""
FENCED = """
You cannot call tools here. Write the reply; where something is to be changed, write after it one block that holds the edits as JSON:
```json
{"edits": [{"op": "add_node", "id": "question", "type": "chat_trigger", "label": "Question arrives"}]}
```
The fields of an edit: """
FIELDS = "; ".join(
    name + (f" ({spec['description']})" if "description" in spec else "")
    for name, spec in EDIT_SCHEMA["properties"].items()
    if name != "op"
)
OPS = ", ".join(EDIT_SCHEMA["properties"]["op"]["enum"])


def format_words(manner: Manner) -> str:
    """What is added to the instructions; it ends them, so that they begin the same for every model."""
    match manner:
        case "tool":
            return ""
        case "structured":
            return STRUCTURED
        case "fenced":
            return f"{FENCED}op ({OPS}); {FIELDS}.\n"


class Manners:
    def __init__(self) -> None:
        self._known: dict[str, Manner] = {}

    def of(self, model_id: str, model: "Model") -> Manner:
        if model_id not in self._known:
            self._known[model_id] = "tool" if model.profile.get("supports_tools", True) else _without_tools(model)
        return self._known[model_id]

    def learn(self, model_id: str, manner: Manner) -> None:
        self._known[model_id] = manner

    def step_down(self, model_id: str, model: "Model", error: BaseException) -> bool:
        """Whether the failure says that the model cannot be asked so; it will be asked in the next manner from now on."""
        said = " ".join(_words(error)).lower()
        match self.of(model_id, model):
            case "tool" if any(word in said for word in _NO_TOOLS):
                self._known[model_id] = _without_tools(model)
            case "structured" if any(word in said for word in _NO_SCHEMA):
                self._known[model_id] = "fenced"
            case _:
                return False
        return True


def _without_tools(model: "Model") -> Manner:
    return "structured" if model.profile.get("supports_json_schema_output", False) else "fenced"


def _words(error: BaseException | None) -> Iterator[str]:
    """What the service said in refusing the request; nothing for failures of other kinds."""
    from pydantic_ai.exceptions import ModelHTTPError

    while error is not None:
        if isinstance(error, ModelHTTPError) and (error.status_code in (400, 404, 405, 415, 422) or error.status_code >= 500):
            yield error.body if isinstance(error.body, str) else json.dumps(error.body, default=str)
        error = error.__cause__
