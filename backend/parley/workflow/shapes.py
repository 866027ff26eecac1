"""Whether a path of fields fits an output model: `results[0].title` does, `results.title` and `reslts` do not."""

import types
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from typing_extensions import TypeAliasType

from parley.workflow.issues import counted_names, quoted

_SCALARS: frozenset[object] = frozenset({str, int, float, bool})
_LISTS: frozenset[object] = frozenset({list, tuple})
_OBJECTS: frozenset[object] = frozenset({dict, Mapping})


def path_fault(model: type[BaseModel], path: Sequence[str | int], what: str) -> str | None:
    """Why `what` + path leads nowhere, as a short sentence; None if it fits or cannot be told."""
    current: Any = model  # Any: an annotation may be any type form
    for place, step in enumerate(path):
        current = _bare(current)
        here = what + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path[:place])
        if isinstance(current, type) and issubclass(current, BaseModel):
            if step == "error" and place == 0:
                return None  # every step that failed or was skipped has it
            field = current.model_fields.get(str(step))
            if field is None:
                return f"{here} has no {quoted(str(step))}; it has {counted_names(list(current.model_fields))}"
            current = field.annotation
            continue
        origin = _origin(current)
        if origin in _LISTS:
            if isinstance(step, str):
                return f"{here} is a list; take an entry, as in {here}[0]"
            inner = get_args(current)
            current = inner[0] if inner else Any
        elif origin in _OBJECTS:
            inner = get_args(current)
            current = inner[1] if len(inner) == 2 else Any
        elif origin in _SCALARS:
            return f"{here} is {'text' if origin is str else 'a single value'} and has no {quoted(str(step))}"
        else:
            return None
    return None


def _origin(annotation: Any) -> object:  # Any: an annotation may be any type form
    return get_origin(annotation) or annotation


def _bare(annotation: Any) -> Any:  # Any: an annotation may be any type form
    """Without `Annotated` and `| None`; a union of more than one other stays and is not looked into."""
    while True:
        if isinstance(annotation, TypeAliasType):
            annotation = annotation.__value__
        elif get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
        elif get_origin(annotation) in (Union, types.UnionType):
            others = [part for part in get_args(annotation) if part is not type(None)]
            if len(others) != 1:
                return annotation
            annotation = others[0]
        else:
            return annotation
