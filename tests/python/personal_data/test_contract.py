"""The contract says of every text what it may hold."""

from __future__ import annotations

import re

from tests.python.personal_data.planted import CODES
from viaggio.workspace.contract import load_contract
from viaggio.workspace.paths import PROJECT_DIR

# docs/architecture.md says what each means and what staging does with it.
KINDS = {
    *("email", "phone", "handle", "name", "ip", "note"),
    *("text", "url", "query", "label", "identifier"),
}


def test_each_text_is_listed_as_personal_a_code_or_a_key() -> None:
    wrong = [
        (*table.key, column.name)
        for table in load_contract().tables.values()
        for column in table.columns
        if "varchar" in column.data_type
        and not column.pii
        and not column.accepted_values
        and not re.search(r"(^|_)ids?$", column.name)
        and column.name not in CODES.get(table.key, ())
    ]
    assert wrong == []


def test_each_code_is_a_text_that_nothing_else_is_said_of() -> None:
    tables = load_contract().tables
    wrong = [
        (*key, name)
        for key, names in CODES.items()
        for name in names
        if tables[key].column(name).pii or "varchar" not in tables[key].column(name).data_type
    ]
    assert wrong == []


def test_each_kind_is_explained() -> None:
    architecture = (PROJECT_DIR / "docs" / "architecture.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"^\| `(\w+)` \|", architecture, re.MULTILINE))
    used = {column.pii for table in load_contract().tables.values() for column in table.columns}
    assert used - {None} == KINDS
    assert explained == KINDS


def test_staging_reads_raw_tables_by_their_contract() -> None:
    """Only GA4's model names its columns one by one, since they are nested."""
    staging = PROJECT_DIR / "models" / "staging"
    wrong = [
        path.name
        for path in staging.rglob("*.sql")
        if path.parent.name not in ("ga4", "landing", "validation")
        and re.search(r"(?<!protected_)source\('(?!landing)", path.read_text(encoding="utf-8"))
    ]
    assert wrong == []
