"""`db_write`: writes rows to a table of a database."""

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, JsonValue

from parley.nodes.base import NodeType
from parley.nodes.values import Config, Text, said
from parley.workflow.catalogue import TypeSpec, config_field


class DbWriteConfig(Config):
    connection: Text = config_field(kind="connection", title="Connection")
    table: Text = config_field(kind="template", title="Table", placeholder="orders")
    rows: JsonValue = config_field(
        kind="code", title="Rows", description="One object, or a list of them.", placeholder="{{ extract.fields }}"
    )
    mode: Literal["insert", "update", "upsert"] = config_field("insert", kind="plain", title="Mode")


class DbWriteOutput(BaseModel):
    count: int


def _summary(config: Mapping[str, JsonValue]) -> str:
    return f"{said(config, 'mode', 'insert').capitalize()} into {said(config, 'table', 'a table')}"


TYPE = NodeType(
    TypeSpec(
        type="db_write",
        title="Write to database",
        category="data",
        icon="table-2",
        description="Adds or changes rows in a table of a database.",
        config=DbWriteConfig,
        output=DbWriteOutput,
        summary=_summary,
        side_effect=True,
        tool=True,
        unrunnable_reason="Database steps cannot run yet. Send the rows to a web service with an “HTTP request” step.",
    )
)
