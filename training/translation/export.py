"""Writes a checkpoint as a GGUF file that llama.cpp loads: `python -m training.translation.export`.

The checkpoint of an adapter becomes a GGUF adapter (`aligner translate --adapter FILE`).
Rows are 640 wide, which the k-quants (blocks of 256) cannot hold; the types with blocks of 32 can.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import gguf
import numpy as np
import torch

from training.translation.network import Shape
from training.translation.vocabulary import Vocabulary

TYPES = {
    "iq4_nl": gguf.GGMLQuantizationType.IQ4_NL,
    "f16": gguf.GGMLQuantizationType.F16,
    "q8_0": gguf.GGMLQuantizationType.Q8_0,
    "q5_1": gguf.GGMLQuantizationType.Q5_1,
    "q5_0": gguf.GGMLQuantizationType.Q5_0,
    "q4_1": gguf.GGMLQuantizationType.Q4_1,
    "q4_0": gguf.GGMLQuantizationType.Q4_0,
}


LEVELS = np.array(
    [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113], dtype=np.float32
)
"""What four bits stand for in IQ4_NL, times the block's scale: finer near zero, as weights lie."""


def iq4_nl(values: np.ndarray) -> np.ndarray:
    """Rows of float32 as IQ4_NL blocks: 32 values share a half-precision scale and take 18 bytes.

    Of fifteen scales the one with the least squared error is taken, large weights counting most, as
    llama.cpp does it; gguf itself can only read this type.
    """
    blocks = values.reshape(-1, 32)
    out = [_iq4_nl(chunk) for chunk in np.array_split(blocks, max(1, len(blocks) // 65536))]
    return np.concatenate(out).reshape(*values.shape[:-1], values.shape[-1] // 32 * 18)


def _iq4_nl(blocks: np.ndarray) -> np.ndarray:
    largest = np.take_along_axis(blocks, np.abs(blocks).argmax(1)[:, None], 1)
    largest[largest == 0] = 1e-30
    weights = blocks**2
    between = (LEVELS[1:] + LEVELS[:-1]) / 2
    best = np.full((len(blocks), 1), -1.0, dtype=np.float32)
    scale, chosen = np.zeros_like(best), np.zeros(blocks.shape, dtype=np.uint8)
    for step in range(-7, 8):
        index = np.searchsorted(between, blocks * ((step + LEVELS[0]) / largest)).astype(np.uint8)
        level = LEVELS[index]
        product = (weights * level * blocks).sum(1, keepdims=True)
        square = (weights * level**2).sum(1, keepdims=True)
        gain = np.where(square > 0, product**2 / np.maximum(square, 1e-30), 0)
        better = gain > best
        best = np.where(better, gain, best)
        scale = np.where(better, product / np.maximum(square, 1e-30), scale)
        chosen = np.where(better, index, chosen)
    half = scale.astype(np.float16)
    inverse = np.where(half == 0, 0, 1 / np.where(half == 0, 1, half.astype(np.float32)))
    chosen = np.searchsorted(between, blocks * inverse).astype(np.uint8)
    nibbles = chosen[:, :16] | chosen[:, 16:] << 4
    return np.concatenate([half.view(np.uint8), nibbles], axis=1)


def quantized(values: np.ndarray, kind: gguf.GGMLQuantizationType) -> np.ndarray:
    if kind is gguf.GGMLQuantizationType.IQ4_NL:
        return iq4_nl(values)
    return gguf.quants.quantize(values, kind)


def write(
    checkpoint: Path,
    path: Path,
    *,
    attention: str,
    feed_forward: str,
    embedding: str,
    name: str = "aligner-270m",
) -> None:
    """The model of `checkpoint` in `path`; the kinds of its parts are keys of TYPES."""
    state = torch.load(checkpoint, map_location="cpu")
    words = Vocabulary(*state["words"])
    shape = Shape()
    out = gguf.GGUFWriter(path, "gemma3")
    out.add_string("aligner.prompt", "aligner-1")  # read by aligner.engines.prompts
    out.add_name(name)
    out.add_description(
        "English to Korean and Japanese news translation, fine-tuned from Gemma 3 270M"
    )
    out.add_license("gemma")
    out.add_license_link("https://ai.google.dev/gemma/terms")
    out.add_context_length(2048)
    out.add_embedding_length(shape.width)
    out.add_block_count(shape.layers)
    out.add_feed_forward_length(shape.hidden)
    out.add_head_count(shape.heads)
    out.add_head_count_kv(shape.keys)
    out.add_key_length(shape.head)
    out.add_value_length(shape.head)
    out.add_layer_norm_rms_eps(shape.epsilon)
    out.add_rope_freq_base(1_000_000.0)
    out.add_sliding_window(512)
    out.add_tokenizer_model("llama")
    out.add_token_list(list(words.tokens))
    out.add_token_scores(list(words.scores))
    out.add_token_types(list(words.types))
    out.add_bos_token_id(words.bos)
    out.add_eos_token_id(words.eos)
    out.add_pad_token_id(words.index["<pad>"])
    out.add_unk_token_id(words.index["<unk>"])
    out.add_add_bos_token(True)
    out.add_add_eos_token(False)
    out.add_add_space_prefix(False)
    for key, tensor in state["model"].items():
        values = tensor.float().numpy()
        title = "token_embd.weight" if key == "embedding" else key
        if values.ndim == 1:
            out.add_tensor(title, values.astype(np.float32))
            continue
        part = attention if "attn" in key else feed_forward
        kind = TYPES[embedding if key == "embedding" else part]
        out.add_tensor(title, quantized(values, kind), raw_dtype=kind)
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()


def write_adapter(checkpoint: Path, path: Path, *, kind: str) -> None:
    """The LoRA adapter of `checkpoint`, its matrices in the type `kind` (a key of TYPES)."""
    state = torch.load(checkpoint, map_location="cpu")["model"]
    out = gguf.GGUFWriter(path, "gemma3")
    out.add_type(gguf.GGUFType.ADAPTER)
    out.add_string(gguf.Keys.Adapter.TYPE, "lora")
    # y = Wx + BAx as it was trained: llama.cpp scales by alpha / rank.
    rank = next(len(values) for key, values in state.items() if key.endswith(".a"))
    out.add_float32(gguf.Keys.Adapter.LORA_ALPHA, float(rank))
    out.add_license("gemma")
    for key, values in state.items():
        title, _, part = key.rpartition(".")
        matrix = values.detach().float().numpy()
        if part == "b" and rank % 32:
            # Blocks hold 32 values of a row, and a row of B has as many as the rank: it lies down. llama.cpp
            # does not know that form, aligner.models.gguf does, which merges it.
            matrix, part = np.ascontiguousarray(matrix.T), "bt"
        quantised = quantized(matrix, TYPES[kind])
        out.add_tensor(f"{title}.weight.lora_{part}", quantised, raw_dtype=TYPES[kind])
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("path", type=Path)
    parser.add_argument("--attention", choices=TYPES, default="q5_0")
    parser.add_argument("--feed-forward", choices=TYPES, default="q5_0")
    parser.add_argument("--embedding", choices=TYPES, default="q5_0")
    parser.add_argument("--adapter", choices=TYPES, help="of an adapter: the type of its matrices")
    options = parser.parse_args()
    if options.adapter:
        write_adapter(options.checkpoint, options.path, kind=options.adapter)
        return
    write(
        options.checkpoint,
        options.path,
        attention=options.attention,
        feed_forward=options.feed_forward,
        embedding=options.embedding,
    )


if __name__ == "__main__":
    main()
