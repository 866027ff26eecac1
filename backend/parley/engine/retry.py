"""When a failed step is tried again: exponential backoff with full jitter (Brooker, AWS Architecture Blog, 2015)."""

from parley.workflow.spec import Retry

LONGEST_PAUSE = 3600.0  # seconds


def pause_before(retry: Retry | None, attempt: int, *, retryable: bool, chance: float) -> float | None:
    """Seconds until the attempt after `attempt`, or None when the step has failed for good. `chance` is a random number in [0, 1)."""
    if retry is None or not retryable or attempt >= retry.attempts:
        return None
    return chance * min(LONGEST_PAUSE, retry.backoff * 2 ** (attempt - 1))
