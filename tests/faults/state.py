"""Damage to what a run keeps beside the data: the salt, and Dagster's store."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import dagster as dg

from orchestration.health import look_after, look_after_dagster
from orchestration.home import close_dead_runs, prepare_home
from tests.faults.damage import CUT, EMPTY, GARBAGE, LOST, ZEROS, damage
from tests.faults.killing import done
from tests.faults.kinds import Trial, kind
from tests.faults.landing import FOLDER, place_at
from tests.python.landing.conftest import zones
from viaggio.workspace.paths import DataDir
from viaggio.workspace.salt import SaltError, ensure_salt


def salted(data_dir: DataDir) -> dict[str, bytes]:
    """Rows have landed; what a backup holds of the salt."""
    ensure_salt(data_dir)
    place = place_at(data_dir)
    place.drop(f"{FOLDER}/some.csv", zones(9))
    place.land()
    return {
        path.relative_to(data_dir.root).as_posix(): path.read_bytes()
        for path in (data_dir.hash_salt, data_dir.salt_check)
    }


@kind(
    "salt-damaged",
    "the salt, its check value or both are cut, emptied, overwritten or lost",
    "no run goes on with another salt: it refuses until the backup is restored",
    make=salted,
    share=40,
)
def salt_damaged(trial: Trial) -> None:
    chance, data_dir = trial.chance, trial.data_dir
    targets = chance.choice(
        ([data_dir.hash_salt], [data_dir.salt_check], [data_dir.hash_salt, data_dir.salt_check])
    )
    for target in targets:
        trial.tell(damage(target, chance))
    trial.struck = True
    for _ in range(2):
        try:
            look_after(data_dir, trial.tell)
        except SaltError as error:
            trial.tell(str(error))
            assert "estore" in str(error), "the message says what to do"
            is_refused = True
        else:
            is_refused = False
        salt = data_dir.hash_salt
        is_whole = salt.exists() and salt.read_bytes() == trial.clean["hash_salt/salt.parquet"]
        assert is_refused or is_whole, "a run goes on with the same salt only"
    for name, content in trial.clean.items():
        path = data_dir.root / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    look_after(data_dir, trial.tell)
    assert data_dir.hash_salt.read_bytes() == trial.clean["hash_salt/salt.parquet"]


@dg.op
def be_quick() -> None:
    """End at once."""


@dg.job
def quick() -> None:
    be_quick()


def run_dagster(root: Path) -> int:
    """Run a job in a store, as a run does; how many runs the store knows then."""
    data_dir = DataDir(root)
    prepare_home(data_dir)
    with dg.DagsterInstance.from_config(str(data_dir.dagster_home)) as instance:
        close_dead_runs(instance)
        assert quick.execute_in_process(instance=instance).success
        return instance.get_runs_count()


def dagster_store(data_dir: DataDir) -> Any:
    """Two runs are in the store."""
    done(run_dagster, data_dir.root)
    assert done(run_dagster, data_dir.root) == 2


@kind(
    "dagster-store-damaged",
    "a database of Dagster's store is cut, emptied, overwritten or lost, or its folder is",
    "the next run sets the database aside by name, begins a new one, and runs",
    make=dagster_store,
    share=25,
    is_quick=False,
)
def dagster_store_damaged(trial: Trial) -> None:
    home = trial.data_dir.dagster_home
    stores = sorted(home.rglob("*.db"))
    assert len(stores) > 2
    if trial.chance.random() < 0.1:
        shutil.rmtree(home)
        trial.tell("the folder: lost")
    else:
        store = trial.chance.choice(stores)
        way = damage(store, trial.chance, (CUT, EMPTY, GARBAGE, ZEROS, LOST))
        trial.tell(f"{store.relative_to(home)}: {way}")
    trial.struck = True
    look_after_dagster(trial.data_dir, trial.tell)
    assert done(run_dagster, trial.data_dir.root) >= 1
    look_after_dagster(trial.data_dir, trial.tell)
    assert done(run_dagster, trial.data_dir.root) >= 2
