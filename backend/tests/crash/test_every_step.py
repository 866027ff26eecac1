"""A workflow of 50 steps is killed before the effect, after the effect and after the record of every one of them.

Many runs of it stand at different steps when the process is killed, and each goes one point further by the next kill: before, after,
recorded, and on to the next step. So each kill strikes many of the 150 points, and nearly each of them in a run that was struck before.
"""

from dataclasses import dataclass
from typing import Literal

import pytest

from tests.crash.conftest import Bed
from tests.crash.flows import STEPS, fifty_steps
from tests.crash.person import until
from tests.crash.sink import Place, Verdict

Window = Literal["before", "after", "recorded"]
WINDOWS: tuple[Window, ...] = ("before", "after", "recorded")
POINTS = 3 * STEPS


@dataclass
class Walk:
    """One run on its way through the points; it starts at one of them and goes up to the last."""

    case: str
    point: int

    @property
    def target(self) -> tuple[int, Window]:
        return self.point // 3, WINDOWS[self.point % 3]


@pytest.mark.crash
async def test_a_kill_at_every_moment_of_every_step_loses_nothing_and_repeats_nothing_recorded(bed: Bed) -> None:
    # Thorough, every point is gone through twice; a sample goes through some fifty, wherever the seed puts them.
    kills, walkers = (30, 10) if bed.thorough else (5, 10)
    first = 0 if bed.thorough else bed.chance.randrange(POINTS)
    workflow, order = fifty_steps(bed.sink.port)
    numbers = {name: number for number, name in enumerate(order)}
    walks: dict[str, Walk] = {}
    passed: set[int] = set()

    def judge(place: Place) -> Verdict:
        walk = walks.get(place[0])
        if walk is None or walk.point >= POINTS:
            return "pass"
        target, window = walk.target
        number = numbers[place[1]]
        if number == target and window != "recorded":
            return window
        return "pass" if number <= target else "before"

    bed.sink.judge = judge
    server = await bed.serve(lease_seconds=1, sweep_seconds=0.1)
    message = await bed.draw(workflow)

    async def set_out(point: int) -> None:
        walk = Walk(f"case{len(walks)}", point)
        walks[walk.case] = walk
        await bed.person.start(message, walk.case)

    async def all_there() -> bool:
        going = [walk for walk in walks.values() if walk.point < POINTS]
        recorded = await bed.ledger.recorded([bed.person.started[walk.case] for walk in going if walk.target[1] == "recorded"])
        return all(_there(walk, recorded) for walk in going)

    def _there(walk: Walk, recorded: dict[str, set[str]]) -> bool:
        number, window = walk.target
        place = (walk.case, order[number])
        if window == "recorded":
            return order[number] in recorded[bed.person.started[walk.case]]
        return (place, window) in bed.sink.held

    for walker in range(walkers):
        await set_out((first + walker * POINTS // walkers) % POINTS)
    for _ in range(kills):
        await until(all_there, 60, lambda: f"not there: {[walk for walk in walks.values() if walk.point < POINTS]}; {server.tail()}")
        await bed.kill(server)
        finished = 0
        for walk in list(walks.values()):
            if walk.point < POINTS:
                passed.add(walk.point)
                walk.point += 1
                finished += walk.point == POINTS
        await server.start()
        for _ in range(finished):
            await set_out(0)
    for walk in walks.values():
        walk.point = POINTS
    await bed.sink.change()
    await bed.all_done(60)
    assert len(passed) == min(POINTS, kills * walkers)
    await bed.audit_all(order)
    bed.report(f"{kills} kills, {len(walks)} runs of {STEPS} steps, {len(passed)} points of {POINTS}")
