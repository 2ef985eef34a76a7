"""Writes a checkpoint as a GGUF file that llama.cpp loads: `python -m training.translation.export`.

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
    "f16": gguf.GGMLQuantizationType.F16,
    "q8_0": gguf.GGMLQuantizationType.Q8_0,
    "q5_1": gguf.GGMLQuantizationType.Q5_1,
    "q5_0": gguf.GGMLQuantizationType.Q5_0,
    "q4_1": gguf.GGMLQuantizationType.Q4_1,
    "q4_0": gguf.GGMLQuantizationType.Q4_0,
}


def write(
    checkpoint: Path, path: Path, *, matrices: str, embedding: str, name: str = "aligner-270m"
) -> None:
    """The model of `checkpoint` in `path`; `matrices` and `embedding` are keys of TYPES."""
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
        kind = TYPES[embedding if key == "embedding" else matrices]
        out.add_tensor(title, gguf.quants.quantize(values, kind), raw_dtype=kind)
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("path", type=Path)
    parser.add_argument("--matrices", choices=TYPES, default="q5_0")
    parser.add_argument("--embedding", choices=TYPES, default="q5_0")
    options = parser.parse_args()
    write(options.checkpoint, options.path, matrices=options.matrices, embedding=options.embedding)


if __name__ == "__main__":
    main()
