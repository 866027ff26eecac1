"""What the operator has set up: names of variables and whether they are set, never their values."""

from fastapi import APIRouter

from parley.api.configured import SettingsView
from parley.api.deps import CurrentUser, PartsDep

router = APIRouter(prefix="/api/settings", tags=["settings"])


@router.get("")
async def get_settings(_user: CurrentUser, parts: PartsDep) -> SettingsView:
    return parts.configured
