"""What one more day costs, against building everything: `python benchmarks/one_day.py`.

Generates a world of `--days` days with about `--events` GA4 events, lands and builds it; then
brings one day more, with late events of the three days before, and does so again. Each number in
`--history` repeats this with a history so many times as long and as many events a day.

Prints, a layer and the costliest models, the seconds of the full build, those of the day, and the
day's share. Seconds of models are dbt's own figures, so that dbt's start does not count; they are
added up over its two threads. Publishing copies everything each time and is shown beside the total.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import duckdb

from expectations.runner import initialise as initialise_validation
from orchestration.progress import loaded_state
from viaggio.landing.load import LandingSettings, land
from viaggio.publishing.publish import publish
from viaggio.workspace.dbt_project import AUDIT_SELECTION, DBT
from viaggio.workspace.paths import PROJECT_DIR, DataDir
from viaggio.workspace.salt import ensure_salt
from viaggio.workspace.sql import file_to_read, file_to_write

# The rest takes a few hundredths of a second each.
SHOWN = 15
# First day of the world; its last must lie before 2026.
START = date(2023, 1, 1)
RESTATED_DAYS = 3
# Of each of these days one event in so many comes late.
LATE_ONE_IN = 50
EVENTS_A_PERSON_AND_DAY = 0.28
# The truth of ten million events does not fit into what the generator takes by itself.
GENERATOR_MEMORY = "4GB"
LAYERS = ("landing", "staging", "intermediate", "marts")


@dataclass
class Measured:
    """Seconds of one build by (layer, step), and what dbt took as a whole."""

    steps: dict[tuple[str, str], float] = field(default_factory=dict)
    cpu_seconds: float = 0.0
    peak_mib: int = 0

    def layers(self) -> dict[str, float]:
        """Seconds by layer, then of all, then of publishing."""
        seconds: dict[str, float] = defaultdict(float)
        for (layer, _), took in self.steps.items():
            seconds[layer] += took
        found = {layer: seconds[layer] for layer in LAYERS}
        return {**found, "all": sum(found.values()), "publishing": seconds["publishing"]}


def empty_data_dir(folder: Path) -> DataDir:
    """A data directory in an empty folder, ready to land files."""
    data_dir = DataDir(folder)
    data_dir.tmp.mkdir()
    ensure_salt(data_dir)
    initialise_validation(data_dir)
    return data_dir


def persons_for(events: int, days: int) -> int:
    """How many persons make about so many GA4 events in so many days."""
    return max(1, round(events / days / EVENTS_A_PERSON_AND_DAY))


def generate(data_dir: DataDir, persons: int, days: int, *arguments: str) -> None:
    """Write landing files, one a day and table, so that a longer window only adds files."""
    _run(
        data_dir,
        *(sys.executable, "-m", "sample_data", "--daily", "--memory-limit", GENERATOR_MEMORY),
        *("--start", str(START), "--persons", str(persons), "--days", str(days), *arguments),
    )


def hold_back(data_dir: DataDir, days: int) -> list[tuple[Path, Path]]:
    """Take some events out of the last days' files, to come late.

    Returns:
        Each file of late events, and where it is to be dropped.
    """
    held = data_dir.root / "late"
    held.mkdir()
    late = []
    for back in range(1, RESTATED_DAYS + 1):
        day = START + timedelta(days=days - back)
        for path in sorted((data_dir.landing / "ga4" / "event").glob(f"*{day:%Y%m%d}*.parquet")):
            kept, aside = path.with_suffix(".kept"), held / f"late_{path.name}"
            chosen = f"hash(file_row_number) % {LATE_ONE_IN} = 0"
            rows = f"select * exclude (file_row_number) from read_parquet({file_to_read(path)}, "
            rows += "file_row_number = true) where"
            duckdb.execute(f"copy ({rows} {chosen}) to {file_to_write(aside)} (format parquet)")
            duckdb.execute(
                f"copy ({rows} not ({chosen})) to {file_to_write(kept)} (format parquet)"
            )
            kept.replace(path)
            late.append((aside, path.with_name(aside.name)))
    return late


def land_build_and_publish(data_dir: DataDir) -> Measured:
    """Do as a run does, without expectations, tests and audit."""
    measured = Measured()
    began = time.monotonic()
    land(data_dir, settings=LandingSettings(settle_seconds=0))
    measured.steps["landing", "landing"] = time.monotonic() - began
    measured.cpu_seconds, measured.peak_mib = _run(
        data_dir,
        *(DBT, "build", "--no-version-check", "--exclude-resource-type", "test", "unit_test"),
        *("--exclude", AUDIT_SELECTION),
    )
    target = data_dir.root / "target"
    nodes = json.loads((target / "manifest.json").read_text("utf-8"))["nodes"]
    for result in json.loads((target / "run_results.json").read_text("utf-8"))["results"]:
        node = nodes.get(result["unique_id"], {})
        if node.get("resource_type") == "model":
            measured.steps[node["schema"], node["name"]] = result["execution_time"]
    began = time.monotonic()
    publish(data_dir, "benchmark", loaded_state(data_dir))
    measured.steps["publishing", "publishing"] = time.monotonic() - began
    return measured


def _run(data_dir: DataDir, *command: str) -> tuple[float, int]:
    """Run a command to its end; returns its processor seconds and its peak memory in MiB."""
    said = data_dir.root / "said.txt"
    with said.open("w", encoding="utf-8") as output:
        child = os.posix_spawn(
            command[0],
            command,
            {**os.environ, **data_dir.environment(), "PYTHONPATH": str(PROJECT_DIR)},
            file_actions=[(os.POSIX_SPAWN_DUP2, output.fileno(), 1)],
        )
        _, status, used = os.wait4(child, 0)
    if status:
        last = "\n".join(said.read_text(encoding="utf-8").splitlines()[-30:])
        raise RuntimeError(f"{' '.join(command)} failed:\n{last}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss // 1024


def measure(persons: int, days: int) -> tuple[Measured, Measured]:
    """The full build of a history of so many days, and then one more day."""
    with tempfile.TemporaryDirectory() as folder:
        data_dir = empty_data_dir(Path(folder))
        generate(data_dir, persons, days)
        late = hold_back(data_dir, days)
        full = land_build_and_publish(data_dir)
        print(f"full build: {full.cpu_seconds:.1f} processor seconds of dbt", flush=True)
        generate(data_dir, persons, days + 1, "--only-day", str(days))
        for aside, dropped in late:
            aside.replace(dropped)
        day = land_build_and_publish(data_dir)
        with duckdb.connect(data_dir.warehouse, read_only=True) as connection:
            [(events,)] = connection.execute(
                "select count(*) from staging.stg_ga4__events"
            ).fetchall()
    print(f"\n{persons:,} persons, {days} days, then one more: {events:,} GA4 events")
    show(full, day)
    return full, day


def show(full: Measured, day: Measured) -> None:
    """Print the layers, then the costliest models."""
    print(f"{'':<44}{'full s':>9}{'day s':>9}{'share':>9}")
    layers = day.layers()
    for layer, seconds in full.layers().items():
        _line(layer, seconds, layers[layer])
    print(f"{'dbt: processor seconds, its start included':<44}", end="")
    print(f"{full.cpu_seconds:>9.1f}{day.cpu_seconds:>9.1f}")
    print(f"{'dbt: peak memory, MiB':<44}{full.peak_mib:>9,}{day.peak_mib:>9,}")
    models = sorted(full.steps, key=lambda step: -max(full.steps[step], day.steps.get(step, 0)))
    for step in [step for step in models if step[0] in LAYERS][:SHOWN]:
        _line(f"  {step[1]}", full.steps[step], day.steps.get(step, 0.0))


def _line(name: str, full: float, day: float) -> None:
    print(f"{name:<44}{full:>9.2f}{day:>9.2f}{day / full if full else 0:>9.1%}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=100_000, help="of the history once")
    parser.add_argument("--days", type=int, default=25)
    parser.add_argument("--history", type=int, nargs="+", default=[1], metavar="TIMES")
    options = parser.parse_args()
    os.chdir(PROJECT_DIR)
    persons = persons_for(options.events, options.days)
    days = {}
    for times in options.history:
        _, days[times] = measure(persons, options.days * times)
    first = options.history[0]
    for times in options.history[1:]:
        print(f"\nThe day with {times // first} times the history, against {first} times:")
        for layer, seconds in days[times].layers().items():
            base = days[first].layers()[layer]
            print(f"{layer:<44}{base:>9.2f}{seconds:>9.2f}{seconds / base if base else 0:>8.2f}x")
    return 0


if __name__ == "__main__":
    sys.exit(main())
