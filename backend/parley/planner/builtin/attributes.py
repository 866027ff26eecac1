"""Sentences that give a plain value to a setting by its name."""

import re

from parley.planner.builtin.settings import named
from parley.planner.builtin.text import MASK


def is_about(text: str) -> bool:
    """If no step has such a setting, the sentence is not understood, and never a new step."""
    parts = named(text)
    return parts is not None and bool(MASK.fullmatch(parts.value) or re.fullmatch(r"[\d.]+", parts.value))
