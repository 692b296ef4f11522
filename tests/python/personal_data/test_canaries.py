"""A run over rows full of personal data: it publishes, and nothing personal leaves raw."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from tests.python.conftest import run_module
from tests.python.personal_data.planted import TOKENS, WRITTEN, Canaries, plant
from viaggio.workspace.contract import load_contract
from viaggio.workspace.paths import DataDir

pytestmark = pytest.mark.slow

# Where raw rows may lie as they came.
AS_THEY_CAME = {"landing", "raw", "quarantine", "rejected", "truth"}


@dataclass(frozen=True)
class Planted:
    """A published world with canaries in every text of every raw table."""

    data_dir: DataDir
    canaries: Canaries


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Planted:
    data_dir = DataDir(tmp_path_factory.mktemp("planted"))
    generated = run_module(data_dir, "sample_data", "--days", "14", "--persons", "150")
    assert generated.code == 0, generated.output
    canaries = plant(load_contract(), data_dir.root / "landing")
    done = run_module(data_dir, "orchestration.run")
    assert done.code == 0, done.output
    assert not re.search(TOKENS, done.output.lower())
    return Planted(data_dir, canaries)


@pytest.fixture(scope="module")
def warehouse(planted: Planted) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(planted.data_dir.warehouse, read_only=True) as connection:
        yield connection


def test_each_planted_row_is_staged(warehouse: duckdb.DuckDBPyConnection, planted: Planted) -> None:
    """A row that landing refused, or that staging lost, would prove nothing."""
    counted = warehouse.execute(
        "select source_name, table_name, rows_in_files - rows_raw, "
        "rows_raw - rows_duplicate - rows_staged from audit.audit_reconciliation"
    ).fetchall()
    assert {(source, table) for source, table, *_ in counted} == set(load_contract().tables)
    assert {(lost, missing) for *_, lost, missing in counted} == {(0, 0)}
    raw = planted.data_dir.root / "raw"
    for source, table in load_contract().tables:
        files = raw / source / table / "*" / "*.parquet"
        (rows,) = warehouse.execute(
            f"select count(*) from read_parquet('{files}') where _source_file like '%planted.jsonl'"
        ).fetchone()
        assert rows == len(WRITTEN), (source, table)


def test_no_table_built_or_published_shows_one(planted: Planted) -> None:
    published = planted.data_dir.published / "viaggio.duckdb"
    hashes = unsalted_hashes(planted.canaries)
    for database in (planted.data_dir.warehouse, published):
        with duckdb.connect(database, read_only=True) as connection:
            connection.execute("create temp table hashes as select unnest($1) as hash", [hashes])
            shown = []
            for schema, table in connection.execute(
                "select schema_name, table_name from duckdb_tables() where not temporary "
                "union all select schema_name, view_name from duckdb_views() where not internal"
            ).fetchall():
                shown += columns_with_canaries(connection, f'"{schema}"."{table}"')
            assert shown == [], database


def test_no_other_file_holds_one(planted: Planted) -> None:
    tokens = re.compile(TOKENS.encode())
    hashes = {known.encode() for known in unsalted_hashes(planted.canaries)}
    looks_like_one = re.compile(rb"(?<![0-9a-f])(?:[0-9a-f]{64}|[0-9a-f]{32})(?![0-9a-f])")
    found = []
    with duckdb.connect() as connection:
        connection.execute("create table hashes as select '' as hash where false")
        for path in other_files(planted.data_dir.root):
            if path.suffix == ".parquet":
                if columns_with_canaries(connection, f"read_parquet('{path}')"):
                    found.append(path)
            elif path.suffix != ".duckdb":
                content = path.read_bytes().lower()
                if tokens.search(content) or hashes & set(looks_like_one.findall(content)):
                    found.append(path)
    assert found == []


def test_an_analyst_sees_what_was_masked(warehouse: duckdb.DuckDBPyConnection) -> None:
    masked = set(
        warehouse.execute(
            "select source_name, table_name, column_name from audit.audit_masked_values "
            f"where rows_masked >= {len(WRITTEN)}"
        ).fetchall()
    )
    assert {
        ("ga4", "event", "page_location"),
        ("ga4", "event", "search_term"),
        ("search_console", "query_day", "query"),
        ("reviews", "review", "body"),
        ("store", "refund_line", "refund_reason"),
        ("store", "visit_zone", "zone"),
    } <= masked


def test_an_address_as_user_id_is_the_address_s_hash(planted: Planted) -> None:
    """So a login by e-mail address joins what else is known by that address."""
    with duckdb.connect(planted.data_dir.warehouse, read_only=True) as connection:
        (salt,) = connection.execute(
            f"select salt from '{planted.data_dir.root}/hash_salt/salt.parquet'"
        ).fetchone()
        ids = connection.execute(
            "select user_id from staging.stg_ga4__events where _source_file like '%planted.jsonl'"
        ).fetchall()
    known = {
        hashlib.sha256((salt + value).encode()).hexdigest()
        for value in (*planted.canaries.emails, *planted.canaries.phones)
    }
    assert len(ids) == len(WRITTEN)
    assert {user_id for (user_id,) in ids} <= known


def columns_with_canaries(connection: duckdb.DuckDBPyConnection, relation: str) -> list[str]:
    """Columns of a table, nested ones too, that show a canary or its unsalted hash."""
    columns = [name for name, *_ in connection.execute(f"describe from {relation}").fetchall()]
    searches = ", ".join(
        f"bool_or(regexp_matches(lower(cast(\"{column}\" as varchar)), '{TOKENS}') "
        f'or cast("{column}" as varchar) in (select hash from hashes))'
        for column in columns
    )
    found = connection.execute(f"select {searches} from {relation}").fetchone() or ()
    return [f"{relation}.{column}" for column, is_hit in zip(columns, found, strict=True) if is_hit]


def unsalted_hashes(canaries: Canaries) -> list[str]:
    """What somebody with a list of addresses or numbers could find them by."""
    plain = {
        *canaries.emails,
        *canaries.phones,
        *(email.upper() for email in canaries.emails),
        *(phone.removeprefix("+") for phone in canaries.phones),
        *(phone.removeprefix("+39") for phone in canaries.phones),
    }
    return [
        digest(text.encode()).hexdigest()
        for text in plain
        for digest in (hashlib.sha256, hashlib.md5)
    ]


def other_files(root: Path) -> Iterator[Path]:
    for folder in root.iterdir():
        if folder.name in AS_THEY_CAME or folder.is_symlink():
            continue
        yield from [folder] if folder.is_file() else (p for p in folder.rglob("*") if p.is_file())
