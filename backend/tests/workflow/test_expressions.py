"""What templates and expressions mean: values, texts, nulls, references and the words of their errors."""

import pytest

from parley.workflow.expressions import (
    ExpressionError,
    Reference,
    evaluate,
    expression_references,
    references,
    render,
)

SCOPE = {
    "input": {"message": "How many days?", "amount": "120", "tags": ["a", "b"]},
    "search": {
        "results": [{"title": "One", "items": [1, 2]}, {"title": "Two", "items": []}],
        "count": 2,
        "text": "Five days",
        "items": "the key",
    },
    "skipped": {"text": None, "error": None},
    "score": {"value": 0.75},
    "vars": {"lead": "Ada"},
}


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("plain text", "plain text"),
        ("{{ search.count }}", 2),
        ("{{ search.results }}", SCOPE["search"]["results"]),
        (" {{ search.count }}\n", 2),
        ("{{ search.items }}", "the key"),
        ("{{ search.results[0].items[1] }}", 2),
        ("{{ search.results[-1].title }}", "Two"),
        ("{{ search['results'][0]['title'] }}", "One"),
        ("Found {{ search.count }} for {{ input.message }}", "Found 2 for How many days?"),
        ("Hello {{ vars.lead | upper }}\n", "Hello ADA\n"),
        ("{{ search.results | map(attribute='title') | join(', ') }}", "One, Two"),
        ("{% for r in search.results %}{{ loop.index }}. {{ r.title }}\n{% endfor %}", "1. One\n2. Two\n"),
        ("{% for k, v in vars | items %}{{ k }}={{ v }}{% endfor %}", "lead=Ada"),
        ("{% for r in search.results if r['items'] %}{{ r.title }}{% endfor %}", "One"),
        ("{% for x in [] %}x{% else %}none{% endfor %}", "none"),
        ("{% if search.count > 1 %}many{% elif search.count %}one{% else %}no{% endif %}", "many"),
        ("{# a remark #}text", "text"),
        ("{{ skipped.text }}", None),
        ("{{ skipped.text.length.anything }}", None),
        ("[{{ skipped.text }}]", "[]"),
        ("{{ skipped.text or 'nothing' }}", "nothing"),
        ("{{ skipped.text | default('nothing') }}", "nothing"),
        ("{{ input.nope | default('nothing') }}", "nothing"),
        ("{{ nope.deep.er | default('nothing') }}", "nothing"),
        ("{{ skipped.text | upper }}", ""),
        ("{{ search.count + skipped.text }}", None),
        ("{{ 'a' + skipped.text }}", "a"),
        ("{{ input.tags }} of {{ true }}", '["a", "b"] of true'),
        ("{{ 6 / 2 }} {{ 7 // 2 }} {{ 1 / 4 }}", "3 3 0.25"),
        ("{{ {'a': [1, search.count]} }}", {"a": [1, 2]}),
        ("{{ input.message[:8] }}", "How many"),
        ("{{ 'ü' ~ 1 ~ null }}", "ü1"),
        ("{{ search.results | selectattr('title', '==', 'Two') | map('title') | first }}", "Two"),
        ("{{ search.text | truncate(5) }}", "Five…"),
        ("{{ [3, 1, 2] | sort | join('-') }}", "1-2-3"),
        ("{{ 3.14159 | round(2) }}", 3.14),
        ("{{ 'x' if score.value > 0.7 else 'y' }}", "x"),
        ("{{ 'x' if false }}", None),
        ("{{ input | tojson }}", '{"message": "How many days?", "amount": "120", "tags": ["a", "b"]}'),
    ],
)
def test_a_template_renders_to(template: str, expected: object) -> None:
    assert render(template, SCOPE) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("score.value > 0.7", True),
        ("{{ score.value > 0.7 }}", True),
        ("0 < score.value <= 0.75", True),
        ("skipped.text > 3", False),
        ("skipped.text == null", True),
        ("skipped.text is none", True),
        ("skipped.text is empty", True),
        ("input.amount > 100", True),
        ("'days' in input.message", True),
        ("'x' in skipped.text", False),
        ("'a' in input.tags and not false", True),
        ("input.nope is defined", False),
        ("search.results | length == 2", True),
        ("1 == true", False),
        ("'b' > 'a'", True),
        ("search.count is even", True),
        ("vars.lead", "Ada"),
        ("-search.count", -2),
        ("input.message | lower == 'how many days?'", True),
    ],
)
def test_an_expression_is_worth(expression: str, expected: object) -> None:
    value = evaluate(expression, SCOPE)
    assert value == expected
    assert type(value) is type(expected)


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{{ serch.text }}", "There is no 'serch' here. The names here are input, search, skipped, score, vars."),
        ("{{ search.txt }}", "search has no field 'txt'. It has results, count, text, items."),
        ("{{ search.results.title }}", "search.results is a list, so it has no field 'title'. Take an entry first: search.results[0]."),
        ("{{ search.results[7].title }}", "search.results has no entry 7; it has 2."),
        ("{{ search.count.value }}", "search.count is a number, so it has no field 'value'."),
        ("{{ 'a' + 1 }}", "+ joins two numbers, two texts or two lists; here are text and a number. Use ~ to join into text."),
        ("{{ 'a' * 3 }}", "* needs two numbers; here are text and a number. Use | float first."),
        ("{{ 1 / 0 }}", "The template divides by zero."),
        ("{{ 'a' > 1 }}", "Text and a number cannot be put in order."),
        ("{{ search.count | upper() | nope }}", "There is no filter 'nope'."),
        ("{% for x in search.count %}{% endfor %}", "A loop needs a list, and got a number."),
        ("{{ a && b }}", "Write and, or, not, == and !=."),
        ("{{ }}", "The template cannot be read"),
        ("{{ search.results | join(1, 2, 3) }}", "The filter 'join' cannot work on a list this way."),
        ("{{ vars.items() }}", "Calling a function is not allowed in templates. Use a filter, such as | length or | items."),
    ],
)
def test_an_error_says_what_to_do(template: str, words: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        render(template, SCOPE)
    assert words in caught.value.message


def test_references_are_found_with_their_paths() -> None:
    template = "{{ search.results[0].title }} {% for r in other.rows if r.x == limit %}{{ r.y }}{{ loop.index }}{% endfor %}{{ a[b.c] }}"
    assert references(template) == [
        Reference("search", ("results", 0, "title")),
        Reference("other", ("rows",)),
        Reference("limit", ()),
        Reference("a", ()),
        Reference("b", ("c",)),
    ]
    assert references("no braces, so no references") == []
    assert expression_references("score.value > vars.limit and null == none") == [
        Reference("score", ("value",)),
        Reference("vars", ("limit",)),
    ]


def test_a_value_that_is_only_referred_to_may_be_large_and_is_not_copied() -> None:
    rows = [{"n": number} for number in range(300_000)]
    assert render("{{ db.rows }}", {"db": {"rows": rows}}) is rows


def test_truncate_reads_a_text_longer_than_a_template_may_write() -> None:
    assert render("{{ page.text | truncate(12) }}", {"page": {"text": "word " * 200_000}}) == "word word…"
