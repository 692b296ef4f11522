"""Writes rows to landing files, each under a temporary name until it is whole."""

from __future__ import annotations

import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

import duckdb

from viaggio.workspace.sql import as_pattern, file_to_write

FORMATS = {
    "csv": "format csv, header true",
    "csv.gz": "format csv, header true, compression gzip",
    "jsonl": "format json",
    "jsonl.gz": "format json, compression gzip",
    # Small row groups: what a writer holds back until one is full counts against no memory limit.
    "parquet": "format parquet, compression snappy, row_group_size 20480",
}


@dataclass(frozen=True)
class Table:
    """How one table of the contract is exported.

    `period` is `week` or `month`: how many days one file holds unless every file is to hold one.
    `order_by` makes files byte-equal for a seed. A broken row holds `broken_value`, an SQL
    literal, in `broken_column`; only tables with many rows a day have such rows.
    """

    source: str
    name: str
    file_format: str
    order_by: str
    period: str = "month"
    broken_column: str = ""
    broken_value: str = ""

    @property
    def view(self) -> str:
        return f"out_{self.source}__{self.name}"

    def path(self, landing: Path, days: str) -> Path:
        """The file of this table for `days` (`YYYYMMDD` or `YYYYMMDD_YYYYMMDD`)."""
        return landing / self.source / self.name / f"{self.name}_{days}.{self.file_format}"


TABLES = (
    Table("ads", "campaign_day", "csv", "date, campaign_id"),
    Table("crm", "contact", "csv.gz", "property_lastmodifieddate, id, export_day",
          broken_column="property_lastmodifieddate", broken_value="'ieri'"),
    Table("crm", "contact_merge_audit", "csv", "timestamp, vid_to_merge"),
    Table("crm", "contact_form_submission", "csv", "timestamp, contact_id"),
    Table("crm", "deal", "csv", "property_createdate, deal_id"),
    Table("crm", "engagement", "csv", "occurred_at, engagement_id"),
    Table("crm", "engagement_contact", "csv", "engagement_id"),
    Table("crm", "ticket", "csv", "property_createdate, id"),
    Table("crm", "feedback_submission", "csv", "submitted_at, id"),
    Table("crm", "event_attendance", "csv", "attended_at, event_id, contact_id"),
    Table("email", "campaign", "jsonl", "id"),
    Table("email", "campaign_report", "csv", "campaign_id, variant, reported_at"),
    Table("email", "event", "parquet", "created, id", period="week",
          broken_column="recipient", broken_value="null"),
    Table("store", "customer", "csv", "created_at, id"),
    Table("store", "product", "csv", "id"),
    Table("store", "order", "csv", "updated_at, id, export_day",
          broken_column="total_price", broken_value="'da verificare'"),
    Table("store", "order_line", "csv", "id", broken_column="quantity", broken_value="'due'"),
    Table("store", "fulfillment", "csv", "created_at, id"),
    Table("store", "refund_line", "csv", "created_at, id"),
    Table("store", "transaction", "csv.gz", "created_at, id"),
    Table("store", "abandoned_checkout", "csv", "created_at, id"),
    Table("store", "location", "csv", "id"),
    Table("store", "visit", "jsonl.gz", "entered_at, id",
          broken_column="entered_at", broken_value="timestamp '2100-01-01'"),
    Table("store", "visit_zone", "parquet", "visit_id, entered_at, zone"),
    Table("store", "footfall", "csv", "started_at, location_id, counter_id"),
    Table("store", "loyalty_event", "csv", "occurred_at, id"),
    Table("store", "referral", "csv", "id"),
    Table("reviews", "review", "jsonl", "created_at, id"),
    Table("social", "interaction", "jsonl", "occurred_at, id"),
    Table("search_console", "query_day", "parquet", "data_date, url, query, country, device"),
    Table("reference", "exchange_rate", "csv", "date, currency"),
    Table("privacy", "erasure_request", "csv", "requested_at, id"),
)  # fmt: skip


def copy_to(con: duckdb.DuckDBPyConnection, query: str, path: Path, file_format: str) -> int:
    """Write the rows of `query` to `path` and return how many; nothing is written for none.

    The file appears under its name only when it is whole.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{threading.get_ident()}.tmp")
    try:
        [(rows,)] = con.execute(
            f"copy ({query}) to {file_to_write(part)} ({FORMATS[file_format]})"
        ).fetchall()
        if rows:
            part.replace(path)
        return rows
    finally:
        part.unlink(missing_ok=True)


def copy_by_file(
    con: duckdb.DuckDBPyConnection, query: str, folder: Path, scratch: Path
) -> list[tuple[Path, int]]:
    """Write the rows of `query` to Parquet files of `folder` named by its column `file_name`.

    Rows keep their order and files appear when they are whole. Returns them with their rows.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=scratch) as parts:
        con.execute(
            f"copy ({query}) to {file_to_write(Path(parts))} "
            f"({FORMATS['parquet']}, partition_by (file_name), overwrite true)"
        )
        written = sorted(Path(parts).glob("file_name=*/*"))
        if not written:
            return []
        counts = con.execute(
            "select file_name, num_rows from parquet_file_metadata(?)",
            [[as_pattern(f) for f in written]],
        ).fetchall()
        files = []
        for part, rows in sorted(counts):
            path = folder / Path(part).parent.name.removeprefix("file_name=")
            Path(part).replace(path)
            files.append((path, rows))
    return files
