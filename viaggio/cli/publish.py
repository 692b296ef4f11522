"""Publish by hand what is built: `viaggio publish`.

The audit tables are built first, and nothing is published if rows are lost. Great Expectations is
not asked again: `viaggio run` does all of it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from orchestration.progress import loaded_state
from orchestration.run import NOT_RELEASED
from viaggio.erasure.journal import is_under_way
from viaggio.landing.expire import expire
from viaggio.landing.moves import LandingError
from viaggio.landing.settings import SettingError
from viaggio.publishing.personal_data import PersonalDataError
from viaggio.publishing.publish import (
    NothingToPublishError,
    PublishError,
    awaits_release,
    conclude_rotation,
    publish,
)
from viaggio.workspace.dbt_project import AUDIT_SELECTION, RUN_ID_VARIABLE, run_dbt
from viaggio.workspace.ledger import LedgerError
from viaggio.workspace.lock import WriterBusyError, writer_lock
from viaggio.workspace.paths import DataDir

FAULTS = (
    *(NothingToPublishError, PersonalDataError, PublishError, LedgerError, WriterBusyError),
    *(LandingError, SettingError),
)


def main(arguments: Sequence[str]) -> int:
    """Audit and publish; 1 if that fails, and 4 if a hold keeps readers on an older publication."""
    argparse.ArgumentParser(prog="viaggio publish", description=__doc__).parse_args(arguments)
    data_dir = DataDir.from_env()
    run_id = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-by-hand"
    try:
        if not data_dir.warehouse.exists():
            raise NothingToPublishError(f"{data_dir.warehouse} does not exist. Run `viaggio run`.")
        if is_under_way(data_dir):
            print("An erasure is under way: `viaggio run` ends it and publishes.", file=sys.stderr)
            return 1
        with writer_lock(data_dir):
            audit = ("--quiet", "build", "--select", *AUDIT_SELECTION.split())
            if run_dbt(data_dir, *audit, **{RUN_ID_VARIABLE: run_id}):
                print("The audit failed. Nothing was published.", file=sys.stderr)
                return 1
            state = loaded_state(data_dir)
            publication = publish(data_dir, run_id, state)
            conclude_rotation(data_dir)
            if expiry := expire(data_dir, state.until):
                print(expiry)
    except FAULTS as error:
        print(error, file=sys.stderr)
        return 1
    if awaits_release(data_dir, run_id):
        return NOT_RELEASED
    print(f"Published {len(publication.tables)} tables as {publication.id}.")
    return 0
