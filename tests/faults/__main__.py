"""Try faults on purpose: `python -m tests.faults`, or `make faults`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from tests.faults import campaign
from tests.faults.killing import import_all_before
from tests.faults.kinds import KINDS

FAULTS = 1000


def main() -> int:
    """Try one fault, those of a kind, or a campaign; 1 if any went wrong."""
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument("--kind", nargs="+", choices=list(KINDS), metavar="KIND", help="only these")
    parser.add_argument("--seed", type=int, help="only this fault of each kind")
    parser.add_argument("--faults", type=int, help=f"how many; of all kinds {FAULTS}")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="begin none later")
    parser.add_argument("--results", type=Path, help="append what became of each to this file")
    parser.add_argument("--table", action="store_true", help="write the table of the page")
    parser.add_argument("--list", action="store_true", help="list the kinds")
    options = parser.parse_args()
    if options.list:
        for of in KINDS.values():
            print(f"{of.name:<36} {of.broken}")
        return 0
    if options.table and options.results and options.results.exists():
        campaign.write_table(campaign.read(options.results))
        return 0
    os.environ.update(VIAGGIO_TARGET="ci", VIAGGIO_LANDING_SETTLE_SECONDS="0")
    kinds = [KINDS[name] for name in options.kind or KINDS]
    if not all(of.is_quick for of in kinds):
        import_all_before()

    def seeds(of: campaign.Kind) -> range:
        if options.seed is not None:
            return range(options.seed, options.seed + 1)
        if options.kind and options.faults:
            return range(1, options.faults + 1)
        return campaign.seeds_of(of, options.faults or FAULTS)

    tallies = campaign.run(kinds, seeds, results=options.results, minutes=options.minutes)
    tried, wrong = sum(each.tried for each in tallies), sum(len(each.wrong) for each in tallies)
    print(f"{tried:,} faults tried, {wrong} went wrong.")
    if options.seed is not None:
        print(*(told for each in tallies for told in each.results[0].told), sep="\n")
    if options.table and not options.kind:
        campaign.write_table(tallies)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
