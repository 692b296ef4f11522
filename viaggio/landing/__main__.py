"""Land, and correct what landed.

`viaggio land`, `retract`, `quarantine`, `replay`, `rebuild-ledger`.

Ends with 0, or 3 when files were rejected, or 1 when the command could not go on.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from viaggio.landing.load import LandingError, land, retract
from viaggio.landing.rebuild import rebuild_ledger
from viaggio.landing.replay import bad_rows, replay, replay_file, write_out
from viaggio.landing.settings import SettingError
from viaggio.workspace.ledger import LedgerError
from viaggio.workspace.lock import WriterBusyError
from viaggio.workspace.paths import DataDir
from viaggio.workspace.salt import SaltError, ensure_salt
from viaggio.workspace.tombstones import TombstoneError

FAILED_IN_PART = 3
FAULTS = (
    *(LandingError, LedgerError, SaltError, SettingError, TombstoneError),
    WriterBusyError,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Work on `VIAGGIO_DATA_DIR` and say what was done."""
    parser = argparse.ArgumentParser(prog="viaggio", description=__doc__)
    commands = parser.add_subparsers(dest="command")
    drop = commands.add_parser("land", help="land what was dropped (the default)")
    drop.add_argument(
        "--map-again",
        action="store_true",
        help="map exports again whose adapter has changed since",
    )
    back = commands.add_parser("retract", help="take back all rows that a file brought")
    back.add_argument("file", help="its name below landing/, or the SHA-256 of its content")
    back.add_argument("--reason", required=True, help="why, for the audit")
    bad = commands.add_parser("quarantine", help="list bad rows, or write them out to correct")
    bad.add_argument("--write", type=Path, metavar="FOLDER", help="write a CSV for each file")
    bad.add_argument("--table", help="only this table's, such as store.order")
    again = commands.add_parser("replay", help="put bad rows or rejected files back")
    again.add_argument(
        "paths",
        nargs="*",
        type=Path,
        metavar="PATH",
        help="corrected CSV, folder of them, or rejected file; none: try all rows again",
    )
    again.add_argument("--reason", default="", help="what was corrected, for the audit")
    commands.add_parser("rebuild-ledger", help="fill a new ledger from the raw tables")
    options = parser.parse_args(arguments)
    data_dir = DataDir.from_env()
    try:
        if options.command == "retract":
            for file in retract(data_dir, options.file, options.reason):
                print(f"Took back the rows of {file.source_file}, loaded {file.loaded_at}.")
            print("The next run publishes without them: make run")
            return 0
        if options.command == "quarantine":
            return _show_quarantine(data_dir, options.write, options.table)
        if options.command == "replay":
            return _replay(data_dir, options.paths, options.reason)
        if options.command == "rebuild-ledger":
            print(rebuild_ledger(data_dir).summary())
            return 0
        ensure_salt(data_dir)
        report = land(data_dir, map_again=getattr(options, "map_again", False))
    except FAULTS as error:
        print(error, file=sys.stderr)
        return 1
    print(report.summary())
    return FAILED_IN_PART if report.failed_in_part else 0


def _show_quarantine(data_dir: DataDir, folder: Path | None, table: str | None) -> int:
    if folder:
        for path in write_out(data_dir, folder, table):
            print(path)
        print("Correct the rows, and put them back: viaggio replay FOLDER. Then delete the folder.")
        return 0
    found = [each for each in bad_rows(data_dir) if table in (None, each.table)]
    for each in found:
        since = f"{each.since:%Y-%m-%d}"
        print(f"{each.rows:>8,}  {each.table}  {each.source_file}  {each.reason}  since {since}")
    print(f"{sum(each.rows for each in found):,} rows are in quarantine.")
    return 0


def _replay(data_dir: DataDir, paths: Sequence[Path], reason: str) -> int:
    rejected = [path for path in paths if path.resolve().is_relative_to(data_dir.rejected)]
    for path in rejected:
        print(f"Back in {replay_file(data_dir, path)}; the next run lands it: viaggio run")
    given = [path for path in paths if path not in rejected]
    corrections = [
        each for path in given for each in (sorted(path.glob("*.csv")) if path.is_dir() else [path])
    ]
    if paths and not corrections:
        if rejected:
            return 0
        raise LandingError(f"{paths[0]} holds no CSV. Write one: viaggio quarantine --write FOLDER")
    done = replay(data_dir, corrections, reason)
    for each in done:
        if each.refused:
            print(f"{each.source_file}: {each.refused}", file=sys.stderr)
        elif each.rows or paths:
            print(f"{each.source_file}: {each.rows:,} rows put back, {each.left:,} stay")
    put_back = sum(each.rows for each in done)
    print(
        f"{put_back:,} rows put back.{' The next run publishes them: viaggio run' * bool(put_back)}"
    )
    return FAILED_IN_PART if any(each.refused for each in done) else 0


if __name__ == "__main__":
    sys.exit(main())
