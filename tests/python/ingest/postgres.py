"""A Postgres of the tests' own, on this machine's loopback address."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

# Debian keeps the programs of each version apart from the path.
BIN = max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)
MISSING = None if BIN else "no Postgres on this machine: install the Debian package postgresql"
# Postgres refuses to run as root.
USER = "postgres" if os.getuid() == 0 else None


@contextmanager
def serve() -> Iterator[str]:
    """SQLAlchemy's address of an empty database, until the end of the block."""
    assert BIN is not None
    folder = Path(tempfile.mkdtemp())
    if USER:
        os.chown(folder, pwd.getpwnam(USER).pw_uid, -1)
    data = str(folder / "data")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    subprocess.run(
        [BIN / "initdb", "-D", data, "-U", "shop", "-A", "trust", "-E", "UTF8", "--no-sync"],
        user=USER,
        cwd=folder,
        check=True,
        capture_output=True,
    )
    listen = ["-h", "127.0.0.1", "-p", str(port), "-k", str(folder), "-F"]
    with (
        (folder.parent / f"{folder.name}.log").open("wb") as log,
        subprocess.Popen(
            [BIN / "postgres", "-D", data, *listen], user=USER, cwd=folder, stdout=log, stderr=log
        ) as process,
    ):
        try:
            _await(port, process)
            yield f"postgresql+psycopg://shop:hush@127.0.0.1:{port}/postgres"
        finally:
            process.terminate()
            process.wait()
            shutil.rmtree(folder)
            Path(log.name).unlink()


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(f"host=127.0.0.1 port={port} user=shop dbname=postgres").close()
        except psycopg.OperationalError:
            assert process.poll() is None, "Postgres ended"
            assert time.monotonic() < deadline, "Postgres does not answer"
            time.sleep(0.1)
        else:
            return
