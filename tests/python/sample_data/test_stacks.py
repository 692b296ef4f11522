"""The demo company's data as vendors' exports: what they become equals what was generated."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import duckdb
import pytest

from sample_data.settings import Settings
from sample_data.stacks import StackError, names, write_exports
from sample_data.world import Span, World
from tests.python.parity.conftest import build, new_data_dir
from viaggio.landing.load import land
from viaggio.landing.report import LOADED, MAPPED, LandingReport
from viaggio.landing.settings import LandingSettings
from viaggio.workspace.contract import load_contract
from viaggio.workspace.paths import DataDir
from viaggio.workspace.sql import files_below

DAYS, PERSONS = 20, 1200
AT_ONCE = LandingSettings(settle_seconds=0)
# Of each stack, what it says of a raw table, by columns that the export has.
SAID = {
    "shopify-klaviyo": {
        "store.order": (
            "select id, email, total_price, total_tax, source_name, currency,"
            " date_trunc('second', created_at) from {rows} where id in"
            " (select order_id from {lines})"
        ),
        "store.order_line": "select order_id, product_id, quantity, price from {rows}",
        "store.customer": "select id, trim(email), first_name from {rows}",
        "store.product": "select id, price, cost from {rows}",
        "reviews.review": ("select id, body, created_at from {rows} where platform = 'trustpilot'"),
        "ga4.event": "select event_date, event_name, event_timestamp, user_pseudo_id from {rows}",
    },
    "woocommerce-mailchimp": {
        "store.order": (
            "select id, email, total_price, total_tax, date_trunc('minute', created_at) from {rows}"
            " where source_name = 'web' and id in"
            " (select order_id from {lines} where quantity > 0)"
        ),
        "email.event": (
            "select type, date_trunc('second', created), campaign_id, recipient from {rows}"
            " where type in ('OPEN', 'CLICK')"
        ),
    },
    "stores-hubspot": {
        "store.order": (
            "select id, total_price, location_id, loyalty_card, date_trunc('minute', created_at)"
            " from {rows} where source_name = 'pos' and id in"
            " (select order_id from {lines} where quantity > 0)"
        ),
        "store.loyalty_event": "select loyalty_card, kind, occurred_at from {rows}",
        "crm.contact": (
            "select id, trim(property_email), nullif(trim(property_phone), '-') from {rows}"
            " where is_known"
        ),
        "crm.ticket": "select id, property_content, contact_id from {rows}",
    },
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> DataDir:
    """A small company without rows that are broken or sent twice."""
    data_dir = DataDir.at(tmp_path_factory.mktemp("world"))
    settings = Settings(days=DAYS, persons=PERSONS).with_text(["broken=0", "duplicates=0"])
    with World(settings, data_dir) as made:
        made.write(Span(0, DAYS - 1))
    land(data_dir, settings=AT_ONCE)
    return data_dir


def exported(stack: str, world: DataDir, folder: Path) -> tuple[DataDir, LandingReport]:
    data_dir = DataDir.at(folder / "data")
    write_exports(stack, world.landing, data_dir.landing)
    return data_dir, land(data_dir, settings=AT_ONCE)


@pytest.mark.parametrize("stack", names())
def test_every_export_is_recognised_and_loses_no_row(
    stack: str, world: DataDir, tmp_path: Path
) -> None:
    written = write_exports(stack, world.landing, tmp_path / "exports")
    assert all(rows for _, rows in written), written
    _, report = exported(stack, world, tmp_path)
    assert not report.failed_in_part, report.summary()
    assert report.rows_quarantined == 0
    recognised = {each.source_file for each in report.files if each.outcome in (MAPPED, LOADED)}
    assert {str(path.relative_to(tmp_path / "exports")) for path, _ in written} <= recognised


@pytest.mark.parametrize(("stack", "table"), [(s, t) for s, said in SAID.items() for t in said])
def test_what_it_becomes_is_what_was_generated(
    stack: str, table: str, world: DataDir, tmp_path: Path
) -> None:
    data_dir, _ = exported(stack, world, tmp_path)
    with duckdb.connect() as con:
        theirs, ours = (rows_of(con, each, SAID[stack][table], table) for each in (world, data_dir))
    assert ours
    assert ours == theirs


def rows_of(
    con: duckdb.DuckDBPyConnection, data_dir: DataDir, said: str, table: str
) -> list[tuple[object, ...]]:
    """Sorted rows of a raw table, the latest version of each key."""
    source, _, name = table.partition(".")
    contract = load_contract().tables[source, name]
    key = ", ".join(f'"{column}"' for column in contract.business_key)
    latest = contract.updated_at or "_loaded_at"
    if table == "crm.contact":
        latest = "property_lastmodifieddate"
    files = files_below(data_dir.raw / source / name, "*/*.parquet")
    deleted = "is_deleted" if table == "crm.contact" else "false"
    rows = (
        f"(select *, not coalesce({deleted}, false) as is_known from read_parquet({files})"
        f" qualify row_number() over (partition by {key} order by {latest} desc) = 1)"
    )
    lines = files_below(data_dir.raw / "store" / "order_line", "*/*.parquet")
    query = said.format(rows=rows, lines=f"read_parquet({lines})")
    return sorted(con.execute(query).fetchall(), key=str)


def test_an_unknown_stack_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="choose shopify-klaviyo"):
        write_exports("nothing", tmp_path, tmp_path)


@pytest.mark.slow
def test_a_stack_drawn_by_the_day_becomes_journeys(
    world: DataDir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack = random.Random(date.today().toordinal()).choice(names())  # noqa: S311
    write_exports(stack, world.landing, tmp_path / "landing")
    data_dir = new_data_dir(tmp_path, monkeypatch)
    land(data_dir)
    build(data_dir, "ci", "run")
    with duckdb.connect(data_dir.warehouse, read_only=True) as con:
        ((orders, in_raw),) = con.execute(
            "select (select count(*) from marts.fct_orders),"
            " (select count(*) from staging.stg_store__orders)"
        ).fetchall()
        ((journeys, revenue),) = con.execute(
            "select count(*), sum(net_revenue) from marts.fct_journeys where outcome = 'converted'"
        ).fetchall()
        ((balanced,),) = con.execute(
            "select bool_and(balanced) from audit.audit_reconciliation"
        ).fetchall()
    assert orders == in_raw > 0
    assert journeys > 0
    assert revenue > 0
    assert balanced
