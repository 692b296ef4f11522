"""Which files count as finished, and what is met in a folder beside files."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

import pytest

from viaggio.landing.discover import Discovery, discover, is_open_to_write
from viaggio.landing.settings import LandingSettings, SettingError
from viaggio.workspace.ledger import Stamp

from .conftest import Place, zones

NOW = time.time()


def look(folder: Path, settle: float = 60, mark: str = "", now: float = NOW) -> Discovery:
    settings = LandingSettings(settle_seconds=settle, done_mark=mark)
    return discover(folder, {}, settings=settings, now=now)


def finished(folder: Path, settle: float = 60, mark: str = "", now: float = NOW) -> list[str]:
    return [found.source_file for found in look(folder, settle, mark, now).finished]


def test_a_file_is_finished_when_it_has_rested(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("x")
    written = file.stat().st_mtime
    assert finished(tmp_path, now=written + 59) == []
    assert finished(tmp_path, now=written + 60.01) == ["a.csv"]
    assert finished(tmp_path, settle=10, now=written + 11) == ["a.csv"]


def test_a_known_file_is_passed_over_until_anything_of_it_changes(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("one")
    times = file.stat()
    known = {"a.csv": Stamp.of(file)}
    at_once = LandingSettings(settle_seconds=0)
    assert discover(tmp_path, known, settings=at_once) == Discovery()
    file.write_text("two")
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert file.stat().st_size == times.st_size
    assert len(discover(tmp_path, known, settings=at_once).finished) == 1
    file.unlink()
    assert discover(tmp_path, known, settings=at_once).gone == ("a.csv",)


def test_a_command_waits_as_long_as_the_youngest_file_needs(tmp_path: Path) -> None:
    for name, age in (("old.csv", 100), ("young.csv", 50), ("youngest.csv", 20)):
        file = tmp_path / name
        with file.open("w") as handle:
            handle.write("x")
        # Written, not set: `mtime` and `ctime` agree only when the file is written.
        assert file.stat().st_mtime_ns == file.stat().st_ctime_ns, age
    written = (tmp_path / "old.csv").stat().st_mtime
    waited: list[float] = []
    settings = LandingSettings(settle_seconds=60)
    found = discover(tmp_path, {}, settings=settings, now=written + 20, wait=waited.append)
    assert len(found.finished) == 3
    assert waited == [pytest.approx(40, abs=1)]

    def somebody_writes(_: float) -> None:
        with (tmp_path / "young.csv").open("a") as handle:
            handle.write("more")

    found = discover(tmp_path, {}, settings=settings, now=written + 20, wait=somebody_writes)
    assert [each.source_file for each in found.waiting] == ["young.csv"]
    assert len(found.finished) == 2


def test_renaming_says_that_a_file_is_finished(tmp_path: Path) -> None:
    half = tmp_path / "a.csv.tmp"
    half.write_text("x")
    time.sleep(0.02)
    assert finished(tmp_path, settle=0) == []
    half.rename(tmp_path / "a.csv")
    assert finished(tmp_path) == ["a.csv"]


def test_a_file_that_is_open_to_write_is_not_finished_whatever_its_age(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    with file.open("w") as handle:
        handle.write("half")
        handle.flush()
        os.utime(file, (NOW - 9000, NOW - 9000))
        if is_open_to_write(file) is None:
            pytest.skip("this file system grants no leases")
        found = look(tmp_path)
        assert found.finished == ()
        assert "open" in found.waiting[0].reason
    assert finished(tmp_path) == ["a.csv"]


@pytest.mark.parametrize(("mark", "left"), [(".done", "a.csv.done"), ("_SUCCESS", "_SUCCESS")])
def test_where_a_mark_is_agreed_only_the_mark_counts(tmp_path: Path, mark: str, left: str) -> None:
    (tmp_path / "a.csv").write_text("x")
    os.utime(tmp_path / "a.csv", (NOW - 900, NOW - 900))
    found = look(tmp_path, mark=mark)
    assert found.finished == ()
    assert mark in found.waiting[0].reason
    (tmp_path / left).touch()
    assert finished(tmp_path, mark=mark) == ["a.csv"]
    # A mark of an earlier version of the file says nothing of this one.
    os.utime(tmp_path / left, (NOW - 9000, NOW - 9000))
    assert finished(tmp_path, mark=mark) == []


def test_marks_are_no_data(tmp_path: Path) -> None:
    for name in ("a.csv", "a.csv.done", "_SUCCESS"):
        (tmp_path / name).write_text("x")
    assert finished(tmp_path, settle=0) == ["a.csv"]


def test_a_clock_of_the_sender_that_is_ahead_delays_nothing(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("x")
    os.utime(file, (NOW + 9e6, NOW + 9e6))
    assert finished(tmp_path, now=file.stat().st_ctime + 61) == ["a.csv"]


def test_links_are_followed_once(tmp_path: Path) -> None:
    folder = tmp_path / "store" / "visit_zone"
    folder.mkdir(parents=True)
    (folder / "a.csv").write_text("x")
    for name in ("one", "two", "three"):
        (folder / name).symlink_to(".")
        (folder / f"up-{name}").symlink_to(tmp_path)
    (tmp_path / "elsewhere").symlink_to(folder)
    assert finished(tmp_path, settle=0) in (
        ["store/visit_zone/a.csv"],
        ["elsewhere/a.csv"],
    )


def test_what_is_no_file_is_set_aside_and_the_rest_lands(place: Place) -> None:
    folder = place.data_dir.landing / "store" / "visit_zone"
    place.drop("store/visit_zone/z.csv", zones(3))
    os.mkfifo(folder / "pipe.csv")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(folder / "s"))
    (folder / "nowhere.csv").symlink_to("missing.csv")
    (folder / "loop.csv").symlink_to("loop.csv")
    report = place.land()
    assert {file.source_file.split("/")[-1]: file.outcome for file in report.files} == {
        "pipe.csv": "rejected",
        "s": "rejected",
        "nowhere.csv": "deferred",
        "loop.csv": "deferred",
        "z.csv": "loaded",
    }
    assert place.error("store/visit_zone/pipe.csv")["reason"] == "a named pipe, not a file"
    again = place.land()
    assert [file.outcome for file in again.files] == ["deferred", "deferred"]


def test_settings_come_from_the_environment() -> None:
    found = LandingSettings.from_env(
        {
            "VIAGGIO_LANDING_SETTLE_SECONDS": "5",
            "VIAGGIO_LANDING_DONE_MARK": ".ok",
            "VIAGGIO_LANDING_REPLACE_SAME_NAME": "false",
            "VIAGGIO_LANDING_FUTURE_TOLERANCE": "60",
            "VIAGGIO_LANDING_MAX_COLUMNS": "10",
        }
    )
    assert (found.settle_seconds, found.done_mark, found.replace_same_name) == (5.0, ".ok", False)
    assert (found.future_tolerance.total_seconds(), found.max_columns) == (60, 10)
    with pytest.raises(SettingError, match="VIAGGIO_LANDING_THREADS='two' is not a number"):
        LandingSettings.from_env({"VIAGGIO_LANDING_THREADS": "two"})
