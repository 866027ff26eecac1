"""The searching and writing types: what they ask, what they give back, and which passages they cite."""

from typing import Any

import pytest

from parley.llm.base import ModelFailed, Usage, Written
from parley.nodes.base import StepFailed
from parley.nodes.llm_passages import cite, gather, question_of
from parley.websearch.base import WebResult
from tests.nodes.steps import chunk, found

LEAVE = chunk("c1", "Parental leave lasts up to 14 months between you and your partner.", page=41)
PAY = chunk("c2", "Pay during parental leave is two thirds of your net salary.", page=42)
DOGS = chunk("c3", "Dogs are welcome in the office on Fridays.", page=7, document="Rules.pdf")


class Writer:
    """A model that says what it is told to and remembers what it was asked."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.asked: dict[str, Any] = {}

    async def write(self, prompt: str, **rest: Any) -> Written:
        self.asked = {"prompt": prompt, **rest}
        if rest["on_delta"] is not None:
            await rest["on_delta"](self.text)
        return Written(self.text, Usage("big-1", 12, 3))


async def test_a_knowledge_search_numbers_its_passages(bench) -> None:
    bench.knowledge.chunks = [LEAVE, PAY]
    config = {"collection": "Handbook", "query": "{{ input.message }}", "top_k": "{{ 1 + 1 }}"}
    result = await bench.done("knowledge_search", config, {"input": {"message": "How long is leave?"}})
    assert bench.knowledge.asked == [("Handbook", "How long is leave?", 2)]
    assert result.output["count"] == 2
    assert result.output["text"] == f"[1] Handbook.pdf, page 41\n{LEAVE.text}\n\n[2] Handbook.pdf, page 42\n{PAY.text}"
    assert result.output["chunks"][0] == LEAVE.model_dump()


async def test_a_web_search_gives_titles_addresses_and_snippets(bench) -> None:
    bench.web.results = [WebResult("Leave", "https://example.com/leave", "All about it.")]
    result = await bench.done("web_search", {"query": "leave\n  law", "max_results": 3})
    assert bench.web.asked == [("leave law", 3)]
    assert result.output == {
        "results": [{"title": "Leave", "url": "https://example.com/leave", "snippet": "All about it."}],
        "count": 1,
        "text": "Leave\nhttps://example.com/leave\nAll about it.",
    }


@pytest.mark.parametrize(("node_type", "where"), [("knowledge_search", {"collection": "Handbook"}), ("web_search", {})])
async def test_a_search_for_nothing_is_refused(bench, node_type, where) -> None:
    with pytest.raises(StepFailed, match="question is empty"):
        await bench.run(node_type, {**where, "query": "{{ input }}"}, {"input": None})


async def test_the_built_in_writer_quotes_and_cites_the_page(bench) -> None:
    scope = {"input": {"message": "How long is parental leave?"}, "search": found([DOGS, LEAVE])}
    result = await bench.done("llm", {"prompt": "Answer {{ input.message }} from {{ search.text }}"}, scope)
    assert result.output["text"] == f"{LEAVE.text} [2]"
    assert [(c["marker"], c["chunk_id"], c["page"]) for c in result.output["citations"]] == [(2, "c1", 41)]
    assert result.output["usage"] == {"model": "built-in", "input_tokens": 0, "output_tokens": 0, "cost": None}
    assert "".join(bench.said) == result.output["text"]


async def test_passages_of_several_searches_are_numbered_through(bench) -> None:
    bench.llm = Writer("Fourteen months [1], and dogs [3]. Nonsense [9].")
    scope = {"input": "leave?", "handbook": found([LEAVE, PAY]), "rules": found([DOGS, LEAVE]), "unnamed": found([chunk("c9", "No.")])}
    result = await bench.done("llm", {"prompt": "{{ handbook.text }}\n\n{{ rules.text }}", "system": "Be kind."}, scope)
    assert bench.llm.asked["prompt"] == (
        f"[1] Handbook.pdf, page 41\n{LEAVE.text}\n\n[2] Handbook.pdf, page 42\n{PAY.text}\n\n"
        f"[3] Rules.pdf, page 7\n{DOGS.text}\n\n[1] Handbook.pdf, page 41\n{LEAVE.text}"
    )
    assert [passage.source for passage in bench.llm.asked["passages"]] == [
        "Handbook.pdf, page 41",
        "Handbook.pdf, page 42",
        "Rules.pdf, page 7",
    ]
    assert (bench.llm.asked["question"], bench.llm.asked["system"], bench.llm.asked["model"]) == ("leave?", "Be kind.", None)
    assert result.output["text"] == "Fourteen months [1], and dogs [3]. Nonsense."
    assert [citation["chunk_id"] for citation in result.output["citations"]] == ["c1", "c3"]
    assert result.usage is not None
    assert (result.usage.model, result.usage.input_tokens) == ("big-1", 12)


async def test_a_prompt_that_names_no_search_has_no_passages(bench) -> None:
    bench.llm = Writer("See [1].")
    result = await bench.done("llm", {"prompt": "Hello {{ input }}"}, {"input": "you", "search": found([LEAVE])})
    assert bench.llm.asked["passages"] == []
    assert (result.output["text"], result.output["citations"]) == ("See [1].", [])


async def test_a_failed_search_leaves_the_others_usable(bench) -> None:
    web = {"results": None, "count": None, "text": None, "error": "No search key is set up."}
    scope = {"input": "How long is parental leave?", "search": found([LEAVE]), "web": web}
    result = await bench.done("llm", {"prompt": "{{ input }} {{ search.text }} {{ web.text }}"}, scope)
    assert result.output["text"] == f"{LEAVE.text} [1]"


async def test_web_pages_are_cited_as_links(bench) -> None:
    bench.llm = Writer("Law says so [2].")
    web = {"results": [{"title": "Law", "url": "https://example.com/a_(b)", "snippet": "It says so."}], "count": 1, "text": "as found"}
    result = await bench.done("llm", {"prompt": "{{ search.text }} {{ web.text }}"}, {"search": found([LEAVE]), "web": web})
    assert "[2] Law\nhttps://example.com/a_(b)\nIt says so." in bench.llm.asked["prompt"]
    assert (result.output["text"], result.output["citations"]) == ("Law says so [2](https://example.com/a_%28b%29).", [])


def test_searches_are_found_through_a_merge() -> None:
    scope = {"both": {"search": found([LEAVE]), "rules": found([DOGS])}}
    material = gather(["{{ both.search.text }} {{ both.rules.text }}"], scope)
    assert [passage.text for passage in material.passages] == [LEAVE.text, DOGS.text]
    assert material.scope["both"]["rules"]["text"].startswith("[2] Rules.pdf")  # type: ignore[index]
    assert scope["both"]["rules"]["text"] == "as found"


def test_fields_that_only_look_like_a_search_are_left_alone() -> None:
    scope = {"loop": {"results": [1, 2], "count": 2}, "http": {"chunks": "none"}, "text": "plain"}
    material = gather(["{{ loop.results }} {{ http.chunks }} {{ text }} {{ gone.x }}"], scope)
    assert material.passages == []
    assert material.scope is scope


@pytest.mark.parametrize(
    ("text", "cited", "markers"),
    [("A [1] b [2].", "A [1] b [2].", [1, 2]), ("A [1, 2].", "A [1][2].", [1, 2]), ("A [0] [3] [1].", "A [1].", [1]),
     ("[1](https://x.example) stays", "[1](https://x.example) stays", []), ("array[1] and [x]", "array[1] and [x]", [1]), ("", "", [])],
)  # fmt: skip
def test_markers_are_read_back(text: str, cited: str, markers: list[int]) -> None:
    marked, citations = cite(text, [LEAVE, PAY])
    assert marked == cited
    assert [citation.marker for citation in citations] == markers


def test_the_question_is_what_the_run_was_asked() -> None:
    assert [question_of(value) for value in ("a", {"message": "b"}, {"text": "c"}, {"message": ""}, None, 5)] == ["a", "b", "c", "", "", ""]


async def test_an_empty_prompt_and_a_failing_model_are_said(bench) -> None:
    with pytest.raises(StepFailed, match="prompt is empty"):
        await bench.run("llm", {"prompt": "{{ input }}"}, {"input": None})

    async def fail(*_: Any, **__: Any) -> Written:
        raise ModelFailed("The model is busy.")

    bench.llm = Writer("")
    bench.llm.write = fail
    with pytest.raises(ModelFailed):
        await bench.run("llm", {"prompt": "hello"})


async def test_classify_goes_the_way_of_its_label(bench) -> None:
    config = {"text": "{{ input.message }}", "labels": ["billing", "technical", "other"]}
    result = await bench.done("classify", config, {"input": {"message": "I was charged twice on my invoice"}})
    assert result.branch == result.output["label"] == "billing"
    assert sum(result.output["scores"].values()) == pytest.approx(1, abs=0.01)
    with pytest.raises(StepFailed, match="no text to sort"):
        await bench.run("classify", {"text": "{{ input }}", "labels": ["a", "b"]}, {"input": None})
    with pytest.raises(StepFailed, match="no labels"):
        await bench.run("classify", {"text": "a", "labels": []})


async def test_extract_gives_every_field_it_was_asked_for(bench) -> None:
    fields = [{"name": "total", "type": "number"}, {"name": "email"}, {"name": "color"}]
    result = await bench.done("extract", {"text": "Total: 12.50, mail ann@example.com", "fields": fields})
    assert result.output == {"total": 12.5, "email": "ann@example.com", "color": None}
    assert result.usage is not None
    assert result.usage.model == "built-in"
    with pytest.raises(StepFailed, match="no fields"):
        await bench.run("extract", {"text": "x", "fields": []})
