"""What a person may know of how this server was set up: names of variables and whether they are set, never their values."""

from typing import Literal

from pydantic import BaseModel


class ConfiguredView(BaseModel):
    """`variable` is what to set in the environment or `.env` to change it; `detail` is a harmless word about the present choice."""

    key: str
    label: str
    variable: str
    configured: bool
    detail: str | None


class LimitsView(BaseModel):
    max_body_bytes: int
    max_upload_bytes: int
    turn_seconds: float
    turn_tokens: int


class SettingsView(BaseModel):
    database: Literal["sqlite", "mysql", "postgresql"]
    registration: Literal["open", "closed"]
    planner: Literal["auto", "builtin", "model"]
    items: list[ConfiguredView]
    limits: LimitsView
