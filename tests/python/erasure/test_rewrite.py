"""What landing keeps is rewritten without erased persons; everything else stays as it was."""

from __future__ import annotations

import shutil
import stat
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from tests.python.erasure.conftest import SETTINGS, request_of_all
from tests.python.erasure.planted import HOUSEHOLD_PHONE, SHARED_COOKIE, TILL, Planted, drop
from tests.python.erasure.scan import found_in
from viaggio.erasure import erase
from viaggio.erasure.journal import is_under_way
from viaggio.erasure.requests import Request, RequestError, request_of, requests_in
from viaggio.landing.load import land
from viaggio.landing.moves import LandingError
from viaggio.workspace.contract import load_contract
from viaggio.workspace.ledger import Ledger
from viaggio.workspace.paths import DataDir
from viaggio.workspace.sql import files_below
from viaggio.workspace.tombstones import TombstoneError, Tombstones, read_tombstones

GONE, STAYS = Planted(1), Planted(2)
NEVER_NAMED = Request("fedcba9876543210", datetime(2025, 2, 1), "command", (("email", "x@y.it"),))


@pytest.fixture(autouse=True)
def small_sessions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIAGGIO_LANDING_SETTLE_SECONDS", "0")
    monkeypatch.setenv("VIAGGIO_LANDING_MEMORY_LIMIT", "500MB")
    monkeypatch.setenv("VIAGGIO_LANDING_THREADS", "1")


def needles(data_dir: DataDir, person: Planted) -> dict[bytes, str]:
    (salt,) = duckdb.connect().execute(f"select salt from '{data_dir.hash_salt}'").fetchone()
    return person.needles(salt)


def traces(data_dir: DataDir) -> list[str]:
    """Where the erased person is found, but for the journal, which goes when all is done."""
    hits = found_in(data_dir.root, needles(data_dir, GONE))
    return [hit for hit in hits if not hit.startswith("erasure/journal.json: hash of")]


def raw(data_dir: DataDir, source: str, table: str) -> str:
    return f"read_parquet({files_below(data_dir.raw / source / table, '*/*.parquet')})"


def count(query: str) -> int:
    row = duckdb.connect().execute(query).fetchone()
    assert row is not None
    return row[0]


def rows_by_table(data_dir: DataDir) -> dict[tuple[str, str], int]:
    return {
        key: count(f"select count(*) from {raw(data_dir, *key)}") for key in load_contract().tables
    }


def test_a_plan_changes_nothing(landed: DataDir) -> None:
    def files() -> dict[Path, bytes]:
        kept = (landed.landing, landed.raw, landed.quarantine, landed.rejected)
        return {path: path.read_bytes() for top in kept for path in top.rglob("*.*")}

    before = files()
    journal = erase.plan(landed, [request_of_all(GONE)])
    assert files() == before
    assert not is_under_way(landed)
    assert not read_tombstones(landed)
    assert journal.entries[0].status == erase.ERASED
    assert journal.removed == {"crm.contact": 1, "crm.engagement_contact": 1, "store.customer": 1}
    assert journal.quarantined == 1
    assert journal.files["rejected"] == 1


def test_no_byte_of_the_person_is_left(landed_once: DataDir, erased_once: DataDir) -> None:
    gone = needles(landed_once, GONE)
    places = {hit.partition("/")[0] for hit in found_in(landed_once.root, gone)}
    assert places == {"landing", "raw", "quarantine", "rejected"}
    assert found_in(erased_once.root, needles(landed_once, STAYS))
    assert traces(erased_once) == []


def test_rows_stay_where_figures_need_them_and_the_ledger_knows(
    landed_once: DataDir, erased_once: DataDir
) -> None:
    landed = erased_once
    before, after = rows_by_table(landed_once), rows_by_table(landed)
    removed = {key: before[key] - after[key] for key in before if before[key] != after[key]}
    records = {("crm", "contact"), ("store", "customer"), ("crm", "engagement_contact")}
    assert removed == dict.fromkeys(records, 1)
    with duckdb.connect() as con:
        files = f"'{landed.ledger}/file/part.parquet'"
        wrong = con.execute(
            "select source_name, table_name from"
            f" (select * from {files} where outcome = 'loaded') where rows_in_file"
            " <> rows_raw + rows_quarantined + rows_erased"
        ).fetchall()
        assert wrong == []
        assert con.execute(f"select sum(rows_erased) from {files}").fetchone() == (4,)
        days = con.execute(
            "select source_name, table_name, sum(row_count) from"
            f" '{landed.ledger}/file_day/part.parquet' group by all"
        ).fetchall()
    assert {(source, table): rows for source, table, rows in days if rows} == {
        key: rows for key, rows in after.items() if rows
    }


def test_one_surrogate_ties_an_order_s_rows_together(erased_once: DataDir) -> None:
    orders = raw(erased_once, "store", "order")
    lines, events = raw(erased_once, "store", "order_line"), raw(erased_once, "ga4", "event")
    assert count(f"select count(*) from {orders} where id like 'erased-%'") == 3
    assert count(f"select count(*) from {lines} semi join {orders} as o on o.id = order_id") == 2
    of_order = f"select id from {orders} where id like 'erased-%'"
    assert (
        count(
            "select count(distinct user_pseudo_id) from"
            f" {events} where ecommerce.transaction_id in ({of_order})"
        )
        == 1
    )
    assert count(f"select sum(total_price)::int from {orders}") == 100 * 2 + 70 * 2 + 30 * 7


def test_rows_with_only_a_shared_identifier_stay(erased_once: DataDir) -> None:
    orders, events = raw(erased_once, "store", "order"), raw(erased_once, "ga4", "event")
    assert count(f"select count(*) from {orders} where phone = '{HOUSEHOLD_PHONE}'") == 1
    assert count(f"select count(*) from {orders} where customer_id = '{TILL}'") == 7
    assert count(f"select count(*) from {events} where user_pseudo_id = '{SHARED_COOKIE}'") == 2


def test_old_files_land_again_without_the_person(landed_once: DataDir, erased: DataDir) -> None:
    """As they were, which are skipped, and with somebody new, which load."""
    for path in landed_once.landing.rglob("planted*"):
        place = erased.landing / path.relative_to(landed_once.landing)
        shutil.copy(path, place.with_name(f"copy_{place.name}"))
    drop(erased.landing, [GONE, STAYS, Planted(3)], "again")
    report = land(erased, settings=SETTINGS)
    # The file with a bad row is as it was.
    assert report.rows_erased == 3
    assert report.rows_in_files == (
        report.rows_raw + report.rows_quarantined + report.rows_rejected + report.rows_erased
    )
    assert traces(erased) == []
    orders = raw(erased, "store", "order")
    assert count(f"select count(distinct id) from {orders} where id like 'erased-%'") == 3
    assert count(f"select count(*) from {orders} where customer_id = '{Planted(3).customer}'") == 1


def test_everything_built_from_landing_alone_is_without_the_person(erased: DataDir) -> None:
    """Raw tables and the ledger are lost, and all dropped files land once more."""
    before = rows_by_table(erased)
    for lost in (erased.raw, erased.ledger, erased.quarantine):
        shutil.rmtree(lost)
    for lost in erased.root.glob("ledger.sqlite*"):
        lost.unlink()
    land(erased, settings=SETTINGS)
    assert rows_by_table(erased) == before
    assert traces(erased) == []


def test_an_erasure_that_is_stopped_goes_on(
    landed: DataDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = erase.plan(landed, [request_of_all(GONE)])

    def stop(*_: object) -> None:
        raise LandingError("stopped")

    for step in ("add_tombstones", "finish", "keep_record", "forget_in_log"):
        with monkeypatch.context() as patched:
            patched.setattr(erase, step, stop)
            with pytest.raises(LandingError):
                erase.begin(landed, journal) if step == "add_tombstones" else erase.go_on(landed)
        assert is_under_way(landed)
    erase.go_on(landed)
    assert traces(landed) == []
    with Ledger(landed.ledger_db) as ledger:
        assert ledger.pending_moves() == []
    erased = f"select sum(rows_erased)::int from '{landed.ledger}/file/part.parquet'"
    assert count(erased) == 4
    assert count(f"select count(*) from '{landed.ledger}/erasure/part.parquet'") == 1


def test_it_is_concluded_only_after_the_build(erased: DataDir) -> None:
    assert erase.conclude(erased) is None
    assert is_under_way(erased)


def test_somebody_nobody_knows_changes_nothing_but_is_kept_out(landed: DataDir) -> None:
    before = rows_by_table(landed)
    journal = erase.plan(landed, [NEVER_NAMED])
    assert journal.files == {}
    erase.begin(landed, journal)
    assert rows_by_table(landed) == before
    assert len(read_tombstones(landed).marks) == 1


def test_key_and_tombstones_are_their_owner_s_alone(erased_once: DataDir) -> None:
    assert stat.S_IMODE(erased_once.erasure.stat().st_mode) == 0o700
    modes = {stat.S_IMODE(path.stat().st_mode) for path in erased_once.erasure.iterdir()}
    assert modes == {0o600}


def test_a_lost_key_stops_landing(erased: DataDir) -> None:
    (erased.erasure / "key").unlink()
    drop(erased.landing, [GONE, STAYS], "again")
    with pytest.raises(TombstoneError, match="Restore the folder"):
        land(erased, settings=SETTINGS)


def test_files_that_cannot_be_rewritten_are_named(landed: DataDir) -> None:
    (landed.landing / "list.xlsx").write_bytes(b"PK\x03\x04" + bytes(200))
    journal = erase.plan(landed, [request_of_all(GONE)])
    assert [file for file, _ in journal.unchanged] == ["landing/list.xlsx"]


def test_requests_are_read_from_lines() -> None:
    lines = ["# who asks", "email=a@b.it,phone=+393331234567", "", "handle=instagram:ada"]
    read = requests_in(lines, datetime(2025, 2, 1), Tombstones(b"k" * 32))
    assert [request.identifiers for request in read] == [
        (("email", "a@b.it"), ("phone", "+393331234567")),
        (("handle", "instagram|ada"),),
    ]
    with pytest.raises(RequestError, match="Line 1 is no request"):
        requests_in(["a@b.it"], datetime(2025, 2, 1), Tombstones(b"k" * 32))
    with pytest.raises(RequestError, match="network"):
        request_of([("handle", "ada")], datetime(2025, 2, 1), Tombstones(b"k" * 32))
