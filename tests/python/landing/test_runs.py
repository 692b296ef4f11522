"""Whole runs: the same content again, several files, unfinished files, kills, a full disk."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from viaggio.landing.content import hash_file
from viaggio.landing.load import LandingError, recover
from viaggio.workspace.lock import WriterBusyError, writer_lock
from viaggio.workspace.paths import PROJECT_DIR, DataDir

from .conftest import Place, zones


def test_same_content_again_is_skipped_and_said_once(place: Place) -> None:
    place.drop("store/visit_zone/a.csv", zones(5))
    place.land()
    place.drop("store/visit_zone/copy/again.csv", zones(5))
    (file,) = place.land().files
    assert (file.outcome, file.rows_raw) == ("skipped", 0)
    assert file.reason == "its content was already loaded, from store/visit_zone/a.csv"
    assert place.land().files == ()
    assert len(place.rows("store", "visit_zone")) == 5


def test_of_two_copies_in_one_run_the_first_is_loaded(place: Place) -> None:
    for name in "abcdef":
        place.drop(f"store/visit_zone/{name}.csv", zones(5, start=9 if name in "ace" else 0))
    files = place.land().files
    assert [Path(file.source_file).stem for file in files] == list("abcdef")
    assert [file.outcome for file in files] == ["loaded", "loaded", *["skipped"] * 4]
    assert {file.reason for file in files[2:]} == {
        f"its content was already loaded, from store/visit_zone/{name}.csv" for name in "ab"
    }
    assert len(place.rows("store", "visit_zone")) == 10


def test_many_files_side_by_side_land_as_one_after_the_other(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "other").mkdir()
    other = Place(DataDir(tmp_path / "other"), place.contract)
    results = []
    for at, files_at_a_time in ((place, 3), (other, 1)):
        monkeypatch.setattr("viaggio.landing.load.FILES_AT_A_TIME", files_at_a_time)
        for number in range(12):
            text = zones(300, start=1000 * number, bad=2 if number % 3 == 0 else 0)
            at.drop(f"store/visit_zone/{number:02}.csv", text, packed=number % 2 == 0)
            at.drop(f"crm/contact/{number:02}.csv", f"id\n{number}\n")
        at.drop("crm/contact/05-bad.csv", "name\nx\n")
        files = [
            (file.source_file, file.outcome, file.rows_raw, file.reason) for file in at.land().files
        ]
        rows = at.rows("store", "visit_zone", "* exclude (_loaded_at)")
        results.append((files, rows, at.quarantined()))
    assert results[0] == results[1]
    files, rows, quarantined = results[0]
    assert (len(files), len(rows), len(quarantined)) == (25, 12 * 300 - 8, 8)


def test_same_content_for_another_table_is_judged_there(place: Place) -> None:
    text = "visit_id,zone,entered_at,id\nv,till,2024-05-01,7\n"
    place.drop("store/visit_zone/a.csv", text)
    place.drop("crm/contact/a.csv", text)
    assert place.land().rows_raw == 2


def test_same_rows_in_another_file_load_with_the_same_hashes(place: Place) -> None:
    params = (
        '[{"key": "a", "value": {"int_value": 1}}, {"key": "b", "value": {"int_value": 2}}]',
        '[{"key": "b", "value": {"int_value": 2}}, {"key": "a", "value": {"int_value": 1}}]',
        '[{"key": "b", "value": {"int_value": 1}}, {"key": "a", "value": {"int_value": 2}}]',
    )
    for number, text in enumerate(params):
        place.drop(
            f"ga4/event/{number}.jsonl",
            '{"event_date": "20240501", "event_timestamp": 1714557600000000,'
            f' "event_name": "x", "event_params": {text}}}\n',
        )
    assert place.land().rows_raw == 3
    rows = place.rows("ga4", "event", "_source_file, _row_hash, _key_hash")
    first, second, third = [hashes for _, *hashes in rows]
    assert first == second != third


def test_row_hash_changes_with_any_column_and_key_hash_with_the_key(place: Place) -> None:
    place.drop("crm/contact/a.csv", "id,property_phone\n1,5\n1,6\n2,5\n")
    place.land()
    rows = place.rows("crm", "contact", "id, property_phone, _row_hash, _key_hash")
    assert len({row_hash for _, _, row_hash, _ in rows}) == 3
    assert [key_hash for *_, key_hash in rows[:2]] == [rows[0][3]] * 2
    assert rows[2][3] != rows[0][3]


def test_every_run_loads_later_than_the_one_before(place: Place) -> None:
    first = place.land()
    place.drop("store/visit_zone/a.csv", zones(1))
    second = place.land()
    assert second.loaded_at > first.loaded_at
    ((stored,),) = place.query(f"select max(_loaded_at) from {place.raw('store', 'visit_zone')}")
    assert stored == second.loaded_at


def test_rejected_content_put_back_is_tried_again(place: Place) -> None:
    name = "store/visit_zone/a.csv"
    for _ in range(2):
        place.drop(name, zones(10, bad=1))
        assert place.land().files[0].outcome == "rejected"
    assert place.error(name)["row"] == 10
    place.drop(name, zones(11, bad=1))
    place.land()
    assert len(list((place.data_dir.rejected / "store/visit_zone").iterdir())) == 4
    place.drop(name, zones(10))
    assert place.land().rows_raw == 10


def test_unknown_table_is_refused_with_the_ones_there_are(place: Place) -> None:
    place.drop("store/visit_zones/a.csv", "visit,area\nv1,till\n")
    place.drop("notes.txt", "hello")
    report = place.land()
    assert report.failed_in_part
    error = place.error("store/visit_zones/a.csv")
    assert error["reason"] == (
        "store/visit_zones is no table of the contract, and the file is no export that Viaggio "
        "knows"
    )
    assert "visit_zone" in error["what_to_do"]
    assert "landing folder itself" in place.error("notes.txt")["reason"]


def test_unfinished_files_wait(place: Place) -> None:
    place.drop("store/visit_zone/a.csv.tmp", zones(3))
    place.drop("store/visit_zone/b.csv.partial", zones(3))
    place.drop("store/visit_zone/.c.csv.swp", "x")
    report = place.land()
    assert [file.outcome for file in report.files] == ["deferred", "deferred"]
    assert not report.failed_in_part
    (place.data_dir.landing / "store/visit_zone/a.csv.tmp").rename(
        place.data_dir.landing / "store/visit_zone/a.csv"
    )
    assert place.land().rows_raw == 3


def test_a_file_that_grows_waits(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    path = place.drop("store/visit_zone/a.csv", zones(3))

    def somebody_writes(seconds: float) -> None:
        with path.open("a") as handle:
            handle.write("v9,till,2024-05-01,,\n")

    monkeypatch.setattr("viaggio.landing.load.sleep", somebody_writes)
    (file,) = place.land(settle_seconds=60).files
    assert file.outcome == "deferred"
    old = time.time() - 100
    os.utime(path, (old, old))
    assert place.land(settle_seconds=60).rows_raw == 4


def test_a_file_that_vanishes_stops_nothing(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = place.drop("store/visit_zone/a.csv", zones(3))
    place.drop("store/visit_zone/b.csv", zones(4))
    real = place.data_dir.landing / "store/visit_zone"

    def vanish(path: Path) -> str:
        if path == gone:
            gone.unlink(missing_ok=True)
        return hash_file(path)

    monkeypatch.setattr("viaggio.landing.load.hash_file", vanish)
    report = place.land()
    assert [file.outcome for file in report.files] == ["deferred", "loaded"]
    assert sorted(path.name for path in real.iterdir()) == ["b.csv"]


def test_summary_says_what_happened(place: Place) -> None:
    place.drop("store/visit_zone/a.csv", zones(1000, bad=5))
    place.drop("store/visit_zone/b.csv", zones(10, bad=1))
    report = place.land()
    text = report.summary()
    assert "1 loaded, 1 rejected, 0 skipped, 0 deferred" in text
    assert "Rows in files 1,010 = raw 995 + quarantined 5 + in rejected files 10." in text
    assert report.affected_days["store", "visit_zone"] == {
        date(2024, 5, day) for day in range(1, 10)
    }


def test_only_one_writer(place: Place) -> None:
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys; from pathlib import Path\n"
            "from viaggio.workspace.lock import writer_lock\n"
            "from viaggio.workspace.paths import DataDir\n"
            "with writer_lock(DataDir(Path(sys.argv[1]))):\n"
            "    print('held', flush=True); sys.stdin.read()",
            str(place.data_dir.root),
        ],
        cwd=PROJECT_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(WriterBusyError):
            place.land()
        holder.communicate()
    with writer_lock(place.data_dir):
        place.land()


# Each line replaces a step of landing by one that kills the process there.
KILLS = {
    "before the ledger commits": "after(Preparation, '_write_good')",
    "after the ledger committed": "before(load, 'finish', call=2)",
    "after the first rename": "after(moves, '_rename')",
    "after the third rename": "after(moves, '_rename', call=3)",
    "after the last rename": "before(Ledger, 'clear_moves')",
    "before a rejection commits": "before(load.Run, '_reject')",
    "during a rejection": "before(moves, '_rename', call=NOTE)",
    "in the middle of a rejection": "after(moves, '_rename', call=NOTE)",
    "before the ledger is exported": "before(Ledger, 'export')",
}
CHILD = """
import os, signal, sys
from itertools import count
from pathlib import Path
from viaggio.landing import load, moves
from viaggio.workspace.ledger import Ledger
from viaggio.landing.prepare import Preparation
from viaggio.workspace.paths import DataDir

NOTE = 20  # 2 files of 9 days and a quarantine, then the note of the rejected file

def kill(owner, name, call, is_after):
    real, calls = getattr(owner, name), count(1)
    def step(*arguments, **named):
        is_now = next(calls) == call
        if is_now and not is_after:
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*arguments, **named)
        if is_now:
            os.kill(os.getpid(), signal.SIGKILL)
        return result
    setattr(owner, name, step)

def before(owner, name, call=1): kill(owner, name, call, False)
def after(owner, name, call=1): kill(owner, name, call, True)

exec(sys.argv[2])
load.land(DataDir(Path(sys.argv[1])), settings=load.LandingSettings(settle_seconds=0, threads=1))
"""


@pytest.mark.parametrize("moment", KILLS)
def test_kill_loses_and_duplicates_nothing(place: Place, moment: str) -> None:
    place.drop("store/visit_zone/a.csv", zones(900, bad=5))
    place.drop("store/visit_zone/b.csv", zones(90, start=5000))
    place.drop("store/visit_zone/c.csv", zones(10, start=9000, bad=1))
    child = subprocess.run(
        [sys.executable, "-c", CHILD, str(place.data_dir.root), KILLS[moment]],
        cwd=PROJECT_DIR,
        check=False,
    )
    assert child.returncode == -signal.SIGKILL
    place.land()
    ids = place.rows("store", "visit_zone", "visit_id")
    assert len(ids) == len(set(ids)) == 895 + 90
    assert len(place.quarantined()) == 5
    assert place.error("store/visit_zone/c.csv")["row"] == 10
    assert place.query(
        f"select outcome, count(*) from {place.ledger('file')} group by all order by all"
    ) == [("loaded", 2), ("rejected", 1)]
    assert place.land().files == ()


def test_recover_alone_finishes_what_was_committed(place: Place) -> None:
    place.drop("store/visit_zone/a.csv", zones(90))
    subprocess.run(
        [
            sys.executable,
            "-c",
            CHILD,
            str(place.data_dir.root),
            KILLS["after the first rename"],
        ],
        cwd=PROJECT_DIR,
        check=False,
    )
    assert len(place.rows("store", "visit_zone")) == 10
    assert recover(place.data_dir) == 9
    assert len(place.rows("store", "visit_zone")) == 90
    assert recover(place.data_dir) == 0


@contextmanager
def disk_with(free_bytes: int) -> Iterator[None]:
    """No file may grow beyond so many bytes: writing fails as it does on a full disk."""
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (free_bytes, old[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)


@pytest.mark.parametrize("packed", [False, True])
def test_full_disk_half_loads_nothing_and_the_next_run_heals(place: Place, packed: bool) -> None:
    noise = "".join(f"n{number},{os.urandom(40).hex()}\n" for number in range(9000))
    place.drop("crm/contact/a.csv", "id\n1\n")
    place.drop("crm/contact/b.csv", f"id,property_email\n{noise}", packed=packed)
    place.drop("crm/contact/c.csv", "id\n2\n")
    with disk_with(200_000), pytest.raises(LandingError, match=r"b\.csv: could not be landed"):
        place.land()
    assert place.rows("crm", "contact", "id") == [("1",)]
    assert not (place.data_dir.tmp / "landing").exists()
    assert not place.data_dir.rejected.exists()
    assert place.land().rows_raw == 9001
    assert len(place.rows("crm", "contact")) == 9002
