"""Puts an exported model into the package: `python -m training.translation.release FILE.gguf`.

The file is cut into pieces that git and its hosts take, `aligner/models/weights/aligner-270m.NN`; the
lines for aligner/models/registry.toml are printed. The history keeps every release for ever: release
seldom.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

PIECE = 16 * 2**20
FOLDER = Path(__file__).resolve().parents[2] / "aligner" / "models" / "weights"


def cut(path: Path, folder: Path = FOLDER, name: str = "aligner-270m") -> list[str]:
    """The pieces of `path`, written to `folder` in place of the earlier ones; their names in order."""
    folder.mkdir(exist_ok=True)
    for old in folder.glob(f"{name}.*"):
        old.unlink()
    content = path.read_bytes()
    names = []
    for number, start in enumerate(range(0, len(content), PIECE)):
        piece = folder / f"{name}.{number:02}"
        piece.write_bytes(content[start : start + PIECE])
        names.append(f"{folder.name}/{piece.name}")
    return names


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path, metavar="FILE")
    path = parser.parse_args().path
    names = cut(path)
    print(f"size = {path.stat().st_size}")
    print(f'sha256 = "{hashlib.sha256(path.read_bytes()).hexdigest()}"')
    print("files = [" + ", ".join(f'"{name}"' for name in names) + "]")


if __name__ == "__main__":
    main()
