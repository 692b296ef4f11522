"""Which figures moved between two publications, and why: `viaggio diff A B`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from decimal import Decimal

from viaggio.publishing.answers import text_table
from viaggio.publishing.changes import CAUSES, Comparison, Moved, compare
from viaggio.publishing.history import HistoryError, in_words
from viaggio.workspace.paths import DataDir

MONEY = "net_revenue"
SHOWN = 40
NUMBERS = ("before", "after", "difference", *CAUSES, "residual")


def main(arguments: Sequence[str]) -> int:
    """Print what moved; 1 where the two cannot be compared."""
    parser = argparse.ArgumentParser(prog="viaggio diff", description=__doc__)
    parser.add_argument("one", metavar="A", help="number of a publication that is kept")
    parser.add_argument("other", metavar="B", help="number of another one")
    parser.add_argument("--json", action="store_true", help="print JSON, with all parts")
    options = parser.parse_args(arguments)
    try:
        found = compare(DataDir.from_env(), options.one, options.other)
    except (HistoryError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(as_json(found) if options.json else as_text(found))
    return 0


def as_text(found: Comparison) -> str:
    """All figures with their causes, then the months and channels that moved most."""
    lines = [f"From {in_words(found.earlier)}\nto {in_words(found.later)}:\n", *found.notes]
    lines.append(_table([], [([], each) for each in found.totals]))
    moved = sorted(found.parts, key=lambda each: -sum(map(abs, each.causes.values())))
    if moved:
        rows = [([_month(each), each.channel or "none"], each) for each in moved[:SHOWN]]
        lines += ["\nMonths and channels that moved:", _table(["month", "channel"], rows)]
    if len(moved) > SHOWN:
        lines.append(f"{len(moved) - SHOWN} more moved less; `--json` has all.")
    return "\n".join(lines)


def _table(names: list[str], rows: Sequence[tuple[list[str], Moved]]) -> str:
    """Figures below one another, each with more texts under `names` behind its own name."""
    head = ["figure", *names, *NUMBERS]
    cells = []
    for texts, each in rows:
        figure, *numbers = _object(each).values()
        cells.append((str(figure).replace("_", " "), *texts, *numbers))
    return text_table([name.replace("_", " ") for name in head], cells)


def as_json(found: Comparison) -> str:
    """The same as one object, with every month and channel that moved."""
    return json.dumps(
        {
            "earlier": found.earlier.id,
            "later": found.later.id,
            "notes": found.notes,
            "totals": [_object(each) for each in found.totals],
            "parts": [
                {"month": _month(each), "channel": each.channel, **_object(each)}
                for each in found.parts
            ],
        },
        indent=2,
    )


def _object(each: Moved) -> dict[str, object]:
    values = (each.before, each.after, each.difference, *each.causes.values(), each.residual)
    numbers = (_number(each.figure, value) for value in values)
    return {"figure": each.figure, **dict(zip(NUMBERS, numbers, strict=True))}


def _month(each: Moved) -> str:
    return f"{each.month:%Y-%m}" if each.month else "unknown"


def _number(figure: str, value: Decimal) -> float:
    """Money with cents, counts without."""
    return float(value) if figure == MONEY else int(value)
