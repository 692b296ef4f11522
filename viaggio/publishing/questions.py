"""Questions asked of the published file: SQL below `analyses/`, worded in the YAML of its folder.

They are dbt's analyses, but are read without dbt, which would parse the whole project first. So the
only Jinja in those read here is `ref`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from viaggio.workspace.paths import PROJECT_DIR

_REF = re.compile(r"{{ ref\('(\w+)'\) }}")


@dataclass(frozen=True)
class Question:
    """A question in words, and SQL on the published file that answers it in a few rows."""

    name: str
    words: str
    sql: str
    models: tuple[str, ...]
    meta: Mapping[str, Any] = field(default_factory=dict)


def read_questions(folder: str) -> list[Question]:
    """The questions of a folder below `analyses/`, in the order of its YAML.

    Raises:
        FileNotFoundError: A question has no query.
    """
    path = PROJECT_DIR / "analyses" / folder
    described = yaml.safe_load((path / f"_{folder}.yml").read_text(encoding="utf-8"))
    questions = []
    for each in described["analyses"]:
        query = (path / f"{each['name']}.sql").read_text(encoding="utf-8").rstrip()
        questions.append(
            Question(
                name=each["name"],
                words=each["description"],
                sql=_REF.sub(lambda ref: _published(ref[1]), query),
                models=tuple(dict.fromkeys(_REF.findall(query))),
                meta=each.get("config", {}).get("meta", {}),
            )
        )
    return questions


def _published(model: str) -> str:
    schema = "audit" if model.startswith("audit_") else "marts"
    return f"{schema}.{model}"
