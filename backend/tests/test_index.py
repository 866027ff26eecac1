"""The index in `README.md` names tests that exist."""

import re
from pathlib import Path

HERE = Path(__file__).parent
INDEX = (HERE / "README.md").read_text(encoding="utf-8")


def test_every_named_test_exists() -> None:
    named = re.findall(r"`([\w/]+\.py)::(\w+)`", INDEX)
    assert len(named) > 30
    gone = [f"{file}::{name}" for file, name in named if f"def {name}(" not in (HERE / file).read_text(encoding="utf-8")]
    assert gone == []


def test_every_named_file_of_the_web_exists() -> None:
    for path in re.findall(r"`(web/[\w/.]+)`", INDEX):
        assert (HERE.parents[1] / path).is_file(), path
