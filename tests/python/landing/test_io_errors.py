"""Every single file operation of landing fails once: nothing is lost, and the next run finishes."""

from __future__ import annotations

import errno
import os
import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.failing import ERRNOS, failing
from tests.faults.landing import FOLDER, prepared, state
from tests.python.drawn import TRY_ALL
from viaggio.landing import moves
from viaggio.landing.load import LandingError, recover
from viaggio.workspace.ledger import Ledger, LedgerError
from viaggio.workspace.paths import DataDir

from .conftest import Place, zones

# `make test` makes one operation in 24 fail, VIAGGIO_TEST_ALL=1 every one.
STRIDE = 1 if TRY_ALL else 24


def land_and_look(place: Place) -> dict[str, Any]:
    place.land()
    return state(place)


@pytest.fixture
def start(place: Place) -> Path:
    prepared(place)
    return place.data_dir.root


def copies(start: Path, folder: Path) -> Iterator[DataDir]:
    """The same data directory again and again, with the inodes that the ledger knows."""
    number = 0
    while True:
        number += 1
        copy = folder / f"copy-{number}"
        shutil.copytree(start, copy, copy_function=os.link, symlinks=True)
        # What is written in place must be the copy's own.
        for name in ("ledger.sqlite", "writer.lock"):
            shutil.copy2(start / name, copy / f"{name}.own")
            (copy / f"{name}.own").replace(copy / name)
        yield DataDir(copy)
        shutil.rmtree(copy)


def test_every_file_operation_fails_once(
    place: Place, start: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("copies")
    data_dirs = copies(start, folder)
    clean = land_and_look(Place(next(data_dirs), place.contract))
    assert clean["rejected"].keys() == {f"{FOLDER}/bad.csv"}
    assert len(clean["rows"]) == 7 * 9 + 9 + 199 + 250
    tried = 0
    for number in range(1, 5_000):
        code = ERRNOS[number // STRIDE % len(ERRNOS)]
        if number % STRIDE and tried:
            continue
        here = Place(next(data_dirs), place.contract)
        with failing(number, code, below=here.data_dir.root, looks=True) as fault:
            try:
                here.land_unchecked()
            except LandingError as error:
                assert os.strerror(code) in str(error) or "full" in str(error), error
        if not fault.happened:
            break
        tried += 1
        where = f"operation {number} ({fault.operations[number - 1]}): {errno.errorcode[code]}"
        assert (
            not (here.data_dir.landing / FOLDER / "bad.csv").exists()
            or not (here.data_dir.rejected / FOLDER / "bad.csv").exists()
        ), where
        here.land()
        assert state(here) == clean, where
        assert here.land().files == (), where
    assert not fault.happened
    assert tried > 100 / STRIDE
    print(f"{tried} of {number - 1} file operations failed")


def test_a_lasting_error_in_the_moves_loses_nothing_and_says_so(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.drop(f"{FOLDER}/a.csv", zones(9))
    place.land()
    place.drop(f"{FOLDER}/b.csv", zones(90, start=100))

    def full(origin: Path, destination: Path) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(moves, "_rename", full)
        for _ in range(3):
            with pytest.raises(LandingError, match=r"recorded, but .* Nothing is lost"):
                place.land()
            with pytest.raises(LandingError, match="recorded, but"):
                recover(place.data_dir)
    assert place.land().files == ()
    assert len(place.rows("store", "visit_zone")) == 99


def test_a_folder_that_cannot_be_written_stays_as_it_was(place: Place) -> None:
    """A file lies where the folder of a day must be: no rename there can succeed."""
    place.drop(f"{FOLDER}/a.csv", zones(1))
    place.land()
    for day in range(1, 10):
        blocked = place.data_dir.raw / FOLDER / f"event_day=2024-05-{day:02}"
        if not blocked.exists():
            blocked.write_text("in the way")
    place.drop(f"{FOLDER}/b.csv", zones(90, start=100))
    with pytest.raises(LandingError, match="Nothing is lost"):
        place.land()
    for blocked in (place.data_dir.raw / FOLDER).iterdir():
        if blocked.is_file():
            blocked.unlink()
    place.land()
    assert len(place.rows("store", "visit_zone")) == 91


def test_a_damaged_ledger_is_named_with_what_to_do(place: Place) -> None:
    place.drop(f"{FOLDER}/a.csv", zones(9))
    place.land()
    ledger = place.data_dir.ledger_db
    for damage in (b"garbage" * 999, ledger.read_bytes()[:5000], b""):
        ledger.write_bytes(damage)
        with pytest.raises(LedgerError, match="make rebuild-ledger"):
            place.land()
    ledger.unlink()
    with pytest.raises(LedgerError, match=r"knows no file, but .* holds rows"):
        place.land()


def test_a_checksum_keeps_the_copies_apart(place: Place, start: Path) -> None:
    """The copies of this test share files with their origin, which must stay as it is."""
    before = {
        path: zlib.crc32(path.read_bytes()) for path in sorted(start.rglob("*")) if path.is_file()
    }
    data_dirs = copies(start, start.parent / "copies")
    land_and_look(Place(next(data_dirs), place.contract))
    assert before == {
        path: zlib.crc32(path.read_bytes()) for path in sorted(start.rglob("*")) if path.is_file()
    }
    with Ledger(start / "ledger.sqlite") as ledger:
        assert len(ledger.stamps()) == 8
