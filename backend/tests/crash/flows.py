"""The workflows that are killed: steps that call the sink, and the order in which they do."""

from typing import Any

from parley.workflow.spec import Node, Workflow
from tests.engine.kit import flow, node

# What a step's call is, in turn: repeated by itself, asked about and honoured, asked about and known, honoured though it reads, asked
# about and repeated blindly.
CALLS = (("GET", "blind"), ("POST", "keyed"), ("POST", "known"), ("GET", "keyed"), ("PUT", "blind"))

CHAIN, TURNS, FAN = 15, 10, 10
STEPS = 2 * CHAIN + TURNS + FAN


def call(port: int, number: int, name: str, after: str | None = None, parent: str | None = None) -> Node:
    method, kind = CALLS[number % len(CALLS)]
    step = f"{name}.{{{{ index }}}}" if parent else name
    config: dict[str, Any] = {"method": method, "url": f"http://127.0.0.1:{port}/{kind}/{{{{ input.case }}}}/{step}"}
    if method == "GET" and kind == "keyed":
        config["headers"] = {"Idempotency-Key": f"{{{{ input.case }}}}/{step}"}
    if after is not None:
        config["query"] = {"after": f"{{{{ {after}.body.effect }}}}"}
    return node("http_request", parent=parent, **config)


def fifty_steps(port: int) -> tuple[Workflow, list[str]]:
    """50 calls: a chain, a loop, a fan and a chain again; and their steps in an order that none of them runs ahead of."""
    nodes: dict[str, Node] = {"start": node("manual_trigger")}
    first = [f"a{n:02}" for n in range(CHAIN)]
    fan = [f"f{n:02}" for n in range(FAN)]
    last = [f"z{n:02}" for n in range(CHAIN)]
    for number, name in enumerate(first):
        nodes[name] = call(port, number, name, after=first[number - 1] if number else None)
    nodes["each"] = node("loop", items=list(range(TURNS)), concurrency=2)
    nodes["work"] = call(port, 1, "work", parent="each")
    for number, name in enumerate(fan):
        nodes[name] = call(port, number, name)
    nodes["join"] = node("merge")
    for number, name in enumerate(last):
        nodes[name] = call(port, number, name, after=last[number - 1] if number else None)
    lines = ["start > " + " > ".join([*first, "each"]), *(f"each > {name} > join" for name in fan), "join > " + " > ".join(last)]
    order = [*first, *(f"work.{turn}" for turn in range(TURNS)), *fan, *last]
    assert len(order) == STEPS
    return flow(*lines, **nodes), order


def twelve_steps(port: int) -> tuple[Workflow, list[str]]:
    """Small, for many at once: a chain of every kind of call beside a loop, a retry and a pause."""
    first = [f"a{n:02}" for n in range(5)]
    nodes: dict[str, Node] = {"start": node("manual_trigger")}
    for number, name in enumerate(first):
        nodes[name] = call(port, number, name, after=first[number - 1] if number else None)
    nodes["each"] = node("loop", items=[1, 2, 3, 4, 5], concurrency=2)
    nodes["work"] = call(port, 3, "work", parent="each")
    nodes["pause"] = node("delay", duration="0.3 s")
    nodes["z00"] = call(port, 1, "z00")
    nodes["z01"] = call(port, 0, "z01")
    lines = ["start > " + " > ".join(first), "start > each > pause > z00", "z00 > join", f"{first[-1]} > join", "join > z01"]
    nodes["join"] = node("merge")
    return flow(*lines, **nodes), [*first, *(f"work.{turn}" for turn in range(5)), "z00", "z01"]


def three_steps(port: int) -> tuple[Workflow, list[str]]:
    nodes = {"start": node("manual_trigger"), **{name: call(port, number, name) for number, name in enumerate(("a00", "a01", "a02"))}}
    return flow("start > a00 > a01", "start > a02", **nodes), ["a00", "a01", "a02"]
