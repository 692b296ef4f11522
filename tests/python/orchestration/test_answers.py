"""Tables in text."""

from __future__ import annotations

from orchestration.answers import text_table


def test_numbers_stand_right_and_text_left() -> None:
    rows = [("ga4", 1234567, True), ("crm", 5, False), (None, 0, None)]
    assert text_table(["source", "rows", "balanced"], rows).splitlines() == [
        "source       rows  balanced",
        "------  ---------  --------",
        "ga4     1,234,567  yes",
        "crm             5  no",
        "                0",
    ]


def test_no_rows() -> None:
    assert text_table(["source"], []) == "source\n------"
