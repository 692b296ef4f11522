"""Dagster's event log in SQLite, with its files kept open between events.

Dagster's own opens a file and plans each statement again for every one of a run's thousands of
events, which takes longer than to store them.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from typing import Any

from dagster import AssetKey, DagsterEventType, EventLogEntry, EventRecordsFilter
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.event_log.base import PlannedMaterializationInfo
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, create_engine, event

# Each run has a file of its own beside the common one; a server looks at many of them.
OPEN_FILES = 8


class OpenEventLog(SqliteEventLogStorage):
    """Files of the event log, each opened when first asked for; the same files as Dagster's own."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: OrderedDict[str, Engine] = OrderedDict()
        self._tables: set[str] = set()
        self._begun: dict[str, frozenset[str | None]] = {}
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Any
    ) -> OpenEventLog:
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Generator[Connection, None, None]:
        with self._db_lock, self._engine(shard).begin() as connection:
            yield connection

    def _engine(self, shard: str) -> Engine:
        # Dagster forgets which files it initialised when it deletes them.
        if shard not in self._initialized_dbs and (outdated := self._engines.pop(shard, None)):
            outdated.dispose()
        if shard not in self._engines:
            self._engines[shard] = self._open(shard)
        self._engines.move_to_end(shard)
        while len(self._engines) > OPEN_FILES:
            self._engines.popitem(last=False)[1].dispose()
        return self._engines[shard]

    def _open(self, shard: str) -> Engine:
        engine = create_engine(
            self.conn_string_for_shard(shard),
            connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS},
        )
        event.listen(engine, "connect", _wait_less_for_the_disk)
        if shard not in self._initialized_dbs:
            self._initdb(engine)
            self._initialized_dbs.add(shard)
        return engine

    def has_table(self, table_name: str) -> bool:
        # Asked for every event; a table that is there stays.
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    def store_event(self, event: EventLogEntry) -> None:
        super().store_event(event)
        # An open page of the run waits for its file to change, and SQLite writes beside it.
        os.utime(self.path_for_shard(event.run_id))

    def store_together(self, events: Iterable[EventLogEntry]) -> None:
        """Store materializations of days in one transaction, where assets look for them.

        The file of the run is spared them: a first load has thousands.
        """
        with self.index_transaction() as connection:
            for event in events:
                connection.execute(self.prepare_insert_event(event))

    def get_latest_planned_materialization_info(
        self, asset_key: AssetKey, partition: str | None = None
    ) -> PlannedMaterializationInfo | None:
        """The newest run that was to make an asset; none if it failed before it came to that.

        Dagster's pages mark all assets as failed that the run was to make. Those it never began
        with are as they were.
        """
        wanted = EventRecordsFilter(
            DagsterEventType.ASSET_MATERIALIZATION_PLANNED,
            asset_key=asset_key,
            asset_partitions=[partition] if partition else None,
        )
        for planned in self.get_event_records(wanted, limit=1):
            begun = self._begun_by_failed(planned.run_id)
            if begun is None or planned.event_log_entry.step_key in begun:
                return PlannedMaterializationInfo(
                    storage_id=planned.storage_id, run_id=planned.run_id
                )
        return None

    def _begun_by_failed(self, run_id: str) -> frozenset[str | None] | None:
        """The steps that a failed run began; none if it has not failed."""
        if run_id not in self._begun:
            if not self.get_logs_for_run(run_id, of_type=DagsterEventType.RUN_FAILURE):
                return None
            begun = self.get_logs_for_run(run_id, of_type=DagsterEventType.STEP_START)
            self._begun[run_id] = frozenset(entry.step_key for entry in begun)
        return self._begun[run_id]

    def dispose(self) -> None:
        super().dispose()
        with self._db_lock:
            while self._engines:
                self._engines.popitem()[1].dispose()


def _wait_less_for_the_disk(connection: Any, _record: object) -> None:
    """After a power cut the last events may be missing; the file is whole all the same."""
    connection.execute("pragma synchronous = normal")
