"""The commands of a message about a diagram, as the tagger reads them: in the whole, in what is left between them, and in parts."""

import re
from dataclasses import replace

from parley.planner.builtin.tagger import read as tagger
from parley.planner.builtin.tagger.read import Command
from parley.planner.builtin.text import Reading

SURE, CERTAIN = 0.6, 0.9
TALK = frozenset({"none", "undo", "redo", "start_over"})
_JOINT = re.compile(r"\s*,?\s+(?:and|but|then)\s+(?:then\s+|also\s+|instead\s+)?|\s*[,.;!\n]\s*", re.I)


def read(reading: Reading) -> list[Command]:
    """What the tagger reads in the message, and in what is left of it between the commands."""
    whole = tagger.change(reading)
    if len(whole) > _MOST:
        return whole
    found: list[Command] = []
    at = 0
    for command in whole:
        found += [*_missed(reading, at, command.start), *_apart(reading, command)]
        at = command.end
    return [*found, *_missed(reading, at, len(reading.raw))]


_MOST = 12  # commands of a message that is read again in parts: more are a list, which says each by itself


def _missed(reading: Reading, start: int, end: int) -> list[Command]:
    """Commands in words that no command holds: read alone, they must be sure."""
    said = reading.raw[start:end].strip(" ,.;:!?\n")
    everything = start == 0 and end == len(reading.raw)
    if everything or len(said) > _LONGEST or len(re.findall(r"\w\w+", said)) < _FEWEST:
        return []
    commands = tagger.change(replace(reading, raw=said))
    return commands if all(command.sure >= SURE and command.spans and command.op not in TALK for command in commands) else []


def _apart(reading: Reading, command: Command) -> list[Command]:
    """One command, or the two that were taken for one ("drop x and ask y first"), where these are read more surely or the one has words
    of which nothing was read ("no x please, and ask y first")."""
    if not command.spans and command.op not in TALK:
        alone = tagger.change(replace(reading, raw=reading.raw[command.start : command.end]))
        return alone if alone and all(other.spans and other.sure >= SURE for other in alone) else [command]
    best = [command]
    if command.end - command.start > _LONGEST:
        return best
    for joint in list(_JOINT.finditer(reading.raw, command.start, command.end))[:_JOINTS]:
        before = [span for span in command.spans if span.end <= joint.start()]
        after = [span for span in command.spans if span.start >= joint.end()]
        lost = not before or not after
        if len(before) + len(after) < len(command.spans) or (command.sure >= CERTAIN and not lost):
            continue
        halves = [
            tagger.change(replace(reading, raw=reading.raw[begin:end]))
            for begin, end in ((command.start, joint.start()), (joint.end(), command.end))
        ]
        apart = [half for commands in halves for half in commands]
        spoken = all(halves) and all(half.spans and half.op not in TALK and half.sure >= SURE for half in apart)
        ops = {half.op for half in apart}
        others = len(ops) > 1 or ops == {"set"}  # others of one kind can be performed together
        if spoken and others and (lost or min(half.sure for half in apart) > min(half.sure for half in best)):
            best = apart
    return best


_LONGEST, _FEWEST = 400, 3  # characters of a command that is taken apart, words of one that was missed
_JOINTS = 3  # of a command at which it is tried to take it apart: each try takes 10 ms
