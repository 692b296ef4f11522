"""A month of daily work, played as a team would live it: `python -m benchmarks.month --shots DIR`.

A small company with some weeks of history runs thirty times, a day at a time. Files come late, a
day of the site is nearly empty and accepted, a day comes damaged and is repaired and backfilled, a
person is erased, and a publication is taken back. If a folder is given, Dagster's pages are open
all the while and photographed after each of these steps. Prints a line a run: its exit code,
seconds, the number of the publication that readers see, and the headline figures in it.

Raises:
    SystemExit: A run ended otherwise than such a day should.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import duckdb
from playwright.sync_api import sync_playwright

from tests.python.conftest import Command, run_module
from tests.python.servers import CHROMIUM, Server, served
from viaggio.publishing.publish import current
from viaggio.workspace.paths import DataDir
from viaggio.workspace.sql import file_to_write, files_below

START = date(2025, 1, 13)
HISTORY, DAYS = 42, 30
# Days of the month, from 0, on which something happens.
LATE, QUIET, DAMAGED, ERASED, TAKEN_BACK = (3, 5), 9, 14, 19, 24
PUBLISHED, FAILED, IN_PART, HELD = 0, 1, 3, 4
# Each page of a day with words that it shows when it is drawn.
PAGES = {
    "runs": ("/runs", "View all tags"),
    "timeline": ("/overview/activity/timeline", "viaggio"),
    "web events by day": (
        "/assets/raw/ga4/event?view=partitions&default_range=[{first}...{last}]&partition={day}",
        "Partitions Selected",
    ),
    "published": ("/assets/published?view=events", "Materialized in run"),
}
SERVER = ("-m", "viaggio", "dagster", "{port}")


@dataclass
class Month:
    """The company, the files that are still to come, and what was done."""

    data_dir: DataDir
    to_come: Path
    shots: Path | None = None
    server: Server | None = None
    lines: list[str] = field(default_factory=list)

    def day(self, number: int) -> date:
        return START + timedelta(days=HISTORY + number)

    def files(self, day: date) -> list[Path]:
        return sorted(self.to_come.rglob(f"*{day:%Y%m%d}*"))

    def drop(self, files: list[Path]) -> None:
        for file in files:
            place = self.data_dir.landing / file.relative_to(self.to_come)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(file, place)

    def viaggio(self, what: str, expected: int, *arguments: str) -> Command:
        """Run a command; what it ended with, how long it took and what readers see then."""
        began = time.monotonic()
        done = run_module(self.data_dir, "viaggio", *arguments)
        seconds = time.monotonic() - began
        publication = current(self.data_dir)
        number = publication.number if publication else 0
        line = f"{what:<52}{done.code:>3}{seconds:>7.0f} s  #{number:<4}{self.figures()}"
        self.lines.append(line)
        print(line, flush=True)
        if done.code != expected:
            sys.exit(f"{what}: ended with {done.code}, not {expected}\n{done.output[-3000:]}")
        return done

    def figures(self) -> str:
        with duckdb.connect(self.data_dir.published / "viaggio.duckdb", read_only=True) as readers:
            [(orders, revenue, persons, last)] = readers.execute(
                "select count(*), sum(net_revenue), (select count(*) from marts.dim_persons), "
                "(select max(touched_date) from marts.fct_touchpoints) "
                "from marts.fct_orders where is_conversion"
            ).fetchall()
        return f"{orders:>5,} orders {revenue:>11,.2f}  {persons:>6,} persons  to {last}"

    def photograph(self, step: str, number: int) -> None:
        """One picture a page, once it has drawn what it asks for; of days, a week around this."""
        if self.shots is None or self.server is None:
            return
        self.shots.mkdir(parents=True, exist_ok=True)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1400, "height": 900})
            page.set_default_timeout(120_000)
            for name, (path, words) in PAGES.items():
                page.goto(f"http://127.0.0.1:{self.server.port}{around(self.day(number), path)}")
                page.get_by_text(words).first.wait_for()
                page.wait_for_timeout(3000)  # colours come last; the pages are never idle
                picture = f"{step} {name}.png".replace(" ", "_")
                page.screenshot(path=self.shots / picture)
            browser.close()


def around(day: date, path: str) -> str:
    """The address of a page, with a day and a week around it."""
    half = timedelta(days=6)
    return path.format(day=day, first=day - half, last=day + half)


def begin(data_dir: DataDir, persons: int) -> Month:
    """Generate the company, land its history and run once."""
    generated = run_module(
        data_dir,
        "sample_data",
        *("--daily", "--start", str(START), "--persons", str(persons)),
        *("--days", str(HISTORY + DAYS)),
    )
    if generated.code:
        sys.exit(generated.output)
    to_come = data_dir.root / "to_come"
    month = Month(data_dir, to_come)
    for number in range(DAYS):
        for file in sorted(data_dir.landing.rglob(f"*{month.day(number):%Y%m%d}*")):
            place = to_come / file.relative_to(data_dir.landing)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(file, place)
    month.viaggio(f"{HISTORY} days of history", PUBLISHED, "run")
    return month


def an_ordinary_day(month: Month, number: int) -> None:
    month.drop(month.files(month.day(number)))
    month.viaggio(f"{month.day(number)}", PUBLISHED, "run")


def a_day_whose_mails_come_late(month: Month, number: int) -> None:
    files = month.files(month.day(number))
    month.drop([file for file in files if "email" not in file.parts])
    month.viaggio(f"{month.day(number)}: without its e-mail files", PUBLISHED, "run")


def a_day_with_late_files(month: Month, number: int) -> None:
    month.drop(month.files(month.day(LATE[0])))
    month.drop(month.files(month.day(number)))
    month.viaggio(f"{month.day(number)}: with files of {month.day(LATE[0])}", PUBLISHED, "run")
    month.photograph("1 late files", LATE[0])


def a_quiet_day(month: Month, number: int) -> None:
    """Almost no web event; the run says why it stops, the day is accepted and published."""
    day = month.day(number)
    files = month.files(day)
    (events,) = [file for file in files if file.parent.name == "event" and "ga4" in file.parts]
    few = events.with_suffix(".few")
    duckdb.execute(
        f"copy (from read_parquet({file_to_write(events)}) limit 3) "
        f"to {file_to_write(few)} (format parquet)"
    )
    few.replace(events)
    month.drop(files)
    blocked = month.viaggio(f"{day}: hardly an event on the site", FAILED, "run")
    print(next(line for line in blocked.output.splitlines() if line.startswith("FAILED")))
    month.photograph("2 quiet day", number)
    accepted = ("accept", "ga4.event", str(day), "--reason", "the site was down", "--author", "ada")
    month.viaggio(f"{day}: accepted", PUBLISHED, *accepted)
    month.viaggio(f"{day}: again", PUBLISHED, "run")
    month.photograph("3 quiet day accepted", number)


def a_damaged_day(month: Month, number: int) -> None:
    """A file of the day is cut in half; the rest is published, then the whole file is loaded."""
    day = month.day(number)
    files = month.files(day)
    (events,) = [file for file in files if file.parent.name == "event" and "ga4" in file.parts]
    whole = events.read_bytes()
    events.write_bytes(whole[: len(whole) // 2])
    month.drop(files)
    month.viaggio(f"{day}: a file cut in half", IN_PART, "run")
    month.photograph("4 damaged day", number)
    (month.data_dir.landing / events.relative_to(month.to_come)).write_bytes(whole)
    month.viaggio(f"{day}: repaired and backfilled", PUBLISHED, "run", "--backfill", str(day))
    month.photograph("5 damaged day repaired", number)


def a_day_with_an_erasure(month: Month, number: int) -> None:
    an_ordinary_day(month, number)
    events = files_below(month.data_dir.raw / "ga4" / "event", "*/*.parquet")
    with duckdb.connect() as raw:
        [(cookie,)] = raw.execute(
            f"select user_pseudo_id from read_parquet({events}) where user_id is not null "
            "group by user_pseudo_id order by count(*) desc, user_pseudo_id limit 1"
        ).fetchall()
    month.viaggio("a person is erased", PUBLISHED, "erase", "--cookie", cookie, "--yes")
    month.photograph("6 erasure", number)


def a_day_taken_back(month: Month, number: int) -> None:
    """The day's publication is taken back; a run under the hold changes nothing for readers."""
    an_ordinary_day(month, number)
    month.viaggio("taken back", PUBLISHED, "rollback", "--reason", "prices of the day are wrong")
    month.drop(month.files(month.day(number + 1)))
    month.viaggio(f"{month.day(number + 1)}: held", HELD, "run")
    month.photograph("7 rollback", number)
    month.viaggio("released", PUBLISHED, "release")
    month.viaggio("published", PUBLISHED, "run")


STEPS: dict[int, Callable[[Month, int], None]] = {
    LATE[0]: a_day_whose_mails_come_late,
    LATE[1]: a_day_with_late_files,
    QUIET: a_quiet_day,
    DAMAGED: a_damaged_day,
    ERASED: a_day_with_an_erasure,
    TAKEN_BACK: a_day_taken_back,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--persons", type=int, default=1000)
    parser.add_argument("--days", type=int, default=DAYS, help=f"up to {DAYS}")
    parser.add_argument("--shots", type=Path, help="folder for the pictures of Dagster's pages")
    parser.add_argument("--data-dir", type=Path, help="new folder to work in, which is kept")
    options = parser.parse_args()
    os.environ["VIAGGIO_LANDING_SETTLE_SECONDS"] = "0"
    with ExitStack() as stack:
        folder = options.data_dir or stack.enter_context(tempfile.TemporaryDirectory())
        data_dir = DataDir.at(Path(folder))
        month = begin(data_dir, options.persons)
        if options.shots:
            month.shots = options.shots
            log = data_dir.root / "server.log"
            month.server = stack.enter_context(served(SERVER, data_dir.environment(), log))
        for number in range(options.days):
            # The day after the one taken back comes with it.
            if number != TAKEN_BACK + 1:
                STEPS.get(number, an_ordinary_day)(month, number)
        month.photograph("8 the end", options.days - 1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
