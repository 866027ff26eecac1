"""A name for a workflow: its heading if it has one, else its main steps."""

from parley.planner.builtin.plan import Plan, Step, steps_of

_MINOR = frozenset({"condition", "switch", "classify", "merge", "delay", "loop", "output", "approval", "set_variables"})


def name(plan: Plan) -> str:
    if plan.name:
        return plan.name[:60]
    steps = [step for step in steps_of(plan.parts) if step.type not in _MINOR] or steps_of(plan.parts)
    if not steps:
        return plan.trigger.label if plan.trigger else "Workflow"
    main = _main(steps)
    first = steps[0]
    if first is main or len(first.label) + len(main.label) > 42:
        return main.label
    return f"{first.label}, {main.label[:1].lower()}{main.label[1:]}"


def _main(steps: list[Step]) -> Step:
    """What it is all for: the first text written, else the last step."""
    return next((step for step in steps if step.type in {"llm", "agent"}), steps[-1])
