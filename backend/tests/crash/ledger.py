"""What the database says, read from outside: which steps are recorded, which are in doubt, and whether a run's record is whole."""

import asyncio
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import func, select, text, update
from sqlalchemy.exc import OperationalError

from parley.db.session import Database
from parley.db.tables.runs import Run, RunEvent, Step
from parley.engine import journal, store
from parley.engine.graph import compile_graph
from parley.engine.state import RunState, apply_event
from parley.nodes.registry import CATALOGUE
from parley.workflow.spec import Workflow
from tests.crash.sink import Place, Sink


def step_name(node_id: str, path: str) -> str:
    return f"{node_id}.{path}" if path else node_id


@dataclass(frozen=True)
class Doubt:
    """A step that a run asks about."""

    run_id: str
    node_id: str
    path: str
    attempt: int
    url: str

    @property
    def place(self) -> Place:
        return self.url.split("/")[-2], self.url.split("/")[-1]

    @property
    def kind(self) -> str:
        return self.url.split("/")[-3]

    def choice(self, sink: Sink) -> Literal["repeat", "done"]:
        return "done" if self.kind == "known" and sink.effects[self.place] else "repeat"


@dataclass(frozen=True)
class Ledger:
    database: Database

    async def cases(self) -> dict[str, str]:
        """Run id by case."""
        async with self.database.reading() as session:
            return {given["case"]: run_id for run_id, given in await session.execute(select(Run.id, Run.input))}

    async def states(self) -> Counter[str]:
        async with self.database.reading() as session:
            rows = await session.execute(select(Run.status, func.count()).group_by(Run.status))
            return Counter({status: number for status, number in rows})  # noqa: C416 (a row is no tuple to the type checker)

    async def claims(self) -> dict[str, int]:
        """How often each run was claimed."""
        async with self.database.reading() as session:
            return {run_id: fence for run_id, fence in await session.execute(select(Run.id, Run.fence))}  # noqa: C416 (as above)

    async def carriers(self) -> set[str]:
        """Who holds a lease just now."""
        async with self.database.reading() as session:
            return {owner for owner in await session.scalars(select(Run.lease_owner).distinct()) if owner}

    async def recorded(self, run_ids: Collection[str]) -> dict[str, set[str]]:
        """By run id the steps that are done."""
        found: dict[str, set[str]] = {run_id: set() for run_id in run_ids}
        async with self.database.reading() as session:
            query = select(Step.run_id, Step.node_id, Step.path).where(Step.run_id.in_(run_ids), Step.status == "done")
            for run_id, node_id, path in await session.execute(query):
                found[run_id].add(step_name(node_id, path))
        return found

    async def doubts(self) -> list[Doubt]:
        try:
            async with self.database.reading() as session:
                query = select(Step.run_id, Step.node_id, Step.path, Step.attempt, Step.input)
                rows = await session.execute(query.where(Step.status == "in_doubt"))
                return [Doubt(run_id, node_id, path, attempt, given["url"]) for run_id, node_id, path, attempt, given in rows]
        except OperationalError:
            return []  # the database itself was killed

    async def writable(self) -> bool:
        """Whether nobody holds a lock on runs."""
        try:
            async with asyncio.timeout(3), self.database.transaction() as session:
                if self.database.dialect == "mysql":
                    await session.execute(text("SET SESSION innodb_lock_wait_timeout = 1"))
                await session.execute(update(Run).values(last_seq=Run.last_seq))
        except (TimeoutError, OperationalError):
            return False
        return True

    async def check(self, run_id: str) -> tuple[Run, dict[tuple[str, str], Step]]:
        """The run and what became of each step, after making sure of the record: no number missing or double, each step finished once,
        and the rows are what the journal says."""
        async with self.database.reading() as session:
            run = await session.get_one(Run, run_id)
            numbers = list(await session.scalars(select(RunEvent.seq).where(RunEvent.run_id == run_id).order_by(RunEvent.seq)))
            events = await journal.events_after(session, run_id, 0, 1_000_000)
            rows = await store.steps_of(session, run_id)
            workflow = Workflow.model_validate(await store.pinned_workflow(session, run))
        assert numbers == list(range(1, run.last_seq + 1)), f"run {run_id}: the journal has gaps or doubles"
        finished = Counter((event.node_id, event.path) for event in events if event.kind in ("step_done", "step_skipped"))
        assert all(times == 1 for times in finished.values()), f"run {run_id}: finished twice: {finished.most_common(3)}"
        state = RunState(compile_graph(workflow, CATALOGUE))
        for event in events:
            apply_event(state, event)
        assert state.run_status == run.status
        assert {(row.node_id, row.path, row.attempt): (row.status, row.output) for row in rows} == {
            key: (step.status, step.output) for key, step in state.attempts.items()
        }
        return run, {(row.node_id, row.path): row for row in rows}


@dataclass
class Audit:
    """What may take effect again: at each crash, what had taken effect or was just being called, and was not recorded yet."""

    ledger: Ledger
    sink: Sink
    window: Counter[Place]
    kills: int = 0

    async def note_crash(self) -> None:
        self.kills += 1
        cases = await self.ledger.cases()
        recorded = await self.ledger.recorded(cases.values())
        for place in self.sink.effects.keys() | +self.sink.under_way:
            run_id = cases.get(place[0])
            if run_id is not None and place[1] not in recorded[run_id]:
                self.window[place] += 1

    async def check(self, case: str, run_id: str, order: Collection[str], let_go: int) -> None:
        """`let_go`: how often a process that lived said that it can carry this run no further; each opens the window once, at its steps."""
        run, steps = await self.ledger.check(run_id)
        assert run.status == "done", (run.status, run.error)
        for name in order:
            place = (case, name)
            node_id, _, path = name.partition(".")
            step = steps[node_id, path]
            assert step.status == "done", (place, step.status)
            times = self.sink.effects[place]
            assert times >= 1, f"{place} is recorded as done and never took effect"
            kind = step.input["url"].split("/")[-3]
            if kind != "blind":
                assert times == 1, f"{place} ({kind}) took effect {times} times"
            else:
                assert times <= run.fence, f"{place}: {times} effects, the run was claimed {run.fence} times"
                opened = self.window[place] + let_go
                assert times <= 1 + opened, (
                    f"{place}: {times} effects, {self.window[place]} crashes within the window, let go {let_go} times"
                )
            if step.output["body"] is not None:  # known to be done: what it gave is not
                assert step.output["body"]["effect"] in self.sink.numbers[place]
            if step.input["method"] not in ("GET", "HEAD"):
                assert self.sink.keys[place] == {f"{run_id}:{node_id}:{path}"}
        _check_flow(steps)


def _check_flow(steps: dict[tuple[str, str], Step]) -> None:
    """Each step was given what the one before it is recorded to have given."""
    for (node_id, path), step in steps.items():
        given: Any = (step.input or {}).get("query") if isinstance(step.input, dict) else None
        if given and "after" in given:
            before = steps[f"{node_id[0]}{int(node_id[1:]) - 1:02}", path]
            body = before.output["body"]
            assert (given["after"] or None) == (None if body is None else body["effect"]), (node_id, given, body)
