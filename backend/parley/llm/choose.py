"""Who writes: the model that a step names, else the default one, else the built-in writer."""

from collections.abc import Sequence

from parley.embedding.base import Embedder
from parley.llm.base import Classified, Extracted, FieldToExtract, LanguageModel, OnDelta, Passage, Written
from parley.llm.builtin import NO_MODEL, BuiltinModel
from parley.llm.models import Models, ModelSettings
from parley.llm.remote import RemoteModel


class ChosenModel:
    """Implements `llm.base.LanguageModel`. A step may name the built-in writer, too, as "built-in"."""

    def __init__(self, builtin: LanguageModel, remote: LanguageModel | None) -> None:
        self._builtin = builtin
        self._remote = remote

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
        return self._builtin if self._remote is None or model == NO_MODEL.model else self._remote


def choose(settings: ModelSettings, models: Models, embedder: Embedder | None, seconds: float = 120.0) -> ChosenModel:
    """`seconds` bounds one call of a model. A model that a step names without any being set up is written for by the built-in writer."""
    return ChosenModel(BuiltinModel(embedder), RemoteModel(models.get, seconds) if settings.any else None)
