"""The raw contract, read from the dbt sources: the one place that says what may land."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import yaml
from duckdb.sqltypes import DuckDBPyType

from viaggio.workspace.disk import entries
from viaggio.workspace.paths import PROJECT_DIR

EPOCH_MICROSECONDS = "epoch_microseconds"
DAY_ZERO = "1970-01-01"
SCHEMA_FILE = "schema.parquet"

# What landing adds to the contract's columns, in this order.
LOAD_COLUMNS = {
    "_extra_columns": "varchar",
    "_source_file": "varchar",
    "_source_row": "bigint",
    "_loaded_at": "timestamp",
    "_row_hash": "bigint",
    "_key_hash": "bigint",
}


class ContractError(ValueError):
    """The dbt sources do not describe a raw contract that landing can work with."""


@dataclass(frozen=True)
class Column:
    """One column of a raw table.

    Attributes:
        names: Type of the identifier that the column holds, where it holds one of a person.
        network: Network of a social handle; where it is missing, the column `network` tells it.
        is_other_party: The identifier is that of somebody else than the row's own person.
    """

    name: str
    data_type: str
    description: str = ""
    required: bool = False
    unit: str | None = None
    may_be_future: bool = False
    may_be_old: bool = False
    accepted_values: tuple[str, ...] = ()
    pii: str | None = None
    names: str | None = None
    network: str | None = None
    is_other_party: bool = False

    @cached_property
    def type(self) -> DuckDBPyType:
        """The type as DuckDB understands it."""
        return duckdb.sqltype(self.data_type)

    @property
    def is_nested(self) -> bool:
        return self.type.id in ("struct", "list")

    @property
    def is_moment(self) -> bool:
        """Whether the values are moments or days: not in the future, not before 2000."""
        return self.type.id in ("timestamp", "date") or self.unit == EPOCH_MICROSECONDS


@dataclass(frozen=True)
class RawTable:
    """One table of the contract; its files lie in `landing/<source>/<name>/`.

    Attributes:
        is_record: Its rows are nothing but records of persons: an erasure removes them.
    """

    source: str
    name: str
    description: str
    columns: tuple[Column, ...]
    business_key: tuple[str, ...]
    event_time: str | None = None
    event_day: str | None = None
    updated_at: str | None = None
    is_record: bool = False

    @property
    def key(self) -> tuple[str, str]:
        return self.source, self.name

    @property
    def has_days(self) -> bool:
        """Whether its rows belong to days; others all lie in day zero."""
        return self.event_time is not None or self.event_day is not None

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def folder(self, raw: Path) -> Path:
        """Where the table's files lie below `raw`."""
        return raw / self.source / self.name

    def parts(self, raw: Path, day: str) -> list[Path]:
        """The files of a day (`event_day=2025-03-01`) that hold rows, by name.

        Raises:
            OSError: The folder of the day cannot be read.
        """
        schema = self.schema_file(raw)
        return [
            path
            for path in entries(self.folder(raw) / day)
            if path.suffix == ".parquet" and path != schema
        ]

    def days(self, raw: Path) -> list[str]:
        """The days that the table has folders for, such as `event_day=2025-03-01`.

        Raises:
            OSError: The folder of the table cannot be read.
        """
        return [
            path.name for path in entries(self.folder(raw)) if path.name.startswith("event_day=")
        ]

    def schema_file(self, raw: Path) -> Path:
        """The file without rows that makes an empty table readable."""
        return self.folder(raw) / f"event_day={DAY_ZERO}" / SCHEMA_FILE


@dataclass(frozen=True)
class Contract:
    """All raw tables, by (source, table)."""

    tables: dict[tuple[str, str], RawTable]


def load_contract(project_dir: Path = PROJECT_DIR) -> Contract:
    """Read the contract from `models/staging/*/_*__sources.yml`.

    Only tables whose meta has a `business_key` are raw tables; the others (ledger, validation)
    are written by the project itself.

    Raises:
        ContractError: A table repeats a column, names one it does not have, or a type is unknown.
    """
    tables: dict[tuple[str, str], RawTable] = {}
    for path in sorted((project_dir / "models" / "staging").glob("*/_*__sources.yml")):
        document = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        for source in document.get("sources", []):
            for entry in source.get("tables", []):
                if "business_key" in _meta(entry):
                    table = _table(source["name"], entry)
                    _check(table, path)
                    tables[table.key] = table
    if not tables:
        raise ContractError(f"{project_dir}/models/staging: no sources with a meta.business_key")
    return Contract(tables)


def _meta(node: dict[str, Any]) -> dict[str, Any]:
    return (node.get("config") or {}).get("meta") or {}


def _table(source: str, entry: dict[str, Any]) -> RawTable:
    meta = _meta(entry)
    return RawTable(
        source=source,
        name=entry["name"],
        description=entry.get("description", ""),
        columns=tuple(_column(column) for column in entry.get("columns", [])),
        business_key=tuple(meta["business_key"]),
        event_time=meta.get("event_time"),
        event_day=meta.get("event_day"),
        updated_at=meta.get("updated_at"),
        is_record=bool(meta.get("is_record")),
    )


def _column(entry: dict[str, Any]) -> Column:
    meta = _meta(entry)
    return Column(
        name=entry["name"],
        data_type=entry["data_type"],
        description=entry.get("description", ""),
        required=bool(meta.get("required")),
        unit=meta.get("unit"),
        may_be_future=bool(meta.get("may_be_future")),
        may_be_old=bool(meta.get("may_be_old")),
        accepted_values=tuple(str(value) for value in meta.get("accepted_values", ())),
        pii=meta.get("pii"),
        names=meta.get("names"),
        network=meta.get("network"),
        is_other_party=bool(meta.get("is_other_party")),
    )


def _check(table: RawTable, path: Path) -> None:
    where = f"{path}: table {table.source}.{table.name}"
    names = [column.name.lower() for column in table.columns]
    repeated = {name for name in names if names.count(name) > 1}
    if repeated:
        raise ContractError(f"{where}: columns described twice: {', '.join(sorted(repeated))}")
    pointers = (*table.business_key, table.event_time, table.event_day, table.updated_at)
    unknown = [name for name in pointers if name and name.lower() not in names]
    if unknown:
        raise ContractError(f"{where}: meta names columns it does not have: {', '.join(unknown)}")
    for column in table.columns:
        try:
            _ = column.type
        except duckdb.Error as error:
            raise ContractError(f"{where}: column {column.name}: {error}") from error
