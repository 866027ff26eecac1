"""What a planner may know of the newest run on a branch: how it went and how each step did, in a few short texts."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from pydantic import JsonValue
from sqlalchemy.ext.asyncio import AsyncSession

from parley.engine import store
from parley.engine.store import StepLine
from parley.planner.base import RunFacts, StepFacts

MOST_STEPS = 200  # of one run; a loop over thousands of rows is told by its first turns
READ = 4_000  # characters of a step's output that are read: enough for its text and the pages it cites
TOLD = 500  # characters of an output or error that the planner gets
MOST_PAGES = 12


async def last_run(session: AsyncSession, chat_id: str, branch: Sequence[str]) -> RunFacts | None:
    run = await store.newest_run(session, chat_id, branch) if branch else None
    if run is None:
        return None
    lines = await store.step_lines(session, run.id, limit=MOST_STEPS, characters=READ)
    drawn = cast(Mapping[str, Any], await store.pinned_workflow(session, run) or {})
    labels = {str(node["id"]): str(node["label"]) for node in drawn.get("nodes", ())}
    return RunFacts(
        run.number,
        run.status,
        told(run.output),
        _error(run.error),
        _seconds(run.started_at, run.finished_at),
        tuple(_facts(node_id, labels.get(node_id, node_id), found) for node_id, found in _by_node(lines).items()),
    )


def _by_node(lines: Sequence[StepLine]) -> dict[str, list[StepLine]]:
    found: dict[str, list[StepLine]] = {}
    for line in lines:
        found.setdefault(line.node_id, []).append(line)
    return found


def _facts(node_id: str, label: str, lines: Sequence[StepLine]) -> StepFacts:
    """Of several attempts at one turn the newest counts; of several turns a failed one decides."""
    turns = list({line.path: line for line in lines}.values())
    failed = [line for line in turns if line.status == "failed" and not _only_stopped(line)]
    shown = failed[-1] if failed else turns[-1]
    value = _parsed(shown.output)
    return StepFacts(
        node_id,
        label,
        "stopped" if _only_stopped(shown) else shown.status,
        sum(line.status == "done" for line in turns),
        len(failed),
        shown.branch,
        told(value),
        _error(shown.error),
        pages(value),
        sum(seconds for line in turns if (seconds := _seconds(line.started_at, line.finished_at)) is not None),
    )


def _only_stopped(line: StepLine) -> bool:
    """Recorded as failed because something else failed: no answer to "why did it fail?"."""
    return line.status == "failed" and cast(dict[str, Any], line.error or {}).get("error") == "stopped"


def _parsed(text: str | None) -> JsonValue:
    if text is None:
        return None
    try:
        return json.loads(text)
    except ValueError:  # only the beginning of it was read
        return text


def told(value: Any) -> str:
    """A value for a person: its text if it has one, else its fields."""
    if isinstance(value, dict):
        fields = cast(dict[str, Any], value)
        for name in ("text", "value", "message", "body", "results", "rows", "label", "result"):
            if fields.get(name) not in (None, "", [], {}):
                return told(fields[name])
        value = {name: entry for name, entry in fields.items() if entry not in (None, "", [], {})}
        if not value:
            return ""
    text = "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = re.sub(r"\s+", " ", text).strip()
    return text if len(text) <= TOLD else text[:TOLD].rsplit(" ", 1)[0] + " ..."


def pages(value: JsonValue) -> tuple[str, ...]:
    """The pages that an output cites or found, each once, in its order; also of an output of which only the beginning was read."""
    found: list[str] = []
    if isinstance(value, dict):
        listed = value.get("citations") or value.get("chunks")
        for entry in listed if isinstance(listed, list) else ():
            if isinstance(entry, dict) and entry.get("document"):
                found.append(f"{entry['document']}, page {entry.get('page')}")
    elif isinstance(value, str):
        found += [f"{name}, page {page}" for name, page in re.findall(r'"document":"([^"\\]{1,200})","page":(\d+)', value)]
    return tuple(dict.fromkeys(found))[:MOST_PAGES]


def _error(error: Any) -> str:
    if not isinstance(error, dict):
        return ""
    return told(cast(dict[str, Any], error).get("message"))


def _seconds(start: datetime | None, end: datetime | None) -> float | None:
    return None if start is None or end is None else round((end - start).total_seconds(), 3)
