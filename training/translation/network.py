"""Gemma 3 for training: the text decoder, written out so that it can be read in one sitting.

Gemma Team, "Gemma 3 Technical Report" (arXiv:2503.19786): RMS norms before and after each part,
norms of queries and keys, grouped queries, GeGLU, rotary positions with base 10,000 in the sliding
layers and 1,000,000 in every sixth, global one. Segments are shorter than the sliding window, so all
layers attend to everything before them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the 270M model; read from the GGUF of any other."""

    layers: int = 18
    width: int = 640
    hidden: int = 2048
    heads: int = 4
    keys: int = 1
    head: int = 256
    epsilon: float = 1e-6


@dataclass(frozen=True, slots=True)
class Candidates:
    """Tokens that stand for the whole vocabulary in a softmax (importance sampling).

    Jean et al., "On Using Very Large Target Vocabulary for Neural Machine Translation" (ACL 2015).
    `weight` is added to the log-odds: the logarithm of how many tokens each one stands for.
    """

    numbers: Tensor
    embedding: Tensor
    weight: Tensor


class Norm(nn.Module):
    def __init__(self, size: int, epsilon: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.epsilon = epsilon

    def forward(self, x: Tensor) -> Tensor:
        return F.rms_norm(x.float(), self.weight.shape, self.weight, self.epsilon)


class Adapted(nn.Module):
    """A frozen matrix with a trained addition of low rank, y = Wx + BAx.

    Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models" (ICLR 2022). `a` [rank, in] begins
    at random and `b` [out, rank] at zero, so training begins at the model as it is.
    """

    def __init__(self, whole: nn.Linear, rank: int) -> None:
        super().__init__()
        self.weight = whole.weight
        self.a = nn.Parameter(torch.empty(rank, whole.in_features))
        self.b = nn.Parameter(torch.zeros(whole.out_features, rank))
        nn.init.uniform_(self.a, -(whole.in_features**-0.5), whole.in_features**-0.5)

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x, self.weight) + F.linear(F.linear(x, self.a), self.b)


class Block(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        s = shape
        self.shape = s
        self.attn_norm = Norm(s.width, s.epsilon)
        self.attn_q = nn.Linear(s.width, s.heads * s.head, bias=False)
        self.attn_k = nn.Linear(s.width, s.keys * s.head, bias=False)
        self.attn_v = nn.Linear(s.width, s.keys * s.head, bias=False)
        self.attn_output = nn.Linear(s.heads * s.head, s.width, bias=False)
        self.attn_q_norm = Norm(s.head, s.epsilon)
        self.attn_k_norm = Norm(s.head, s.epsilon)
        self.post_attention_norm = Norm(s.width, s.epsilon)
        self.ffn_norm = Norm(s.width, s.epsilon)
        self.ffn_gate = nn.Linear(s.width, s.hidden, bias=False)
        self.ffn_up = nn.Linear(s.width, s.hidden, bias=False)
        self.ffn_down = nn.Linear(s.hidden, s.width, bias=False)
        self.post_ffw_norm = Norm(s.width, s.epsilon)

    def forward(self, x: Tensor, rotation: tuple[Tensor, Tensor]) -> Tensor:
        x = x + self.post_attention_norm(self._attend(self.attn_norm(x), rotation))
        y = self.ffn_norm(x)
        y = self.ffn_down(F.gelu(self.ffn_gate(y), approximate="tanh") * self.ffn_up(y))
        return x + self.post_ffw_norm(y)

    def _attend(self, x: Tensor, rotation: tuple[Tensor, Tensor]) -> Tensor:
        s, (batch, length, _) = self.shape, x.shape
        q = self.attn_q(x).view(batch, length, s.heads, s.head)
        k = self.attn_k(x).view(batch, length, s.keys, s.head)
        v = self.attn_v(x).view(batch, length, s.keys, s.head).transpose(1, 2)
        q = _rotate(self.attn_q_norm(q), rotation).transpose(1, 2).to(v.dtype)
        k = _rotate(self.attn_k_norm(k), rotation).transpose(1, 2).to(v.dtype)
        k = k.expand(batch, s.heads, length, s.head)
        v = v.expand(batch, s.heads, length, s.head)
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True, scale=s.head**-0.5)
        return self.attn_output(y.transpose(1, 2).reshape(batch, length, s.heads * s.head))


def _rotate(x: Tensor, rotation: tuple[Tensor, Tensor]) -> Tensor:
    cos, sin = rotation
    first, second = x.chunk(2, dim=-1)
    return x * cos + torch.cat((-second, first), dim=-1) * sin


class Translator(nn.Module):
    """Token numbers [batch, length] in; log-odds over the vocabulary out, where they are asked for.

    The embedding, which is also the output matrix, is frozen: it keeps the base model's knowledge of
    words that the training text never shows.
    """

    def __init__(self, shape: Shape, vocabulary: int) -> None:
        super().__init__()
        self.shape = shape
        self.embedding = nn.Parameter(torch.zeros(vocabulary, shape.width), requires_grad=False)
        self.blk = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.output_norm = Norm(shape.width, shape.epsilon)

    def load(self, weights: dict[str, np.ndarray], rows: list[int]) -> None:
        """Take over the weights of a GGUF file; `rows` picks the tokens that are kept."""
        named = dict(self.named_parameters())
        with torch.no_grad():
            for name, parameter in named.items():
                if name == "embedding":
                    parameter.copy_(torch.from_numpy(weights["token_embd.weight"][rows]))
                else:
                    parameter.copy_(torch.from_numpy(weights[name]))

    def adapt(self, rank: int) -> None:
        """From here on only additions of low rank to the matrices of all blocks are trained."""
        self.requires_grad_(False)
        for block in self.blk:
            for name, part in list(block.named_children()):
                if isinstance(part, nn.Linear):
                    setattr(block, name, Adapted(part, rank))

    def hidden(self, tokens: Tensor) -> Tensor:
        x = F.embedding(tokens, self.embedding).float() * self.shape.width**0.5
        local = _angles(tokens.shape[1], self.shape.head, 10_000.0, tokens.device)
        world = _angles(tokens.shape[1], self.shape.head, 1_000_000.0, tokens.device)
        for number, block in enumerate(self.blk):
            x = block(x, world if number % 6 == 5 else local)
        return self.output_norm(x)

    def loss(
        self, tokens: Tensor, wanted: Tensor, among: Candidates | None = None
    ) -> tuple[Tensor, int]:
        """Summed cross-entropy in nats of the tokens marked in `wanted`, and how many they are.

        With `among`, the softmax is estimated from those tokens alone, at a third of the cost.
        """
        chosen = wanted[:, 1:]
        states = self.hidden(tokens[:, :-1])[chosen]
        labels = tokens[:, 1:][chosen]
        if among is None:
            odds = F.linear(states, self.embedding).float()
        else:
            odds = F.linear(states, among.embedding).float() + among.weight
            labels = torch.searchsorted(among.numbers, labels)
        return F.cross_entropy(odds, labels, reduction="sum"), int(chosen.sum())

    def candidates(self, labels: Tensor, others: int) -> Candidates:
        """All of `labels` and `others` tokens drawn from the rest, which count for the whole rest."""
        rest = torch.ones(len(self.embedding), dtype=torch.bool, device=labels.device)
        rest[labels] = False
        drawn = torch.nonzero(rest).flatten()
        drawn = drawn[torch.randperm(len(drawn), device=drawn.device)[:others]]
        numbers = torch.cat((labels.unique(), drawn)).sort().values
        share = int(rest.sum()) / max(1, len(drawn))
        return Candidates(numbers, self.embedding[numbers], rest[numbers].float() * math.log(share))


def _angles(length: int, head: int, base: float, device: torch.device) -> tuple[Tensor, Tensor]:
    steps = torch.arange(0, head, 2, device=device, dtype=torch.float32) / head
    angle = torch.outer(torch.arange(length, device=device, dtype=torch.float32), base**-steps)
    angle = torch.cat((angle, angle), dim=-1)[None, :, None, :]
    return angle.cos(), angle.sin()
