"""Which names a template looks up: every chain of fields that starts at a name its own loops did not bind."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jinja2 import nodes


@dataclass(frozen=True)
class Reference:
    """A name a template looks up: `{{ search.results[0].title }}` -> root "search", path ("results", 0, "title")."""

    root: str
    path: tuple[str | int, ...]


def find_references(body: Sequence[nodes.Node]) -> list[Reference]:
    found: dict[Reference, None] = {}
    for node in body:
        for reference in _walk(node, frozenset({"null"})):
            found[reference] = None
    return list(found)


def _walk(node: nodes.Node, bound: frozenset[str]) -> Iterator[Reference]:
    if isinstance(node, nodes.For):
        yield from _walk(node.iter, bound)
        names = [node.target] if isinstance(node.target, nodes.Name) else node.target.find_all(nodes.Name)
        inner = bound | {name.name for name in names} | {"loop"}
        for part in (*node.body, *([node.test] if node.test else [])):
            yield from _walk(part, inner)
        for part in node.else_:
            yield from _walk(part, bound)
        return
    if isinstance(node, (nodes.Name, nodes.Getattr, nodes.Getitem)):
        chain = _chain(node)
        if chain is not None:
            if chain.root not in bound:
                yield chain
            return
    for child in node.iter_child_nodes():
        yield from _walk(child, bound)


def _chain(node: nodes.Node) -> Reference | None:
    """The reference a node is, if it is one all the way down; `a[b]` is not, and its parts are looked at one by one."""
    match node:
        case nodes.Name(name=name):
            return Reference(name, ())
        case nodes.Getattr(node=inner, attr=attribute):
            return _extended(_chain(inner), attribute)
        case nodes.Getitem(node=inner, arg=nodes.Const(value=str() | int() as key)):
            return _extended(_chain(inner), key)
        case _:
            return None


def _extended(chain: Reference | None, key: str | int) -> Reference | None:
    return None if chain is None else Reference(chain.root, (*chain.path, key))
