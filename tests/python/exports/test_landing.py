"""Exports dropped anywhere below `landing/`, from there to raw rows."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from viaggio.exports.catalogue import Export, load_exports
from viaggio.exports.recognise import recognise
from viaggio.landing.load import land, retract
from viaggio.landing.report import LOADED, MAPPED, REJECTED, LandingReport
from viaggio.landing.settings import LandingSettings
from viaggio.workspace.ledger import Ledger
from viaggio.workspace.paths import PROJECT_DIR, DataDir
from viaggio.workspace.sql import file_to_read, file_to_write, files_below

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


def test_next_month_s_export_may_have_the_name_of_the_last(data_dir: DataDir) -> None:
    """Where a landing saw that the last one was archived, as with any other file."""
    dropped = drop(data_dir, "orders_export.csv", ORDERS)
    land(data_dir, settings=AT_ONCE)
    dropped.unlink()
    assert not land(data_dir, settings=AT_ONCE).files
    assert not list(data_dir.landing.rglob("*.csv"))
    later = ORDERS.read_text(encoding="utf-8").replace("#10", "#20")
    drop(data_dir, "orders_export.csv", later)
    report = land(data_dir, settings=AT_ONCE)
    assert loaded(report)["store.order"] == 3
    with Ledger(data_dir.ledger_db) as ledger:
        assert ledger.count("withdrawn") == 0


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


@pytest.mark.parametrize(
    ("sample", "words"),
    [
        (
            "google_ads/campaigns_by_period/en.csv",
            "Google Ads campaigns of a whole period (Campaigns > Download): it gives no day, or no "
            "currency, for the cost of a campaign",
        ),
        (
            "meta_ads/campaigns_by_day/refused_month.csv",
            "Meta Ads by day (Ads Manager, breakdown Day > Export): its rows are of several days "
            "each, so that no day has its own cost",
        ),
    ],
)
def test_an_export_of_no_use_is_rejected_with_its_words(
    data_dir: DataDir, sample: str, words: str
) -> None:
    drop(data_dir, "report.csv", SAMPLES / sample)
    (rejected,) = land(data_dir, settings=AT_ONCE).with_outcome(REJECTED)
    assert rejected.reason == words
    error = (data_dir.rejected / "report.csv.error.json").read_text(encoding="utf-8")
    assert " Day " in error


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


# What BigQuery writes: parameters and items nested, numbers as text, more than the contract knows.
NESTED = {
    "event_date": "20250602",
    "event_timestamp": "1748851260000002",
    "event_name": "purchase",
    "event_params": [{"key": "ga_session_id", "value": {"int_value": "1748851200"}}],
    "event_previous_timestamp": "1748851200000001",
    "event_bundle_sequence_id": "7",
    "event_server_timestamp_offset": "12",
    "user_pseudo_id": "111.222",
    "privacy_info": {"analytics_storage": "Yes", "ads_storage": "No"},
    "user_properties": [],
    "user_first_touch_timestamp": "1748851200000001",
    "device": {"category": "mobile", "web_info": {"browser": "Chrome"}},
    "geo": {"country": "Italy", "continent": "Europe"},
    "traffic_source": {"source": "google", "medium": "cpc"},
    "stream_id": "1",
    "platform": "WEB",
    "ecommerce": {"purchase_revenue": 117.5, "transaction_id": "5700000001001"},
    "items": [{"item_id": "LM3", "price": 89.0, "quantity": "1"}],
    "is_active_user": True,
}
NESTED_LINE = f"{json.dumps(NESTED)}\n"
NESTED_LINES = "".join(f"{json.dumps({**NESTED, 'stream_id': each})}\n" for each in "12")


@pytest.mark.parametrize("name", ["events_20250602", "from BigQuery/events_intraday_20250602.json"])
@pytest.mark.parametrize("shape", ["jsonl", "gzip", "parquet", "array", "packed array"])
def test_the_nested_export_of_ga4_is_landed_wherever_it_lies(
    data_dir: DataDir, name: str, shape: str
) -> None:
    place = drop(data_dir, name, NESTED_LINES)
    if shape == "gzip":
        place.write_bytes(gzip.compress(NESTED_LINES.encode()))
    if shape.endswith("array"):
        rows = [json.loads(line) for line in NESTED_LINES.splitlines()]
        text = json.dumps(rows, indent=2).encode()
        place.write_bytes(gzip.compress(text) if shape == "packed array" else text)
    if shape == "parquet":
        with duckdb.connect() as con:
            con.execute(
                f"copy (from read_json({file_to_read(place)}, format = 'newline_delimited'))"
                f" to {file_to_write(place)} (format parquet)"
            )
    report = land(data_dir, settings=AT_ONCE)
    assert loaded(report) == {"ga4.event": 2}
    assert f"{name}: has the columns of ga4.event" in report.summary()


def test_a_json_array_of_any_size_is_recognised(
    data_dir: DataDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    from viaggio.exports import files

    monkeypatch.setattr(files, "MAX_DOCUMENT_BYTES", 1000)
    monkeypatch.setattr(files, "HEAD_BYTES", 2500)
    drop(data_dir, "events.json", json.dumps([json.loads(NESTED_LINE)] * 5, indent=1))
    clicks = [{"Timestamp": "2025-06-02 10:00:00", "IP": "", "Email": f"{each}@b.it", "Url": "u"}
              for each in range(40)]  # fmt: skip
    drop(data_dir, "clicks.json", json.dumps(clicks))
    report = land(data_dir, settings=AT_ONCE)
    assert loaded(report) == {"ga4.event": 5}
    (rejected,) = report.with_outcome(REJECTED)
    assert "damaged or cut off, or larger than" in (rejected.reason or "")


def optional(*types: object) -> list[object]:
    return ["null", *types]


def record(name: str, **fields: object) -> dict[str, object]:
    listed = [{"name": each, "type": kind} for each, kind in fields.items()]
    return {"type": "record", "name": name, "fields": listed}


# As BigQuery writes it: whatever may be null is a union.
AVRO = record(
    "Root",
    event_date=optional("string"),
    event_timestamp=optional("long"),
    event_name=optional("string"),
    event_params={
        "type": "array",
        "items": record(
            "EventParams",
            key=optional("string"),
            value=optional(
                record("Value", string_value=optional("string"), int_value=optional("long"))
            ),
        ),
    },
    user_pseudo_id=optional("string"),
    platform=optional("string"),
    is_active_user=optional("boolean"),
)


@pytest.fixture
def avro(data_dir: DataDir) -> Path:
    """A day of GA4 as Avro, anywhere in the landing folder."""
    import fastavro

    place = drop(data_dir, "from BigQuery/events_20250602", "")
    row = {
        "event_date": "20250602",
        "event_timestamp": 1748851260000002,
        "event_name": "page_view",
        "event_params": [{"key": "ga_session_id", "value": {"int_value": 1748851200}}],
        "user_pseudo_id": "111.222",
        "platform": "WEB",
    }
    with place.open("wb") as out:
        rows = [{**row, "is_active_user": each} for each in (True, False)]
        fastavro.writer(out, AVRO, rows, codec="deflate")
    return place


@pytest.mark.parametrize("is_packed", [False, True])
def test_avro_of_ga4_is_landed(data_dir: DataDir, avro: Path, is_packed: bool) -> None:
    if is_packed:
        avro.write_bytes(gzip.compress(avro.read_bytes()))
    assert loaded(land(data_dir, settings=AT_ONCE)) == {"ga4.event": 2}
    with duckdb.connect() as con:
        rows = con.sql(
            "select event_timestamp, event_params[1].value.int_value"
            f" from read_parquet({files_below(data_dir.raw / 'ga4' / 'event', '*/*.parquet')})"
        ).fetchall()
    assert rows == 2 * [(1748851260000002, 1748851200)]


def test_damaged_avro_is_refused(data_dir: DataDir, avro: Path) -> None:
    place = drop(data_dir, "ga4/event/events_20250602.avro", avro)
    place.write_bytes(avro.read_bytes()[:-30])
    avro.unlink()
    (rejected,) = land(data_dir, settings=AT_ONCE).with_outcome(REJECTED)
    assert (rejected.reason or "").startswith("the Avro file cannot be read")


def test_a_single_nested_event_is_no_answer_around_its_items(data_dir: DataDir) -> None:
    drop(data_dir, "one.json", NESTED_LINE)
    assert loaded(land(data_dir, settings=AT_ONCE)) == {"ga4.event": 1}


def test_a_flat_table_of_ga4_has_its_parameters_and_items_again(data_dir: DataDir) -> None:
    drop(data_dir, "events.csv", SAMPLES / "ga4/flat_events/underscores.csv")
    assert loaded(land(data_dir, settings=AT_ONCE)) == {"ga4.event": 2}
    with duckdb.connect() as con:
        rows = con.sql(
            "select event_timestamp, list_filter(event_params, lambda each: each.key ="
            " 'ga_session_id')[1].value.int_value, device.category, ecommerce.purchase_revenue,"
            " list_transform(items, lambda each: [each.item_id, each.price::varchar])"
            f" from read_parquet({files_below(data_dir.raw / 'ga4' / 'event', '*/*.parquet')})"
            " order by all"
        ).fetchall()
    assert rows == [
        (1748851200000001, 1748851200, "mobile", None, None),
        (
            1748851260000002,
            1748851200,
            "mobile",
            117.5,
            [["LM3", "89.0"], ["TZ1-B", "14.5"]],
        ),
    ]


def test_whatever_a_file_does_to_its_reader_the_others_land(
    data_dir: DataDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    from viaggio.landing import load

    drop(data_dir, "a.csv", ORDERS)
    drop(data_dir, "b.csv", SAMPLES / "trustpilot" / "reviews" / "en.csv")
    real = load.map_into_landing

    def failing(con: object, found: load.Found, *rest: object) -> object:
        if found.source_file == "a.csv":
            raise KeyError("ada@example.com")
        return real(con, found, *rest)

    monkeypatch.setattr(load, "map_into_landing", failing)
    report = land(data_dir, settings=AT_ONCE)
    (rejected,) = report.with_outcome(REJECTED)
    assert rejected.reason == "landing cannot read it (KeyError)"
    assert rejected.rows_in_file == 4
    assert loaded(report) == {"reviews.review": 2}


def test_a_full_disk_defers_an_export_and_the_next_run_lands_it(
    data_dir: DataDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    from viaggio.landing import load

    drop(data_dir, "a.csv", ORDERS)
    with monkeypatch.context() as broken:

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        broken.setattr(load, "map_into_landing", full)
        (deferred,) = land(data_dir, settings=AT_ONCE).files
    assert deferred.outcome == "deferred"
    assert deferred.reason == "cannot be read: No space left on device."
    assert loaded(land(data_dir, settings=AT_ONCE))["store.order"] == 3


def test_files_that_a_killed_run_left_in_place_are_landed_once(data_dir: DataDir) -> None:
    drop(data_dir, "a.csv", ORDERS)
    left = data_dir.landing / "store" / "order" / "shopify_admin_orders" / "a.csv.csv"
    left.parent.mkdir(parents=True)
    left.write_bytes((ORDERS.parent / "store.order.csv").read_bytes())
    report = land(data_dir, settings=AT_ONCE)
    assert loaded(report) == {"store.order": 3, "store.order_line": 4, "store.refund_line": 1}
    assert not report.with_outcome("deferred")


@pytest.fixture
def adapters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The description of Shopify's orders, to be changed, as the only one."""
    from viaggio.landing import load, sorting

    folder = tmp_path / "adapters"
    shutil.copytree(PROJECT_DIR / "adapters/shopify/admin_orders", folder / "shopify/admin_orders")

    def exports() -> tuple[Export, ...]:
        return load_exports.__wrapped__(folder)

    monkeypatch.setattr(load, "load_exports", exports)
    monkeypatch.setattr(sorting, "recognise", lambda head: recognise(head, exports()))
    return folder / "shopify" / "admin_orders"


def correct(adapters: Path) -> None:
    """Let orders have another channel, as a corrected adapter may."""
    path = adapters / "store.order.sql"
    sql = path.read_text(encoding="utf-8")
    path.write_text(f"select * replace ('phone' as source_name) from (\n{sql})\n", "utf-8")


def channels(data_dir: DataDir) -> list[tuple[str, int]]:
    with duckdb.connect() as con:
        return con.sql(
            "select source_name, count(*) from read_parquet("
            f"{files_below(data_dir.raw / 'store' / 'order', '*/*.parquet')})"
            " group by all order by all"
        ).fetchall()


def test_files_of_a_changed_adapter_are_named_and_mapped_again(
    data_dir: DataDir, adapters: Path
) -> None:
    drop(data_dir, "orders.csv", ORDERS)
    assert not land(data_dir, settings=AT_ONCE).outdated
    before = channels(data_dir)
    correct(adapters)

    said = land(data_dir, settings=AT_ONCE)
    assert (said.outdated, said.files) == (("orders.csv",), ())
    assert "To map these again: viaggio land --map-again" in said.summary()
    assert channels(data_dir) == before

    again = land(data_dir, settings=AT_ONCE, map_again=True)
    assert loaded(again) == {"store.order": 3}
    assert not again.outdated
    assert channels(data_dir) == [("phone", 3)]
    assert not land(data_dir, settings=AT_ONCE, map_again=True).files


def test_mapping_again_never_doubles_rows(data_dir: DataDir, adapters: Path) -> None:
    """Not even where files that change add their rows, and what the export became was removed."""
    adding = LandingSettings(settle_seconds=0, replace_same_name=False)
    drop(data_dir, "orders.csv", ORDERS)
    land(data_dir, settings=adding)
    shutil.rmtree(data_dir.landing / "store")
    correct(adapters)
    land(data_dir, settings=adding, map_again=True)
    assert channels(data_dir) == [("phone", 3)]


def test_what_a_changed_adapter_fills_no_more_is_taken_back(
    data_dir: DataDir, adapters: Path
) -> None:
    drop(data_dir, "orders.csv", ORDERS)
    land(data_dir, settings=AT_ONCE)
    (adapters / "store.refund_line.sql").unlink()
    land(data_dir, settings=AT_ONCE, map_again=True)
    with Ledger(data_dir.ledger_db) as ledger:
        tables = {each.table_name for each in ledger.loaded_for("orders.csv")}
    assert tables == {"order", "order_line"}
    assert not list(data_dir.landing.glob("store/refund_line/*/*"))


def test_what_was_retracted_is_not_mapped_again(data_dir: DataDir, adapters: Path) -> None:
    drop(data_dir, "orders.csv", ORDERS)
    land(data_dir, settings=AT_ONCE)
    retract(data_dir, "orders.csv", "sent twice", settings=AT_ONCE)
    correct(adapters)
    assert not loaded(land(data_dir, settings=AT_ONCE, map_again=True))
    assert not loaded(land(data_dir, settings=AT_ONCE))


def test_an_export_that_is_gone_is_said_to_be_dropped_again(
    data_dir: DataDir, adapters: Path
) -> None:
    dropped = drop(data_dir, "orders.csv", ORDERS)
    land(data_dir, settings=AT_ONCE)
    dropped.unlink()
    correct(adapters)
    for map_again in (False, True):
        said = land(data_dir, settings=AT_ONCE, map_again=map_again)
        assert said.outdated_and_gone == ("orders.csv",)
        assert "No longer in landing/; drop them there again to map them: orders.csv" in (
            said.summary()
        )
    drop(data_dir, "orders.csv", ORDERS)
    assert not land(data_dir, settings=AT_ONCE).outdated_and_gone
    assert channels(data_dir) == [("phone", 3)]
