"""Generate the demo world: `python -m sample_data --days 180 --persons 20000 --seed 7`."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import time
from pathlib import Path

from sample_data.settings import Settings
from sample_data.world import MEMORY_LIMIT, Span, World
from viaggio.workspace.paths import DataDir


def parser() -> argparse.ArgumentParser:
    """The command line."""
    default = Settings()
    out = argparse.ArgumentParser(prog="python -m sample_data", description=__doc__)
    out.add_argument("--seed", type=int, default=default.seed)
    out.add_argument("--start", type=dt.date.fromisoformat, default=default.start)
    out.add_argument("--days", type=int, default=default.days, help="days from --start on")
    out.add_argument("--persons", type=int, default=default.persons)
    out.add_argument("--out", type=Path, help="data directory (default: VIAGGIO_DATA_DIR)")
    out.add_argument("--set", nargs="+", default=[], metavar="NAME=VALUE", help="other settings")
    out.add_argument("--from-day", type=int, help="write only files of this day on (first: 0)")
    out.add_argument("--to-day", type=int, help="write only files up to this day")
    out.add_argument("--only-day", type=int, help="write only the files of this one day")
    out.add_argument("--daily", action="store_true", help="one file per day of every table")
    out.add_argument("--memory-limit", default=MEMORY_LIMIT)
    return out


def main(arguments: list[str] | None = None) -> int:
    """Generate what the command line asks for; 2 when it asks for something impossible."""
    args = parser().parse_args(arguments)
    began = time.monotonic()
    try:
        settings = Settings(
            seed=args.seed, start=args.start, days=args.days, persons=args.persons
        ).with_text(args.set)
        span = Span(
            args.only_day if args.only_day is not None else args.from_day or 0,
            args.only_day if args.only_day is not None
            else settings.days - 1 if args.to_day is None else args.to_day,
        )  # fmt: skip
        data_dir = DataDir.from_env() if args.out is None else DataDir.at(args.out)
        with World(settings, data_dir, args.memory_limit) as world:
            rows = world.write(span, daily=args.daily or args.only_day is not None)
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    seconds = time.monotonic() - began
    print(f"{rows:,} rows in {data_dir.landing} ({seconds:.1f} s); truth in {data_dir.truth}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
