"""What readers see, and what they could: `viaggio publications`, `rollback`, `hold`, `release`.

Each ends with 0 when it did what was asked, and with 1 when readers keep what they have.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence

from viaggio.publishing.answers import text_table
from viaggio.publishing.history import (
    HistoryError,
    Kept,
    find,
    hold_current,
    in_words,
    kept_publications,
    roll_back,
)
from viaggio.publishing.hold import release_hold, standing_hold
from viaggio.publishing.publish import current, newest, settle
from viaggio.workspace.lock import WriterBusyError, writer_lock
from viaggio.workspace.paths import DataDir

FAULTS = (HistoryError, WriterBusyError, OSError)


def main(arguments: Sequence[str]) -> int:
    """Run the command that is named first; returns its exit code."""
    name, *rest = arguments
    parser = argparse.ArgumentParser(prog=f"viaggio {name}")
    say, add_options = COMMANDS[name]
    parser.description = say.__doc__
    add_options(parser)
    options = parser.parse_args(rest)
    try:
        say(DataDir.from_env(), options)
    except FAULTS as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def list_them(data_dir: DataDir, options: argparse.Namespace) -> None:
    """List the publications that are kept, what each holds, and why it was made."""
    kept = list(kept_publications(data_dir))
    if options.json:
        print(json.dumps([_row(each) for each in kept], indent=2))
        return
    if not kept:
        raise HistoryError("Nothing is published yet. Run `viaggio run`.")
    rows = [tuple(_row(each).values()) for each in kept]
    print(text_table([name.replace("_", " ") for name in _row(kept[0])], rows))
    if hold := standing_hold(data_dir):
        print(f"\nReaders' publication is {hold}. `viaggio release` ends it.")


def _row(kept: Kept) -> dict[str, object]:
    """One publication as the list shows it; numbers of publications without thousands marked."""
    made = kept.publication
    revenue = None if kept.net_revenue is None else float(kept.net_revenue)
    return {
        "number": str(made.number or made.id) if made else kept.folder.name,
        "state": kept.state,
        "made_at_(UTC)": made.published_at[:16].replace("T", " ") if made else None,
        "run": made.run_id[:8] if made else None,
        "data_until": made.loaded.last_day if made else None,
        "mart_rows": kept.mart_rows,
        "orders": kept.orders,
        "net_revenue": revenue,
        "changed": kept.reasons,
    }


def rollback(data_dir: DataDir, options: argparse.Namespace) -> None:
    """Let readers see an older publication, and hold it until `viaggio release`."""
    with writer_lock(data_dir):
        # A rollback that was killed and is asked for again goes back one publication, not two.
        finished = settle(data_dir)
        if finished and options.publication is None:
            _, seen = find(data_dir, finished)
            print("An interrupted rollback is finished.", end=" ")
        else:
            seen = roll_back(data_dir, options.publication, options.reason, verify=options.verify)
    print(
        f"Readers see {in_words(seen)}. It is held: runs build, and publish nothing until "
        "`viaggio release`. The next run after that publishes what is built then, so mend what was "
        "wrong first; `viaggio diff` shows what would change."
    )


def hold(data_dir: DataDir, options: argparse.Namespace) -> None:
    """Keep what readers see now: runs build, and publish nothing until `viaggio release`."""
    placed = hold_current(data_dir, options.reason)
    seen = current(data_dir)
    print(f"Readers see {in_words(seen)}, {placed}." if seen else f"{placed}.")


def release(data_dir: DataDir, _: argparse.Namespace) -> None:
    """End a hold: the next run publishes, although nothing new landed."""
    ended = release_hold(data_dir)
    if ended is None:
        print("No hold stands.")
        return
    print(f"Released; it was {ended}.", end=" ")
    made, seen = newest(data_dir), current(data_dir)
    if made == seen:
        print("Readers see the newest publication.")
    else:
        print("The next run publishes what is built by then, although nothing new landed.")


def _list_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON")


def _rollback_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "publication",
        nargs="?",
        metavar="NUMBER",
        help="which publication; by itself the one before the one readers see",
    )
    parser.add_argument(
        "--verify", action="store_true", help="read its files and compare their hashes first"
    )
    _hold_options(parser)


def _hold_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--reason", default="", help="why, for those who find the hold")


def _no_options(_: argparse.ArgumentParser) -> None:
    pass


COMMANDS: dict[
    str,
    tuple[Callable[[DataDir, argparse.Namespace], None], Callable[[argparse.ArgumentParser], None]],
] = {
    "publications": (list_them, _list_options),
    "rollback": (rollback, _rollback_options),
    "hold": (hold, _hold_options),
    "release": (release, _no_options),
}
