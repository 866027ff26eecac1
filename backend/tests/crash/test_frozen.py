"""A process that stands still for longer than its lease is taken for dead. When it goes on, it finds that it may not write any more."""

import pytest

from tests.crash.conftest import Bed
from tests.crash.flows import fifty_steps
from tests.crash.person import until
from tests.crash.sink import Place, Verdict


@pytest.mark.crash
async def test_a_process_frozen_beyond_its_lease_cannot_write_when_it_goes_on(bed: Bed) -> None:
    runs = 20 if bed.thorough else 3
    workflow, order = fifty_steps(bed.sink.port)
    stops: dict[str, tuple[str, Verdict]] = {f"case{n}": (order[n * len(order) // runs], ("before", "after")[n % 2]) for n in range(runs)}

    def judge(place: Place) -> Verdict:
        step, verdict = stops.get(place[0], ("", "pass"))
        return verdict if place[1] == step else "pass"

    bed.sink.judge = judge
    first = await bed.serve(lease_seconds=1, sweep_seconds=0.2)
    message = await bed.draw(workflow)
    for case in stops:
        await bed.person.start(message, case)

    async def all_held() -> bool:
        return {place[0] for place, _ in bed.sink.held} == set(stops)

    await until(all_held, 60, lambda: f"held: {bed.sink.held}; {first.tail()}")
    second = await bed.serve(lease_seconds=1, sweep_seconds=0.2)
    await bed.freeze(first)
    await bed.audit.note_crash()
    stops.clear()  # what the second one calls passes; what the first one called is still held, since nobody told it of the change
    await bed.all_done(60)
    recorded = {run_id: (await bed.ledger.check(run_id))[0].last_seq for run_id in bed.person.started.values()}
    first.thaw()
    await bed.sink.change()  # now the frozen one gets its answers, and effects that it had asked for before
    await bed.sink.deserted()

    async def noticed() -> bool:
        return {entry["run_id"] for entry in first.said("lease_lost")} == recorded.keys()

    await until(noticed, 60, lambda: f"of {recorded} it lost: {first.said('lease_lost')}")
    for run_id, seq in recorded.items():
        run, _ = await bed.ledger.check(run_id)
        assert run.last_seq == seq, "the frozen process wrote to a run that another had ended"
    second.kill()
    await bed.person.start(message, "afterwards")
    await bed.all_done(60)
    await bed.audit_all(order)
    bed.report(f"{runs} runs taken over from a frozen process; it wrote nothing, and carried another run afterwards")
