"""What a run answers: the value of its output node, and the citations of the texts that the value was made of."""

from collections.abc import Iterator
from typing import cast

from pydantic import JsonValue, TypeAdapter, ValidationError

from parley.engine.events import RunOutput
from parley.engine.state import RunState, StepState
from parley.nodes.base import Citation
from parley.workflow.expressions import ExpressionError, references

CITATIONS: TypeAdapter[list[Citation]] = TypeAdapter(list[Citation])


def answer(state: RunState) -> RunOutput:
    """Of several output nodes the last one finished counts; without any, the last step of the top level."""
    step = _last(state, outputs=True) or _last(state, outputs=False)
    if step is None:
        return RunOutput(value=None, citations=[], built_in=False)
    output = step.output
    value = output.get("value", output.get("text", output)) if isinstance(output, dict) else output
    writers = list(_writers(state, step))
    citations = [citation for writer in writers for citation in _citations(writer)]
    built_in = bool(writers) and all(writer.usage is not None and writer.usage.model == "built-in" for writer in writers)
    return RunOutput(value=value, citations=citations, built_in=built_in)


def _last(state: RunState, *, outputs: bool) -> StepState | None:
    chosen: StepState | None = None
    for name in state.graph.bodies[None].nodes:
        place = state.graph.places[name]
        step = state.steps.get((name, ""))
        wanted = place.node.type == "output" if outputs else not place.outs
        if step is None or step.status != "done" or not wanted or step.finished_at is None:
            continue
        if chosen is None or chosen.finished_at is None or step.finished_at >= chosen.finished_at:
            chosen = step
    return chosen


def _writers(state: RunState, step: StepState) -> Iterator[StepState]:
    """The steps with a text of a model's (or the built-in writer's) that this step's config leads back to, nearest first."""
    seen: set[str] = set()
    following = [step]
    for current in following:
        if current.usage is not None:
            yield current
            continue
        for name in _named(state.graph.places[current.node_id].node.config):
            found = state.steps.get((name, ""))
            if found is not None and found.status == "done" and name not in seen:
                seen.add(name)
                following.append(found)


def _named(config: JsonValue) -> Iterator[str]:
    match config:
        case str():
            try:
                yield from (reference.root for reference in references(config))
            except ExpressionError:
                return
        case list():
            for item in config:
                yield from _named(item)
        case dict():
            for item in config.values():
                yield from _named(item)
        case _:
            return


def _citations(step: StepState) -> list[Citation]:
    found = cast(dict[str, JsonValue], step.output).get("citations") if isinstance(step.output, dict) else None
    try:
        return CITATIONS.validate_python(found or [])
    except ValidationError:
        return []
