"""A data directory to drop files in, and the helpers that every landing test uses."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from viaggio.landing.load import LandingReport, LandingSettings, land
from viaggio.workspace.contract import Contract, load_contract
from viaggio.workspace.paths import DataDir
from viaggio.workspace.sql import file_to_write, files_below

TABLES = (
    ("ads", "campaign_day"),
    ("crm", "contact"),
    ("crm", "engagement_contact"),
    ("ga4", "event"),
    ("store", "location"),
    ("store", "order_line"),
    ("store", "visit_zone"),
)


_reader = duckdb.connect(config={"threads": 1})


@dataclass
class Place:
    """A data directory; every landing in it is checked for balance and left-overs."""

    data_dir: DataDir
    contract: Contract

    def drop(self, name: str, content: str | bytes, packed: bool = False) -> Path:
        """Write a file below `landing/`."""
        path = self.data_dir.landing / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = content.encode() if isinstance(content, str) else content
        path.write_bytes(gzip.compress(data) if packed else data)
        return path

    def drop_parquet(self, name: str, query: str) -> Path:
        """Write the result of a query as Parquet below `landing/`."""
        path = self.data_dir.landing / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with duckdb.connect() as con:
            con.execute(f"copy ({query}) to {file_to_write(path)} (format parquet)")
        return path

    def land(self, **settings: Any) -> LandingReport:
        report = self.land_unchecked(**settings)
        self.assert_balanced(report)
        return report

    def land_unchecked(self, **settings: Any) -> LandingReport:
        """Land where something may fail that the next landing makes good."""
        settings = {"settle_seconds": 0, "memory_limit": "500MB", "threads": 1} | settings
        return land(self.data_dir, self.contract, settings=LandingSettings(**settings))

    def assert_balanced(self, report: LandingReport) -> None:
        """Rows in files = raw + quarantined + in rejected files, in the report and on disk."""
        assert report.rows_in_files == (
            report.rows_raw + report.rows_quarantined + report.rows_rejected
        )
        stored = " union all ".join(
            f"select '{source}', '{table}', count(*) from {self.raw(source, table)}"
            for source, table in self.contract.tables
        )
        counts = {(source, table): rows for source, table, rows in self.query(stored)}
        loaded = "where outcome = 'loaded'"
        for ledger, column, counted in (
            ("file", "rows_raw", loaded),
            ("file_day", "row_count", ""),
        ):
            said = self.query(
                f"select source_name, table_name, sum({column})::bigint from"
                f" {self.ledger(ledger)} {counted} group by all having sum({column}) > 0"
            )
            told = {(source, table): rows for source, table, rows in said}
            assert told == {key: rows for key, rows in counts.items() if rows}
        ((bad,),) = self.query(
            f"select coalesce(sum(rows_quarantined), 0) from {self.ledger('file')} {loaded}"
        )
        assert bad == len(self.quarantined())
        assert not (self.data_dir.tmp / "landing").exists()

    def raw(self, source: str, table: str) -> str:
        """What dbt reads a raw table from."""
        return (
            f"read_parquet({files_below(self.data_dir.raw / source / table, '*/*.parquet')},"
            " hive_partitioning = true)"
        )

    def ledger(self, table: str) -> str:
        return f"read_parquet({files_below(self.data_dir.ledger / table, '*.parquet')})"

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        return _reader.execute(sql).fetchall()

    def rows(self, source: str, table: str, columns: str = "*") -> list[tuple[Any, ...]]:
        return self.query(f"select {columns} from {self.raw(source, table)} order by all")

    def quarantined(self) -> list[tuple[int, str, str]]:
        """(row number, row text, reason) of every quarantined row."""
        folder = self.data_dir.quarantine / "quarantined_row"
        return self.query(
            "select row_number, row_text, reason from"
            f" read_parquet({files_below(folder, '*.parquet')}) order by all"
        )

    def error(self, name: str) -> dict[str, Any]:
        """The `.error.json` of a rejected file, which must itself lie beside it, whole."""
        assert (self.data_dir.rejected / name).exists()
        assert not (self.data_dir.landing / name).exists()
        return json.loads((self.data_dir.rejected / f"{name}.error.json").read_text())


@pytest.fixture(scope="session")
def contract() -> Contract:
    """Seven tables of the project's contract."""
    tables = load_contract().tables
    return Contract({key: tables[key] for key in TABLES})


@pytest.fixture
def place(tmp_path: Path, contract: Contract) -> Place:
    return Place(DataDir(tmp_path), contract)


def zones(count: int, start: int = 0, bad: int = 0) -> str:
    """CSV of `store.visit_zone`; the last `bad` rows have a text for a time."""
    lines = ["visit_id,zone,entered_at,left_at,product_id"]
    for number in range(start, start + count):
        is_bad = number >= start + count - bad
        entered = "noon" if is_bad else f"2024-05-{1 + number % 9:02} 10:00:00"
        lines.append(f"v{number},till,{entered},,")
    return "\n".join(lines) + "\n"
