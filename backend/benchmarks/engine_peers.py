"""What the engine is measured against: LangGraph, the fastest durable peer, and the least that a durable run can cost."""

import asyncio
import operator
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypedDict

from benchmarks.engine_shapes import Shape

try:
    from langgraph.checkpoint.sqlite import SqliteSaver
    from langgraph.graph import END, START, StateGraph
except ModuleNotFoundError:
    HAS_LANGGRAPH = False
else:
    HAS_LANGGRAPH = True


class _Counted(TypedDict):
    n: Annotated[int, operator.add]


class LangGraph:
    """LangGraph with its SqliteSaver, durable per step (`durability="sync"`), compiled before it is timed."""

    def __init__(self, folder: Path, sync: str) -> None:
        self._connection = sqlite3.connect(folder / "langgraph.db", check_same_thread=False)
        self._saver = SqliteSaver(self._connection)
        self._saver.setup()
        self._connection.execute(f"PRAGMA synchronous={sync}")
        self._threads = 0

    def plan(self, shape: Shape) -> Callable[[], None]:
        """Compiles the shape; what it returns runs it once."""
        graph = StateGraph(_Counted)
        for layer in shape.layers:
            for step in layer:
                graph.add_node(step, lambda _state: {"n": 1})
        for step in shape.layers[0]:
            graph.add_edge(START, step)
        for before, step in shape.edges():
            graph.add_edge(list(before) if len(before) > 1 else before[0], step)
        for step in shape.layers[-1]:
            graph.add_edge(step, END)
        compiled = graph.compile(checkpointer=self._saver)

        def run() -> None:
            self._threads += 1
            config = {"configurable": {"thread_id": str(self._threads)}, "recursion_limit": 1000}
            done = compiled.invoke({"n": 0}, config, durability="sync")
            assert done["n"] == shape.steps

        return run

    def close(self) -> None:
        self._connection.close()


class Floor:
    """Plain asyncio: a task for each step, a row for each outcome, one commit for what finished in one tick of the loop."""

    def __init__(self, folder: Path, sync: str) -> None:
        self._connection = sqlite3.connect(folder / "floor.db", isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute(f"PRAGMA synchronous={sync}")
        self._connection.execute("CREATE TABLE steps (run INTEGER, step TEXT, output TEXT, PRIMARY KEY (run, step))")
        self._runs = 0

    def plan(self, shape: Shape) -> tuple[dict[str, int], dict[str, list[str]]]:
        """How many steps each waits for, and which follow each."""
        ins = dict.fromkeys((step for layer in shape.layers for step in layer), 0)
        outs: dict[str, list[str]] = {step: [] for step in ins}
        for before, step in shape.edges():
            ins[step] = len(before)
            for source in before:
                outs[source].append(step)
        return ins, outs

    async def run(self, plan: tuple[dict[str, int], dict[str, list[str]]]) -> None:
        self._runs += 1
        waits, outs = dict(plan[0]), plan[1]
        ready = [step for step, count in waits.items() if count == 0]
        while ready:
            outputs = await asyncio.gather(*(asyncio.create_task(_nothing()) for _ in ready))
            rows = [(self._runs, step, output) for step, output in zip(ready, outputs, strict=True)]
            self._connection.execute("BEGIN")
            self._connection.executemany("INSERT INTO steps VALUES (?, ?, ?)", rows)
            self._connection.execute("COMMIT")
            following: list[str] = []
            for step in ready:
                for target in outs[step]:
                    waits[target] -= 1
                    if waits[target] == 0:
                        following.append(target)
            ready = following

    def close(self) -> None:
        self._connection.close()


async def _nothing() -> str:
    return '{"n":1}'
