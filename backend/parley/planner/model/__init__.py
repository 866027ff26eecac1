"""The model planner: a language model's text becomes the reply, its calls of one tool become edits.

Read `plan` (the rounds of a turn), then `tool` (what the model may call), `scan` (edits out of half-streamed arguments), `prompt` and
`context` (what the model is told).
"""

from parley.planner.model.plan import ModelPlanner

__all__ = ["ModelPlanner"]
