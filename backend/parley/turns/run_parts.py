"""What the verbs of runs work with, wired once by the composition root."""

from dataclasses import dataclass

from parley.db.session import Database
from parley.engine.distributed import Doorbell
from parley.engine.hub import Hub
from parley.engine.limits import RunLimits
from parley.workflow.catalogue import Catalogue

INPUT_CHARS = 200_000


@dataclass(frozen=True)
class RunParts:
    """`doorbell` tells whoever carries runs, in this process or another, that there is news; `hub` has theirs."""

    database: Database
    catalogue: Catalogue
    doorbell: Doorbell
    hub: Hub
    limits: RunLimits
    input_chars: int = INPUT_CHARS
