"""What there is, is documented; what is documented, is there, and the example runs."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

import aligner
from aligner import corpus, engines, errors
from aligner.checks import CHECKS
from aligner.cli.app import app
from aligner.corpus.build import joined_columns
from aligner.model import Verdict
from aligner.termbase import CATEGORIES, COLUMNS

ROOT = Path(__file__).parents[1]
TABLE_ROW = re.compile(r"^\|(.+)\|\s*$", re.M)


def text_of(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def rows_of(name: str) -> list[list[str]]:
    """The cells of every table row of a page."""
    return [[cell.strip() for cell in row.split("|")] for row in TABLE_ROW.findall(text_of(name))]


def named(name: str) -> set[str]:
    """Everything between backticks on a page."""
    return set(re.findall(r"`([^`\n]+)`", text_of(name)))


def blocks(name: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text_of(name), re.M | re.S)


def commands() -> dict[str, Any]:
    """``models list`` → the command, for all that can be typed."""
    found: dict[str, Any] = {}

    def walk(prefix: str, group: Any) -> None:
        for name, command in group.commands.items():
            if command.hidden:
                continue
            path = f"{prefix} {name}".strip()
            if hasattr(command, "commands"):
                walk(path, command)
            else:
                found[path] = command

    walk("", typer.main.get_command(app))
    return found


def options(command: Any) -> set[str]:
    return {
        option
        for parameter in command.params
        for option in (*parameter.opts, *parameter.secondary_opts)
        if option.startswith("--") and not getattr(parameter, "hidden", False)
    }


# ---- the first screen ----------------------------------------------------------------------------


def test_the_first_screen_shows_the_two_commands_and_ten_rows() -> None:
    lines = text_of("README.md").splitlines()
    assert "make demo" in "\n".join(lines[:15])
    assert "make test" in "\n".join(lines[:15])
    screen = lines[:60]
    shown = [line for line in screen if re.search("[가-힣]", line) or re.search("[ぁ-ヺ]", line)]
    assert len(shown) >= 10, f"{len(shown)} rows of output stand on the first screen"


def test_every_make_target_named_is_there() -> None:
    targets = set(re.findall(r"^([a-z]+):", text_of("Makefile"), re.M))
    for page in ("README.md", "CONTRIBUTING.md"):
        asked = set(re.findall(r"(?:^ {4}|`)make ([a-z]+)", text_of(page), re.M))
        assert asked <= targets, f"{page} names {asked - targets}"
    assert {"setup", "model", "demo", "corpora", "test", "check"} <= targets


# ---- the command line ----------------------------------------------------------------------------


def test_every_command_is_in_the_readme() -> None:
    rows = [row for row in rows_of("README.md") if "`aligner " in row[0]]
    assert rows
    lacking = []
    for path in commands():
        group, _, name = path.rpartition(" ")
        if group:
            home = [row for row in rows if f"`aligner {group}" in row[0]]
            there = any(re.search(rf"(?<![\w-]){name}(?![\w-])", " ".join(row)) for row in home)
        else:
            there = any(re.search(rf"`aligner {name}(?![\w-])", row[0]) for row in rows)
        if not there:
            lacking.append(path)
    assert not lacking, f"README.md lacks the commands: {', '.join(lacking)}"


def test_every_command_in_the_readme_is_there() -> None:
    known = commands()
    tops = {path.split(" ")[0] for path in known}
    for row in rows_of("README.md"):
        for name in re.findall(r"`aligner ([a-z-]+)", row[0]):
            assert name in tops, f"README.md names `aligner {name}`, which does not exist"
    for page in ("README.md", "CONTRIBUTING.md", "seeds/README.md", "glossaries/README.md"):
        for name in re.findall(r"`(?:\.venv/bin/)?aligner ([a-z][a-z-]*)", text_of(page)):
            assert name in tops, f"{page} names `aligner {name}`, which does not exist"


def shell_lines(page: str) -> Iterator[str]:
    """The lines of a page that call aligner: indented or fenced blocks, prompts taken off."""
    for line in text_of(page).splitlines():
        stripped = line.strip().removeprefix("$ ")
        if line.startswith("    ") or line.startswith("$ ") or stripped.startswith("aligner "):
            for part in stripped.split("|"):
                call = re.match(r"\s*(?:\.venv/bin/)?aligner\s+(.*)", part)
                if call:
                    yield call[1].split("  #")[0].strip()


@pytest.mark.parametrize(
    "page", ["README.md", "corpora/README.md", "glossaries/README.md", "seeds/README.md"]
)
def test_every_command_line_shown_has_options_that_exist(page: str) -> None:
    known = commands()
    for line in shell_lines(page):
        words = shlex.split(line)
        path = " ".join(words[:2]) if " ".join(words[:2]) in known else words[0]
        if path.startswith("-"):
            continue
        assert path in known, f"{page}: aligner {line}"
        for word in words:
            if word.startswith("--"):
                name = word.split("=")[0]
                assert name in options(known[path]), f"{page}: {name} in: aligner {line}"


def test_every_option_and_command_says_what_it_is_for() -> None:
    silent = []
    for path, command in commands().items():
        if not command.help:
            silent.append(path)
        for parameter in command.params:
            if parameter.param_type_name == "option" and not parameter.help:
                silent.append(f"{path} {parameter.opts[0]}")
    assert not silent, f"without help: {', '.join(silent)}"


@pytest.mark.parametrize("name", ["translate", "segment", "terms", "check", "score"])
def test_every_option_of_the_main_commands_is_in_the_readme(name: str) -> None:
    page = text_of("README.md")
    lacking = [
        option
        for option in sorted(options(commands()[name]) - {"--help"})
        if not re.search(rf"{option}(?![\w-])", page)
    ]
    assert not lacking, f"README.md lacks options of aligner {name}: {', '.join(lacking)}"


def test_every_reading_command_takes_json() -> None:
    writing = re.compile(
        r"^models (install|verify|remove)|^corpus (convert|split|dedup)|^memory prune"
        r"|^glossary (add|edit|remove|rename|undo|import|export|merge)"
    )
    lacking = [
        path
        for path, command in commands().items()
        if not writing.match(path) and "--json" not in options(command)
    ]
    assert not lacking, f"without --json: {', '.join(lacking)}"


def test_the_exit_codes_are_told() -> None:
    page = text_of("README.md")
    for code in ("0 ok", "1 findings", "2 usage", "3 bad input", "4 model", "130 interrupted"):
        assert code in page


def test_every_environment_variable_is_in_the_readme() -> None:
    used = {
        name
        for file in (ROOT / "aligner").rglob("*.py")
        for name in re.findall(r"\b(ALIGNER_[A-Z_]+|SOURCE_DATE_EPOCH)\b", file.read_text("utf-8"))
    }
    assert {"ALIGNER_GLOSSARY", "ALIGNER_MEMORY", "ALIGNER_DATA_DIR"} <= used
    everywhere = text_of("README.md") + text_of("corpora/README.md")
    lacking = sorted(name for name in used if name not in everywhere)
    assert not lacking, f"README.md lacks the variables: {', '.join(lacking)}"


# ---- columns, checks, errors, engines ------------------------------------------------------------


def test_every_column_and_key_of_the_corpora_is_in_the_dictionary() -> None:
    known = named("corpora/README.md")
    columns = {*corpus.PAIR_COLUMNS, *joined_columns("en", ["ko", "ja"])}
    assert not columns - known, f"corpora/README.md lacks {columns - known}"
    manifest = {*corpus.Manifest.__dataclass_fields__, "signature", "format"}
    assert not manifest - known, f"corpora/README.md lacks {manifest - known}"
    assert {str(verdict) for verdict in Verdict} <= known
    for suffix in (suffix for one in corpus.FORMATS for suffix in _suffixes(one)):
        assert suffix in text_of("corpora/README.md"), f"corpora/README.md lacks {suffix}"


def _suffixes(one: Any) -> tuple[str, ...]:
    found = corpus.FORMATS[one].suffixes if isinstance(one, str) else one.suffixes
    return tuple(found)


def test_every_column_described_is_written() -> None:
    page = text_of("corpora/README.md")
    start = page.index("## Columns of a pair file")
    table = page[start : page.index("##", start + 5)]
    described = re.findall(r"^\| `([a-z_]+)` \|", table, re.M)
    assert described == list(corpus.PAIR_COLUMNS)


def test_every_column_and_category_of_a_glossary_is_described() -> None:
    known = named("glossaries/README.md")
    words = {word for piece in known for word in re.split(r"[\s,·]+", piece)}
    assert not set(COLUMNS) - words, f"glossaries/README.md lacks {set(COLUMNS) - words}"
    assert not set(CATEGORIES) - words, f"glossaries/README.md lacks {set(CATEGORIES) - words}"


def test_every_check_is_in_the_readme_with_its_category_and_law() -> None:
    told = {
        row[0].strip("`"): (row[1], row[2])
        for row in rows_of("README.md")
        if len(row) == 3 and re.fullmatch(r"[a-z]+/[a-z-]+", row[1])
    }
    assert list(told) == list(CHECKS), "README.md and the table of checks differ"
    for name, check in CHECKS.items():
        assert told[name] == (check.category, check.doc), name


def error_classes() -> list[type[errors.AlignerError]]:
    return [
        thing
        for thing in vars(errors).values()
        if isinstance(thing, type) and issubclass(thing, errors.AlignerError)
    ]


def test_every_error_is_in_the_readme_with_its_exit_code() -> None:
    page = text_of("README.md")
    for error in error_classes():
        assert f"`{error.__name__}`" in page, f"README.md lacks {error.__name__}"
        assert error.__name__ in (errors.__doc__ or "")
    told = {
        row[0].strip("`"): int(row[1])
        for row in rows_of("README.md")
        if len(row) == 3 and row[1].isdigit()
    }
    assert told
    for name, code in told.items():
        assert getattr(errors, name).exit_code == code, name


def test_every_engine_is_in_the_readme() -> None:
    first = {row[0] for row in rows_of("README.md")}
    for name in engines.known():
        assert f"`{name}`" in first, f"README.md lacks the engine {name}"


def test_every_error_that_is_raised_tells_what_to_do_or_is_known_not_to() -> None:
    """Every ``raise …Error`` in the package carries a hint; a handful cannot have one."""
    names = {error.__name__ for error in error_classes()}
    raised = bare = 0
    without: list[str] = []
    for file in sorted((ROOT / "aligner").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not (isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)):
                continue
            if ast.unparse(node.exc.func).split(".")[-1] not in names:
                continue
            raised += 1
            if not any(keyword.arg == "hint" for keyword in node.exc.keywords):
                bare += 1
                without.append(f"{file.relative_to(ROOT)}:{node.lineno}")
    assert raised > 60
    assert bare <= raised // 4, f"{bare} of {raised} errors have no hint: {without}"


# ---- the example, the pages ----------------------------------------------------------------------


def test_the_python_example_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    example = blocks("README.md", "python")[0]
    assert 8 <= len(example.splitlines()) <= 16
    used = set(re.findall(r"aligner\.(\w+)", example))
    assert used <= set(aligner.__all__)
    text = "Talks in London\n\nMay 5, 2021\n\nThe ministers of Japan met in London on Wednesday.\n"
    (tmp_path / "article.txt").write_text(text)
    monkeypatch.chdir(tmp_path)
    exec(compile(example, "README.md", "exec"), {"__name__": "example"})
    printed = capsys.readouterr().out.splitlines()
    assert len(printed) == 3
    assert re.search("[가-힣]", printed[2])
    assert [path.name for path in tmp_path.iterdir()] == ["article.txt"]


@pytest.mark.parametrize("block", blocks("corpora/README.md", "python"))
def test_the_example_of_the_dictionary_reads_a_corpus(
    block: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    corpus.write_corpora(tmp_path, [], {"ko": [], "ja": []})
    exec(compile(block, "corpora/README.md", "exec"), {})


def pages() -> list[str]:
    return [
        str(path.relative_to(ROOT))
        for path in sorted(ROOT.rglob("*.md"))
        if not any(part.startswith(".") or part == "build" for part in path.relative_to(ROOT).parts)
    ]


@pytest.mark.parametrize("page", pages())
def test_every_link_to_a_file_leads_somewhere(page: str) -> None:
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", text_of(page))
    for link in links:
        assert ((ROOT / page).parent / link).exists(), f"{page} links to {link}"


def test_the_pages_a_project_needs_are_there() -> None:
    for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", ".ci/run"):
        assert (ROOT / name).is_file(), name
    assert "Apache License" in text_of("LICENSE")
    assert aligner.__version__ in text_of("CHANGELOG.md")
    assert f'version = "{aligner.__version__}"' in text_of("pyproject.toml")


def test_every_seed_is_described() -> None:
    described = named("seeds/README.md")
    seeds = {path.name for path in (ROOT / "seeds").iterdir()} - {"README.md"}
    assert seeds <= described, f"seeds/README.md lacks {seeds - described}"
    gone = {name for name in described if re.match(r"\d{4}-\d\d-\d\d-.*\.(txt|md)$", name)} - seeds
    assert not gone


def test_no_page_has_a_gap_left_to_fill() -> None:
    for page in pages():
        gaps = re.findall(r"<!--.*?-->|\bTODO\b|\bTBD\b|\bFIXME\b|\bXXX\b", text_of(page))
        assert not gaps, f"{page}: {gaps}"
