"""Workflows in a few words, a node type whose work the test writes, and an engine that carries runs on a real database."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from pydantic import JsonValue

from parley.db.session import Database
from parley.db.tables import Chat, Message, Run, Step, User
from parley.engine import journal, store
from parley.engine.events import Event
from parley.engine.hub import Hub
from parley.engine.limits import RunLimits
from parley.engine.runner import Engine
from parley.engine.state import ENDED
from parley.engine.worker import Worker
from parley.ids import new_id
from parley.nodes.base import NodeType, Services, StepContext, StepResult, Wait
from parley.nodes.registry import CATALOGUE, REGISTRY
from parley.nodes.values import Config
from parley.workflow.catalogue import TypeSpec, config_field
from parley.workflow.spec import Edge, Node, Workflow


class ProbeConfig(Config):
    given: JsonValue = config_field(None, title="Given")


Work = Callable[[ProbeConfig, StepContext], Awaitable[StepResult | Wait]]


@dataclass
class Probe:
    """The node types `probe` and `sender` (which has side effects). `work` is done by node id; others give back what they were given."""

    work: dict[str, Work] = field(default_factory=dict[str, Work])
    calls: list[tuple[str, str, int]] = field(default_factory=list[tuple[str, str, int]])

    async def run(self, config: ProbeConfig, context: StepContext) -> StepResult | Wait:
        path = ".".join(map(str, context.path))
        self.calls.append((context.node_id, path, context.attempt))
        work = self.work.get(context.node_id)
        return await work(config, context) if work else StepResult({"text": config.given})

    def count(self, node_id: str) -> int:
        return sum(1 for name, _, _ in self.calls if name == node_id)

    def type(self, name: str, *, side_effect: bool) -> NodeType:
        spec = TypeSpec(
            type=name,
            title="Probe",
            category="data",
            icon="flask",
            description="Does what the test says.",
            config=ProbeConfig,
            output=None,
            output_fields=lambda config: ("text",),
            side_effect=side_effect,
        )
        return NodeType(spec, run=self.run)

    @property
    def registry(self) -> Mapping[str, NodeType]:
        return {**REGISTRY, "probe": self.type("probe", side_effect=False), "sender": self.type("sender", side_effect=True)}


PROBE_CATALOGUE = {**CATALOGUE, **{name: Probe().registry[name].spec for name in ("probe", "sender")}}


def flow(*lines: str, **nodes: Node) -> Workflow:
    """`flow("start > a > b", "b >true> c", a=node("condition", ...))`; names without a node are probes, `start` is a manual trigger."""
    edges: list[Edge] = []
    names = list(nodes)
    for line in lines:
        words = line.split()
        names += words[::2]
        for source, arrow, target in zip(words[::2], words[1::2], words[2::2], strict=False):
            edges.append(Edge(source=source, target=target, source_handle=arrow.strip(">") or None))
    made = [nodes.get(name) or (node("manual_trigger") if name == "start" else node("probe")) for name in dict.fromkeys(names)]
    named = [each.model_copy(update={"id": name, "label": name}) for name, each in zip(dict.fromkeys(names), made, strict=True)]
    return Workflow(name="test", nodes=tuple(named), edges=tuple(edges))


def node(
    type_name: str, parent: str | None = None, retry: Any = None, timeout: float | None = None, on_error: Any = None, **config: Any
) -> Node:
    return Node(id="x", type=type_name, label="x", config=config, parent=parent, retry=retry, timeout=timeout, on_error=on_error)


LIMITS = RunLimits(lease_seconds=5.0, sweep_seconds=0.3)


T = TypeVar("T")


async def eventually(look: Callable[[], Awaitable[T | None]], seconds: float = 10.0) -> T:
    """What `look` finds, as soon as it finds anything."""
    async with asyncio.timeout(seconds):
        while not (found := await look()):  # noqa: ASYNC110 (the database has no event for it)
            await asyncio.sleep(0.01)
    return found


@dataclass
class Bench:
    """One process's engine on a database, with somebody who owns runs."""

    database: Database
    probe: Probe
    worker: Worker
    hub: Hub
    owner_id: str
    chat_id: str
    message_id: str

    async def start(self, workflow: Workflow, given: JsonValue = None, trigger: str | None = "start", **again: Any) -> str:
        run_id = await self.queue(workflow, given, trigger, **again)
        self.worker.ring(run_id)
        return run_id

    async def queue(self, workflow: Workflow, given: JsonValue = None, trigger: str | None = "start", **again: Any) -> str:
        """`again`: columns that say from which run this one takes finished steps."""
        async with self.database.transaction() as session:
            newest = await store.list_runs(session, self.owner_id, chat_id=None, states=(), before=None, limit=1)
            number = newest[0].number + 1 if newest else 1
            run = Run(
                id=new_id(),
                owner_id=self.owner_id,
                chat_id=self.chat_id,
                message_id=self.message_id,
                number=number,
                status="queued",
                trigger_id=trigger,
                input=given,
                last_seq=0,
                cancel_requested=False,
                pause_requested=False,
                paused=False,
                input_text="",
                fence=0,
                created_at=datetime.now(UTC),
                **{"effects": "ask"} | again,
            )
            await store.insert_run(session, run, workflow.model_dump(mode="json"))
        return run.id

    async def run(self, workflow: Workflow, given: JsonValue = None, trigger: str | None = "start", **again: Any) -> Run:
        return await self.ended(await self.start(workflow, given, trigger, **again))

    async def row(self, run_id: str) -> Run:
        async with self.database.reading() as session:
            return await store.get_run(session, run_id, self.owner_id)

    async def ended(self, run_id: str, seconds: float = 10.0) -> Run:
        return await self.until(run_id, *ENDED, seconds=seconds)

    async def until(self, run_id: str, *states: str, seconds: float = 10.0) -> Run:
        async def reached() -> Run | None:
            held = self.worker.holds(run_id)  # asked first: what is read afterwards was written before it was let go
            run = await self.row(run_id)
            return run if run.status in states and not held else None

        return await eventually(reached, seconds)

    async def until_running(self, run_id: str, node_id: str) -> None:
        async def called() -> bool:
            return self.probe.count(node_id) > 0

        await eventually(called)

    async def until_step(self, run_id: str, key: tuple[str, str, int], status: str) -> None:
        async def reached() -> bool:
            step = (await self.steps(run_id)).get(key)
            return step is not None and step.status == status

        await eventually(reached)

    async def steps(self, run_id: str) -> dict[tuple[str, str, int], Step]:
        async with self.database.reading() as session:
            return {(step.node_id, step.path, step.attempt): step for step in await store.steps_of(session, run_id)}

    async def events(self, run_id: str) -> list[Event]:
        async with self.database.reading() as session:
            return await journal.events_after(session, run_id, 0, 100_000)


def new_worker(database: Database, probe: Probe, hub: Hub, limits: RunLimits = LIMITS) -> Worker:
    # Any: probes use none of the services.
    services: Any = Services(llm=None, web=None, http=None, knowledge=None)  # type: ignore[arg-type]
    return Worker(Engine(database, probe.registry, lambda owner: services, hub, limits, owner=new_id()))


@asynccontextmanager
async def bench(database: Database, *, limits: RunLimits = LIMITS, sweeping: bool = True) -> AsyncIterator[Bench]:
    probe, hub = Probe(), Hub()
    worker = new_worker(database, probe, hub, limits)
    now = datetime.now(UTC)
    user, chat, message = new_id(), new_id(), new_id()
    async with database.transaction() as session:
        session.add(
            User(
                id=user, username=user, username_key=user, email=f"{user}@x.de", email_key=f"{user}@x.de", password_hash="-", created_at=now
            )
        )
        await session.flush()
        session.add(
            Chat(id=chat, owner_id=user, title="", title_search="", titled_by_hand=False, run_count=0, created_at=now, updated_at=now)
        )
        await session.flush()
        session.add(
            Message(
                id=message,
                chat_id=chat,
                owner_id=user,
                role="assistant",
                content="",
                search_text="",
                status="done",
                stop_requested=False,
                created_at=now,
            )
        )
    if sweeping:
        await worker.start()
    try:
        yield Bench(database, probe, worker, hub, user, chat, message)
    finally:
        await worker.stop(1.0)


def with_limits(**changes: Any) -> RunLimits:
    return replace(LIMITS, **changes)
