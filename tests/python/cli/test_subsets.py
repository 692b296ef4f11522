"""A shop that has only some of the sources: a few subsets are built, others each day."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import duckdb
import pytest

from tests.python.conftest import Built
from tests.python.parity.conftest import build, new_data_dir
from viaggio.cli.subsets import (
    COMBINATIONS,
    FACTS,
    WITHOUT,
    UnknownSubsetError,
    Verdict,
    differences,
    drop_files,
    judge,
    main,
    names,
    no_numbers,
    raw_tables,
    report,
    tables_of,
)
from viaggio.landing.load import land
from viaggio.publishing import needs
from viaggio.workspace.paths import DataDir

ALL = raw_tables()


def drawn(day: date) -> list[str]:
    """One source alone and one other subset, other ones each day."""
    alone = [name for name in names() if name in {table.split(".")[0] for table in ALL}]
    others = [name for name in names() if name not in alone]
    chance = random.Random(day.toordinal())  # noqa: S311
    return [chance.choice(alone), chance.choice(others)]


@pytest.mark.slow
def test_subsets_drawn_by_the_day_build_and_balance(
    built: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The models are built, without tests and expectations; `make subsets` runs everything."""
    world = DataDir(built.untouched)
    for name in drawn(date.today()):
        drop_files(tables_of(name), world, DataDir(tmp_path))
        data_dir = new_data_dir(tmp_path, monkeypatch)
        land(data_dir)
        build(data_dir, "ci", "run")
        verdict = Verdict(name)
        with duckdb.connect(data_dir.warehouse, read_only=True) as connection:
            judge(connection, verdict, built.data_dir.published / "viaggio.duckdb")
        assert verdict.faults == [], name


@pytest.mark.slow
def test_no_mart_holds_what_is_no_number(built: Built) -> None:
    with duckdb.connect(built.data_dir.published / "viaggio.duckdb", read_only=True) as connection:
        assert no_numbers(connection) == []


def test_subsets_are_each_source_alone_and_left_out_and_real_shops() -> None:
    sources = {table.split(".")[0] for table in ALL}
    assert {*sources, *(f"{WITHOUT}{source}" for source in sources), *COMBINATIONS} == set(names())
    assert all(tables_of(name) < ALL for name in names())


def test_every_subset_comes_up_sooner_or_later() -> None:
    first = date(2025, 1, 1).toordinal()
    found = {name for n in range(400) for name in drawn(date.fromordinal(first + n))}
    assert found == set(names())


def test_a_name_says_which_tables_are_there() -> None:
    assert tables_of("privacy") == {"privacy.erasure_request"}
    assert tables_of("store.order+reviews") == {"store.order", "reviews.review"}
    assert tables_of("without:store.order") == ALL - {"store.order"}
    assert "ga4.event" in tables_of("web_shop")
    with pytest.raises(UnknownSubsetError, match="'till' is no source"):
        tables_of("ga4+till")


def test_an_unknown_name_ends_before_anything_is_generated(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        main(["--only", "tills", "nothing"])
    assert "'nothing' is no source, table or combination" in capsys.readouterr().err


@pytest.fixture
def judged() -> duckdb.DuckDBPyConnection:
    """Marts of a shop with orders: all have rows but those that need something else."""
    connection = duckdb.connect()
    connection.execute("create schema marts; create schema audit")
    for mart in needs.MARTS:
        rows = "" if needs.missing([mart], {"store.order"}) else "where true"
        connection.execute(
            f"create table marts.{mart} as select 1.5 as rate {rows or 'where false'}"
        )
        connection.execute(f"alter table marts.{mart} alter rate type double")
    connection.execute(
        """
        create table audit.audit_reconciliation as
        select 'store' as source_name, 'order' as table_name, 9 as rows_staged, true as balanced;
        create table audit.audit_expectations as select false as success
        """
    )
    return connection


def test_what_is_right_has_no_faults(judged: duckdb.DuckDBPyConnection) -> None:
    verdict = Verdict("store")
    judge(judged, verdict)
    assert (verdict.faults, verdict.is_balanced, verdict.warnings) == ([], True, 1)
    assert "fct_sessions" in verdict.empty


def test_a_mart_that_should_have_rows_is_a_fault(judged: duckdb.DuckDBPyConnection) -> None:
    judged.execute("delete from marts.fct_orders; delete from marts.mart_opportunities")
    verdict = Verdict("store")
    judge(judged, verdict)
    assert verdict.faults == ["fct_orders is empty, though what it needs has landed"]


@pytest.mark.parametrize("value", ["nan", "-nan", "infinity", "-infinity"])
def test_what_is_no_number_is_a_fault(judged: duckdb.DuckDBPyConnection, value: str) -> None:
    judged.execute(f"update marts.mart_journey_predictability set rate = '{value}'::double")
    verdict = Verdict("store")
    judge(judged, verdict)
    assert verdict.faults == ["mart_journey_predictability.rate holds nan or infinity"]


def test_lost_rows_are_a_fault(judged: duckdb.DuckDBPyConnection) -> None:
    judged.execute("update audit.audit_reconciliation set balanced = false")
    verdict = Verdict("store")
    judge(judged, verdict)
    assert verdict.faults == ["rows are lost: see audit_reconciliation"]


def test_the_report_says_what_empty_marts_wait_for() -> None:
    verdict = Verdict("ga4", True, True, True, ["fct_returns", "fct_reviews", "mart_review_topics"])
    said = report([verdict])
    assert "  need returned goods (store.refund_line): fct_returns" in said
    assert "  need reviews (reviews.review): fct_reviews, mart_review_topics" in said


def test_facts_are_a_part_of_the_whole_company_s(tmp_path: Path) -> None:
    whole = tmp_path / "whole.duckdb"
    with duckdb.connect(whole) as connection:
        facts(connection, "'a', 10.0", "'b', 5.0")
    with duckdb.connect() as connection:
        facts(connection, "'a', 10.0", "'c', 6.0")
        connection.execute(f"attach '{whole}' as whole (read_only)")
        assert differences(connection, ALL - {"store.refund_line"}) == [
            "fct_orders has 1 rows that the whole company has not"
        ]
        assert differences(connection, ALL) == [
            "fct_orders has 1 rows that the whole company has not",
            "fct_orders: gross_revenue is 16.0, and 15.0 with all sources",
        ]


def test_an_order_that_ga4_stands_in_for_is_no_difference(tmp_path: Path) -> None:
    """With the shop's record its touchpoint has another key."""
    whole = tmp_path / "whole.duckdb"
    with duckdb.connect(whole) as connection:
        facts(connection)
    with duckdb.connect() as connection:
        facts(connection)
        connection.execute(
            "insert into marts.fct_touchpoints values "
            "('1', 'ga4.event', 'order'), ('2', 'ga4.event', 'page_view')"
        )
        connection.execute(f"attach '{whole}' as whole (read_only)")
        assert differences(connection, {"ga4.event"}) == [
            "fct_touchpoints has 1 rows that the whole company has not"
        ]


def facts(connection: duckdb.DuckDBPyConnection, *orders: str) -> None:
    """All facts, empty but for orders with their id and gross revenue."""
    connection.execute("create schema marts")
    for fact, (key, _, figures) in FACTS.items():
        texts = [key, *(["source_table", "touchpoint_type"] if fact == "fct_touchpoints" else [])]
        columns = ", ".join(
            [*(f"{name} varchar" for name in texts), *(f"{name} decimal(9, 1)" for name in figures)]
        )
        connection.execute(f"create table marts.{fact} ({columns})")
    for order in orders:
        connection.execute(
            f"insert into marts.fct_orders (order_id, gross_revenue) values ({order})"
        )
