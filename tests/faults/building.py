"""Faults of dbt's builds, and files that arrive late: a few models, built from the raw tables."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from expectations.results import initialise as initialise_validation
from orchestration.health import look_after
from tests.faults.damage import CUT, EMPTY, GARBAGE, LOST, ZEROS, damage
from tests.faults.killing import done, killed_after, seconds_of
from tests.faults.kinds import Trial, kind
from tests.python.parity.arrival import unequal_relations
from viaggio.landing.load import LandingSettings, land
from viaggio.workspace.paths import PROJECT_DIR, DataDir
from viaggio.workspace.salt import ensure_salt

# Incremental by day and by key, with all they read.
MODELS = ("+int_touchpoints__store_visits", "+int_touchpoints__email", "+mart_page_exits")
FIRST = datetime(2025, 1, 1, 9)
DAYS = 110
SETTINGS = LandingSettings(settle_seconds=0, memory_limit="500MB", threads=1)
# Of staging, intermediate and marts; the others are ephemeral.
RELATIONS = 15
HOLDS = "every row of the models equals that of a clean build from the raw files"


@dataclass(frozen=True)
class Row:
    """A row to be landed: its table, its day counted from 0, and its fields."""

    table: str
    day: int
    fields: dict[str, Any]


def rows() -> Iterator[Row]:
    """Each day two visits to a store, two e-mail events, and two sessions, one past midnight."""
    for day in range(DAYS):
        for number in range(2):
            moment = FIRST + timedelta(days=day, hours=number)
            visit = f"v{day}-{number}"
            fields = {
                "id": visit, "location_id": "L01", "entered_at": _text(moment),
                "left_at": _text(moment + timedelta(minutes=20)),
                "loyalty_card": f"774400{number + day % 9:07}", "source": "loyalty app",
            }  # fmt: skip
            yield Row("store/visit", day, fields)
            fields = {"visit_id": visit, "zone": "till", "entered_at": _text(moment)}
            yield Row("store/visit_zone", day, fields)
            fields = {
                "id": f"m{day}-{number}", "type": ("DELIVERED", "OPEN")[number],
                "created": _text(moment), "campaign_id": f"7000{day % 4:03}",
                "recipient": f"p{day % 7}@shop.example",
            }  # fmt: skip
            yield Row("email/event", day, fields)
            begins = moment.replace(hour=(15, 23)[number], minute=55)
            for minute, page in ((0, ""), (3, "shop"), (9, "till")):
                yield _event(begins + timedelta(minutes=minute), page, day, number)


def _text(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def _event(moment: datetime, page: str, day: int, number: int) -> Row:
    address = f"https://www.casalume.example/{page}"
    fields = {
        "event_date": f"{moment:%Y%m%d}",
        "event_timestamp": int(moment.replace(tzinfo=UTC).timestamp() * 1_000_000),
        "event_name": "page_view" if page else "session_start",
        "event_params": [
            {"key": "ga_session_id", "value": {"int_value": 1736000000 + 10 * day + number}},
            {"key": "page_location", "value": {"string_value": address}},
        ],
        "user_pseudo_id": f"77330{day % 11:05}.1735689600",
        "privacy_info": {"analytics_storage": "Yes"},
        "stream_id": "2100450001",
        "platform": "WEB",
    }
    return Row("ga4/event", (moment.replace(hour=9, minute=0) - FIRST).days, fields)


def drop(data_dir: DataDir, some: Iterable[Row], name: str, chance: random.Random) -> None:
    """Drop and land rows, a file for each table, with fields in an order that is drawn."""
    by_table: dict[str, list[Row]] = {}
    for row in some:
        by_table.setdefault(row.table, []).append(row)
    for table, those in by_table.items():
        order = list(those[0].fields)
        chance.shuffle(order)
        lines = [json.dumps({each: row.fields[each] for each in order}) + "\n" for row in those]
        path = data_dir.landing / table / f"{name}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(lines), encoding="utf-8")
    report = land(data_dir, settings=SETTINGS)
    assert not report.failed_in_part, report.summary()


def build_there(root: Path, run_id: str) -> None:
    """Build the models with dbt, in this process."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    os.environ.update(DataDir(root).environment(), VIAGGIO_TARGET="ci", VIAGGIO_RUN_ID=run_id)
    os.chdir(PROJECT_DIR)
    result = dbtRunner().invoke(
        [
            *("build", "--no-version-check", "--quiet", "--target", "ci", "--threads", "2"),
            *("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"),
            *("--select", *MODELS),
        ]
    )
    # A process that was forked ends without what dbt does at its exit.
    DuckDBConnectionManager.close_all_connections()
    if not result.success:
        raise result.exception or RuntimeError(
            "; ".join(each.message or "" for each in result.result if each.status == "error")
        )


@dataclass(frozen=True)
class Clean:
    """What is built from all rows at once, and how long the last build takes."""

    built: DataDir
    seconds: float


def half_built(data_dir: DataDir) -> Clean:
    """All but the last days are built, the last days have landed; and a clean build of all."""
    ensure_salt(data_dir)
    initialise_validation(data_dir)
    chance = random.Random("half built")  # noqa: S311 (nothing secret hangs on it)
    drop(data_dir, (row for row in rows() if row.day < DAYS - 10), "first", chance)
    done(build_there, data_dir.root, "first")
    drop(data_dir, (row for row in rows() if row.day >= DAYS - 10), "last", chance)
    before = shutil.copy(data_dir.warehouse, data_dir.root.with_name("before.duckdb"))
    seconds = seconds_of(build_there, data_dir.root, "last")
    data_dir.warehouse.unlink()
    done(build_there, data_dir.root, "clean")
    built = DataDir(data_dir.root.with_name("clean"))
    built.root.mkdir()
    shutil.move(data_dir.warehouse, built.warehouse)
    shutil.move(before, data_dir.warehouse)
    return Clean(built, seconds)


def builds_clean(trial: Trial) -> None:
    look_after(trial.data_dir, trial.tell)
    done(build_there, trial.data_dir.root, "next")
    compared, unequal = unequal_relations(trial.data_dir, trial.clean.built)
    assert compared >= RELATIONS, f"only {compared} relations are compared"
    assert not unequal, "; ".join(map(str, unequal))


@kind(
    "build-killed",
    "kill -9 of the process group at random moments of dbt's build",
    f"after the next build, {HOLDS}",
    make=half_built,
    share=12,
    is_quick=False,
)
def build_killed(trial: Trial) -> None:
    moment = trial.chance.uniform(0, trial.clean.seconds)
    trial.tell(f"killed after {moment:.1f} s")
    trial.struck = killed_after(moment, build_there, trial.data_dir.root, "stopped")
    builds_clean(trial)


@kind(
    "warehouse-damaged",
    "the warehouse is cut, emptied, overwritten or lost, or its log is garbage",
    f"the next run sets it aside by name; after the next build, {HOLDS}",
    make=half_built,
    share=8,
    is_quick=False,
)
def warehouse_damaged(trial: Trial) -> None:
    if trial.chance.random() < 0.2:
        log = trial.data_dir.root / "warehouse.duckdb.wal"
        log.write_bytes(trial.chance.randbytes(5000))
        trial.tell(f"{log.name}: garbage")
    else:
        ways = (CUT, EMPTY, GARBAGE, ZEROS, LOST)
        trial.tell(damage(trial.data_dir.warehouse, trial.chance, ways))
    trial.struck = True
    builds_clean(trial)


@kind(
    "target-damaged",
    "what dbt keeps in its target folder is cut, emptied, overwritten or lost",
    f"after the next build, {HOLDS}",
    make=half_built,
    share=4,
    is_quick=False,
)
def target_damaged(trial: Trial) -> None:
    target = trial.data_dir.root / "target"
    kept = [target / name for name in ("partial_parse.msgpack", "manifest.json")]
    trial.tell(damage(trial.chance.choice(kept), trial.chance))
    trial.struck = True
    builds_clean(trial)


@kind(
    "late-rows",
    "a source is missing for two to six weeks and comes back; some rows come more than 90 days "
    "late; headings come in another order",
    f"after the last build, {HOLDS}",
    make=half_built,
    share=8,
    is_quick=False,
)
def late_rows(trial: Trial) -> None:
    chance, data_dir = trial.chance, trial.data_dir
    for left in (data_dir.raw, data_dir.landing, data_dir.ledger, data_dir.quarantine):
        shutil.rmtree(left)
    for file in data_dir.root.glob("ledger.sqlite*"):
        file.unlink()
    data_dir.warehouse.unlink()
    missing = chance.choice(("store/visit", "email/event", "ga4/event"))
    first, weeks = chance.randrange(10, 60), chance.randint(2, 6)
    trial.tell(f"{missing} is missing for {weeks} weeks from day {first} on")
    arrivals: list[list[Row]] = [[], [], []]
    for row in rows():
        if row.day < 10 and chance.random() < 0.2:
            arrivals[2].append(row)  # on the last days: 100 days late
        elif row.table == missing and first <= row.day < first + 7 * weeks:
            arrivals[1].append(row)
        else:
            arrivals[0 if row.day < 100 else 2].append(row)
    for number, some in enumerate(arrivals):
        drop(data_dir, some, f"arrival{number}", chance)
        if number != 1:
            done(build_there, data_dir.root, f"arrival{number}")
    trial.struck = True
    builds_clean(trial)
