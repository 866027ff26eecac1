"""What a run may use, as one value, and the errors that name each limit."""

from dataclasses import dataclass

from parley.errors import ParleyError
from parley.nodes.base import StepFailed
from parley.workflow.validate import MAX_LOOP_DEPTH


@dataclass(frozen=True)
class RunLimits:
    """Times in seconds. `run_seconds` counts the time a run works without a break: waiting for a person or a date is free.

    A run whose worker died moves again after `lease_seconds + sweep_seconds` at the latest: both together stay under 15.
    """

    step_seconds: float = 300.0
    run_seconds: float = 3600.0
    output_chars: int = 1_000_000
    loop_items: int = 10_000
    loop_depth: int = MAX_LOOP_DEPTH
    run_steps: int = 100_000
    runs_at_once: int = 200
    lease_seconds: float = 10.0
    sweep_seconds: float = 4.0


class StepTimedOut(StepFailed):
    """The step took longer than its timeout."""


class OutputTooLarge(StepFailed):
    """The step's output cannot be kept: too long, too deep, or not plain data."""


class InputTooLarge(StepFailed):
    """A step's config, templates filled in, cannot be kept: too long, too deep, or not plain data."""


class LoopTooLarge(StepFailed):
    """The loop was given more items than a run may go through."""


class LoopTooDeep(StepFailed):
    """Loops stand inside loops deeper than a run may go."""


class RunTimedOut(ParleyError):
    """The run worked longer than it may without a break."""


class RunTooLarge(ParleyError):
    """The run came to more steps than it may have."""
