"""Where a build's time goes, model by model: `python -m benchmarks.model_costs`.

Generates and lands a world as `one_day.py` does, then builds it one model at a time, so that what
the processor did belongs to one model. With `--data-dir` it profiles whatever the next build of
that data directory does: all of it where nothing is built yet, or the days that landed since.

Prints, a model: processor seconds over all cores, seconds, rows, MiB read and written, the most
MiB spilled at once, and how often the build reads the model (views in between count as reads).
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
from dbt.cli.main import dbtRunner

from benchmarks.one_day import empty_data_dir, generate, persons_for
from viaggio.landing.load import LandingSettings, land
from viaggio.workspace.dbt_project import AUDIT_SELECTION
from viaggio.workspace.manifest import Manifest, Node
from viaggio.workspace.paths import PROJECT_DIR, DataDir

SHOWN = 40
MIB = 1 << 20
# How often the folder of spilled blocks is looked at.
SPILL_SECONDS = 0.1


class Cost(NamedTuple):
    """What was used: by a process so far, or by one model."""

    cpu_seconds: float
    seconds: float
    read: int
    written: int
    spilled: int

    def since(self, begun: Cost) -> Cost:
        """What was used in between; what was spilled at once stays as it is."""
        return Cost(
            self.cpu_seconds - begun.cpu_seconds,
            self.seconds - begun.seconds,
            self.read - begun.read,
            self.written - begun.written,
            self.spilled,
        )


class Meter:
    """Takes dbt's events, and keeps what was used between the start and the end of each node."""

    def __init__(self, spill: Path) -> None:
        self.costs: dict[str, Cost] = {}
        self._spill = spill
        self._most_spilled = 0
        self._begun = self._used()
        threading.Thread(target=self._watch, daemon=True).start()

    def __call__(self, event: Any) -> None:
        if event.info.name == "NodeStart":
            self._most_spilled = 0
            self._begun = self._used()
        elif event.info.name == "NodeFinished":
            self.costs[event.data.node_info.unique_id] = self._used().since(self._begun)

    def _used(self) -> Cost:
        used = resource.getrusage(resource.RUSAGE_SELF)
        lines = Path("/proc/self/io").read_text("ascii").splitlines()
        done = {name: int(count) for name, count in (line.split(": ") for line in lines)}
        return Cost(
            used.ru_utime + used.ru_stime,
            time.monotonic(),
            done["rchar"],
            done["wchar"],
            self._most_spilled,
        )

    def _watch(self) -> None:
        while True:
            spilled = sum(file.stat().st_size for file in self._spill.glob("duckdb_temp*"))
            self._most_spilled = max(self._most_spilled, spilled)
            time.sleep(SPILL_SECONDS)


def build(data_dir: DataDir) -> dict[str, Cost]:
    """Build one node at a time; returns what each took, by dbt's id.

    To be run in a process of its own: dbt does not close the warehouse before its process ends.

    Raises:
        RuntimeError: dbt did not build everything.
    """
    os.environ.update(data_dir.environment())
    meter = Meter(data_dir.tmp)
    done = dbtRunner(callbacks=[meter]).invoke(
        [
            *("build", "--quiet", "--no-version-check", "--threads", "1"),
            *("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"),
            *("--exclude", AUDIT_SELECTION),
        ]
    )
    if not done.success:
        raise RuntimeError("dbt did not build everything") from done.exception
    return meter.costs


def reads(manifest: Manifest) -> Counter[str]:
    """How often one build reads each node; what reads a view reads what the view does."""
    found: Counter[str] = Counter()

    def count(node: Node) -> None:
        for parent in node.parents:
            found[parent] += 1
            if parent in manifest.nodes and manifest.nodes[parent].is_view:
                count(manifest.nodes[parent])

    for node in manifest.models:
        if not node.is_view:
            count(node)
    return found


def show(data_dir: DataDir, costs: dict[str, Cost], shown: int) -> None:
    """Print the sums by layer, then the costliest models."""
    manifest = Manifest(json.loads((data_dir.root / "target" / "manifest.json").read_text("utf-8")))
    costs = {name: cost for name, cost in costs.items() if name in manifest.nodes}
    with duckdb.connect(data_dir.warehouse, read_only=True) as warehouse:
        tables = "select schema_name, table_name, estimated_size from duckdb_tables()"
        sizes = warehouse.execute(tables).fetchall()
    rows = {(schema, name): size for schema, name, size in sizes}
    print(f"{'':<46}{'cpu s':>8}{'s':>8}{'rows':>12}", end="")
    print(f"{'read':>8}{'written':>8}{'spilled':>8}{'reads':>6}")
    for layer in sorted({manifest.nodes[name].layer for name in costs}):
        _line(layer, [cost for name, cost in costs.items() if manifest.nodes[name].layer == layer])
    _line("all", list(costs.values()))
    often = reads(manifest)
    for name in sorted(costs, key=lambda name: -costs[name].cpu_seconds)[:shown]:
        node = manifest.nodes[name]
        size = f"{rows[node.table]:,}" if node.table in rows else ""
        _line(f"  {node.name}", [costs[name]], size, str(often[name]))


def _line(name: str, costs: list[Cost], rows: str = "", reads: str = "") -> None:
    cpu, seconds, read, written, spilled = zip(*costs, strict=True)
    print(f"{name:<46}{sum(cpu):>8.2f}{sum(seconds):>8.2f}{rows:>12}", end="")
    print(f"{sum(read) / MIB:>8,.0f}{sum(written) / MIB:>8,.0f}", end="")
    print(f"{max(spilled) / MIB:>8,.0f}{reads:>6}")


def profile(data_dir: DataDir, shown: int) -> None:
    """Build a data directory and print what it took."""
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        costs = pool.submit(build, data_dir).result()
    show(data_dir, costs, shown)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data-dir", type=Path, help="whose next build is profiled")
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--days", type=int, default=25)
    parser.add_argument("--models", type=int, default=SHOWN, help="how many are printed")
    options = parser.parse_args()
    os.chdir(PROJECT_DIR)
    if options.data_dir:
        profile(DataDir(options.data_dir), options.models)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        data_dir = empty_data_dir(Path(folder))
        generate(data_dir, persons_for(options.events, options.days), options.days)
        land(data_dir, settings=LandingSettings(settle_seconds=0))
        profile(data_dir, options.models)
    return 0


if __name__ == "__main__":
    sys.exit(main())
