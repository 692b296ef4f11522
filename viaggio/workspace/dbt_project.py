"""The dbt project: how it is read, and whether its code changed."""

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

from viaggio.workspace.manifest import Manifest
from viaggio.workspace.paths import PROJECT_DIR, DataDir

DBT = str(Path(sys.executable).with_name("dbt"))
# Names the run to the audit models. (A dbt variable would make dbt parse everything again.)
RUN_ID_VARIABLE = "VIAGGIO_RUN_ID"
# Audit reads the results of the expectations, which look at what was built before.
AUDIT_SELECTION = "source:validation+ viaggio.audit"

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
_OTHER_CODE = ("viaggio", "orchestration", "expectations")
_CODE_SUFFIXES = {".sql", ".yml", ".md", ".csv", ".py", ".js", ".css"}
# What decides the rows of a model: not its descriptions and tests.
_RULES = ("dbt_project.yml", "profiles.yml", "models", "macros", "seeds")
_RULE_SUFFIXES = {".sql", ".csv"}
# The contract of raw tables, which says what makes two rows the same thing.
_CONTRACT = "__sources.yml"


class DbtParseError(RuntimeError):
    """dbt cannot read the project."""


def code_version() -> str:
    """Hash of everything that decides what tables look like; changes when a rule changes."""
    return _hash_of((*_DBT_CODE, *_OTHER_CODE))


def rules_version() -> str:
    """Hash of what decides the rows of any model; when it changes, all days are checked again."""
    return _hash_of(_RULES, frozenset(_RULE_SUFFIXES))


def run_dbt(data_dir: DataDir, *arguments: str, **variables: str) -> int:
    """Run dbt on a data directory, with more environment variables; returns its exit code."""
    environment = {**os.environ, **data_dir.environment(), **variables}
    done = subprocess.run([DBT, *arguments], cwd=PROJECT_DIR, env=environment, check=False)
    return done.returncode


def load_manifest(data_dir: DataDir) -> Manifest:
    """Manifest of the project as it stands; parsed first if it is missing or outdated.

    Raises:
        DbtParseError: The project does not parse; the message is dbt's.
    """
    # Kept apart from the one each dbt command rewrites.
    wanted = _hash_of(_DBT_CODE) + "-" + os.environ.get("VIAGGIO_TARGET", "dev")
    path = data_dir.root / "target" / f"manifest-{wanted}.json"
    content = _read_manifest(path)
    if content is None:
        for outdated in path.parent.glob("manifest-*.json"):
            outdated.unlink(missing_ok=True)
        _parse(data_dir, path)
        content = json.loads(path.read_text(encoding="utf-8"))
    return Manifest(content)


def _read_manifest(path: Path) -> dict[str, Any] | None:
    """A manifest's content; none where there is no such file, or a damaged one."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return content if isinstance(content, dict) and {"nodes", "sources"} <= content.keys() else None


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
            yield from (
                file
                for file in path.rglob("*")
                if file.is_file() and (file.suffix in suffixes or file.name.endswith(_CONTRACT))
            )
        elif path.is_file():
            yield path
