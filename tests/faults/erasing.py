"""Faults of an erasure, up to the build that follows it."""

from __future__ import annotations

import os
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from tests.faults.failing import ERRNOS, WAYS, failing
from tests.faults.killing import killed_after, killed_at, operations_of, seconds_of
from tests.faults.kinds import Trial, copied, kind
from tests.python.erasure.conftest import SETTINGS, request_of_all
from tests.python.erasure.planted import Planted, drop
from tests.python.erasure.scan import found_in
from viaggio.erasure.erase import go_on, plan
from viaggio.erasure.journal import is_under_way, write_journal
from viaggio.landing.load import LandingError, land
from viaggio.workspace.contract import Contract, load_contract
from viaggio.workspace.ledger import Ledger
from viaggio.workspace.paths import DataDir
from viaggio.workspace.salt import ensure_salt
from viaggio.workspace.sql import files_below
from viaggio.workspace.tombstones import TombstoneError

GONE, STAYS = Planted(1), Planted(2)
TABLES = (
    ("crm", "contact"),
    ("store", "customer"),
    ("store", "order"),
    ("store", "visit"),
)
HOLDS = "gone on, no byte of the person is left, and every other row and count is there"


@cache
def contract() -> Contract:
    """The few tables that hold the persons here."""
    tables = load_contract().tables
    return Contract({key: tables[key] for key in TABLES})


def asked(data_dir: DataDir) -> dict[str, Any]:
    """Two persons have landed, one of them is to be erased; what an undisturbed erasure leaves."""
    ensure_salt(data_dir)
    drop(data_dir.landing, [GONE, STAYS])
    for folder in data_dir.landing.glob("*/*"):
        if (folder.parent.name, folder.name) not in TABLES:
            shutil.rmtree(folder)
    land(data_dir, contract(), settings=SETTINGS)
    write_journal(data_dir, plan(data_dir, [request_of_all(GONE)], contract()))
    [(salt,)] = duckdb.connect().execute(f"select salt from '{data_dir.hash_salt}'").fetchall()
    timed, counted = (
        copied(data_dir, DataDir(data_dir.root.with_name(name))).root
        for name in ("timed", "counted")
    )
    seconds = seconds_of(erase_there, timed)
    return {
        "seconds": seconds,
        "operations": operations_of(counted, erase_there, counted),
        "needles": GONE.needles(salt),
        "left": left(DataDir(timed)),
    }


def erase_there(root: Path) -> None:
    """Go on with the erasure, with small sessions."""
    os.environ.update(
        VIAGGIO_LANDING_SETTLE_SECONDS="0",
        VIAGGIO_LANDING_MEMORY_LIMIT="500MB",
        VIAGGIO_LANDING_THREADS="1",
    )
    go_on(DataDir(root), contract())


def left(data_dir: DataDir) -> dict[str, Any]:
    """Rows by table, and what the ledger says of them."""
    with duckdb.connect() as connection:

        def count(query: str) -> Any:
            return connection.execute(query).fetchall()

        rows = {
            ".".join(key): count(
                "select count(*) from read_parquet("
                f"{files_below(data_dir.raw.joinpath(*key), '*/*.parquet')})"
            )
            for key in TABLES
        }
        said = count(
            "select source_file, outcome, rows_raw, rows_quarantined, rows_erased"
            f" from '{data_dir.ledger}/file/part.parquet' order by all"
        )
        records = count(f"select count(*) from '{data_dir.ledger}/erasure/part.parquet'")
    return {**rows, "ledger": said, "records": records}


def goes_on(trial: Trial) -> None:
    """The next run goes on with the erasure, and what is left then is what should be."""
    erase_there(trial.data_dir.root)
    assert is_under_way(trial.data_dir), "it is concluded after the build only"
    hits = found_in(trial.data_dir.root, trial.clean["needles"])
    # The journal goes when all is done.
    traces = [hit for hit in hits if not hit.startswith("erasure/journal.json: hash of")]
    assert not traces, traces
    found = left(trial.data_dir)
    unequal = [name for name in found if found[name] != trial.clean["left"][name]]
    assert not unequal, [(name, found[name], trial.clean["left"][name]) for name in unequal]
    with Ledger(trial.data_dir.ledger_db) as ledger:
        assert ledger.pending_moves() == []


@kind(
    "erasure-killed",
    "kill -9 at random moments of an erasure's rewriting, once or twice in a row",
    HOLDS,
    make=asked,
    share=20,
    is_quick=False,
)
def erasure_killed(trial: Trial) -> None:
    for _ in range(trial.chance.choice((1, 1, 2))):
        moment = trial.chance.uniform(0, trial.clean["seconds"])
        trial.tell(f"killed after {moment:.3f} s")
        trial.struck |= killed_after(moment, erase_there, trial.data_dir.root)
    goes_on(trial)


@kind(
    "erasure-killed-at-operation",
    "kill -9 just before a file operation of an erasure's rewriting",
    HOLDS,
    make=asked,
    share=30,
    is_quick=False,
)
def erasure_killed_at_operation(trial: Trial) -> None:
    number = trial.chance.randrange(len(trial.clean["operations"]))
    trial.tell(f"killed before {trial.clean['operations'][number]}")
    trial.struck = killed_at(number + 1, trial.data_dir.root, erase_there, trial.data_dir.root)
    goes_on(trial)


@kind(
    "erasure-operation-fails",
    "a file operation of an erasure's rewriting fails: not done, half done or done all the same",
    HOLDS,
    make=asked,
    share=30,
    is_quick=False,
)
def erasure_operation_fails(trial: Trial) -> None:
    chance, root = trial.chance, trial.data_dir.root
    number = chance.randrange(len(trial.clean["operations"]))
    code, way, is_lasting = chance.choice(ERRNOS), chance.choice(WAYS), chance.random() < 0.3
    trial.tell(f"{os.strerror(code)}, {way}, {'for good' if is_lasting else 'once'}")
    with failing(number + 1, code, root, way=way, is_lasting=is_lasting) as fault:
        try:
            erase_there(root)
        except (LandingError, TombstoneError) as error:
            trial.tell(str(error))
    trial.struck = fault.happened
    trial.tell(f"at {fault.operations[number : number + 1]}")
    goes_on(trial)
