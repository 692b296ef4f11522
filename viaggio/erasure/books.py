"""What is kept about erasures: a record for the audit, and a certificate for each."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from viaggio.erasure.journal import Journal
from viaggio.workspace.ledger import ERASURE_COLUMNS, write_parquet
from viaggio.workspace.paths import DataDir
from viaggio.workspace.tombstones import private_folder, read_tombstones, write_private


def keep_record(data_dir: DataDir, journal: Journal, con: duckdb.DuckDBPyConnection) -> None:
    """Enter the requests of an erasure into the record that dbt reads (`ledger/erasure`).

    An erasure that goes on after a stop enters them once.
    """
    path = data_dir.erasure / "record.json"
    held: dict[str, dict[str, Any]] = {}
    if path.exists():
        held = json.loads(path.read_text(encoding="utf-8"))
    carried_out_at = datetime.now(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="seconds")
    for entry in journal.entries:
        of_table = entry.rows
        removed = sum(rows for table, rows in of_table.items() if table in journal.removed)
        held[entry.number] = {
            "erasure_request_id": entry.number,
            "origin": entry.origin,
            "status": entry.status,
            "identifiers_erased": sum(entry.identifiers.values()),
            "identifiers_left": sum(entry.left.values()),
            "rows_removed": removed,
            "rows_anonymised": sum(of_table.values()) - removed,
            "requested_at": entry.requested_at,
            "carried_out_at": carried_out_at,
        }
    private_folder(data_dir)
    write_private(path, json.dumps(held, indent=1) + "\n")
    rows = [tuple(each[name] for name in ERASURE_COLUMNS) for each in held.values()]
    data_dir.tmp.mkdir(parents=True, exist_ok=True)
    target = data_dir.ledger / "erasure" / "part.parquet"
    write_parquet(con, rows, ERASURE_COLUMNS, target, data_dir.tmp)


def write_certificate(data_dir: DataDir, journal: Journal, publication: str) -> Path:
    """Write what was done as JSON and as Markdown; returns the Markdown file."""
    folder = private_folder(data_dir) / "certificates"
    folder.mkdir(exist_ok=True, mode=0o700)
    finished = datetime.now(UTC).isoformat(timespec="seconds")
    said = {
        "tool": f"viaggio {version('viaggio')}",
        "started_at": journal.started_at,
        "finished_at": finished,
        "requests": [
            {
                "number": entry.number,
                "requested_at": entry.requested_at,
                "origin": entry.origin,
                "status": entry.status,
                "identifiers_erased": entry.identifiers,
                "identifiers_left": entry.left,
                "rows": entry.rows,
            }
            for entry in journal.entries
        ],
        "rows_removed": journal.removed,
        "rows_anonymised": journal.anonymised,
        "quarantined_rows_removed": journal.quarantined,
        "files_rewritten": journal.files,
        "files_unchanged": [{"file": f, "reason": reason} for f, reason in journal.unchanged],
        "publications_removed": [each for each in journal.publications if each != publication],
        "publication": publication,
        "tombstones": len(read_tombstones(data_dir).marks),
    }
    name = "".join(char for char in finished[:19] if char.isdigit())
    name = f"{name}-{journal.entries[0].number[:8] if journal.entries else 'none'}"
    write_private(folder / f"{name}.json", json.dumps(said, indent=2) + "\n")
    page = folder / f"{name}.md"
    write_private(page, _as_page(said))
    return page


def _as_page(said: dict[str, Any]) -> str:
    lines = [
        "# Certificate of erasure",
        f"{said['tool']}, {said['started_at']} to {said['finished_at']} (UTC).",
        "",
        "| request | asked at | status | identifiers erased | left, as others have them |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {each['number']} | {each['requested_at']} | {each['status']} "
        f"| {in_words(each['identifiers_erased'])} | {in_words(each['identifiers_left'])} |"
        for each in said["requests"]
    ]
    lines += [
        "",
        f"- Rows removed: {in_words(said['rows_removed'])}",
        f"- Rows anonymised: {in_words(said['rows_anonymised'])}",
        f"- Bad rows removed from the quarantine: {said['quarantined_rows_removed']}",
        f"- Files rewritten: {in_words(said['files_rewritten'])}",
        f"- Publications removed: {len(said['publications_removed'])};"
        f" readers have {said['publication']}",
        f"- Tombstones kept: {said['tombstones']}",
        "- Files not changed, to be looked into by hand:"
        + ("" if said["files_unchanged"] else " none"),
        *(f"  - {each['file']}: {each['reason']}" for each in said["files_unchanged"]),
    ]
    return "\n".join(lines) + "\n"


def in_words(counts: dict[str, int]) -> str:
    """Counts by name as one line, such as `email 2, phone 1`."""
    return ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items())) or "none"
