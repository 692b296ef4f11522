"""Command line: draft an adapter, map a folder of exports, or report what a run found in them.

`viaggio adapt <file> [--name <name>] [--answer <key>=<value> ...] [--to <project>]`
`viaggio adapt --from <folder of exports> [--to <landing folder>] [--stand-ins]`
`viaggio adapt report`
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from adapters.draft.command import draft_adapter, parse_answers, reader
from adapters.report import report
from adapters.runner import AdapterError, Mapped, map_all
from viaggio.workspace.paths import PROJECT_DIR, DataDir


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; 0 done, 1 an adapter failed, 2 wrong input, 3 a draft has gaps."""
    parser = argparse.ArgumentParser(prog="viaggio adapt", description=__doc__)
    parser.add_argument(
        "what", nargs="?", default="map", help="map (default), report, or a file to draft for"
    )
    parser.add_argument("--from", dest="from_dir", type=Path, help="folder of vendors' exports")
    parser.add_argument(
        "--to",
        type=Path,
        help="landing folder (default: that of the data folder); of a draft, the project",
    )
    parser.add_argument("--name", default="", help="of the drafted adapter (default: the file's)")
    parser.add_argument(
        "--answer",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="what a draft would ask, such as time_zone=shop; as often as needed",
    )
    parser.add_argument(
        "--stand-ins",
        action="store_true",
        help="land the rows that the project brings for want of an export, too: yearly averages of"
        " exchange rates (docs/adapters.md)",
    )
    options = parser.parse_args(argv)
    try:
        if options.what == "report":
            print(report(DataDir.from_env()))
            return 0
        if options.what != "map":
            project = options.to or PROJECT_DIR
            answers = parse_answers(options.answer)
            return draft_adapter(Path(options.what), project, options.name, answers, reader())
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
