"""The last guard: what has slipped through staging is refused, and what only looks alike is not."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from viaggio.publishing.personal_data import PersonalDataError, Table, refuse_personal_values

WAREHOUSE = Path("data/warehouse.duckdb")


def search(connection: duckdb.DuckDBPyConnection, column: str, value: str) -> None:
    """Look through a mart of three rows, two of which hold the value."""
    connection.execute("create or replace schema marts")
    connection.execute(
        f"create or replace table marts.dim_things as "
        f'select case when range > 0 then {value} end as "{column}" from range(3)'
    )
    columns = {
        name: kind for name, kind, *_ in connection.execute("describe marts.dim_things").fetchall()
    }
    table = Table("marts", "dim_things", columns, "marts.dim_things")
    refuse_personal_values(connection, table, WAREHOUSE)


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


@pytest.mark.parametrize(
    "value",
    [
        "'write to ada@example.com'",
        "'https://shop.example/?email=ada%40example.com'",
        "'call 333 1234567'",
        "'+39 06 1234567'",
        "'/thanks?tel=%2B393331234567'",
        "['a', 'ada@example.com']",
        "{'who': 'x', 'said': ['call', '+393331234567']}",
    ],
)
def test_an_address_or_a_number_is_refused_wherever_it_stands(
    connection: duckdb.DuckDBPyConnection, value: str
) -> None:
    with pytest.raises(PersonalDataError, match=r"marts.dim_things: column note .* 2 rows"):
        search(connection, "note", value)


def test_the_message_names_a_query_that_finds_the_rows(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    with pytest.raises(PersonalDataError) as refused:
        search(connection, "note", "'write to ada@example.com'")
    message = str(refused.value)
    assert "ada@" not in message
    (query,) = [
        line.split(f"{WAREHOUSE}: ")[1] for line in message.splitlines() if "select" in line
    ]
    assert len(connection.execute(query).fetchall()) == 2


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("order_id", "'3331234567'"),
        ("order_ids", "['3331234567', '0612345678']"),
        ("name_hash", "md5('ada@example.com')"),
        ("event_at", "'2025-03-01 12:30:00'"),
        ("path", "'Email > Direct > Organic Search'"),
        ("note", "'[email] or [phone], order 100023456 of 01/03/2025 for 1.234,56'"),
        ("ean", "'8001234567890'"),
        ("amount", "393331234567"),
    ],
)
def test_keys_dates_and_masked_texts_are_published(
    connection: duckdb.DuckDBPyConnection, column: str, value: str
) -> None:
    search(connection, column, value)
