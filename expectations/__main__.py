"""Validate a layer by hand: `viaggio validate raw|staging|... [--run-id NAME]`.

Prints a summary; the exit status is 1 if something would block a run, 2 if it could
not be validated at all.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime

from expectations.runner import layers, validate
from viaggio.workspace.paths import DataDir


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="viaggio validate", description=__doc__)
    parser.add_argument("layer", choices=layers())
    parser.add_argument("--run-id", default=f"manual-{datetime.now(UTC):%Y%m%dT%H%M%S}")
    chosen = parser.parse_args(arguments)
    try:
        report = validate(chosen.layer, DataDir.from_env(), chosen.run_id)
    except (ValueError, FileNotFoundError) as error:
        print(error, file=sys.stderr)
        return 2
    print(report.summary())
    return 1 if report.blocking_failures else 0


if __name__ == "__main__":
    sys.exit(main())
