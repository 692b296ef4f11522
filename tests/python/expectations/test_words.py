"""What is expected is said in words, and the numbers in them come from the bounds alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import expectations
from expectations.rules import (
    ExpectShareWithin,
    between,
    figure_between,
    null_share,
    ratio_between,
    rows_hold,
    share_between,
)

# The arguments with words: the first of our own expectations, one by name of Great Expectations'.
OURS = {
    *("between", "counted", "figure_between", "matches", "ratio_between", "rows_hold", "sentence"),
    "share_between",
}


@pytest.mark.parametrize(
    ("expectation", "description"),
    [
        (share_between("{bounds} of the journeys convert", "is_won", 0.01, 0.9),
         "1 to 90 % of the journeys convert."),
        (share_between("{bounds} of the events are tests", "is_test", high=0.001),
         "At most 0.1 % of the events are tests."),
        (share_between("In a shop {bounds} of the orders are paid", "is_paid", 0.07),
         "In a shop at least 7 % of the orders are paid."),
        (ratio_between("{bounds} of the messages are opened", "opens", "sends", 0.02, 0.9),
         "2 to 90 % of the messages are opened."),
        (figure_between("The mean order is worth {bounds}", "avg(amount)", 0.5, 1_000_000),
         "The mean order is worth 0.5 to 1,000,000."),
        (figure_between("The best customers return {bounds}", "max(r)", 0, 0.6, in_percent=True),
         "The best customers return at most 60 %."),
        (between("A visit lasts {bounds} seconds", "seconds", None, 86_400, max_share=0.001),
         "A visit lasts at most 86,400 seconds, but for at most 0.1 %."),
        (between("A rate is {bounds}", "rate", 0, None), "A rate is at least 0."),
        (rows_hold("A click needs an impression", "clicks <= impressions", max_share=0.01),
         "A click needs an impression, but for at most 1 %."),
        (null_share("email", 0.4), "email is null in at most 40 % of the rows."),
    ],
)  # fmt: skip
def test_bounds_are_said_as_they_are_checked(
    expectation: ExpectShareWithin, description: str
) -> None:
    assert expectation.description == description


def test_bounds_need_a_place_in_the_words() -> None:
    with pytest.raises(ValueError, match="says nothing of its bounds"):
        share_between("Journeys convert", "is_won", 0.01, 0.9)


def words_in_code() -> Iterator[tuple[str, ast.expr]]:
    """Every text that is about to become a description, with where it is written."""
    for path in sorted(Path(expectations.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            place = f"{path.name}:{node.lineno}"
            if isinstance(node.func, ast.Name) and node.func.id in OURS and node.args:
                yield place, node.args[0]
            yield from ((place, each.value) for each in node.keywords if each.arg == "description")


def test_no_figure_in_words_is_written_by_hand() -> None:
    found = list(words_in_code())
    assert len(found) > 100
    wrong = [
        (place, part.value)
        for place, words in found
        for part in ast.walk(words)
        if isinstance(part, ast.Constant)
        and isinstance(part.value, str)
        and any(letter.isdigit() for letter in part.value)
    ]
    assert wrong == []
