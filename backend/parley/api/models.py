"""The language models one may choose from; none where none is set up."""

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from parley.api.deps import CurrentUser, PartsDep

router = APIRouter(prefix="/api", tags=["models"])


class ModelView(BaseModel):
    """`id` is what a message's `model` may name."""

    id: str
    name: str
    provider: Literal["openai", "openai-compatible", "google", "anthropic", "local", "ollama"]
    default: bool


class ModelList(BaseModel):
    items: list[ModelView]
    next_cursor: None


@router.get("/models")
async def list_models(parts: PartsDep, user: CurrentUser) -> ModelList:
    items = [ModelView(id=m.id, name=m.name, provider=m.provider, default=m.default) for m in await parts.models.available()]
    return ModelList(items=items, next_cursor=None)
