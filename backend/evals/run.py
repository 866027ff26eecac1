"""Plays labelled conversations through the built-in planner and prints the score: `python -m evals.run [FILE] [--verbose]`."""

import argparse
import json
import statistics
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.score import Row, overall, score_conversation
from parley.nodes.registry import CATALOGUE
from parley.planner.base import PlanRequest
from parley.planner.builtin.planner import decide
from parley.workflow.edits import apply_all
from parley.workflow.spec import EMPTY, Workflow
from parley.workflow.validate import Surroundings

DEVELOPMENT_SET = Path(__file__).parent / "prompts.dev.jsonl"


@dataclass(frozen=True)
class Played:
    rows: list[Row]
    seconds: list[float]


def conversations(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def play(messages: Iterable[str]) -> tuple[list[Workflow], list[float]]:
    """The diagrams after each message, and the seconds each took."""
    workflow, used = EMPTY, frozenset[str]()
    earlier: tuple[Workflow, ...] = ()
    diagrams: list[Workflow] = []
    seconds: list[float] = []
    for message in messages:
        request = PlanRequest(message, workflow, CATALOGUE, Surroundings(collections=frozenset()), earlier=earlier, used_ids=used)
        began = time.perf_counter()
        turn = decide(request)
        seconds.append(time.perf_counter() - began)
        after = apply_all(turn.edits, workflow, CATALOGUE)
        used |= {node.id for node in after.nodes}
        if after != workflow:
            earlier = (*earlier, workflow) if workflow.nodes or earlier else earlier
            workflow = after
        diagrams.append(workflow)
    return diagrams, seconds


def evaluate(path: Path) -> Played:
    rows: list[Row] = []
    seconds: list[float] = []
    for item in conversations(path):
        diagrams, took = play(turn["user"] for turn in item["turns"])
        rows += score_conversation(item, diagrams)
        seconds += took
    return Played(rows, seconds)


def report(played: Played, verbose: bool) -> str:
    lines: list[str] = []
    if verbose:
        lines += [f"{row.id} {row.turn} {row.kind:6} {row.score:.3f}  {row.note}".rstrip() for row in played.rows]
    for kind in ("build", "edit", "no-op"):
        scores = [row.score for row in played.rows if row.kind == kind]
        if scores:
            lines.append(f"{kind:6} n={len(scores):<4} {statistics.mean(scores):.3f}")
    if len(played.seconds) > 1:
        p95 = statistics.quantiles(played.seconds, n=20)[-1]
        lines.append(f"p95 per message {p95 * 1000:.1f} ms")
    lines.append(f"overall={overall(played.rows):.4f}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=DEVELOPMENT_SET)
    parser.add_argument("--verbose", action="store_true", help="one line per turn")
    given = parser.parse_args()
    print(report(evaluate(given.file), given.verbose))


if __name__ == "__main__":
    main()
