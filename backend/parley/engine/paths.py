"""Where a step stands in the turns of the loops around it: "" outside, "2" in the third turn, "2.0" one loop deeper."""

Key = tuple[str, str]  # node id, path


def turn(path: str, index: int) -> str:
    return f"{path}.{index}" if path else str(index)


def around(path: str) -> str:
    """The path of the loop that this turn belongs to."""
    return path.rpartition(".")[0]


def index_of(path: str) -> int:
    return int(path.rpartition(".")[2])


def numbers(path: str) -> tuple[int, ...]:
    return tuple(int(part) for part in path.split(".")) if path else ()


def within(path: str, other: str) -> bool:
    """Whether `path` is `other` or a turn inside it."""
    return not other or path == other or path.startswith(f"{other}.")
