"""The command `viaggio`: help that starts at once, and commands that are what they are called."""

from __future__ import annotations

import ast
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from tests.python.conftest import run_module
from viaggio.cli.main import COMMANDS, Command, help_text, main
from viaggio.workspace.paths import PROJECT_DIR, DataDir

HEAVY = ("dagster", "dbt", "duckdb", "great_expectations", "pandas", "pyspark", "streamlit")


def test_help_lists_each_command_and_says_where_to_begin(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for asked in ([], ["--help"], ["help"], ["-h"]):
        assert main(asked) == 0
        assert capsys.readouterr().out == help_text()
    lines = {tuple(line.split(maxsplit=1)) for line in help_text().splitlines()}
    assert {(name, command.words) for name, command in COMMANDS.items()} <= lines
    assert max(map(len, help_text().splitlines())) <= 80


def test_help_imports_nothing_that_takes_time() -> None:
    script = (
        "import sys; from viaggio.cli.main import main; main(['--help']); "
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT_DIR, capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines()[-1] == "[]", done.stderr


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_each_command_has_a_main_that_takes_its_arguments(command: Command) -> None:
    spec = importlib.util.find_spec(command.module)
    assert spec is not None and spec.origin is not None
    mains = [
        node
        for node in ast.parse(Path(spec.origin).read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name == "main"
    ]
    assert [len(node.args.args) for node in mains] == [1]


def test_a_mistyped_command_is_guessed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dashbord"]) == 2
    assert "Did you mean `viaggio dashboard`?" in capsys.readouterr().err


def test_commands_run_on_the_data_directory(tmp_path: Path) -> None:
    data_dir = DataDir(tmp_path)
    landed = run_module(data_dir, "viaggio", "land")
    assert landed.code == 0, landed.output
    published = run_module(data_dir, "viaggio", "publish")
    assert published.code == 1
    assert "warehouse.duckdb does not exist" in published.output


def test_a_data_directory_that_cannot_be_used_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VIAGGIO_DATA_DIR", str(tmp_path / "what?"))
    assert main(["retract", "a.csv", "--reason", "test"]) == 1
    assert "Choose another place" in capsys.readouterr().err
