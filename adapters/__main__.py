"""Command line: map a folder of exports to landing files, or report what a run found in them.

`viaggio adapt --from <folder of exports> [--to <landing folder>] [--stand-ins]`
`viaggio adapt report`
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from adapters.report import report
from adapters.runner import AdapterError, Mapped, map_all
from viaggio.workspace.paths import DataDir


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; 0 done, 1 an adapter failed, 2 wrong input."""
    parser = argparse.ArgumentParser(prog="viaggio adapt", description=__doc__)
    parser.add_argument("command", nargs="?", choices=["map", "report"], default="map")
    parser.add_argument("--from", dest="from_dir", type=Path, help="folder of vendors' exports")
    parser.add_argument("--to", type=Path, help="landing folder (default: that of the data folder)")
    parser.add_argument(
        "--stand-ins",
        action="store_true",
        help="land the rows that the project brings for want of an export, too: yearly averages of"
        " exchange rates (docs/adapters.md)",
    )
    options = parser.parse_args(argv)
    try:
        if options.command == "report":
            print(report(DataDir.from_env()))
            return 0
        if options.from_dir is None:
            raise AdapterError("Say where the exports are: --from <folder>.")
        landing = options.to or DataDir.from_env().landing
        mapped = map_all(options.from_dir.resolve(), landing, stand_ins=options.stand_ins)
    except AdapterError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print("\n".join(line(one) for one in mapped))
    return 1 if any(one.failed for one in mapped) else 0


def line(one: Mapped) -> str:
    """One adapter's outcome in words."""
    if one.failed:
        return f"FAILED   {one.adapter}: {one.failed}"
    if one.skipped:
        return f"skipped  {one.adapter}: {one.skipped}"
    if one.file is None:
        return f"prepared {one.adapter} from {', '.join(one.reads)}"
    rows = "as it is" if one.rows is None else f"{one.rows:,} rows"
    origin = ", ".join(one.reads) or one.adapter
    return f"mapped   {origin} -> {one.file} ({rows})"


if __name__ == "__main__":
    sys.exit(main())
