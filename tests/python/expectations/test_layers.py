"""Intermediate and marts: a failed guard warns, only new days are read."""

from __future__ import annotations

import importlib
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from expectations.generic import usual_volume
from expectations.models import models_of
from expectations.runner import validate
from expectations.session import open_session
from tests.python.conftest import Built
from viaggio.workspace.paths import PROJECT_DIR, DataDir


@pytest.fixture
def warehouse(built: Built, tmp_path: Path) -> Callable[..., DataDir]:
    """Gives a copy of the warehouse, after some statements."""

    def damaged(*statements: str) -> DataDir:
        data_dir = DataDir(tmp_path)
        shutil.copy(built.data_dir.warehouse, data_dir.warehouse)
        with duckdb.connect(data_dir.warehouse) as connection:
            for statement in statements:
                connection.execute(statement)
        return data_dir

    return damaged


@pytest.mark.slow
def test_nothing_blocks_in_the_demo_world_and_little_warns(built: Built) -> None:
    with duckdb.connect(built.data_dir.published / "viaggio.duckdb", read_only=True) as connection:
        counts = connection.execute(
            "select layer, count(*) > 20, count_if(not success and severity = 'critical'), "
            "count_if(not success) <= 3 "
            "from audit.audit_expectations where layer in ('intermediate', 'marts') "
            "group by layer order by layer"
        ).fetchall()
    assert counts == [("intermediate", True, 0, True), ("marts", True, 0, True)]


@pytest.mark.slow
def test_a_person_made_of_many_others_warns(warehouse: Callable[..., DataDir]) -> None:
    data_dir = warehouse(
        "update intermediate.int_identifiers__resolved set person_id = "
        "(select min(person_id) from intermediate.int_identifiers__resolved) "
        "where rowid % 10 = 0 and not is_hub"
    )
    report = validate("intermediate", data_dir, "run")
    assert report.blocking_failures == []
    assert any("a guard failed" in each.description for each in report.failures)


@pytest.mark.slow
def test_of_views_too_only_the_days_to_validate_are_read(built: Built, tmp_path: Path) -> None:
    with duckdb.connect(built.data_dir.warehouse, read_only=True) as connection:
        day, sessions = connection.execute(
            "select started_date, count(*) from marts.fct_sessions group by all order by all desc"
        ).fetchone()
    data_dir = DataDir(tmp_path)
    shutil.copy(built.data_dir.warehouse, data_dir.warehouse)
    report = validate("marts", data_dir, "run", {("ga4", "event"): [day]})
    [known] = [
        each
        for each in report.results
        if each.table_name == "fct_sessions" and each.column_name == "person_id"
    ]
    assert known.element_count == sessions
    looked_at = {each.table_name for each in report.results}
    assert "dim_journey_stages" in looked_at
    assert "dim_locations" not in looked_at


@pytest.mark.slow
def test_models_know_the_raw_tables_they_follow(built: Built) -> None:
    with open_session(built.data_dir, None, None) as session:
        session.execute(f"attach '{built.data_dir.warehouse}' as warehouse (read_only)")
        follows = {
            model.name: model.follows
            for layer in ("intermediate", "marts")
            for model in models_of(session, layer)
        }
    assert follows["int_web_sessions__classified"] == {("ga4", "event")}
    assert {("ga4", "event"), ("email", "event"), ("store", "visit")} < follows["fct_touchpoints"]
    assert follows["dim_journey_stages"] == frozenset()


@pytest.mark.parametrize("layer", ["intermediate", "marts", "staging"])
def test_reviewed_models_exist(layer: str) -> None:
    models = {path.stem for path in (PROJECT_DIR / "models" / layer).glob("*/*.sql")}
    assert importlib.import_module(f"expectations.suites.{layer}").REVIEWED.keys() <= models


@pytest.mark.parametrize(("rows_of_last_day", "low_days"), [(100, 0), (29, 1)])
def test_a_day_far_below_its_weekday_is_counted(
    tmp_path: Path, rows_of_last_day: int, low_days: int
) -> None:
    """Ten Mondays of 100 rows, the last of which may have fewer."""
    with open_session(DataDir(tmp_path), None, None) as session:
        session.execute(
            "create table visits as select date '2025-01-06' + cast(7 * week as int) as day "
            "from range(10) as w (week), range(100) as r (n) "
            f"where week < 9 or n < {rows_of_last_day}"
        )
        query = usual_volume("visits", "day", "visits").unexpected_rows_query
        last = "(select * from visits where day = date '2025-03-10')"
        row = session.execute(query.format(batch=last)).mappings().one()
    assert (row["element_count"], row["unexpected_count"]) == (1, low_days)
