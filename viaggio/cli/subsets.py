"""Builds a shop that has only some of the sources: `viaggio subsets`.

A small demo company is generated once. Then each source is run alone, each is left out, and a few
combinations as real shops have them are run: landed, built, audited, published. Said of each are
whether it was built, published and balanced, which marts are empty, and which data they wait for.
Ends with 1 if one was not, if a mart is empty that should have rows, if one holds a number that is
none (nan, infinity), or if a fact differs from the whole company's: fewer sources give fewer rows,
never other ones, and the same sums where all that a fact is made of is there.

Names of subsets: `ga4`, `store.order+reviews` (these and nothing else), `without:email`,
`without:store.order_line` (all but these), and the combinations that `--list` shows.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import duckdb

from viaggio.publishing import needs
from viaggio.publishing.answers import text_table
from viaggio.workspace.contract import load_contract
from viaggio.workspace.paths import PROJECT_DIR, DataDir
from viaggio.workspace.sql import file_to_write

# What shops of some kind have; `ga4` alone, the shop that has only measured its site, is a source.
COMBINATIONS = {
    "web_shop": "ga4+store.order+store.order_line",
    "tills": "store.order+store.order_line+store.location+store.loyalty_event+reviews",
    "orders_and_reviews": "store.order+store.order_line+reviews",
}
WITHOUT = "without:"
# Facts with their key, what they are made of, and figures that nothing else changes.
FACTS: dict[str, tuple[str, frozenset[str], tuple[str, ...]]] = {
    "fct_orders": (
        "order_id",
        frozenset(
            {
                *("store.order", "store.order_line", "store.refund_line", "store.transaction"),
                *("ga4.event", "reference.exchange_rate"),
            }
        ),
        ("gross_revenue", "net_revenue", "refunded", "items"),
    ),
    "fct_sessions": (
        "session_id",
        frozenset({"ga4.event"}),
        ("events", "page_views", "cart_adds", "purchases"),
    ),
    "fct_reviews": ("review_id", frozenset({"reviews.review"}), ("helpful_votes",)),
    "fct_returns": (
        "return_id",
        frozenset(
            {
                *("store.order", "store.order_line", "store.refund_line"),
                "reference.exchange_rate",
            }
        ),
        ("items", "refunded"),
    ),
    "fct_service_cases": ("service_case_id", frozenset({"crm.ticket"}), ("resolution_seconds",)),
    "fct_survey_responses": (
        "survey_response_id",
        frozenset({"crm.feedback_submission"}),
        ("score",),
    ),
    "fct_touchpoints": ("touchpoint_id", frozenset(), ()),
}
# Touchpoints that GA4's purchases make as long as the shop's own records are missing; with them,
# the shop's have other keys.
STAND_INS = "source_table = 'ga4.event' and touchpoint_type in ('order', 'return')"
# All sources: what the subsets are compared with.
EVERYTHING = "everything"
# What dbt has parsed stays when a subset makes room for the next.
KEPT = "target"


class UnknownSubsetError(ValueError):
    """A name stands for no subset of the sources."""


@dataclass
class Verdict:
    """What became of one subset.

    `empty` are its marts without rows, and `faults` all that should not be, in words.
    """

    name: str
    is_built: bool = False
    is_published: bool = False
    is_balanced: bool = False
    empty: list[str] = field(default_factory=list)
    warnings: int = 0
    faults: list[str] = field(default_factory=list)
    seconds: float = 0.0


@cache
def raw_tables() -> frozenset[str]:
    """All raw tables of the contract, as `source.table`."""
    return frozenset(f"{source}.{table}" for source, table in load_contract().tables)


def names() -> list[str]:
    """All subsets: each source alone, each left out, and the combinations."""
    sources = sorted({table.split(".")[0] for table in raw_tables()})
    return [*sources, *(f"{WITHOUT}{source}" for source in sources), *COMBINATIONS]


def tables_of(name: str) -> frozenset[str]:
    """Raw tables of a subset, as `source.table`.

    Raises:
        UnknownSubsetError: The name holds no source or table of the contract.
    """
    known = raw_tables()
    if name == EVERYTHING:
        return known
    parts = COMBINATIONS.get(name, name).removeprefix(WITHOUT).split("+")
    named: set[str] = set()
    for part in parts:
        of_part = {table for table in known if part in (table, table.split(".")[0])}
        if not of_part:
            raise UnknownSubsetError(
                f"{part!r} is no source, table or combination: {', '.join(names())}"
            )
        named |= of_part
    return frozenset(known - named if name.startswith(WITHOUT) else named)


def run_subset(name: str, world: DataDir, data_dir: DataDir, whole: Path | None = None) -> Verdict:
    """Run the whole pipeline on a subset of a generated world.

    Args:
        name: The subset.
        world: Where the world was generated.
        data_dir: Where to run; what an earlier subset left there is deleted.
        whole: What was published of the whole world, to compare with.

    Raises:
        UnknownSubsetError: There is no such subset.
    """
    started = time.monotonic()
    drop_files(tables_of(name), world, data_dir)
    environment = {**os.environ, **data_dir.environment(), "VIAGGIO_LANDING_SETTLE_SECONDS": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "orchestration.run"],
        cwd=PROJECT_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    published = data_dir.published / "viaggio.duckdb"
    verdict = Verdict(name, is_built=published.exists(), is_published=published.exists())
    if verdict.is_published:
        with duckdb.connect(published, read_only=True) as connection:
            judge(connection, verdict, whole)
        if "nan" in done.stdout.split():
            verdict.faults.append("an answer prints nan")
    else:
        verdict.is_built = "dbt_build" in _steps_done(done.stdout)
        verdict.faults += _failures(done.stdout + done.stderr)
    if done.returncode:
        verdict.faults.append(f"the run ended with {done.returncode}")
    verdict.seconds = time.monotonic() - started
    return verdict


def drop_files(tables: Collection[str], world: DataDir, data_dir: DataDir) -> None:
    """Make a data directory as a shop with these tables has it before its first run."""
    data_dir.root.mkdir(parents=True, exist_ok=True)
    for path in data_dir.root.iterdir():
        if path.is_symlink() or path.is_file():
            path.unlink()
        elif not path.name.startswith(KEPT):
            shutil.rmtree(path)
    for table in sorted(tables):
        folder = Path(*table.split("."))
        if (world.landing / folder).is_dir():
            shutil.copytree(world.landing / folder, data_dir.landing / folder)


def judge(
    connection: duckdb.DuckDBPyConnection, verdict: Verdict, whole: Path | None = None
) -> None:
    """Look at marts and audit, published or in a warehouse, and note what is found.

    Args:
        connection: What was built or published of the subset.
        verdict: Where to note it.
        whole: A database with the marts of the whole world, to compare with.
    """
    row = connection.execute("select bool_and(balanced) from audit.audit_reconciliation").fetchone()
    verdict.is_balanced = bool(row and row[0])
    if not verdict.is_balanced:
        verdict.faults.append("rows are lost: see audit_reconciliation")
    landed = {table for (table,) in connection.execute(needs.LANDED).fetchall()}
    verdict.empty = [mart for mart in needs.MARTS if not _has_rows(connection, mart)]
    verdict.faults += [
        f"{mart} is empty, though what it needs has landed"
        for mart in verdict.empty
        if mart not in needs.SCARCE and not needs.missing([mart], landed)
    ]
    verdict.faults += [f"{column} holds nan or infinity" for column in no_numbers(connection)]
    if whole:
        connection.execute(f"attach {file_to_write(whole)} as whole (read_only)")
        verdict.faults += differences(connection, landed)
    verdict.warnings = connection.execute(
        "select count(*) from audit.audit_expectations where not success"
    ).fetchall()[0][0]


def differences(connection: duckdb.DuckDBPyConnection, landed: Collection[str]) -> list[str]:
    """Where facts are not a part of the whole world's, attached as `whole`, in words."""
    found = []
    for fact, (key, made_of, figures) in FACTS.items():
        ((others,),) = connection.execute(
            f"select count(*) from marts.{fact} as part anti join whole.marts.{fact} using ({key})"
            + (f" where not ({STAND_INS})" if fact == "fct_touchpoints" else "")
        ).fetchall()
        if others:
            found.append(f"{fact} has {others} rows that the whole company has not")
        if made_of and made_of <= set(landed):
            sums = ", ".join(["count(*)", *(f"sum({figure})" for figure in figures)])
            (part,) = connection.execute(f"select {sums} from marts.{fact}").fetchall()
            (all_,) = connection.execute(f"select {sums} from whole.marts.{fact}").fetchall()
            found += [
                f"{fact}: {name} is {mine}, and {theirs} with all sources"
                for name, mine, theirs in zip(("rows", *figures), part, all_, strict=True)
                if mine != theirs
            ]
    return found


def no_numbers(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Columns of marts, as `table.column`, that hold nan or infinity."""
    columns: dict[str, list[str]] = defaultdict(list)
    for table, column in connection.execute(
        """
        select table_name, column_name from duckdb_columns()
        where schema_name = 'marts' and data_type in ('DOUBLE', 'FLOAT')
        order by table_name, column_index
        """
    ).fetchall():
        columns[table].append(column)
    found = []
    for table, of_table in columns.items():
        counts = ", ".join(f'count_if(not isfinite("{column}"))' for column in of_table)
        (counted,) = connection.execute(f'select {counts} from marts."{table}"').fetchall()
        found += [f"{table}.{name}" for name, n in zip(of_table, counted, strict=True) if n]
    return found


def _has_rows(connection: duckdb.DuckDBPyConnection, mart: str) -> bool:
    return bool(connection.execute(f"select 1 from marts.{mart} limit 1").fetchall())


def _steps_done(output: str) -> set[str]:
    return {words[0] for words in map(str.split, output.splitlines()) if "done" in words[1:2]}


def _failures(output: str) -> list[str]:
    return [line.strip() for line in output.splitlines() if line.startswith("FAILED")] or [
        "nothing was published, and nothing says why"
    ]


def report(verdicts: Sequence[Verdict]) -> str:
    """All subsets in a table, then what is wrong, then the empty marts by what they wait for."""
    columns = ["subset", "built", "published", "balanced", "empty marts", "warnings", "seconds"]
    rows: list[tuple[object, ...]] = [
        (v.name, v.is_built, v.is_published, v.is_balanced, len(v.empty), v.warnings,
         round(v.seconds))
        for v in verdicts
    ]  # fmt: skip
    lines = [text_table(columns, rows)]
    for verdict in verdicts:
        lines += [f"FAULT  {verdict.name}: {fault}" for fault in verdict.faults]
    for verdict in verdicts:
        if verdict.empty:
            lines += ["", f"{verdict.name}: marts without rows", *why_empty(verdict)]
    return "\n".join(lines)


def why_empty(verdict: Verdict) -> list[str]:
    """Lines that name, for each thing that is missing, the marts that wait for it."""
    waiting: dict[str, list[str]] = defaultdict(list)
    for mart in verdict.empty:
        lacking = needs.missing([mart], tables_of(verdict.name))
        reason = f"need {needs.in_words(lacking)}" if lacking else "need more data"
        waiting[reason].append(mart)
    return [f"  {reason}: {', '.join(marts)}" for reason, marts in sorted(waiting.items())]


def main(arguments: Sequence[str] | None = None) -> int:
    """Generate, run the subsets one after the other, report; 1 if anything is wrong with one."""
    parser = argparse.ArgumentParser(
        prog="viaggio subsets",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--only", nargs="+", metavar="NAME", help="run these (default: all)")
    parser.add_argument("--list", action="store_true", help="list the subsets and end")
    parser.add_argument("--days", default="30", help="days of the company's life (30)")
    parser.add_argument("--persons", default="800", help="persons who may meet it (800)")
    parser.add_argument("--folder", type=Path, help="where to work (default: a temporary folder)")
    options = parser.parse_args(arguments)
    if options.list:
        print("\n".join(names()))
        return 0
    chosen = options.only or names()
    try:
        for name in chosen:
            tables_of(name)
    except UnknownSubsetError as error:
        parser.error(str(error))
    with tempfile.TemporaryDirectory(prefix="viaggio-subsets-") as temporary:
        folder = options.folder or Path(temporary)
        world = DataDir.at(folder / "world")
        if not world.landing.is_dir():
            generate = [sys.executable, "-m", "sample_data"]
            subprocess.run(
                [*generate, "--days", options.days, "--persons", options.persons],
                cwd=PROJECT_DIR,
                env={**os.environ, **world.environment()},
                check=True,
            )
        whole = folder / "whole.duckdb"
        if not whole.exists():
            everything = DataDir.at(folder / "data")
            run_subset(EVERYTHING, world, everything)
            shutil.copyfile(everything.published / "viaggio.duckdb", whole)
        verdicts = []
        for name in chosen:
            verdicts.append(run_subset(name, world, DataDir.at(folder / "data"), whole))
            said = "; ".join(verdicts[-1].faults) or "as it should be"
            print(f"{name}: {said} ({verdicts[-1].seconds:.0f} s)", flush=True)
    print(f"\n{report(verdicts)}")
    return 1 if any(verdict.faults for verdict in verdicts) else 0


if __name__ == "__main__":
    sys.exit(main())
