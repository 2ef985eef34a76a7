"""How a language model is asked."""

from pathlib import Path

import pytest

from aligner.engines import prompts
from aligner.engines.protocol import Request
from aligner.errors import ModelError
from aligner.languages import JAPANESE, KOREAN


def header(path: Path, name: str) -> Path:
    """The beginning of a GGUF file whose prompt is ``name``."""

    def text(value: str) -> bytes:
        return len(value.encode()).to_bytes(8, "little") + value.encode()

    kind = (8).to_bytes(4, "little")
    path.write_bytes(
        b"GGUF" + b"\3\0\0\0" + bytes(16) + text(prompts.GGUF_KEY) + kind + text(name) + bytes(64)
    )
    return path


def test_a_file_says_how_it_wants_to_be_asked(tmp_path: Path) -> None:
    assert prompts.prompt_of(header(tmp_path / "own.gguf", "aligner-1")) is prompts.TRAINED
    (tmp_path / "other.gguf").write_bytes(b"GGUF" + bytes(100))
    assert prompts.prompt_of(tmp_path / "other.gguf") is prompts.FEW_SHOT


def test_a_prompt_of_the_future_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="aligner-9"):
        prompts.prompt_of(header(tmp_path / "new.gguf", "aligner-9"))


def test_a_file_that_cannot_be_read_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be read"):
        prompts.prompt_of(tmp_path / "gone.gguf")


def test_the_trained_prompt_is_one_line_with_the_terms_in_the_source() -> None:
    request = Request("Moon Jae-in met  Biden.", (("Moon Jae-in", "문재인"), ("Biden", "바이든")))
    assert prompts.TRAINED.whole(request, KOREAN) == "English: 문재인 met 바이든.\nKorean:"


def test_longer_terms_are_set_before_the_shorter_inside_them() -> None:
    request = Request("Korea and North Korea", (("Korea", "한국"), ("North Korea", "북한")))
    assert prompts.TRAINED.turn(request, KOREAN).startswith("English: 한국 and 북한\n")


def test_only_the_trained_prompt_writes_a_space_first() -> None:
    request = Request("Talks resumed.")
    assert prompts.grammar(request, JAPANESE, " ").startswith('root ::= " " first')
    assert prompts.grammar(request, JAPANESE).startswith("root ::= first")


def test_latin_acronyms_may_be_written_those_with_a_number_too() -> None:
    request = Request("Co-op chief Jong-un met G-7 and KN-23 experts of the EEZ in San-Jose.")
    line = prompts.grammar(request, KOREAN).splitlines()[-1]
    allowed = set(line.removeprefix("word ::= ").replace('"', "").split(" | "))
    assert allowed == {"G-7", "G7", "KN-23", "KN23", "EEZ"}
