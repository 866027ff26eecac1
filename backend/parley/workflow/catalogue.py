"""What the pure rooms know of a node type: its config and output models, its branches and its flags, but not how it runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel, JsonValue
from pydantic import Field as PydanticField

from parley.workflow.spec import OnError

Model = type[BaseModel]  # named here because a field called `type` hides the built-in one inside TypeSpec

Category = Literal["trigger", "ai", "knowledge", "web", "data", "control", "message", "human", "note"]

# How a config field is read and drawn. It travels as "x-kind" in the config's JSON Schema, which draws the form in the web.
#   plain       taken as it is              template   one line with {{ references }}     text    several lines with {{ references }}
#   expression  a bare expression           secret     only {{ secrets.NAME }}            code    several lines, monospaced, a template
#   collection, connection, model, cron, timezone, duration: a template with a picker or help of its own
FieldKind = Literal[
    "plain", "template", "text", "expression", "secret", "code", "collection", "connection", "model", "cron", "timezone", "duration"
]


def config_field(
    default: Any = ...,
    *,
    kind: FieldKind = "template",
    title: str,
    description: str = "",
    placeholder: str = "",
    **constraints: Any,
) -> Any:  # Any: pydantic's own Field() is typed so, for the benefit of `name: str = Field(...)`
    """A field of a config model. `default=...` makes it required: without a value the diagram shows it as missing."""
    extra: dict[str, JsonValue] = {"x-kind": kind}
    if placeholder:
        extra["x-placeholder"] = placeholder
    return PydanticField(default, title=title, description=description or None, json_schema_extra=extra, **constraints)


def one_way_out(config: Mapping[str, JsonValue]) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True)
class TypeSpec:
    """One node type as data.

    `branches(config)` names the ways out in order, from raw config; () means a single unnamed one.
    `output` is None where the output has no fixed model: `output_fields(config)` then names the fields, or None where anything goes.
    `summary(config)` is the one line under the label.
    """

    type: str
    title: str
    category: Category
    icon: str  # a lucide icon's name
    description: str
    config: Model
    output: Model | None
    branches: Callable[[Mapping[str, JsonValue]], tuple[str, ...]] = one_way_out
    branches_from: str | None = None  # the config field whose names are ways out, for clients that cannot call `branches`
    output_fields: Callable[[Mapping[str, JsonValue]], tuple[str, ...] | None] | None = None
    summary: Callable[[Mapping[str, JsonValue]], str] = field(default=lambda config: "")
    is_trigger: bool = False
    is_container: bool = False  # the loop: other nodes may have it as parent
    runs: bool = True  # a note never runs and has no edges
    side_effect: bool = False  # may change something outside; `has_side_effect` says it of one config
    side_effect_of: Callable[[Mapping[str, JsonValue]], bool] | None = None
    reads_scope: bool = False  # its work looks at more of the outputs its templates name than they show
    tool: bool = False
    on_error: OnError = "fail"
    unrunnable_reason: str | None = None  # says why a type cannot run yet; None: it can

    @property
    def runnable(self) -> bool:
        return self.unrunnable_reason is None

    def has_side_effect(self, config: Mapping[str, JsonValue]) -> bool:
        return self.side_effect if self.side_effect_of is None else self.side_effect_of(config)


Catalogue = Mapping[str, TypeSpec]
