"""A causal model of transformers from a folder: a tiny Qwen2 with random weights, made here."""

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest
import torch
from tokenizers import Regex, Tokenizer, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

from parley.llm.base import ModelFailed
from parley.llm.models import Models, ModelSettings, NoSuchModel
from parley.llm.remote import RemoteModel
from parley.planner.base import Budget
from tests.planner.model.asking import play, request_for

WORDS = [
    "<|im_start|>",
    "<|im_end|>",
    "<unk>",
    *"abcdefghijklmnopqrstuvwxyz",
    *"ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    *" .,:;{}[]\"'`\n_-0123456789<>/|",
]
CHAT = "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}<|im_start|>assistant\n"


def tiny_model(folder: Path) -> Path:
    """About 20,000 weights, of a letter per token."""
    torch.manual_seed(7)
    letters = Tokenizer(models.WordLevel({word: at for at, word in enumerate(WORDS)}, unk_token="<unk>"))
    letters.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=letters, eos_token="<|im_end|>", unk_token="<unk>", chat_template=CHAT)
    tokenizer.save_pretrained(folder)
    config = Qwen2Config(
        vocab_size=len(WORDS),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        max_position_embeddings=60_000,
        eos_token_id=None,
        bos_token_id=None,
    )
    Qwen2ForCausalLM(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_model(tmp_path_factory.mktemp("tiny-qwen2"))


async def written(known: Models, prompt: str, **more: Any) -> tuple[str, list[float]]:
    """What it wrote, and when each piece came."""
    came: list[float] = []

    async def hear(piece: str) -> None:
        came.append(time.monotonic())

    asked: dict[str, Any] = {"system": "", "question": "", "passages": [], "model": None, "temperature": None, "max_tokens": 24, **more}
    answer = await RemoteModel(known).write(prompt, on_delta=hear, **asked)
    return answer.text, came


async def test_it_is_found_by_its_folder_and_writes_in_pieces(folder: Path) -> None:
    known = Models(ModelSettings(local_path=folder))
    assert known.chain() == (f"local:{folder.name}",)
    assert [(model.id, model.provider) for model in await known.available()] == [(f"local:{folder.name}", "local")]
    assert (await written(known, "Hello."))[0] == (await written(known, "Hello."))[0], "without a temperature it writes the same"
    text, came = await written(known, "Hello.", max_tokens=800, temperature=1.0)
    assert text
    assert len(came) > 3
    assert came[-1] - came[0] > 0.05


async def test_it_stops_writing_when_nobody_listens_any_more(folder: Path) -> None:
    known = Models(ModelSettings(local_path=folder))
    await written(known, "Hello.", max_tokens=1)
    asking = asyncio.create_task(written(known, "Hello.", max_tokens=50_000))
    await asyncio.sleep(0.5)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    began = time.monotonic()
    await written(known, "Hello.", max_tokens=1)
    assert time.monotonic() - began < 5, "the thread is free again"


async def test_a_turn_with_it_ends_in_a_valid_diagram(folder: Path) -> None:
    """Random weights plan nothing; what they write is a reply, or none, and changes nothing."""
    budget = Budget(seconds=4.0, repair_rounds=0)
    played = await play(ModelSettings(local_path=folder), request_for("Build it", budget=budget))
    assert played.node_ids == []
    assert played.text or played.failure is not None


async def test_a_prompt_beyond_its_window_is_told(folder: Path) -> None:
    with pytest.raises(ModelFailed, match="too long for the model"):
        await written(Models(ModelSettings(local_path=folder)), "a" * 70_000)


async def test_a_folder_without_a_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(NoSuchModel, match="There is no model in the folder"):
        Models(ModelSettings(local_path=tmp_path)).get()
