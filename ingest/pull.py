"""Pulls a source: dlt reads what is new, and its rows become files in the landing folder.

dlt commits a feed's cursor together with the rows it read. Rows that could not be written stay in
its folder, and the next pull writes them first. So a row is written at least once; landing keeps
one version of each.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dlt
from dlt.common.schema import TTableSchema
from dlt.common.storages import FileStorage
from dlt.extract import DltResource
from sqlalchemy.exc import SQLAlchemyError

from ingest.errors import explain
from ingest.feeds import COPIED, Feed, Period, contract
from ingest.sources import IngestError, Source
from viaggio.workspace.lock import writer_lock
from viaggio.workspace.paths import DataDir


@dataclass
class Outcome:
    """What became of a feed: the files it wrote, with their rows, and why it failed.

    If rows wait to be written, nothing more is pulled before they are.
    """

    feed: str
    files: dict[str, int | None] = field(default_factory=dict)
    failed: str | None = None
    waits: bool = False


def pull(source: Source, data_dir: DataDir, since: datetime | None = None) -> Iterator[Outcome]:
    """Pull each feed of a source; one that fails does not stop the others.

    With `since`, a feed that was pulled before is read again from then on, and its cursor stays.

    Raises:
        IngestError: The source is not configured, or not as it should be.
        WriterBusyError: Another process is pulling this source.
    """
    # Two pulls of one source would share their cursors.
    with writer_lock(DataDir(data_dir.ingest / source.name)), ExitStack() as stack:
        try:
            feeds = source.feeds(stack)
        except SQLAlchemyError as error:
            raise IngestError(explain(error, source, source.name)) from None
        for feed in feeds:
            outcome = _pull(source, feed, data_dir, since)
            yield outcome
            if outcome.waits:
                return


def _pull(source: Source, feed: Feed, data_dir: DataDir, since: datetime | None) -> Outcome:
    outcome = Outcome(feed.name)
    pipeline = dlt.pipeline(
        source.name,
        pipelines_dir=str(data_dir.ingest),
        destination=_landing(data_dir.landing, source, outcome),
    )

    @dlt.source(name=source.name, max_table_nesting=0)
    def resources() -> list[DltResource]:
        return feed.resources(_period(pipeline, source, feed, since))

    try:
        if pipeline.has_pending_data:
            pipeline.run()
        pipeline.run(resources())
    except Exception as error:
        outcome.failed = explain(error, source, f"{source.name}.{feed.name}")
    outcome.waits = _tidy(pipeline)
    return outcome


def _tidy(pipeline: dlt.Pipeline) -> bool:
    """Remove all that dlt keeps of a pull but its cursors; false if no rows wait to be written."""
    working_dir = Path(pipeline.working_dir)
    (working_dir / "trace.pickle").unlink(missing_ok=True)
    shutil.rmtree(working_dir / "load" / "loaded", ignore_errors=True)
    if not pipeline.has_pending_data:
        shutil.rmtree(working_dir / "normalize", ignore_errors=True)
    return pipeline.has_pending_data


def _period(pipeline: dlt.Pipeline, source: Source, feed: Feed, since: datetime | None) -> Period:
    states: dict[str, Any] = pipeline.state.get("sources") or {}
    is_known = feed.name in states.get(source.name, {}).get("resources", {})
    return Period(since, datetime.now(UTC) if since and is_known else None)


def _landing(landing: Path, source: Source, outcome: Outcome) -> Any:
    """A destination for dlt: each of its files of rows becomes a landing file, or none does."""

    @dlt.destination(name="landing", batch_size=0)  # zero: it is given files
    def write(file: Any, table: TTableSchema) -> None:
        table_name = str(table["name"])
        if table_name == COPIED:
            outcome.files.update((row["path"], None) for row in _rows(file))
            return
        # `<load id>/<folder of its state>/<table>.<file id>.<tries>...`, the same when tried again.
        # Of two files, landing takes the rows of the one whose name comes last.
        load_id, file_id = Path(file).parents[1].name, Path(file).name.split(".")[1]
        contract_source, _, contract_table = table_name.partition("__")
        raw = contract().tables[contract_source, contract_table]
        target = raw.folder(landing) / f"{source.name}_{load_id}_{file_id}.jsonl"
        rows = _write(file, target, [column.name for column in raw.columns])
        outcome.files[target.relative_to(landing).as_posix()] = rows

    return write


def _write(file: str, target: Path, columns: list[str]) -> int:
    """Write rows with all columns of their table, whole or not at all; the number of rows."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.tmp")
    rows = 0
    try:
        with part.open("w", encoding="utf-8") as out:
            for row in _rows(file):
                shaped = {column: row.get(column) for column in columns}
                out.write(json.dumps(shaped, ensure_ascii=False) + "\n")
                rows += 1
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return rows


def _rows(file: str) -> Iterator[dict[str, Any]]:
    """Rows of one of dlt's files, each line a list of them."""
    with FileStorage.open_zipsafe_ro(file) as lines:
        for line in lines:
            yield from json.loads(line)
