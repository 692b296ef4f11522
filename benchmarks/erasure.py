"""Plant persons, land them, erase every other one and search every byte: `-m benchmarks.erasure`.

Nothing is built, so each request names all identifiers of its person; `tests/python/erasure` builds
and publishes with a few persons.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

import duckdb

from tests.python.erasure.conftest import request_of_all
from tests.python.erasure.planted import Planted, drop
from tests.python.erasure.scan import found_in
from viaggio.erasure.erase import begin, plan
from viaggio.landing.load import land
from viaggio.workspace.paths import DataDir
from viaggio.workspace.salt import ensure_salt
from viaggio.workspace.sql import file_to_read


def main() -> None:
    """Print what was erased, how long it took, and where anything is left."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.erasure", description=__doc__)
    parser.add_argument("--persons", type=int, default=200, help="persons; half are erased")
    options = parser.parse_args()
    os.environ["VIAGGIO_LANDING_SETTLE_SECONDS"] = "0"
    persons = [Planted(number) for number in range(1, options.persons + 1)]
    with tempfile.TemporaryDirectory() as folder:
        data_dir = DataDir(Path(folder) / "data")
        ensure_salt(data_dir)
        drop(data_dir.landing, persons)
        report = land(data_dir)
        erased = persons[::2]
        started = time.monotonic()
        journal = plan(data_dir, [request_of_all(person) for person in erased])
        planned = time.monotonic()
        begin(data_dir, journal)
        finished = time.monotonic()
        (salt,) = duckdb.sql(f"select salt from {file_to_read(data_dir.hash_salt)}").fetchone() or (
            "",
        )
        needles = {n: kind for person in erased for n, kind in person.needles(salt).items()}
        left = [hit for hit in found_in(data_dir.root, needles) if "journal.json" not in hit]
    print(
        f"{report.rows_raw:,} rows of {len(persons):,} persons; {len(erased):,} erased:"
        f" {sum(journal.removed.values()):,} rows removed,"
        f" {sum(journal.anonymised.values()):,} anonymised, {len(journal.marks):,} tombstones;"
        f" plan {planned - started:.1f} s, erasure {finished - planned:.1f} s."
    )
    print(f"{len(needles):,} forms of their values sought; found in: {left or 'no file'}")


if __name__ == "__main__":
    main()
