"""`db_query`: reads rows from a database."""

from pydantic import BaseModel, JsonValue

from parley.nodes.base import NodeType
from parley.nodes.values import Config, Text, said
from parley.workflow.catalogue import TypeSpec, config_field


class DbQueryConfig(Config):
    connection: Text = config_field(kind="connection", title="Connection")
    query: Text = config_field(
        kind="code", title="Query", description="Values go in as :name, from the parameters.", placeholder="select * from orders"
    )
    params: dict[str, JsonValue] = config_field({}, kind="template", title="Parameters")


class DbQueryOutput(BaseModel):
    rows: list[dict[str, JsonValue]]
    count: int


TYPE = NodeType(
    TypeSpec(
        type="db_query",
        title="Read from database",
        category="data",
        icon="database",
        description="Reads rows from a database.",
        config=DbQueryConfig,
        output=DbQueryOutput,
        summary=lambda config: said(config, "query") or said(config, "connection", "A query"),
        tool=True,
        unrunnable_reason="Database steps cannot run yet. Fetch the rows from a web service with an “HTTP request” step.",
    )
)
