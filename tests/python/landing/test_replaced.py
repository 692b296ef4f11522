"""Files that change in place, and rows that somebody takes back."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from viaggio.landing import load
from viaggio.landing.load import LandingError, recognise, retract
from viaggio.workspace.ledger import Ledger

from .conftest import Place, zones

NAME = "store/visit_zone/a.csv"


def ids(place: Place) -> list[str]:
    return [visit for (visit,) in place.rows("store", "visit_zone", "visit_id")]


def records(place: Place) -> list[tuple[str, str, int]]:
    return place.query(
        f"select source_file, outcome, rows_raw from {place.ledger('file')}"
        " order by loaded_at, source_file"
    )


def keys_removed(place: Place) -> list[int]:
    with Ledger(place.data_dir.ledger_db) as ledger:
        rows = ledger._db.execute("select keys_removed from file where outcome = 'withdrawn'")
        return [removed for (removed,) in rows]


def test_a_file_changed_in_place_replaces_what_it_brought(place: Place) -> None:
    place.drop(NAME, zones(1000, bad=5))
    place.land()
    assert len(place.quarantined()) == 5
    place.drop(NAME, zones(800))
    report = place.land()
    assert report.files[0].is_newer_version
    assert "changed in place" in report.summary()
    assert len(ids(place)) == 800
    assert place.quarantined() == []
    assert records(place) == [(NAME, "withdrawn", 995), (NAME, "loaded", 800)]
    assert keys_removed(place) == [195]
    ((reason, moment),) = place.query(
        f"select reason, withdrawn_at from {place.ledger('file')} where outcome = 'withdrawn'"
    )
    assert reason == "replaced by a newer version of the file"
    assert moment == report.loaded_at
    # Its days count as changed, so that models follow.
    days = place.query(
        f"select count(*), min(loaded_at) from {place.ledger('file_day')} where row_count = 0"
    )
    assert days == [(9, report.loaded_at)]


def test_a_correction_with_the_same_keys_removes_none(place: Place) -> None:
    place.drop(NAME, zones(40))
    place.land()
    place.drop(NAME, zones(45).replace(",,\n", ",,p1\n"))
    place.land()
    assert set(place.rows("store", "visit_zone", "product_id")) == {("p1",)}
    assert keys_removed(place) == [0]


def test_going_back_and_forth_ends_with_what_is_there(place: Place) -> None:
    for rows in (zones(5), zones(7), zones(5), zones(7), zones(3)):
        place.drop(NAME, rows)
        place.land()
    assert len(ids(place)) == 3


def test_a_bad_correction_leaves_what_was_there(place: Place) -> None:
    place.drop(NAME, zones(5))
    place.land()
    place.drop(NAME, "x\n1\n")
    assert place.land().files[0].outcome == "rejected"
    assert len(ids(place)) == 5
    place.drop(NAME, zones(6))
    place.land()
    assert len(ids(place)) >= 6


def test_a_file_that_was_away_is_a_new_one_under_an_old_name(place: Place) -> None:
    place.drop(NAME, zones(3))
    place.land()
    (place.data_dir.landing / NAME).unlink()
    place.land()
    place.drop(NAME, zones(4, start=100))
    assert not place.land().files[0].is_newer_version
    assert len(ids(place)) == 7


def test_the_same_name_may_be_set_to_add(place: Place) -> None:
    place.drop(NAME, zones(3))
    place.land()
    place.drop(NAME, zones(4, start=100))
    place.land(replace_same_name=False)
    assert len(ids(place)) == 7


def test_other_content_of_the_same_size_and_time_is_noticed(place: Place) -> None:
    path = place.drop(NAME, zones(3))
    place.land()
    times = path.stat()
    path.write_text(zones(3).replace("till", "door"))
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    place.land()
    assert set(place.rows("store", "visit_zone", "zone")) == {("door",)}


def test_a_touched_file_is_recognised_without_a_word(place: Place) -> None:
    path = place.drop(NAME, zones(3))
    place.drop("store/visit_zone/copy.csv", zones(3))
    place.land()
    lines = len(records(place))
    path.touch()
    os.utime(path.with_name("copy.csv"), (1, 1))
    assert place.land().files == ()
    assert len(records(place)) == lines
    # As after a restore from a copy: other inodes, the same times.
    for file in path.parent.iterdir():
        times, text = file.stat(), file.read_bytes()
        file.unlink()
        file.write_bytes(text)
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    recognise(place.data_dir)
    with Ledger(place.data_dir.ledger_db) as ledger:
        assert {stamp.inode for stamp in ledger.stamps().values()} == {
            file.stat().st_ino for file in path.parent.iterdir()
        }


def test_rows_in_merged_parts_are_found(place: Place) -> None:
    for number in range(20):
        place.drop(f"store/visit_zone/{number:02}.csv", zones(18, start=100 * number))
    place.land()
    assert list(place.data_dir.raw.glob("store/visit_zone/*/merged_*"))
    place.drop("store/visit_zone/03.csv", zones(18, start=300).replace("till", "door"))
    place.land()
    retract(place.data_dir, "store/visit_zone/07.csv", "wrong shop", place.contract)
    place.assert_balanced(place.land())
    left = place.rows("store", "visit_zone", "visit_id, zone")
    assert len(left) == 19 * 18
    assert {int(visit[1:]) // 100 for visit, _ in left} == set(range(20)) - {7}
    assert {int(visit[1:]) // 100 for visit, zone in left if zone == "door"} == {3}


def test_a_copy_takes_the_place_of_what_was_replaced(place: Place) -> None:
    place.drop(NAME, zones(5))
    place.drop("store/visit_zone/copy.csv", zones(5))
    place.land()
    place.drop(NAME, zones(4, start=100))
    place.land()
    place.land()
    assert len(ids(place)) == 9


def test_a_change_to_content_that_is_there_already_takes_the_old_back(place: Place) -> None:
    place.drop(NAME, zones(5))
    place.drop("store/visit_zone/b.csv", zones(4, start=100))
    place.land()
    place.drop(NAME, zones(4, start=100))
    assert place.land().files[0].outcome == "skipped"
    assert len(ids(place)) == 4


def test_retracted_rows_are_gone_until_the_file_is_dropped_again(place: Place) -> None:
    place.drop(NAME, zones(1000, bad=5))
    place.drop("store/visit_zone/copy.csv", zones(1000, bad=5))
    place.drop("store/visit_zone/b.csv", zones(4, start=5000))
    place.land()
    (back,) = retract(place.data_dir, NAME, "sent by mistake", place.contract)
    assert back.source_file == NAME
    place.assert_balanced(place.land())
    assert len(ids(place)) == 4
    assert place.quarantined() == []
    (place.data_dir.landing / NAME).touch()
    (place.data_dir.landing / "store/visit_zone/copy.csv").touch()
    place.land()
    assert len(ids(place)) == 4
    place.drop("store/visit_zone/again.csv", zones(1000, bad=5))
    place.land()
    assert len(ids(place)) == 999
    with pytest.raises(LandingError, match="No loaded file is called"):
        retract(place.data_dir, "store/visit_zone/none.csv", "x", place.contract)


def test_a_kill_while_a_file_is_replaced_heals(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.drop(NAME, zones(50))
    place.land()
    place.drop(NAME, zones(40, start=1000))

    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(load, "finish", killed)
        with pytest.raises(Killed):
            place.land()
    place.land()
    assert len(ids(place)) == 40


def test_a_clock_that_was_ahead_is_healed(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.drop(NAME, zones(30))
    first = place.land().loaded_at
    ahead = datetime.now(UTC) + timedelta(days=2000)

    class Ahead(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return ahead

    place.drop("store/visit_zone/b.csv", zones(30, start=100))
    with monkeypatch.context() as patch:
        patch.setattr("viaggio.workspace.ledger.datetime", Ahead)
        patch.setattr("viaggio.landing.load.datetime", Ahead)
        assert place.land().loaded_at.year == ahead.year
    future = f"{datetime.now(UTC) + timedelta(days=900):%Y-%m-%d}"
    place.drop("store/visit_zone/c.csv", zones(300, start=200).replace("2024-05-01", future, 1))
    report = place.land()
    assert abs(report.loaded_at - datetime.now(UTC).replace(tzinfo=None)) < timedelta(minutes=1)
    assert report.rows_quarantined == 1
    moments = [
        moment
        for (moment,) in place.query(
            f"select distinct _loaded_at from {place.raw('store', 'visit_zone')} order by all"
        )
    ]
    assert len(moments) == 3
    assert moments[0] == first
    assert moments[0] < moments[1] < moments[2] == report.loaded_at
    assert place.land().loaded_at > report.loaded_at


def test_a_clock_that_is_behind_changes_no_history(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.drop(NAME, zones(30))
    first = place.land().loaded_at

    class Behind(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return datetime(2001, 1, 1, tzinfo=UTC)

    place.drop("store/visit_zone/b.csv", zones(30, start=100))
    with monkeypatch.context() as patch:
        patch.setattr("viaggio.workspace.ledger.datetime", Behind)
        patch.setattr("viaggio.landing.load.datetime", Behind)
        second = place.land()
    assert second.loaded_at == first + timedelta(microseconds=1)
    assert second.rows_raw == 30


def test_a_slow_sender_is_waited_for(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """It pauses longer than the wait, with the file open, within a row and within a number."""
    path = place.data_dir.landing / "store/order_line/a.csv"
    path.parent.mkdir(parents=True)
    monkeypatch.setattr(load, "sleep", lambda _: None)
    with path.open("w") as sender:
        sender.write("id,order_id,quantity,price\n1,1,1,10")
        sender.flush()
        os.utime(path, (1, 1))
        assert [file.outcome for file in place.land(settle_seconds=2).files] == ["deferred"]
        sender.write("7.55\n2,1")
        sender.flush()
        assert [file.outcome for file in place.land(settle_seconds=2).files] == ["deferred"]
        sender.write(",1,3.00\n")
    assert place.land().rows_raw == 2
    assert path.exists()
    prices = place.rows("store", "order_line", "price::varchar")
    assert [float(price) for (price,) in prices] == [107.55, 3.0]


def test_a_file_that_changes_while_it_is_read_is_neither_refused_nor_moved(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = place.drop(NAME, "visit_id,zone,entered_at\nv1,till,no")
    real = load.Run._prepare

    def prepare(self: load.Run, *arguments: object) -> object:
        try:
            return real(self, *arguments)  # type: ignore[arg-type]
        finally:
            path.write_text(zones(3))

    monkeypatch.setattr(load.Run, "_prepare", prepare)
    assert [file.outcome for file in place.land().files] == ["deferred"]
    monkeypatch.undo()
    assert path.exists()
    assert place.land().rows_raw == 3
    assert not list(Path(place.data_dir.rejected).glob("**/*.csv"))
