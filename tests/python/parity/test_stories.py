"""The persons of tests/golden/README.md: each one's story in the marts, row by row.

Files in `expected_marts` were written by hand, before the models. Where a table holds a hashed key
they hold a name: persons and identifiers by `names.csv`, a touchpoint by its type and time.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from tests.python.parity.conftest import GOLDEN, SALT
from viaggio.workspace.paths import DataDir

pytestmark = pytest.mark.slow

EXPECTED = sorted((GOLDEN / "expected_marts").glob("*.csv"))

# How a column is read, where it is not read as it stands.
READ_AS = {
    "person_id": "(select person from names where names.identifier_id = mart.person_id)",
    "identifier_id": "(select name from names where names.identifier_id = mart.identifier_id)",
    # A refund that GA4 reports is named after the event, which is a hash.
    "return_id": "(if(mart.return_id like 'R%', mart.return_id, 'GA4'))",
    "purchase_mode_evidence_id": (
        "(select touchpoint_type || ' ' || touched_at from marts.fct_touchpoints as evidence "
        "where evidence.touchpoint_id = mart.purchase_mode_evidence_id)"
    ),
}


def read_csv(path: Path) -> tuple[list[str], list[tuple[str, ...]]]:
    with path.open(encoding="utf-8", newline="") as lines:
        header, *rows = csv.reader(lines)
    return header, [tuple(row) for row in rows]


def hashed(identifier_type: str, value: str) -> str:
    """The key of an identifier as the models make it; people's data is salted and hashed first."""

    def salted(text: str) -> str:
        return hashlib.sha256(f"{SALT}{text}".encode()).hexdigest()

    if identifier_type in ("email", "phone"):
        value = salted(value)
    elif identifier_type == "handle":
        network, handle = value.split("|")
        value = f"{network}|{salted(handle)}"
    return hashlib.md5(f"{identifier_type}|{value}".encode(), usedforsecurity=False).hexdigest()


@contextmanager
def open_marts(data_dir: DataDir) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse that holds the golden files, with the table `names` beside its own."""
    _, rows = read_csv(GOLDEN / "names.csv")
    with duckdb.connect() as connection:
        connection.execute(f"attach '{data_dir.warehouse}' as warehouse (read_only)")
        connection.execute("use warehouse")
        connection.execute("create temp table names (identifier_id text, name text, person text)")
        connection.executemany(
            "insert into names values (?, ?, ?)",
            [(hashed(kind, value), name, person) for person, name, kind, value in rows],
        )
        yield connection


@pytest.fixture(scope="module")
def marts(golden: DataDir) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_marts(golden) as connection:
        yield connection


def missing_and_surplus(
    marts: duckdb.DuckDBPyConnection, path: Path
) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """Rows of a file written by hand that its mart lacks, and rows of the mart not in the file."""
    header, wanted = read_csv(path)
    texts = ", ".join(
        f"coalesce(cast({READ_AS.get(column, column)} as varchar), {_unnamed(column)})"
        for column in header
    )
    found = marts.execute(f"select {texts} from marts.{path.stem} as mart").fetchall()
    return _without(wanted, found), _without(found, wanted)


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.stem)
def test_rows_are_as_written_by_hand(marts: duckdb.DuckDBPyConnection, path: Path) -> None:
    header, _ = read_csv(path)
    missing, surplus = missing_and_surplus(marts, path)
    assert not missing and not surplus, "\n".join(
        [
            ",".join(header),
            *(f"- {','.join(row)}" for row in sorted(missing)),
            *(f"+ {','.join(row)}" for row in sorted(surplus)),
        ]
    )


def test_each_person_is_one_and_named_after_the_identifier_seen_first(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    """A name in `person_id` says which of a person's identifiers, so two halves look alike."""
    halves = marts.execute(
        "select person, count(distinct person_id) from marts.dim_person_identifiers "
        "inner join names using (identifier_id) "
        "group by person having count(distinct person_id) > 1"
    ).fetchall()
    assert halves == []
    misnamed = marts.execute(
        "select names.name from marts.dim_person_identifiers as identifiers "
        "inner join names using (identifier_id) "
        "qualify identifiers.identifier_id = identifiers.person_id "
        "and first_seen_at > min(first_seen_at) over (partition by person_id)"
    ).fetchall()
    assert misnamed == []


def test_two_orders_of_one_visit_are_both_attributed_to_it(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    """The visit is an entry of the journey that the first order ends, and of no other."""
    shares = marts.execute(
        "select model, order_id, channel, cast(touched_at as varchar), cast(revenue as varchar) "
        "from marts.fct_attribution where order_id like 'O-bruno-%' order by all"
    ).fetchall()
    models = sorted({row[0] for row in shares})
    assert len(models) == 8
    assert shares == [
        (model, order_id, "Organic Search", "2025-03-17 10:00:00", revenue)
        for model in models
        for order_id, revenue in (("O-bruno-1", "32.70"), ("O-bruno-2", "72.95"))
    ]
    journeys = marts.execute(
        "select order_id, path_touchpoint_count, session_count, touchpoint_count "
        "from marts.fct_journeys where order_id like 'O-bruno-%' order by all"
    ).fetchall()
    assert journeys == [("O-bruno-1", 1, 1, 4), ("O-bruno-2", 0, 0, 3)]


def test_the_late_merge_moves_what_went_before(marts: duckdb.DuckDBPyConnection) -> None:
    """Two contacts, an address and a number come to Hugo, with a form and a call; nobody else."""
    changes = marts.execute(
        f"select run_id, {READ_AS['person_id']}, change, persons, identifiers_moved, "
        "touchpoints_moved from audit.audit_identity_changes as mart"
    ).fetchall()
    assert changes == [("second", "Hugo", "merge", 3, 4, 2)]


def _unnamed(column: str) -> str:
    """What stands for a key without a name: the key itself."""
    return f"mart.{column}, ''" if column in READ_AS else "''"


def _without(rows: list[tuple[str, ...]], others: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Rows that are not among the others, each as often as it is surplus."""
    left = list(rows)
    for row in others:
        if row in left:
            left.remove(row)
    return left
