"""What there is to tell, in data directories where it happened: once when it begins and ends."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import duckdb
import pytest

from expectations.results import ExpectationOutcome, ValidationReport, write
from tests.python.ingest.vendor import Reply, Vendor
from viaggio.alerts.causes import PREFIX
from viaggio.alerts.watch import RunEnd, look
from viaggio.landing.load import land
from viaggio.landing.settings import LandingSettings
from viaggio.publishing.publish import LoadedState, publish
from viaggio.workspace.ledger import FileRecord, Ledger
from viaggio.workspace.paths import DataDir

NOW = datetime(2026, 3, 20, 6, 0)
CANARY = "anna.bianchi@example.com"


@pytest.fixture
def told(data_dir: DataDir, hook: Vendor) -> Iterator[Vendor]:
    """A webhook that is asked what it got; nothing personal may be in it."""
    yield hook
    said = json.dumps([request.body for request in hook.asked])
    assert "anna" not in said.lower()
    assert "bianchi" not in said.lower()


def events(hook: Vendor) -> list[tuple[str, str]]:
    """Key and state of every alert that was told, in order."""
    alerts = [alert for request in hook.asked for alert in request.body["alerts"]]
    return [(alert["key"], alert["state"]) for alert in alerts]


def failed(reason: str) -> RunEnd:
    return RunEnd("viaggio", failed=True, reason=reason)


def test_a_run_that_fails_again_is_told_once_and_once_when_it_is_over(
    data_dir: DataDir, told: Vendor
) -> None:
    for reason in ("no space.", "no space.", "still no space."):
        look(data_dir, failed(reason))
    look(data_dir)
    look(data_dir, RunEnd("documentation", failed=False))
    assert events(told) == [("run_failed:viaggio", "open")]

    for _ in range(2):
        look(data_dir, RunEnd("viaggio", failed=False))

    assert events(told)[1:] == [("run_failed:viaggio", "over")]
    assert "It was: The job viaggio failed: still no space." in told.asked[-1].body["text"]

    look(data_dir, failed("again."))
    assert events(told)[2:] == [("run_failed:viaggio", "open")]


def test_two_causes_come_and_go_by_themselves(data_dir: DataDir, told: Vendor) -> None:
    look(data_dir, failed("no space."))
    look(data_dir, RunEnd("ingest_shopify", failed=True, reason="the token is refused."))
    look(data_dir, RunEnd("viaggio", failed=False))
    assert events(told) == [
        ("run_failed:viaggio", "open"),
        ("run_failed:ingest_shopify", "open"),
        ("run_failed:viaggio", "over"),
    ]


def test_what_nobody_was_told_in_time_is_told_as_over(data_dir: DataDir, told: Vendor) -> None:
    told.trouble.append(Reply({}, 500))
    look(data_dir, failed("no space."))
    look(data_dir, RunEnd("viaggio", failed=False))
    look(data_dir)
    delivered = told.asked[1:]
    assert [alert["state"] for request in delivered for alert in request.body["alerts"]] == ["over"]


def test_a_channel_that_comes_later_hears_what_is_open(
    data_dir: DataDir, monkeypatch: pytest.MonkeyPatch, hook: Vendor
) -> None:
    with monkeypatch.context() as without:
        without.delenv(f"{PREFIX}WEBHOOK_URL")
        look(data_dir, failed("no space."))
        look(data_dir, RunEnd("documentation", failed=True))
        look(data_dir, RunEnd("documentation", failed=False))
    look(data_dir)
    assert events(hook) == [("run_failed:viaggio", "open")]


def test_a_damaged_state_is_told_again(data_dir: DataDir, told: Vendor) -> None:
    look(data_dir, failed("no space."))
    data_dir.alerts.write_bytes(b'[{"alert": \x00')
    assert look(data_dir, failed("no space.")).problems == []
    assert events(told) == [("run_failed:viaggio", "open")] * 2


def test_a_disk_that_takes_nothing_does_not_silence_alerts(data_dir: DataDir, told: Vendor) -> None:
    data_dir.alerts.with_suffix(".tmp").mkdir()
    [problem] = look(data_dir, failed("no space.")).problems
    assert "alerts.json cannot be written" in problem
    assert events(told) == [("run_failed:viaggio", "open")]


def test_reasons_are_masked_and_short(data_dir: DataDir, told: Vendor) -> None:
    look(data_dir, failed(f"{CANARY} called from +39 347 123 4567\n\n" + "x" * 2000))
    [alert] = told.asked[0].body["alerts"]
    assert "[email] called from [phone] xxx" in alert["text"]
    assert len(alert["text"]) == 600


def test_a_rejected_file_is_told_until_it_is_loaded_and_its_name_is_masked(
    data_dir: DataDir, told: Vendor
) -> None:
    settings = LandingSettings(settle_seconds=0, memory_limit="500MB", threads=1)
    file = data_dir.landing / "store" / "location" / f"{CANARY}.csv"
    file.parent.mkdir(parents=True)
    file.write_text(f'"id,"name"\n1,"{CANARY}\n', encoding="utf-8")
    for _ in range(2):
        land(data_dir, settings=settings)
        look(data_dir)
    [(key, state)] = events(told)
    assert key.startswith("file_rejected:store/location/[email]~")
    assert state == "open"
    text = told.asked[0].body["alerts"][0]["text"]
    assert "was rejected, and its rows are missing: " in text

    file.write_text("id,name,type\n1,Milano,store\n", encoding="utf-8")
    assert len(land(data_dir, settings=settings).with_outcome("loaded")) == 1
    look(data_dir)
    assert events(told)[1:] == [(key, "over")]


def test_a_rejected_file_that_somebody_removes_is_over(data_dir: DataDir, told: Vendor) -> None:
    note = data_dir.rejected / "store" / "location" / "a.csv.error.json"
    note.parent.mkdir(parents=True)
    said = {"file": "store/location/a.csv", "reason": "no columns", "rejected_at": f"{NOW}Z"}
    note.write_text(json.dumps(said), encoding="utf-8")
    look(data_dir, now=NOW)
    note.unlink()
    look(data_dir, now=NOW)
    assert [state for _, state in events(told)] == ["open", "over"]


def outcome(description: str, *, success: bool, severity: str = "warning") -> ExpectationOutcome:
    return ExpectationOutcome(
        layer="raw",
        source_name="ga4",
        table_name="event",
        expectation="x",
        column_name=None,
        success=success,
        severity=severity,
        observed="2 of 9 rows",
        unexpected_count=2,
        element_count=9,
        description=description,
    )


def validate(data_dir: DataDir, number: int, *outcomes: ExpectationOutcome) -> None:
    moment = datetime(2026, 3, 1, number, tzinfo=UTC)
    write(data_dir, ValidationReport(f"run{number}", "raw", moment, list(outcomes)))


def test_warnings_of_a_table_s_newest_validation(data_dir: DataDir, told: Vendor) -> None:
    late, odd = "The newest day is near.", "Each day is usual."
    validate(data_dir, 1, outcome(late, success=False), outcome(odd, success=True),
             outcome("Types.", success=False, severity="critical"))  # fmt: skip
    look(data_dir, now=NOW)
    validate(data_dir, 2, outcome(late, success=False), outcome(odd, success=False))
    look(data_dir, now=NOW)
    validate(data_dir, 3, outcome(late, success=True), outcome(odd, success=False))
    look(data_dir, now=NOW)
    assert events(told) == [
        (f"warned:raw.ga4.event: {late}", "open"),
        (f"warned:raw.ga4.event: {odd}", "open"),
        (f"warned:raw.ga4.event: {late}", "over"),
    ]
    assert told.asked[0].body["alerts"][0]["text"].endswith("Found: 2 of 9 rows")


def test_what_a_person_accepted_is_not_told(data_dir: DataDir, told: Vendor) -> None:
    failed = outcome("Each day is usual.", success=False)
    validate(data_dir, 1, replace(failed, exception="strike (ada)"))
    look(data_dir, now=NOW)
    assert events(told) == []


def test_what_cannot_be_judged_is_not_over(data_dir: DataDir, told: Vendor) -> None:
    validate(data_dir, 1, outcome("Near.", success=False))
    look(data_dir, now=NOW)
    (data_dir.validation / "result" / "run2_raw.parquet").write_bytes(b"PAR1 no more")
    [problem] = look(data_dir, now=NOW).problems
    assert problem.startswith("Alerts `warned` cannot be judged")
    assert [state for _, state in events(told)] == ["open"]


def record(
    data_dir: DataDir, table: str, moment: datetime, days: list[date], *, bad: int = 0,
    rows: int = 100,
) -> None:  # fmt: skip
    """A file that landed at a moment, as landing writes it into its ledger."""
    source, name = table.split(".")
    file = FileRecord(
        file_id=f"{table}{moment}",
        source_file=f"{table}/{moment}.csv",
        source_name=source,
        table_name=name,
        outcome="loaded",
        reason=None,
        rows_in_file=rows,
        rows_raw=rows - bad,
        rows_quarantined=bad,
        bytes=1,
        loaded_at=moment,
        run_id=f"{moment}",
    )
    with Ledger(data_dir.ledger_db) as ledger:
        ledger.record(file, days=dict.fromkeys(days, rows))


def daily(data_dir: DataDir, table: str, until: date, count: int = 10, every: int = 1) -> None:
    """Files that landed in the morning after their day."""
    for n in reversed(range(count)):
        day = until - timedelta(days=every * n)
        arrival = datetime.combine(day, datetime.min.time()) + timedelta(days=1, hours=5)
        record(data_dir, table, arrival, [day])


def test_a_daily_source_that_falls_silent(data_dir: DataDir, told: Vendor) -> None:
    """GA4 may be silent for two days; its last day landed on 18 March at five."""
    daily(data_dir, "ga4.event", date(2026, 3, 17))
    look(data_dir, now=datetime(2026, 3, 20, 4))
    assert events(told) == []
    for hour in (6, 7):
        look(data_dir, now=datetime(2026, 3, 20, hour))
    assert events(told) == [("source_silent:ga4.event", "open")]
    text = told.asked[0].body["alerts"][0]["text"]
    assert "got its last new day on 2026-03-18, 2 days ago" in text

    record(data_dir, "ga4.event", datetime(2026, 3, 20, 8), [date(2026, 3, 19)])
    look(data_dir, now=datetime(2026, 3, 20, 9))
    assert events(told)[1:] == [("source_silent:ga4.event", "over")]


def test_history_that_lands_late_is_no_sign_of_life(data_dir: DataDir, told: Vendor) -> None:
    daily(data_dir, "ga4.event", date(2026, 3, 10))
    record(data_dir, "ga4.event", datetime(2026, 3, 20, 5), [date(2025, 3, 1)])
    look(data_dir, now=NOW)
    assert events(told) == [("source_silent:ga4.event", "open")]


def test_sources_that_are_not_silent(data_dir: DataDir, told: Vendor) -> None:
    """A weekly table, one that the contract lets wait, one without a rhythm, and an old export."""
    daily(data_dir, "ads.campaign_day", date(2026, 3, 14), every=7)
    daily(data_dir, "store.visit_zone", date(2026, 1, 1))
    daily(data_dir, "ga4.event", date(2026, 1, 1), count=3)
    old = [date(2024, 1, 1) + timedelta(days=n) for n in range(100)]
    record(data_dir, "store.order", datetime(2026, 3, 1), old)
    assert look(data_dir, now=NOW).problems == []
    assert events(told) == []


def test_a_publication_older_than_promised(
    data_dir: DataDir, told: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    data_dir.tmp.mkdir()
    with duckdb.connect(data_dir.warehouse) as connection:
        connection.execute("create schema marts; create table marts.fct_orders (order_id int)")
    publish(data_dir, "run1", LoadedState(None, None, None))
    now = datetime.now(UTC).replace(tzinfo=None)
    look(data_dir, now=now + timedelta(hours=47))
    assert events(told) == []
    look(data_dir, now=now + timedelta(hours=49))
    assert events(told) == [("publication_old", "open")]
    monkeypatch.setenv(f"{PREFIX}PUBLICATION_HOURS", "72")
    look(data_dir, now=now + timedelta(hours=49))
    assert events(told)[1:] == [("publication_old", "over")]
    monkeypatch.setenv(f"{PREFIX}PUBLICATION_HOURS", "soon")
    [problem] = look(data_dir, now=now + timedelta(hours=49)).problems
    assert problem == "VIAGGIO_ALERT_PUBLICATION_HOURS must be a number above zero."


def test_a_quarantine_that_grows(data_dir: DataDir, told: Vendor) -> None:
    def lands(hour: int, bad: int) -> None:
        record(data_dir, "store.order", datetime(2026, 3, 1, hour), [], bad=bad, rows=1000)
        look(data_dir, now=NOW)

    lands(0, 10)  # 1 % of the first file
    assert events(told) == []
    lands(1, 11)
    lands(2, 5)
    lands(3, 5)
    lands(4, 15)  # usually 0.75 %
    assert events(told) == [
        ("quarantine_growing:store.order", "open"),
        ("quarantine_growing:store.order", "over"),
    ]
    lands(5, 40)
    lands(6, 41)
    assert events(told)[2:] == [("quarantine_growing:store.order", "open")]
    assert "40 of 1,000 rows of the last landing" in told.asked[-1].body["alerts"][0]["text"]
    lands(7, 5)
    assert events(told)[3:] == [("quarantine_growing:store.order", "over")]


def test_few_bad_rows_are_no_growing_quarantine(data_dir: DataDir, told: Vendor) -> None:
    record(data_dir, "store.order", datetime(2026, 3, 1), [], bad=9, rows=20)
    look(data_dir, now=NOW)
    assert events(told) == []


def test_requests_to_be_forgotten_that_wait(data_dir: DataDir, told: Vendor) -> None:
    folder = data_dir.raw / "privacy" / "erasure_request" / "event_day=2026-02-20"
    folder.mkdir(parents=True)
    with duckdb.connect() as connection:
        connection.execute(
            f"""
            copy (
                select * from (values
                    ('{CANARY}', timestamp '2026-02-20 10:00:00'),
                    ('{CANARY}', timestamp '2026-02-20 10:00:00'),
                    ('r2', timestamp '2026-02-20 11:00:00'),
                    ('r3', timestamp '2026-03-10 11:00:00')
                ) as request (id, requested_at)
            ) to '{folder}/file.parquet' (format parquet)
            """
        )
    look(data_dir, now=datetime(2026, 3, 13, 9))
    assert events(told) == []
    look(data_dir, now=datetime(2026, 3, 14))
    assert events(told) == [("erasure_due:2026-02-20", "open")]
    text = told.asked[0].body["alerts"][0]["text"]
    assert text.startswith("2 request(s) to be forgotten, made on 2026-02-20, are not carried out")

    (folder / "file.parquet").unlink()
    look(data_dir, now=datetime(2026, 3, 14))
    assert events(told)[1:] == [("erasure_due:2026-02-20", "over")]


def test_an_empty_data_directory_has_nothing_to_tell(data_dir: DataDir, told: Vendor) -> None:
    looked = look(data_dir, now=NOW)
    assert (looked.open, looked.problems) == ([], [])
    assert events(told) == []
