"""Give the hashes of e-mail addresses, phone numbers and handles a new salt: `viaggio rotate-salt`.

It shows first what that takes and changes nothing; with `--yes` it draws the salt, builds
everything and publishes. Figures stay as they are; keys made of hashes change.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from orchestration.health import look_after, look_after_dagster
from orchestration.run import FAILED, FAULTS, run
from viaggio.erasure.journal import is_under_way
from viaggio.publishing.hold import standing_hold
from viaggio.publishing.publish import publication_folders
from viaggio.workspace.lock import writer_lock
from viaggio.workspace.paths import DataDir
from viaggio.workspace.salt import rotate_salt, rotated_at


def main(arguments: Sequence[str]) -> int:
    """Show what a rotation takes, or carry it out; 1 where it cannot begin or be ended."""
    parser = argparse.ArgumentParser(prog="viaggio rotate-salt", description=__doc__)
    parser.add_argument("--yes", action="store_true", help="carry it out; it cannot be undone")
    options = parser.parse_args(arguments)
    data_dir = DataDir.from_env()
    os.environ.update(data_dir.environment())
    try:
        with writer_lock(data_dir):
            return _rotate(data_dir, is_wanted=options.yes)
    except (*FAULTS, OSError) as error:
        print(error, file=sys.stderr)
        return FAILED


def _rotate(data_dir: DataDir, *, is_wanted: bool) -> int:
    look_after(data_dir)
    look_after_dagster(data_dir)
    if refused := _refusal(data_dir):
        print(refused, file=sys.stderr)
        return FAILED
    print(_summary(data_dir))
    if not is_wanted:
        print("\nNothing was changed. Add --yes to carry it out; it cannot be undone.")
        return 0
    rotate_salt(data_dir)
    code = run(data_dir)
    if rotated_at(data_dir):
        print(
            "The salt is new, but the build or the publication failed, and readers keep the hashes "
            "of the old one: mend what is named above, then `viaggio run`.",
            file=sys.stderr,
        )
        return FAILED
    print(f"The salt is new. Back up {data_dir.hash_salt.parent} and {data_dir.salt_check}.")
    return code


def _refusal(data_dir: DataDir) -> str | None:
    """Why the salt cannot be rotated now."""
    if is_under_way(data_dir):
        return "An erasure is under way, which knows persons by hashes: `viaggio run` ends it."
    if hold := standing_hold(data_dir):
        return (
            f"Readers keep an older publication, {hold}. Its hashes are of the old salt: "
            "`viaggio release`, then rotate."
        )
    if rotated_at(data_dir):
        return "A rotation is under way: `viaggio run` builds and publishes with the new salt."
    return None


def _summary(data_dir: DataDir) -> str:
    publications = [folder.name for folder in publication_folders(data_dir)]
    return "\n".join(
        [
            f"A new second line of the salt is drawn: {data_dir.hash_salt}.",
            "The warehouse and Spark's tables are removed, and everything is built from raw.",
            "Figures stay as they are. Keys made of hashes change: person_id, identifier_id,"
            " and what joins on them outside of Viaggio.",
            "The log of the identity map begins again: its keys are of the old salt.",
            f"Publications to remove: {', '.join(publications) or 'none'}.",
            "Raw rows, expired days, tombstones, accepted exceptions and results of expectations"
            " stay: none holds a hash of the line that is replaced.",
            "Remove copies of publications and of the warehouse yourself: backups, exports.",
        ]
    )
