"""Exports dropped anywhere below `landing/`, from there to raw rows."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from viaggio.landing.load import land, retract
from viaggio.landing.report import LOADED, MAPPED, REJECTED, LandingReport
from viaggio.landing.settings import LandingSettings
from viaggio.workspace.ledger import Ledger
from viaggio.workspace.paths import PROJECT_DIR, DataDir

SAMPLES = PROJECT_DIR / "tests" / "exports"
ORDERS = SAMPLES / "shopify" / "admin_orders" / "en.csv"
AT_ONCE = LandingSettings(settle_seconds=0)
GA4 = (
    '{"event_date": "20250602", "event_timestamp": "1748819220000000", "event_name": "page_view",'
    ' "user_pseudo_id": "1.2", "platform": "WEB"}\n'
)


@pytest.fixture
def data_dir(tmp_path: Path) -> DataDir:
    return DataDir(tmp_path / "data")


def drop(data_dir: DataDir, name: str, content: str | Path) -> Path:
    place = data_dir.landing / name
    place.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, Path):
        shutil.copyfile(content, place)
    else:
        place.write_text(content, encoding="utf-8")
    return place


def loaded(report: LandingReport) -> dict[str, int]:
    return {f"{each.source}.{each.table}": each.rows_raw for each in report.with_outcome(LOADED)}


@pytest.mark.parametrize(
    "name", ["orders_export_1.csv", "from the shop/[1] orders.csv", "store/order/orders.csv"]
)
def test_an_export_is_recognised_wherever_it_lies(data_dir: DataDir, name: str) -> None:
    dropped = drop(data_dir, name, ORDERS)
    report = land(data_dir, settings=AT_ONCE)
    assert loaded(report) == {"store.order": 3, "store.order_line": 4, "store.refund_line": 1}
    assert dropped.exists()
    assert f"{name}: Shopify orders (admin, Orders > Export): 4 rows -> store.order (3)" in (
        report.summary()
    )
    assert not land(data_dir, settings=AT_ONCE).files


def test_a_file_in_the_contract_s_shape_is_landed_where_it_lies(data_dir: DataDir) -> None:
    drop(data_dir, "events_20250602.jsonl", GA4)
    report = land(data_dir, settings=AT_ONCE)
    assert loaded(report) == {"ga4.event": 1}
    assert "events_20250602.jsonl: has the columns of ga4.event" in report.summary()


def test_an_export_that_changes_in_place_replaces_its_rows(data_dir: DataDir) -> None:
    dropped = drop(data_dir, "orders.csv", ORDERS)
    land(data_dir, settings=AT_ONCE)
    lines = ORDERS.read_text(encoding="utf-8").splitlines(keepends=True)
    dropped.write_text("".join(lines[:3]), encoding="utf-8")
    report = land(data_dir, settings=AT_ONCE)
    assert loaded(report) == {"store.order": 1, "store.order_line": 2, "store.refund_line": 0}
    assert all(each.is_newer_version for each in report.with_outcome(LOADED))


def test_the_same_export_under_another_name_is_loaded_once(data_dir: DataDir) -> None:
    drop(data_dir, "orders.csv", ORDERS)
    drop(data_dir, "orders (1).csv", ORDERS)
    report = land(data_dir, settings=AT_ONCE)
    assert len(report.with_outcome(MAPPED)) == 2
    assert len(report.with_outcome(LOADED)) == 3
    assert report.rows_raw == 8


def test_retracting_an_export_takes_back_all_that_it_became(data_dir: DataDir) -> None:
    drop(data_dir, "orders.csv", ORDERS)
    land(data_dir, settings=AT_ONCE)
    taken = retract(data_dir, "orders.csv", "sent twice", settings=AT_ONCE)
    assert {each.table_name for each in taken} == {"order", "order_line", "refund_line"}
    assert not land(data_dir, settings=AT_ONCE).files


def test_an_export_that_contradicts_itself_is_rejected_and_others_land(data_dir: DataDir) -> None:
    broken = ORDERS.read_text(encoding="utf-8").replace("Lineitem sku", "Lineitem price")
    drop(data_dir, "broken.csv", broken)
    drop(data_dir, "orders.csv", ORDERS)
    report = land(data_dir, settings=AT_ONCE)
    (rejected,) = report.with_outcome(REJECTED)
    assert rejected.reason == (
        "Shopify orders (admin, Orders > Export): the heading Lineitem price appears more than once"
    )
    assert (data_dir.rejected / "broken.csv").exists()
    assert loaded(report)["store.order"] == 3


def test_half_an_export_says_what_it_lacks(data_dir: DataDir) -> None:
    half = ORDERS.read_text(encoding="utf-8").replace("Lineitem price", "Preis")
    drop(data_dir, "half.csv", half)
    (rejected,) = land(data_dir, settings=AT_ONCE).with_outcome(REJECTED)
    assert rejected.reason == (
        "no export that Viaggio knows: like Shopify orders (admin, Orders > Export), but without "
        "Lineitem price"
    )
    assert rejected.rows_in_file == 4


def test_an_export_that_was_read_when_the_program_was_killed_is_tried_apart(
    data_dir: DataDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(data_dir, "orders.csv", ORDERS)
    killing = (
        "import os, signal, viaggio.landing.load as load\n"
        "load.map_into_landing = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "from viaggio.landing.settings import LandingSettings\n"
        "from viaggio.workspace.paths import DataDir\n"
        "load.land(DataDir.from_env(), settings=LandingSettings(settle_seconds=0))\n"
    )
    environment = {**os.environ, "VIAGGIO_DATA_DIR": str(data_dir.root)}
    killed = subprocess.run(
        [sys.executable, "-c", killing], cwd=PROJECT_DIR, env=environment, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    with Ledger(data_dir.ledger_db) as ledger:
        assert {name for name, _ in ledger.interrupted()} == {"orders.csv"}
    tried = []
    real = subprocess.Popen

    def noted(command: list[str], **options: object) -> object:
        tried.append(command[2])
        return real(command, **options)

    monkeypatch.setattr(subprocess, "Popen", noted)
    assert loaded(land(data_dir, settings=AT_ONCE))["store.order"] == 3
    assert tried == ["viaggio.exports"]


def test_a_file_that_ends_the_program_again_is_rejected(
    data_dir: DataDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    dropped = drop(data_dir, "orders.csv", ORDERS)
    land(data_dir, settings=AT_ONCE)
    dropped.write_bytes(ORDERS.read_bytes() + b"\n")
    from viaggio.landing.content import hash_file

    with Ledger(data_dir.ledger_db) as ledger:
        ledger.start_reading("orders.csv", hash_file(dropped))
    real = subprocess.Popen
    deadly = [sys.executable, "-c", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"]
    monkeypatch.setattr(subprocess, "Popen", lambda _, **options: real(deadly, **options))
    (rejected,) = land(data_dir, settings=AT_ONCE).with_outcome(REJECTED)
    assert rejected.reason == "reading it ends the program (SIGKILL)"
