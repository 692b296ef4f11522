"""Word of mouth, leads and payments once more, in plain Python from facts and staged rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import duckdb
import pytest

from tests.python.conftest import Built

LATEST = datetime(9999, 1, 1)
ROME = ZoneInfo("Europe/Rome")
PAYING = ("sale", "authorization", "capture")


@pytest.fixture(scope="module")
def warehouse(built: Built) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(built.data_dir.warehouse), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        yield connection


def month_of(moment: datetime) -> date:
    """First day of the month of the business day in Rome."""
    return moment.replace(tzinfo=UTC).astimezone(ROME).date().replace(day=1)


def test_payment_methods(warehouse: duckdb.DuckDBPyConnection) -> None:
    expected: dict[tuple, list] = defaultdict(lambda: [0, Decimal(0), 0])
    methods: dict[str, Counter] = defaultdict(Counter)
    channel_of, method_of = {}, {}
    for order_id, day, channel, method, revenue in warehouse.execute(
        "select order_id, order_date, sales_channel, coalesce(payment_method, 'unknown'), "
        "net_revenue from marts.fct_orders where is_conversion"
    ).fetchall():
        row = expected[day.replace(day=1), channel, method]
        row[0] += 1
        row[1] += revenue
        channel_of[order_id], method_of[order_id] = channel, method
    transactions = warehouse.execute(
        "select transactions.order_id, transactions.checkout_id, gateway, is_successful, "
        "transaction_kind, transaction_at, "
        "coalesce(orders.is_test or orders.is_internal, checkouts.is_test or "
        "checkouts.is_internal, false) "
        "from staging.stg_store__transactions as transactions "
        "left join staging.stg_store__orders as orders using (order_id) "
        "left join staging.stg_store__abandoned_checkouts as checkouts "
        "on transactions.checkout_id = checkouts.checkout_id"
    ).fetchall()
    order_of_checkout: dict[str, str] = {}
    for order_id, checkout_id, gateway, worked, kind, _, _ in transactions:
        if worked and order_id in method_of and gateway and kind in PAYING:
            methods[gateway][method_of[order_id]] += 1
        if order_id and checkout_id:
            order_of_checkout[checkout_id] = min(
                order_id, order_of_checkout.get(checkout_id, order_id)
            )
    tests = {
        row[0]
        for row in warehouse.execute(
            "select order_id from marts.fct_orders where is_test or is_internal"
        ).fetchall()
    }
    failed = 0
    for order_id, checkout_id, gateway, worked, kind, at, is_test in transactions:
        order = order_id or order_of_checkout.get(checkout_id)
        if worked or kind not in ("sale", "authorization") or is_test or order in tests:
            continue
        usual = methods.get(gateway)
        best = min(usual, key=lambda name: (-usual[name], name)) if usual else gateway
        channel = channel_of.get(order, "web")
        expected[month_of(at), channel, best or "unknown"][2] += 1
        failed += 1
    assert failed > 0
    found = warehouse.execute(
        "select month, sales_channel, payment_method, orders, net_revenue, failed_payments "
        "from marts.mart_payment_methods"
    ).fetchall()
    assert {row[:3]: list(row[3:]) for row in found} == expected


def test_word_of_mouth(warehouse: duckdb.DuckDBPyConnection) -> None:
    """What follows is of the invitation an order redeems, else of the last word before it."""
    touchpoints = warehouse.execute(
        "select referral_id, 'invitation', coalesce(share_channel, 'unknown'), "
        "coalesce(resolved.person_id, md5('email|' || referred_email_hash)), order_id, "
        "is_redeemed, "
        "coalesce(shared_at, redeemed_at) "
        "from staging.stg_store__referrals as referrals "
        "left join intermediate.int_identifiers__resolved as resolved "
        "on resolved.identifier_id = md5('email|' || referred_email_hash) "
        "where coalesce(shared_at, redeemed_at) is not null "
        "union all "
        "select session_id, 'visit', 'link', person_id, null, null, started_at "
        "from marts.fct_sessions as sessions "
        "where not is_bot and not is_internal and exists (select 1 "
        "from seeds.word_of_mouth_visits as markers where lower(case markers.field "
        "when 'source' then sessions.source when 'medium' then sessions.medium "
        "when 'campaign' then sessions.campaign end) = markers.marker)"
    ).fetchall()
    assert {touchpoint[1] for touchpoint in touchpoints} == {"invitation", "visit"}
    by_person = defaultdict(list)
    for touchpoint in touchpoints:
        by_person[touchpoint[3]].append(touchpoint)

    def last_before(person: str | None, moment: datetime) -> tuple | None:
        near = [
            touchpoint
            for touchpoint in by_person.get(person, [])
            if touchpoint[6] <= moment <= touchpoint[6] + timedelta(days=30)
        ]
        latest = max((touchpoint[6] for touchpoint in near), default=None)
        near = [touchpoint for touchpoint in near if touchpoint[6] == latest]
        return min(near, key=lambda touchpoint: (touchpoint[1], touchpoint[0]), default=None)

    redeemed_by = {touchpoint[4]: touchpoint for touchpoint in touchpoints if touchpoint[4]}
    won: dict[str, list] = defaultdict(lambda: [0, Decimal(0), 0])
    for order, person, revenue, at in warehouse.execute(
        "select order_id, person_id, net_revenue, ordered_at from marts.fct_orders "
        "where is_conversion"
    ).fetchall():
        touchpoint = redeemed_by.get(order) or last_before(person, at)
        if touchpoint:
            won[touchpoint[0]][0] += 1
            won[touchpoint[0]][1] += revenue
    for person, at in warehouse.execute(
        "select person_id, touched_at from marts.fct_touchpoints where touchpoint_type = "
        "'store_visit' and person_id is not null and not is_internal and not is_test"
    ).fetchall():
        touchpoint = last_before(person, at)
        if touchpoint:
            won[touchpoint[0]][2] += 1
    expected: dict[tuple, list] = defaultdict(lambda: [0, 0, Decimal(0), 0])
    for touchpoint in touchpoints:
        row = expected[month_of(touchpoint[6]), touchpoint[1], touchpoint[2]]
        row[0] += 1
        for place, figure in enumerate(won[touchpoint[0]], 1):
            row[place] += figure
    assert sum(row[1] for row in expected.values()) > 0
    found = warehouse.execute(
        "select month, referral_mechanism, share_channel, touchpoints, orders, net_revenue, "
        "store_visits "
        "from marts.mart_word_of_mouth"
    ).fetchall()
    assert {row[:3]: list(row[3:]) for row in found} == expected


def test_leads(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Everybody who left an address is one lead; a person who had ordered is counted apart."""
    firsts: dict[str, datetime] = {}
    for person, at in warehouse.execute(
        "select person_id, min(touched_at) from marts.fct_touchpoints where touchpoint_type in "
        "('lead_form', 'form_submission') and person_id is not null "
        "and not (is_bot or is_internal or is_test) group by person_id"
    ).fetchall():
        firsts[person] = at
    first_orders = dict(
        warehouse.execute(
            "select person_id, min(ordered_at) from marts.fct_orders where is_conversion "
            "group by person_id"
        ).fetchall()
    )
    customers = sum(first_orders.get(person, LATEST) < at for person, at in firsts.items())
    known, of_customers, visits = warehouse.execute(
        "select sum(known_leads), sum(leads_of_customers), "
        "sum(arrivals) filter (where source_kind = 'landing_page') from marts.mart_lead_sources"
    ).fetchone()
    assert (known + of_customers, visits) == (
        len(firsts),
        warehouse.execute(
            "select count(*) from marts.fct_sessions "
            "where landing_page is not null and not is_bot and not is_internal"
        ).fetchone()[0],
    )
    # Of two tellings the one that knows more counts, which may be the later of the day.
    assert abs(of_customers - customers) <= 0.02 * len(firsts)
    assert len(firsts) > 20
