"""A causal model of transformers, read from a folder and run in this process: nothing leaves the machine.

It needs the extra `local` (torch and transformers). One answer is written at a time, in a thread of its own.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from parley.llm.choices import NoSuchModel

if TYPE_CHECKING:
    from pydantic_ai.messages import ModelMessage, ModelResponse
    from pydantic_ai.models import Model
    from pydantic_ai.models.function import AgentInfo

MOST_TOKENS = 1_024  # of an answer that names no limit
LEAST_ROOM = 16  # tokens of the model's window that must be left for an answer


def local_model(path: Path) -> "Model":
    """Reads nothing yet. Raises NoSuchModel where the extra is not installed or the folder has no model."""
    from pydantic_ai.models.function import FunctionModel
    from pydantic_ai.profiles import ModelProfile

    if find_spec("transformers") is None or find_spec("torch") is None:
        raise NoSuchModel("The local model needs the extra “local”. Install torch and transformers, or unset PARLEY_LOCAL_MODEL.")
    if not (path / "config.json").is_file():
        raise NoSuchModel(f"There is no model in the folder “{path.name}”. PARLEY_LOCAL_MODEL names the folder that has its config.json.")
    writer = _Writer(path)
    return FunctionModel(writer.answer, stream_function=writer.stream, model_name=path.name, profile=ModelProfile(supports_tools=False))


class _Writer:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._loaded: tuple[Any, Any] | None = None  # Any: transformers publishes no types
        self._thread = ThreadPoolExecutor(1, "local-model")

    async def answer(self, messages: "list[ModelMessage]", info: "AgentInfo") -> "ModelResponse":
        from pydantic_ai.messages import ModelResponse, TextPart

        return ModelResponse(parts=[TextPart("".join([piece async for piece in self.stream(messages, info)]))])

    async def stream(self, messages: "list[ModelMessage]", info: "AgentInfo") -> AsyncGenerator[str]:
        """Pieces of the answer as they are written. Closing it ends the writing at the next token."""
        loop = asyncio.get_running_loop()
        pieces: asyncio.Queue[str | None] = asyncio.Queue()
        stopped = Event()

        def put(piece: str | None) -> None:
            with suppress(RuntimeError):  # the loop has ended, and nobody listens
                loop.call_soon_threadsafe(pieces.put_nowait, piece)

        said = _said(messages, info.instructions)
        settings = dict(info.model_settings or {})
        writing = loop.run_in_executor(self._thread, self._write, said, settings, put, stopped)
        try:
            yield ""  # the library wants a first piece before it opens the stream
            while (piece := await pieces.get()) is not None:
                yield piece
            await writing
        finally:
            stopped.set()
            writing.cancel()

    def _write(self, said: list[dict[str, str]], settings: dict[str, Any], put: Any, stopped: Event) -> None:
        try:
            if not stopped.is_set():
                self._generate(said, settings, put, stopped)
        finally:
            put(None)

    def _generate(self, said: list[dict[str, str]], settings: dict[str, Any], put: Any, stopped: Event) -> None:
        def spoken(text: str, stream_end: bool = False) -> None:
            put(text)

        def is_stopped(input_ids: Any, scores: Any, **more: Any) -> bool:
            return stopped.is_set()

        model, tokenizer = self._load()
        told = tokenizer(_prompt(tokenizer, said), return_tensors="pt", add_special_tokens=not tokenizer.chat_template)
        length: int = told["input_ids"].shape[1]
        room = int(getattr(model.config, "max_position_embeddings", None) or length + MOST_TOKENS) - length
        if room < LEAST_ROOM:
            from pydantic_ai.exceptions import ModelContextWindowExceededError

            raise ModelContextWindowExceededError(self._path.name, f"{length} tokens leave no room for an answer")
        streamer: Any = _transformers().TextStreamer(tokenizer, skip_prompt=True, skip_special_tokens=True)
        streamer.on_finalized_text = spoken
        temperature: float = settings.get("temperature") or 0.0
        model.generate(
            **told,
            max_new_tokens=min(room, int(settings.get("max_tokens") or MOST_TOKENS)),
            do_sample=temperature > 0,
            **({"temperature": temperature} if temperature > 0 else {}),
            pad_token_id=tokenizer.eos_token_id,
            streamer=streamer,
            stopping_criteria=_transformers().StoppingCriteriaList([is_stopped]),
        )

    def _load(self) -> tuple[Any, Any]:
        if self._loaded is None:
            library = _transformers()
            # The operator's folder alone: nothing is fetched, and no code of the folder's own is run.
            where: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
            tokenizer: Any = library.AutoTokenizer.from_pretrained(str(self._path), **where)
            model: Any = library.AutoModelForCausalLM.from_pretrained(str(self._path), dtype="auto", **where)
            self._loaded = (model.eval(), tokenizer)
        return self._loaded


def _transformers() -> Any:  # Any: it publishes no types, and is not installed everywhere
    return import_module("transformers")


def _said(messages: "Sequence[ModelMessage]", instructions: str | None) -> list[dict[str, str]]:
    """As chat templates take it: system first, once, then user and assistant in turn."""
    from pydantic_ai.messages import ModelResponse, SystemPromptPart, TextPart

    system = [instructions] if instructions else []
    said: list[dict[str, str]] = []
    for message in messages:
        role = "assistant" if isinstance(message, ModelResponse) else "user"
        for part in message.parts:
            if isinstance(part, SystemPromptPart):
                system.append(part.content)
                continue
            content: object = part.content if isinstance(part, TextPart) else getattr(part, "content", None)
            if not isinstance(content, str):
                continue
            if said and said[-1]["role"] == role:
                said[-1]["content"] += f"\n\n{content}"
            else:
                said.append({"role": role, "content": content})
    return [{"role": "system", "content": "\n\n".join(system)}, *said] if system else said


def _prompt(tokenizer: Any, said: list[dict[str, str]]) -> str:
    if tokenizer.chat_template:
        return str(tokenizer.apply_chat_template(said, tokenize=False, add_generation_prompt=True))
    return "".join(f"{line['role']}: {line['content']}\n\n" for line in said) + "assistant:"
