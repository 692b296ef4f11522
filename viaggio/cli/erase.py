"""Erase persons: `viaggio erase`, with the persons, `--requested` or `--silent`.

It shows first what that takes and changes nothing; with `--yes` it carries it out, builds
everything and publishes. Values given as options stay in the shell's history: `--from` reads them
from a file or, with `-`, from standard input. Nothing prints a value.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from orchestration.health import look_after, look_after_dagster
from orchestration.run import FAULTS, run
from viaggio.erasure.books import in_words
from viaggio.erasure.erase import (
    SILENT_MONTHS_VARIABLE,
    begin,
    plan,
    plan_silent,
    requested,
    silent_months,
)
from viaggio.erasure.journal import Journal, is_under_way
from viaggio.erasure.requests import OPTIONS, Request, RequestError, request_of, requests_in
from viaggio.workspace.lock import writer_lock
from viaggio.workspace.paths import DataDir
from viaggio.workspace.salt import ensure_salt
from viaggio.workspace.tombstones import start_tombstones

_HELP = {
    "email": "an e-mail address of the person",
    "phone": "a phone number",
    "customer": "a customer number of the shop",
    "contact": "a contact of the CRM",
    "cookie": "a GA4 cookie (user_pseudo_id)",
    "card": "a loyalty card",
    "handle": "a social handle, such as instagram:NAME",
}


def main(arguments: Sequence[str]) -> int:
    """Show what an erasure takes, or carry it out; 1 where it could not be ended."""
    parser = argparse.ArgumentParser(prog="viaggio erase", description=__doc__)
    for option, words in _HELP.items():
        parser.add_argument(f"--{option}", action="append", default=[], help=words)
    parser.add_argument(
        "--from", dest="file", metavar="FILE", help="a line for each person: email=...,phone=..."
    )
    parser.add_argument("--requested", action="store_true", help="all who ask in landed requests")
    parser.add_argument(
        "--silent", action="store_true", help=f"all silent for {SILENT_MONTHS_VARIABLE}"
    )
    parser.add_argument("--yes", action="store_true", help="carry it out; it cannot be undone")
    options = parser.parse_args(arguments)
    data_dir = DataDir.from_env()
    os.environ.update(data_dir.environment())
    try:
        with writer_lock(data_dir):
            return _erase(data_dir, options)
    except (*FAULTS, RequestError, OSError) as error:
        print(error, file=sys.stderr)
        return 1


def _erase(data_dir: DataDir, options: argparse.Namespace) -> int:
    ensure_salt(data_dir)
    look_after(data_dir)
    look_after_dagster(data_dir)
    if is_under_way(data_dir):
        print("An erasure is under way. It is ended first.")
        if code := _run(data_dir):
            return code
    journal = _planned_silent(data_dir) if options.silent else _planned(data_dir, options)
    if journal is None:
        return 0
    print(summary(journal))
    if not options.yes:
        print("\nNothing was changed. Add --yes to carry it out; it cannot be undone.")
        return 0
    begin(data_dir, journal)
    return _run(data_dir)


def _planned(data_dir: DataDir, options: argparse.Namespace) -> Journal | None:
    requests = _requests(data_dir, options)
    if requests:
        return plan(data_dir, requests)
    print("Nobody asks to be erased. `viaggio erase --help` says how to name a person.")
    return None


def _planned_silent(data_dir: DataDir) -> Journal | None:
    months = silent_months()
    journal, silent = plan_silent(data_dir, months)
    print(f"{silent:,} persons did nothing of their own for {months} months.")
    return journal if silent else None


def _requests(data_dir: DataDir, options: argparse.Namespace) -> list[Request]:
    tombstones = start_tombstones(data_dir)
    moment = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    named = [
        (kind, value) for option, kind in OPTIONS.items() for value in getattr(options, option)
    ]
    requests = [request_of(named, moment, tombstones)] if named else []
    if options.file == "-":
        requests += requests_in(sys.stdin, moment, tombstones)
    elif options.file:
        text = Path(options.file).read_text(encoding="utf-8")
        requests += requests_in(text.splitlines(), moment, tombstones)
    return requests + (requested(data_dir) if options.requested else [])


def _run(data_dir: DataDir) -> int:
    """Build and publish without the persons, which ends the erasure."""
    code = run(data_dir)
    if is_under_way(data_dir):
        print(
            "Raw rows and dropped files name the persons no more. The build or the publication "
            "failed, so older tables still do: mend what is named above, then `viaggio run`.",
            file=sys.stderr,
        )
        return 1
    certificates = sorted((data_dir.erasure / "certificates").glob("*.md"))
    if certificates:
        print(f"Erased. The certificate is {certificates[-1]}.")
    return code


def summary(journal: Journal) -> str:
    """What an erasure takes, in figures."""
    statuses = Counter(entry.status for entry in journal.entries)
    identifiers, left = Counter[str](), Counter[str]()
    for entry in journal.entries:
        identifiers.update(entry.identifiers)
        left.update(entry.left)
    lines = [
        f"{len(journal.entries):,} requests: {in_words(dict(statuses))}.",
        f"Identifiers to erase: {in_words(dict(identifiers))}.",
        f"Identifiers that stay, as others have them too: {in_words(dict(left))}.",
        f"Rows to remove: {in_words(journal.removed)}.",
        f"Rows to anonymise: {in_words(journal.anonymised)}.",
        f"Bad rows to remove from the quarantine: {journal.quarantined:,}.",
        f"Files to rewrite: {in_words(journal.files)}.",
        "Then everything is built and published, and the warehouse is copied.",
        f"Publications to remove: {', '.join(journal.publications) or 'none'}.",
    ]
    if journal.unchanged:
        lines += [
            "Files that are not changed; look into them by hand:",
            *(f"  {file}: {reason}" for file, reason in journal.unchanged),
        ]
    return "\n".join(lines)
