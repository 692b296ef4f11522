"""Faults of whole runs: landing, expectations, dbt, audit and publication, as `viaggio run`."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

from tests.faults.killing import Process, WorkError, done, killed_after, seconds_of
from tests.faults.kinds import Trial, copied, kind
from tests.faults.reader import reading
from tests.python.parity.arrival import unequal_relations
from viaggio.publishing.publish import current
from viaggio.workspace.paths import PROJECT_DIR, DataDir

HOLDS = (
    "readers have one whole, audited publication or the other; every row of every model equals "
    "that of an undisturbed run"
)


@dataclass(frozen=True)
class Clean:
    """What an undisturbed run leaves, and how long it takes."""

    built: DataDir
    seconds: float


def generate_there(root: Path, *days: str) -> None:
    """Drop some days of a company of 60 persons."""
    from sample_data.__main__ import main

    os.environ.update(DataDir(root).environment())
    main(["--days", "4", "--persons", "60", "--daily", "--set", "broken=0", *days])


def run_there(root: Path) -> None:
    """A whole run, in this process."""
    from orchestration.run import main

    os.environ.update(DataDir(root).environment())
    os.chdir(PROJECT_DIR)
    code = main([])
    if code:
        raise RuntimeError(f"the run ended with {code}")


def one_day_more(data_dir: DataDir) -> Clean:
    """Three days are published, the files of a fourth are dropped."""
    done(generate_there, data_dir.root, "--to-day", "2")
    done(run_there, data_dir.root)
    done(generate_there, data_dir.root, "--from-day", "3")
    built = copied(data_dir, DataDir(data_dir.root.with_name("clean")))
    return Clean(built, seconds_of(run_there, built.root))


def runs_clean(trial: Trial) -> None:
    published = current(trial.data_dir)
    assert published is not None
    _, unequal = unequal_relations(trial.data_dir, trial.clean.built)
    assert not unequal, "; ".join(map(str, unequal))
    clean = current(trial.clean.built)
    assert clean is not None
    counts = [
        {f"{each.schema}.{each.name}": each.rows for each in publication.tables}
        for publication in (published, clean)
    ]
    differs = {name for name in counts[1] if counts[0][name] != counts[1][name]}
    # The audit counts runs, too.
    assert not {name for name in differs if name.startswith("marts.")}, differs


@kind(
    "run-killed",
    "kill -9 of the process group at random moments of a whole run, while a reader looks",
    HOLDS,
    make=one_day_more,
    share=4,
    is_quick=False,
)
def run_killed(trial: Trial) -> None:
    moment = trial.chance.uniform(1, trial.clean.seconds)
    trial.tell(f"killed after {moment:.0f} s")
    with reading(trial.data_dir) as reader:
        trial.struck = killed_after(moment, run_there, trial.data_dir.root)
        done(run_there, trial.data_dir.root)
    trial.heard(reader)
    runs_clean(trial)


@kind(
    "two-runs",
    "a second run starts at a random moment of a run, while a reader looks",
    f"the second says who is writing, or runs after the first; {HOLDS}",
    make=one_day_more,
    share=2,
    is_quick=False,
)
def two_runs(trial: Trial) -> None:
    moment = trial.chance.uniform(0, trial.clean.seconds)
    trial.tell(f"a second run after {moment:.0f} s")
    with reading(trial.data_dir) as reader:
        first = Process(run_there, trial.data_dir.root)
        time.sleep(moment)
        second = Process(run_there, trial.data_dir.root)
        try:
            second.end()
        except WorkError as error:
            trial.tell(str(error).splitlines()[0])
            trial.struck = True
        first.end()
    trial.heard(reader)
    runs_clean(trial)
