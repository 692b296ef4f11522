"""Times and numbers as people's tools write them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from viaggio.exports.files import ExportError
from viaggio.exports.values import Dates, Numbers

ROME = ZoneInfo("Europe/Rome")


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2025-06-02 01:19:00 +0200", "2025-06-01 23:19:00"),
        ("2025-06-02T01:19:00+02:00", "2025-06-01 23:19:00"),
        ("2025-06-02T01:19:00.123Z", "2025-06-02 01:19:00"),
        ("2025-06-02 01:19", "2025-06-01 23:19:00"),
        ("2025-01-02", "2025-01-01 23:00:00"),
        ("2025/06/02 10:00:00 UTC", "2025-06-02 10:00:00"),
        ("2025-06-02 10:00 GMT-3", "2025-06-02 13:00:00"),
        ("02/06/2025 10.30", "2025-06-02 08:30:00"),
        ("02.06.25, 10:30", "2025-06-02 08:30:00"),
        ("Jun 2, 2025 1:05 pm", "2025-06-02 11:05:00"),
        ("June 02, 2025 12:05 AM", "2025-06-01 22:05:00"),
        ("2 giu 2025, 10:15", "2025-06-02 08:15:00"),
        ("lunedì 2 giugno 2025 alle 10:15", "2025-06-02 08:15:00"),
        ("2. Juni 2025 10:15", "2025-06-02 08:15:00"),
        ("2 de junio de 2025", "2025-06-01 22:00:00"),
        ("Mon, 02 Jun 2025 10:15:00 +0000", "2025-06-02 10:15:00"),
        ("1748859300", "2025-06-02 10:15:00"),
        ("1748859300123", "2025-06-02 10:15:00"),
        ("20250602", "2025-06-01 22:00:00"),
    ],
)
def test_a_time_becomes_utc(text: str, utc: str) -> None:
    assert Dates(day_first=True).time(text, ROME) == utc


@pytest.mark.parametrize(
    "text", ["yesterday", "2025-13-01", "31/02/2025", "12:30", "5", "1,5", "-"]
)
def test_what_is_no_time_stays_for_landing_to_refuse(text: str) -> None:
    assert Dates(day_first=True).time(text, ROME) is None


def test_one_value_settles_the_order_of_day_and_month() -> None:
    dates = Dates()
    dates.learn("Data", ["02/06/2025", "13/06/2025"])
    dates.learn("Evasa il", ["03/06/2025"])
    dates.settle(usual=False)
    assert dates.date("02/06/2025") == "2025-06-02"


def test_the_vendor_s_habit_counts_where_no_value_tells() -> None:
    dates = Dates()
    dates.learn("Date", ["02/06/2025"])
    dates.settle(usual=False)
    assert dates.date("02/06/2025") == "2025-02-06"


def test_without_either_the_file_is_refused() -> None:
    dates = Dates()
    dates.learn("Date", ["02/06/2025"])
    with pytest.raises(ExportError, match="may be day/month or month/day") as error:
        dates.settle(usual=None)
    assert error.value.column == "Date"


def test_the_same_figures_either_way_need_no_decision() -> None:
    dates = Dates()
    dates.learn("Date", ["06/06/2025"])
    dates.settle(usual=None)
    assert dates.date("06/06/2025") == "2025-06-06"


def test_mixed_orders_are_refused() -> None:
    dates = Dates()
    dates.learn("Date", ["13/06/2025", "06/13/2025"])
    with pytest.raises(ExportError, match="mixed"):
        dates.settle(usual=True)


@pytest.mark.parametrize(
    ("text", "comma", "number"),
    [
        ("1.234,50 €", True, "1234.50"),
        ("€ 12,5", True, "12.5"),
        ("1,234.50", False, "1234.50"),
        ("$1,234", False, "1234"),
        ("(12.00)", False, "-12.00"),
        ("12.00-", False, "-12.00"),
        ("1\u202f234,5", True, "1234.5"),
        ("12 %", False, "12"),
        ("EUR 7", False, "7"),
        ("\u22125,00", True, "-5.00"),
    ],
)
def test_a_number_has_a_decimal_point_and_nothing_else(text: str, comma: bool, number: str) -> None:
    assert Numbers(decimal_comma=comma).number(text) == number


@pytest.mark.parametrize("text", ["twelve", "1.2.3,4,5", "", "12 pieces"])
def test_what_is_no_number_stays(text: str) -> None:
    assert Numbers().number(text) is None


@pytest.mark.parametrize(
    ("values", "comma"),
    [
        (["1.234", "12,50"], True),
        (["1,234", "12.50"], False),
        (["1.234.567"], True),
        (["1.234,5"], True),
        (["0,125"], True),
        (["7", "12"], False),
    ],
)
def test_one_value_settles_the_decimal_mark(values: list[str], comma: bool) -> None:
    numbers = Numbers()
    numbers.learn("Total", values)
    numbers.settle(usual=None)
    assert numbers.decimal_comma is comma


def test_a_mark_before_three_digits_is_not_guessed() -> None:
    numbers = Numbers()
    numbers.learn("Total", ["1,234", "7"])
    with pytest.raises(ExportError, match="part thousands") as error:
        numbers.settle(usual=None)
    assert error.value.column == "Total"
    numbers.settle(usual=False)
    assert numbers.number("1,234") == "1234"


def test_mixed_marks_are_refused() -> None:
    numbers = Numbers()
    numbers.learn("Total", ["12,50"])
    numbers.learn("Tax", ["2.25"])
    with pytest.raises(ExportError, match="mixed"):
        numbers.settle(usual=None)
