"""The whole run, as a person starts it: complete, repeated, backfilled, failed, healed."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from orchestration.assets.raw import raw_key
from orchestration.build import MODEL_LAYERS, PUBLISHED_LAYERS, build_definitions
from orchestration.progress import is_up_to_date, pending_days
from tests.python.conftest import FINDINGS, Built, Command, run_command, run_module
from tests.python.ingest.vendor import Reply, serve
from viaggio.alerts.causes import PREFIX
from viaggio.publishing.publish import current
from viaggio.workspace.contract import load_contract
from viaggio.workspace.dbt_project import load_manifest
from viaggio.workspace.paths import PROJECT_DIR, DataDir

pytestmark = pytest.mark.slow


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


def run(data_dir: DataDir, *arguments: str) -> Command:
    return run_module(data_dir, "orchestration.run", *arguments)


def published(data_dir: DataDir, sql: str) -> list[tuple]:
    with duckdb.connect(data_dir.published / "viaggio.duckdb", read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_the_first_run_publishes_counts_that_balance(built: Built) -> None:
    assert built.first_run.code == 0, built.first_run.output
    publication = current(built.data_dir)
    assert publication is not None
    counts = published(
        built.data_dir,
        """
        select count(*), sum(rows_staged), bool_and(balanced) from audit.audit_reconciliation
        """,
    )
    assert counts[0][0] == len(load_contract().tables)
    assert counts[0][1] > 1000
    assert counts[0][2] is True


def test_every_mart_is_published_with_rows_and_described(built: Built) -> None:
    publication = current(built.data_dir)
    assert publication is not None
    manifest = load_manifest(built.data_dir)
    marts = {model.name for model in manifest.models if model.layer == "marts"}
    rows = {table.name: table.rows for table in publication.tables if table.schema == "marts"}
    assert rows.keys() == marts
    empty = {name for name, count in rows.items() if count == 0}
    assert empty <= FINDINGS
    undescribed = published(
        built.data_dir,
        """
        select table_name from duckdb_tables() where comment is null
        union all
        select table_name || '.' || column_name from duckdb_columns()
        where not internal and comment is null
        """,
    )
    assert undescribed == []


def test_the_run_says_what_happened_and_where_to_look(built: Built) -> None:
    for words in (
        "Is every row accounted for?",
        "published",
        "viaggio.duckdb",
        "checks passed",
        "make dagster",
    ):
        assert words in built.first_run.output


def test_every_row_count_and_day_is_seen_in_dagster(
    built: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in built.data_dir.environment().items():
        monkeypatch.setenv(name, value)
    with dg.DagsterInstance.get() as instance:
        events = dg.AssetKey(["staging", "stg_ga4__events"])
        [whole] = [
            record.asset_materialization
            for record in instance.fetch_materializations(events, limit=100).records
            if record.asset_materialization
            and "dagster/row_count" in record.asset_materialization.metadata
        ]
        rows = whole.metadata["dagster/row_count"].value
        with duckdb.connect(built.data_dir.warehouse, read_only=True) as connection:
            counted = connection.execute("select count(*) from staging.stg_ga4__events").fetchone()
        assert counted == (rows,)
        key = raw_key("ga4", "event")
        assert instance.get_materialized_partitions(key) == set(
            raw_days(built.data_dir, "ga4/event")
        )
        landed = instance.get_latest_materialization_event(key)
        assert landed is not None
        assert landed.asset_materialization is not None
        assert landed.asset_materialization.metadata["files"].value > 0


def raw_days(data_dir: DataDir, table: str) -> list[str]:
    """The days that a raw table has rows for, in order."""
    folders = sorted((data_dir.raw / table).glob("event_day=*"))
    days = [folder.name.removeprefix("event_day=") for folder in folders]
    return [day for day in days if day != "1970-01-01"]


def test_a_blocked_run_says_why_and_marks_only_what_it_began_with(
    built: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A day of store visits has lost its rows; the run ends before dbt."""
    data_dir = built.copy(tmp_path / "data")
    day = raw_days(data_dir, "store/visit")[-1]
    shutil.rmtree(data_dir.raw / "store" / "visit" / f"event_day={day}")

    blocked = run(data_dir, "--backfill", day)

    assert blocked.code == 1, blocked.output
    (sentence,) = [line for line in blocked.output.splitlines() if line.startswith("FAILED")]
    assert sentence.startswith(
        f"FAILED expectations_raw: store.visit, {day}: expected that the days that were loaded "
        "have rows; found 0 (and 1 more failure); drop a correct file into landing/store/visit/, "
    )
    assert f"viaggio accept store.visit {day} --reason" in sentence
    for name, value in data_dir.environment().items():
        monkeypatch.setenv(name, value)
    with dg.DagsterInstance.get() as instance:
        (record,) = instance.get_run_records(limit=1)
        assert record.dagster_run.tags["viaggio/reason"] == "store.visit: 0 (and 1 more)"
        newest = {
            path: instance.get_latest_planned_materialization_info(dg.AssetKey(path.split("/")))
            for path in ("raw/store/visit", "marts/fct_orders", "published")
        }
    begun = {path for path, planned in newest.items() if planned}
    assert begun == {"raw/store/visit"}


def test_definitions_load_and_hold_every_raw_table(
    built: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Any warning while loading fails the test."""
    monkeypatch.setenv("VIAGGIO_DATA_DIR", str(built.data_dir.root))
    definitions = build_definitions(built.data_dir)
    dg.Definitions.validate_loadable(definitions)
    graph = definitions.resolve_asset_graph()
    raw = {raw_key(*table) for table in load_contract().tables}
    assert raw <= graph.materializable_asset_keys
    checked = {key.asset_key for key in graph.asset_check_keys if key.name == "expectations"}
    assert raw <= checked
    models = {key for key in graph.materializable_asset_keys if key.path[0] in MODEL_LAYERS}
    own = {key for key in models if key.path[-1].startswith(("stg_landing_", "stg_validation_"))}
    assert models - own <= checked
    assert {(key.path[0], *graph.get(key).owners) for key in models} == {
        (layer, f"team:{'data_engineering' if layer == 'staging' else 'analytics'}")
        for layer in MODEL_LAYERS
    }
    groups = {graph.get(key).group_name for key in models if key.path[0] != "staging"}
    assert {"intermediate_web", "marts_orders"} <= groups
    # What reads the results of expectations is built after them.
    audit = {key for key in graph.materializable_asset_keys if key.path[0] == "audit"}
    assert audit
    after = {key for key in audit if graph.get(key).execution_set_asset_keys & models}
    assert after == set()
    assert all(graph.get(key).group_name for key in graph.get_all_asset_keys())
    for key in graph.materializable_asset_keys:
        is_published = key.path[0] in PUBLISHED_LAYERS or key.path == ["published"]
        assert (graph.get(key).freshness_policy is not None) is is_published
    # The end of the run waits for everything that is published.
    published_parents = graph.get(dg.AssetKey("published")).parent_keys
    assert {key.path[0] for key in published_parents} <= PUBLISHED_LAYERS


def test_a_run_without_news_changes_nothing(built: Built, tmp_path: Path) -> None:
    data_dir = built.copy(tmp_path / "data")
    before = current(data_dir)
    again = run(data_dir)
    assert again.code == 0, again.output
    assert "Nothing new" in again.output
    assert current(data_dir) == before


def test_a_failed_and_a_killed_run_leave_readers_alone_and_the_next_heals_both(
    built: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stack: ExitStack
) -> None:
    """One run fails its audit, the next is killed, and the third, a backfill, publishes.

    The audit fails since a raw file that landing did not write makes the counts differ from the
    ledger's. Kill -9 hits the run and the dbt it started, once its file has landed and dbt writes.
    Of the two days of the backfill one has lost its rows; and a file comes that is rejected.
    Alerts are told of the failure, of its end and of the rejected file.
    """
    hook = stack.enter_context(serve(lambda _: Reply({}, 202)))
    monkeypatch.setenv(f"{PREFIX}WEBHOOK_URL", hook.url)
    data_dir = built.copy(tmp_path / "data")
    before = current(data_dir)
    assert before is not None
    table = data_dir.raw / "store" / "location"
    real = next(p for p in table.rglob("*.parquet") if p.name != "schema.parquet")
    stray = real.with_name("stray.parquet")
    shutil.copy(real, stray)

    failed = run(data_dir, "--force")
    assert failed.code == 1, failed.output
    assert "readers keep what they had" in failed.output
    assert "BLOCKS  assert_reconciliation_balances: store.location has " in failed.output
    assert current(data_dir) == before
    stray.unlink()

    dropped = data_dir.landing / "reference" / "exchange_rate" / "more.csv"
    dropped.write_text("date,currency,rate_to_eur\n2025-01-02,SEK,0.09\n", encoding="utf-8")
    run_and_kill(data_dir)
    assert current(data_dir) == before

    days = staged_events(data_dir)[:2]
    first, last = days[0][0], days[1][0]
    with duckdb.connect(data_dir.warehouse) as connection:
        connection.execute("delete from staging.stg_ga4__events where event_day = ?", [first])
    dropped.with_name("broken.csv").write_text("day,rate\n2025-01-02,1\n", encoding="utf-8")
    healed = run(data_dir, "--backfill", f"{first}:{last}")
    assert healed.code == 3, healed.output
    assert "broken.csv" in healed.output
    assert list(data_dir.rejected.rglob("broken.csv.error.json"))
    assert staged_events(data_dir)[:2] == days
    after = current(data_dir)
    assert after is not None
    assert after.id != before.id
    balance = published(
        data_dir,
        f"""
        select bool_and(balanced), sum(rows_raw) filter (where table_name = 'exchange_rate')
        from audit.audit_reconciliation where run_id = '{after.run_id}'
        """,
    )
    (rates_before,) = published(
        built.data_dir,
        "select sum(rows_raw) from audit.audit_reconciliation where table_name = 'exchange_rate'",
    )[0]
    assert balance == [(True, rates_before + 1)]

    for name, value in data_dir.environment().items():
        monkeypatch.setenv(name, value)
    with dg.DagsterInstance.get() as instance:
        newest, killed, _ = instance.get_runs(limit=3)
        assert newest.tags["dagster/asset_partition_range_start"] == str(first)
        assert newest.tags["viaggio/outcome"] == "published_in_part"
        assert killed.status == dg.DagsterRunStatus.FAILURE
    alerts = [alert for request in hook.asked for alert in request.body["alerts"]]
    told = [(each["key"], each["state"]) for each in alerts if each["kind"] != "warned"]
    assert told == [
        ("run_failed:viaggio", "open"),
        ("file_rejected:reference/exchange_rate/broken.csv", "open"),
        ("run_failed:viaggio", "over"),
    ]
    [failure] = [each["text"] for each in alerts if each["kind"] == "run_failed"][:1]
    assert "assert_reconciliation_balances" in failure


def run_and_kill(data_dir: DataDir) -> None:
    """Start a run and kill it with all it started, as soon as dbt writes to the warehouse.

    Returns when the last of them is gone, and with it its lock on the warehouse.
    """
    untouched = data_dir.warehouse.stat().st_mtime_ns
    child = subprocess.Popen(
        [sys.executable, "-m", "orchestration.run"],
        cwd=PROJECT_DIR,
        env={**os.environ, **data_dir.environment()},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    wal = data_dir.warehouse.with_suffix(".duckdb.wal")
    deadline = time.monotonic() + 300
    while not wal.exists() and data_dir.warehouse.stat().st_mtime_ns == untouched:
        assert child.poll() is None, "the run ended before it could be killed"
        assert time.monotonic() < deadline, "dbt never wrote"
        time.sleep(0.05)
    os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    while is_locked(data_dir.warehouse):
        assert time.monotonic() < deadline, "what was killed still holds the warehouse"
        time.sleep(0.05)


def is_locked(warehouse: Path) -> bool:
    """Whether a process holds the file, by the lock DuckDB takes on it."""
    with warehouse.open("r+b") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def staged_events(data_dir: DataDir) -> list[tuple[date, int]]:
    """Days of the staged GA4 events and their numbers, in order."""
    with duckdb.connect(data_dir.warehouse) as connection:
        return connection.execute(
            """
            select event_day, count(*) from staging.stg_ga4__events
            group by event_day order by event_day
            """
        ).fetchall()


def test_what_is_published_is_up_to_date(built: Built) -> None:
    assert is_up_to_date(built.data_dir)
    assert pending_days(built.data_dir) == {}


def test_nonsense_for_a_backfill_is_refused(built: Built) -> None:
    refused = run(built.data_dir, "--backfill", "yesterday")
    assert refused.code == 2
    assert "Write one day (2025-03-01)" in refused.output


def test_a_run_on_spark_is_refused_with_the_way_to_go(built: Built) -> None:
    refused = run_command(
        built.data_dir,
        *("env", "VIAGGIO_TARGET=spark", sys.executable, "-m", "orchestration.run"),
    )
    assert refused.code == 2
    assert "make spark" in refused.output
