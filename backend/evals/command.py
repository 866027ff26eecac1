"""The work of `parley eval`: read, play, score, report; and the predictions as a file that other tools can score."""

from dataclasses import dataclass
from pathlib import Path

from evals import conversations, report
from evals.play import PlayedTurn, Player, play, prediction_lines
from evals.score import Row, score_conversation
from parley.errors import ParleyError


class PredictionsNotWritten(ParleyError):
    """The file for the predictions cannot be written."""


@dataclass(frozen=True)
class Evaluation:
    rows: list[Row]
    turns: list[PlayedTurn]
    predictions: list[str]


async def evaluate(path: Path, player: Player) -> Evaluation:
    """Raises ConversationsUnreadable, and NoModel where a model is asked for and none is set up."""
    items = conversations.read(path)
    await player.planners.check(player.choice)
    done = Evaluation([], [], [])
    for item in items:
        played = await play((turn["user"] for turn in item["turns"]), player)
        done.rows.extend(score_conversation(item, [turn.workflow for turn in played]))
        done.turns.extend(played)
        done.predictions.extend(prediction_lines(item, played))
    return done


async def run(path: Path, player: Player, *, out: Path | None, each_turn: bool, calibration: bool) -> str:
    """What the command prints."""
    if out is not None:
        _write(out, [])  # a file that cannot be written is told before the work, not after it
    done = await evaluate(path, player)
    if out is not None:
        _write(out, done.predictions)
    parts = [report.each_turn(done.rows)] if each_turn else []
    if calibration:
        parts.append(report.calibration(done.rows, done.turns))
    return "\n\n".join([*parts, report.summary(done.rows, done.turns)])


def _write(out: Path, lines: list[str]) -> None:
    try:
        out.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    except OSError as error:
        raise PredictionsNotWritten(f"{out} could not be written: {error}. Name another file with --out.") from error
