"""What dbt parsed for one data directory, given to others: a parse takes 20 processor seconds.

dbt parses the whole project again where the data directory is another, since its path is part of
the sources. Here the path is replaced in what was parsed before. dbt still compares each file with
its checksum, and parses everything if anything else differs.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pprint
from pathlib import Path
from typing import Any

import jinja2
import msgpack
import yaml
from dbt.adapters.duckdb.credentials import DuckDBCredentials

from viaggio.workspace.dbt_project import load_manifest
from viaggio.workspace.paths import PROJECT_DIR, DataDir

# Names the folder that all processes of this run of pytest share.
SHARED = "VIAGGIO_TEST_PARSED"


def give_parsed(data_dir: DataDir) -> None:
    """Fill the folder `target` of a data directory that has none."""
    target = data_dir.root / "target"
    if SHARED not in os.environ or target.exists() or not data_dir.root.exists():
        return
    model = DataDir(Path(os.environ[SHARED]) / os.environ["VIAGGIO_TARGET"])
    model.root.mkdir(parents=True, exist_ok=True)
    with model.root.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        load_manifest(model)
    old, new = str(model.root), str(data_dir.root)
    swaps = dict(zip([old, *_checksums(model)], [new, *_checksums(data_dir)], strict=True))
    target.mkdir(mode=0o700)
    for path in (model.root / "target").iterdir():
        if path.suffix == ".json":
            content = _swapped(path.read_text(encoding="utf-8"), swaps)
            (target / path.name).write_text(content, encoding="utf-8")
        elif path.name == "partial_parse.msgpack":
            parsed = msgpack.unpackb(path.read_bytes(), strict_map_key=False)
            (target / path.name).write_bytes(msgpack.packb(_swapped(parsed, swaps)))
    # As private as what a run writes.
    for path in target.iterdir():
        path.chmod(0o600)


def _checksums(data_dir: DataDir) -> list[str]:
    """dbt's checksums of what names the folder: the project's environment, and the profile."""
    profile = jinja2.Template((PROJECT_DIR / "profiles.yml").read_text(encoding="utf-8")).render(
        env_var=lambda name, default=None: data_dir.environment().get(
            name, os.environ.get(name, default)
        )
    )
    output = yaml.safe_load(profile)["viaggio"]["outputs"][os.environ["VIAGGIO_TARGET"]]
    fields = {name: value for name, value in output.items() if name not in ("type", "threads")}
    connection = DuckDBCredentials.from_dict(DuckDBCredentials.__pre_deserialize__(fields))
    texts = (
        f"VIAGGIO_DATA_DIR:{data_dir.root}|",
        pprint.pformat(sorted(connection.connection_info())),
    )
    return [hashlib.sha256(text.encode()).hexdigest() for text in texts]


def _swapped(value: Any, swaps: dict[str, str]) -> Any:
    if isinstance(value, str):
        for old, new in swaps.items():
            value = value.replace(old, new)
        return value
    if isinstance(value, dict):
        return {_swapped(key, swaps): _swapped(each, swaps) for key, each in value.items()}
    return [_swapped(each, swaps) for each in value] if isinstance(value, list) else value
