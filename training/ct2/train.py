"""Trains a tiny Transformer on short sentence pairs and packs it as an Argos package (int8).

Pre-norm Transformer (Vaswani et al. 2017; Xiong et al. 2020), one SentencePiece vocabulary, tied
embeddings. Small enough to be committed; equal input and seed give an equal model on one thread.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import math
import random
import tempfile
import time
import zipfile
from pathlib import Path

import ctranslate2
import numpy as np
import sentencepiece
import torch
from torch import Tensor, nn
from torch.nn import functional

WIDTH, HEADS, INNER, ENCODERS, DECODERS = 128, 4, 512, 3, 2
MAX_TOKENS = 128
UNK, BOS, EOS, PAD = 0, 1, 2, 2


class Attention(nn.Module):
    """Multi-head attention over ``memory``, or over its own input when that is None."""

    def __init__(self, cross: bool) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(WIDTH)
        self.query = nn.Linear(WIDTH, WIDTH)
        self.key_value = nn.Linear(WIDTH, 2 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.cross = cross

    def forward(self, x: Tensor, mask: Tensor, memory: Tensor | None = None) -> Tensor:
        normed = self.norm(x)
        key, value = self.key_value(normed if memory is None else memory).chunk(2, -1)

        def split(y: Tensor) -> Tensor:
            return y.view(y.shape[0], y.shape[1], HEADS, -1).transpose(1, 2)

        mixed = functional.scaled_dot_product_attention(
            split(self.query(normed)), split(key), split(value), attn_mask=mask
        )
        return x + functional.dropout(
            self.out(mixed.transpose(1, 2).flatten(2)), 0.1, self.training
        )


class FeedForward(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(WIDTH)
        self.up, self.down = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        inner = functional.dropout(functional.relu(self.up(self.norm(x))), 0.1, self.training)
        return x + self.down(inner)


class Transformer(nn.Module):
    """Encoder and decoder with tied embeddings and given position encodings."""

    def __init__(self, vocabulary: int, positions: Tensor) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, WIDTH)
        nn.init.normal_(self.embedding.weight, std=WIDTH**-0.5)
        self.register_buffer("positions", positions)
        self.encoder = nn.ModuleList(
            nn.ModuleList([Attention(False), FeedForward()]) for _ in range(ENCODERS)
        )
        self.decoder = nn.ModuleList(
            nn.ModuleList([Attention(False), Attention(True), FeedForward()])
            for _ in range(DECODERS)
        )
        self.encoder_norm, self.decoder_norm = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)

    def embed(self, ids: Tensor) -> Tensor:
        return self.embedding(ids) * math.sqrt(WIDTH) + self.positions[: ids.shape[1]]

    def forward(self, source: Tensor, source_mask: Tensor, target: Tensor) -> Tensor:
        x = self.embed(source)
        for attention, feed in self.encoder:
            x = feed(attention(x, source_mask))
        memory = self.encoder_norm(x)
        length = target.shape[1]
        causal = torch.ones(length, length, dtype=torch.bool).tril()
        y = self.embed(target)
        for attention, cross, feed in self.decoder:
            y = feed(cross(attention(y, causal), source_mask, memory))
        return self.decoder_norm(y) @ self.embedding.weight.T


def sinusoids() -> Tensor:
    rates = torch.exp(torch.arange(0, WIDTH, 2) * (-math.log(10_000) / WIDTH))
    angles = torch.arange(MAX_TOKENS * 4).unsqueeze(1) * rates
    return torch.cat([angles.sin(), angles.cos()], dim=1)


def read(path: Path, max_chars: int, count: int) -> list[tuple[str, str]]:
    """The first ``count`` distinct pairs whose source has at most ``max_chars`` characters."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        pairs = {row["en"]: row["ko"] for row in rows if len(row["en"]) <= max_chars}
    return list(pairs.items())[:count]


def batches(pairs: list[tuple[list[int], list[int]]], tokens: int) -> list[list[int]]:
    """Indexes grouped by length, about ``tokens`` tokens to a batch, in random order."""
    order = sorted(range(len(pairs)), key=lambda i: (len(pairs[i][0]), random.random()))
    groups: list[list[int]] = [[]]
    for index in order:
        longest = max(len(pairs[index][0]), len(pairs[index][1]))
        if groups[-1] and (len(groups[-1]) + 1) * longest > tokens:
            groups.append([])
        groups[-1].append(index)
    random.shuffle(groups)
    return groups


def train(model: Transformer, pairs: list[tuple[list[int], list[int]]], minutes: float) -> None:
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, betas=(0.9, 0.98), weight_decay=0.01)
    end, begin, step, epoch = time.monotonic() + 60 * minutes, time.monotonic(), 0, 0
    while time.monotonic() < end:
        epoch += 1
        losses = []
        for group in batches(pairs, 1200):
            step += 1
            left = (end - time.monotonic()) / (end - begin)
            rate = 2e-3 * min(step / 200, max(0.02, min(1.0, left * 1.5)))
            optimizer.param_groups[0]["lr"] = rate

            def padded(rows: list[list[int]], value: int) -> Tensor:
                width = max(map(len, rows))
                return torch.tensor([row + [value] * (width - len(row)) for row in rows])

            source = padded([pairs[i][0] for i in group], PAD)
            lengths = torch.tensor([len(pairs[i][0]) for i in group])
            mask = (torch.arange(source.shape[1])[None] < lengths[:, None])[:, None, None]
            target = padded([[BOS, *pairs[i][1]] for i in group], PAD)
            wanted = padded([[*pairs[i][1], EOS] for i in group], -100)
            logits = model(source, mask, target)
            loss = functional.cross_entropy(
                logits.flatten(0, 1), wanted.flatten(), label_smoothing=0.05
            )
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            losses.append(loss.item())
        if epoch % 10 == 0:
            spent = time.monotonic() - begin
            print(f"epoch {epoch} step {step} loss {np.mean(losses):.3f} {spent:.0f} s", flush=True)


def convert(model: Transformer, pieces: list[str], folder: Path) -> None:
    """Writes the weights as an 8-bit CTranslate2 model."""
    spec = ctranslate2.specs.TransformerSpec.from_config(
        (ENCODERS, DECODERS), HEADS, pre_norm=True, activation=ctranslate2.specs.Activation.RELU
    )

    def array(tensor: Tensor) -> np.ndarray:
        return tensor.detach().numpy().astype(np.float32)

    def norm(to: object, module: nn.LayerNorm) -> None:
        to.gamma, to.beta = array(module.weight), array(module.bias)

    def linear(to: object, *modules: nn.Linear) -> None:
        to.weight = np.concatenate([array(module.weight) for module in modules])
        to.bias = np.concatenate([array(module.bias) for module in modules])

    def attention(to: object, module: Attention) -> None:
        norm(to.layer_norm, module.norm)
        if module.cross:
            linear(to.linear[0], module.query)
            linear(to.linear[1], module.key_value)
        else:
            linear(to.linear[0], module.query, module.key_value)
        linear(to.linear[-1], module.out)

    def feed(to: object, module: FeedForward) -> None:
        norm(to.layer_norm, module.norm)
        linear(to.linear_0, module.up)
        linear(to.linear_1, module.down)

    weight = array(model.embedding.weight)
    spec.encoder.embeddings[0].weight = weight
    spec.decoder.embeddings.weight = weight
    spec.decoder.projection.weight = weight
    for side, final in ((spec.encoder, model.encoder_norm), (spec.decoder, model.decoder_norm)):
        side.position_encodings.encodings = array(model.positions)
        norm(side.layer_norm, final)
    for to, (first, second) in zip(spec.encoder.layer, model.encoder, strict=True):
        attention(to.self_attention, first)
        feed(to.ffn, second)
    for to, (first, cross, second) in zip(spec.decoder.layer, model.decoder, strict=True):
        attention(to.self_attention, first)
        attention(to.attention, cross)
        feed(to.ffn, second)
    spec.config.add_source_eos = True
    spec.register_source_vocabulary(pieces)
    spec.register_target_vocabulary(pieces)
    spec.validate()
    spec.optimize(quantization="int8")
    spec.save(str(folder))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sentences", type=Path)
    parser.add_argument("package", type=Path)
    parser.add_argument("--count", type=int, default=600)
    parser.add_argument("--max-chars", type=int, default=90)
    parser.add_argument("--vocabulary", type=int, default=3000)
    parser.add_argument("--minutes", type=float, default=10)
    settings = parser.parse_args()
    random.seed(1)
    torch.manual_seed(1)
    torch.set_num_threads(1)
    texts = read(settings.sentences, settings.max_chars, settings.count)
    trained = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([text for pair in texts for text in pair]),
        model_writer=trained,
        vocab_size=settings.vocabulary,
        model_type="unigram",
        character_coverage=1.0,
        byte_fallback=False,
        pad_id=-1,
        num_threads=1,
        minloglevel=2,
    )
    pieces = sentencepiece.SentencePieceProcessor(model_proto=trained.getvalue())
    encoded = [([*pieces.encode(en), EOS], pieces.encode(ko)) for en, ko in texts]
    encoded = [pair for pair in encoded if max(map(len, pair)) < MAX_TOKENS]
    model = Transformer(pieces.vocab_size(), sinusoids())
    print(f"{len(encoded)} pairs, {sum(p.numel() for p in model.parameters())} parameters")
    train(model, encoded, settings.minutes)
    model.eval()
    metadata = {
        "package_version": "1.0",
        "argos_version": "1.9",
        "from_code": "en",
        "from_name": "English",
        "to_code": "ko",
        "to_name": "Korean",
    }
    readme = "A tiny model for aligner's tests. Sentences and weights: CC BY 4.0, aligner.\n"
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "model"
        folder.mkdir()
        names = [pieces.id_to_piece(index) for index in range(pieces.vocab_size())]
        convert(model, names, folder)
        settings.package.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(settings.package, "w", zipfile.ZIP_DEFLATED) as archive:
            root = settings.package.stem

            def add(name: str, body: bytes) -> None:
                archive.writestr(zipfile.ZipInfo(f"{root}/{name}", (2026, 1, 1, 0, 0, 0)), body)

            add("metadata.json", json.dumps(metadata, indent=2).encode())
            add("README.md", readme.encode())
            add("sentencepiece.model", trained.getvalue())
            for file in sorted(folder.iterdir()):
                add(f"model/{file.name}", file.read_bytes())


if __name__ == "__main__":
    main()
