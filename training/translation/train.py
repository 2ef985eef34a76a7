"""Fine-tunes the base model into a translator: `python -m training.translation.train --help`.

All weights but the embedding are trained with AdamW, or, with --adapter, a LoRA adapter for a model that
was trained before; matrix products are in bfloat16 where the
processor has them (float32 masters), in float32 elsewhere.
Those examples come first that were seen least, so text that is added while training runs is taken up
at once. The run can be cut off at any moment and goes on from its last checkpoint.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import math
import os
import random
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from training.translation import base, network, vocabulary

LANGUAGES = ("ko", "ja")
POOL = 2048
TOKENS_PER_STEP = 1100
OTHERS = 8192
"""Tokens beside those that are to be learned in which the softmax is estimated."""
WARM_UP, DECAY = 0.03, 0.8
"""Shares of the run in which the learning rate rises, and in which it falls to a twentieth."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One sentence and one target language; `variants` are ways to show it, the first one plain.

    A variant is the prompt, as aligner asks it, and the answer to be learned.
    """

    id: str
    lang: str
    variants: tuple[tuple[str, str], ...]


def read_pairs(path: Path) -> dict[str, Pair]:
    """Pairs by id and language. `path` holds JSON lines {"id", "lang", "variants": [[prompt, answer]]}."""
    pairs = {}
    with path.open(encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            variants = tuple((prompt, answer) for prompt, answer in row["variants"])
            pairs[f"{row['id']}/{row['lang']}"] = Pair(row["id"], row["lang"], variants)
    return pairs


@dataclass(frozen=True, slots=True)
class Example:
    """Token numbers of a prompt with its answer; the last `learned` of them are to be learned."""

    key: str
    numbers: list[int]
    learned: int


def encoded(words: vocabulary.Vocabulary, key: str, prompt: str, answer: str) -> Example:
    ask = [words.bos]
    for number, line in enumerate(prompt.split("\n")):
        ask += [words.index["\n"]] * bool(number) + words.encode(line)
    learned = [*words.encode(answer), words.eos]
    return Example(key, ask + learned, len(learned))


def batches(
    examples: Sequence[Example], rng: random.Random
) -> Iterator[tuple[list[Example], torch.Tensor, torch.Tensor]]:
    """Examples of like length together, with their tokens and which of those are to be learned.

    Each batch holds about TOKENS_PER_STEP tokens.
    """
    ordered = sorted(examples, key=lambda example: len(example.numbers))
    groups: list[list[Example]] = [[]]
    for example in ordered:
        if groups[-1] and len(example.numbers) * (len(groups[-1]) + 1) > TOKENS_PER_STEP:
            groups.append([])
        groups[-1].append(example)
    rng.shuffle(groups)
    for group in groups:
        longest = max(len(example.numbers) for example in group)
        tokens = torch.zeros(len(group), longest, dtype=torch.long)
        wanted = torch.zeros(len(group), longest, dtype=torch.bool)
        for row, example in enumerate(group):
            length = len(example.numbers)
            tokens[row, :length] = torch.tensor(example.numbers)
            wanted[row, length - example.learned : length] = True
        yield group, tokens, wanted


def rate(progress: float, peak: float) -> float:
    """Warm-up, plateau, linear fall."""
    rise = min(1.0, progress / WARM_UP)
    fall = min(1.0, (1.0 - progress) / DECAY)
    return peak * max(0.05, min(rise, fall))


def chosen(pair: Pair, rng: random.Random) -> tuple[str, str]:
    """A third of the time the plain pair, otherwise one with terms in the source, where there is one."""
    if len(pair.variants) == 1 or rng.random() < 0.34:
        return pair.variants[0]
    return rng.choice(pair.variants[1:])


def products(device: str) -> torch.autocast:
    """bfloat16 matrix products where the hardware has them; emulated, they would be far slower."""
    fast = device == "cuda" or torch.cpu._is_avx512_bf16_supported()
    return torch.autocast(device, dtype=torch.bfloat16, enabled=fast)


@torch.no_grad()
def held_out(
    model: network.Translator, pairs: Sequence[Pair], words: vocabulary.Vocabulary
) -> dict[str, float]:
    """Mean nats per target token of the plain development pairs, by language."""
    out = {}
    for lang in LANGUAGES:
        examples = [encoded(words, p.id, *p.variants[0]) for p in pairs if p.lang == lang]
        total, count = 0.0, 0
        for _, tokens, wanted in batches(examples, random.Random(0)):
            tokens, wanted = tokens.to(model.embedding.device), wanted.to(model.embedding.device)
            with products(tokens.device.type):
                loss, number = model.loss(tokens, wanted)
            total, count = total + loss.item(), count + number
        out[lang] = round(total / max(1, count), 4)
    return out


def keep_memory() -> None:
    """glibc shall keep what is freed: giving pages back and faulting them in anew costs a third."""
    glibc = ctypes.CDLL(None)
    if hasattr(glibc, "mallopt"):
        glibc.mallopt(-4, 0)  # M_MMAP_MAX: large blocks come from the heap as well
        glibc.mallopt(-1, -1)  # M_TRIM_THRESHOLD: never shrink it


def compile_blocks() -> None:
    """One compiled graph for all blocks and lengths: a fifth faster. It needs a C++ compiler."""
    if shutil.which(os.environ.get("CXX", "g++")):
        network.Block.forward = torch.compile(network.Block.forward, dynamic=True)  # type: ignore[method-assign]


def save(path: Path, state: dict[str, object]) -> None:
    part = path.with_suffix(".part")
    torch.save(state, part)
    os.replace(part, path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    start_from = parser.add_mutually_exclusive_group(required=True)
    start_from.add_argument("--base", type=Path, help="the assembled base GGUF")
    start_from.add_argument("--model", type=Path, help="a GGUF with the vocabulary it has already")
    parser.add_argument("--pairs", type=Path, required=True, help="JSON lines written by data.py")
    parser.add_argument("--dev", type=Path, required=True, help="the same, never trained on")
    parser.add_argument("--words", type=Path, help="one text a line: kept vocabulary (with --base)")
    parser.add_argument(
        "--adapter", type=int, metavar="RANK", help="train a LoRA adapter of this rank alone"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoint and curve")
    parser.add_argument("--tokens", type=int, default=1_600_000, help="length of the run")
    parser.add_argument("--minutes", type=float, default=math.inf, help="end by then at the latest")
    parser.add_argument(
        "--rate", type=float, help="highest learning rate (7e-5, of an adapter 7e-4)"
    )
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.base and not options.words:
        parser.error("--base needs --words")
    peak = options.rate or (7e-4 if options.adapter else 7e-5)
    keep_memory()
    compile_blocks()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(options.seed)
    options.out.mkdir(parents=True, exist_ok=True)

    start = base.read(base.assemble(options.base) if options.base else options.model)
    words = vocabulary.whole(start.tokens, start.scores, start.types)
    if options.base:
        words = vocabulary.trimmed(words, options.words.read_text("utf-8").splitlines())
    model = network.Translator(network.Shape(), len(words))
    model.load(start.weights, list(words.origin))
    if options.adapter:
        model.adapt(options.adapter)
    model.to(device)
    trained = {name: p for name, p in model.named_parameters() if p.requires_grad}
    optimizer = torch.optim.AdamW(
        trained.values(), lr=peak, betas=(0.9, 0.98), weight_decay=0.01, fused=True
    )
    seen: dict[str, int] = {}
    done, spent = 0, 0.0
    checkpoint = options.out / "checkpoint.pt"
    if checkpoint.exists():
        state = torch.load(checkpoint, map_location=device)
        model.load_state_dict(state["model"], strict=not options.adapter)
        optimizer.load_state_dict(state["optimizer"])
        seen, done, spent = state["seen"], state["tokens"], state["seconds"]
        print(f"goes on after {done:,} tokens", file=sys.stderr)
    dev = list(read_pairs(options.dev).values())
    began = time.monotonic() - spent
    step, saved, finished = 0, time.monotonic(), False
    rng = random.Random(options.seed + done)
    curve = (options.out / "curve.jsonl").open("a", encoding="utf-8")

    def state_now() -> dict[str, object]:
        return {
            "model": trained if options.adapter else model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "seen": seen,
            "tokens": done,
            "seconds": time.monotonic() - began,
            "words": (words.tokens, words.scores, words.types, words.origin),
        }

    if not done:
        print(json.dumps({"tokens": 0, "dev": held_out(model, dev, words)}), file=curve, flush=True)
    while not finished:
        pairs = read_pairs(options.pairs)
        order = sorted(pairs, key=lambda key: (seen.get(key, 0), rng.random()))[:POOL]
        examples = [encoded(words, key, *chosen(pairs[key], rng)) for key in order]
        labels = torch.tensor([n for e in examples for n in e.numbers[-e.learned :]], device=device)
        among = model.candidates(labels, OTHERS)
        losses, learned = 0.0, 0
        for group, tokens, wanted in batches(examples, rng):
            progress = max(done / options.tokens, (time.monotonic() - began) / 60 / options.minutes)
            if progress >= 1:
                finished = True
                break
            for parameters in optimizer.param_groups:
                parameters["lr"] = rate(progress, peak)
            tokens, wanted = tokens.to(device), wanted.to(device)
            with products(device):
                loss, number = model.loss(tokens, wanted, among)
            (loss / number).backward()
            torch.nn.utils.clip_grad_norm_(trained.values(), 1.0)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            for example in group:
                seen[example.key] = seen.get(example.key, 0) + 1
            losses, learned = losses + loss.item(), learned + number
            done, step = done + tokens.numel(), step + 1
            if step % 20 == 0:
                row = {
                    "tokens": done,
                    "seconds": round(time.monotonic() - began),
                    "rate": round(rate(progress, peak), 7),
                    "train": round(losses / learned, 4),
                }
                if step % 160 == 0:
                    row["dev"] = held_out(model, dev, words)
                losses, learned = 0.0, 0
                print(json.dumps(row), file=curve, flush=True)
                print(json.dumps(row), flush=True)
            if time.monotonic() - saved > 480:
                save(checkpoint, state_now())
                saved = time.monotonic()
    print(json.dumps({"tokens": done, "dev": held_out(model, dev, words)}), file=curve, flush=True)
    save(checkpoint, state_now())


if __name__ == "__main__":
    main()
