"""The node types as data: what the palette, the cards and the forms of the web are drawn from."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from parley.api.deps import CurrentUser, PartsDep
from parley.workflow.catalogue import Category, TypeSpec
from parley.workflow.spec import OnError

router = APIRouter(prefix="/api", tags=["node-types"])


class NodeTypeView(BaseModel):
    """`handles` are the ways out of a node that is not configured yet (none: a single unnamed one); where `branches_from` names a
    config field, the names in it come first. `unrunnable_reason` says why a type cannot run yet."""

    model_config = ConfigDict(frozen=True)

    type: str
    title: str
    category: Category
    icon: str
    description: str
    config_schema: dict[str, Any]
    output_schema: dict[str, Any] | None
    handles: list[str]
    branches_from: str | None
    is_trigger: bool
    is_container: bool
    runs: bool
    side_effect: bool
    tool: bool
    on_error: OnError
    runnable: bool
    unrunnable_reason: str | None


class NodeTypes(BaseModel):
    items: list[NodeTypeView]
    next_cursor: None


@router.get("/node-types")
async def list_node_types(parts: PartsDep, user: CurrentUser) -> NodeTypes:
    return NodeTypes(items=[_view(spec) for spec in parts.turns.catalogue.values()], next_cursor=None)


def _view(spec: TypeSpec) -> NodeTypeView:
    return NodeTypeView(
        type=spec.type,
        title=spec.title,
        category=spec.category,
        icon=spec.icon,
        description=spec.description,
        config_schema=spec.config.model_json_schema(),
        output_schema=spec.output.model_json_schema(mode="serialization") if spec.output else None,
        handles=list(spec.branches({})),
        branches_from=spec.branches_from,
        is_trigger=spec.is_trigger,
        is_container=spec.is_container,
        runs=spec.runs,
        side_effect=spec.side_effect,
        tool=spec.tool,
        on_error=spec.on_error,
        runnable=spec.runnable,
        unrunnable_reason=spec.unrunnable_reason,
    )
