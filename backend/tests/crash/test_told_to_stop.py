"""Told to stop while runs are under way, a worker finishes the steps it is at or hands them over, within 30 seconds; others go on."""

import asyncio

import pytest

from tests.crash.conftest import Bed
from tests.crash.flows import twelve_steps
from tests.crash.person import until
from tests.crash.sink import Place, Verdict
from tests.servers import Killable

LIMIT_SECONDS = 30.0


@pytest.mark.crash(only=["mariadb"], best="mariadb")
async def test_a_worker_told_to_stop_finishes_its_steps_and_leaves_the_rest(bed: Bed, broker: Killable) -> None:
    stops, runs = (10, 40) if bed.thorough else (1, 20)
    bed.sink.linger = lambda: bed.chance.choice((0.05, 0.2, 0.5))
    workflow, order = twelve_steps(bed.sink.port)
    _, workers = await bed.deploy(broker, workers=2, lease_seconds=10, sweep_seconds=0.5)
    message = await bed.draw(workflow)
    times: list[float] = []
    for turn in range(stops):
        for number in range(runs):
            await bed.person.start(message, f"case{turn}-{number}")
        await asyncio.sleep(bed.chance.uniform(0.0, 0.5))
        worker = workers[turn % 2]
        status, seconds = await worker.stop()
        assert status == 0, worker.tail()
        times.append(seconds)
        await worker.start()
    await bed.all_done(120)
    assert max(times) < LIMIT_SECONDS
    await bed.audit_all(order)
    # Each step that was begun was finished: nothing was called twice, nobody was asked anything, no lease was left to run out.
    assert set(bed.sink.effects.values()) == {1}
    assert bed.person.answers == {"repeat": 0, "done": 0}
    assert not bed.let_go
    bed.report(f"{stops} workers stopped in mid-run, the longest took {max(times):.1f} s, {stops * runs} runs of {len(order)} steps")


@pytest.mark.crash(only=["mariadb"], best="mariadb", slow=True)
async def test_a_worker_told_to_stop_hands_over_the_steps_that_take_too_long(bed: Bed, broker: Killable) -> None:
    workflow, order = twelve_steps(bed.sink.port)
    stops: dict[str, tuple[str, Verdict]] = {f"case{n}": (f"a{n % 5:02}", ("before", "after")[n % 2]) for n in range(20)}

    def judge(place: Place) -> Verdict:
        step, verdict = stops.get(place[0], ("", "pass"))
        return verdict if place[1] == step else "pass"

    bed.sink.judge = judge
    _, (worker,) = await bed.deploy(broker, workers=1, lease_seconds=10, sweep_seconds=0.5)
    message = await bed.draw(workflow)
    for case in stops:
        await bed.person.start(message, case)

    async def all_held() -> bool:
        return {place[0] for place, _ in bed.sink.held} == set(stops)

    await until(all_held, 60, lambda: f"held: {bed.sink.held}; {worker.tail()}")
    await bed.work(lease_seconds=10, sweep_seconds=0.5)
    await bed.audit.note_crash()  # what is held is in the window, as at a kill
    status, seconds = await worker.stop()
    assert status == 0, worker.tail()
    assert seconds < LIMIT_SECONDS
    stops.clear()
    await bed.sink.change()
    await bed.all_done(60)
    await bed.audit_all(order)
    assert not bed.let_go, "the leases were given back, not left to run out"
    bed.report(f"a worker that 20 steps kept busy was gone after {seconds:.1f} s; another finished their runs")
