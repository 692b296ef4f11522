"""Land, take rows back, or rebuild the ledger: `viaggio land`, `retract`, `rebuild-ledger`.

Ends with 0, or 3 when files were rejected, or 1 when the command could not go on.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from viaggio.landing.load import LandingError, land, retract
from viaggio.landing.rebuild import rebuild_ledger
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
    commands.add_parser("land", help="land what was dropped (the default)")
    back = commands.add_parser("retract", help="take back all rows that a file brought")
    back.add_argument("file", help="its name below landing/, or the SHA-256 of its content")
    back.add_argument("--reason", required=True, help="why, for the audit")
    commands.add_parser("rebuild-ledger", help="fill a new ledger from the raw tables")
    options = parser.parse_args(arguments)
    data_dir = DataDir.from_env()
    try:
        if options.command == "retract":
            for file in retract(data_dir, options.file, options.reason):
                print(f"Took back the rows of {file.source_file}, loaded {file.loaded_at}.")
            print("The next run publishes without them: make run")
            return 0
        if options.command == "rebuild-ledger":
            print(rebuild_ledger(data_dir).summary())
            return 0
        ensure_salt(data_dir)
        report = land(data_dir)
    except FAULTS as error:
        print(error, file=sys.stderr)
        return 1
    print(report.summary())
    return FAILED_IN_PART if report.failed_in_part else 0


if __name__ == "__main__":
    sys.exit(main())
