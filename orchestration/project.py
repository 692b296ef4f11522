"""The dbt project as Dagster sees it: where it is, its manifest, and whether its code changed."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from orchestration.paths import PROJECT_DIR, DataDir

DBT = str(Path(sys.executable).with_name("dbt"))

# What the manifest is made of, and what decides the tables beside it.
_DBT_CODE = (
    "dbt_project.yml",
    "profiles.yml",
    "models",
    "macros",
    "seeds",
    "tests/singular",
    "tests/generic",
)
_OTHER_CODE = ("orchestration", "expectations")
_CODE_SUFFIXES = {".sql", ".yml", ".md", ".csv", ".py"}
# What decides the rows of a model: not its descriptions and tests.
_RULES = ("dbt_project.yml", "models", "macros", "seeds")
_RULE_SUFFIXES = {".sql", ".csv"}


class DbtParseError(RuntimeError):
    """dbt cannot read the project."""


def code_version() -> str:
    """Hash of everything that decides what tables look like; changes when a rule changes."""
    return _hash_of((*_DBT_CODE, *_OTHER_CODE))


def rules_version() -> str:
    """Hash of what decides the rows of a model; when it changes, all days are staged anew."""
    return _hash_of(_RULES, frozenset(_RULE_SUFFIXES))


def load_manifest(data_dir: DataDir) -> dict[str, Any]:
    """Manifest of the project as it stands; parsed first if it is missing or outdated.

    Raises:
        DbtParseError: The project does not parse; the message is dbt's.
    """
    return json.loads(_prepare_manifest(data_dir).read_text(encoding="utf-8"))


def _prepare_manifest(data_dir: DataDir) -> Path:
    """Path of an up-to-date manifest.json, kept apart from the one each dbt command rewrites."""
    wanted = _hash_of(_DBT_CODE) + "-" + os.environ.get("VIAGGIO_TARGET", "dev")
    manifest = data_dir.root / "target" / f"manifest-{wanted}.json"
    if not manifest.exists():
        for outdated in manifest.parent.glob("manifest-*.json"):
            outdated.unlink(missing_ok=True)
        _parse(data_dir, manifest)
    return manifest


def _parse(data_dir: DataDir, manifest: Path) -> None:
    manifest.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=manifest.parent, prefix="parse-") as folder:
        environment = {**os.environ, **data_dir.environment(), "DBT_TARGET_PATH": folder}
        done = subprocess.run(
            [DBT, "--quiet", "parse", "--no-partial-parse"],
            cwd=PROJECT_DIR,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise DbtParseError(f"dbt cannot read the project in {PROJECT_DIR}:\n{done.stdout}")
        for artifact in ("partial_parse.msgpack", "semantic_manifest.json"):
            Path(folder, artifact).replace(manifest.parent / artifact)
        Path(folder, "manifest.json").replace(manifest)


@cache
def _hash_of(names: tuple[str, ...], suffixes: frozenset[str] = frozenset(_CODE_SUFFIXES)) -> str:
    digest = hashlib.sha256()
    for path in sorted(_files(names, suffixes)):
        digest.update(str(path.relative_to(PROJECT_DIR)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _files(names: tuple[str, ...], suffixes: frozenset[str]) -> Iterator[Path]:
    for name in names:
        path = PROJECT_DIR / name
        if path.is_dir():
            yield from (f for f in path.rglob("*") if f.is_file() and f.suffix in suffixes)
        elif path.is_file():
            yield path
