"""A folder or bucket of exports in the contract's shape, such as GA4's BigQuery export.

It is laid out like landing, `<source>/<table>/**`. Files are copied byte for byte. A newer version
of a file replaces its copy, and landing then replaces its rows.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import dlt
from dlt.common.storages.fsspec_filesystem import FileItemDict
from dlt.extract import DltResource
from dlt.sources.filesystem import filesystem
from fsspec.core import url_to_fs

from ingest.feeds import COPIED, Feed, Period, contract
from ingest.sources import IngestError
from viaggio.workspace.paths import DataDir

UNFINISHED = (".tmp", ".partial")


def feeds(settings: dict[str, str], _: ExitStack) -> list[Feed]:
    """One feed: the files themselves."""
    url = settings["VIAGGIO_FILES_URL"]
    landing = DataDir.from_env().landing

    def records(period: Period) -> DltResource:
        # The libraries for each kind of bucket find their credentials in the environment.
        system, root = url_to_fs(url)
        if not system.isdir(root) or set("*?[") & set(url):
            raise IngestError(
                "VIAGGIO_FILES_URL names no folder with files, or its name has one of the signs"
                " *, ? and [, which stand for others."
            )

        def copied(files: list[FileItemDict]) -> Iterator[dict[str, object]]:
            # By version and not by time: a file may arrive late, and keep the time of its origin.
            known = dlt.current.resource_state().setdefault("versions", {})
            for file in files:
                target = _target(landing, file["relative_path"])
                version = f"{file['modification_date'].isoformat()} {file['size_in_bytes']}"
                is_known = known.get(file["relative_path"]) == version
                again = period.since and file["modification_date"] >= period.since
                if target and (again or not is_known):
                    _copy(file, target)
                    known[file["relative_path"]] = version
                    yield {"path": target.relative_to(landing).as_posix()}

        return filesystem(url, system, file_glob="**") | dlt.transformer(copied, name=COPIED)

    return [Feed("files", records, {})]


def _target(landing: Path, relative: str) -> Path | None:
    """Where a file lands; none for files of no table, and for unfinished ones."""
    parts = Path(relative).parts
    if (
        parts[:2] not in contract().tables
        or len(parts) < 3
        or ".." in parts
        or parts[-1].startswith(".")
        or parts[-1].endswith(UNFINISHED)
    ):
        return None
    return landing.joinpath(*parts)


def _copy(file: FileItemDict, target: Path) -> None:
    """Copy a file with its time, whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.tmp")
    try:
        with file.open("rb", compression="disable") as source, part.open("wb") as copy:
            shutil.copyfileobj(source, copy)
        moment = file["modification_date"].timestamp()
        os.utime(part, (moment, moment))
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
