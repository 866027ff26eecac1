"""Templates that try to escape, to stall or to fill the memory: each ends in an ExpressionError, and soon."""

import time

import pytest

from parley.workflow.expressions import ExpressionError, evaluate, render


class Secretive:
    password = "hunter2"

    def __str__(self) -> str:
        return self.password


def _deep(levels: int) -> object:
    value: object = 1
    for _ in range(levels):
        value = [value]
    return value


def _tripled(times: int) -> str:
    """Each loop binds a list of three of the one before, so that the last is of 3 ** times values."""
    names = "abcdefghijklmnopqrstuvwxyz"
    loops = "".join(f"{{% for {names[n + 1]} in [[{names[n]}, {names[n]}, {names[n]}]] %}}" for n in range(times))
    return loops + f"{{{{ {names[times]} | tojson }}}}" + "{% endfor %}" * times


SCOPE = {"a": {"text": "x" * 1_000, "list": list(range(1_000)), "huge": 10**400}, "object": Secretive(), "deep": _deep(5_000)}

ESCAPES = [
    "{{ ''.__class__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ a.__class__ }}",
    "{{ a['__class__'] }}",
    "{{ a.list.__len__ }}",
    "{{ a.list.append(1) }}",
    "{{ a.text.format(a) }}",
    "{{ '{0.__class__}'.format(a) }}",
    "{{ '%s' % a }}",
    "{{ a | attr('__class__') }}",
    "{{ a | format }}",
    "{{ a.text | format(a) }}",
    "{{ a.list | map('upper') | map(attribute='__class__') | first | upper }}{{ nope }}",
    "{{ object.password }}",
    "{{ object['password'] }}",
    "{{ object }} as text",
    "{{ object | upper }}",
    "{{ object | tojson }}",
    "{{ self }}",
    "{{ self._TemplateReference__context }}",
    "{{ lipsum.__globals__ }}",
    "{{ cycler.__init__.__globals__.os }}",
    "{{ joiner() }}",
    "{{ range(10) }}",
    "{{ dict(a=1) }}",
    "{{ namespace() }}",
    "{{ config }}",
    "{{ request }}",
    "{{ _ }}",
    "{{ loop.index }}",
    "{% set x = 1 %}",
    "{% set x %}y{% endset %}",
    "{% macro m() %}{% endmacro %}",
    "{% include 'x' %}",
    "{% import 'x' as y %}",
    "{% from 'x' import y %}",
    "{% extends 'x' %}",
    "{% block b %}{% endblock %}",
    "{% call x() %}{% endcall %}",
    "{% with x = 1 %}{% endwith %}",
    "{% filter upper %}x{% endfilter %}",
    "{% autoescape true %}{% endautoescape %}",
    "{% do x %}",
    "{% debug %}",
    "{% for x in a.list recursive %}{{ loop([1]) }}{% endfor %}",
    "{{ a | default(*[1]) }}",
    "{{ a | default(**{'x': 1}) }}",
    "{{ a | default(nope=1) }}",
    "{{ a is callable }}",
    "{{ a is sameas(a) }}",
    "{{ a is filter }}",
    "{{ '\\ud800' }}",
    "{{ '\\u0000' }}",
]

FLOODS = [
    "{{ 9 ** 9 ** 9 }}",
    "{{ 'x' * 999999999 }}",
    "{{ a.list * 999999999 }}",
    "{{ " + "9" * 3_000 + " }}",
    "{{ " + "9" * 15_000 + " }}",
    "{{ 1e999 }}",
    "{{ a.huge + 1 }}",
    "{{ a.huge / 1 }}",
    "{{ a.huge }} as text",
    "{{ 999999999999999999 * 999999999999999999 }}",
    "{{ deep }} as text",
    "{{ deep | tojson }}",
    "{{ deep == deep }}",
    "{{ (deep, 1) }}",
    "{{ " + "(" * 2_000 + "1" + ")" * 2_000 + " }}",
    "{{ " + "[" * 2_000 + "]" * 2_000 + " }}",
    "{{ " + "not " * 3_000 + "1 }}",
    "{{ a" + ".b" * 500 + " }}",
    "{{ 1" + " + 1" * 3_000 + " }}",
    "{{ 1" + " | abs" * 500 + " }}",
    "{{ a" * 3_000,
    "{% if 1 %}" * 300 + "{% endif %}" * 300,
    "{% for x in a.list %}" * 10 + "x" + "{% endfor %}" * 10,
    "{% for x in a.list %}{% for y in a.list %}{{ a.text }}{% endfor %}{% endfor %}",
    "{% for x in a.list if x in a.list and x == a.list %}{% for y in a.list %}{% endfor %}{% endfor %}",
    "{{ a.text | replace('x', a.text) | replace('x', a.text) }}",
    "{{ a.list | join(a.text) | replace('x', a.text) }}",
    _tripled(17),
    "{{ a.list[::0] }}",
    "{{ a.list['x':] }}",
    "x" * 19_000 + "{{ a.text }}" * 800,
    "{{ a.text }}" * 5_000,
]  # fmt: skip


@pytest.mark.parametrize("template", ESCAPES + FLOODS, ids=lambda template: template[:40])
def test_a_hostile_template_is_refused_within_a_second(template: str) -> None:
    started = time.process_time()
    with pytest.raises(ExpressionError):
        render(template, SCOPE)
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    "expression",
    ["", "   ", "a }} {{ a", "a %}{% if", "a; a", "a, a", "a b", "lambda: 1", "a := 1", "a if", "import os", "a.text()", "x" * 5_000],
)
def test_a_hostile_expression_is_refused(expression: str) -> None:
    with pytest.raises(ExpressionError):
        evaluate(expression, SCOPE)
