"""Alerts by hand or by the clock: `viaggio alerts`.

Looks for causes (an old publication, a silent source ...) without running anything, sends
new alerts, and prints what is open. Ends with 1 if something could not be sent or judged.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from viaggio.alerts.channels import channels
from viaggio.alerts.watch import look, send_test
from viaggio.workspace.paths import DataDir

_NONE = "No channel is configured (docs/runbook.md#channels)."


def main(arguments: Sequence[str] | None = None) -> int:
    """Look and send what is new, or a test; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="viaggio alerts",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--test", action="store_true", help="send each channel a test message")
    options = parser.parse_args(arguments)
    configured = channels()
    if options.test:
        sent = send_test()
        for channel, problem in sent:
            print(problem or f"Sent by {channel.name} {channel.words}".rstrip() + ".")
        if not sent:
            print(_NONE)
        return 1 if not sent or any(problem for _, problem in sent) else 0
    looked = look(DataDir.from_env())
    for alert in looked.open:
        print(f"{alert.words}\n  Since {alert.since}\n")
    print(f"{len(looked.open)} open.")
    for channel in configured:
        print(f"Told by {channel.name} {channel.words}".rstrip() + ".")
    if not configured:
        print(_NONE)
    for problem in looked.problems:
        print(problem, file=sys.stderr)
    return 1 if looked.problems else 0


if __name__ == "__main__":
    sys.exit(main())
