"""Two processes on one database claim the same runs: each run is carried by one of them, each step is called once."""

import pytest
from sqlalchemy import insert, select

from parley.db.tables.runs import Run
from parley.ids import new_id
from tests.crash.conftest import Bed
from tests.crash.flows import three_steps
from tests.crash.person import until
from tests.servers import Killable


@pytest.mark.crash(slow=True)
async def test_of_two_processes_that_claim_the_same_runs_one_wins_each(bed: Bed) -> None:
    runs = 1000 if bed.thorough else 100
    bed.sink.linger = lambda: 0.05
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
    await _each_has_one_winner(bed, order, runs)
    assert first.alive
    assert second.alive


@pytest.mark.crash(only=["mariadb"], best="mariadb")
async def test_of_two_workers_that_claim_the_same_runs_one_wins_each(bed: Bed, broker: Killable) -> None:
    runs = 1000 if bed.thorough else 100
    bed.sink.linger = lambda: 0.05
    workflow, order = three_steps(bed.sink.port)
    _, workers = await bed.deploy(broker, workers=2, lease_seconds=10, sweep_seconds=0.1)
    message = await bed.draw(workflow)
    await bed.person.start(message, "case0")
    await bed.all_done(30)
    # Standing still they see nothing of what comes; then both find all of it at once.
    for worker in workers:
        await bed.freeze(worker)
    await _copy(bed, runs - 1)
    for worker in workers:
        worker.thaw()
    await _each_has_one_winner(bed, order, runs)


async def _each_has_one_winner(bed: Bed, order: list[str], runs: int) -> None:
    carriers: set[str] = set()

    async def over() -> bool:
        carriers.update(await bed.ledger.carriers())
        return set(await bed.ledger.states()) == {"done"}

    await until(over, 240, lambda: f"runs did not end: {[each.tail() for each in bed.processes]}")
    await bed.audit_all(order)
    assert len(await bed.ledger.cases()) == runs
    assert set(bed.sink.effects.values()) == {1}
    claims = await bed.ledger.claims()
    assert set(claims.values()) == {1}, "a run was claimed more than once"
    assert len(carriers) == 2, "one of the two carried nothing"
    bed.report(f"{runs} runs of {len(order)} steps between two processes that both carried some, each claimed once")


async def _copy(bed: Bed, times: int) -> None:
    """Queue the run that there is again, as it was when it was started."""
    async with bed.ledger.database.transaction() as session:
        row = (await session.execute(select(*Run.__table__.c))).mappings().one()
        fresh = {"status": "queued", "output": None, "last_seq": 0, "fence": 0, "started_at": None, "finished_at": None}
        copies = [
            {**row, **fresh, "id": new_id(), "number": number, "input": {"case": f"case{number - 1}"}} for number in range(2, times + 2)
        ]
        await session.execute(insert(Run.__table__), copies)  # type: ignore[arg-type]
