"""A ledger that was lost or damaged is filled again from the raw tables."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import pytest

from viaggio.landing import moves
from viaggio.landing.__main__ import main
from viaggio.landing.load import LandingError, retract
from viaggio.landing.rebuild import rebuild_ledger
from viaggio.workspace.ledger import Ledger, LedgerError, read_ledger

from .conftest import Place, zones

FOLDER = "store/visit_zone"


def filled(place: Place) -> None:
    """Files of every outcome, with parts that were merged."""
    for number in range(9):
        place.drop(f"{FOLDER}/{number}.csv", zones(18, start=100 * number))
    place.drop(f"{FOLDER}/bad.csv", zones(10, start=2000, bad=1))
    place.drop(f"{FOLDER}/some.csv", zones(300, start=3000, bad=2))
    place.drop(f"{FOLDER}/twice.csv", zones(18, start=100))
    place.drop(f"{FOLDER}/gone.csv", zones(20, start=9000))
    place.land()
    place.drop(f"{FOLDER}/0.csv", zones(17))
    place.land()
    retract(place.data_dir, f"{FOLDER}/gone.csv", "no reason", place.contract)
    place.land()
    assert list(place.data_dir.raw.glob(f"{FOLDER}/*/merged_*"))


def memory(place: Place, *, rejected: bool = True) -> list[tuple[object, ...]]:
    """What the ledger says, but for the names of runs."""
    kept = "" if rejected else "where outcome = 'loaded'"
    return place.query(
        "select source_file, outcome, rows_in_file, rows_raw, rows_quarantined, loaded_at"
        f" from {place.ledger('file')} {kept} order by all"
    )


def lose(place: Place, how: str) -> None:
    ledger = place.data_dir.ledger_db
    if how == "garbage":
        ledger.write_bytes(b"garbage" * 1000)
    elif how == "cut":
        ledger.write_bytes(ledger.read_bytes()[:9000])
    else:
        ledger.unlink()
    for rest in ("-wal", "-shm"):
        ledger.with_name(ledger.name + rest).unlink(missing_ok=True)
    if how == "everything":
        shutil.rmtree(place.data_dir.ledger)


@pytest.mark.parametrize("how", ["garbage", "cut", "gone", "everything"])
@pytest.mark.parametrize("archived", [False, True])
def test_a_new_ledger_knows_what_the_old_one_knew(place: Place, how: str, archived: bool) -> None:
    filled(place)
    rows, before = place.rows("store", "visit_zone"), memory(place)
    loaded = memory(place, rejected=False)
    if archived:
        shutil.rmtree(place.data_dir.landing)
    lose(place, how)
    rebuilt = rebuild_ledger(place.data_dir, place.contract)
    assert rebuilt.missing == {}
    assert (rebuilt.kept is None) == (how in ("gone", "everything"))
    assert rebuilt.again == ()
    if how == "everything":
        assert memory(place) == loaded
    else:
        assert memory(place) == before
    again = [file.source_file for file in place.land().with_outcome("loaded")]
    if how == "everything" and not archived:
        # That somebody had taken these rows back is forgotten.
        assert again == [f"{FOLDER}/gone.csv"]
    else:
        assert again == []
        assert place.rows("store", "visit_zone") == rows


def test_what_was_being_moved_is_finished_or_landed_again(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.drop(f"{FOLDER}/a.csv", zones(18))
    place.land()
    place.drop(f"{FOLDER}/b.csv", zones(90, start=100))
    real, calls = moves._rename, []

    def fails_later(origin: Path, destination: Path) -> None:
        calls.append(origin)
        if len(calls) > 4:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(origin, destination)

    with monkeypatch.context() as patch:
        patch.setattr(moves, "_rename", fails_later)
        with pytest.raises(LandingError):
            place.land()
    shutil.rmtree(place.data_dir.tmp)
    with pytest.raises(LandingError, match="make rebuild-ledger"):
        place.land()
    rebuilt = rebuild_ledger(place.data_dir, place.contract)
    assert rebuilt.again == (f"{FOLDER}/b.csv",)
    assert f"{FOLDER}/b.csv" in rebuilt.summary()
    assert place.land().rows_raw == 90
    assert len(place.rows("store", "visit_zone")) == 108


def test_parts_that_vanished_are_named_where_their_file_is_gone(place: Place) -> None:
    path = place.drop(f"{FOLDER}/a.csv", zones(18))
    place.land()
    path.unlink()
    next(place.data_dir.raw.glob(f"{FOLDER}/event_day=2024-05-03/*.parquet")).unlink()
    rebuilt = rebuild_ledger(place.data_dir, place.contract)
    assert rebuilt.missing == {f"{FOLDER}/a.csv": 2}
    assert "2 rows" in rebuilt.summary()
    place.land()


def test_the_command_says_what_it_did(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VIAGGIO_DATA_DIR", str(place.data_dir.root))
    monkeypatch.setenv("VIAGGIO_LANDING_SETTLE_SECONDS", "0")
    place.drop(f"{FOLDER}/a.csv", zones(18))
    assert main([]) == 0
    place.data_dir.ledger_db.write_bytes(b"garbage" * 1000)
    assert main([]) == 1
    assert "make rebuild-ledger" in capsys.readouterr().err
    assert main(["rebuild-ledger"]) == 0
    said = capsys.readouterr().out
    assert "The new ledger knows 1 loaded files." in said
    assert "ledger.sqlite.before-" in said
    assert main(["retract", f"{FOLDER}/a.csv", "--reason", "x"]) == 0
    assert f"Took back the rows of {FOLDER}/a.csv" in capsys.readouterr().out
    assert main(["retract", f"{FOLDER}/a.csv", "--reason", "x"]) == 1
    assert place.rows("store", "visit_zone") == []
    with Ledger(place.data_dir.ledger_db) as ledger:
        assert ledger.count("loaded") == 0


def test_lost_raw_tables_are_noticed_and_land_again(place: Place) -> None:
    """As after a restore of dropped files and ledger alone."""
    place.drop(f"{FOLDER}/some.csv", zones(300, bad=2))
    place.land()
    before = place.query(f"select * from {place.raw('store', 'visit_zone')} order by visit_id")
    shutil.rmtree(place.data_dir.raw)
    with pytest.raises(LedgerError, match=r"1 loaded files.*make rebuild-ledger"):
        place.land()

    rebuild_ledger(place.data_dir, place.contract)
    place.land()

    after = place.query(f"select * from {place.raw('store', 'visit_zone')} order by visit_id")
    assert len(after) == len(before) == 298


def test_only_a_damaged_ledger_is_to_be_rebuilt(place: Place) -> None:
    filled(place)
    place.land()
    with pytest.raises(LedgerError, match="cannot be read") as refused:
        read_ledger(place.data_dir.ledger_db, "select 1 from no_such_table")
    assert "rebuild-ledger" not in str(refused.value)
    place.data_dir.ledger_db.write_bytes(b"no database" * 100)
    with pytest.raises(LedgerError, match=r"is damaged .* `make rebuild-ledger`"):
        read_ledger(place.data_dir.ledger_db, "select 1 from file")


@pytest.mark.parametrize("how", ["garbage", "lost", "everything"])
def test_a_file_that_changed_before_the_ledger_was_lost_replaces_its_rows(
    place: Place, how: str
) -> None:
    place.drop(f"{FOLDER}/a.csv", zones(20))
    place.land()
    place.drop(f"{FOLDER}/a.csv", zones(12))
    lose(place, how)
    rebuild_ledger(place.data_dir, place.contract)
    place.land()
    assert len(place.rows("store", "visit_zone")) == 12
    assert place.land().files == ()


def test_a_part_that_cannot_be_read_is_named_and_nothing_is_forgotten(place: Place) -> None:
    filled(place)
    columns = "* exclude (_loaded_at)"
    rows, before = place.rows("store", "visit_zone", columns), memory(place)
    part = max(place.data_dir.raw.rglob("*.parquet"), key=lambda each: each.stat().st_size)
    part.write_bytes(b"garbage" * 100)
    with pytest.raises(LandingError, match=rf"{part.name}.*make rebuild-ledger"):
        rebuild_ledger(place.data_dir, place.contract)
    assert memory(place) == before
    part.unlink()
    rebuild_ledger(place.data_dir, place.contract)
    place.land()
    assert place.rows("store", "visit_zone", columns) == rows
