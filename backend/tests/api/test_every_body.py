"""Every operation, with every value of what it takes made hostile in turn: a 4xx in the one error shape, never a 500."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.api.bodies import BODIES, CONTRACT, Things, operations, takes_json
from tests.conftest import SignUp

# As they stand in the JSON: what no database can keep, or no reader survives.
HOSTILE = {
    "half a character": r'"a\ud800b"',
    "the other half": r'"\udfff"',
    "a NUL": r'"a\u0000b"',
    "one more than 63 bits": str(2**63),
    "one less than 63 bits": str(-(2**63) - 1),
    "five thousand digits": "9" * 5000,
    "an infinite number": "1e999",
    "no number": "NaN",
    "lists in lists": "[" * 5000 + "]" * 5000,
    "objects in objects": '{"a":' * 300 + "1" + "}" * 300,
    "lists without end": "[" * 5000,
}
# Sound JSON that hardly anybody expects there.
ODD: tuple[Any, ...] = (
    *(None, True, 0, -1, 2**53, 2**63 - 1, -(2**63), 1e308, -0.0),
    *("", " ", "\u202e\ufeff", "é" * 70, "x" * 100_000, "👩‍👩‍👧" * 200),
    *("../../etc/passwd", "' OR 1=1 --", "%00", "{{ 7 * 7 }}", "2026-02-30T25:61:00Z"),
    *([], {}, [[]], [None], {"": None}, {"__proto__": {"op": "add_node"}}, [0] * 3_000, {f"k{n}": n for n in range(1_000)}),
)
ODD_WORDS = (
    *("%ED%A0%80", "%FF", "%E2%80%AE", "..%2f..%2fetc%2fpasswd", "%25", "%27%22%3B--"),
    *("a" * 5000, "-1", "9" * 40, "0", "true", "1e9"),
)

WITH_JSON = [pytest.param(*each, id=each[0]) for each in operations() if takes_json(each[0])]

# Many values, which no database sees but as one text.
OF_EDITS = ("start_by_hand", "edit_by_hand")


@pytest.fixture
async def things(sign_up: SignUp) -> Things:
    made = Things(await sign_up("ada"))
    await made.make()
    return made


def test_every_operation_that_takes_json_is_tried() -> None:
    assert {operation for operation, _, _ in operations() if takes_json(operation)} == BODIES.keys()


@pytest.mark.one_database
@pytest.mark.parametrize(("operation", "method", "path"), WITH_JSON)
async def test_the_body_that_is_then_spoilt_is_accepted(things: Things, operation: str, method: str, path: str) -> None:
    body = json.dumps(things.filled_in(BODIES[operation])).encode()
    answer = await send(things.client, method, things.address(operation, path), body)
    assert answer.status_code < 300, answer.text


@pytest.mark.one_database
@pytest.mark.parametrize(("operation", "method", "path"), WITH_JSON)
async def test_what_cannot_be_kept_is_refused_wherever_it_stands(things: Things, operation: str, method: str, path: str) -> None:
    address, body = things.address(operation, path), things.filled_in(BODIES[operation])
    for place in places(body):
        for name, hostile in HOSTILE.items():
            written = json.dumps(replaced(body, place, _HERE)).replace(json.dumps(_HERE), hostile)
            answer = await send(things.client, method, address, written.encode())
            assert 400 <= answer.status_code < 500, (name, place, answer.text)
            assert answer.json().keys() == {"error", "message", "details"}
            assert answer.json()["error"] in ("bad_text", "number_too_large", "too_deep"), (name, place)


@pytest.mark.parametrize(("operation", "method", "path"), [each for each in WITH_JSON if each.id not in OF_EDITS])
async def test_what_nobody_expects_is_answered_without_a_fault(things: Things, operation: str, method: str, path: str) -> None:
    await try_all_odd(things, operation, method, path)


@pytest.mark.one_database
@pytest.mark.parametrize(("operation", "method", "path"), [each for each in WITH_JSON if each.id in OF_EDITS])
async def test_edits_that_nobody_expects_are_answered_without_a_fault(things: Things, operation: str, method: str, path: str) -> None:
    await try_all_odd(things, operation, method, path)


async def try_all_odd(things: Things, operation: str, method: str, path: str) -> None:
    address, body = things.address(operation, path), things.filled_in(BODIES[operation])
    for place in places(body):
        for odd in ODD:
            answer = await send(things.client, method, address, json.dumps(replaced(body, place, odd)).encode())
            assert_no_fault(answer, (place, repr(odd)[:60]))


async def test_odd_words_in_an_address_are_answered_without_a_fault(things: Things) -> None:
    plain = {name: quote(value) for name, value in things.ids.items()}
    for operation, method, path in operations():
        body = json.dumps(things.filled_in(BODIES[operation])).encode() if takes_json(operation) else b""
        described = CONTRACT["paths"][path][method.lower()].get("parameters", [])
        queries = [each["name"] for each in described if each["in"] == "query"]
        for odd in ODD_WORDS:
            addresses = [path.format(**(plain | {name: odd})) for name in plain if f"{{{name}}}" in path]
            addresses += [f"{path.format(**plain)}?{name}={odd}" for name in queries]
            for address in addresses:
                assert_no_fault(await send(things.client, method, address, body), (method, address))


def assert_no_fault(answer: httpx.Response, about: object) -> None:
    assert answer.status_code < 500, (about, answer.text)
    if answer.status_code >= 400:
        assert answer.json().keys() == {"error", "message", "details"}, about
        assert answer.json()["message"], about


async def send(client: httpx.AsyncClient, method: str, address: str, body: bytes) -> httpx.Response:
    return await client.request(method, address, content=body, headers={"Content-Type": "application/json"})


Place = tuple[str | int, ...]
_HERE = "the value in question"


def places(value: Any, here: Place = ()) -> Iterator[Place]:
    """The way to every value inside, the whole first."""
    yield here
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield from places(each, (*here, key))


def replaced(value: Any, place: Place, by: Any) -> Any:
    if not place:
        return by
    key, *rest = place
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[key] = replaced(value[key], tuple(rest), by)  # type: ignore[index]
    return copy
