"""The score of a conversation: first graphs by steps, edges, values and validity; changes by what was done and what was kept."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from evals.graphs import FREE, SCAFFOLD, SOFT, Edge, Expectation, Prediction, drawn, expected, problems
from evals.matching import EdgeScore, Match, best_match, edges_under, f1
from evals.values import slot_fits
from parley.workflow.spec import Workflow


@dataclass(frozen=True)
class Graph:
    """One drawn graph against its label."""

    nodes: float
    edges: float
    slots: float | None
    valid: float
    total: float
    match: Match
    wiring: list[Edge]
    edge_score: EdgeScore
    expectation: Expectation
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    missed_slots: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    id: str
    turn: int
    kind: str  # build, edit or no-op
    score: float
    note: str  # what was missing, extra or wrong


def score_graph(prediction: Prediction, expectation: Expectation) -> Graph:
    steps = expectation.steps
    required = expectation.required
    best: tuple[tuple[int, float], Match, list[Edge], EdgeScore, float] | None = None
    for wiring in expectation.wirings:
        match = best_match(prediction, expectation, wiring)
        edges = edges_under(prediction, expectation, wiring, match)
        edge_f1 = 1.0 if edges.drawn == edges.expected == 0 and prediction.nodes else edges.f1
        rank = (len(set(match.values()) & required), edge_f1)
        if best is None or rank > best[0]:
            best = (rank, match, wiring, edges, edge_f1)
    assert best is not None
    _, match, wiring, edges, edge_f1 = best
    hit = set(match.values())
    unmatched = [node_id for node_id in prediction.nodes if node_id not in match]
    cost = sum(_cost(prediction.nodes[node_id].type) for node_id in unmatched)
    node_f1 = f1(len(hit) / (len(hit) + cost) if hit else 0.0, len(hit & required) / len(required) if required else 1.0)
    inverse = {key: node_id for node_id, key in match.items()}
    slots = [
        (f"{key}.{name}", key in inverse and _fits(prediction, inverse[key], name, wanted))
        for key, step in steps.items()
        if key in required or key in hit
        for name, wanted in step.slots.items()
    ]
    slot_share = sum(fits for _, fits in slots) / len(slots) if slots else None
    valid = float(bool(prediction.nodes) and not problems(prediction))
    total = _weighed(((0.40, node_f1), (0.30, edge_f1), (0.20, slot_share), (0.10, valid))) if hit else 0.0
    senseless = sum(any(prediction.nodes[node_id].type == kind for node_id in unmatched) for kind in expectation.forbidden)
    return Graph(
        node_f1,
        edge_f1,
        slot_share,
        valid,
        total * max(0.7, 0.9**senseless),
        match,
        wiring,
        edges,
        expectation,
        tuple(sorted(required - hit)),
        tuple(f"{node_id}:{prediction.nodes[node_id].type}" for node_id in unmatched if _cost(prediction.nodes[node_id].type)),
        tuple(name for name, fits in slots if not fits),
    )


def _cost(node_type: str) -> float:
    return 0.0 if node_type in FREE | SCAFFOLD else 0.5 if node_type in SOFT else 1.0


def _fits(prediction: Prediction, node_id: str, name: str, wanted: Any) -> bool:
    node = prediction.nodes[node_id]
    return slot_fits(name, wanted, node.label, node.config)


def _weighed(parts: Sequence[tuple[float, float | None]]) -> float:
    known = [(weight, value) for weight, value in parts if value is not None]
    return sum(weight * value for weight, value in known) / sum(weight for weight, _ in known)


def score_change(before: Graph, after: Graph, was: Prediction, now: Prediction) -> tuple[float, float | None]:
    """The share of the asked-for changes that were made, and of the untouched steps that were kept as they were."""
    if not now.nodes:
        return 0.0, None
    old, new = before.expectation.steps, after.expectation.steps
    id_before = {key: node_id for node_id, key in before.match.items()}
    id_after = {key: node_id for node_id, key in after.match.items()}
    required_old, required_new = before.expectation.required, after.expectation.required
    hits = [float(key in id_after) for key in required_new - set(old)]
    unmatched = [node_id for node_id in now.nodes if node_id not in after.match]
    for key in required_old - set(new):
        node_id = id_before.get(key)
        gone = node_id not in unmatched if node_id else not any(now.nodes[other].type in old[key].types for other in unmatched)
        hits.append(float(gone))
    for key in required_new & set(old):
        for name, wanted in new[key].slots.items():
            if old[key].slots.get(name) != wanted:
                hits.append(float(key in id_after and _fits(now, id_after[key], name, wanted)))
        if old[key].types != new[key].types:
            hits.append(float(key in id_after))
    hits += _edge_changes(before, after, id_after)
    kept: list[float] = []
    for key in required_old & required_new:
        if old[key].types != new[key].types or old[key].slots != new[key].slots or key not in id_before:
            continue
        kept.append(_kept(was, now, id_before[key], id_after.get(key)))
    return sum(hits) / len(hits) if hits else 1.0, sum(kept) / len(kept) if kept else None


def _edge_changes(before: Graph, after: Graph, id_after: Match) -> list[float]:
    steps = [*before.expectation.steps.values(), *after.expectation.steps.values()]
    optional = {step.key for step in steps if step.optional}
    old = {(source, target): branch for source, target, branch in before.wiring}
    new = {(source, target): branch for source, target, branch in after.wiring}
    hits = [
        after.edge_score.credits.get(pair, 0.0)
        for pair, branch in new.items()
        if not optional & set(pair) and (pair not in old or old[pair] != branch)
    ]
    hits += [
        float(pair not in after.edge_score.have)
        for pair in old
        if pair not in new and pair[0] in id_after and pair[1] in id_after and not optional & set(pair)
    ]
    return hits


def _kept(was: Prediction, now: Prediction, old_id: str, new_id: str | None) -> float:
    old, same = was.nodes[old_id], now.nodes.get(old_id)
    if same is not None and (same.type, same.config, same.label) == (old.type, old.config, old.label):
        return 1.0
    other = now.nodes.get(new_id) if new_id else None
    return 0.5 if other is not None and (other.type, other.config) == (old.type, old.config) else 0.0


def score_conversation(item: dict[str, Any], workflows: Sequence[Workflow]) -> list[Row]:
    """One row per turn; `workflows` are the diagrams after each turn."""
    rows: list[Row] = []
    before: Graph | None = None
    was: Prediction | None = None
    for turn, (label, workflow) in enumerate(zip(item["turns"], workflows, strict=True)):
        expect, now = label["expect"], drawn(workflow)
        previous = workflows[turn - 1] if turn else Workflow()
        if expect.get("empty") or expect.get("unchanged"):
            good = not now.nodes if expect.get("empty") else bool(previous.nodes) and workflow == previous
            rows.append(Row(item["id"], turn, "no-op", float(good), "" if good else "the diagram changed"))
        elif before is None or was is None:
            before = score_graph(now, expected(expect))
            rows.append(Row(item["id"], turn, "build", before.total, _note(before)))
        else:
            after = score_graph(now, expected(expect))
            change, kept = score_change(before, after, was, now)
            if "restores" in expect:
                change = float(_shape(now) == _shape(drawn(workflows[expect["restores"]])))
            parts = ((0.35, after.total), (0.55, change), (0.10, None if kept is None else kept * change))
            rows.append(Row(item["id"], turn, "edit", _weighed(parts), _note(after)))
            before = after
        was = now
    return rows


def _shape(prediction: Prediction) -> tuple[list[str], list[tuple[str, str, str]]]:
    """What a drawing comes to, whatever its ids: steps by type and config, and the edges between them."""
    steps = {node_id: f"{node.type} {json.dumps(node.config, sort_keys=True, default=str)}" for node_id, node in prediction.nodes.items()}
    return sorted(steps.values()), sorted((steps[source], steps[target], str(branch)) for source, target, branch in prediction.edges)


def _note(graph: Graph) -> str:
    parts = (("missing", graph.missing), ("extra", graph.extra), ("values", graph.missed_slots))
    return "; ".join(f"{name} {', '.join(found)}" for name, found in parts if found)


def overall(rows: Sequence[Row]) -> float:
    """The mean over conversations; turns that ask for no change weigh half inside one."""
    conversations: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        conversations[row.id].append(row)
    means = [sum(_weight(row) * row.score for row in found) / sum(_weight(row) for row in found) for found in conversations.values()]
    return sum(means) / len(means) if means else 0.0


def _weight(row: Row) -> float:
    return 0.5 if row.kind == "no-op" else 1.0
