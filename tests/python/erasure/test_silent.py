"""Silent persons become aggregates; one who acts again is a new person."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from tests.python.erasure.conftest import SETTINGS, copied
from tests.python.erasure.planted import STREAM, Planted
from viaggio.cli import erase as command
from viaggio.erasure import erase
from viaggio.erasure.erase import SILENT_MONTHS_VARIABLE, begin_silent, plan_silent
from viaggio.landing.load import land
from viaggio.landing.settings import SettingError
from viaggio.workspace.paths import DataDir
from viaggio.workspace.sql import files_below
from viaggio.workspace.tombstones import read_tombstones

SILENT, ACTIVE = Planted(1), Planted(2)
OLD, YOUNG = datetime(2025, 1, 5), datetime(2026, 1, 5)


def key(kind: str, value: str, salt: str) -> str:
    """The key of an identifier in the warehouse."""
    if kind in ("email", "phone"):
        value = hashlib.sha256((salt + value).encode()).hexdigest()
    return hashlib.md5(f"{kind}|{value}".encode(), usedforsecurity=False).hexdigest()


@pytest.fixture
def data_dir(landed_once: DataDir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataDir:
    """Both persons, landed, and as much of a warehouse as tells what they did.

    The shop wrote to the silent one a moment ago, and a machine opened it.
    """
    data_dir = copied(landed_once, tmp_path)
    for name, value in {"SETTLE_SECONDS": "0", "MEMORY_LIMIT": "500MB", "THREADS": "1"}.items():
        monkeypatch.setenv(f"VIAGGIO_LANDING_{name}", value)
    # The command sets these, too.
    for name, value in data_dir.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv(SILENT_MONTHS_VARIABLE, "6")
    with duckdb.connect() as con:
        [(salt,)] = con.execute(f"select salt from '{data_dir.hash_salt}'").fetchall()
        con.execute(f"attach '{data_dir.warehouse}' as warehouse")
        con.execute("create schema warehouse.intermediate")
        con.execute("create schema warehouse.marts")
        con.execute(
            "create table warehouse.intermediate.int_identifiers__resolved (identifier_id varchar,"
            " person_id varchar, is_hub boolean, is_shared boolean)"
        )
        con.execute(
            "create table warehouse.intermediate.int_identifiers__summarised"
            " (identifier_id varchar, first_seen_at timestamp)"
        )
        for name, person in (("silent", SILENT), ("active", ACTIVE)):
            for kind, value in {
                "email": person.email, "phone": person.phone, "customer": person.customer,
                "contact": person.contact, "device": f"{STREAM}|{person.cookie}",
            }.items():  # fmt: skip
                con.execute(
                    "insert into warehouse.intermediate.int_identifiers__resolved values"
                    " (?, ?, ?, false)",
                    [key(kind, value, salt), name, name == "silent" and kind == "phone"],
                )
                con.execute(
                    "insert into warehouse.intermediate.int_identifiers__summarised values (?, ?)",
                    [key(kind, value, salt), OLD],
                )
        con.execute(
            "create table warehouse.marts.fct_touchpoints (person_id varchar, direction varchar,"
            " is_bot boolean, is_machine boolean, touched_at timestamp)"
        )
        con.executemany(
            "insert into warehouse.marts.fct_touchpoints values (?, ?, false, ?, ?)",
            [
                ["silent", "inbound", False, OLD],
                ["silent", "outbound", False, YOUNG],
                ["silent", "inbound", True, YOUNG],
                ["active", "inbound", False, YOUNG],
            ],
        )
    return data_dir


def ids(data_dir: DataDir, source: str, table: str, column: str = "id") -> set[str]:
    files = files_below(data_dir.raw / source / table, "*/*.parquet")
    rows = duckdb.sql(f"select {column} from read_parquet({files})").fetchall()
    return {value for (value,) in rows}


def test_a_dry_run_counts_and_changes_nothing(
    data_dir: DataDir, capsys: pytest.CaptureFixture[str]
) -> None:
    before = ids(data_dir, "crm", "contact")
    assert command.main(["--silent"]) == 0
    said = capsys.readouterr().out
    assert "1 persons did nothing of their own for 6 months." in said
    assert "crm.contact 1" in said
    assert "Nothing was changed" in said
    assert ids(data_dir, "crm", "contact") == before


def test_only_who_is_silent_is_erased_and_no_tombstone_stays(data_dir: DataDir) -> None:
    assert begin_silent(data_dir) == 1
    assert ids(data_dir, "crm", "contact") == {ACTIVE.contact}
    assert ids(data_dir, "store", "customer") == {ACTIVE.customer}
    recipients = ids(data_dir, "email", "event", "recipient")
    assert SILENT.email not in recipients
    assert ACTIVE.email in recipients
    # Others have the phone number too.
    assert not read_tombstones(data_dir)
    [record] = json.loads((data_dir.erasure / "record.json").read_text()).values()
    assert (record["origin"], record["status"]) == ("retention", erase.ERASED)
    # E-mail address, customer, contact and cookie; the map knows no card and no handle.
    assert record["identifiers_erased"] == 4


def test_who_acts_again_is_a_new_person(data_dir: DataDir) -> None:
    begin_silent(data_dir)
    again = {"id": "again", "type": "CLICK", "created": "2026-01-06T10:00:00Z",
             "campaign_id": "7000011", "recipient": SILENT.email}  # fmt: skip
    file = data_dir.landing / "email" / "event" / "again.jsonl"
    file.write_text(json.dumps(again) + "\n")
    report = land(data_dir, settings=SETTINGS)
    assert "email/event/again.jsonl" in {each.source_file for each in report.with_outcome("loaded")}
    assert SILENT.email in ids(data_dir, "email", "event", "recipient")


def test_an_erasure_that_is_killed_keeps_no_tombstone_either(
    data_dir: DataDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(erase, "forget_in_log", killed)
        with pytest.raises(KeyboardInterrupt):
            begin_silent(data_dir)
    erase.go_on(data_dir)
    assert ids(data_dir, "crm", "contact") == {ACTIVE.contact}
    assert not read_tombstones(data_dir)


def test_a_feed_that_stops_erases_nobody(data_dir: DataDir) -> None:
    assert plan_silent(data_dir, 13)[1] == 0


def test_without_the_variable_it_says_what_to_set(
    data_dir: DataDir, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(SILENT_MONTHS_VARIABLE)
    assert command.main(["--silent"]) == 1
    assert f"{SILENT_MONTHS_VARIABLE} is not set" in capsys.readouterr().err
    with pytest.raises(SettingError):
        begin_silent(data_dir)
