"""Speed and memory of landing, against a plain DuckDB COPY of the same file.

    python benchmarks/landing.py --rows 10000000

Generates one Parquet file of GA4 events (5 to 8 parameters each, 25 days), copies it with DuckDB
alone into Parquet partitioned by day, lands it, and prints time, memory and the ratios. Each step
is a process of its own, so that CPU time and peak memory are its own.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb

from viaggio.landing.load import LandingSettings, land
from viaggio.workspace.contract import load_contract
from viaggio.workspace.paths import PROJECT_DIR, DataDir
from viaggio.workspace.sql import file_to_read, file_to_write

DAYS = 25
TARGET_RATIO = 2.0
TARGET_BYTES = 2 << 30


@dataclass(frozen=True)
class Cost:
    """What one process took: seconds, CPU seconds (user and system), peak memory in bytes."""

    wall: float
    cpu: float
    memory: int


def generate(path: Path, rows: int, mixed: bool) -> None:
    """Write `rows` GA4 events in the contract's types and order: day by day, or all days mixed."""
    day = f"(i % {DAYS})" if mixed else f"(i * {DAYS} // {rows})"
    table = load_contract().tables["ga4", "event"]
    columns = ", ".join(
        f"({_VALUES.get(c.name, 'null')})::{c.data_type} as {c.name}" for c in table.columns
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(config={"memory_limit": "2GB", "preserve_insertion_order": False}) as con:
        con.execute(
            f"copy (select {columns} from (select (hash(i) >> 1)::bigint as h,"
            " (hash(i // 12) >> 1)::bigint as visit,"
            f" 1717200000000000 + {day} * 86400000000 + (hash(i) % 86400000000)::bigint as t"
            f" from range({rows}) as numbers(i)))"
            f" to {file_to_write(path)} (format parquet, compression zstd)"
        )


_VALUES = {
    "event_date": "strftime(make_timestamp(t), '%Y%m%d')",
    "event_timestamp": "t",
    "event_name": "['page_view', 'scroll', 'view_item', 'user_engagement', 'click'][1 + h % 5]",
    "event_params": """
        list_transform(range(5 + h % 4), lambda k: {
            'key': ['ga_session_id', 'page_location', 'page_title', 'ga_session_number',
                    'engagement_time_msec', 'page_referrer', 'source', 'medium'][k + 1],
            'value': {
                'string_value': case
                    when k = 1 then 'https://shop.example/products/' || (h % 3000)
                    when k = 2 then 'Product ' || (h % 3000) || ' | Shop'
                    when k = 5 then 'https://shop.example/collections/' || (h % 90)
                    when k > 5 then ['google', 'newsletter', '(direct)'][1 + visit % 3]
                end,
                'int_value': case
                    when k = 0 then visit % 4000000000
                    when k = 3 then visit % 9
                    when k = 4 then h % 60000
                end,
                'float_value': null::double,
                'double_value': null::double
            }
        })""",
    "event_bundle_sequence_id": "h % 1000000",
    "user_pseudo_id": "(visit % 2000000000) || '.' || (1700000000 + visit % 17000000)",
    "privacy_info": "row('Yes', 'Yes', 'No')",
    "user_first_touch_timestamp": "1700000000000000 + (visit % 17000000) * 1000000",
    "device": """{'category': ['desktop', 'mobile', 'tablet'][1 + visit % 3],
        'operating_system': ['Windows', 'Android', 'iOS'][1 + visit % 3], 'language': 'it-it',
        'web_info': {'browser': ['Chrome', 'Safari'][1 + visit % 2], 'hostname': 'shop.it'}}""",
    "geo": "{'country': 'Italy', 'region': 'Lombardy', 'city': 'Town ' || (visit % 900)}",
    "traffic_source": "{'name': '(organic)', 'medium': 'organic', 'source': 'google'}",
    "stream_id": "'1234567890'",
    "platform": "'WEB'",
    "is_active_user": "h % 10 > 0",
}


def copy_plainly(path: Path, folder: Path) -> None:
    """The yardstick: DuckDB as it comes, without a check, a hash or a ledger."""
    with duckdb.connect() as con:
        con.execute(
            f"copy (from {file_to_read(path)}) to {file_to_write(folder)}"
            " (format parquet, compression zstd, partition_by (event_date))"
        )


def measure(step: str, *arguments: str) -> Cost:
    """Run a step of this program in a process of its own."""
    started = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, __file__, "--step", step, *arguments],
        env={**os.environ, "PYTHONPATH": str(PROJECT_DIR)},
    )
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"step {step} ended with {child.returncode}")
    wall = time.perf_counter() - started
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def run_step(step: str, root: Path, rows: int, mixed: bool) -> None:
    """What a child process does."""
    data_dir = DataDir(root)
    path = data_dir.landing / "ga4" / "event" / "events.parquet"
    if step == "generate":
        generate(path, rows, mixed)
    elif step == "copy":
        copy_plainly(path, root / "copied")
    else:
        report = land(data_dir, settings=LandingSettings(settle_seconds=0))
        if report.rows_raw != rows:
            raise SystemExit(report.summary())


def compare(root: Path, rows: int, repeats: int, mixed: bool) -> bool:
    """Print a table of costs; true if landing keeps to its targets."""
    shared = ("--root", str(root), "--rows", str(rows), *(["--mixed"] if mixed else []))
    measure("generate", *shared)
    copies, lands = [], []
    for _ in range(repeats):
        for step, costs in (("copy", copies), ("land", lands)):
            for name in ("copied", "raw", "ledger", "ledger.sqlite"):
                target = root / name
                shutil.rmtree(target) if target.is_dir() else target.unlink(missing_ok=True)
            costs.append(measure(step, *shared))
    size = (root / "landing" / "ga4" / "event" / "events.parquet").stat().st_size
    print(
        f"{rows:,} events, {size / 1e6:,.0f} MB of Parquet, {DAYS} days"
        f" {'mixed' if mixed else 'in order'}, best of {repeats}"
    )
    print(f"{'':<12}{'wall s':>10}{'CPU s':>10}{'peak MiB':>10}")
    best = []
    for name, costs in (("plain COPY", copies), ("landing", lands)):
        cost = Cost(
            min(c.wall for c in costs), min(c.cpu for c in costs), min(c.memory for c in costs)
        )
        print(f"{name:<12}{cost.wall:>10.1f}{cost.cpu:>10.1f}{cost.memory / 2**20:>10,.0f}")
        best.append(cost)
    copied, landed = best
    wall, cpu = landed.wall / copied.wall, landed.cpu / copied.cpu
    print(f"{'ratio':<12}{wall:>10.2f}{cpu:>10.2f}")
    return max(wall, cpu) <= TARGET_RATIO and landed.memory < TARGET_BYTES


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--mixed", action="store_true", help="all days mixed (worst case)")
    parser.add_argument("--root", type=Path, help="folder to work in; a temporary one by default")
    parser.add_argument("--step", choices=["generate", "copy", "land"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        run_step(options.step, options.root, options.rows, options.mixed)
        return 0
    with tempfile.TemporaryDirectory(dir=options.root) as folder:
        kept = compare(Path(folder), options.rows, options.repeats, options.mixed)
    print("targets kept" if kept else "targets MISSED: 2x wall and CPU, 2 GiB")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
