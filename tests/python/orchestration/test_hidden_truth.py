"""What staging flags and counts is what the sample world planted, row for row."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from tests.python.conftest import Built

pytestmark = pytest.mark.slow


@pytest.fixture
def built_and_truth(built: Built) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse, with the planted rows as `planted`."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{built.data_dir.warehouse}' as warehouse (read_only)")
        connection.execute(
            f"create view planted as from '{built.data_dir.truth / 'planted_row.parquet'}'"
        )
        connection.execute("use warehouse")
        yield connection


@pytest.mark.parametrize(
    ("kind", "flagged"),
    [
        ("machine", "select email_event_id from staging.stg_email__events where is_machine"),
        ("test", "select order_id from staging.stg_store__orders where is_test"),
    ],
)
def test_flagged_rows_are_those_planted(
    built_and_truth: duckdb.DuckDBPyConnection, kind: str, flagged: str
) -> None:
    planted = built_and_truth.execute(
        f"select distinct row_key from memory.planted where kind = '{kind}'"
    ).fetchall()
    assert planted
    assert set(built_and_truth.execute(flagged).fetchall()) == set(planted)


@pytest.mark.parametrize(
    ("column", "kinds"),
    [("rows_duplicate", "'duplicate', 'reexport'"), ("rows_quarantined", "'broken'")],
)
def test_double_and_broken_events_are_counted_exactly(
    built_and_truth: duckdb.DuckDBPyConnection, column: str, kinds: str
) -> None:
    (planted,) = built_and_truth.execute(
        f"select count(*) from memory.planted where source = 'ga4' and kind in ({kinds})"
    ).fetchone()
    (counted,) = built_and_truth.execute(
        f"select {column} from audit.audit_reconciliation where source_name = 'ga4'"
    ).fetchone()
    assert planted > 0
    assert counted == planted


@pytest.mark.parametrize(
    ("kind", "flag"), [("bot", "is_bot and not is_internal"), ("internal", "is_internal")]
)
def test_as_many_events_are_flagged_as_were_planted(
    built_and_truth: duckdb.DuckDBPyConnection, kind: str, flag: str
) -> None:
    """Employees who debug count as internal here; the planted list names each event once a file."""
    (planted,) = built_and_truth.execute(
        "select count(distinct row_key) from memory.planted"
        f" where source = 'ga4' and kind = '{kind}'"
    ).fetchone()
    (flagged,) = built_and_truth.execute(
        f"select count(*) from staging.stg_ga4__events where {flag}"
    ).fetchone()
    assert planted > 0
    assert flagged == planted


def test_reports_differ_from_what_persons_did_as_planted(
    built_and_truth: duckdb.DuckDBPyConnection, built: Built
) -> None:
    """Some reports count machines, and some came before the last person opened the message."""
    planted = built_and_truth.execute(
        "select campaign_id, reported_at, 0, 0, machine_opens - later_opens,"
        " machine_clicks - later_clicks"
        f" from '{built.data_dir.truth / 'email_report.parquet'}' order by campaign_id"
    ).fetchall()
    found = built_and_truth.execute(
        "select campaign_id, reported_at, sends_difference, deliveries_difference,"
        " opens_difference, clicks_difference"
        " from marts.mart_email_campaigns where evidence = 'both' order by campaign_id"
    ).fetchall()
    assert max(opens for *_, opens, _ in planted) > 50
    assert min(opens for *_, opens, _ in planted) < 0
    assert found == planted


def test_campaigns_that_are_only_counted_have_no_touchpoints(
    built_and_truth: duckdb.DuckDBPyConnection,
) -> None:
    reported = built_and_truth.execute(
        "select campaign_id, tool, sends, opens, reported_opens > 0"
        " from marts.mart_email_campaigns where evidence = 'report'"
    ).fetchall()
    assert reported == [("inviti_negozi_2025_01_03", "brevo", None, None, True)]
    touchpoints = built_and_truth.execute(
        "select count(*) from marts.fct_touchpoints where campaign_id = 'inviti_negozi_2025_01_03'"
    ).fetchone()
    assert touchpoints == (0,)
