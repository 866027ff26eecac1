"""Who writes: the model that a step names, else the default one, else the built-in writer."""

from collections.abc import Sequence

from parley.embedding.base import Embedder
from parley.llm.base import Classified, Extracted, FieldToExtract, LanguageModel, OnDelta, Passage, Written
from parley.llm.builtin import NO_MODEL, BuiltinModel
from parley.llm.models import Models
from parley.llm.remote import Cost, RemoteModel, no_price


class ChosenModel:
    """Implements `llm.base.LanguageModel`. A step may name the built-in writer, too, as "built-in"."""

    def __init__(self, builtin: LanguageModel, remote: LanguageModel, *, unasked: bool) -> None:
        """`unasked`: a model was set up, so that it writes for steps that name none."""
        self._builtin = builtin
        self._remote = remote
        self._unasked = unasked

    async def write(
        self,
        prompt: str,
        *,
        system: str,
        question: str,
        passages: Sequence[Passage],
        model: str | None,
        temperature: float | None,
        max_tokens: int | None,
        on_delta: OnDelta | None,
    ) -> Written:
        return await self._for(model).write(
            prompt,
            system=system,
            question=question,
            passages=passages,
            model=model,
            temperature=temperature,
            max_tokens=max_tokens,
            on_delta=on_delta,
        )

    async def classify(self, text: str, labels: Sequence[str]) -> Classified:
        return await self._for(None).classify(text, labels)

    async def extract(self, text: str, fields: Sequence[FieldToExtract]) -> Extracted:
        return await self._for(None).extract(text, fields)

    def _for(self, model: str | None) -> LanguageModel:
        if model == NO_MODEL.model:
            return self._builtin
        return self._remote if self._unasked or (model or "").startswith("ollama:") else self._builtin


def choose(models: Models, embedder: Embedder | None, seconds: float = 120.0, cost: Cost = no_price) -> ChosenModel:
    """`seconds` bounds one call of a model. Where none is set up, the built-in writer writes, also for a step that names a model; but an
    Ollama that runs is asked where a step names one of its models."""
    return ChosenModel(BuiltinModel(embedder), RemoteModel(models, seconds, cost), unasked=models.settings.any)
