"""A name is a name: never a pattern, never SQL, and never personal data in the ledger."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from viaggio.landing.names import fitting, label, on_one_line
from viaggio.workspace.paths import DataDir, DataDirError

from .conftest import Place, zones

ODD_NAMES = (
    b"export 2025 [1].csv",
    b"a*.csv",
    b"a?c.csv",
    b"[a-z].csv",
    b"[!a].csv",
    b"**.csv",
    b"o'brien.csv",
    b'say "hi".csv',
    b"a;drop table x;--.csv",
    b"back\\slash.csv",
    b" leading blank.csv",
    b"line\nbreak.csv",
    b"tab\there.csv",
    b"caf\xe9.csv",
    "caffè.csv".encode(),
    b"\xff\xfe\x80.csv",
    b"{a,b}.csv",
    b"$(touch x).csv",
    b"%41%2e.csv",
    b"a#b?c=d.csv",
    b"event_day=2020-01-01.csv",
    b"-rf.csv",
    b"x" * 251 + b".csv",
)
DECOYS = (b"export 2025 1.csv", b"abc.csv", b"axc.csv", b"b.csv")


@pytest.mark.parametrize("folder", ["plain", "odd [1] * 'q' \"d\" ; {b} %41 #\n=x"])
def test_every_name_lands_its_own_rows(place: Place, tmp_path: Path, folder: str) -> None:
    odd = Place(DataDir(tmp_path / folder), place.contract)
    expected = {}
    for number, name in enumerate((*ODD_NAMES, *DECOYS)):
        source_file = os.fsdecode(b"store/visit_zone/" + name)
        odd.drop(source_file, zones(number + 1, start=number * 100))
        expected[label(source_file, b"")] = number + 1
    odd.drop(os.fsdecode(b"store/visit_zone/bad [x] '\xe9" + b"y" * 240), "nothing\n1\n")
    report = odd.land()
    assert [file.outcome for file in report.files].count("rejected") == 1
    rejected = list((odd.data_dir.rejected / "store" / "visit_zone").iterdir())
    assert len(rejected) == 2
    found = odd.query(
        f"select _source_file, count(*) from {odd.raw('store', 'visit_zone')} group by all"
    )
    assert dict(found) == expected
    first, last = (number * 100 for number in (0, len(expected) - 1))
    ids = [int(visit[1:]) for (visit,) in odd.rows("store", "visit_zone", "visit_id")]
    assert (min(ids), max(ids)) == (first, last + len(expected) - 1)
    assert "\n  store/visit_zone/line\\nbreak.csv" not in report.summary()
    assert odd.land().files == ()


@pytest.mark.parametrize("name", [b"caf\xe9", b"back\\slash", b"what?"])
def test_a_data_directory_that_duckdb_cannot_work_in_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: bytes
) -> None:
    odd = os.fsdecode(os.fsencode(tmp_path) + b"/" + name)
    monkeypatch.setenv("VIAGGIO_DATA_DIR", odd)
    with pytest.raises(DataDirError, match="VIAGGIO_DATA_DIR"):
        DataDir.from_env()
    assert not os.path.lexists(odd)


def test_labels_tell_names_apart() -> None:
    names = [os.fsdecode(name) for name in ODD_NAMES]
    names += ["caf\ufffde9.csv", "caf\\xe9.csv", "caf\ufffd\ufffde9.csv"]
    assert len({label(name, b"") for name in names}) == len(names)
    for name in names:
        label(name, b"").encode()


def test_personal_data_in_names_reach_neither_ledger_nor_report(place: Place) -> None:
    names = [
        "orders of mario.rossi@example.com.csv",
        "orders of anna.rossi@example.com.csv",
        "calls +39 333 1234567.csv",
        "chat_3331234567.csv",
        "x%40y mario.rossi%40example.com.csv",
    ]
    for number, name in enumerate(names):
        place.drop(f"store/visit_zone/{name}", zones(2, start=number * 10))
    place.drop("crm/contact/bad for mario.rossi@example.com.csv", "name\nx\n")
    header = "id,mario.rossi@example.com,+39 333 1234567"
    place.drop("crm/contact/columns.csv", f"{header}\n1,2,3\n")
    place.drop(
        "crm/contact/twice.csv", "id,mario.rossi@example.com,mario.rossi@example.com\n1,2,3\n"
    )
    report = place.land()
    assert len(report.with_outcome("loaded")) == len(names) + 1
    assert len({file.source_file for file in report.files}) == len(names) + 3
    said = report.summary() + repr(report)
    for path in (place.data_dir.ledger_db.parent).glob("ledger.sqlite*"):
        said += path.read_bytes().decode("latin-1")
    with sqlite3.connect(place.data_dir.ledger_db) as ledger:
        said += "\n".join(ledger.iterdump())
    for table in ("file", "file_day"):
        said += repr(place.query(f"from {place.ledger(table)}"))
    said += repr(place.rows("store", "visit_zone"))
    for secret in ("rossi", "3331234567", "333 1234567", "example.com"):
        assert secret not in said
    assert "[email]" in said
    assert "[phone]" in said
    assert place.land().files == ()
    # The file that was refused keeps its name where raw files are.
    assert (place.data_dir.rejected / "crm/contact/bad for mario.rossi@example.com.csv").exists()


def test_numbers_that_are_no_phones_stay() -> None:
    for name in (
        "events_20250602.jsonl",
        "export_1717312345.csv",
        "orders_export_1.csv",
        "hubspot-crm-exports-all-contacts-2025-06-30.csv",
        "2025-06-02T10:15:30+02:00.csv",
        "part-00000-3f2504e0-4f89-11d3-9a0c-0305e82c3301-c000.parquet",
        "8058664111111.csv",
    ):
        assert label(name, b"") == name


def test_long_names_are_cut_to_what_a_file_system_takes() -> None:
    for name in ("x" * 255, "è" * 127 + "x", os.fsdecode(b"\xe9" * 255)):
        cut = fitting(name, ".error.json")
        assert len(os.fsencode(cut)) <= 255
        assert cut.endswith(".error.json")
    assert fitting("a" * 250 + "1", ".error.json") != fitting("a" * 250 + "2", ".error.json")
    assert fitting("a.csv", ".error.json") == "a.csv.error.json"
    assert on_one_line("a\nb\tcè") == "a\\nb\\tcè"


def test_a_file_where_a_folder_must_be_stops_nothing(place: Place) -> None:
    place.drop("store", "x")
    assert place.land().files[0].outcome == "rejected"
    (place.data_dir.landing / "store").mkdir(exist_ok=True)
    place.drop("store/visit_zone/bad.csv", "x\n1\n")
    place.drop("store/visit_zone/good.csv", zones(3))
    report = place.land()
    assert [file.outcome for file in report.files] == ["rejected", "loaded"]
    assert (place.data_dir.rejected / "store~" / "visit_zone" / "bad.csv").exists()
    shutil.rmtree(place.data_dir.landing / "store")
    place.drop("store", "y")
    assert place.land().files[0].outcome == "rejected"
