"""The built-in planner: words to edits by a small tagger, in milliseconds, the same every time, without any model."""

from parley.planner.builtin.planner import BuiltinPlanner

__all__ = ["BuiltinPlanner"]
