"""`python -m orchestration.landing`: land what was dropped, and say what became of it.

Ends with 0, or 3 when files were rejected, or 1 when the run could not go on.
"""

from __future__ import annotations

import sys

from orchestration.landing.load import LandingError, land
from orchestration.lock import WriterBusyError
from orchestration.paths import DataDir

FAILED_IN_PART = 3


def main() -> int:
    """Land into `VIAGGIO_DATA_DIR` and print the summary."""
    try:
        report = land(DataDir.from_env())
    except (LandingError, WriterBusyError) as error:
        print(error, file=sys.stderr)
        return 1
    print(report.summary())
    return FAILED_IN_PART if report.failed_in_part else 0


if __name__ == "__main__":
    sys.exit(main())
