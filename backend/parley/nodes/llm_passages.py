"""What a step's prompt gives a writer to quote: the passages of the searches it names, numbered through, and the markers read back."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from pydantic import BaseModel, JsonValue, ValidationError

from parley.llm.base import Passage
from parley.nodes.base import Chunk, Citation
from parley.nodes.knowledge_search import passages_text
from parley.nodes.web_search import Found
from parley.workflow.expressions import references

# "[2]", "[2, 3]", "[2][3]"; not "[2](address)", which is a link already.
_MARKER = re.compile(r"\s?\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\](?!\()")


class _KnowledgeFound(BaseModel):
    chunks: list[Chunk]


class _WebFound(BaseModel):
    results: list[Found]


@dataclass(frozen=True)
class Material:
    """`sources[n - 1]` is what the marker [n] names; `scope` renders the prompt with these numbers."""

    sources: Sequence[Chunk | Found]
    scope: Mapping[str, object]

    @property
    def passages(self) -> list[Passage]:
        return [_passage(source) for source in self.sources]


def _passage(source: Chunk | Found) -> Passage:
    match source:
        case Chunk():
            return Passage(source.text, f"{source.document}, page {source.page}")
        case Found():
            return Passage(source.snippet, f"{source.title}, {source.url}")


def gather(templates: Sequence[str], scope: Mapping[str, object]) -> Material:
    """Numbers the passages of every search that the templates name, directly or through a merge, in the order they name them.

    A passage found twice has one number.
    """
    numbering = _Numbering()
    named: dict[str, object] = {}
    for reference in (reference for template in templates for reference in references(template)):
        output = named.get(reference.root, scope.get(reference.root))
        within = reference.path[0] if reference.path else None
        if _sources(output):
            named[reference.root] = numbering.renumbered(output)
        elif isinstance(output, Mapping) and isinstance(within, str):
            outputs = cast(Mapping[str, object], output)
            if _sources(outputs.get(within)):
                named[reference.root] = {**outputs, within: numbering.renumbered(outputs[within])}
    return Material(numbering.sources, {**scope, **named} if named else scope)


class _Numbering:
    def __init__(self) -> None:
        self.sources: list[Chunk | Found] = []
        self._numbers: dict[str, int] = {}

    def renumbered(self, output: object) -> dict[str, object]:
        """A search's output with a text that carries the numbers given here."""
        texts = [_numbered(source, self._number(source)) for source in _sources(output)]
        return {**cast(Mapping[str, object], output), "text": "\n\n".join(texts)}

    def _number(self, source: Chunk | Found) -> int:
        key = source.id if isinstance(source, Chunk) else source.url
        if key not in self._numbers:
            self.sources.append(source)
            self._numbers[key] = len(self.sources)
        return self._numbers[key]


def _sources(output: object) -> Sequence[Chunk | Found]:
    if not isinstance(output, Mapping):
        return []
    fields = cast(Mapping[str, object], output)
    try:
        if fields.get("chunks"):
            return _KnowledgeFound.model_validate({"chunks": fields["chunks"]}).chunks
        if fields.get("results") and "count" in fields:  # a loop has results and a count too, but of another shape
            return _WebFound.model_validate({"results": fields["results"]}).results
    except ValidationError:
        pass  # somebody else's field of that name
    return []


def _numbered(source: Chunk | Found, number: int) -> str:
    match source:
        case Chunk():
            return passages_text([source], number)
        case Found():
            return f"[{number}] {source.title}\n{source.url}\n{source.snippet}"


def cite(text: str, sources: Sequence[Chunk | Found]) -> tuple[str, list[Citation]]:
    """The text with its markers in order: those of chunks as they are, those of web pages as links, those that name nothing dropped."""
    cited: dict[int, Citation] = {}

    def replaced(match: re.Match[str]) -> str:
        kept: list[str] = []
        for number in (int(part) for part in match[1].split(",")):
            if not 1 <= number <= len(sources):
                continue
            source = sources[number - 1]
            match source:
                case Chunk():
                    cited[number] = _citation(source, number)
                    kept.append(f"[{number}]")
                case Found():
                    kept.append(f"[{number}]({source.url.replace('(', '%28').replace(')', '%29').replace(' ', '%20')})")
        space = match[0][0] if match[0][0].isspace() else ""
        return f"{space}{''.join(kept)}" if kept else ""

    marked = _MARKER.sub(replaced, text) if sources else text
    return marked, [cited[number] for number in sorted(cited)]


def _citation(chunk: Chunk, number: int) -> Citation:
    return Citation(
        marker=number,
        chunk_id=chunk.id,
        document_id=chunk.document_id,
        document=chunk.document,
        page=chunk.page,
        start=chunk.start,
        end=chunk.end,
    )


def question_of(run_input: object) -> str:
    """What the run was asked: its message, or its input where that is a text."""
    if isinstance(run_input, str):
        return run_input
    if isinstance(run_input, Mapping):
        fields = cast(Mapping[str, JsonValue], run_input)
        for name in ("message", "question", "text", "query"):
            if isinstance(value := fields.get(name), str) and value.strip():
                return value
    return ""
