"""Quarantined rows are written out, corrected and put back; rejected files go back to landing."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from viaggio.landing.__main__ import main
from viaggio.landing.load import LandingError, retract
from viaggio.landing.rebuild import rebuild_ledger
from viaggio.landing.replay import bad_rows, replay, replay_file, write_out
from viaggio.landing.settings import LandingSettings
from viaggio.workspace.tombstones import add_tombstones, start_tombstones

from .conftest import Place, zones

NAME = "store/visit_zone/a.csv"
SETTINGS = LandingSettings(settle_seconds=0, memory_limit="500MB", threads=1)


@pytest.fixture
def bad(place: Place) -> Place:
    """A file of 1,000 rows of which the last five have no time."""
    place.drop(NAME, zones(1000, bad=5))
    place.land()
    return place


def written(place: Place, folder: Path) -> Path:
    (path,) = write_out(place.data_dir, folder)
    return path


def correct(path: Path, old: str = "noon", new: str = "2024-05-09 12:00:00") -> Path:
    path.write_text(path.read_text().replace(old, new))
    return path


def put_back(place: Place, *paths: Path) -> list[tuple[int, int, str | None]]:
    done = replay(place.data_dir, paths, "times corrected", place.contract, SETTINGS)
    return [(each.rows, each.left, each.refused) for each in done]


def file_counts(place: Place) -> list[tuple[int, int, int]]:
    return place.query(
        f"select rows_in_file, rows_raw, rows_quarantined from {place.ledger('file')}"
        " where outcome = 'loaded'"
    )


def test_bad_rows_are_listed_by_file_and_reason(bad: Place) -> None:
    (found,) = bad_rows(bad.data_dir)
    assert (found.table, found.source_file, found.rows) == ("store.visit_zone", NAME, 5)
    assert found.reason == "entered_at: not a timestamp"


def test_corrected_rows_become_good_rows_of_their_file(bad: Place, tmp_path: Path) -> None:
    before = bad.rows("store", "visit_zone")
    ((instant,),) = set(bad.rows("store", "visit_zone", "_loaded_at"))
    path = correct(written(bad, tmp_path / "out"))
    assert put_back(bad, path) == [(5, 0, None)]
    assert file_counts(bad) == [(1000, 1000, 0)]
    assert bad.quarantined() == []
    after = bad.rows("store", "visit_zone")
    assert set(before) < set(after)
    assert len(after) == 1000
    # In their place: number in the file, the file's name and its instant.
    rows = bad.rows("store", "visit_zone", "_source_row, _source_file, _loaded_at, _extra_columns")
    assert [row[0] for row in rows] == list(range(1, 1001))
    assert {row[1:] for row in rows} == {(NAME, instant, None)}
    # Their days count as changed, and the books still balance.
    report = bad.land()
    assert report.files == ()
    changed = bad.query(
        f"select distinct event_day::varchar from {bad.ledger('file_day')} where loaded_at > "
        f"(select max(loaded_at) from {bad.ledger('file')})"
    )
    assert changed == [("2024-05-09",)]


def test_the_ledger_keeps_what_was_put_back(bad: Place, tmp_path: Path) -> None:
    put_back(bad, correct(written(bad, tmp_path / "out")))
    rows = bad.query(
        "select row_number, reason, note, replayed_at > quarantined_at"
        f" from {bad.ledger('replayed_row')} order by row_number"
    )
    reason = "entered_at: not a timestamp"
    assert rows == [(n, reason, "times corrected", True) for n in range(996, 1001)]


def test_some_rows_go_back_and_the_others_stay(bad: Place, tmp_path: Path) -> None:
    path = correct(written(bad, tmp_path / "out"))
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], *lines[2:4]]) + "\n")
    assert put_back(bad, path) == [(2, 3, None)]
    assert file_counts(bad) == [(1000, 997, 3)]
    assert [row for row, *_ in bad.quarantined()] == [996, 999, 1000]
    # The others later: parts of the first do not stand in the way.
    assert put_back(bad, correct(written(bad, tmp_path / "again"))) == [(3, 0, None)]
    assert len(bad.rows("store", "visit_zone")) == 1000


def test_rows_that_are_still_bad_are_refused_and_nothing_changes(
    bad: Place, tmp_path: Path
) -> None:
    path = written(bad, tmp_path / "out")
    path.write_text(path.read_text().replace("noon", "2024-05-09 12:00:00", 2))
    ((rows, _, refused),) = put_back(bad, path)
    assert rows == 0
    assert refused is not None
    assert "3 of its rows are still bad, the first is row 3: entered_at: not a timestamp" in refused
    assert file_counts(bad) == [(1000, 995, 5)]
    assert len(bad.quarantined()) == 5
    assert len(bad.rows("store", "visit_zone")) == 995


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (";996;", ";1;", "is no bad row of the file"),
        (";996;", ";997;", "or comes twice"),
        (";996;", ";;", "is no bad row of the file"),
        ("viaggio_file_id", "id_of_file", "do not name one file"),
        ("store.visit_zone;", "store.visit;", "no such rows are in quarantine"),
    ],
)
def test_rows_of_nowhere_are_refused(
    bad: Place, tmp_path: Path, old: str, new: str, reason: str
) -> None:
    path = correct(correct(written(bad, tmp_path / "out")), old, new)
    ((rows, _, refused),) = put_back(bad, path)
    assert rows == 0
    assert reason in str(refused)
    assert file_counts(bad) == [(1000, 995, 5)]


def test_rows_go_back_once(bad: Place, tmp_path: Path) -> None:
    path = correct(written(bad, tmp_path / "out"))
    put_back(bad, path)
    ((rows, _, refused),) = put_back(bad, path)
    assert rows == 0
    assert "they were put back" in str(refused)
    assert len(bad.rows("store", "visit_zone")) == 1000


def test_a_file_that_is_retracted_takes_its_corrected_rows_along(
    bad: Place, tmp_path: Path
) -> None:
    put_back(bad, correct(written(bad, tmp_path / "out")))
    retract(bad.data_dir, NAME, "sent twice", bad.contract, SETTINGS)
    assert bad.rows("store", "visit_zone") == []
    assert bad.land().files == ()


def test_a_newer_version_of_the_file_replaces_corrected_rows(bad: Place, tmp_path: Path) -> None:
    put_back(bad, correct(written(bad, tmp_path / "out")))
    bad.drop(NAME, zones(1001))
    bad.land()
    assert len(bad.rows("store", "visit_zone")) == 1001


def test_a_new_ledger_knows_corrected_rows(bad: Place, tmp_path: Path) -> None:
    put_back(bad, correct(written(bad, tmp_path / "out")))
    bad.data_dir.ledger_db.write_bytes(b"no database")
    rebuilt = rebuild_ledger(bad.data_dir, bad.contract)
    assert (rebuilt.again, rebuilt.missing) == ((), {})
    assert file_counts(bad) == [(1000, 1000, 0)]
    assert len(bad.query(f"from {bad.ledger('replayed_row')}")) == 5
    assert bad.land().files == ()


def test_without_corrections_rows_are_tried_by_today_s_rules(place: Place) -> None:
    """What was in the future when it was landed is not any more."""
    place.drop(NAME, zones(1000, bad=5).replace("noon", "2031-05-09 12:00:00", 3))
    place.land()
    assert put_back(place) == [(0, 5, None)]
    in_2040 = replace(SETTINGS, future_tolerance=timedelta(days=9999))
    (done,) = replay(place.data_dir, (), "", place.contract, in_2040)
    assert (done.rows, done.left) == (3, 2)
    assert file_counts(place) == [(1000, 998, 2)]


def test_decimal_commas_are_read_as_in_the_file(place: Place, tmp_path: Path) -> None:
    """1.250 is a thousand where other rows say so, although no bad row does."""
    lines = ["date;platform;campaign_id;cost;currency"]
    lines += [f"2024-05-01;meta;c{number};1.250,50;EUR" for number in range(200)]
    lines += ["noon;meta;c200;1.250;EUR"]
    place.drop("ads/campaign_day/a.csv", "\n".join(lines))
    place.land()
    path = correct(written(place, tmp_path / "out"), "noon", "2024-05-01")
    assert put_back(place, path) == [(1, 0, None)]
    costs = place.query(
        f"select cost::varchar from {place.raw('ads', 'campaign_day')} where campaign_id = 'c200'"
    )
    assert [float(cost) for (cost,) in costs] == [1250.0]


def test_nested_rows_and_undeclared_fields_survive(place: Place, tmp_path: Path) -> None:
    good = '{"event_date":"20240501","event_timestamp":1714550400000000,"event_name":"x",%s}'
    rest = (
        '"user_pseudo_id":"u%d","event_params":[{"key":"page_title","value":{"string_value":"a"}}],'
        '"colour":"red"'
    )
    lines = [good % (rest % number) for number in range(200)]
    lines.append((good % (rest % 200)).replace("1714550400000000", '"noon"'))
    place.drop("ga4/event/a.jsonl", "\n".join(lines))
    place.land()
    path = correct(written(place, tmp_path / "out"), "noon", "1714550400000000")
    assert put_back(place, path) == [(1, 0, None)]
    same = place.query(
        "select count(*) from (select distinct event_timestamp, event_params, _extra_columns from "
        f"{place.raw('ga4', 'event')})"
    )
    assert same == [(1,)]


def test_erased_persons_are_not_put_back(place: Place, tmp_path: Path) -> None:
    lines = [f"{number},p{number}@example.org,2024-05-01" for number in range(200)]
    lines.append("200,erased@example.org,noon")
    head = "id,property_email,property_createdate\n"
    place.drop("crm/contact/a.csv", head + "\n".join(lines))
    place.land()
    path = correct(written(place, tmp_path / "out"), "noon", "2024-05-01")
    mark = start_tombstones(place.data_dir).mark("email", "erased@example.org")
    add_tombstones(place.data_dir, [mark])
    ((rows, _, refused),) = put_back(place, path)
    assert rows == 0
    assert "names an erased person" in str(refused)
    assert len(place.rows("crm", "contact")) == 200


def test_lines_without_columns_are_written_out_as_text(place: Place, tmp_path: Path) -> None:
    place.drop(NAME, zones(200) + "v200;till\n")
    place.land()
    path = written(place, tmp_path / "out")
    with path.open(newline="") as text:
        (row,) = csv.DictReader(text, delimiter=";")
    assert row["viaggio_text"] == "v200;till"
    assert row["visit_id"] == ""


def test_a_rejected_file_goes_back(place: Place) -> None:
    place.drop(NAME, zones(10, bad=5))
    place.land()
    path = place.data_dir.rejected / NAME
    path.write_text(zones(10))
    assert replay_file(place.data_dir, path) == place.data_dir.landing / NAME
    assert not path.exists()
    assert not path.with_name("a.csv.error.json").exists()
    outcomes = place.query(f"select outcome from {place.ledger('file')}")
    assert outcomes == [("replayed",)]
    assert place.land().rows_raw == 10


def test_only_a_rejected_file_goes_back(place: Place, tmp_path: Path) -> None:
    place.drop(NAME, zones(10, bad=5))
    place.land()
    with pytest.raises(LandingError, match="is no rejected file"):
        replay_file(place.data_dir, tmp_path / "other.csv")
    place.drop(NAME, zones(3))
    with pytest.raises(LandingError, match="is there already"):
        replay_file(place.data_dir, place.data_dir.rejected / NAME)


def test_a_run_that_dies_before_the_moves_is_finished_by_the_next(
    bad: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = correct(written(bad, tmp_path / "out"))
    with monkeypatch.context() as patched:
        patched.setattr("viaggio.landing.replay.finish", _die)
        with pytest.raises(KeyboardInterrupt):
            put_back(bad, path)
    bad.land()
    assert len(bad.rows("store", "visit_zone")) == 1000
    assert bad.quarantined() == []
    assert file_counts(bad) == [(1000, 1000, 0)]


def test_the_commands(
    bad: Place,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("VIAGGIO_DATA_DIR", str(bad.data_dir.root))
    folder = tmp_path / "out"
    assert main(["quarantine"]) == 0
    assert "5 rows are in quarantine" in capsys.readouterr().out
    assert main(["quarantine", "--write", str(folder), "--table", "store.visit_zone"]) == 0
    assert main(["replay", str(folder)]) == 3
    assert "are still bad" in capsys.readouterr().err
    correct(next(folder.iterdir()))
    assert main(["replay", str(folder), "--reason", "noon is twelve"]) == 0
    assert "5 rows put back" in capsys.readouterr().out
    assert main(["replay"]) == 0
    assert main(["quarantine", "--write", str(folder), "--table", "store.no"]) == 1


def _die(*_: object) -> None:
    raise KeyboardInterrupt
