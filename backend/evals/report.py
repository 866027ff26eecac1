"""What was played, in plain text: measures by kind and level, time and tokens per turn, and how far confidence can be believed."""

import statistics
from collections import Counter
from collections.abc import Sequence

from evals.play import PlayedTurn
from evals.score import MEASURES, Row, overall, standard_error

BANDS = (0.0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)
RIGHT = 0.9  # a turn that scores this much is counted as right


def summary(rows: Sequence[Row], turns: Sequence[PlayedTurn]) -> str:
    """Ends with the line `overall=`."""
    lines = [" " * 18 + "n " + "".join(f"{name:>10}" for name in MEASURES)]
    lines += [_line(kind, found) for kind in ("build", "edit", "no-op") if (found := [row for row in rows if row.kind == kind])]
    lines += [_line(level, found) for level in ("easy", "medium", "hard") if (found := [row for row in rows if row.level == level])]
    lines += [_line("all turns", rows), "", *_costs(turns)]
    lines.append(f"{len({row.id for row in rows})} conversations, standard error of the overall score {standard_error(rows):.4f}")
    lines.append(f"overall={overall(rows):.4f}")
    return "\n".join(lines)


def each_turn(rows: Sequence[Row]) -> str:
    return "\n".join(f"{row.id} {row.turn} {row.kind:6} {row.score:.3f}  {row.note}".rstrip() for row in rows)


def calibration(rows: Sequence[Row], turns: Sequence[PlayedTurn]) -> str:
    """Bands of the built-in planner's confidence against what its turns scored: to be read where it answered every turn itself."""
    lines = ["confidence      turns   right   mean score   right from here up"]
    scored = [(turn.confidence, row.score) for turn, row in zip(turns, rows, strict=True)]
    for low, high in zip(BANDS, (*BANDS[1:], 2.0), strict=True):
        found = [score for sure, score in scored if low <= sure < high]
        above = [score for sure, score in scored if sure >= low]
        if found:
            band = f"{low:g} to {high:g}" if high <= 1 else "1"
            shares = f"{_right(found):8.2f}{statistics.mean(found):13.3f}{_right(above):15.2f} of {len(above)}"
            lines.append(f"{band:12}{len(found):9}{shares}")
    return "\n".join(lines)


def _right(scores: Sequence[float]) -> float:
    return sum(score >= RIGHT for score in scores) / len(scores)


def _line(name: str, rows: Sequence[Row]) -> str:
    cells: list[str] = []
    for measure in MEASURES:
        found = [row.measures[measure] for row in rows if measure in row.measures]
        cells.append(f"{statistics.mean(found):10.3f}" if found else f"{'-':>10}")
    return f"{name:12}{len(rows):7} {''.join(cells)}"


def _costs(turns: Sequence[PlayedTurn]) -> list[str]:
    seconds = [turn.seconds for turn in turns]
    p95 = statistics.quantiles(seconds, n=20, method="inclusive")[-1] if len(seconds) > 1 else seconds[0]
    lines = [f"time per turn: p50 {statistics.median(seconds) * 1000:.1f} ms, p95 {p95 * 1000:.1f} ms"]
    for name, tokens in (("in", [turn.input_tokens for turn in turns]), ("out", [turn.output_tokens for turn in turns])):
        lines.append(f"tokens {name} per turn: mean {statistics.mean(tokens):.0f}, most {max(tokens)}")
    answered = Counter(turn.planner or "nobody" for turn in turns)
    lines.append("answered by: " + ", ".join(f"{name} {count}" for name, count in answered.most_common()))
    failures = Counter(turn.error for turn in turns if turn.error)
    lines += [f"{count} of {len(turns)} turns failed: {words}" for words, count in failures.most_common(3)]
    return lines
