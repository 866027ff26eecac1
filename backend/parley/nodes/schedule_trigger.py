"""`schedule_trigger`: the clock starts the run."""

from collections.abc import Mapping
from datetime import date

from pydantic import BaseModel, JsonValue

from parley.nodes.base import NodeType
from parley.nodes.cron import Cron, Timezone, cron_in_words
from parley.nodes.values import Config, said
from parley.workflow.catalogue import TypeSpec, config_field


class ScheduleTriggerConfig(Config):
    cron: Cron = config_field(
        kind="cron",
        title="Schedule",
        description="Minute, hour, day, month, weekday. For Monday at 9, write 0 9 * * 1.",
        placeholder="0 9 * * 1",
    )
    timezone: Timezone = config_field("", kind="timezone", title="Time zone", placeholder="Your browser’s")
    every: int = config_field(1, kind="plain", title="Every", description="2 means every second time.", ge=1, le=1000)
    starts_on: date | None = config_field(None, kind="plain", title="Starts on", placeholder="2027-01-31")


class Fired(BaseModel):
    fired_at: str


def _summary(config: Mapping[str, JsonValue]) -> str:
    words = cron_in_words(said(config, "cron")) or "Schedule"
    every = config.get("every")
    return (
        f"{words}, each {every}th time" if isinstance(every, int) and every > 2 else f"{words}, every other time" if every == 2 else words
    )


TYPE = NodeType(
    TypeSpec(
        type="schedule_trigger",
        title="Schedule",
        category="trigger",
        icon="clock",
        description="Starts at set times: every morning, each Monday, on the first of the month.",
        config=ScheduleTriggerConfig,
        output=Fired,
        summary=_summary,
        is_trigger=True,
    )
)
