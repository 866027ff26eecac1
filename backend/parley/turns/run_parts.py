"""What the verbs of runs work with, wired once by the composition root."""

from dataclasses import dataclass

from parley.db.session import Database
from parley.engine.hub import Hub
from parley.engine.limits import RunLimits
from parley.engine.worker import Worker
from parley.workflow.catalogue import Catalogue

INPUT_CHARS = 200_000


@dataclass(frozen=True)
class RunParts:
    """`worker` carries runs in this process; `poll_seconds` is how often a watcher looks whether another process wrote."""

    database: Database
    catalogue: Catalogue
    worker: Worker
    hub: Hub
    limits: RunLimits
    poll_seconds: float = 15.0
    input_chars: int = INPUT_CHARS
