"""Faults of landing, of its merging of small parts, and of its ledger."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from tests.faults.damage import CUT, EMPTY, GARBAGE, LOST, ZEROS, clock_off_by, damage
from tests.faults.failing import ERRNOS, WAYS, failing
from tests.faults.killing import (
    done,
    killed_after,
    killed_at,
    operations_of,
    seconds_of,
    side_by_side,
)
from tests.faults.kinds import Trial, copied, kind
from tests.python.landing.conftest import TABLES, Place, zones
from viaggio.landing import load, merge
from viaggio.landing.load import LandingError
from viaggio.landing.rebuild import rebuild_ledger
from viaggio.landing.settings import LandingSettings
from viaggio.workspace import ledger
from viaggio.workspace.contract import Contract, load_contract
from viaggio.workspace.ledger import LedgerError
from viaggio.workspace.paths import DataDir

FOLDER = "store/visit_zone"
HOLDS = "rows, bad rows, rejected files and ledger are those of an undisturbed landing"


@cache
def contract() -> Contract:
    """The few tables that are landed here."""
    tables = load_contract().tables
    return Contract({key: tables[key] for key in TABLES})


def place_at(data_dir: DataDir) -> Place:
    return Place(data_dir, contract())


def land_there(root: Path) -> None:
    """Land without judging what is there: for a process that is killed."""
    place_at(DataDir(root)).land_unchecked()


def prepared(place: Place) -> None:
    """Landed files, then dropped ones of every kind: all that landing does happens at once."""
    for number in range(7):
        place.drop(f"{FOLDER}/{number}.csv", zones(9, start=number * 10))
    place.drop(f"{FOLDER}/replaced.csv", zones(300, start=1000, bad=2))
    place.land()
    place.drop(f"{FOLDER}/7.csv", zones(9, start=70))
    place.drop(f"{FOLDER}/again.csv", zones(9, start=70))
    place.drop(f"{FOLDER}/bad.csv", zones(10, start=500, bad=1))
    place.drop(f"{FOLDER}/packed.csv.gz", zones(200, start=5000, bad=1), packed=True)
    place.drop(f"{FOLDER}/replaced.csv", zones(250, start=1000))


def state(place: Place) -> dict[str, Any]:
    """All that landing left, but for moments, names of parts, and which of two copies counts."""
    columns = "* exclude (_loaded_at) replace (replace(_source_file, 'again', '7') as _source_file)"
    rejected = {
        path.relative_to(place.data_dir.rejected).as_posix(): path.stat().st_size
        for path in place.data_dir.rejected.rglob("*")
        if path.is_file() and not path.name.endswith(".error.json")
    }
    return {
        "rows": place.rows("store", "visit_zone", columns),
        "quarantined": place.quarantined(),
        "rejected": rejected,
        "files": place.query(
            "select replace(source_file, 'again', '7'), outcome, rows_raw, rows_quarantined"
            f" from {place.ledger('file')} where outcome in ('loaded', 'rejected') order by all"
        ),
        "withdrawn": place.query(
            "select source_file, rows_raw, rows_quarantined"
            f" from {place.ledger('file')} where outcome = 'withdrawn' order by all"
        ),
        "notes": len(list(place.data_dir.rejected.rglob("*.error.json"))),
        "has few small parts": all(
            len(list(day.glob("*.parquet"))) < merge.PARTS_TO_MERGE + 1
            for day in (place.data_dir.raw / FOLDER).iterdir()
        ),
    }


def add_more(place: Place) -> None:
    """A file with rows of every day: small parts of days that get rows are merged."""
    place.drop(f"{FOLDER}/more.csv", zones(9, start=90_000))


def lands_clean(trial: Trial, but: str = "") -> None:
    """The next landing leaves what an undisturbed one leaves, and the one after it does nothing."""
    place = place_at(trial.data_dir)
    place.land()
    found, clean = state(place), trial.clean["state"]
    unequal = [_difference(name, found[name], clean[name]) for name in clean if name != but]
    assert not any(unequal), "; ".join(filter(None, unequal))
    assert place.land().files == (), "nothing is landed twice"


def _difference(name: str, found: Any, clean: Any) -> str:
    """What is there too much and too little, shortened."""
    if found == clean:
        return ""
    if not isinstance(clean, list):
        return f"{name}: {found} for {clean}"
    more = [each for each in found if each not in clean]
    less = [each for each in clean if each not in found]
    return f"{name}: {len(more)} more {more[:2]}, {len(less)} less {less[:2]}"


def dropped(data_dir: DataDir) -> dict[str, Any]:
    """Files of every kind, some landed; what landing leaves, and the operations it takes."""
    prepared(place_at(data_dir))
    return _undisturbed(data_dir)


def mergeable(data_dir: DataDir) -> dict[str, Any]:
    """Files that leave so many small parts that the next landing merges them."""
    place = place_at(data_dir)
    for number in range(6):
        place.drop(f"{FOLDER}/{number}.csv", zones(9, start=number * 10))
    place.land()
    for number in range(6, 10):
        place.drop(f"{FOLDER}/{number}.csv", zones(9, start=number * 10))
    return _undisturbed(data_dir, gets_more=True)


def _undisturbed(data_dir: DataDir, *, gets_more: bool = False) -> dict[str, Any]:
    def copy(name: str) -> DataDir:
        return copied(data_dir, DataDir(data_dir.root.with_name(name)))

    place = place_at(copy("clean"))
    place.land()
    if gets_more:
        add_more(place)
        place.land()
    counted = copy("counted")
    seconds = seconds_of(land_there, copy("timed").root)
    with failing(10**9, 0, below=counted.root, looks=True) as looked:
        land_there(counted.root)
    killed = copy("killed").root
    return {
        "state": state(place),
        "seconds": seconds,
        "operations": looked.operations,
        "killable": operations_of(killed, land_there, killed),
    }


@kind(
    "landing-killed",
    "kill -9 at random moments of landing, once or twice in a row",
    HOLDS,
    make=dropped,
    share=80,
)
def landing_killed(trial: Trial) -> None:
    for _ in range(trial.chance.choice((1, 1, 2))):
        moment = trial.chance.uniform(0, trial.clean["seconds"])
        trial.tell(f"killed after {moment:.3f} s")
        trial.struck |= killed_after(moment, land_there, trial.data_dir.root)
    lands_clean(trial)


@kind(
    "landing-killed-at-operation",
    "kill -9 just before a file operation of landing that is drawn",
    HOLDS,
    make=dropped,
    share=100,
)
def landing_killed_at_operation(trial: Trial) -> None:
    kill_at(trial, range(len(trial.clean["killable"])))
    lands_clean(trial)


def kill_at(trial: Trial, among: range) -> None:
    number = trial.chance.choice(among)
    trial.tell(f"killed before {trial.clean['killable'][number]}")
    root = trial.data_dir.root
    trial.struck = killed_at(number + 1, root, land_there, root)


@kind(
    "landing-operation-fails",
    "a file operation of landing fails: not done, half done or done all the same; once or for good",
    HOLDS,
    make=dropped,
    share=140,
)
def landing_operation_fails(trial: Trial) -> None:
    fail_at(trial, range(len(trial.clean["operations"])))
    lands_clean(trial)


def fail_at(trial: Trial, among: range) -> None:
    chance = trial.chance
    number, code, way = chance.choice(among), chance.choice(ERRNOS), chance.choice(WAYS)
    is_lasting = chance.random() < 0.3
    trial.tell(f"{os.strerror(code)}, {way}, {'for good' if is_lasting else 'once'}")
    root = trial.data_dir.root
    with failing(number + 1, code, root, way=way, looks=True, is_lasting=is_lasting) as fault:
        try:
            land_there(root)
        except LandingError as error:
            trial.tell(str(error))
    trial.struck = fault.happened
    trial.tell(f"at {fault.operations[number : number + 1]}")


def since_merging(operations: list[str]) -> range:
    """The operations from the first one on that merges small parts."""
    first = next(number for number, each in enumerate(operations) if "merged_" in each)
    return range(first, len(operations))


@kind(
    "merging-killed-at-operation",
    "kill -9 just before a file operation of the merging of small parts",
    HOLDS,
    make=mergeable,
    share=40,
)
def merging_killed(trial: Trial) -> None:
    kill_at(trial, since_merging(trial.clean["killable"]))
    add_more(place_at(trial.data_dir))
    lands_clean(trial)


@kind(
    "merging-operation-fails",
    "a file operation of the merging of small parts fails, in the same ways",
    HOLDS,
    make=mergeable,
    share=50,
)
def merging_fails(trial: Trial) -> None:
    fail_at(trial, since_merging(trial.clean["operations"]))
    add_more(place_at(trial.data_dir))
    lands_clean(trial)


@kind(
    "ledger-damaged",
    "the ledger is cut, emptied, overwritten or lost; sometimes its export and its journal too",
    f"landing refuses or lands; after `viaggio rebuild-ledger` {HOLDS}",
    make=dropped,
    share=60,
)
def ledger_damaged(trial: Trial) -> None:
    trial.tell(damage(trial.data_dir.ledger_db, trial.chance))
    trial.struck = True
    if trial.chance.random() < 0.3:
        journal = trial.data_dir.root / "ledger.sqlite-wal"
        journal.write_bytes(trial.chance.randbytes(4096))
        trial.tell(f"{journal.name}: garbage")
    if trial.chance.random() < 0.3:
        export = trial.data_dir.ledger / trial.chance.choice(("file", "file_day")) / "part.parquet"
        trial.tell(damage(export, trial.chance))
    if is_refused(trial):
        rebuild_ledger(trial.data_dir, contract())
    lands_clean(trial)


def is_refused(trial: Trial) -> bool:
    """Land once; whether landing refuses, and says what to do."""
    try:
        land_there(trial.data_dir.root)
    except (LedgerError, LandingError) as error:
        trial.tell(str(error))
        assert "make rebuild-ledger" in str(error), error
        return True
    return False


@kind(
    "raw-part-damaged",
    "a Parquet file of a raw table is cut, emptied, overwritten or lost",
    "`viaggio rebuild-ledger` names a file that cannot be read; once that is removed, " + HOLDS,
    make=dropped,
    share=40,
)
def raw_part_damaged(trial: Trial) -> None:
    parts = sorted((trial.data_dir.raw / FOLDER).rglob("*.parquet"))
    part = trial.chance.choice(parts)
    trial.tell(damage(part, trial.chance, (CUT, EMPTY, GARBAGE, ZEROS, LOST)))
    trial.struck = True
    try:
        rebuild_ledger(trial.data_dir, contract())
    except LandingError as error:
        trial.tell(str(error))
        assert part.name in str(error), "the message names the file"
        part.unlink()
        rebuild_ledger(trial.data_dir, contract())
    # Rows that were lost are not counted as withdrawn by the file that replaces theirs.
    lands_clean(trial, but="withdrawn")


@kind(
    "rebuilding-killed-at-operation",
    "the ledger is lost, and `viaggio rebuild-ledger` is killed just before a file operation",
    f"rebuilt once more, {HOLDS}",
    make=dropped,
    share=40,
)
def rebuilding_killed(trial: Trial) -> None:
    root = trial.data_dir.root
    parts = sorted((trial.data_dir.raw / FOLDER).rglob("*.parquet"))
    # Rows are missing, so that their files are taken out to be landed again.
    trial.tell(damage(trial.chance.choice(parts), trial.chance, (LOST,)))
    trial.tell(damage(trial.data_dir.ledger_db, trial.chance, (CUT, GARBAGE, LOST)))
    # As many as an undisturbed one makes.
    number = trial.chance.randint(1, 240)
    trial.struck = killed_at(number, root, rebuild_there, root)
    trial.tell(f"killed before operation {number}")
    rebuild_there(root)
    lands_clean(trial, but="withdrawn")


def rebuild_there(root: Path) -> None:
    rebuild_ledger(DataDir(root), contract())


@kind(
    "two-landings",
    "two processes land, the second while the first may still be at work",
    f"one lands, the other lands later or says who is writing; {HOLDS}",
    make=dropped,
    share=30,
)
def two_landings(trial: Trial) -> None:
    root = trial.data_dir.root
    apart = trial.chance.uniform(0, trial.clean["seconds"] / 2)
    trial.tell(f"{apart:.3f} s apart")
    ends = side_by_side(apart, (land_there, root), (land_there, root))
    assert "done" in ends, ends
    assert all(end == "done" or "is writing to this data directory" in end for end in ends), ends
    trial.struck = ends.count("done") == 1
    lands_clean(trial)


FILES = 12


def nothing(data_dir: DataDir) -> dict[str, Any]:
    """Nothing has landed yet; what twelve files of nine rows come to."""
    data_dir.landing.mkdir(parents=True)
    place = place_at(DataDir(data_dir.root.with_name("clean")))
    for number in range(FILES):
        place.drop(f"{FOLDER}/{number}.csv", zones(9, start=number * 10))
    place.land()
    return {"state": state(place)}


@kind(
    "clock-jumps",
    "the clock jumps up to 400 days ahead or back before each of several landings",
    f"instants keep the order in which files came; with the right clock again, {HOLDS}",
    make=nothing,
    share=40,
)
def clock_jumps(trial: Trial) -> None:
    place = place_at(trial.data_dir)
    batches = trial.chance.randint(2, 4)
    for batch in range(batches):
        for number in range(batch, FILES, batches):
            place.drop(f"{FOLDER}/{number}.csv", zones(9, start=number * 10))
        is_right = batch == batches - 1
        offset = timedelta(0 if is_right else trial.chance.uniform(-400, 400))
        trial.tell(f"clock off by {offset}")
        with clock_off_by(offset, load, ledger):
            place.land()
        trial.struck |= bool(offset)
    lands_clean(trial)
    moments = dict(place.query(f"select source_file, loaded_at from {place.ledger('file')}"))
    came = [
        {moments[f"{FOLDER}/{number}.csv"] for number in range(batch, FILES, batches)}
        for batch in range(batches)
    ]
    assert all(len(each) == 1 for each in came), "each landing has one instant"
    assert came == sorted(came, key=min), f"instants keep the order: {came}"
    [(newest,)] = place.query(f"select max(_loaded_at) from {place.raw('store', 'visit_zone')}")
    now = datetime.now(UTC).replace(tzinfo=None)
    assert newest <= now + LandingSettings().future_tolerance, "no instant is ahead of the clock"


@kind(
    "schema-changes",
    "headings change: reordered, one more, an optional one less, a required one renamed",
    "files that fit land; one that does not is rejected with the reason, and lands once corrected; "
    + HOLDS,
    make=nothing,
    share=40,
)
def schema_changes(trial: Trial) -> None:
    place = place_at(trial.data_dir)
    broken = []
    for number in range(FILES):
        lines = [line.split(",") for line in zones(9, start=number * 10).splitlines()]
        change = trial.chance.choice(("none", "reordered", "one more", "one less", "renamed"))
        trial.struck |= change != "none"
        trial.tell(f"{number}.csv: {change}")
        if change == "reordered":
            order = trial.chance.sample(range(len(lines[0])), len(lines[0]))
            lines = [[line[each] for each in order] for line in lines]
        elif change == "one more":
            lines = [[*line, "mood" if line is lines[0] else "good"] for line in lines]
        elif change == "one less":
            lines = [line[:-1] for line in lines]
        elif change == "renamed":
            lines[0][lines[0].index("visit_id")] = "visitor"
            broken.append(number)
        place.drop(f"{FOLDER}/{number}.csv", "\n".join(map(",".join, lines)) + "\n")
        if trial.chance.random() < 0.5:
            place.land()
    place.land()
    for number in broken:
        assert place.error(f"{FOLDER}/{number}.csv")["reason"]
        place.drop(f"{FOLDER}/{number}.csv", zones(9, start=number * 10))
    place.land()
    contracted = "* exclude (_loaded_at, _extra_columns, _row_hash, _key_hash, _source_row)"
    clean = place_at(DataDir(trial.data_dir.root.with_name("clean")))
    found, expected = (each.rows("store", "visit_zone", contracted) for each in (place, clean))
    assert found == expected, "rows differ"
    assert place.land().files == ()


@kind(
    "small-files",
    "100 to 2,000 small files at once; landing is killed at a random moment",
    "every row has landed once, and no day keeps more than a few small parts",
    make=nothing,
    share=6,
    is_quick=False,
)
def small_files(trial: Trial) -> None:
    place = place_at(trial.data_dir)
    files = trial.chance.choice((100, 200, 300, 2000))
    for number in range(files):
        place.drop(f"{FOLDER}/{number}.csv", zones(3, start=number * 10))
    moment = trial.chance.uniform(0.1, files / 50)
    trial.tell(f"{files} files, killed after {moment:.1f} s")
    trial.struck = killed_after(moment, land_there, trial.data_dir.root)
    add_more(place)
    done(land_there, trial.data_dir.root)
    counted = place.query(
        f"select count(*), count(distinct visit_id) from {place.raw('store', 'visit_zone')}"
    )
    assert counted == [(3 * files + 9, 3 * files + 9)], counted
    parts = {
        day.name: sum(part.stat().st_size < merge.SMALL_BYTES for part in day.glob("*.parquet"))
        for day in (trial.data_dir.raw / FOLDER).iterdir()
    }
    assert max(parts.values()) <= merge.PARTS_TO_MERGE, parts
    assert place.land().files == ()
