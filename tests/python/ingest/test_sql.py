"""Databases: views in the contract's shape, on SQLite and, where there is one, on Postgres."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.python.ingest import postgres
from tests.python.ingest.conftest import Place

TABLES = """
create table receipt (
    number integer primary key,
    customer_email varchar(100),
    printed_at timestamp,
    changed_at timestamp,
    amount numeric(18, 4),
    is_training boolean
);
insert into receipt values
    (1, 'anna1@example.com', '2025-03-01 10:00:00', '2025-03-01 10:00:00', 10.5, false),
    (2, 'anna2@example.com', '2025-03-02 10:00:00', '2025-03-02 10:00:00', 20, true),
    (3, null, '2025-03-03 10:00:00', null, 30, null);
create table shop (code varchar(10), town varchar(100));
insert into shop values ('TO1', 'Torino');
create view store__order as
select
    number as id,
    customer_email as email,
    printed_at as created_at,
    changed_at as updated_at,
    amount as total_price,
    is_training as test,
    'EUR' as currency,
    'pos' as source_name
from receipt;
create view store__location as select code as id, town as city from shop;
"""
needs_postgres = pytest.mark.skipif(
    postgres.MISSING is not None, reason=postgres.MISSING or "Postgres is here"
)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres.serve() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=needs_postgres)])
def database(
    request: pytest.FixtureRequest, place: Place, tmp_path: Path
) -> Iterator[sa.Connection]:
    """An open connection to a database with two views, configured."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'shop.db'}"
    else:
        url = request.getfixturevalue("server")
        place.set(SQL_SCHEMA="shop")
    engine = sa.create_engine(url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if request.param == "postgres":
            connection.exec_driver_sql("drop schema if exists shop cascade")
            connection.exec_driver_sql("create schema shop")
            connection.exec_driver_sql("set search_path to shop")
        for statement in filter(None, map(str.strip, TABLES.split(";"))):
            connection.exec_driver_sql(statement)
        place.set(SQL_URL=url)
        yield connection
    engine.dispose()


def test_views_become_files_of_their_table(place: Place, database: sa.Connection) -> None:
    pulled = place.pull("sql")

    assert pulled.code == 0
    rows = [{k: v for k, v in row.items() if v} for row in pulled.rows("store/order")]
    assert rows[0] == {
        "id": "1",
        "email": "anna1@example.com",
        "created_at": "2025-03-01T10:00:00",
        "updated_at": "2025-03-01T10:00:00",
        "currency": "EUR",
        "total_price": "10.5000",
        "source_name": "pos",
        "test": "false",
    }
    assert [row.get("test") for row in rows] == ["false", "true", None]
    assert [row["city"] for row in pulled.rows("store/location")] == ["Torino"]
    assert place.lands()


def test_the_next_pull_brings_what_changed_or_has_no_moment(
    place: Place, database: sa.Connection
) -> None:
    place.pull("sql")
    database.exec_driver_sql(
        "update receipt set changed_at = '2025-03-05 10:00:00', amount = 11 where number = 1"
    )

    pulled = place.pull("sql")

    prices = {row["id"]: row["total_price"] for row in pulled.rows("store/order")}
    assert prices == {"1": "11.0000", "3": "30.0000"}
    assert pulled.ids("store/location") == ["TO1"]  # no moment: read whole


def test_days_are_pulled_again_and_the_cursor_stays(place: Place, database: sa.Connection) -> None:
    place.pull("sql")

    again = place.pull("sql", "--since", "2025-03-02")
    following = place.pull("sql")

    assert again.ids("store/order") == ["2", "3"]
    assert following.ids("store/order") == ["3"]


def test_a_view_that_fails_costs_its_own_rows_only(place: Place, database: sa.Connection) -> None:
    database.exec_driver_sql("drop view store__order")
    wrong = "json(customer_email)"
    if database.dialect.name == "postgresql":
        wrong = "cast(customer_email as integer)"
    database.exec_driver_sql(f"create view store__order as select {wrong} as id from receipt")

    failed = place.pull("sql")

    assert failed.code == 1
    assert "FAILED   sql.store__order: the database refuses" in failed.output
    assert "anna" not in failed.output
    assert failed.ids("store/location") == ["TO1"]


def test_a_database_without_a_view_is_explained(place: Place, database: sa.Connection) -> None:
    database.exec_driver_sql("drop view store__order")
    database.exec_driver_sql("drop view store__location")

    failed = place.pull("sql")

    assert failed.code == 1
    assert "has no view named as a table of the contract" in failed.output


@pytest.mark.parametrize(
    "url", ["shop", "nosuch://shop", "postgresql+psycopg://shop:hush@127.0.0.1:1/shop"]
)
def test_an_address_that_leads_nowhere_is_explained(place: Place, url: str) -> None:
    place.set(SQL_URL=url)

    failed = place.pull("sql")

    assert (failed.code, failed.files) == (1, [])
    assert "VIAGGIO_SQL_URL" in failed.output
    assert "hush" not in failed.output


@needs_postgres
def test_nested_columns_stay_nested(place: Place, server: str) -> None:
    params = [{"key": "page_title", "value": {"string_value": "Scarpe"}}]
    engine = sa.create_engine(server)
    with engine.begin() as connection:
        connection.exec_driver_sql("drop schema if exists web cascade")
        connection.exec_driver_sql("create schema web")
        connection.exec_driver_sql(
            f"""
            create view web.ga4__event as
            select '20250301' as event_date, 1740823200000000 as event_timestamp,
                'page_view' as event_name, '{json.dumps(params)}'::jsonb as event_params
            """
        )
    engine.dispose()
    place.set(SQL_URL=server, SQL_SCHEMA="web")

    pulled = place.pull("sql")

    (event,) = pulled.rows("ga4/event")
    assert (event["event_timestamp"], event["event_params"]) == ("1740823200000000", params)
    assert place.lands()
    assert len(place.pull("sql", "--since", "2025-03-01").rows("ga4/event")) == 1
    assert place.pull("sql", "--since", "2025-03-02").files == []
