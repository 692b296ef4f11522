"""Exceptions: accepted failures warn with the reason; expired and unused ones are brought up."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import duckdb
import pytest

from expectations import accept
from expectations.exceptions import ExceptionsError, add, load
from expectations.results import ValidationReport, in_short, initialise, why_blocked
from expectations.runner import validate
from tests.python.expectations.conftest import AddVisits
from viaggio.workspace.days import DayRange
from viaggio.workspace.paths import DataDir

NOW = datetime(2024, 4, 1, 12, tzinfo=UTC)
DAY = date(2024, 3, 31)
STRIKE = "strike of the counter"


@pytest.fixture
def collapsed(data_dir: DataDir, add_visits: AddVisits) -> DataDir:
    """Five usual Sundays and one with hardly a visit."""
    for week in range(1, 6):
        add_visits(str(DAY - timedelta(weeks=week)), 200)
    add_visits(str(DAY), 2)
    return data_dir


def validated(data_dir: DataDir, *days: date) -> ValidationReport:
    return validate("raw", data_dir, "run", {("store", "visit"): days or [DAY]}, NOW)


def accepted(data_dir: DataDir, days: str = str(DAY), **given: str) -> int:
    arguments = [f"--{name}={value}" for name, value in given.items()]
    return accept.main(["store.visit", days, "--reason", STRIKE, *arguments])


@pytest.fixture(autouse=True)
def here(data_dir: DataDir, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIAGGIO_DATA_DIR", str(data_dir.root))
    monkeypatch.setenv("USER", "anna")


def test_a_blocked_run_says_in_a_sentence_what_to_do(collapsed: DataDir) -> None:
    blocking = validated(collapsed).blocking_failures
    assert why_blocked(blocking) == (
        "store.visit, 2024-03-31: expected that no day collapses: it has at least 10 % of the "
        "usual rows of its weekday, or at least 50 % of the fewest it had in the weeks before, but "
        "for at most 5 %; found 1 of 1 days (100.00%): 2024-03-31 has 2, usually 200; drop "
        "a correct file into landing/store/visit/, or, if the data are right, accept them "
        '(viaggio accept store.visit 2024-03-31 --reason "..."), and run again.'
    )
    assert in_short(blocking) == (
        "store.visit: 1 of 1 days (100.00%): 2024-03-31 has 2, usually 200"
    )


def test_only_the_days_that_failed_are_named(collapsed: DataDir, add_visits: AddVisits) -> None:
    add_visits("2024-03-30", 5)
    (failure,) = validated(collapsed, DAY, date(2024, 3, 30)).blocking_failures
    assert failure.days == (DAY,)


def test_an_accepted_failure_warns_with_the_reason(collapsed: DataDir) -> None:
    assert accepted(collapsed) == 0
    report = validated(collapsed)
    assert report.blocking_failures == []
    until = datetime.now(UTC).date() + timedelta(days=30)
    assert {(each.severity, each.exception) for each in report.failures} == {
        ("warning", f"{STRIKE} (accepted until {until})")
    }
    assert f"Accepted: {STRIKE}" in report.summary()
    with duckdb.connect() as connection:
        kept = connection.execute(
            "select distinct severity, exception "
            f"from '{collapsed.validation}/result/run_raw.parquet' where not success"
        ).fetchall()
    assert kept == [("warning", f"{STRIKE} (accepted until {until})")]


@pytest.mark.parametrize(
    ("days", "given"),
    [
        ("2024-03-30", {}),
        (str(DAY), {"expectation": "columns of the contract"}),
    ],
)
def test_another_day_or_expectation_is_not_accepted(
    collapsed: DataDir, days: str, given: dict[str, str]
) -> None:
    assert accepted(collapsed, days, **given) == 0
    report = validated(collapsed)
    assert len(report.blocking_failures) == 1
    is_about_the_day = days == str(DAY)
    assert ("nothing it accepts failed in this run" in report.summary()) is is_about_the_day


def test_an_expired_exception_blocks_again_and_warns(collapsed: DataDir) -> None:
    add(collapsed, "store.visit", DayRange(DAY, DAY), STRIKE, "anna", now=NOW)
    report = validated(collapsed)
    assert len(report.blocking_failures) == 1
    assert "it expired on 2024-05-01; `viaggio accept --remove 1`" in report.summary()


def test_an_exception_that_is_not_needed_warns(data_dir: DataDir, add_visits: AddVisits) -> None:
    add_visits(str(DAY), 30)
    assert accepted(data_dir) == 0
    (warning,) = validated(data_dir).failures
    assert warning.observed.startswith("nothing it accepts failed in this run")


@pytest.mark.parametrize("accepted_at", [NOW, datetime.now(UTC)])
def test_an_exception_is_silent_where_its_days_are_not_looked_at(
    collapsed: DataDir, accepted_at: datetime
) -> None:
    """A month of daily runs would warn of each day that was ever accepted."""
    add(collapsed, "store.visit", DayRange(DAY, DAY), STRIKE, "anna", now=accepted_at)
    assert validated(collapsed, DAY - timedelta(weeks=1)).failures == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["store.visits", "2024-03-31"], "no raw table 'store.visits'"),
        (["store.location", "2024-03-31"], "belong to no day"),
        (["store.visit", "Sunday"], "Write one day (2025-03-01)"),
        (["store.visit", "2024-03-31:2024-03-30"], "ends before it starts"),
        (["store.visit", "2999-01-01"], "still to come"),
        (["store.visit", "2024-03-31", "--until", "2020-01-01"], "has expired"),
        (["store.visit", "2024-03-31", "--until", "soon"], "Cannot read 'soon'"),
        (["store.visit", "2024-03-31", "--reason", " "], "needs a reason"),
        (["--remove", "7"], "There is no exception 7"),
    ],
)
def test_what_cannot_be_accepted_is_refused_in_words(
    data_dir: DataDir, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    if "--reason" not in arguments and "--remove" not in arguments:
        arguments = [*arguments, "--reason", STRIKE]
    assert accept.main(arguments) == 1
    assert words in capsys.readouterr().err
    assert not data_dir.exceptions.exists()


def test_exceptions_are_listed_and_removed(
    data_dir: DataDir, capsys: pytest.CaptureFixture[str]
) -> None:
    assert accepted(data_dir, "2024-03-01:2024-03-03", author="bruno", until="2999-01-01") == 0
    assert accepted(data_dir) == 0
    capsys.readouterr()
    assert accept.main(["--list"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith(f"1  store.visit 2024-03-01:2024-03-03: {STRIKE} (bruno, ")
    assert first.endswith(" UTC, until 2999-01-01)")
    assert "(anna, " in second
    assert accept.main(["--remove", "1"]) == 0
    assert [each.number for each in load(data_dir)] == [2]


def test_a_damaged_file_is_named(data_dir: DataDir) -> None:
    data_dir.exceptions.write_text("[{}]", encoding="utf-8")
    with pytest.raises(ExceptionsError, match=r"exceptions\.json is damaged"):
        load(data_dir)


def test_results_of_an_earlier_version_are_given_the_column(data_dir: DataDir) -> None:
    initialise(data_dir)
    folder = data_dir.validation / "result"
    with duckdb.connect() as connection:
        old = f"(select * exclude (exception) from '{folder}/schema.parquet')"
        for name in ("schema", "old_raw"):
            connection.execute(f"create or replace table kept as from {old}")
            connection.execute(f"copy kept to '{folder}/{name}.tmp' (format parquet)")
        (folder / "old_raw.tmp").rename(folder / "old_raw.parquet")
        (folder / "schema.tmp").rename(folder / "schema.parquet")
        initialise(data_dir)
        assert "exception" in connection.sql(f"from '{folder}/old_raw.parquet'").columns
        assert "exception" in connection.sql(f"from '{folder}/schema.parquet'").columns
