"""What a workflow can do: one file per node type, listed in `registry.py`.

A file holds the type's config (its JSON Schema draws the form), its output, its ways out, the line under its label, and how it runs.
A new type is one file and one line in the registry. Start with `base.py`, then `condition.py` (the smallest) and `llm.py` (the largest).
"""
