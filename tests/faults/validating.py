"""Faults of the expectations and of their results."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from expectations.runner import initialise, validate
from orchestration.health import look_after
from tests.faults.damage import CUT, EMPTY, GARBAGE, damage
from tests.faults.killing import done, killed_after, killed_at, operations_of, seconds_of
from tests.faults.kinds import Trial, copied, kind
from tests.faults.landing import FOLDER, place_at
from tests.python.landing.conftest import zones
from viaggio.workspace.paths import DataDir
from viaggio.workspace.salt import ensure_salt

# `zones` spreads its rows over the first nine days of May.
DAYS = {("store", "visit_zone"): [date(2024, 5, day) for day in range(1, 10)]}
HOLDS = "the next validation finds what an undisturbed one finds, and every kept result can be read"


def validated_once(data_dir: DataDir) -> dict[str, Any]:
    """Some days of store visits have landed and were validated once."""
    ensure_salt(data_dir)
    initialise(data_dir)
    place = place_at(data_dir)
    place.drop(f"{FOLDER}/some.csv", zones(90))
    place.land()
    done(validate_there, data_dir.root, "first")
    timed, counted, clean = (
        copied(data_dir, DataDir(data_dir.root.with_name(name)))
        for name in ("timed", "counted", "clean")
    )
    done(validate_there, clean.root, "last")
    assert found(clean), "something is validated"
    return {
        "seconds": seconds_of(validate_there, timed.root, "stopped"),
        "operations": operations_of(counted.root, validate_there, counted.root, "stopped"),
        "found": found(clean),
    }


def validate_there(root: Path, run_id: str) -> None:
    """Validate the raw tables, as a run does after landing."""
    validate("raw", DataDir(root), run_id, DAYS)


def found(data_dir: DataDir) -> list[tuple[Any, ...]]:
    """What the last validation found; reads all results that are kept, as the audit does."""
    with duckdb.connect() as connection:
        return connection.execute(
            "select * exclude (validated_at)"
            f" from read_parquet('{data_dir.validation}/result/*.parquet')"
            " where run_id = 'last' order by all"
        ).fetchall()


def validates(trial: Trial) -> None:
    look_after(trial.data_dir, trial.tell)
    done(validate_there, trial.data_dir.root, "last")
    assert found(trial.data_dir) == trial.clean["found"]


@kind(
    "expectations-killed",
    "kill -9 at random moments of the expectations",
    HOLDS,
    make=validated_once,
    share=15,
    is_quick=False,
)
def expectations_killed(trial: Trial) -> None:
    moment = trial.chance.uniform(0, trial.clean["seconds"])
    trial.tell(f"killed after {moment:.3f} s")
    trial.struck = killed_after(moment, validate_there, trial.data_dir.root, "stopped")
    validates(trial)


@kind(
    "expectations-killed-at-operation",
    "kill -9 just before a file operation of the expectations",
    HOLDS,
    make=validated_once,
    share=15,
    is_quick=False,
)
def expectations_killed_at_operation(trial: Trial) -> None:
    number, root = trial.chance.randrange(len(trial.clean["operations"])), trial.data_dir.root
    trial.tell(f"killed before {trial.clean['operations'][number]}")
    trial.struck = killed_at(number + 1, root, validate_there, root, "stopped")
    validates(trial)


@kind(
    "expectations-results-damaged",
    "a kept result of the expectations is cut, emptied or overwritten",
    "the next run sets the result aside by name; " + HOLDS,
    make=validated_once,
    share=15,
    is_quick=False,
)
def results_damaged(trial: Trial) -> None:
    results = sorted((trial.data_dir.validation / "result").glob("*.parquet"))
    result = trial.chance.choice(results)
    trial.tell(damage(result, trial.chance, (CUT, EMPTY, GARBAGE)))
    trial.struck = True
    validates(trial)
    assert any(result.name in told and "damaged" in told for told in trial.told[1:])
