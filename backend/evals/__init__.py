"""How well a planner draws: labelled conversations, and a score over the graphs it makes of them."""
