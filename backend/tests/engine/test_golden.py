"""The journals that the browser's fold is held against say what the server says."""

import json
from typing import get_args

from parley.engine.events import EVENT, Event
from tests.engine.golden import FILE, snapshots

RUNS = json.loads(FILE.read_text())


def test_the_snapshots_beside_the_journals_are_the_server_s() -> None:
    for run in RUNS:
        events = [EVENT.validate_python(event) for event in run["events"]]
        assert snapshots(events) == run["snapshots"]


def test_they_hold_every_kind_of_entry_but_a_person_s_cancelling() -> None:
    kinds = {get_args(kind.model_fields["kind"].annotation)[0] for kind in get_args(Event)}
    assert {event["kind"] for run in RUNS for event in run["events"]} == kinds - {"run_cancelled"}
