"""Macros and models of the dbt project as DuckDB's SQL, without dbt.

dbt parses the whole project before it runs anything, which takes much longer than a question asked
of a few of its rules. Macros and models are Jinja, so Jinja renders them, from the files as they
stand: no rule is ever an old one. What asks for the target or the warehouse needs dbt.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any, NoReturn

import yaml
from jinja2 import Environment, StrictUndefined

from viaggio.workspace.paths import PROJECT_DIR


class MacroError(ValueError):
    """A macro refuses what it was given; the message is the macro's."""


def project_variables() -> dict[str, Any]:
    """The settings (`vars`) of `dbt_project.yml`."""
    project = yaml.safe_load((PROJECT_DIR / "dbt_project.yml").read_text(encoding="utf-8"))
    return project["vars"]


class SqlMacros:
    """The macros in some files, and what they make of a text that calls them."""

    def __init__(self, files: Sequence[str], variables: Mapping[str, Any]) -> None:
        """Read the macros in `files`, patterns below `macros/`, with values of dbt's variables."""
        # A name that only dbt knows ends with an error.
        self._environment = Environment(  # noqa: S701 (this is no HTML)
            extensions=["jinja2.ext.do"], undefined=StrictUndefined
        )
        self._macros: dict[str, Any] = {}
        names_of_dbt: dict[str, Any] = {
            "var": variables.__getitem__,
            "return": lambda value: value,
            "ref": lambda model: model,
            "source": lambda source, table: f"{source}_{table}",
            "adapter": SimpleNamespace(dispatch=lambda name, _: self._macros[f"duckdb__{name}"]),
            "exceptions": SimpleNamespace(raise_compiler_error=_refuse),
            "modules": SimpleNamespace(re=re),
            "target": SimpleNamespace(name="dev"),
        }
        self._environment.globals |= names_of_dbt
        found = [
            file for pattern in files for file in sorted((PROJECT_DIR / "macros").glob(pattern))
        ]
        # One text, since macros find each other in it and nowhere else.
        all_macros = "\n".join(file.read_text(encoding="utf-8") for file in found)
        self._macros |= vars(self._environment.from_string(all_macros).module)

    def rendered(self, text: str, **values: object) -> str:
        """A text with calls of the macros, as dbt compiles it for DuckDB.

        `values` are what the text calls them with.

        Raises:
            MacroError: A macro refuses what it was given.
        """
        return self._environment.from_string(text, globals=self._macros).render(values)

    def model(self, file: str) -> str:
        """A model's query; `file` is its path below `models/`.

        The query reads other models by their bare names: create those tables first.

        Raises:
            MacroError: The model refuses a variable.
        """
        text = (PROJECT_DIR / "models" / file).read_text(encoding="utf-8")
        return self.rendered(text, ref=lambda model: model, config=lambda **_: "")


def _refuse(message: str) -> NoReturn:
    raise MacroError(message)
