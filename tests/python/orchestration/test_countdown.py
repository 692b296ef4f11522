"""How far dbt is, told on a terminal and in a log."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage

from orchestration.countdown import Countdown


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "logs" / "seconds.json"


def event(name: str, node: str, seconds: float = 1) -> dict[str, Any]:
    """An event as dbt writes it."""
    kind = "test" if name == "LogTestResult" else "model"
    info = {"unique_id": f"{kind}.viaggio.{node}", "node_name": node, "resource_type": kind}
    return {"info": {"name": name}, "data": {"node_info": info, "execution_time": seconds}}


def test_a_log_gets_a_line_for_each_tenth_but_not_within_ten_seconds(
    kept: Path, clock: Clock
) -> None:
    said: list[str] = []
    countdown = Countdown(100, kept, said.append, clock=clock)
    for number in range(100):
        clock.seconds += 2
        countdown.see(event("LogModelResult", f"m{number}"))
        countdown.see(event("LogTestResult", f"t{number}"))
    assert said == [f"dbt: {tables} of 100 tables" for tables in range(10, 101, 10)]
    said.clear()
    quick = Countdown(100, kept, said.append, clock=clock)
    for number in range(100):
        quick.see(event("LogModelResult", f"m{number}"))
    assert said == []


def test_earlier_runs_tell_how_long_the_rest_takes(kept: Path, clock: Clock) -> None:
    first = Countdown(2, kept, print, clock=clock)
    events = [
        event("LogModelResult", "small", 10),
        event("LogTestResult", "unique", 10),
        event("LogModelResult", "large", 60),
    ]
    passed = list(first.watch(DbtCoreCliEventMessage(each, {}) for each in events))
    assert [each.raw_event for each in passed] == events
    assert first.seconds_left() is None
    again = Countdown(2, kept, print, clock=clock)
    clock.seconds += 15
    again.see(events[0])
    again.see(events[1])
    # 20 of 80 seconds are done, in 15.
    assert again.seconds_left() == 45
    assert again.line() == "dbt: 1 of 2 tables, about 45 s left"


def test_a_terminal_has_one_line_that_names_the_current_model(kept: Path, clock: Clock) -> None:
    terminal, said = io.StringIO(), []
    countdown = Countdown(2, kept, said.append, terminal, clock)
    events = [
        event("LogStartLine", "fct_orders"),
        event("LogModelResult", "dim_persons"),
        event("MainReportVersion", "other"),
    ]
    list(countdown.watch(DbtCoreCliEventMessage(each, {}) for each in events))
    begun, ended, *_, left = terminal.getvalue().removeprefix("\r").split("\r")
    assert begun.rstrip() == "dbt: 0 of 2 tables: fct_orders"
    assert ended.rstrip() == "dbt: 1 of 2 tables: fct_orders"
    assert left == ""
    assert "\n" not in terminal.getvalue()
    assert said == []


@pytest.mark.parametrize("content", ["", "[1]", '{"model": "x"}'])
def test_damaged_times_of_earlier_runs_are_left_out(kept: Path, clock: Clock, content: str) -> None:
    kept.parent.mkdir()
    kept.write_text(content, encoding="utf-8")
    countdown = Countdown(1, kept, print, clock=clock)
    events = [DbtCoreCliEventMessage(event("LogModelResult", "m", 3), {})]
    list(countdown.watch(iter(events)))
    assert json.loads(kept.read_text()) == {"model.viaggio.m": 3.0}
