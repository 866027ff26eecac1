"""The steps of one run that are at work: tasks that begin them, and the outcomes they have come to.

Most steps end at once and need no task of their own: several are begun in one, in turn. The first that waits for something keeps that
task for itself, each of those behind it gets its own, and steps of its type are never shared again.
"""

import asyncio
from collections import deque
from collections.abc import Iterable

from parley.engine.paths import Key
from parley.engine.perform import Begun, Means, begin, finish
from parley.engine.state import RunState, StepState
from parley.engine.steps import Outcome, Ready

Launch = tuple[StepState, Ready]


class Crew:
    def __init__(self, means: Means, state: RunState, waiting_types: set[str]) -> None:
        """`news` rings when an outcome has come in. `waiting_types` are those of which a step was seen waiting, in any run."""
        self.news = asyncio.Event()
        self._means = means
        self._state = state
        self._waiting_types = waiting_types
        self._tasks: dict[Key, asyncio.Task[None]] = {}
        self._cancelled: set[asyncio.Task[None]] = set()
        self._outcomes: list[tuple[StepState, Outcome]] = []

    @property
    def has_outcomes(self) -> bool:
        return bool(self._outcomes)

    @property
    def idle(self) -> bool:
        return not self._tasks

    def launch(self, launches: Iterable[Launch]) -> None:
        """They begin when the event loop comes round."""
        together: deque[Launch] = deque()
        for launch in launches:
            if self._waiting_types and launch[1].node_type.spec.type in self._waiting_types:
                self._give_task(deque((launch,)))
            else:
                together.append(launch)
        if together:
            self._give_task(together)

    def take_outcomes(self) -> list[tuple[StepState, Outcome]]:
        outcomes, self._outcomes = self._outcomes, []
        return outcomes

    def cancel(self, key: Key) -> None:
        """A task that has not begun yet never will, so it cannot say itself that it is over."""
        task = self._tasks.pop(key, None)
        if task is not None:
            task.cancel()
            self._cancelled.add(task)
            task.add_done_callback(self._cancelled.discard)

    async def let_go(self) -> None:
        tasks = {*self._tasks.values(), *self._cancelled}
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=1.0)

    def _give_task(self, launches: deque[Launch]) -> None:
        keys = [step.key for step, _ in launches]
        task = asyncio.create_task(self._work(launches))
        for key in keys:
            self._tasks[key] = task

    async def _work(self, launches: deque[Launch]) -> None:
        while launches:
            step, ready = launches.popleft()
            try:
                outcome = begin(self._means, self._state, step, ready)
                if isinstance(outcome, Begun):
                    self._waiting_types.add(ready.node_type.spec.type)
                    while launches:
                        self._give_task(deque((launches.popleft(),)))
                    outcome = await finish(self._means, self._state, step, outcome)
                self._outcomes.append((step, outcome))
            finally:
                self._tasks.pop((step.node_id, step.path), None)
                self.news.set()
