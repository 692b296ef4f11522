"""The marts of the experience against what loops over staged rows give, on the small world."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import groupby
from statistics import median

import duckdb
import pytest

from tests.python.conftest import Built

ROWS_AT_LEAST = 20
Marts = duckdb.DuckDBPyConnection


@pytest.fixture(scope="module")
def marts(built: Built) -> Iterator[Marts]:
    with duckdb.connect(str(built.data_dir.warehouse), read_only=True) as connection:
        yield connection


def month_of(day: date) -> date:
    return day.replace(day=1)


def share(part: float, whole: float) -> object:
    return pytest.approx(part / whole, abs=1e-4) if whole else None


def contacts_of_people(marts: Marts) -> list[tuple]:
    return marts.execute(
        "select person_id, touched_at, source_priority, touchpoint_id, touchpoint_type, channel, "
        "direction, touched_date, source_key, session_id from marts.fct_touchpoints "
        "where not (is_bot or is_machine or is_internal or is_test)"
    ).fetchall()


def test_each_touchpoint_s_figures(marts: Marts) -> None:
    touchpoints = contacts_of_people(marts)
    types = {row[3]: (month_of(row[7]), row[4]) for row in touchpoints}
    steps = marts.execute(
        "select journey_id, touchpoint_id, is_inbound, outcome "
        "from marts.fct_journey_steps inner join marts.fct_journeys using (journey_id) "
        "where not fct_journeys.is_excluded order by journey_id, position"
    ).fetchall()
    journeys, abandons = defaultdict(dict), Counter()
    for journey, rows in groupby(steps, key=lambda row: row[0]):
        last = None
        for _, touchpoint, is_inbound, outcome in rows:
            if touchpoint in types:
                journeys[types[touchpoint]][journey] = outcome
                if is_inbound and outcome == "lost":
                    last = types[touchpoint]
        abandons[last] += 1
    found = marts.execute(
        "select month, touchpoint_type, sum(touchpoints), sum(journeys), sum(converted_journeys), "
        "sum(lost_journeys), sum(abandons), count(*) from marts.mart_touchpoint_kpis "
        "group by month, touchpoint_type having sum(touchpoints) > 0"
    ).fetchall()
    assert len(found) >= ROWS_AT_LEAST
    counts = Counter(types.values())
    assert {row[:2] for row in found} == counts.keys()
    for month, kind, contact_count, journey_count, converted, lost, abandoned, _ in found:
        outcomes = journeys[month, kind]
        assert contact_count == counts[month, kind]
        # A person has one persona a month, so journeys of personas add up.
        assert journey_count == len(outcomes)
        assert converted == sum(outcome == "converted" for outcome in outcomes.values())
        assert lost == sum(outcome == "lost" for outcome in outcomes.values())
        assert abandoned == abandons[month, kind]


def test_median_time_of_a_touchpoint(marts: Marts) -> None:
    dwell = defaultdict(list)
    for month, kind, persona, seconds in marts.execute(
        "select date_trunc('month', touched_date)::date, touchpoint_type, "
        "coalesce(persona, 'unknown'), dwell_seconds from marts.fct_touchpoints as touchpoints "
        "left join marts.dim_persona_history as personas "
        "on touchpoints.person_id = personas.person_id "
        "and date_trunc('month', touched_date) >= valid_from "
        "and date_trunc('month', touched_date) < coalesce(valid_to, date '9999-12-31') "
        "where not (is_bot or is_machine or is_internal or is_test) and dwell_seconds is not null"
    ).fetchall():
        dwell[month, kind, persona].append(seconds)
    found = marts.execute(
        "select month, touchpoint_type, persona, timed_touchpoints, dwell_seconds, "
        "median_dwell_seconds from marts.mart_touchpoint_kpis where timed_touchpoints > 0"
    ).fetchall()
    assert {row[:3] for row in found} == dwell.keys()
    for *key, timed, seconds, middle in found:
        times = dwell[tuple(key)]
        assert (timed, seconds, middle) == (len(times), sum(times), median(times))


def test_reactions_to_touchpoints(marts: Marts) -> None:
    touchpoints = contacts_of_people(marts)
    newest = max(row[7] for row in touchpoints)
    of_person = defaultdict(list)
    for row in sorted(touchpoints, key=lambda row: row[1:4]):
        of_person[row[0]].append(row)
    judged, reacted = Counter(), Counter()
    for person, rows in of_person.items():
        following: datetime | None = None
        for row in reversed(rows):
            _, at, _, _, kind, channel, direction, day, *_ = row
            if person is not None and (newest - day).days > 7:
                judged[kind, channel] += 1
                reacted[kind, channel] += following is not None and following <= at + timedelta(
                    days=7
                )
            if direction == "inbound":
                following = at
    found = marts.execute(
        "select touchpoint_type, channel, matured_touchpoints, touchpoints_with_reaction "
        "from marts.mart_touchpoint_coverage"
    ).fetchall()
    assert sum(judged.values()) >= ROWS_AT_LEAST
    assert sum(row[2] for row in found) == sum(judged.values())
    for kind, channel, judged_count, reacted_count in found:
        key = (kind, channel)
        assert (judged_count, reacted_count) == (judged[key], reacted[key]), key


def test_e_mails_and_their_answers(marts: Marts) -> None:
    events = marts.execute(
        "select message_id, recipient_hash, campaign_id, event_type, is_machine, event_at, "
        "event_date from staging.stg_email__events where recipient_hash is not null "
        "and not is_internal and not is_test"
    ).fetchall()
    sent, delivered = Counter(), {}
    for message, recipient, campaign, kind, is_machine, at, day in events:
        if kind == "SENT":
            sent[month_of(day), campaign or "(none)"] += 1
        if kind == "DELIVERED" and not is_machine:
            delivered[message, recipient] = (campaign or "(none)", at, day)
    came_back = {(row[0], row[1]) for row in events if row[3] in ("DELIVERED", "BOUNCE")}
    for message, recipient, campaign, kind, is_machine, at, day in events:
        if kind == "SENT" and not is_machine and (message, recipient) not in came_back:
            delivered[message, recipient] = (campaign or "(none)", at, day)
    opened, clicked = defaultdict(set), defaultdict(set)
    for message, recipient, _, kind, is_machine, at, _ in events:
        key = (message, recipient)
        after = at - delivered[key][1] if key in delivered else None
        if after is None or not timedelta(minutes=-1) <= after <= timedelta(days=7):
            continue
        campaign, _, day = delivered[key]
        for with_machines in (True, False):
            if is_machine and not with_machines:
                continue
            if kind in ("OPEN", "CLICK", "REPLY"):
                opened[month_of(day), campaign, with_machines].add(key)
            if kind == "CLICK":
                clicked[month_of(day), campaign, with_machines].add(key)
    deliveries = Counter((month_of(day), campaign) for campaign, _, day in delivered.values())
    found = marts.execute(
        "select month, campaign_id, sends, deliveries, opens, opens_with_machines, clicks, "
        "clicks_with_machines, open_rate from marts.mart_email_engagement"
    ).fetchall()
    assert {row[:2] for row in found} == sent.keys() | deliveries.keys()
    assert sum(deliveries.values()) >= ROWS_AT_LEAST
    for row in found:
        key, (sends, delivery_count, opens, all_opens, clicks, all_clicks, open_rate) = (
            row[:2],
            row[2:],
        )
        assert (sends, delivery_count) == (sent[key], deliveries[key])
        assert (opens, all_opens) == (len(opened[*key, False]), len(opened[*key, True]))
        assert (clicks, all_clicks) == (len(clicked[*key, False]), len(clicked[*key, True]))
        assert open_rate == share(opens, delivery_count)


def test_pressure_of_contacts(marts: Marts) -> None:
    pressing = {
        kind
        for (kind,) in marts.execute(
            "select touchpoint_type from seeds.marketing_touchpoint_types"
        ).fetchall()
    }
    touchpoints = Counter()
    for row in contacts_of_people(marts):
        if row[0] is not None and row[6] == "outbound" and row[4] in pressing:
            touchpoints[row[0], row[7] - timedelta(days=row[7].weekday())] += 1
    # Which deliveries are assumed is counted by hand in the test of engagement.
    for person, day in marts.execute("""
        select coalesce(person_id, identifier_id), delivered_date
        from intermediate.int_email_messages__answered
        left join intermediate.int_identifiers__resolved using (identifier_id)
        where is_delivery_assumed
    """).fetchall():
        touchpoints[person, day - timedelta(days=day.weekday())] += 1
    weeks = defaultdict(list)
    for person, week in touchpoints:
        weeks[person].append(week)
    ordered = {
        (person, day - timedelta(days=day.weekday()))
        for person, day in marts.execute(
            "select person_id, order_date from marts.fct_orders where is_conversion"
        ).fetchall()
    }
    expected = Counter()
    for person, of_person in weeks.items():
        week = min(of_person)
        while week <= max(of_person):
            number = touchpoints[person, week]
            band = "none" if number == 0 else str(number) if number < 3 else "3 to 4"
            band = "5 or more" if number >= 5 else band
            expected[week, band, "persons"] += 1
            expected[week, band, "touchpoints"] += number
            expected[week, band, "ordering"] += (person, week + timedelta(days=7)) in ordered
            week += timedelta(days=7)
    found = marts.execute(
        "select week, band, persons, touchpoints, persons_ordering_next_week "
        "from marts.mart_marketing_pressure"
    ).fetchall()
    assert sum(row[2] for row in found) >= ROWS_AT_LEAST
    assert len(found) == sum(key[2] == "persons" for key in expected)
    for week, band, *numbers in found:
        names = ("persons", "touchpoints", "ordering")
        assert numbers == [expected[week, band, name] for name in names], (week, band)


def test_ways_through_stores(marts: Marts) -> None:
    zones = marts.execute(
        "select visit_id, zone from staging.stg_store__visit_zones "
        "order by visit_id, entered_at, visit_zone_id"
    ).fetchall()
    ways = {
        visit: " > ".join(zone for zone, _ in groupby(row[1] for row in rows))
        for visit, rows in groupby(zones, key=lambda row: row[0])
    }
    visits = marts.execute(
        "select visit_id, visit_date, visits.location_id, orders.order_id is not null, "
        "is_staff_assisted from staging.stg_store__visits "
        "as visits left join marts.fct_orders as orders "
        "on visits.order_id = orders.order_id and orders.is_conversion "
        "where not visits.is_internal"
    ).fetchall()
    paths = Counter(
        (month_of(day), store, ways[visit]) for visit, day, store, *_ in visits if visit in ways
    )
    found = marts.execute(
        "select month, location_id, zone_path, visits from marts.mart_store_zone_paths"
    ).fetchall()
    assert {row[:3]: row[3] for row in found} == paths
    helped = defaultdict(list)
    for _, day, store, bought, is_helped in visits:
        helped[month_of(day), store, is_helped].append(bought)
    rows = marts.execute(
        "select month, location_id, assisted_buying_share, unassisted_buying_share, "
        "assistance_effect, assistance_effect_low, assistance_effect_high, visits "
        "from marts.mart_store_visits"
    ).fetchall()
    assert sum(row[7] for row in rows) == len(visits) >= ROWS_AT_LEAST
    for month, store, with_help, without, effect, low, high, _ in rows:
        of_helped, of_others = helped[month, store, True], helped[month, store, False]
        assert with_help == share(sum(of_helped), len(of_helped))
        assert without == share(sum(of_others), len(of_others))
        if effect is not None:
            assert effect == pytest.approx(with_help - without, abs=2e-4)
            assert low <= effect <= high


def test_people_counted_at_the_doors(marts: Marts) -> None:
    entries, visits, orders = Counter(), Counter(), Counter()
    for figures, query in (
        (entries, "select location_id, footfall_date, entries from staging.stg_store__footfall"),
        (visits, "select location_id, visit_date, 1 from staging.stg_store__visits "
                 "where not is_internal"),
        (orders, "select location_id, order_date, 1 from staging.stg_store__orders "
                 "where sales_channel = 'pos' and not is_test and not is_internal"),
    ):  # fmt: skip
        for store, day, number in marts.execute(query).fetchall():
            figures[store, day] += number
    rows = marts.execute(
        "select location_id, footfall_date, entries, recorded_visits, orders, conversion_rate, "
        "recorded_share from marts.mart_store_footfall"
    ).fetchall()
    assert len({row[:2] for row in rows}) == len(rows) >= ROWS_AT_LEAST
    assert {row[:2] for row in rows} >= entries.keys()
    for store, day, counted, recorded, sold, conversion_rate, recorded_share in rows:
        key = store, day
        assert counted == dict(entries).get(key)
        days = [each for place, each in visits if place == store]
        is_recorded = bool(days) and min(days) <= day <= max(days)
        assert recorded == (visits[key] if is_recorded else None)
        days = [each for place, each in orders if place == store]
        is_sold = bool(days) and min(days) <= day <= max(days)
        assert sold == (orders[key] if is_sold else None)
        assert conversion_rate == (share(sold, counted) if is_sold and counted else None)
        assert recorded_share == (share(recorded, counted) if is_recorded and counted else None)
    assert any(row[2] == 0 and row[3] for row in rows), "no day on which the counter was dead"


def test_returns_and_what_was_sold(marts: Marts) -> None:
    category = dict(
        marts.execute("select product_id, product_category from marts.dim_products").fetchall()
    )
    sold, returned, refunded = Counter(), Counter(), Counter()
    for day, product in marts.execute(
        "select orders.order_date, product_id from staging.stg_store__order_lines as order_lines "
        "inner join staging.stg_store__orders as orders using (order_id) "
        "where not is_test and not is_internal"
    ).fetchall():
        sold[month_of(day), category.get(product, "(unknown)")] += 1
    for day, product, reason, amount in marts.execute(
        "select refund_date, product_id, refund_reason, refund_amount "
        "from staging.stg_store__refund_lines as refund_lines "
        "left join staging.stg_store__order_lines as order_lines using (order_line_id) "
        "left join staging.stg_store__orders as orders on refund_lines.order_id = orders.order_id "
        "where refund_lines.order_line_id is not null"
        " and not coalesce(is_test or is_internal, false)"
    ).fetchall():
        key = (month_of(day), category.get(product, "(unknown)"), reason or "(none)")
        returned[key] += 1
        refunded[key] += amount
    found = marts.execute(
        "select month, product_category, reason, returned_lines, refunded, category_sold_lines, "
        "return_rate from marts.mart_returns"
    ).fetchall()
    assert {row[:3]: row[3] for row in found} == returned
    assert {row[:3]: row[4] for row in found} == refunded
    for month, kind, _, lines, _, sold_lines, rate in found:
        assert sold_lines == sold[month, kind]
        assert rate == share(lines, sold_lines)


def test_searches_in_google_and_on_the_site(marts: Marts) -> None:
    google = {
        (month, query): (shown, clicks)
        for month, query, shown, clicks in marts.execute(
            "select date_trunc('month', search_date)::date, coalesce(lower(trim(query)), "
            "'(withheld)'), sum(impressions), sum(clicks) "
            "from staging.stg_search_console__query_days group by all"
        ).fetchall()
    }
    people = {row[8]: row[7] for row in contacts_of_people(marts) if row[4] == "site_search"}
    on_site, empty = Counter(), Counter()
    for event, term, path in marts.execute(
        "select event_id, lower(trim(search_term)), page_path from staging.stg_ga4__events "
        "where event_name in ('view_search_results', 'search')"
    ).fetchall():
        if event in people:
            key = (month_of(people[event]), term or "(not given)")
            on_site[key] += 1
            empty[key] += "nessun-risultato" in (path or "")
    found = marts.execute(
        "select month, query, impressions, clicks, site_searches, empty_searches "
        "from marts.mart_search_queries"
    ).fetchall()
    assert {row[:2] for row in found} == google.keys() | on_site.keys()
    assert sum(empty.values()) > 0
    for row in found:
        key, (shown, clicks, searches, in_vain) = row[:2], row[2:]
        assert (shown, clicks) == google.get(key, (0, 0))
        assert (searches, in_vain) == (on_site[key], empty[key])


def test_what_people_say_and_do(marts: Marts) -> None:
    kinds = Counter(
        marts.execute(
            "select network, interaction_kind from staging.stg_social__interactions "
            "where direction = 'INBOUND' and interaction_id in (select source_key "
            "from marts.fct_touchpoints where not (is_bot or is_internal or is_test))"
        ).fetchall()
    )
    found = marts.execute(
        "select network, sum(likes), sum(comments), sum(interactions) "
        "from marts.mart_social_engagement group by network"
    ).fetchall()
    assert sum(row[3] for row in found) == sum(kinds.values())
    for network, likes, comments, _ in found:
        assert (likes, comments) == (kinds[network, "like"], kinds[network, "comment"])

    scores = [
        score
        for (score,) in marts.execute(
            "select score from marts.fct_survey_responses "
            "where survey_type = 'NPS' and not is_internal and not is_test"
        ).fetchall()
    ]
    promoters, detractors, answers = marts.execute(
        "select sum(promoters), sum(detractors), sum(nps_answers) from marts.mart_experience_scores"
    ).fetchall()[0]
    assert answers == len(scores)
    assert promoters == sum(score >= 9 for score in scores)
    assert detractors == sum(score <= 6 for score in scores)


def test_outcomes_and_targets_are_those_of_other_marts(marts: Marts) -> None:
    revenue = marts.execute(
        "select sum(value) from marts.mart_outcome_kpis where kpi = 'net_revenue'"
    ).fetchall()[0][0]
    orders = marts.execute(
        "select sum(net_revenue) from marts.fct_orders where is_conversion"
    ).fetchall()[0][0]
    assert revenue == pytest.approx(float(orders), abs=0.01)
    targets = marts.execute(
        "select targets.actual_value, goals.value, targets.gap, targets.desired_value, "
        "targets.is_met from marts.mart_experience_targets as targets "
        "inner join marts.mart_stage_goals as goals "
        "on targets.figure = goals.goal and targets.month = goals.month"
    ).fetchall()
    assert len(targets) >= 5
    for actual, value, gap, desired, is_met in targets:
        assert actual == pytest.approx(value, abs=1e-4)
        assert gap == pytest.approx(actual - float(desired), abs=1e-4)
        assert is_met == (gap >= 0)


def test_coverage_counts_each_table(marts: Marts) -> None:
    found = marts.execute(
        "select source_name, table_name, sum(staged_rows), sum(touchpoints) "
        "from marts.mart_data_coverage group by all"
    ).fetchall()
    touchpoints = Counter(
        dict(
            marts.execute(
                "select source_table, count(*) from marts.fct_touchpoints group by all"
            ).fetchall()
        )
    )
    staged = {
        (source, table): rows
        for source, table, rows in marts.execute(
            "select source_name, table_name, rows_staged from audit.audit_reconciliation"
        ).fetchall()
    }
    # Links between engagements and touchpoints have no day.
    filled = {table for table, rows in staged.items() if rows}
    assert filled - {row[:2] for row in found} <= {("crm", "engagement_contact")}
    assert {row[:2] for row in found} <= staged.keys()
    for source, table, rows, contact_count in found:
        assert contact_count == touchpoints[f"{source}.{table}"]
        assert rows <= staged[source, table]
        if table in ("event", "order", "visit"):
            assert rows == staged[source, table]
