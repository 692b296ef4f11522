"""The report, on a run of the adapters and of landing over a small export with known faults."""

from pathlib import Path

import duckdb
import pytest

from adapters.findings import QUESTIONS, Finding, ask
from adapters.report import connect_raw, report, table
from adapters.runner import AdapterError, map_all
from viaggio.landing.load import LandingSettings, land
from viaggio.workspace.paths import DataDir

ORDERS = [
    # id, created_at, currency, total_price, subtotal_price, customer_id, source_name
    ("o1", "2021-03-01 10:00:00", "EUR", "10.00", "10.00", "c1", "web"),
    ("o2", "2021-03-01 11:00:00", "GBP", "12.00", "12.00", "", "web"),
    ("o3", "2024-03-01 11:00:00", "USD", "0.00", "0.00", "c9", "web"),
]
REFUNDS = [
    # id, refund_id, order_id, order_line_id, created_at, quantity, reason
    ("r1", "u1", "o1", "l1", "2021-03-05 10:00:00", "2", "size"),
    ("r2", "u2", "o7", "", "2021-03-05 10:00:00", "1", "defect"),
]
CONTACTS = 200
PERSON = "someone@example.com"


def write(path: Path, lines: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> DataDir:
    """A data directory in which the export has landed; the warehouse is not built."""
    root = tmp_path_factory.mktemp("report")
    data = DataDir(root / "data")
    data.root.mkdir()
    export = root / "export"
    header = "id,created_at,currency,total_price,subtotal_price,customer_id,source_name"
    orders = [f"{','.join(order)},,kept" for order in ORDERS]
    write(export / "shopify/order.csv", [f"{header},landing_site_base_url,user_id", *orders])
    write(
        export / "shopify/order_line.csv",
        [
            "id,order_id,product_id,title,quantity,price",
            "l1,o1,p1,Lamp,1,10.00",
            "l2,o2,p1,Lamp,1,5.00",
            "l3,o2,p1,Lamp,1,5.00",
            "l4,o8,p2,Cup,-1,0.00",
        ],
    )
    write(export / "shopify/product.csv", ["id,title", "p1,Lamp", "P1,", "p1,Lamp"])
    write(export / "shopify/customer.csv", [f"id,email\nc1,{PERSON}\nc2,{PERSON}\nc3,0f3a"])
    contacts = [f"{number},2021-01-01 10:00:00" for number in range(1, CONTACTS)]
    write(
        export / "hubspot/contact.csv",
        [
            "_fivetran_deleted,id,property_createdate,property_email",
            *(f"FALSE,{contact},{PERSON}" for contact in contacts),
            f"FALSE,{CONTACTS},yesterday,{PERSON}",
        ],
    )
    write(export / "shopify/location.csv", ["id,name,created_at", ",Shop,2020-01-01 10:00:00"])
    map_all(export, data.landing)
    rates = data.landing / "reference/exchange_rate/rates.csv"
    write(rates, ["date,currency,rate_to_eur", "2021-03-01,GBP,1.16"])
    refunds = [",".join(refund) for refund in REFUNDS]
    head = "id,refund_id,order_id,order_line_id,created_at,quantity,reason"
    write(data.landing / "store/refund_line/refunds.csv", [head, *refunds])
    land(data, settings=LandingSettings(settle_seconds=0.0))
    return data


@pytest.fixture(scope="module")
def findings(data) -> dict[tuple[str, str], Finding]:
    with duckdb.connect() as connection:
        connect_raw(connection, data)
        return {(one.table, one.says): one for one in ask(connection)}


@pytest.mark.parametrize(
    ("name", "says", "rows", "examples"),
    [
        ("store.order", "names no customer", 1, ("o2",)),
        ("store.order", "customer unknown", 1, ("o3",)),
        ("store.order", "total is zero or less, and not marked as test", 1, ("o3",)),
        ("store.order", "has no line", 1, ("o3",)),
        ("store.order", "subtotal is not the sum of its lines", 1, ("o2",)),
        ("store.order", "no exchange rate for currency and day", 1, ("USD on 2024-03-01",)),
        ("store.order_line", "order unknown", 1, ("l4",)),
        ("store.order_line", "quantity is negative", 1, ("l4",)),
        ("store.order_line", "price is zero", 1, ("l4",)),
        ("store.order_line", "product unknown", 1, ("l4",)),
        (
            "store.order_line",
            "repeats another line of its order (product, title, quantity, price)",
            1,
            ("l3",),
        ),
        (
            "store.product",
            "identifier differs from another only in upper and lower case",
            3,
            ("P1", "p1"),
        ),
        ("store.product", "has no name", 1, ("P1",)),
        ("store.customer", "e-mail is no address (scrambled)", 1, ("c3",)),
        ("store.customer", "shares its e-mail with another customer", 2, ("c1", "c2")),
        ("store.refund_line", "order unknown", 1, ("r2",)),
        ("store.refund_line", "names no order line", 1, ("r2",)),
        ("store.refund_line", "more pieces of its order line given back than sold", 1, ("r1",)),
    ],
)
def test_what_is_odd_is_counted_with_examples(findings, name, says, rows, examples):
    found = findings[name, says]
    assert (found.rows, found.examples) == (rows, examples)


def test_what_is_not_odd_is_not_reported(findings):
    assert ("store.order_line", "price is negative") not in findings
    assert not [key for key in findings if key[0] in ("ga4.event", "email.event", "store.visit")]


def test_questions_are_told_apart_by_what_they_say():
    assert len({(one.table, one.says) for one in QUESTIONS}) == len(QUESTIONS)


def lines_with(text: str, *words: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines() if all(word in line for word in words)]


def test_the_report_says_what_became_of_each_file(data):
    text = report(data)

    (product,) = lines_with(text, "shopify_product.csv", "loaded")
    assert product[2:] == ["3", "3", "0", "1"]
    (contact,) = lines_with(text, "hubspot_contact.csv", "loaded")
    assert contact[2:] == [str(CONTACTS), str(CONTACTS - 1), "1", "0"]
    assert lines_with(text, "hubspot_contact.csv", "property_createdate: not a timestamp")
    assert lines_with(text, "shopify_location.csv", "id: required, but empty")
    assert lines_with(text, "store/refund_line/refunds.csv", "loaded")
    assert "no validation was run" in text
    assert "the warehouse is not built" in text


def test_the_report_shows_no_personal_data(data):
    assert "@" not in report(data)


def test_the_report_before_any_landing_says_what_to_do(tmp_path):
    with pytest.raises(AdapterError, match="run landing first"):
        report(DataDir(tmp_path))


def test_numbers_stand_to_the_right_and_nothing_is_said_as_none():
    assert (
        table(("a", "rows"), [("x", 1234), ("long", None)])
        == "a      rows\nx     1,234\nlong      -"
    )
    assert table(("a",), []) == "none"
