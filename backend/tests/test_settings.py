"""The example of settings names each one there is, with its meaning, and nothing else."""

import re
from pathlib import Path

from parley.settings import Settings

EXAMPLE = Path(__file__).parents[2] / ".env.example"


def test_the_example_has_every_setting_with_its_meaning() -> None:
    text = EXAMPLE.read_text()
    for field in Settings.model_fields.values():
        variable = str(getattr(field.validation_alias, "choices")[0])  # noqa: B009 (the alias is typed as one of three kinds)
        assert re.search(rf"^(# )?{variable}=", text, re.MULTILINE), f"{variable} is missing in .env.example"
        words = " ".join(line.removeprefix("# ") for line in text.splitlines() if line.startswith("# "))
        assert field.description, f"{variable} has no description"
        assert field.description in words, f"the meaning of {variable} differs in .env.example"


def test_the_example_has_no_unknown_setting() -> None:
    known = {str(choice) for field in Settings.model_fields.values() for choice in getattr(field.validation_alias, "choices", ())}
    known |= {"MYSQL_PASSWORD", "MYSQL_ROOT_PASSWORD"}  # Compose's own
    assert set(re.findall(r"^(?:# )?([A-Z][A-Z_]+)=", EXAMPLE.read_text(), re.MULTILINE)) <= known


def test_the_example_can_be_used_as_it_is(clean_environment: None) -> None:
    given, plain = Settings(_env_file=EXAMPLE), Settings(_env_file=None)
    assert given == plain
