"""Dropped files ask for one run, once."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import dagster as dg
import pytest

from orchestration.progress import new_files
from orchestration.schedules import every_morning
from orchestration.sensors import landing_sensor
from viaggio.workspace.ledger import Ledger, Stamp
from viaggio.workspace.paths import PROJECT_DIR, DataDir


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataDir:
    monkeypatch.setenv("VIAGGIO_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("VIAGGIO_LANDING_SETTLE_SECONDS", "60")
    return DataDir(tmp_path)


def drop(data_dir: DataDir, name: str, age_seconds: float = 60) -> Path:
    path = data_dir.landing / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("id,name\n1,Milano\n", encoding="utf-8")
    if age_seconds:
        os.utime(path, (time.time() - age_seconds,) * 2)
    return path


def ask() -> dg.RunRequest | dg.SkipReason:
    return landing_sensor(dg.build_sensor_context())


def test_no_files_no_run(data_dir: DataDir) -> None:
    assert isinstance(ask(), dg.SkipReason)


def test_a_new_file_asks_for_a_run(data_dir: DataDir) -> None:
    drop(data_dir, "store/location/a.csv")
    drop(data_dir, "store/location/b.csv")
    request = ask()
    assert isinstance(request, dg.RunRequest)
    assert request.tags["viaggio/new_files"] == "2"


def test_the_same_files_ask_for_the_same_run(data_dir: DataDir) -> None:
    drop(data_dir, "store/location/a.csv")
    first = ask().run_key
    assert ask().run_key == first
    drop(data_dir, "store/location/b.csv")
    assert ask().run_key != first


@pytest.mark.parametrize(
    ("name", "age_seconds"),
    [
        ("store/location/a.csv.tmp", 60),
        ("store/location/a.csv.partial", 60),
        ("store/location/a.csv", 0),
    ],
)
def test_a_file_still_being_written_is_left_alone(
    data_dir: DataDir, name: str, age_seconds: float
) -> None:
    drop(data_dir, name, age_seconds)
    assert isinstance(ask(), dg.SkipReason)


def test_a_file_that_landing_dealt_with_is_no_news(data_dir: DataDir) -> None:
    path = drop(data_dir, "store/location/a.csv")
    with Ledger(data_dir.ledger_db) as ledger:
        ledger.see("store/location/a.csv", Stamp.of(path))
    assert new_files(data_dir) == ()
    assert isinstance(ask(), dg.SkipReason)


def test_the_schedule_runs_until_something_is_published(data_dir: DataDir) -> None:
    assert isinstance(every_morning(dg.build_schedule_context()), dg.RunRequest)


def test_a_process_without_a_file_can_be_a_run() -> None:
    """Such are the runs that the sensor, the schedule and Dagster's page launch."""
    child = subprocess.run(
        [sys.executable, "-c", "import orchestration.build; print('loaded')"],
        cwd=PROJECT_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert child.stdout == "loaded\n", child.stderr
