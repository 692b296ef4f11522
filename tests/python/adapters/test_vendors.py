"""Each vendor's mapping, on small exports with invented values."""

import csv
import gzip
from pathlib import Path

import pytest
import yaml

from adapters.runner import find_adapters, map_all
from viaggio.workspace.paths import PROJECT_DIR

FILES = {
    "hubspot/contact.csv": (
        "id,property_email,property_createdate,_fivetran_deleted,property_company\n"
        "1,ada@example.com,2024-01-01 10:00:00,FALSE,Firm\n"
    ),
    "hubspot/contact_merge_audit.csv": (
        "canonical_vid,vid_to_merge,timestamp\n1,2,2024-01-01 10:00:00\n"
    ),
    "hubspot/contact_form_submission.csv": (
        "contact_id,form_id,timestamp,title\n1,f1,2024-01-01 10:00:00,Sign up\n"
        "1,f2,2024-01-02 10:00:00,Other\n"
    ),
    "hubspot/form.csv": "guid,name,form_type\nf1,Sign-up,POPUP\n",
    "hubspot/deal.csv": (
        "deal_id,deal_pipeline_stage_id,property_createdate\n"
        "d1,won,2024-01-01 10:00:00\nd2,lost,2024-01-02 10:00:00\n"
    ),
    "hubspot/deal_contact.csv": "contact_id,deal_id\n8,d1\n7,d1\n",
    "hubspot/engagement.csv": "id,type,portal_id\ne1,CALL,9\ne3,NOTE,9\n",
    "hubspot/engagement_call.csv": (
        "engagement_id,type,property_hs_timestamp\ne1,CALL,2024-01-01 10:00:00\n"
    ),
    "hubspot/engagement_email.csv": (
        "engagement_id,type,property_hs_timestamp,property_hs_email_text,"
        "property_hs_email_subject,property_hubspot_owner_id\n"
        "e2,EMAIL,2024-01-02 10:00:00,Hello,Greeting,o1\n"
    ),
    "hubspot/engagement_contact.csv": "contact_id,engagement_id\n1,e1\n",
    "hubspot/ticket.csv": (
        "id,property_createdate,property_subject\nt1,2024-01-01 10:00:00,Broken\n"
    ),
    "hubspot/ticket_contact.csv": "ticket_id,contact_id\nt1,1\n",
    "hubspot/email_campaign.csv": (
        "id,type,name\nc1,AUTOMATED_EMAIL,Welcome\nc2,BATCH_EMAIL,News\nc3,SOMETHING_NEW,New\nc4,,\n"
    ),
    "hubspot/email_event.csv": (
        "id,type,created,email_campaign_id,recipient\n"
        "v1,SENT,2024-01-01 10:00:00,c1,ada@example.com\n"
        "v2,CLICK,2024-01-01 11:00:00,c1,ada@example.com\n"
        "v3,PROCESSED,2024-01-01 09:00:00,c1,ada@example.com\n"
    ),
    "hubspot/email_event_open.csv": "id,user_agent,ip_address\nv9,Agent,192.0.2.1\n",
    "hubspot/email_event_click.csv": (
        "id,user_agent,ip_address,url\nv2,Browser,192.0.2.2,https://example.com/a\n"
    ),
    "hubspot/email_event_bounce.csv": "id,category\nv8,MAILBOX_FULL\n",
    "shopify/customer.csv": "id,email,created_at\n1,ada@example.com,2024-01-01 10:00:00\n",
    "shopify/product.csv": "id,title\np1,Lamp\n",
    "shopify/order.csv": (
        "id,created_at,currency,total_price,source_name,user_id,landing_site_base_url\n"
        "o1,2024-01-01 10:00:00,EUR,10.00,web,s1,/a?utm_source=x\n"
        "o2,2024-01-01 10:00:00,EUR,ten,580111,,\n"
    ),
    "shopify/order_line.csv": "id,order_id,product_id,quantity,price\nl1,o1,p1,1,10.00\n",
    "shopify/fulfillment.csv": "id,order_id,created_at\nf1,o1,2024-01-01 10:00:00\n",
    "shopify/order_line_refund.csv": (
        "id,refund_id,order_line_id,quantity,subtotal\nr1,u1,l1,1,10.00\nr2,u2,l1,1,5.00\n"
    ),
    "shopify/order_adjustment.csv": (
        "id,refund_id,order_id,amount,tax_amount,kind,reason\n"
        "j1,u1,o1,-6.90,-1.52,shipping_refund,Shipping refund\n"
    ),
    "shopify/refund.csv": "id,order_id,created_at,note\nu1,o1,2024-01-05 10:00:00,Too small\n",
    "shopify/transaction.csv": (
        "id,order_id,created_at,amount,currency,kind,status\n"
        "x1,o1,2024-01-01 10:00:00,10.00,EUR,sale,success\n"
        "x2,o1,2024-01-01 09:00:00,10.00,EUR,sale,error\n"
        "x3,o1,2024-01-01 08:00:00,10.00,EUR,sale,pending\n"
    ),
    "shopify/abandoned_checkout.csv": (
        "id,created_at,total_price,shipping_rate_price\na1,2024-01-01 10:00:00,10.00,4.90\n"
    ),
    "shopify/location.csv": "id,name,created_at\n1,Shop,2020-01-01 10:00:00\n",
    "online_retail/online_retail.csv": (
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
        # A summer sale (BST: one hour ahead of UTC) with carriage and two identical lines.
        "100,10001,LAMP,6,2011-07-01 09:00:00,2.50,7.0,France\n"
        "100,10002,CUP,1,2011-07-01 09:01:00,1.25,7.0,France\n"
        "100,10002,CUP,1,2011-07-01 09:01:00,1.25,7.0,France\n"
        "100,POST,POSTAGE,1,2011-07-01 09:00:00,18.00,7.0,France\n"
        # The same customer buys the lamp again: the cancellation is of this sale.
        "101,10001,LAMP,4,2011-07-05 09:00:00,2.50,7.0,France\n"
        "C102,10001,LAMP,-3,2011-07-06 09:00:00,2.50,7.0,France\n"
        # Too many pieces for the later sale: the earlier one.
        "C103,10001,LAMP,-5,2011-07-07 09:00:00,2.50,7.0,France\n"
        # Another price, and a fee without a customer: no sale is known.
        "C104,10001,LAMP,-1,2011-07-08 09:00:00,9.99,7.0,France\n"
        "C105,AMAZONFEE,AMAZON FEE,-1,2011-07-08 10:00:00,100.00,,United Kingdom\n"
        # Cancelled carriage names the order, but no line of it.
        "C106,POST,POSTAGE,-1,2011-07-09 09:00:00,18.00,7.0,France\n"
        # Stock written off, an adjustment of bad debt, and a bad quantity.
        "107,10001,damaged,-20,2011-12-01 09:00:00,0.0,,United Kingdom\n"
        "A108,B,Adjust bad debt,1,2011-12-01 10:00:00,-50.00,,United Kingdom\n"
        "109,10003,JUG,many,2011-12-02 09:00:00,3.00,,United Kingdom\n"
        "109,10003,JUG,2,2011-12-02 09:00:00,3.00,,United Kingdom\n"
    ),
}


@pytest.fixture(scope="module")
def landed(tmp_path_factory) -> dict[str, list[dict[str, str]]]:
    """Rows of every landing file, by its path below landing/."""
    root = tmp_path_factory.mktemp("vendors")
    for name, text in FILES.items():
        path = root / "export" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    retail = root / "export" / "online_retail" / "online_retail.csv"
    retail.with_suffix(".csv.gz").write_bytes(gzip.compress(retail.read_bytes()))
    mapped = map_all(root / "export", root / "landing", stand_ins=True)
    assert not [one for one in mapped if one.failed]
    return {one.file: read(root / "landing" / one.file) for one in mapped if one.file}


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def contract() -> dict[tuple[str, str], dict[str, bool]]:
    """Columns of every raw table, each with whether it is required."""
    tables = {}
    for path in PROJECT_DIR.glob("models/staging/*/_*__sources.yml"):
        for source in yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]:
            for table in source["tables"]:
                tables[source["name"], table["name"]] = {
                    column["name"]: column.get("config", {}).get("meta", {}).get("required", False)
                    for column in table["columns"]
                }
    return tables


def test_every_adapter_fills_the_required_columns_of_a_table_of_the_contract(landed):
    tables = contract()
    for adapter in find_adapters():
        if adapter.is_preparation:
            continue
        columns = tables[adapter.source, adapter.table]
        (row, *_) = landed[f"{adapter.source}/{adapter.table}/{adapter.name}.csv"]
        required = {name for name, is_required in columns.items() if is_required}
        assert required <= row.keys(), adapter.label


def by_id(rows: list[dict[str, str]], key: str = "id") -> dict[str, dict[str, str]]:
    assert len({row[key] for row in rows}) == len(rows), f"{key} is not unique"
    return {row[key]: row for row in rows}


def test_hubspot_joins_a_deal_with_its_contacts(landed):
    deals = by_id(landed["crm/deal/hubspot_deal.csv"], "deal_id")
    assert (deals["d1"]["contact_id"], deals["d1"]["contact_ids"]) == ("7", "7;8")
    assert (deals["d1"]["property_dealstage"], deals["d2"]["contact_id"]) == ("won", "")


def test_hubspot_takes_times_from_the_details_and_keeps_what_is_not_listed(landed):
    engagements = by_id(landed["crm/engagement/hubspot_engagement.csv"], "engagement_id")
    assert engagements["e1"]["occurred_at"] == "2024-01-01 10:00:00"
    assert (engagements["e2"]["type"], engagements["e2"]["body"]) == ("EMAIL", "Hello")
    assert engagements["e3"]["occurred_at"] == ""


def test_hubspot_translates_the_words_it_knows_and_no_others(landed):
    campaigns = by_id(landed["email/campaign/hubspot_email_campaign.csv"])
    types = [campaigns[key]["type"] for key in ("c1", "c2", "c3", "c4")]
    assert types == ["automation", "newsletter", "SOMETHING_NEW", ""]
    assert campaigns["c1"]["hubspot_type"] == "AUTOMATED_EMAIL"


def test_hubspot_adds_what_a_click_knows_to_its_event(landed):
    events = by_id(landed["email/event/hubspot_email_event.csv"])
    assert (events["v2"]["url"], events["v2"]["user_agent"]) == ("https://example.com/a", "Browser")
    assert (events["v1"]["user_agent"], events["v3"]["type"]) == ("", "PROCESSED")
    assert events["v1"]["campaign_id"] == "c1"


def test_shopify_passes_bad_values_as_they_are(landed):
    orders = by_id(landed["store/order/shopify_order.csv"])
    assert (orders["o2"]["total_price"], orders["o2"]["source_name"]) == ("ten", "580111")
    assert (orders["o1"]["staff_id"], orders["o1"]["landing_site"]) == ("s1", "/a?utm_source=x")
    payments = by_id(landed["store/transaction/shopify_transaction.csv"])
    statuses = [payments[key]["status"] for key in ("x1", "x2", "x3")]
    assert statuses == ["success", "failure", "pending"]


def test_shopify_gives_a_refunded_line_the_head_of_its_refund(landed):
    refunds = by_id(landed["store/refund_line/shopify_refund_line.csv"])
    assert (refunds["r1"]["order_id"], refunds["r1"]["reason"]) == ("o1", "Too small")
    assert (refunds["r2"]["order_id"], refunds["r2"]["created_at"]) == ("", "")
    (adjustment,) = landed["store/refund_line/shopify_order_adjustment.csv"]
    assert (adjustment["subtotal"], adjustment["created_at"]) == ("8.4200", "2024-01-05 10:00:00")


def test_retail_makes_an_order_of_an_invoice(landed):
    orders = by_id(landed["store/order/online_retail_order.csv"])
    assert orders.keys() == {"100", "101", "107", "A108", "109"}
    order = orders["100"]
    assert order["created_at"] == "2011-07-01 08:00:00"
    money = [float(order[name]) for name in ("subtotal_price", "total_shipping", "total_price")]
    assert money == [17.50, 18.00, 35.50]
    assert (order["currency"], order["customer_id"], order["country"]) == ("GBP", "7.0", "France")
    assert orders["107"]["created_at"] == "2011-12-01 09:00:00"


def test_retail_marks_what_is_no_order_of_a_customer(landed):
    orders = by_id(landed["store/order/online_retail_order.csv"])
    marked = {key for key, order in orders.items() if order["test"] == "true"}
    assert marked == {"107", "A108"}


def test_retail_keeps_every_line_apart_and_as_written(landed):
    lines = by_id(landed["store/order_line/online_retail_order_line.csv"])
    assert {"100-10002-1", "100-10002-2"} <= lines.keys()
    jugs = [line for line in lines.values() if line["order_id"] == "109"]
    assert {jug["quantity"] for jug in jugs} == {"many", "2"}
    refunds = landed["store/refund_line/online_retail_refund_line.csv"]
    carriage = 1
    source = FILES["online_retail/online_retail.csv"].splitlines()[1:]
    assert len(lines) + len(refunds) + carriage == len(source)


@pytest.mark.parametrize(
    ("refund", "order", "line"),
    [
        ("C102-10001-1", "101", "101-10001-1"),
        ("C103-10001-1", "100", "100-10001-1"),
        ("C104-10001-1", "C104", ""),
        ("C105-AMAZONFEE-1", "C105", ""),
        ("C106-POST-1", "100", ""),
    ],
)
def test_retail_finds_the_sale_a_cancellation_is_of(landed, refund, order, line):
    row = by_id(landed["store/refund_line/online_retail_refund_line.csv"])[refund]
    assert (row["order_id"], row["order_line_id"]) == (order, line)


def test_retail_turns_the_sign_of_a_refund(landed):
    row = by_id(landed["store/refund_line/online_retail_refund_line.csv"])["C102-10001-1"]
    assert (row["quantity"], float(row["subtotal"])) == ("3", 7.50)


def test_retail_names_a_product_as_its_sales_do(landed):
    products = by_id(landed["store/product/online_retail_product.csv"])
    assert products["10001"]["title"] == "LAMP"


def test_rates_say_what_they_are_and_stop_where_they_are_not_known(landed):
    rates = landed["reference/exchange_rate/reference_exchange_rate.csv"]
    assert len({(rate["date"], rate["currency"]) for rate in rates}) == len(rates)
    by_day = {(rate["date"], rate["currency"]): rate for rate in rates}
    assert float(by_day["2011-07-01", "GBP"]["rate_to_eur"]) == pytest.approx(1 / 0.86788, abs=1e-8)
    assert by_day["2011-07-01", "GBP"]["basis"] == "average of the year 2011"
    assert ("2011-07-01", "USD") not in by_day
    assert not [rate for rate in rates if rate["date"].startswith("2012")]
