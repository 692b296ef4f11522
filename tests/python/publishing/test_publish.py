"""Publishing: whole or not at all, and nothing personal."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from datetime import datetime, tzinfo
from pathlib import Path

import duckdb
import pytest

from viaggio.publishing import publish as publishing
from viaggio.publishing.personal_data import PersonalDataError
from viaggio.publishing.publish import (
    LoadedState,
    NothingToPublishError,
    current,
    publish,
)
from viaggio.workspace.paths import PROJECT_DIR, DataDir

LOADED = LoadedState("2025-03-02 04:00:00.000000", "2025-01-01", "2025-03-01")


@pytest.fixture
def data_dir(tmp_path: Path) -> DataDir:
    """A warehouse with one mart, one audit table and one staging table."""
    data_dir = DataDir(tmp_path)
    data_dir.tmp.mkdir()
    build(
        data_dir,
        "create schema marts",
        "create schema audit",
        "create schema staging",
        "create table marts.fct_orders as select range as order_id from range(10)",
        "comment on table marts.fct_orders is 'One row per order; it''s small.'",
        "comment on column marts.fct_orders.order_id is 'Order.'",
        "create table audit.audit_reconciliation as select 'store' as source_name",
        "create table staging.stg_crm__contacts as select 'ada@example.com' as email",
    )
    return data_dir


def build(data_dir: DataDir, *statements: str) -> None:
    with duckdb.connect(data_dir.warehouse) as connection:
        for statement in statements:
            connection.execute(statement)


def read(data_dir: DataDir, sql: str) -> list[tuple]:
    with duckdb.connect(data_dir.published / "viaggio.duckdb", read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_marts_and_audit_are_published_and_nothing_else(data_dir: DataDir) -> None:
    publish(data_dir, "run-1", LOADED)
    tables = read(data_dir, "select schema_name, table_name from duckdb_tables() order by all")
    assert tables == [("audit", "audit_reconciliation"), ("marts", "fct_orders")]


def test_descriptions_come_along(data_dir: DataDir) -> None:
    publish(data_dir, "run-1", LOADED)
    assert read(
        data_dir, "select comment from duckdb_tables() where table_name = 'fct_orders'"
    ) == [("One row per order; it's small.",)]
    assert read(
        data_dir, "select comment from duckdb_columns() where column_name = 'order_id'"
    ) == [("Order.",)]


def add_visits(data_dir: DataDir, note: str = "'quiet'") -> None:
    """A fact that is a view, as dbt writes it, with descriptions; its days lie in no order."""
    build(
        data_dir,
        "create table staging.visits as "
        "select range as visit_id, date '2025-01-01' + cast(hash(range) % 90 as int) as visit_date "
        "from range(200000)",
        "create view marts.fct_visits as "
        f'select visit_id, {note} as note, visit_date from "warehouse"."staging"."visits"',
        "comment on view marts.fct_visits is 'One row per visit.'",
        "comment on column marts.fct_visits.visit_date is 'Its day.'",
    )


def test_a_view_is_published_as_a_table_with_its_descriptions(data_dir: DataDir) -> None:
    add_visits(data_dir)
    rows = {table.name: table.rows for table in publish(data_dir, "run-1", LOADED).tables}
    assert rows["fct_visits"] == 200_000
    assert read(
        data_dir,
        "select comment from duckdb_tables() where table_name = 'fct_visits' union all "
        "select comment from duckdb_columns() where table_name = 'fct_visits' and comment <> ''",
    ) == [("One row per visit.",), ("Its day.",)]


def test_facts_lie_sorted_by_day(data_dir: DataDir) -> None:
    add_visits(data_dir)
    publish(data_dir, "run-1", LOADED)
    parquet = data_dir.published / "parquet" / "fct_visits.parquet"
    for relation in ("marts.fct_visits", f"'{parquet}'"):
        [(days, out_of_order)] = read(
            data_dir,
            f"""
            select count(distinct visit_date), count_if(visit_date < before)
            from (select visit_date, lag(visit_date) over () as before from {relation})
            """,
        )
        assert (days, out_of_order) == (90, 0), relation


def test_an_address_in_a_view_is_refused_and_leaves_nothing(data_dir: DataDir) -> None:
    add_visits(data_dir, "'write to ada@example.com'")
    with pytest.raises(PersonalDataError, match=r"marts.fct_visits: column note"):
        publish(data_dir, "run-1", LOADED)
    assert list(data_dir.publications.iterdir()) == []


def test_a_view_with_a_column_named_for_a_person_is_refused(data_dir: DataDir) -> None:
    build(data_dir, "create view marts.dim_people as select 'x' as last_name")
    with pytest.raises(PersonalDataError, match=r"marts.dim_people: column last_name"):
        publish(data_dir, "run-1", LOADED)


def test_the_manifest_says_what_is_there(data_dir: DataDir) -> None:
    published = publish(data_dir, "run-1", LOADED)
    assert current(data_dir) == published
    assert published.loaded == LOADED
    assert {table.name: table.rows for table in published.tables} == {
        "audit_reconciliation": 1,
        "fct_orders": 10,
    }
    for table in published.tables:
        parquet = data_dir.published / "parquet" / f"{table.name}.parquet"
        assert hashlib.sha256(parquet.read_bytes()).hexdigest() == table.sha256
        assert parquet.stat().st_size == table.bytes


def test_empty_marts_are_no_obstacle(data_dir: DataDir) -> None:
    build(data_dir, "drop schema marts cascade", "drop schema audit cascade")
    assert publish(data_dir, "run-1", LOADED).tables == []
    assert read(data_dir, "select count(*) from duckdb_tables()") == [(0,)]


def test_a_reader_keeps_what_it_opened_while_a_new_one_sees_the_new(data_dir: DataDir) -> None:
    publish(data_dir, "run-1", LOADED)
    file = os.path.realpath(data_dir.published / "viaggio.duckdb")
    with duckdb.connect(file, read_only=True) as old_reader:
        build(data_dir, "insert into marts.fct_orders values (10)")
        publish(data_dir, "run-2", LOADED)
        assert old_reader.execute("select count(*) from marts.fct_orders").fetchone() == (10,)
    assert read(data_dir, "select count(*) from marts.fct_orders") == [(11,)]


def test_a_failure_while_copying_leaves_what_readers_see(
    data_dir: DataDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = publish(data_dir, "run-1", LOADED)
    build(data_dir, "insert into marts.fct_orders values (10)")

    def full_disk(path: Path) -> str:
        raise OSError(28, "No space left on device", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(publishing, "sha256", full_disk)
        with pytest.raises(OSError, match="No space left"):
            publish(data_dir, "run-2", LOADED)
    assert current(data_dir) == first
    assert read(data_dir, "select count(*) from marts.fct_orders") == [(10,)]

    publish(data_dir, "run-3", LOADED)
    assert read(data_dir, "select count(*) from marts.fct_orders") == [(11,)]
    assert not list(data_dir.publications.glob(".building-*"))


KILLED_AT = """
import os, signal, sys
from pathlib import Path
from viaggio.publishing import publish as publishing
from viaggio.workspace.paths import DataDir
def die(*_): os.kill(os.getpid(), signal.SIGKILL)
setattr(publishing, sys.argv[2], die)
publishing.publish(DataDir(Path(sys.argv[1])), "run-2", publishing.LoadedState(None, None, None))
"""


@pytest.mark.parametrize("moment", ["comment_on", "_flush_to_disk", "_swap_link"])
def test_a_kill_leaves_what_readers_see_and_the_next_run_heals(
    data_dir: DataDir, moment: str
) -> None:
    first = publish(data_dir, "run-1", LOADED)
    build(data_dir, "insert into marts.fct_orders values (10)")
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_AT, str(data_dir.root), moment], cwd=PROJECT_DIR, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    assert current(data_dir) == first
    assert read(data_dir, "select count(*) from marts.fct_orders") == [(10,)]

    healed = publish(data_dir, "run-3", LOADED)
    assert current(data_dir) == healed
    assert read(data_dir, "select count(*) from marts.fct_orders") == [(11,)]
    assert not list(data_dir.publications.glob(".building-*"))


def clock_at(monkeypatch: pytest.MonkeyPatch, year: int) -> None:
    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return datetime(year, 6, 1, 12, tzinfo=tz)

    monkeypatch.setattr(publishing, "datetime", Clock)


def test_a_clock_that_jumps_changes_neither_order_nor_what_is_kept(
    data_dir: DataDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    published = []
    for number, year in enumerate([2025, 2031, 2025, 1970, 2025], start=1):
        clock_at(monkeypatch, year)
        published.append(publish(data_dir, f"run-{number}", LOADED))
        assert current(data_dir) == published[-1]
        assert published[-1].number == number
        assert published[-1].published_at.startswith(str(year)), "its own time"
        kept = sorted(folder.name for folder in data_dir.publications.iterdir())
        assert kept == [each.id for each in published[-3:]]


def test_publications_of_a_former_version_are_the_oldest(
    data_dir: DataDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They were named by the clock, one of them by a clock that was ahead, and had no number."""
    names = [
        "20250301T040000000000-aaaa",
        "20250302T040000000000-bbbb",
        "20310601T120000000000-cccc",
    ]
    for name in names:
        made = publish(data_dir, "run", LOADED)
        folder = (data_dir.publications / made.id).rename(data_dir.publications / name)
        content = json.loads((folder / "manifest.json").read_text())
        del content["number"], content["build_notes"]
        content["id"] = name
        (folder / "manifest.json").write_text(json.dumps(content))
        data_dir.published.unlink()
        data_dir.published.symlink_to(Path("publications") / name)
    former = current(data_dir)
    assert former is not None
    assert (former.id, former.number) == (names[-1], 0)
    new = [publish(data_dir, f"run-{number}", LOADED).id for number in range(2)]
    assert sorted(folder.name for folder in data_dir.publications.iterdir()) == [names[-1], *new]
    assert data_dir.published.resolve().name == new[-1]


def test_the_current_publication_is_kept_whatever_its_number(data_dir: DataDir) -> None:
    """An older one was linked by hand; publishing on from there leaves it until it is passed."""
    first = publish(data_dir, "run-0", LOADED)
    publish(data_dir, "run-1", LOADED)
    data_dir.published.unlink()
    data_dir.published.symlink_to(Path("publications") / first.id)
    newest = publish(data_dir, "run-2", LOADED)
    assert newest.number == 3
    assert current(data_dir) == newest


def test_only_the_newest_publications_are_kept(data_dir: DataDir) -> None:
    published = [publish(data_dir, f"run-{number}", LOADED).id for number in range(5)]
    kept = sorted(folder.name for folder in data_dir.publications.iterdir())
    assert kept == published[-3:]
    assert data_dir.published.resolve().name == published[-1]


@pytest.mark.parametrize(
    "column", ["email", "customer_email", "phone", "first_name", "author_name", "Last_Name"]
)
def test_a_column_named_for_a_person_is_refused(data_dir: DataDir, column: str) -> None:
    first = publish(data_dir, "run-1", LOADED)
    build(data_dir, f"create table marts.dim_customers as select 'x' as {column}")
    with pytest.raises(PersonalDataError, match=f"marts.dim_customers: column {column}"):
        publish(data_dir, "run-2", LOADED)
    assert current(data_dir) == first


def test_an_address_in_a_harmless_column_is_refused_without_quoting_it(data_dir: DataDir) -> None:
    build(data_dir, "create table marts.dim_notes as select 'write to ada@example.com' as note")
    with pytest.raises(PersonalDataError, match=r"marts.dim_notes: column note") as refused:
        publish(data_dir, "run-1", LOADED)
    assert "ada@" not in str(refused.value)
    assert current(data_dir) is None


@pytest.mark.parametrize(
    "column", ["email_hash", "email_campaign_id", "phone_type", "product_name", "shipping"]
)
def test_hashes_and_names_of_things_are_published(data_dir: DataDir, column: str) -> None:
    build(data_dir, f"create table marts.dim_things as select 'x' as {column}")
    assert "dim_things" in {table.name for table in publish(data_dir, "run-1", LOADED).tables}


def test_an_at_sign_alone_is_no_address(data_dir: DataDir) -> None:
    build(data_dir, "create table marts.dim_notes as select 'thanks @viaggio' as note, 1 as n")
    publish(data_dir, "run-1", LOADED)
    assert read(data_dir, "select note from marts.dim_notes") == [("thanks @viaggio",)]


def test_without_a_warehouse_there_is_nothing_to_publish(tmp_path: Path) -> None:
    with pytest.raises(NothingToPublishError, match="does not exist"):
        publish(DataDir(tmp_path), "run-1", LOADED)
