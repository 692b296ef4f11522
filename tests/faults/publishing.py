"""Faults of publication, rollback, and of what readers have."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb

from orchestration.health import look_after
from tests.faults.damage import CUT, EMPTY, LOST, clock_off_by, damage
from tests.faults.failing import ERRNOS, WAYS, failing
from tests.faults.killing import (
    killed_after,
    killed_at,
    operations_of,
    seconds_of,
    side_by_side,
)
from tests.faults.kinds import Trial, copied, kind
from tests.faults.reader import look, reading
from viaggio.publishing import hold
from viaggio.publishing import publish as publishing
from viaggio.publishing.history import HistoryError, roll_back
from viaggio.publishing.hold import release_hold, standing_hold
from viaggio.publishing.publish import LoadedState, current, newest, publish
from viaggio.workspace.paths import DataDir
from viaggio.workspace.salt import ensure_salt

LOADED = LoadedState(None, None, None)
# Rows of the fact in each publication, and in the warehouse that is to be published next.
ROWS_PUBLISHED, ROWS_BUILT = (1000, 2000, 3000), 4000
HOLDS = "readers have one whole, audited publication or the other; the next run publishes"


def build(data_dir: DataDir, rows: int) -> None:
    """A fact of so many rows, and an audit that adds up for it alone."""
    with duckdb.connect(data_dir.warehouse) as connection:
        connection.execute("create schema if not exists marts; create schema if not exists audit")
        connection.execute(
            "create or replace table marts.fct_orders as"
            f" select range as order_id, range * 1.5 as net_revenue from range({rows})"
        )
        connection.execute(
            "create or replace view marts.mart_orders as"
            " select order_id % 7 as weekday, count(*) as orders from marts.fct_orders group by all"
        )
        connection.execute(
            "create or replace table audit.audit_reconciliation as"
            f" select {rows} as rows_staged, true as balanced"
        )


def published_thrice(data_dir: DataDir) -> dict[str, Any]:
    """Three publications, and a fourth that is built; the operations of both commands."""
    data_dir.tmp.mkdir()
    ensure_salt(data_dir)
    for number, rows in enumerate(ROWS_PUBLISHED, start=1):
        build(data_dir, rows)
        publish(data_dir, f"run-{number}", LOADED)
    build(data_dir, ROWS_BUILT)
    clean: dict[str, Any] = {}
    for name, work in (("publish", publish_there), ("roll back", roll_back_there)):
        roots = [
            copied(data_dir, DataDir(data_dir.root.with_name(f"{name}-{use}"))).root
            for use in ("timed", "counted")
        ]
        clean[f"seconds to {name}"] = seconds_of(work, roots[0])
        clean[f"operations to {name}"] = operations_of(roots[1], work, roots[1])
    return clean


def publish_there(root: Path) -> None:
    """Publish what is built."""
    publish(DataDir(root), "run-4", LOADED, lambda _: None)


def roll_back_there(root: Path) -> None:
    """Let readers see the second publication."""
    roll_back(DataDir(root), "2")


def rows_seen(data_dir: DataDir) -> int:
    """Rows of the fact that readers see, in a publication that is whole and audited."""
    assert current(data_dir) is not None, "readers have a publication"
    assert look(data_dir) == ""
    file = Path(os.path.realpath(data_dir.published)) / "viaggio.duckdb"
    with duckdb.connect(file, read_only=True) as connection:
        [(rows,)] = connection.execute("select count(*) from marts.fct_orders").fetchall()
        audited = connection.execute("select rows_staged from audit.audit_reconciliation")
        assert audited.fetchall() == [(rows,)], "the audit is of these rows"
    return rows


def publishes(trial: Trial) -> None:
    """The next run publishes what is built, and leaves nothing of what was stopped."""
    look_after(trial.data_dir, trial.tell)
    release_hold(trial.data_dir)
    made = publish(trial.data_dir, "run-5", LOADED, trial.tell)
    assert current(trial.data_dir) == made
    assert rows_seen(trial.data_dir) == ROWS_BUILT
    left = [each.name for each in trial.data_dir.publications.glob(".building-*")]
    assert not left, f"left over: {left}"
    assert not os.path.lexists(trial.data_dir.root / ".published.new")


@kind(
    "publication-killed",
    "kill -9 at random moments of a publication, while a reader looks",
    HOLDS,
    make=published_thrice,
    share=70,
)
def publication_killed(trial: Trial) -> None:
    moment = trial.chance.uniform(0, trial.clean["seconds to publish"])
    trial.tell(f"killed after {moment:.3f} s")
    with reading(trial.data_dir) as reader:
        trial.struck = killed_after(moment, publish_there, trial.data_dir.root)
        assert rows_seen(trial.data_dir) in (ROWS_PUBLISHED[-1], ROWS_BUILT)
        publishes(trial)
    trial.heard(reader)


def kill_at(trial: Trial, command: str, work: Any) -> None:
    operations = trial.clean[f"operations to {command}"]
    number = trial.chance.randrange(len(operations))
    trial.tell(f"killed before {operations[number]}")
    with reading(trial.data_dir) as reader:
        trial.struck = killed_at(number + 1, trial.data_dir.root, work, trial.data_dir.root)
    trial.heard(reader)


def fail_at(trial: Trial, command: str, work: Any) -> bool:
    """Let an operation of a command fail; whether the command succeeded all the same."""
    chance = trial.chance
    number = chance.randrange(len(trial.clean[f"operations to {command}"]))
    code, way, is_lasting = chance.choice(ERRNOS), chance.choice(WAYS), chance.random() < 0.3
    trial.tell(f"{os.strerror(code)}, {way}, {'for good' if is_lasting else 'once'}")
    is_made = True
    with (
        reading(trial.data_dir) as reader,
        failing(number + 1, code, trial.data_dir.root, way=way, is_lasting=is_lasting) as fault,
    ):
        try:
            work(trial.data_dir.root)
        except (OSError, HistoryError) as error:
            trial.tell(str(error))
            is_made = False
    trial.struck = fault.happened
    trial.tell(f"at {fault.operations[number : number + 1]}")
    trial.heard(reader)
    return is_made


@kind(
    "publication-killed-at-operation",
    "kill -9 just before a file operation of a publication, while a reader looks",
    HOLDS,
    make=published_thrice,
    share=90,
)
def publication_killed_at_operation(trial: Trial) -> None:
    kill_at(trial, "publish", publish_there)
    assert rows_seen(trial.data_dir) in (ROWS_PUBLISHED[-1], ROWS_BUILT)
    publishes(trial)


@kind(
    "publication-operation-fails",
    "a file operation of a publication fails: not done, half done or done all the same",
    f"an error means that readers keep what they had; {HOLDS}",
    make=published_thrice,
    share=110,
)
def publication_operation_fails(trial: Trial) -> None:
    is_made = fail_at(trial, "publish", publish_there)
    assert rows_seen(trial.data_dir) == (ROWS_BUILT if is_made else ROWS_PUBLISHED[-1])
    publishes(trial)


@kind(
    "rollback-killed-at-operation",
    "kill -9 just before a file operation of a rollback, while a reader looks",
    "readers have one publication or the other; the same rollback, or the next run, finishes it",
    make=published_thrice,
    share=60,
)
def rollback_killed(trial: Trial) -> None:
    kill_at(trial, "roll back", roll_back_there)
    rolls_back(trial)


@kind(
    "rollback-operation-fails",
    "a file operation of a rollback fails, in the same ways",
    "readers have one publication or the other; the same rollback, or the next run, finishes it",
    make=published_thrice,
    share=60,
)
def rollback_fails(trial: Trial) -> None:
    fail_at(trial, "roll back", roll_back_there)
    rolls_back(trial)


def rolls_back(trial: Trial) -> None:
    data_dir = trial.data_dir
    assert rows_seen(data_dir) in (ROWS_PUBLISHED[1], ROWS_PUBLISHED[2])
    was_begun = standing_hold(data_dir) is not None
    if trial.chance.random() < 0.5:
        look_after(data_dir, trial.tell)
        assert rows_seen(data_dir) == (ROWS_PUBLISHED[1] if was_begun else ROWS_PUBLISHED[2])
    if rows_seen(data_dir) != ROWS_PUBLISHED[1]:
        roll_back(data_dir, "2")
    assert rows_seen(data_dir) == ROWS_PUBLISHED[1]
    assert standing_hold(data_dir) is not None, "a rollback is a hold"
    publish(data_dir, "run-4", LOADED, trial.tell)
    assert rows_seen(data_dir) == ROWS_PUBLISHED[1], "a hold keeps what readers have"
    publishes(trial)


@kind(
    "publication-damaged",
    "files of what readers see, the link to it, or the hold are cut, emptied or lost",
    "the next run shows readers the newest whole publication, and publishes",
    make=published_thrice,
    share=60,
)
def publication_damaged(trial: Trial) -> None:
    chance, data_dir = trial.chance, trial.data_dir
    if is_held := chance.random() < 0.3:
        roll_back_there(data_dir.root)
    seen = Path(os.path.realpath(data_dir.published))
    target = chance.choice(("table", "warehouse", "manifest", "link", "hold"))
    if target == "link":
        data_dir.published.unlink()
        trial.tell("link: lost")
    elif target == "hold":
        data_dir.hold.write_bytes(chance.choice((b"", b"{", chance.randbytes(40))))
        trial.tell("hold: garbage")
    else:
        files = {
            "table": seen / "parquet" / "fct_orders.parquet",
            "warehouse": seen / "viaggio.duckdb",
            "manifest": seen / "manifest.json",
        }
        trial.tell(damage(files[target], chance, (CUT, EMPTY, LOST)))
    trial.struck = True
    look_after(data_dir, trial.tell)
    if is_held or target == "hold":
        assert rows_seen(data_dir) in ROWS_PUBLISHED
    else:
        assert rows_seen(data_dir) == ROWS_PUBLISHED[-1 if target == "link" else -2]
    publishes(trial)


@kind(
    "two-publishers",
    "two processes publish, or one publishes and one rolls back, at the same time",
    f"one waits for its turn or says who is writing; {HOLDS}",
    make=published_thrice,
    share=30,
)
def two_publishers(trial: Trial) -> None:
    root = trial.data_dir.root
    works = [publish_there, trial.chance.choice((publish_there, roll_back_there))]
    trial.chance.shuffle(works)
    apart = trial.chance.uniform(0, trial.clean["seconds to publish"] / 2)
    trial.tell(f"{apart:.3f} s apart")
    with reading(trial.data_dir) as reader:
        ends = side_by_side(apart, *((work, root) for work in works))
        publishes(trial)
    trial.heard(reader)
    assert "done" in ends, ends
    assert all(end == "done" or "is writing to this data directory" in end for end in ends), ends
    trial.struck = ends.count("done") == 1


@kind(
    "publications-under-a-jumping-clock",
    "the clock jumps up to 400 days ahead or back before each of several publications",
    "the newest publication is the one that was made last; readers have it",
    make=published_thrice,
    share=30,
)
def publications_under_a_jumping_clock(trial: Trial) -> None:
    data_dir = trial.data_dir
    for number in range(trial.chance.randint(2, 5)):
        offset = timedelta(trial.chance.uniform(-400, 400))
        trial.tell(f"clock off by {offset}")
        build(data_dir, ROWS_BUILT + 1 + number)
        with clock_off_by(offset, publishing, hold):
            made = publish(data_dir, f"jump-{number}", LOADED, trial.tell)
        assert newest(data_dir) == current(data_dir) == made
        assert rows_seen(data_dir) == ROWS_BUILT + 1 + number
        trial.struck = True
    build(data_dir, ROWS_BUILT)
    publishes(trial)
