"""Every label in both languages, none missing and none left over; values as each writes them."""

from __future__ import annotations

import ast
import csv
import re
from datetime import date
from string import Formatter

import pytest
import yaml

from dashboard import formats, labels
from dashboard.frame import FILTERS_OF_PAGE
from dashboard.texts import TEXTS, code_text, text
from viaggio.workspace.paths import PROJECT_DIR

MODULES = [path for path in (PROJECT_DIR / "dashboard").rglob("*.py") if path.name != "texts.py"]
# Families whose keys are codes found in the data.
CODES = {*labels._DOMAINS.values(), "column", "flaw", "remedy", "transform", "word_language"}


def patterns() -> set[str]:
    """Regular expressions of all texts in the code; what is filled in may be anything."""
    found = set()
    for module in MODULES:
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = (
                    re.escape(part.value) if isinstance(part, ast.Constant) else "[a-z_]+"
                    for part in node.values
                )
                pattern = "".join(parts)
                found |= {pattern} if r"\." in pattern else set()
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(re.escape(node.value))
    return found


@pytest.mark.parametrize("key", TEXTS)
def test_each_text_says_the_same_in_both_languages(key: str) -> None:
    english, italian = TEXTS[key]
    assert english.strip() == english != ""
    assert italian.strip() == italian != ""
    holes = [{name for _, name, _, _ in Formatter().parse(words)} for words in TEXTS[key]]
    assert holes[0] == holes[1]


def test_no_text_is_left_over() -> None:
    used = re.compile("|".join(f"(?:{pattern})" for pattern in patterns()))
    left_over = [key for key in TEXTS if key.split(".")[0] not in CODES and not used.fullmatch(key)]
    assert left_over == []


def test_each_text_the_code_asks_for_is_there() -> None:
    asked = set()
    for module in MODULES:
        source = module.read_text(encoding="utf-8")
        asked |= set(re.findall(r"""(?<!\w)t\(\s*"([^"]+)\"""", source))
    assert asked - set(TEXTS) == set()
    assert len(asked) > 50


def test_each_page_has_title_and_lead() -> None:
    for page in FILTERS_OF_PAGE:
        for part in ("title", "lead"):
            assert f"{page}.{part}" in TEXTS
        assert "?" in TEXTS[f"{page}.lead"].en, "the lead says which question the page answers"


def test_each_column_with_a_kind_has_a_name() -> None:
    assert {name for name in labels._KINDS if f"column.{name}" not in TEXTS} == set()


def test_codes_of_the_rules_have_names() -> None:
    with (PROJECT_DIR / "seeds/web/abandonment_causes.csv").open(encoding="utf-8") as file:
        causes = {row["cause"] for row in csv.DictReader(file)}
    project = yaml.safe_load((PROJECT_DIR / "dbt_project.yml").read_text(encoding="utf-8"))
    transforms = {transform["name"] for transform in project["vars"]["path_transforms"]}
    wanted = {
        *(f"{family}.{cause}" for family in ("cause", "remedy") for cause in causes),
        *(f"transform.{name}" for name in transforms),
    }
    assert wanted - set(TEXTS) == set()


def test_a_code_without_a_text_is_shown_as_it_is() -> None:
    assert code_text("cause", "a_new_cause", "it") == "a new cause"
    assert text("funnels.goes_on", "it", count="10", rate="20 %") == "10 · 20 % prosegue"


@pytest.mark.parametrize(
    ("value", "kind", "english", "italian"),
    [
        (1234567, "integer", "1,234,567", "1.234.567"),
        (1234.5, "decimal", "1,234.5", "1.234,5"),
        (-1234.5, "money", "−€1,234", "−1.234 €"),
        (0.1234, "percent", "12.3%", "12,3 %"),
        (0.05, "points", "+5.0 pp", "+5,0 p.p."),
        (-0.256, "score", "−0.26", "−0,26"),
        (90, "seconds", "90 s", "90 s"),
        (150, "seconds", "2.5 min", "2,5 min"),
        (72, "hours", "3.0 d", "3,0 g"),
        (date(2025, 5, 1), "month", "May 2025", "mag 2025"),
        (True, "yes_no", "yes", "sì"),
        (None, "money", "–", "–"),
        (float("nan"), "integer", "–", "–"),
        ("as it is", "text", "as it is", "as it is"),
    ],
)
def test_values_as_each_language_writes_them(
    value: object, kind: formats.Kind, english: str, italian: str
) -> None:
    assert formats.text(value, kind, "en") == english
    assert formats.text(value, kind, "it") == italian
