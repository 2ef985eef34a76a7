"""Draws the learning curve of a run: `python -m training.translation.curve curve.jsonl curve.svg`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "aligner"  # equal data, equal bytes
from matplotlib import pyplot as plt  # noqa: E402


def draw(curve: Path, picture: Path) -> None:
    """Nats per target token over tokens seen: training as it goes, development where measured."""
    rows = [json.loads(line) for line in curve.read_text("utf-8").splitlines()]
    figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
    trained = [(row["tokens"] / 1e6, row["train"]) for row in rows if "train" in row]
    axes.plot(*zip(*trained, strict=True), color="0.75", label="training text (with terms)")
    for lang, colour in (("ko", "tab:blue"), ("ja", "tab:red")):
        held = [(row["tokens"] / 1e6, row["dev"][lang]) for row in rows if "dev" in row]
        axes.plot(*zip(*held, strict=True), "o-", color=colour, label=f"development, {lang}")
    axes.set_xlabel("tokens seen (millions)")
    axes.set_ylabel("nats per target token")
    axes.legend(frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(picture, metadata={"Date": None})


if __name__ == "__main__":
    draw(Path(sys.argv[1]), Path(sys.argv[2]))
