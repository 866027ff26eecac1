"""Two processes on one database claim the same runs: each run is carried by one of them, each step is called once."""

import pytest
from sqlalchemy import insert, select

from parley.db.tables.runs import Run
from parley.ids import new_id
from tests.crash.conftest import Bed
from tests.crash.flows import three_steps


@pytest.mark.crash(best="mariadb")
async def test_of_two_processes_that_claim_the_same_runs_one_wins_each(bed: Bed) -> None:
    runs = 1000 if bed.thorough else 40
    workflow, order = three_steps(bed.sink.port)
    first = await bed.serve(lease_seconds=10, sweep_seconds=0.1)
    message = await bed.draw(workflow)
    await bed.person.start(message, "case0")
    await bed.all_done(30)
    first.kill()
    await _copy(bed, runs - 1)
    # Both find all of them at once.
    first.launch()
    second = await bed.serve(lease_seconds=10, sweep_seconds=0.1)
    await bed.all_done(240)
    await bed.audit_all(order)
    assert len(await bed.ledger.cases()) == runs
    assert set(bed.sink.effects.values()) == {1}
    claims = await bed.ledger.claims()
    assert set(claims.values()) == {1}, "a run was claimed more than once"
    bed.report(f"{runs} runs of {len(order)} steps between two processes, each claimed once")
    assert second.alive


async def _copy(bed: Bed, times: int) -> None:
    """Queue the run that there is again, as it was when it was started."""
    async with bed.ledger.database.transaction() as session:
        row = (await session.execute(select(*Run.__table__.c))).mappings().one()
        fresh = {"status": "queued", "output": None, "last_seq": 0, "fence": 0, "started_at": None, "finished_at": None}
        copies = [
            {**row, **fresh, "id": new_id(), "number": number, "input": {"case": f"case{number - 1}"}} for number in range(2, times + 2)
        ]
        await session.execute(insert(Run.__table__), copies)  # type: ignore[arg-type]
