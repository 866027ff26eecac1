"""The compact form: readable, complete in structure, and small enough for a model's context."""

from parley.workflow.compact import CHARS_PER_TOKEN, compact
from parley.workflow.spec import EMPTY
from tests.workflow.drawing import draw, handbook, step


def test_the_compact_form_shows_steps_insides_configs_and_edges() -> None:
    assert compact(handbook().model_copy(update={"name": "Handbook answers"})) == "\n".join(
        [
            "workflow: Handbook answers",
            'question: chat_trigger "Question arrives"',
            'search: knowledge_search "Search handbook" collection="Handbook" query="{{ input.message }}"',
            'found: condition "Found something?" expression="search.count > 0"',
            'write: llm "Write answer" prompt="Answer {{ input.message }} from {{ search.text }}"',
            'leads: loop "For each lead" items="{{ search.chunks }}"',
            '  draft: llm "Draft request" prompt="Ask about {{ item.text }}"',
            '  ask: email "Ask lead" subject="A question" body="{{ draft.text }}"',
            "question -> search -> found -[true]-> write",
            "found -[false]-> leads",
            "draft -> ask",
        ]
    )
    assert compact(EMPTY) == "(empty)"


def test_forty_steps_with_long_prompts_fit_into_2500_tokens() -> None:
    workflow = draw(*(step(f"write_the_answer_{n}", "llm", f"Write the answer {n}", prompt="Write well. " * 200) for n in range(40)))
    workflow = draw(*(f"write_the_answer_{n} -> write_the_answer_{n + 1}" for n in range(39)), start=workflow)
    text = compact(workflow)
    assert len(text) <= 2_500 * CHARS_PER_TOKEN
    assert all(f"write_the_answer_{n}: llm" in text for n in range(40))
    assert "…(2402 characters)" in text
