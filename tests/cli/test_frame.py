"""The frame of the command: languages, global options, exit codes, sentences, start-up time."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from pipelines.cli import main
from pipelines.cli.app import app
from pipelines.cli.help import PANELS, help_texts, parameter_text
from pipelines.cli.session import Session

COMMANDS = dict(get_command(app).commands)


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("LEERSTAND_HOME", raising=False)
    monkeypatch.delenv("LEERSTAND_LANG", raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "environment", "lang", "root", "rest"),
    [
        ("check a.xlsx", {}, "de", ".", "check a.xlsx"),
        ("--lang en check a.xlsx", {}, "en", ".", "check a.xlsx"),
        ("check a.xlsx --lang=en", {}, "en", ".", "check a.xlsx"),
        ("check --home H a.xlsx", {}, "de", "H", "check a.xlsx"),
        ("check", {"LEERSTAND_LANG": "en", "LEERSTAND_HOME": "E"}, "en", "E", "check"),
        ("--lang de --home H check", {"LEERSTAND_LANG": "en"}, "de", "H", "check"),
        ("check -- --lang", {}, "de", ".", "check -- --lang"),
    ],
)
def test_global_options_stand_anywhere(
    arguments: str, environment: dict[str, str], lang: str, root: str, rest: str
) -> None:
    session, left = Session.from_arguments(arguments.split(), environment)
    assert (session.lang, str(session.root), left) == (lang, root, rest.split())


@pytest.mark.parametrize(
    ("arguments", "german", "english"),
    [
        ("inti", "Meinten Sie „leerstand init“?", "Did you mean “leerstand init”?"),
        ("init", "Es fehlt: DIR.", "Missing: DIR."),
        ("init --nope D", "Die Option --nope gibt es hier nicht", "There is no option --nope"),
        ("init D --lang fr", "Die Sprache „fr“ gibt es nicht", None),
        ("init D --home", "Hinter --home fehlt eine Angabe", "--home needs a value"),
    ],
)
def test_a_mistyped_call_is_one_sentence(
    arguments: str, german: str, english: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments.split()) == 2
    told = capsys.readouterr()
    assert german in told.err
    assert told.out == ""
    assert len(told.err.strip().splitlines()) == 1
    if english:
        assert main(["--lang", "en", *arguments.split()]) == 2
        assert english in capsys.readouterr().err


@pytest.mark.parametrize("lang", ["de", "en"])
@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_explained(name: str, lang: str) -> None:
    assert help_texts().labels[name][lang]
    assert COMMANDS[name].rich_help_panel in PANELS
    for parameter in COMMANDS[name].params:
        assert parameter_text(name, parameter, lang)


def test_no_help_text_is_left_over() -> None:
    words = {"usage", "options", "arguments", "leerstand", "--home", "--lang", "--help"}
    known = words | {f"panel-{panel}" for panel in PANELS} | set(COMMANDS)
    for name, command in COMMANDS.items():
        for parameter in command.params:
            if parameter.param_type_name == "argument":
                known |= {parameter.metavar, f"{name} {parameter.metavar}"}
            else:
                known |= {parameter.opts[-1], f"{name} {parameter.opts[-1]}"}
    assert set(help_texts().labels) <= known


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Für das Amt"),
        (["--help"], "legt einen Arbeitsordner an"),
        (["--help", "--lang", "en"], "makes a home"),
        (["init", "--help"], "Was in einem vorhandenen Ordner steht"),
        (["init", "--help", "--lang", "en"], "What stands in an existing folder"),
    ],
)
def test_help_comes_in_the_chosen_language(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 0
    assert words in capsys.readouterr().out


def _processor_seconds(command: list[str]) -> float:
    """What a whole process costs, whatever else the machine is doing meanwhile."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_help_starts_at_once() -> None:
    code = "from pipelines.cli import main; import sys; main(['--help']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert not loaded & {"polars", "duckdb", "prefect", "pandera", "pandas", "rich", "sqlalchemy"}
    times = [_processor_seconds([sys.executable, "-m", "pipelines.cli", "--help"])
             for _ in range(3)]  # fmt: skip
    assert min(times) < 0.3, times


def test_the_process_says_all_and_ends_what_it_started() -> None:
    """It ends without taking itself apart; threads, exit calls and a full pipe are waited for."""
    code = (
        "import atexit, threading, time, pipelines.cli as c\n"
        "def main():\n"
        "    atexit.register(lambda: print('exit call'))\n"
        "    threading.Thread(target=lambda: (time.sleep(0.2), print('thread'))).start()\n"
        "    print('x' * 300_000)\n"
        "    return 2\n"
        "c.main = main\n"
        "c.run()"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (2, "")
    assert done.stdout == "x" * 300_000 + "\nthread\nexit call\n"


def test_an_unknown_fault_is_a_sentence_with_a_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", str(tmp_path / "home")]) == 0
    monkeypatch.setattr("pipelines.cli.office.make_home", lambda _folder: 1 / 0)
    assert main(["--home", str(tmp_path / "home"), "init", "other"]) == 2
    told = capsys.readouterr().err
    log = tmp_path / "home/logs/leerstand.log"
    assert str(log) in told
    assert "Traceback" not in told
    assert "ZeroDivisionError" in log.read_text()


def test_init_keeps_what_stands_there(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "leerstand.toml").write_text('municipality = "06412000"\n')
    (home / "notes.txt").write_text("kept")
    assert main(["init", str(home)]) == 0
    assert (home / "leerstand.toml").read_text() == 'municipality = "06412000"\n'
    assert (home / "notes.txt").read_text() == "kept"
    assert (home / "raw/inbox").is_dir()


def test_a_folder_without_permission_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert main(["init", str(tmp_path / "file")]) == 2
    assert "darf nicht geschrieben werden" in capsys.readouterr().err
