"""How the built-in planner's tagger is trained: annotated sentences in, `parley/planner/builtin/tagger/weights.npz` out."""
