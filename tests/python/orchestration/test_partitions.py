"""Ranges of days: from text and tags to dbt's variables."""

from __future__ import annotations

import json
from datetime import date

import pytest

from orchestration.partitions import (
    DAILY,
    Window,
    dbt_vars,
    landed_tags,
    partition_keys,
)
from viaggio.workspace.days import DaysError

WEEK = Window(date(2025, 3, 1), date(2025, 3, 7))


def test_a_range_is_read() -> None:
    assert Window.parse("2025-03-01:2025-03-07") == WEEK


def test_one_day_is_a_range() -> None:
    assert Window.parse("2025-03-01") == Window(date(2025, 3, 1), date(2025, 3, 1))


@pytest.mark.parametrize("text", ["", "March", ":2025-03-01", "2025-02-30", "2025-03-01:x"])
def test_what_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(DaysError, match="Write one day"):
        Window.parse(text)


def test_a_range_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(DaysError, match="ends before it starts"):
        Window.parse("2025-03-07:2025-03-01")


def test_the_tags_of_a_backfill_lead_back_to_its_range() -> None:
    assert Window.from_tags(WEEK.tags()) == WEEK


def test_the_tag_of_one_partition_is_a_range_of_one_day() -> None:
    assert Window.from_tags({"dagster/partition": "2025-03-02"}) == Window.parse("2025-03-02")


def test_a_run_over_what_landed_has_no_range() -> None:
    assert Window.from_tags({}) is None
    assert Window.from_tags(landed_tags()) is None


def test_a_range_becomes_dbt_s_variables() -> None:
    flag, variables = dbt_vars(WEEK)
    assert flag == "--vars"
    assert json.loads(variables) == {"start_day": "2025-03-01", "end_day": "2025-03-07"}


def test_without_a_range_dbt_finds_the_days_itself() -> None:
    assert dbt_vars(None) == []


def test_only_days_that_dagster_knows_are_partitions() -> None:
    days = [date(2025, 3, 2), date(1970, 1, 1), date(2025, 3, 1), date(2025, 3, 2)]
    assert partition_keys(days) == ["2025-03-01", "2025-03-02"]


def test_today_is_a_partition() -> None:
    assert DAILY.has_partition_key(str(date.today()))
