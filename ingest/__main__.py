"""Pull sources into the landing folder.

`viaggio ingest list` shows which sources are configured and which variables are missing.
`viaggio ingest shopify stripe` pulls what is new; `--since 2025-03-01` reads from that day on.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from ingest.sources import INSTALL, SOURCES, IngestError, be_quiet, is_installed
from viaggio.workspace.lock import WriterBusyError
from viaggio.workspace.paths import DataDir


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 done, 1 something could not be pulled."""
    parser = argparse.ArgumentParser(
        prog="viaggio ingest",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "sources", nargs="+", metavar="SOURCE", choices=["list", *SOURCES], help=", ".join(SOURCES)
    )
    parser.add_argument(
        "--since",
        type=day,
        metavar="DATE",
        help="read from this day on, again where it was read before: 2025-03-01",
    )
    options = parser.parse_args(arguments)
    if "list" in options.sources:
        print("\n".join(listing()))
        return 0
    if not is_installed():
        print(INSTALL, file=sys.stderr)
        return 1
    data_dir = DataDir.from_env()
    results = [ingest(name, data_dir, options.since) for name in options.sources]
    return 0 if all(results) else 1


def day(text: str) -> datetime:
    """The first moment of a day, in UTC."""
    return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)


def listing() -> list[str]:
    """Each source with what it still needs."""
    width = max(map(len, SOURCES))
    lines = []
    for source in SOURCES.values():
        missing = source.missing()
        state = f"set {', '.join(missing)}" if missing else "configured"
        lines.append(f"{source.name:{width}}  {source.words}: {state}")
    return lines if is_installed() else [*lines, "", INSTALL]


def ingest(name: str, data_dir: DataDir, since: datetime | None = None) -> bool:
    """Pull a source and say what came; whether all of it did."""
    be_quiet(data_dir)
    from ingest.pull import pull  # noqa: PLC0415

    succeeded = True
    try:
        for outcome in pull(SOURCES[name], data_dir, since):
            for file, rows in sorted(outcome.files.items()):
                print(f"written  {file}" + ("" if rows is None else f" ({rows:,} rows)"))
            if outcome.failed:
                succeeded = False
                print(f"FAILED   {outcome.failed}", file=sys.stderr)
            elif not outcome.files:
                print(f"nothing new from {name}.{outcome.feed}")
    except (IngestError, WriterBusyError) as error:
        print(f"FAILED   {error}", file=sys.stderr)
        return False
    return succeeded


if __name__ == "__main__":
    sys.exit(main())
