"""Build the models by hand: `viaggio build [options of dbt build]`.

Takes the writer lock and the data directory's settings. What is built is not checked by Great
Expectations and not published: `viaggio run` does all of it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from expectations.results import initialise as initialise_validation
from viaggio.workspace.dbt_project import run_dbt
from viaggio.workspace.lock import WriterBusyError, writer_lock
from viaggio.workspace.paths import DataDir
from viaggio.workspace.salt import SaltError, ensure_salt


def main(arguments: Sequence[str]) -> int:
    """Run `dbt build`; returns its exit code, or 1 if it cannot begin."""
    data_dir = DataDir.from_env()
    try:
        with writer_lock(data_dir):
            ensure_salt(data_dir)
            initialise_validation(data_dir)
            return run_dbt(data_dir, "build", "--exclude-resource-type", "unit_test", *arguments)
    except (SaltError, WriterBusyError) as error:
        print(error, file=sys.stderr)
        return 1
