"""Read one file in a process of its own, to see whether that ends the process.

A file that was being read when landing was killed may be the reason, or have nothing to do with it.
Before landing reads it again itself, it has this module try:
`python -m viaggio.landing.trial <what to try, as JSON>`.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from pathlib import Path

from viaggio.landing.content import BadFileError, Flaw
from viaggio.landing.prepare import FileToRead, OutOfMemoryError, Preparation, open_session
from viaggio.landing.settings import LandingSettings
from viaggio.workspace.ledger import FileRecord
from viaggio.workspace.paths import PROJECT_DIR, DataDir


def refuse_if_fatal(preparation: Preparation, file: FileToRead, folder: Path) -> None:
    """Let another process read the file; whatever else it finds is landing's to find again.

    Args:
        preparation: How the file would be read here.
        file: The file.
        folder: Where to work; nothing is left in it.

    Raises:
        BadFileError: The other process was killed while it read.
    """
    settings = preparation.settings
    work = folder / "trial"
    work.mkdir()
    seconds = settings.future_tolerance.total_seconds()
    request = {
        "data_dir": str(preparation.data_dir.root),
        "folder": str(work),
        "path": os.fsencode(file.path).hex(),
        "table": [file.table.source, file.table.name],
        "file_id": file.record.file_id,
        "settings": {**asdict(settings), "future_tolerance": seconds},
        "latest": preparation.latest.isoformat(),
    }
    _run(__name__, [json.dumps(request)], work)


def refuse_if_fatal_to_map(path: Path, folder: Path) -> None:
    """Let another process recognise and map the file, likewise.

    Raises:
        BadFileError: The other process was killed while it read.
    """
    work = folder / "trial"
    work.mkdir()
    _run("viaggio.exports", [os.fsencode(path).hex(), str(work)], work)


def _run(module: str, arguments: list[str], work: Path) -> None:
    nothing = subprocess.DEVNULL
    tried = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=PROJECT_DIR,
        stdin=nothing,
        stdout=nothing,
        stderr=nothing,
    )
    # Where memory runs out, the other process is the one to be ended.
    with tried, contextlib.suppress(OSError):
        Path(f"/proc/{tried.pid}/oom_score_adj").write_text("1000", encoding="ascii")
    shutil.rmtree(work)
    if tried.returncode < 0:
        name = signal.Signals(-tried.returncode).name
        raise BadFileError(
            Flaw(
                f"reading it ends the program ({name})",
                "It may be damaged or need too much memory. Open it with the program that wrote "
                "it, export it again, if need be in smaller files, and drop it again.",
            )
        )


def main(arguments: list[str]) -> int:
    """Read the file as landing does, into a folder that nobody looks at."""
    # Imported here, since landing needs the rest of this module only.
    from viaggio.workspace.contract import load_contract  # noqa: PLC0415

    request = json.loads(arguments[0])
    tolerance = timedelta(seconds=request["settings"].pop("future_tolerance"))
    settings = LandingSettings(**request["settings"], future_tolerance=tolerance)
    data_dir, folder = DataDir(Path(request["data_dir"])), Path(request["folder"])
    latest = datetime.fromisoformat(request["latest"])
    path = Path(os.fsdecode(bytes.fromhex(request["path"])))
    table = load_contract().tables[tuple(request["table"])]
    record = replace(_NOTHING, file_id=request["file_id"], source_file="", loaded_at=latest)
    with open_session(folder / "spill", settings) as con:
        preparation = Preparation(data_dir, settings, con, latest, latest)
        with contextlib.suppress(BadFileError, OutOfMemoryError):
            preparation.prepare(FileToRead(path, record, table, is_large=True), folder)
    return 0


_NOTHING = FileRecord("", "", "", "", "loaded", None, None, 0, 0, 0, datetime.min, "")

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
