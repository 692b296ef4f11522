"""Persons are planted with nine kinds of identifier, and some erased: nothing of them is left."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from orchestration.progress import loaded_state
from tests.python.conftest import Command, run_module
from tests.python.erasure.planted import HOUSEHOLD_PHONE, SHARED_COOKIE, TILL, Planted, drop
from tests.python.erasure.scan import found_in
from viaggio.publishing.publish import current, publication_folders, publish
from viaggio.workspace.paths import DataDir

pytestmark = pytest.mark.slow

PERSONS = [Planted(number) for number in range(1, 5)]
ERASED = [PERSONS[0], PERSONS[2]]


@dataclass(frozen=True)
class World:
    """A data directory before and after an erasure.

    Attributes:
        data_dir: After it.
        before: The publication before it.
        asked: What the command said before it was allowed to change anything.
        done: What it said when it was.
        dropped: Copies of the planted files, as they were dropped.
        needles: Forms of the erased persons' values.
    """

    data_dir: DataDir
    before: Path
    asked: Command
    done: Command
    dropped: Path
    needles: dict[bytes, str]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("erasure")
    data_dir = DataDir(folder / "data")
    data_dir.root.mkdir()
    generated = run_module(data_dir, "sample_data", "--days", "14", "--persons", "200")
    assert generated.code == 0, generated.output
    shutil.rmtree(data_dir.truth)
    drop(data_dir.landing, PERSONS)
    shutil.copytree(data_dir.landing, folder / "dropped")
    ran = run_module(data_dir, "orchestration.run")
    assert current(data_dir) is not None, ran.output
    publish(data_dir, "again", loaded_state(data_dir))
    before = folder / "before.duckdb"
    shutil.copy(data_dir.published / "viaggio.duckdb", before)
    salt = _one(f"select salt from '{data_dir.hash_salt}'", duckdb.connect())
    needles = {needle: kind for person in ERASED for needle, kind in person.needles(salt).items()}
    assert {kind.removeprefix("hash of ") for kind in needles.values()} == {*PERSONS[0].values}
    requests = folder / "requests"
    requests.write_text(
        f"email={ERASED[0].email}\ncustomer={ERASED[1].customer},cookie={SHARED_COOKIE}\n",
        encoding="utf-8",
    )
    asked = run_module(data_dir, "viaggio", "erase", "--from", str(requests))
    done = run_module(data_dir, "viaggio", "erase", "--from", str(requests), "--yes")
    return World(data_dir, before, asked, done, folder / "dropped", needles)


def test_the_command_shows_first_what_it_takes(world: World) -> None:
    assert world.asked.code == 0, world.asked.output
    assert "Nothing was changed." in world.asked.output
    assert "2 requests: erased 2." in world.asked.output
    assert "store.customer 2" in world.asked.output
    assert not any(needle.decode() in world.asked.output for needle in world.needles)


def test_nothing_of_an_erased_person_is_left(world: World) -> None:
    assert world.done.code == 0, world.done.output
    assert not any(needle.decode() in world.done.output for needle in world.needles)
    assert found_in(world.data_dir.root, world.needles) == []


def test_the_search_would_find_a_person_who_stays(world: World) -> None:
    """In landing, raw, the warehouse and the publication, plain or hashed."""
    salt = _one(f"select salt from '{world.data_dir.hash_salt}'", duckdb.connect())
    hits = found_in(world.data_dir.root, PERSONS[3].needles(salt))
    places = {hit.partition("/")[0].partition(" ")[0] for hit in hits}
    assert {"landing", "raw", "warehouse.duckdb", "publications"} <= places


def test_shared_identifiers_take_nobody_along(world: World) -> None:
    root = world.data_dir.root
    orders = f"read_parquet('{root}/raw/store/order/*/*.parquet')"
    events = f"read_parquet('{root}/raw/ga4/event/*/*.parquet')"
    con = duckdb.connect()
    assert _one(f"select count(*) from {orders} where phone = '{HOUSEHOLD_PHONE}'", con) == 1
    assert _one(f"select count(*) from {orders} where customer_id = '{TILL}'", con) >= 1
    assert _one(f"select count(*) from {events} where user_pseudo_id = '{SHARED_COOKIE}'", con) == 2
    bad = f"read_parquet('{root}/quarantine/quarantined_row/*.parquet')"
    assert _one(f"select count(*) from {bad} where row_text like '%somebody@planted%'", con) == 1


def test_figures_stay_and_the_books_balance(world: World) -> None:
    figures = """
        select
            (select sum(net_revenue) from marts.fct_orders),
            (select count(*) from marts.fct_orders),
            (select count(*) from marts.fct_sessions),
            (select count(*) from marts.fct_touchpoints),
            (select count(*) from marts.fct_reviews)
    """
    with duckdb.connect(world.before, read_only=True) as con:
        before = con.execute(figures).fetchone()
    with _published(world) as con:
        assert con.execute(figures).fetchone() == before
        run_id = current(world.data_dir).run_id
        balanced, erased = con.execute(
            "select bool_and(balanced), sum(rows_erased) from audit.audit_reconciliation"
            " where run_id = ?",
            [run_id],
        ).fetchone()
        assert balanced
        # Two contacts, two customers, two links to calls; one bad row.
        assert erased == 7


def test_rows_of_everybody_else_are_equal(world: World) -> None:
    """In every published table with persons, but what attribution models compute over all paths."""
    different = []
    with _published(world) as con:
        con.execute(f"attach '{world.before}' as before (read_only)")
        con.execute(
            "create temp table others as select person_id from before.marts.dim_persons"
            " semi join marts.dim_persons using (person_id)"
        )
        assert _one("select count(*) from others", con) > 100
        for table, columns in con.execute(
            "select table_name, list(column_name order by column_index) from duckdb_columns()"
            " where database_name = 'viaggio' and schema_name = 'marts'"
            " group by table_name having list_contains(list(column_name), 'person_id')"
        ).fetchall():
            names = ", ".join(f'"{column}"' for column in columns)
            rows = f'select {names} from {{}}marts."{table}" semi join others using (person_id)'
            if table == "fct_attribution":
                rows += " where model not in ('markov', 'shapley')"
            odd = _one(
                f"select count(*) from (({rows.format('before.')} except all"
                f" {rows.format('')}) union all ({rows.format('')} except all"
                f" {rows.format('before.')}))",
                con,
            )
            if odd:
                different.append((table, odd))
    assert different == []


def test_the_audit_and_a_certificate_say_what_was_done(world: World) -> None:
    with _published(world) as con:
        rows = con.execute(
            "select status, identifiers_erased, identifiers_left, rows_removed, rows_anonymised"
            " from audit.audit_erasures order by identifiers_left"
        ).fetchall()
    assert [row[0] for row in rows] == ["erased", "erased"]
    assert all(row[1] >= 8 and row[3] == 3 and row[4] >= 20 for row in rows)
    assert rows[1][2] >= 1
    folder = world.data_dir.erasure / "certificates"
    (certificate,) = folder.glob("*.json")
    said = json.loads(certificate.read_text(encoding="utf-8"))
    assert said["publication"] == current(world.data_dir).id
    assert said["rows_removed"]["store.customer"] == 2
    assert [folder.name for folder in publication_folders(world.data_dir)] == [said["publication"]]


def test_old_files_that_land_again_bring_nobody_back(world: World, tmp_path: Path) -> None:
    data_dir = DataDir(tmp_path / "data")
    shutil.copytree(world.data_dir.root, data_dir.root, symlinks=True)
    for path in world.dropped.rglob("planted*"):
        place = data_dir.landing / path.relative_to(world.dropped)
        # The same bytes would be skipped, since they were loaded.
        place.with_name(f"again_{place.name}").write_bytes(path.read_bytes() + b"\n")
    landed = run_module(data_dir, "viaggio", "land")
    assert "erased" in landed.output
    assert found_in(data_dir.root, world.needles) == []


def _published(world: World) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(world.data_dir.published / "viaggio.duckdb", read_only=True)


def _one(query: str, con: duckdb.DuckDBPyConnection) -> int | str:
    row = con.execute(query).fetchone()
    assert row is not None
    return row[0]
