"""The check that no file was rejected: a warning, since the rest is published."""

from __future__ import annotations

from collections.abc import Mapping

import dagster as dg

from viaggio.landing.names import on_one_line

FILES_LOADED = "files_loaded"
# Files that a label names; the check names all.
NAMED = 3


def files_loaded(key: dg.AssetKey, rejected: Mapping[str, str]) -> dg.AssetCheckResult:
    """Warn of rejected files, given by name with the reason."""
    lines = [f"{on_one_line(file)}: {reason}" for file, reason in rejected.items()]
    return dg.AssetCheckResult(
        asset_key=key,
        check_name=FILES_LOADED,
        passed=not rejected,
        severity=dg.AssetCheckSeverity.WARN,
        description=(
            "\n".join([*lines, "Each lies in rejected/ with an .error.json: correct the file and "
                       "drop it again."])
            if rejected
            else "No file was rejected."
        ),
    )  # fmt: skip


def names_in_short(rejected: Mapping[str, str]) -> str | None:
    """The rejected files in a few words; none if there are none."""
    if not rejected:
        return None
    more = f" and {len(rejected) - NAMED} more" if len(rejected) > NAMED else ""
    return f"rejected: {', '.join(map(on_one_line, [*rejected][:NAMED]))}{more}"
