"""Kill and break landing, publishing and whole runs at random moments; nothing may be lost.

    python benchmarks/faults.py --landing-kills 120 --landing-faults 120 --publish-kills 50

Each trial starts from the same data directory with new files dropped. It is stopped at a moment, or
at a file operation, drawn at random, then run again undisturbed. The raw tables, the quarantine and
the ledger must be those that an undisturbed run leaves; of a whole run, the marts too. While a
publication or a run is killed, a reader asks all the while, and must see one whole publication or
another. Prints a line for each kind of trial, and every trial that went wrong with its seed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from tests.python.faults import ERRNOS, failing
from tests.python.parity.arrival import unequal_relations
from viaggio.landing.load import LandingError, LandingSettings, land
from viaggio.workspace.contract import load_contract
from viaggio.workspace.paths import PROJECT_DIR, DataDir
from viaggio.workspace.sql import file_to_read, files_below

AT_ONCE = LandingSettings(settle_seconds=0)
LAND = [sys.executable, "-m", "viaggio.landing"]
RUN = [sys.executable, "-m", "orchestration.run"]
PUBLISH = [
    sys.executable,
    "-c",
    "from viaggio.publishing.publish import current, publish\n"
    "from viaggio.workspace.paths import DataDir\n"
    "data_dir = DataDir.from_env(); publish(data_dir, 'again', current(data_dir).loaded)",
]


@dataclass
class Tally:
    """What became of the trials of one kind."""

    kind: str
    tried: int = 0
    stopped: int = 0
    looks: int = 0
    wrong: list[str] = field(default_factory=list)

    def line(self) -> str:
        looks = f", {self.looks:,} looks of a reader" if self.looks else ""
        return (
            f"{self.kind:<28} {self.tried:>4} tried, {self.stopped:>4} stopped in the middle, "
            f"{len(self.wrong)} wrong{looks}"
        )


@dataclass
class Reader:
    """Asks what is published, over and over; keeps what it saw wrong."""

    data_dir: DataDir
    looks: int = 0
    wrong: list[str] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def reading(self) -> Generator[Reader, None, None]:
        thread = threading.Thread(target=self._ask)
        thread.start()
        try:
            yield self
        finally:
            self._over.set()
            thread.join()

    def _ask(self) -> None:
        while not self._over.wait(0.02):
            folder = self.data_dir.published.resolve()
            try:
                manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
                expected = {each["name"]: each["rows"] for each in manifest["tables"]}
                with duckdb.connect(str(folder / "viaggio.duckdb"), read_only=True) as connection:
                    for name in ("fct_touchpoints", "fct_orders", "dim_persons"):
                        (rows,) = connection.execute(
                            f"select count(*) from marts.{name}"
                        ).fetchone() or (None,)
                        if rows != expected[name]:
                            self.wrong.append(f"{name}: {rows} rows, {expected[name]} said")
            except (OSError, ValueError, duckdb.Error) as error:
                # A folder may be removed between two looks, never under the link.
                if folder == self.data_dir.published.resolve():
                    self.wrong.append(str(error)[:200])
            self.looks += 1


def killed_after(command: list[str], data_dir: DataDir, seconds: float) -> bool:
    """Start a command and kill it and its children after so many seconds; whether it still ran."""
    process = subprocess.Popen(
        command,
        cwd=PROJECT_DIR,
        env=environment(data_dir),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(seconds)
        return False
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return True


def undisturbed(command: list[str], data_dir: DataDir) -> float:
    """Run a command to its end; seconds it took."""
    started = time.monotonic()
    done = subprocess.run(
        command,
        cwd=PROJECT_DIR,
        env=environment(data_dir),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 3):
        raise RuntimeError(f"{command[1:3]} ended with {done.returncode}: {done.stderr[-2000:]}")
    return time.monotonic() - started


def environment(data_dir: DataDir) -> dict[str, str]:
    return {**os.environ, **data_dir.environment(), "VIAGGIO_LANDING_SETTLE_SECONDS": "0"}


def landed(data_dir: DataDir) -> dict[str, Any]:
    """All that landing left, but for instants and names of parts."""
    state: dict[str, Any] = {}
    with duckdb.connect() as connection:
        for table in load_contract().tables.values():
            files = files_below(table.folder(data_dir.raw), "*/*.parquet")
            state[".".join(table.key)] = connection.execute(
                "select count(*), sum(hash(_row_hash, _source_file)::hugeint) from"
                f" read_parquet({files}, hive_partitioning = true)"
            ).fetchone()
        bad = files_below(data_dir.quarantine / "quarantined_row", "*.parquet")
        state["quarantine"] = connection.execute(
            f"select count(*), sum(hash(source_file, row_number)::hugeint) from read_parquet({bad})"
        ).fetchone()
        ledger = file_to_read(data_dir.ledger / "file" / "part.parquet")
        state["ledger"] = connection.execute(
            "select source_file, outcome, rows_in_file, rows_raw from"
            f" read_parquet({ledger}) order by all"
        ).fetchall()
    state["rejected"] = sorted(
        path.relative_to(data_dir.rejected).as_posix() for path in data_dir.rejected.rglob("*")
    )
    return state


@dataclass
class Campaign:
    """The directories that trials start from, and what they must end with."""

    folder: Path
    chance: random.Random
    dropped: DataDir
    published: DataDir
    number: int = 0

    def copy(self, of: DataDir) -> DataDir:
        """The same files, with the inodes that the ledger knows; others copied."""
        self.number += 1
        copy = self.folder / f"trial-{self.number}"
        shutil.copytree(of.root, copy, copy_function=_link_or_copy, symlinks=True)
        return DataDir(copy)

    def trials(
        self, kind: str, count: int, start: DataDir, trial: Callable[[DataDir, Tally], str]
    ) -> Tally:
        tally = Tally(kind)
        for _ in range(count):
            data_dir = self.copy(start)
            tally.tried += 1
            try:
                wrong = trial(data_dir, tally)
            except Exception as error:  # every fault is a finding
                wrong = f"{type(error).__name__}: {str(error)[:300]}"
            if wrong:
                tally.wrong.append(f"{kind} {tally.tried}: {wrong}")
            shutil.rmtree(data_dir.root)
        print(tally.line(), *tally.wrong, sep="\n  ", flush=True)
        return tally


def _link_or_copy(source: str, target: str) -> None:
    """Landed files are only replaced, databases and logs are written in place."""
    if "/landing/" in source or source.endswith(".parquet"):
        os.link(source, target)
    else:
        shutil.copy2(source, target)


def landing_kills(campaign: Campaign, count: int) -> Tally:
    clean = campaign.copy(campaign.dropped)
    seconds = undisturbed(LAND, clean)
    expected = landed(clean)

    def trial(data_dir: DataDir, tally: Tally) -> str:
        for _ in range(campaign.chance.choice((1, 1, 2))):
            tally.stopped += killed_after(LAND, data_dir, campaign.chance.uniform(0.3, seconds))
        land(data_dir, settings=AT_ONCE)
        return difference(expected, landed(data_dir))

    return campaign.trials("landing killed", count, campaign.dropped, trial)


def landing_faults(campaign: Campaign, count: int) -> Tally:
    clean = campaign.copy(campaign.dropped)
    with failing(10**9, ERRNOS[0], below=clean.root, looks=True) as counted:
        land(clean, settings=AT_ONCE)
    expected = landed(clean)

    def trial(data_dir: DataDir, tally: Tally) -> str:
        chance = campaign.chance
        number = chance.randint(1, len(counted.operations))
        code, is_lasting = chance.choice(ERRNOS), chance.random() < 0.3
        with failing(number, code, data_dir.root, looks=True, is_lasting=is_lasting) as fault:
            try:
                land(data_dir, settings=AT_ONCE)
            except LandingError:
                tally.stopped += 1
        found = ""
        land(data_dir, settings=AT_ONCE)
        found = difference(expected, landed(data_dir))
        return found and f"{found} after {fault.operations[number - 1 :][:1]}, {code}"

    return campaign.trials("landing, a file operation fails", count, campaign.dropped, trial)


def publish_kills(campaign: Campaign, count: int) -> Tally:
    seconds = undisturbed(PUBLISH, campaign.copy(campaign.published))

    def trial(data_dir: DataDir, tally: Tally) -> str:
        reader = Reader(data_dir)
        with reader.reading():
            moment = campaign.chance.uniform(0.3, seconds)
            tally.stopped += killed_after(PUBLISH, data_dir, moment)
            undisturbed(PUBLISH, data_dir)
        tally.looks += reader.looks
        return "; ".join(reader.wrong[:3])

    return campaign.trials("publication killed", count, campaign.published, trial)


def run_kills(campaign: Campaign, count: int) -> Tally:
    start = campaign.copy(campaign.published)
    shutil.copytree(campaign.dropped.landing, start.landing, dirs_exist_ok=True)
    clean = campaign.copy(start)
    seconds = undisturbed(RUN, clean)

    def trial(data_dir: DataDir, tally: Tally) -> str:
        reader = Reader(data_dir)
        with reader.reading():
            tally.stopped += killed_after(RUN, data_dir, campaign.chance.uniform(1, seconds))
            undisturbed(RUN, data_dir)
        tally.looks += reader.looks
        _, unequal = unequal_relations(data_dir, clean)
        return "; ".join([*map(str, unequal[:3]), *reader.wrong[:3]])

    return campaign.trials("run killed", count, start, trial)


def difference(expected: dict[str, Any], found: dict[str, Any]) -> str:
    return ", ".join(key for key in expected if expected[key] != found[key])


def main() -> None:
    """Generate the world, try everything, print what became of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("seed", "landing-kills", "landing-faults", "publish-kills", "run-kills"):
        parser.add_argument(f"--{name}", type=int, default=1 if name == "seed" else 10)
    options = parser.parse_args()
    os.environ.setdefault("VIAGGIO_TARGET", "ci")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        published, dropped = DataDir.at(folder / "published"), DataDir.at(folder / "dropped")
        world = [sys.executable, "-m", "sample_data", "--days", "8", "--persons", "400", "--daily"]
        undisturbed([*world, "--to-day", "5"], published)
        undisturbed(RUN, published)
        undisturbed([*world, "--to-day", "5"], dropped)
        undisturbed(LAND, dropped)
        undisturbed([*world, "--from-day", "6"], dropped)
        campaign = Campaign(folder, random.Random(options.seed), dropped, published)  # noqa: S311
        tallies = [
            landing_kills(campaign, options.landing_kills),
            landing_faults(campaign, options.landing_faults),
            publish_kills(campaign, options.publish_kills),
            run_kills(campaign, options.run_kills),
        ]
    tried, wrong = sum(each.tried for each in tallies), sum(len(each.wrong) for each in tallies)
    print(f"{tried} kills and faults, {wrong} went wrong.")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
