"""Trains the adapters and heads and writes them as the planner's weights: `python -m training.train`. Needs torch (`./scripts/train`).

Low-rank adapters (Hu et al. 2021, LoRA) on every linear layer of the pinned MiniLM, biases, and linear heads for roles, parts, commands,
types, order and levels left, all trained at once. About 30 minutes on one core.
"""

import argparse
import math
import random
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from parley.embedding import weights
from parley.embedding.minilm import DIMENSION, open_tokenizer
from parley.embedding.numpy_layers import HEADS, LAYERS
from parley.planner.builtin.tagger.labels import LEAVES, OPS, ORDERS, PARTS, ROLES, TYPES, bio
from parley.planner.builtin.tagger.network import ADAPTED, WEIGHTS, pieces_of
from parley.planner.builtin.tagger.words import Word
from training import annotated
from training.annotated import Sentence

RANK = 16
ROLE_TAGS, PART_TAGS, COMMAND_TAGS = bio(ROLES), bio(PARTS), bio(("cmd",))
HEAD_SIZES = {  # outputs, and whether the head reads one word or a stretch (its first word beside the mean)
    "role": (len(ROLE_TAGS), 1),
    "part": (len(PART_TAGS), 1),
    "command": (len(COMMAND_TAGS), 1),
    "type": (len(TYPES), 2),
    "order": (len(ORDERS), 2),
    "leaves": (LEAVES, 2),
    "op": (len(OPS), 2),
}


class Adapted(nn.Module):
    """A frozen linear layer, and what training adds to it."""

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        super().__init__()
        self.weight, self.frozen = weight, bias
        self.down = nn.Parameter(torch.randn(RANK, weight.shape[1]) / math.sqrt(weight.shape[1]))
        self.up = nn.Parameter(torch.zeros(weight.shape[0], RANK))
        self.bias = nn.Parameter(torch.zeros_like(bias))

    def forward(self, state: Tensor) -> Tensor:
        added = functional.linear(functional.linear(state, self.down), self.up)
        return functional.linear(state, self.weight, self.frozen + self.bias) + added


class Tagger(nn.Module):
    def __init__(self, folder: Path) -> None:
        super().__init__()
        tensors = weights.read_tensors(folder / "model.safetensors")
        self.tensors = {name: torch.from_numpy(np.array(value)) for name, value in tensors.items()}
        self.linear = nn.ModuleDict()
        for layer in range(LAYERS):
            for part in ADAPTED:
                name = f"encoder.layer.{layer}.{part}"
                self.linear[name.replace(".", "/")] = Adapted(self.tensors[f"{name}.weight"], self.tensors[f"{name}.bias"])
        self.heads = nn.ModuleDict({f"head_{name}": nn.Linear(DIMENSION * wide, size) for name, (size, wide) in HEAD_SIZES.items()})
        # How well one tag follows another (a linear-chain CRF, Lafferty et al. 2001).
        sizes = {f"head_{name}": size for name, (size, wide) in HEAD_SIZES.items() if wide == 1}
        self.follows = nn.ParameterDict({name: nn.Parameter(torch.zeros(size, size)) for name, size in sizes.items()})
        self.drop = nn.Dropout(0.1)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        embedded = self.tensors["embeddings.word_embeddings.weight"][ids]
        embedded = embedded + self.tensors["embeddings.position_embeddings.weight"][: ids.shape[1]]
        state = self.drop(self._normal("embeddings.LayerNorm", embedded + self.tensors["embeddings.token_type_embeddings.weight"][0]))
        for layer in range(LAYERS):
            state = self._layer(f"encoder.layer.{layer}.", state, mask[:, None, None, :])
        return state

    def _layer(self, prefix: str, state: Tensor, mask: Tensor) -> Tensor:
        texts, length, _ = state.shape

        def linear(part: str, value: Tensor) -> Tensor:
            return self.linear[(prefix + part).replace(".", "/")](value)

        def heads(part: str) -> Tensor:
            return linear(f"attention.self.{part}", state).view(texts, length, HEADS, -1).transpose(1, 2)

        seen = functional.scaled_dot_product_attention(heads("query"), heads("key"), heads("value"), attn_mask=mask)
        seen = linear("attention.output.dense", seen.transpose(1, 2).reshape(texts, length, DIMENSION))
        state = self._normal(f"{prefix}attention.output.LayerNorm", state + self.drop(seen))
        inner = linear("output.dense", functional.gelu(linear("intermediate.dense", state)))
        return self._normal(f"{prefix}output.LayerNorm", state + self.drop(inner))

    def _normal(self, name: str, state: Tensor) -> Tensor:
        return functional.layer_norm(state, (DIMENSION,), self.tensors[f"{name}.weight"], self.tensors[f"{name}.bias"], 1e-12)


def with_slips(words: tuple[str, ...], chance: random.Random) -> list[str]:
    """The words as a hasty hand types them, every second time: letters missing, swapped, doubled or wrong."""
    if chance.random() < 0.5:
        return list(words)
    often = chance.choice((0.02, 0.06, 0.12))
    return [_slip(word, chance) if len(word) > 3 and word.isalpha() and chance.random() < often else word for word in words]


def _slip(word: str, chance: random.Random) -> str:
    at, kind = chance.randrange(1, len(word) - 1), chance.random()
    head, letter, tail = word[:at], word[at], word[at + 1 :]
    if kind < 0.35:
        return head + tail
    if kind < 0.7:
        return head + tail[0] + letter + tail[1:]
    return head + letter + letter + tail if kind < 0.85 else head + chance.choice("aeiounrst") + tail


def chain_loss(scores: Tensor, right: Tensor, lengths: Tensor, follows: Tensor) -> Tensor:
    """The mean of minus the log-probability of the right tags as a chain; `scores` (texts, words, tags), padded behind `lengths`."""
    texts, longest, _ = scores.shape
    inside = torch.arange(longest)[None, :] < lengths[:, None]
    chosen = scores.gather(2, right[..., None])[..., 0]
    path = (chosen * inside).sum(1) + (follows[right[:, :-1], right[:, 1:]] * inside[:, 1:]).sum(1)
    total = scores[:, 0]
    for index in range(1, longest):
        longer = torch.logsumexp(total[:, :, None] + follows[None], 1) + scores[:, index]
        total = torch.where(inside[:, index, None], longer, total)
    return (torch.logsumexp(total, 1) - path).sum() / texts


class Batch:
    """Sentences side by side: one row of states for all their words, and where each sentence begins in it."""

    def __init__(self, sentences: list[Sentence], model: Tagger, pieces: "Pieces", chance: random.Random) -> None:
        self.sentences = sentences
        ids: list[list[int]] = []
        firsts: list[list[int]] = []
        for sentence in sentences:
            row, first = pieces.of(with_slips(sentence.words, chance))
            ids.append(row)
            firsts.append(first)
        longest = max(len(row) for row in ids)
        padded = torch.tensor([row + [0] * (longest - len(row)) for row in ids])
        mask = torch.tensor([[True] * len(row) + [False] * (longest - len(row)) for row in ids])
        states = model.drop(model(padded, mask))
        self.model = model
        self.states = torch.cat([states[index, first] for index, first in enumerate(firsts)])
        self.begins = [0]
        for first in firsts:
            self.begins.append(self.begins[-1] + len(first))
        self.sums = torch.cat([torch.zeros(1, DIMENSION), self.states.cumsum(0)])

    def loss(self) -> Tensor:
        total = torch.zeros(())
        for kind, head, tags in (("request", "role", ROLE_TAGS), ("change", "part", PART_TAGS)):
            mine = [index for index, sentence in enumerate(self.sentences) if sentence.kind == kind]
            share = len(mine) / len(self.sentences)
            if not mine:
                continue
            total = total + share * self._tagged(head, tags, mine, "spans", 0.05)
            if kind == "change":
                total = total + 0.5 * share * self._tagged("command", COMMAND_TAGS, mine, "commands", 0.0)
                ops = [(index, mark, OPS.index(mark.name)) for index in mine for mark in self.sentences[index].commands]  # type: ignore[arg-type]
                if ops:
                    wanted = torch.tensor([op for *_, op in ops])
                    total = total + 0.7 * share * functional.cross_entropy(self._stretches("op", ops), wanted, label_smoothing=0.05)
        typed = [(index, mark, 0) for index, sentence in enumerate(self.sentences) for mark in sentence.spans if mark.types]
        if typed:
            wanted = torch.tensor([[float(name in mark.types) for name in TYPES] for _, mark, _ in typed])
            total = total + 4.0 * functional.binary_cross_entropy_with_logits(self._stretches("type", typed), wanted)
        placed = [(i, mark, 0) for i, sentence in enumerate(self.sentences) if sentence.kind == "request" for mark in sentence.spans]
        if placed:
            orders = torch.tensor([ORDERS.index(mark.order) for _, mark, _ in placed])  # type: ignore[arg-type]
            leaves = torch.tensor([mark.leaves for _, mark, _ in placed])
            total = total + 0.5 * functional.cross_entropy(self._stretches("order", placed), orders)
            total = total + 0.5 * functional.cross_entropy(self._stretches("leaves", placed), leaves)
        return total

    def _tagged(self, head: str, tags: tuple[str, ...], mine: list[int], marks: str, smoothing: float) -> Tensor:
        rows = torch.cat([torch.arange(self.begins[index], self.begins[index + 1]) for index in mine])
        wanted: list[list[int]] = []
        for index in mine:
            row = [0] * len(self.sentences[index].words)
            for mark in getattr(self.sentences[index], marks):
                first = tags.index("B-cmd" if marks == "commands" else f"B-{mark.name}")
                row[mark.begin : mark.end] = [first, *[first + 1] * (mark.end - mark.begin - 1)]
            wanted.append(row)
        scores = self.model.heads[f"head_{head}"](self.states[rows])
        flat = torch.tensor([tag for row in wanted for tag in row])
        alone = functional.cross_entropy(scores, flat, label_smoothing=smoothing)
        lengths = [len(row) for row in wanted]
        padded = nn.utils.rnn.pad_sequence(list(scores.split(lengths)), batch_first=True)
        right = nn.utils.rnn.pad_sequence([torch.tensor(row) for row in wanted], batch_first=True)
        chained = chain_loss(padded, right, torch.tensor(lengths), self.model.follows[f"head_{head}"])
        return 0.5 * alone + chained / (sum(lengths) / len(lengths))

    def _stretches(self, head: str, marks: list[tuple[int, annotated.Labelled, int]]) -> Tensor:
        begins = torch.tensor([self.begins[index] + mark.begin for index, mark, _ in marks])
        ends = torch.tensor([self.begins[index] + mark.end for index, mark, _ in marks])
        means = (self.sums[ends] - self.sums[begins]) / (ends - begins)[:, None]
        return self.model.heads[f"head_{head}"](torch.cat([self.states[begins], means], 1))


class Pieces:
    def __init__(self, folder: Path) -> None:
        self._tokenizer = open_tokenizer(folder)
        self._known: dict[str, list[int]] = {}

    def of(self, words: list[str]) -> tuple[list[int], list[int]]:
        ids, first = [101], list[int]()
        for word in words:
            first.append(len(ids))
            if word not in self._known:
                self._known[word] = pieces_of(Word(word, 0, 0), self._tokenizer)
            ids += self._known[word]
        return [*ids[:500], 102], first


def train(epochs: int, rate: float, size: int, seed: int) -> Tagger:
    torch.manual_seed(seed)
    chance = random.Random(seed)
    sentences = [*annotated.read("requests.jsonl"), *annotated.read("changes.jsonl")]
    folder = weights.model_folder()
    model, pieces = Tagger(folder), Pieces(folder)
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.01)
    steps = epochs * math.ceil(len(sentences) / size)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps, pct_start=0.1)
    for epoch in range(epochs):
        chance.shuffle(sentences)
        # Like lengths beside each other: little padding, yet another mix each time.
        order = sorted(sentences, key=lambda sentence: len(sentence.words) + 20 * chance.random())
        batches = [order[begin : begin + size] for begin in range(0, len(order), size)]
        chance.shuffle(batches)
        lost = 0.0
        for sentences_here in batches:
            loss = Batch(sentences_here, model, pieces, chance).loss()
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            lost += loss.item()
        print(f"epoch {epoch + 1} of {epochs}: loss {lost / len(batches):.3f}", flush=True)
    return model


def save(model: Tagger, path: Path) -> None:
    stored: dict[str, np.ndarray] = {}
    for name, value in model.state_dict().items():
        parts = name.split(".")
        if parts[0] == "linear":
            key = f"{parts[1].replace('/', '.')}.{parts[2]}"
        else:
            key = f"{parts[1].replace('_', '.')}.{parts[2] if parts[0] == 'heads' else 'follows'}"
        stored[key] = value.numpy().astype(np.float16)
    np.savez_compressed(path, **stored)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Train the built-in planner's tagger.")
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--batch", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    save(train(options.epochs, options.rate, options.batch, options.seed), options.out)
