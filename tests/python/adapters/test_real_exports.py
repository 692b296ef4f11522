"""The mappings on the public exports, where they are at hand beside the project."""

import csv
import gzip
import shutil
from pathlib import Path

import pytest

from adapters.runner import Mapped, map_all
from viaggio.workspace.paths import PROJECT_DIR

EXPORTS = PROJECT_DIR.parent / "shared" / "data"
RETAIL_LINES = 20_000
# What none of the public exports holds.
NOT_AT_HAND = {"adapters/shopify/order_adjustment.sql": "no shopify/order_adjustment.csv"}

pytestmark = pytest.mark.skipif(
    not (EXPORTS / "online_retail").is_dir(),
    reason="the public exports are not at hand (../shared/data)",
)


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> tuple[Path, list[Mapped]]:
    """The landing folder, and what became of each adapter; the retail file is cut short."""
    root = tmp_path_factory.mktemp("real")
    for vendor in ("ga4", "hubspot", "shopify"):
        shutil.copytree(EXPORTS / vendor, root / "export" / vendor)
    (root / "export" / "online_retail").mkdir()
    name = "online_retail/online_retail.csv.gz"
    with gzip.open(EXPORTS / name, "rt") as whole, gzip.open(root / "export" / name, "wt") as part:
        part.writelines(line for _, line in zip(range(RETAIL_LINES + 1), whole, strict=False))
    return root / "landing", map_all(root / "export", root / "landing", stand_ins=True)


def test_every_adapter_finds_its_export(run):
    _, mapped = run
    assert [one for one in mapped if one.failed] == []
    assert {one.adapter: one.skipped for one in mapped if one.skipped} == NOT_AT_HAND


def test_no_row_is_lost(run):
    _, mapped = run
    rows = {one.file: one.rows for one in mapped if one.file}
    for export, landed in (
        ("hubspot/contact", "crm/contact/hubspot_contact"),
        ("hubspot/deal", "crm/deal/hubspot_deal"),
        ("hubspot/ticket", "crm/ticket/hubspot_ticket"),
        ("hubspot/email_event", "email/event/hubspot_email_event"),
        ("shopify/order", "store/order/shopify_order"),
        ("shopify/order_line_refund", "store/refund_line/shopify_refund_line"),
    ):
        with (EXPORTS / f"{export}.csv").open(encoding="utf-8-sig", newline="") as lines:
            read = sum(1 for row in csv.DictReader(lines) if any(row.values()))
        assert rows[f"{landed}.csv"] == read, export


def test_retail_lines_are_order_lines_refunds_or_carriage(run):
    landing, _ = run

    def read(path: str) -> list[dict[str, str]]:
        with (landing / path).open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines))

    lines = read("store/order_line/online_retail_order_line.csv")
    refunds = read("store/refund_line/online_retail_refund_line.csv")
    with gzip.open(EXPORTS / "online_retail/online_retail.csv.gz", "rt") as whole:
        source = [row for _, row in zip(range(RETAIL_LINES), csv.DictReader(whole), strict=False)]
    carriage = [
        row
        for row in source
        if row["StockCode"] in {"POST", "DOT", "C2"} and not row["InvoiceNo"].startswith("C")
    ]
    assert len(lines) + len(refunds) + len(carriage) == RETAIL_LINES
    assert len({line["id"] for line in lines}) == len(lines)
    assert any(refund["order_line_id"] for refund in refunds)
    paid = sum(float(o["total_price"]) for o in read("store/order/online_retail_order.csv"))
    refunded = sum(float(refund["subtotal"]) for refund in refunds)
    assert paid - refunded == pytest.approx(
        sum(int(row["Quantity"]) * float(row["UnitPrice"]) for row in source), abs=0.01
    )


def test_ga4_is_copied_as_it_is(run):
    landing, _ = run
    copied = landing / "ga4/event/ga4_event.jsonl.gz"
    assert copied.read_bytes() == (EXPORTS / "ga4/event.jsonl.gz").read_bytes()
