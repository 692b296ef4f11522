"""How fast the demo world is made: `python benchmarks/sample_data.py [--persons ...]`.

Prints a table: persons, days, GA4 rows, all rows, seconds, processor seconds, peak memory.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from viaggio.workspace.sql import file_to_read

PROJECT_DIR = Path(__file__).resolve().parent.parent


def measure(persons: int, days: int, memory_limit: str) -> dict[str, object]:
    """Generate one world in a process of its own and measure that process."""
    with tempfile.TemporaryDirectory() as folder:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        began = time.monotonic()
        subprocess.run(
            [
                *(sys.executable, "-m", "sample_data", "--out", folder),
                *("--persons", str(persons), "--days", str(days)),
                *("--memory-limit", memory_limit),
            ],
            cwd=PROJECT_DIR,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        seconds = time.monotonic() - began
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        [(ga4, rows)] = duckdb.execute(
            f"select sum(rows) filter (where source = 'ga4'), sum(rows) "
            f"from {file_to_read(Path(folder, 'truth', 'file.parquet'))}"
        ).fetchall()
    used = (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)
    return {
        "persons": persons,
        "days": days,
        "ga4_rows": int(ga4),
        "rows": int(rows),
        "seconds": round(seconds, 1),
        "processor_seconds": round(used, 1),
        "peak_mib": after.ru_maxrss // 1024,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, nargs="+", default=[2_000, 20_000])
    parser.add_argument("--days", type=int, default=180)
    parser.add_argument("--memory-limit", default="1GB")
    args = parser.parse_args()
    for persons in args.persons:
        print(json.dumps(measure(persons, args.days, args.memory_limit)), flush=True)


if __name__ == "__main__":
    main()
