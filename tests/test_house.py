"""The rules of the house, held over every file: layers, sizes, words, findings, tracked data."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from schemas.findings import Entry, catalogue

ROOT = Path(__file__).parent.parent
ROOMS = ("schemas", "pipelines", "warehouse", "raw")
MOST_LINES, MOST_FUNCTION_LINES = 400, 40

# Lower numbers may not import higher ones, nor rooms of the same number each other.
LAYERS: dict[str, int] = {
    "schemas": 0,
    "pipelines.errors": 1,
    "pipelines.home": 2,
    "pipelines.intake": 3,
    "pipelines.store": 4,
    "pipelines.feedback": 4,
    "pipelines.publish": 5,
    "pipelines.walk": 6,
    "pipelines.notices": 7,
    "pipelines.flows": 8,
    "pipelines.service": 8,
    "pipelines.portal": 8,
    "pipelines.cli": 9,
    "pipelines.docs": 10,
    "pipelines.pictures": 10,
}
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:home|Users|root|work|var/folders)/[A-Za-z]")


def tracked(*patterns: str) -> list[Path]:
    """The files git knows, or would know, that match."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return [ROOT / line for line in listed.splitlines() if (ROOT / line).is_file()]


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


SOURCES = [path for path in tracked("*.py") if relative(path).split("/")[0] in ROOMS]
EVERY_PYTHON = tracked("*.py")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def module_name(path: Path) -> str:
    return relative(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Line and dotted name of every import of the file, late ones too."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def room(name: str) -> str | None:
    """The layered room that a dotted module name lies in."""
    parts = name.split(".")
    for length in (2, 1):
        if (prefix := ".".join(parts[:length])) in LAYERS:
            return prefix
    return None


def test_imports_run_downward() -> None:
    faults = []
    for path in SOURCES:
        own = room(module_name(path))
        for line, name in imported(path):
            other = room(name)
            if own and other and own != other and LAYERS[other] >= LAYERS[own]:
                faults.append(f"{relative(path)}:{line} imports {name}")
    assert not faults, "\n".join(faults)


def test_every_module_lies_in_a_layer() -> None:
    homeless = [
        relative(path)
        for path in SOURCES
        if path.parts[len(ROOT.parts)] in {"schemas", "pipelines"}
        and room(module_name(path)) is None
        and module_name(path) != "pipelines"
    ]
    assert not homeless, homeless


def test_only_flows_import_prefect_and_only_the_judges_import_pandera() -> None:
    allowed = {
        "prefect": ("pipelines.flows", "pipelines.notices"),
        "distributed": ("pipelines.walk.cluster",),
        "pandera": ("schemas.judge",),
    }
    faults = [
        f"{relative(path)}:{line} imports {name}"
        for path in SOURCES
        for line, name in imported(path)
        for package, places in allowed.items()
        if name.split(".")[0] == package and not module_name(path).startswith(places)
    ]
    assert not faults, "\n".join(faults)


def test_no_import_inside_a_function_without_its_reason() -> None:
    faults = []
    for path in SOURCES:
        lines = path.read_text(encoding="utf-8").splitlines()
        for function in functions(path):
            for node in ast.walk(function):
                if not isinstance(node, ast.Import | ast.ImportFrom):
                    continue
                said = "".join(lines[max(0, node.lineno - 2) : node.end_lineno])
                if not re.search(r"# late: \w+", said):
                    faults.append(f"{relative(path)}:{node.lineno}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("path", EVERY_PYTHON, ids=relative)
def test_files_and_functions_are_short(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= MOST_LINES, f"{lines} lines"
    long = [
        f"{function.name}: {_length(function)} lines"
        for function in functions(path)
        if _length(function) > MOST_FUNCTION_LINES
    ]
    assert not long, ", ".join(long)


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of code of a function: from `def` to its end, without its docstring."""
    end = function.end_lineno or function.lineno
    body = function.body[0]
    is_docstring = isinstance(body, ast.Expr) and isinstance(body.value, ast.Constant)
    docstring = (body.end_lineno or 0) - body.lineno + 1 if is_docstring else 0
    return end - function.lineno + 1 - docstring


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_public_things_say_what_they_are(path: Path) -> None:
    assert ast.get_docstring(tree(path)), "the module has no docstring"
    silent = [
        node.name
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert not silent, ", ".join(silent)


@pytest.mark.parametrize(
    "path",
    [path for path in SOURCES if path.name == "__init__.py" and "pipelines/" in relative(path)],
    ids=relative,
)
def test_every_room_says_what_comes_in_and_out(path: Path) -> None:
    docstring = ast.get_docstring(tree(path)) or ""
    if relative(path).count("/") == 2:
        assert "In:" in docstring, "what comes in?"
        assert "Out:" in docstring, "what goes out?"


def test_comments_switch_nothing_off_without_a_reason() -> None:
    unexplained = re.compile(
        r"#\s*(?:type:\s*ignore|noqa|pragma)(?![^#\n]*(?:\s#|\s-|:.*\s{1,2}\w+\s\w+))"
    )
    faults = [
        f"{relative(path)}:{number}: {line.strip()}"
        for path in SOURCES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if unexplained.search(line)
    ]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("entry", catalogue().values(), ids=lambda entry: entry.code)
def test_every_finding_is_worded_in_both_languages(entry: Entry) -> None:
    assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", entry.code)
    assert entry.severity in {"error", "warning", "hint"}
    assert entry.example.strip()
    for text in (entry.message, entry.remedy):
        assert text.de.strip(), entry.code
        assert text.en.strip(), entry.code
        assert text.de[-1] in ".?!:}", text.de
        assert text.en[-1] in ".?!:}", text.en
        assert _names(text.de) == _names(text.en), f"{entry.code} names different things"


def _names(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)[^}]*\}", text))


def test_no_finding_and_no_failure_outside_its_catalogue() -> None:
    failures = set(tomllib.loads((ROOT / "pipelines/errors.toml").read_text(encoding="utf-8")))
    known = {"Finding": set(catalogue()), "Failure": failures}
    faults = []
    for path in SOURCES:
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            first, name = node.args[0], _called(node)
            if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
                continue
            kind = "Finding" if name == "Finding" else "Failure" if name.endswith("Failure") else ""
            if kind and first.value not in known[kind]:
                faults.append(f"{relative(path)}:{node.lineno} {name}({first.value!r})")
    assert not faults, "\n".join(faults)


def _called(node: ast.Call) -> str:
    function = node.func
    return getattr(function, "id", None) or getattr(function, "attr", "")


def test_every_finding_can_occur() -> None:
    """A code that no source names, nor any rule, is dead text."""
    words = "\n".join(
        path.read_text(encoding="utf-8") for path in SOURCES if "findings/" not in relative(path)
    )
    dead = [code for code in catalogue() if f'"{code}"' not in words]
    assert not dead, ", ".join(dead)


def test_sentences_for_people_are_data() -> None:
    """German or English sentences for people live in TOML and templates, not in code."""
    sentence = re.compile(r"„\w|\b(?:Bitte|Prüfen Sie|Please)\b")
    faults = [
        f"{relative(path)}:{node.lineno}: {node.value[:60]!r}"
        for path in SOURCES
        if not relative(path).startswith(("schemas/", "raw/"))
        for node in texts(path)
        if sentence.search(node.value)
    ]
    assert not faults, "\n".join(faults)


def texts(path: Path) -> Iterator[ast.Constant]:
    """The text constants of a file that are no docstrings."""
    docstrings = {id(node.value) for node in ast.walk(tree(path)) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree(path)):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in docstrings:
            yield node


def test_importing_what_the_first_file_waits_for_stays_light() -> None:
    """Every module of intake, and what `ingest` imports, loads neither prefect nor pandera."""
    modules = [module_name(path) for path in SOURCES if "pipelines/intake" in relative(path)]
    modules.append("pipelines.cli.handing_in")
    code = (
        f"import sys, importlib\nfor name in {modules!r}: importlib.import_module(name)\n"
        "print(sorted({'prefect', 'pandas', 'pandera'} & sys.modules.keys()))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"


def test_declaring_the_forms_does_not_import_polars() -> None:
    run = subprocess.run(
        [sys.executable, "-c", "import schemas, sys; print('polars' in sys.modules)"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert run.stdout.strip() == "False"


def test_tracked_files_name_no_machine() -> None:
    faults = []
    for path in tracked():
        if path.suffix in {".xlsx", ".lock", ".png"} or relative(path) == "tests/test_house.py":
            continue
        text = path.read_text(encoding="utf-8", errors="ignore")
        if found := MACHINE_PATHS.search(text):
            line = text.count("\n", 0, found.start()) + 1
            faults.append(f"{relative(path)}:{line}: {found.group()}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("path", tracked("*.lock"), ids=relative)
def test_locks_hold_hashes_and_no_index(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    entries = "\n".join(lines).replace("\\\n", " ").splitlines()
    pinned = [line for line in entries if line and not line.lstrip().startswith("#")]
    assert pinned
    for line in pinned:
        assert "--hash=sha256:" in line, line[:80]
        assert re.match(r"[A-Za-z0-9._\-\[\],]+==[^\s]+", line), line[:80]
    assert not [line for line in lines if "://" in line or line.startswith("-")]
