"""Milliseconds of a run whose steps do nothing, durable per step: `python -m benchmarks.engine [rounds] [database url]`.

The engine with its worker in this process, LangGraph with its SqliteSaver, and the floor (plain asyncio, one SQLite commit per tick of
the loop) take turns in each round; medians are printed. The engine is timed from storing the run to the record of its end, with its
journal, its rows of steps and its live viewers' hub; its steps are a node type that gives back a number, as the peers' do. LangGraph
wants an environment of its own, since it holds back a package of ours:

    uv venv .venv-bench && uv pip install --python .venv-bench/bin/python --require-hashes -r requirements-bench.lock
    .venv-bench/bin/python -m benchmarks.engine

In the usual one its columns stay empty. With the URL of a MariaDB or a PostgreSQL the engine is measured there, alone. What goes over
HTTP is in `benchmarks.engine_http`.
"""

import asyncio
import gc
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import uvloop

from benchmarks.engine_embedded import Embedded, embedded, stored
from benchmarks.engine_peers import HAS_LANGGRAPH, Floor, LangGraph
from benchmarks.engine_shapes import CHAIN, FAN_OUT, LANES, MESH, NOTHING, SHAPES, Shape, layers, workflow_of
from benchmarks.server import machine
from parley.db.committer import Sync
from parley.engine.graph import compile_graph
from parley.nodes.registry import CATALOGUE
from parley.workflow.spec import Workflow

# At FULL as shares of LangGraph's time, at NORMAL in ms; a chain at FULL also at most 1.6 of the floor.
GOALS: dict[str, tuple[float, float]] = {CHAIN.name: (0.6, 12), FAN_OUT.name: (0.15, 8), LANES.name: (0.2, 20), MESH.name: (0.2, 20)}
PLAN_GOAL_MS = 5
WEBHOOK, WEBHOOK_RUNS, AT_ONCE = Shape("a run of 2 steps", layers("w", 1, 1)), 400, 16


async def main(rounds: int, url: str | None) -> None:
    print(f"{machine()}; {rounds} rounds, medians" + ("" if HAS_LANGGRAPH else "; LangGraph is not installed"))
    if url is not None:
        async with embedded(url) as parley:
            for shape in SHAPES:
                print(f"{shape.name:20} {await _median_ms(parley, shape, rounds):8.1f} ms")
            print(await _webhooks(parley))
        return
    for sync in ("FULL", "NORMAL"):
        with tempfile.TemporaryDirectory() as folder:
            await _side_by_side(sync, rounds, Path(folder))
    _plans(rounds)


async def _side_by_side(sync: Sync, rounds: int, folder: Path) -> None:
    print(f"\n{f'synchronous={sync}':35} Parley   LangGraph     floor   of LangGraph   of the floor")
    floor = Floor(folder, sync)
    peer = LangGraph(folder, sync) if HAS_LANGGRAPH else None
    async with embedded(f"sqlite:///{folder}/parley.db", sync) as parley:
        for shape in SHAPES:
            data, plan, invoke = stored(workflow_of(shape)), floor.plan(shape), peer.plan(shape) if peer else None
            ours, theirs, least = [], [], []
            for number in range(rounds + 1):
                if number == 1:
                    gc.freeze()  # as the server does with what it has loaded: the collections between rounds then leave caches warm
                taken = await _timed(lambda data=data: parley.run(data))
                await parley.settle()
                taken_by_floor = await _timed(lambda plan=plan: floor.run(plan))
                taken_by_peer = _timed_call(invoke) if invoke else 0.0
                if number:  # the first warms up
                    ours.append(taken)
                    least.append(taken_by_floor)
                    theirs.append(taken_by_peer)
            _line(shape, sync, statistics.median(ours), statistics.median(theirs), statistics.median(least))
        print(await _webhooks(parley))
    floor.close()
    if peer:
        peer.close()


def _line(shape: Shape, sync: Sync, ours: float, theirs: float, least: float) -> None:
    share, most = GOALS[shape.name]
    goal = f"goal {share} of LangGraph" + (", 1.6 of the floor" if shape is CHAIN else "") if sync == "FULL" else f"goal {most} ms"
    beside = f"{theirs:8.1f} ms" if theirs else " " * 11
    of_peer = f"{ours / theirs:10.2f}" if theirs else " " * 10
    print(f"{shape.name:32} {ours:8.1f} ms {beside} {least:6.1f} ms {of_peer} {ours / least:14.2f}      {goal}")


async def _webhooks(parley: Embedded) -> str:
    """Runs of two steps behind a trigger, a few at a time, from storing each to the record of its end."""
    data = stored(workflow_of(WEBHOOK))
    left = iter(range(WEBHOOK_RUNS))

    async def caller() -> None:
        for _ in left:
            await parley.run(data)

    began = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(AT_ONCE)))
    rate = WEBHOOK_RUNS / (time.perf_counter() - began)
    return f"{WEBHOOK.name:32} {rate:8.0f} runs/s, {AT_ONCE} at once      goal 100"


def _plans(rounds: int) -> None:
    """From a workflow to what can be executed; also from its JSON, as it is read for a run."""
    catalogue = {**CATALOGUE, "nothing": NOTHING.spec}
    print()
    with tempfile.TemporaryDirectory() as folder:
        floor = Floor(Path(folder), "OFF")
        peer = LangGraph(Path(folder), "OFF") if HAS_LANGGRAPH else None
        for shape in (LANES, MESH):
            workflow = workflow_of(shape)
            text = workflow.model_dump_json()
            ours = _median_call_ms(partial(compile_graph, workflow, catalogue), rounds)
            read = _median_call_ms(partial(Workflow.model_validate_json, text), rounds)
            least = _median_call_ms(partial(floor.plan, shape), rounds)
            beside = f"LangGraph {_median_call_ms(partial(peer.plan, shape), 3):.1f} ms, " if peer else ""
            print(f"plan of {shape.name:24} {ours:8.1f} ms, {beside}floor {least:.1f} ms, goal {PLAN_GOAL_MS} ms; reading it {read:.1f} ms")
        floor.close()
        if peer:
            peer.close()


async def _median_ms(parley: Embedded, shape: Shape, rounds: int) -> float:
    data = stored(workflow_of(shape))
    await parley.run(data)
    return statistics.median([await _timed(lambda: parley.run(data)) for _ in range(rounds)])


async def _timed(work: Callable[[], Awaitable[object]]) -> float:
    gc.collect()  # nobody pays for another's garbage
    began = time.perf_counter()
    await work()
    return (time.perf_counter() - began) * 1000


def _median_call_ms(work: Callable[[], object], rounds: int) -> float:
    return statistics.median(_timed_call(work) for _ in range(rounds))


def _timed_call(work: Callable[[], object]) -> float:
    gc.collect()
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    given = sys.argv[1:]
    uvloop.run(main(int(given[0]) if given else 9, given[1] if len(given) > 1 else None))
