"""Attribution models of a table of paths: `python -m orchestration.attribute paths.csv`.

The file has a header and the columns `path` (channels in their order, ` > ` between them) and
`conversions`; `nulls` (how often it ended without one) and `value` (what the conversions were
worth) if there are any. What comes out has a row for each model and channel, by the macros that
the marts are made with; it is printed, or written to `--out`. No warehouse is needed or touched.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from orchestration.paths import PROJECT_DIR, DataDir
from orchestration.project import DBT
from orchestration.spreadsheets import csv_of_csv

NEEDED = ("path", "conversions")
NUMBERS = ("conversions", "nulls", "value")


class PathTableError(ValueError):
    """The file is no table of paths; the message says where and why."""


def check(file: Path) -> None:
    """See that a file is a table of paths.

    Raises:
        PathTableError: It is not.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = csv.DictReader(lines)
            missing = [name for name in NEEDED if name not in (rows.fieldnames or ())]
            if missing:
                raise PathTableError(f"{file} has no column {' and no column '.join(missing)}")
            conversions = 0.0
            for row in rows:
                conversions += _checked(file, rows.line_num, row)
    except (OSError, UnicodeDecodeError) as error:
        raise PathTableError(f"{file} cannot be read: {error}") from error
    if conversions == 0:
        raise PathTableError(f"{file} has no conversions: there is nothing to attribute")


def _checked(file: Path, line: int, row: dict[str, str | None]) -> float:
    """The conversions of a row, once it is found to be right."""
    if not (row["path"] or "").strip():
        raise PathTableError(f"{file}, line {line}: the path is empty")
    for name in NUMBERS:
        text = row.get(name) or "0"
        try:
            is_right = 0 <= float(text) < float("inf")
        except ValueError:
            is_right = False
        if not is_right:
            raise PathTableError(f"{file}, line {line}: {name} is no number from 0 on: {text!r}")
    return float(row["conversions"] or 0)


def attribute(file: Path, variables: dict[str, int]) -> str:
    """All models of a file of paths, as CSV that is safe to open; `variables` are dbt's.

    Raises:
        PathTableError: The file is no table of paths.
        RuntimeError: dbt failed; the message is dbt's.
    """
    check(file)
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "models.csv"
        done = subprocess.run(
            (
                *(DBT, "--quiet", "run-operation", "attribute_paths", "--no-version-check"),
                *("--args", json.dumps({"paths": str(file.resolve()), "output": str(output)})),
                *("--vars", json.dumps(variables)),
            ),
            cwd=PROJECT_DIR,
            env={**os.environ, **DataDir(Path(folder)).environment()},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(done.stdout + done.stderr)
        with output.open(encoding="utf-8", newline="") as models:
            return csv_of_csv(models.read())


def main() -> int:
    """Attribute and print; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", type=Path, help="CSV file: path, conversions, nulls, value")
    parser.add_argument("--out", type=Path, help="CSV file to write (printed if not given)")
    parser.add_argument("--order", type=int, default=1, choices=(1, 2, 3), help="Markov order")
    parser.add_argument("--shapley", type=int, default=12, help="channels Shapley tells apart")
    options = parser.parse_args()
    try:
        found = attribute(
            options.paths,
            {"markov_order": options.order, "shapley_max_channels": options.shapley},
        )
    except (PathTableError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return 1
    if options.out:
        options.out.write_text(found, encoding="utf-8", newline="")
        print(f"Wrote {options.out}")
    else:
        print(found, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
