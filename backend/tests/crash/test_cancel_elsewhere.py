"""A run is cancelled at a server that does not carry it, while its steps are at work: they are broken off within a second."""

import time

import pytest

from tests.crash.conftest import Bed
from tests.crash.flows import three_steps
from tests.crash.person import until
from tests.servers import Killable

LIMIT_SECONDS = 1.0
BUSY_SECONDS = 1.0  # on top of it, for the worst of them on a machine that has other work


@pytest.mark.crash(only=["mariadb"], best="mariadb")
async def test_a_cancel_breaks_off_the_steps_that_another_process_is_at(bed: Bed, broker: Killable) -> None:
    runs = 40 if bed.thorough else 6
    workflow, _ = three_steps(bed.sink.port)
    bed.sink.judge = lambda place: "after" if place[1] == "a02" else "before"
    _, workers = await bed.deploy(broker, workers=2, lease_seconds=10, sweep_seconds=0.5)
    message = await bed.draw(workflow)
    times: list[float] = []
    run_ids = [await bed.person.start(message, f"case{number}") for number in range(runs)]

    async def all_held() -> bool:
        return len(bed.sink.held) == 2 * runs

    await until(all_held, 60, lambda: f"held: {bed.sink.held}; {[each.tail() for each in workers]}")
    for number, run_id in enumerate(run_ids):
        began = time.monotonic()
        await bed.person.cancel(run_id)

        async def broken_off(case: str = f"case{number}") -> bool:
            return all(place[0] != case for place, _ in bed.sink.held)

        await until(broken_off, 30, lambda: f"held: {bed.sink.held}")
        times.append(time.monotonic() - began)
    for run_id in run_ids:
        run, _ = await bed.ledger.check(run_id)
        assert run.status == "cancelled"
    assert sorted(times)[runs // 2] < LIMIT_SECONDS
    assert max(times) < LIMIT_SECONDS + BUSY_SECONDS
    bed.report(f"{runs} runs cancelled in mid-step, broken off after {sorted(times)[runs // 2]:.2f} s (median), {max(times):.2f} s at most")
