# ruff: noqa: E501 (queries read better in one line)
"""The demo world holds together, is the same for a seed, and tells the truth about itself."""

import datetime as dt
import hashlib
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from sample_data.__main__ import main
from sample_data.settings import ODDITIES, Settings
from sample_data.world import Span, World
from sample_data.writer import TABLES
from viaggio.workspace.contract import load_contract
from viaggio.workspace.paths import DataDir

READERS = {
    ".parquet": "read_parquet('{}', union_by_name=true)",
    ".jsonl": "read_json('{}', union_by_name=true, maximum_sample_files=1000)",
    ".jsonl.gz": "read_json('{}', union_by_name=true, maximum_sample_files=1000)",
    ".csv": "read_csv('{}', union_by_name=true, all_varchar=true)",
    ".csv.gz": "read_csv('{}', union_by_name=true, all_varchar=true)",
}
SMALL = Settings(persons=300, days=20, seed=3)
# Keys and addresses are written in one way, so that tables can be joined as they are.
MEDIUM = Settings(
    persons=2500, days=45, seed=5, broken=0.004, late=0.05, duplicates=0.05, reexports=0.2,
    test_orders=0.05, returns=0.3, erasures=0.02, contact_merges=0.2, empty_values=0,
    key_spellings=0, wrapped_emails=0,
)  # fmt: skip
# What other systems do to values, and little else.
ODD = replace(
    Settings(persons=1500, days=30, seed=6).plain(),
    empty_values=0.5, key_spellings=0.4, wrapped_emails=0.3, corrected_emails=0.3,
    standing_customer=0.5, not_set=0.5, intraday=0.3, shared_batches=0.4, repeated_purchases=0.3,
    payment_referrals=1.0, tips=0.3, gift_cards=0.3, shipping_refunds=1.0, missing_rates=1.0, unconfirmed=0.5,
    machine_opens=0.5, clock_differences=0.3, unread_languages=0.3, encoded_texts=0.5, reviews=4.0,
    company_accounts=0.3, second_orders=0.3,
)  # fmt: skip


def generate(root: Path, settings: Settings, span: Span | None = None, daily: bool = False) -> Path:
    with World(settings, DataDir(root), memory_limit="1GB") as world:
        world.write(span, daily=daily)
    return root


def digests(root: Path, below: str = "landing") -> dict[str, str]:
    """Digest of every file below a folder."""
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((root / below).rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generate(tmp_path_factory.mktemp("medium"), MEDIUM)


def views_of(world: Path) -> duckdb.DuckDBPyConnection:
    """A connection with a view for every landed table and every truth file."""
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    for folder in sorted((world / "landing").glob("*/*")):
        names = sorted(path.name for path in folder.iterdir())
        if not names:
            continue
        suffix = "." + names[0].split(".", 1)[1]
        files = f"{folder}/*{suffix}"
        name = f"{folder.parent.name}__{folder.name}"
        connection.execute(f'create view "{name}" as from {READERS[suffix].format(files)}')
    for file in (world / "truth").glob("*.parquet"):
        connection.execute(f"create view truth_{file.stem} as from '{file}'")
    connection.execute(f"create view web_rows as from '{world}/truth/web_event/*.parquet'")
    return connection


@pytest.fixture(scope="module")
def con(world: Path) -> duckdb.DuckDBPyConnection:
    return views_of(world)


def count(con: duckdb.DuckDBPyConnection, query: str) -> int:
    return con.execute(f"select count(*) from {query}").fetchone()[0]


CONTRACT = load_contract().tables


def test_every_table_of_the_contract_is_written(world: Path) -> None:
    written = {(f.parent.name, f.name) for f in (world / "landing").glob("*/*")}
    assert written == set(CONTRACT)
    assert {(t.source, t.name) for t in TABLES} | {("ga4", "event")} == set(CONTRACT)


def test_columns_are_those_of_the_contract(con: duckdb.DuckDBPyConnection) -> None:
    for (source, name), table in CONTRACT.items():
        written = [r[0] for r in con.execute(f'describe "{source}__{name}"').fetchall()]
        assert written == [column.name for column in table.columns], (source, name)


def test_ga4_types_are_those_of_the_contract(con: duckdb.DuckDBPyConnection) -> None:
    expected = {column.name: column.data_type for column in CONTRACT["ga4", "event"].columns}
    for name, written, *_ in con.execute("describe ga4__event").fetchall():
        (same,) = con.execute(
            f"select typeof(null::{written}) = typeof(null::{expected[name]})"
        ).fetchone()
        assert same, (name, written)


def test_required_values_are_there_but_in_broken_rows(con: duckdb.DuckDBPyConnection) -> None:
    broken = dict(
        con.execute(
            "select source || '__' || table_name, count(*) from truth_planted_row "
            "where kind = 'broken' group by all"
        ).fetchall()
    )
    assert broken["ga4__event"] > 0
    for (source, name), table in CONTRACT.items():
        nulls = " or ".join(
            f'"{column.name}" is null' for column in table.columns if column.required
        )
        found = count(con, f'"{source}__{name}" where {nulls}')
        assert found <= broken.get(f"{source}__{name}", 0), (source, name, found)


def test_values_are_among_the_accepted_ones(con: duckdb.DuckDBPyConnection) -> None:
    for (source, name), table in CONTRACT.items():
        for column in table.columns:
            if column.accepted_values:
                accepted = ", ".join(f"'{value}'" for value in column.accepted_values)
                others = f'"{source}__{name}" where "{column.name}" not in ({accepted})'
                assert count(con, others) == 0, (source, name, column.name)


def test_moments_are_past_but_in_broken_rows(con: duckdb.DuckDBPyConnection) -> None:
    for (source, name), table in CONTRACT.items():
        for column in table.columns:
            if column.is_moment and column.unit is None:
                bounds = "'2000-01-01' and '2026-06-01'"
                outside = (
                    f'"{source}__{name}" where try_cast("{column.name}" as timestamp) '
                    f"not between {bounds} and not starts_with({table.business_key[0]}::varchar, 'BROKEN')"
                )
                assert column.may_be_old or count(con, outside) == 0, (source, name, column.name)


def test_broken_rows_stay_under_one_percent_of_a_file(con: duckdb.DuckDBPyConnection) -> None:
    assert count(con, "truth_planted_row where kind = 'broken'") > 0
    too_many = (
        "(select file, count(*) as broken from truth_planted_row where kind = 'broken' "
        "group by file) inner join truth_file using (file) "
        "where broken > 0.01 * rows or rows < 100"
    )
    assert count(con, too_many) == 0


def test_keys_are_unique_but_for_planted_copies(con: duckdb.DuckDBPyConnection) -> None:
    versioned = {"store__order", "crm__contact", "email__campaign_report", "ga4__event"}
    for (source, name), table in CONTRACT.items():
        if f"{source}__{name}" in versioned:
            continue
        key = ", ".join(f'"{column}"' for column in table.business_key)
        doubled = f'(select 1 from "{source}__{name}" group by {key} having count(*) > 1)'
        assert count(con, doubled) == 0, (source, name)


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(tmp_path: Path) -> None:
    first = digests(generate(tmp_path / "a", SMALL))
    assert first == digests(generate(tmp_path / "b", SMALL))
    other = digests(generate(tmp_path / "c", Settings(persons=300, days=20, seed=4)))
    changed = [name for name in first if other.get(name) != first[name]]
    assert len(changed) > 0.8 * len(first)


def test_a_longer_window_only_adds_files(tmp_path: Path) -> None:
    short = digests(generate(tmp_path / "short", SMALL, daily=True))
    longer = Settings(persons=300, days=21, seed=3)
    full = digests(generate(tmp_path / "full", longer, daily=True))
    assert {name: full[name] for name in short} == short
    added = {name: full[name] for name in full if name not in short}
    assert added
    one_day = digests(generate(tmp_path / "one", longer, Span(20, 20), daily=True))
    assert one_day == added


def test_the_truth_of_one_more_day_keeps_that_of_the_days_before(tmp_path: Path) -> None:
    generate(tmp_path, Settings(persons=100, days=5))
    generate(tmp_path, Settings(persons=100, days=6), Span(5, 5), daily=True)
    landed = {str(f.relative_to(tmp_path / "landing")) for f in (tmp_path / "landing").rglob("*.*")}
    files = duckdb.execute(f"select file from '{tmp_path}/truth/file.parquet'").fetchall()
    assert sorted(file for (file,) in files) == sorted(landed)


def test_no_temporary_files_are_left(world: Path) -> None:
    assert not list(world.rglob("*.tmp"))
    assert not list((world / "tmp").iterdir())


def test_order_totals_add_up(con: duckdb.DuckDBPyConnection) -> None:
    sums = """
        (select distinct id, subtotal_price::decimal(18, 2) as subtotal, total_shipping, total_price,
            total_discounts, total_tax, coalesce(total_tip::decimal(18, 2), 0) + coalesce(total_duties::decimal(18, 2), 0) as extra
        from store__order where not starts_with(id, 'BROKEN'))
        left join (
            select order_id as id, sum(quantity::int * price::decimal(18, 2) - total_discount::decimal(18, 2)) as lines,
                sum(total_discount::decimal(18, 2)) as discounts
            from store__order_line where not starts_with(id, 'BROKEN') group by order_id
        ) using (id)
    """
    assert count(con, sums) > 300
    assert (
        count(
            con,
            f"{sums} where lines is distinct from subtotal "
            "or discounts <> total_discounts::decimal(18, 2) "
            "or total_price::decimal(18, 2) <> subtotal + total_shipping::decimal(18, 2) + extra "
            "or total_tax::decimal(18, 2) >= total_price::decimal(18, 2)",
        )
        == 0
    )


def test_refunds_are_never_more_than_the_order(con: duckdb.DuckDBPyConnection) -> None:
    refunds = """
        (select order_id, sum(subtotal::decimal(18, 2)) as refunded from store__refund_line group by order_id)
        left join (select id as order_id, any_value(total_price) as total from store__order group by id)
            using (order_id)
    """
    assert count(con, refunds) > 20
    assert count(con, f"{refunds} where total is null or refunded > total::decimal(18, 2)") == 0


@pytest.mark.parametrize(
    ("child", "parent"),
    [
        ("store__order_line.order_id", "store__order.id"),
        ("store__order_line.product_id", "store__product.id"),
        ("store__order.customer_id", "store__customer.id"),
        ("store__order.location_id", "store__location.id"),
        ("store__fulfillment.order_id", "store__order.id"),
        ("store__refund_line.order_line_id", "store__order_line.id"),
        ("store__transaction.order_id", "store__order.id"),
        ("store__visit.receipt_order_id", "store__order.id"),
        ("store__visit.location_id", "store__location.id"),
        ("store__visit_zone.visit_id", "store__visit.id"),
        ("store__loyalty_event.order_id", "store__order.id"),
        ("store__referral.order_id", "store__order.id"),
        ("store__referral.referrer_customer_id", "store__customer.id"),
        ("reviews__review.order_id", "store__order.id"),
        ("crm__engagement_contact.engagement_id", "crm__engagement.engagement_id"),
        ("crm__engagement_contact.contact_id", "crm__contact.id"),
        ("crm__ticket.contact_id", "crm__contact.id"),
        ("crm__deal.contact_id", "crm__contact.id"),
        ("crm__deal.property_order_id", "store__order.id"),
        ("crm__contact_form_submission.contact_id", "crm__contact.id"),
        ("crm__contact_merge_audit.canonical_vid", "crm__contact.id"),
        ("crm__contact_merge_audit.vid_to_merge", "crm__contact.id"),
        ("crm__feedback_submission.contact_id", "crm__contact.id"),
        ("email__event.campaign_id", "email__campaign.id"),
        ("email__event.sent_by_id", "email__event.id"),
    ],
)
def test_references_are_met(con: duckdb.DuckDBPyConnection, child: str, parent: str) -> None:
    child_table, child_column = child.split(".")
    parent_table, parent_column = parent.split(".")
    referring = f"{child_table} where {child_column} is not null"
    assert count(con, referring) > 0
    orphans = f"{referring} and {child_column} not in (select {parent_column} from {parent_table} where {parent_column} is not null)"
    assert count(con, orphans) == 0


def test_purchase_events_are_orders_of_the_same_amount(con: duckdb.DuckDBPyConnection) -> None:
    purchases = """
        (select distinct ecommerce.transaction_id as id, round(ecommerce.purchase_revenue + ecommerce.shipping_value, 2) as paid,
            event_timestamp // 1000000 as t
        from ga4__event where event_name = 'purchase' and event_timestamp < 4000000000000000
        -- Not the second one of a page that is loaded again.
        qualify event_timestamp = min(event_timestamp) over (partition by ecommerce.transaction_id))
    """
    orders = """
        (select id, any_value(total_price)::decimal(18, 2) as total, any_value(epoch(created_at::timestamp)) as t
        from store__order where source_name in ('web', 'app') and not starts_with(id, 'BROKEN') group by id)
    """
    assert count(con, purchases) > 100
    both = f"{purchases} as p full join {orders} as o using (id)"
    # The purchases of the last days may yet arrive, in a file of late events.
    settled = int(dt.datetime.combine(MEDIUM.end, dt.time(), dt.UTC).timestamp()) - 7 * 86400
    missing = f"(p.t is null and o.t < {settled}) or o.t is null or paid <> total or p.t <> o.t"
    assert count(con, f"{both} where {missing}") == 0


def test_counters_at_the_doors_see_every_visit(con: duckdb.DuckDBPyConnection) -> None:
    hours = (
        "(select location_id, date_trunc('hour', started_at::timestamp) as hour, sum(entries::bigint) as entries "
        "from store__footfall group by all)"
    )
    visits = (
        "(select location_id, date_trunc('hour', entered_at) as hour, count(*) as visits from store__visit "
        "where not starts_with(id, 'BROKEN') group by all)"
    )
    unseen = (
        f"{visits} left join {hours} using (location_id, hour) where visits > coalesce(entries, 0)"
    )
    assert count(con, f"{visits}") > 500
    dead = "location_id = 'L05' and timezone('Europe/Rome', timezone('UTC', hour))::date = date '2025-01-05'"
    assert count(con, f"{unseen} and not ({dead})") == 0
    assert count(con, f"{hours} where {dead} and entries > 0") == 0
    assert count(con, f"{hours} where {dead}") > 0
    doors = (
        "(select 1 from store__footfall group by location_id having count(distinct counter_id) = 2)"
    )
    assert count(con, doors) == 3


def test_email_clicks_open_sessions(con: duckdb.DuckDBPyConnection) -> None:
    sessions = "truth_session where medium = 'email'"
    clicks = f"""
        {sessions} and not exists (
            select 1 from email__event as e inner join truth_email_event as t on t.id = e.id
            where t.type = 'CLICK' and not t.is_machine and t.person = truth_session.person
                and epoch(started_at) - epoch(e.created::timestamp) between 0 and 10
        )
    """
    assert count(con, sessions) > 20
    # Only a click in the second before the window may be missing.
    assert count(con, clicks) <= 1


def test_failed_payments_come_before_success(con: duckdb.DuckDBPyConnection) -> None:
    failed = "store__transaction as f where status = 'failure' and order_id is not null"
    assert count(con, failed) > 5
    later = f"{failed} and not exists (select 1 from store__transaction as s where s.order_id = f.order_id and s.status = 'success' and s.created_at > f.created_at)"
    assert count(con, later) == 0


def test_abandoned_checkouts_have_their_events(con: duckdb.DuckDBPyConnection) -> None:
    abandoned = "store__abandoned_checkout as a"
    begun = """
        (select epoch(a.created_at::timestamp) as t from store__abandoned_checkout as a)
        where t not in (select event_timestamp // 1000000 from web_rows where event_name in ('begin_checkout', 'page_view'))
    """
    assert count(con, abandoned) > 20
    assert count(con, begun) == 0


CONSENTED = "privacy_info.analytics_storage is distinct from 'No'"


def test_truth_names_the_person_of_every_identifier(con: duckdb.DuckDBPyConnection) -> None:
    seen = {
        # A person who refuses is nobody in the truth, whatever careless tags send.
        "user_pseudo_id": f"select user_pseudo_id from ga4__event where {CONSENTED}",
        "user_id": f"select user_id from ga4__event where {CONSENTED}",
        "contact_id": "select id from crm__contact where not starts_with(id, 'BROKEN')",
        "customer_id": "select id from store__customer union select customer_id from store__order",
        "loyalty_card": "select loyalty_card from store__order union select loyalty_card from store__visit "
        "union select loyalty_card from store__loyalty_event union select property_loyalty_card from crm__contact",
        "email": "select lower(trim(property_email)) from crm__contact union select recipient from email__event "
        "union select email from store__order union select referred_email from store__referral "
        "union select email from store__visit union select author_email from reviews__review",
        "order_id": "select id from store__order where not starts_with(id, 'BROKEN')",
    }
    for kind, query in seen.items():
        identifiers = f"({query}) as seen(identifier) where identifier is not null"
        assert count(con, identifiers) > 0, kind
        unknown = f"{identifiers} and identifier not in (select identifier from truth_identifier where identifier_type = '{kind}')"
        assert count(con, unknown) == 0, kind


def test_truth_sessions_account_for_every_event(con: duckdb.DuckDBPyConnection) -> None:
    distinct = "(select distinct event_key from web_rows where row_kind = 'event')"
    (events,) = con.execute("select sum(events) from truth_session").fetchone()
    assert events == count(con, distinct)
    assert count(con, "web_rows") == count(con, "ga4__event")
    landed = con.execute("select sum(rows) from truth_file where source = 'ga4'").fetchone()[0]
    assert landed == count(con, "ga4__event")
    assert count(con, "truth_session where started_at > ended_at") == 0


def test_sessions_cross_midnight(con: duckdb.DuckDBPyConnection) -> None:
    crossing = "(select 1 from web_rows where row_kind = 'event' group by session_key having count(distinct event_date) = 2)"
    assert count(con, crossing) > 0


def test_stages_modes_and_texts_vary(con: duckdb.DuckDBPyConnection) -> None:
    modes = {
        r[0]
        for r in con.execute(
            "select distinct purchase_mode from truth_order where not is_test"
        ).fetchall()
    }
    assert modes == {"online", "in_store", "ropo", "try_and_buy", "click_and_collect"}
    stages = {r[0] for r in con.execute("select distinct stage from truth_touchpoint").fetchall()}
    assert stages == {"awareness", "evaluation", "conversion", "loyalty", "advocacy"}
    bodies, distinct = con.execute(
        "select count(*), count(distinct body) from reviews__review"
    ).fetchone()
    assert bodies > 30 and distinct > 0.9 * bodies


def test_better_sentiment_goes_with_more_stars(con: duckdb.DuckDBPyConnection) -> None:
    (correlation,) = con.execute("select corr(sentiment, stars) from truth_review").fetchone()
    assert correlation > 0.6


def test_every_workday_has_every_rate(con: duckdb.DuckDBPyConnection) -> None:
    days = con.execute(
        "select min(date::date), max(date::date) from reference__exchange_rate"
    ).fetchone()
    assert days == (dt.date(2024, 11, 22), MEDIUM.end - dt.timedelta(days=1))
    workdays = count(
        con, f"range(date '{days[0]}', date '{MEDIUM.end}', interval 1 day) where isodow(range) < 6"
    )
    assert count(con, "reference__exchange_rate") == 4 * workdays


def test_shares_are_near_their_settings(con: duckdb.DuckDBPyConnection) -> None:
    refused, sessions = con.execute(
        "select sum(is_refused::int), count(*) from truth_session where kind = 'need'"
    ).fetchone()
    assert refused / sessions == pytest.approx(MEDIUM.consent_refusals, abs=0.04)
    careless, written = con.execute(
        "select count(*) filter (user_pseudo_id is not null), count(*) from ga4__event "
        "where event_name = 'session_start' and privacy_info.analytics_storage = 'No'"
    ).fetchone()
    assert careless / written == pytest.approx(MEDIUM.careless_tags, abs=0.06)
    bots, human = con.execute(
        "select count(*) filter (where is_bot), count(*) filter (where not is_bot) from truth_session"
    ).fetchone()
    assert bots / human == pytest.approx(MEDIUM.bots, rel=0.6)


def test_an_oddity_that_is_off_is_nowhere(tmp_path: Path) -> None:
    root = generate(tmp_path, Settings(persons=600, days=20).plain())
    connection = duckdb.connect()
    assert (
        count(
            connection,
            f"'{root}/truth/planted_row.parquet' where kind not in ('machine')"
            if (root / "truth" / "planted_row.parquet").exists()
            else "(select 1) where false",
        )
        == 0
    )
    events = f"'{root}/landing/ga4/event/*.parquet'"
    assert count(connection, events) > 1000
    assert count(connection, f"{events} where user_pseudo_id is null") == 0
    assert count(
        connection,
        f"(select distinct event_date, event_timestamp, event_name, event_bundle_sequence_id from {events})",
    ) == count(connection, events)
    assert (
        count(
            connection,
            f"'{root}/truth/session.parquet' where kind in ('bot', 'internal', 'test', 'kiosk')",
        )
        == 0
    )
    assert (
        count(connection, f"'{root}/truth/email_event.parquet' where is_machine or type = 'BOUNCE'")
        == 0
    )
    assert count(connection, f"'{root}/truth/identifier.parquet' where is_shared") == 0
    assert count(connection, f"'{root}/truth/identifier.parquet' where owner = 'company'") == 0
    assert count(connection, f"'{root}/truth/order.parquet' where is_second") == 0
    assert count(connection, f"'{root}/truth/person.parquet' where currency <> 'EUR'") == 0
    assert not list((root / "landing" / "ga4" / "event").glob("*late*"))
    assert not list((root / "landing" / "privacy" / "erasure_request").glob("*"))


def test_nothing_planted_means_no_effect(tmp_path: Path) -> None:
    root = generate(
        tmp_path,
        Settings(persons=300, days=20, pain_strength=0, moment_strength=0, channel_strength=0),
    )
    connection = duckdb.connect()
    assert count(connection, f"'{root}/truth/planted_effect.parquet'") > 0
    assert (
        count(connection, f"'{root}/truth/planted_effect.parquet' where effect_log_odds <> 0") == 0
    )
    assert (
        count(
            connection,
            f"'{root}/truth/channel_effect.parquet' where abs(incremental_conversions) > 0",
        )
        == 0
    )


def test_broken_files_are_written_when_asked_for(tmp_path: Path) -> None:
    root = generate(tmp_path, Settings(persons=50, days=3, broken_files=2))
    assert [p.name for p in sorted((root / "landing").rglob("*_broken_*"))] == [
        "contact_broken_0.csv.gz", "order_broken_1.csv",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--set", "botz=1"], "cannot set 'botz=1'"),
        (["--set", "bots=2"], "share of at most 1"),
        (["--days", "0"], "at least 1"),
        (["--start", "2025-12-01", "--days", "90"], "choose another start"),
        (["--days", "5", "--only-day", "5", "--persons", "10"], "choose days from 0 to 4"),
    ],
)
def test_impossible_settings_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture, arguments: list[str], message: str
) -> None:
    assert main([*arguments, "--out", str(tmp_path)]) == 2
    assert message in capsys.readouterr().err


def test_every_oddity_is_a_setting() -> None:
    assert set(ODDITIES) <= set(vars(Settings()))


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    return views_of(generate(tmp_path_factory.mktemp("odd"), ODD))


# One query for each oddity of values: how many there are, and of how many.
ODD_SHARES = {
    "empty_values": "select count(*) filter (phone in ('', 'n/d', '0000000000', '1111111111', '-')), count(*) filter (phone is null or not regexp_matches(phone, '[2-9]{2}')) from store__order",
    "key_spellings": "select count(*) filter (order_id not in (select id from store__order)), count(*) from store__transaction where order_id is not null",
    "wrapped_emails": "select count(*) filter (email not in (select identifier from truth_identifier)), count(*) from store__order where email like '%@%' and email <> 'noemail@noemail.com'",
    "corrected_emails": "select count(distinct person) filter (identifier like 'prima.%'), count(distinct person) from truth_identifier where identifier_type = 'email'",
    "standing_customer": "select count(*) filter (customer_id = '7999999999999'), count(*) from store__order where source_name = 'pos'",
    "not_set": "select count(*) filter (collected_traffic_source.manual_content = '(not set)'), count(*) from ga4__event where event_name = 'session_start' and collected_traffic_source is not null and collected_traffic_source.manual_source is not null",
    "intraday": "select count(distinct event_date) filter (file like '%intraday%'), count(distinct event_date) from web_rows",
    "shared_batches": "select count(distinct user_pseudo_id || event_timestamp) filter (batch_event_index is not null), count(distinct user_pseudo_id || event_timestamp) from ga4__event where event_name = 'page_view'",
    "repeated_purchases": "select count(*) filter (row_kind = 'repeated'), count(*) filter (row_kind = 'event') from web_rows where event_name = 'purchase'",
    "payment_referrals": "select count(*) filter (collected_traffic_source.manual_source in ('klarna.com', 'paypal.com', 'satispay.com')), (select count(distinct o.id) from ga4__event inner join store__order as o on o.id = ecommerce.transaction_id and payment_method in ('klarna', 'paypal', 'satispay')) from ga4__event",
    "tips": "select count(*) filter (total_tip is not null), count(*) from store__order where source_name in ('web', 'app')",
    "gift_cards": "select count(distinct order_id) filter (gift_card = 'true'), count(distinct order_id) from store__order_line",
    "missing_rates": "select 30 * 2 // 7 + 12 - count(distinct date) filter (isodow(date::date) > 5), 30 * 2 // 7 + 12 from reference__exchange_rate",
    "unconfirmed": "select count(distinct campaign_id) filter (campaign_id not in (select campaign_id from email__event where type = 'DELIVERED')), count(distinct campaign_id) from email__event where type = 'SENT'",
    "clock_differences": "select count(*) filter (o.created < d.created), count(*) from email__event as o inner join email__event as d on o.id like '%-m' and d.id = replace(o.id, '-m', '-d')",
    "unread_languages": "select count(*) filter (language = 'de'), count(*) from truth_review",
    "encoded_texts": "select count(*) filter (regexp_matches(body, '&#?[a-z0-9]+;')), count(*) from reviews__review where regexp_matches(body, '&|à|è|é|ì|ò|ù|''')",
    "company_accounts": "select count(*) filter (customer_id like '%79000000%'), count(*) from store__order where source_name = 'web'",
    "second_orders": "select count(*) filter (orders = 2), count(*) from (select count(distinct ecommerce.transaction_id) as orders from ga4__event where event_name = 'purchase' group by user_pseudo_id, list_filter(event_params, lambda p: p.key = 'ga_session_id')[1].value.int_value)",
}  # fmt: skip


@pytest.mark.parametrize("oddity", sorted(ODD_SHARES))
def test_values_are_as_odd_as_set(odd: duckdb.DuckDBPyConnection, oddity: str) -> None:
    found, all_of_them = odd.execute(ODD_SHARES[oddity]).fetchone()
    assert all_of_them >= 10
    chance = 1.5 / all_of_them**0.5
    assert found / all_of_them == pytest.approx(getattr(ODD, oddity), abs=max(0.1, chance))


def test_a_second_order_is_of_the_same_visit_and_buyer(odd: duckdb.DuckDBPyConnection) -> None:
    pairs = """
        truth_session as s
        inner join truth_order as a on a.order_id = s.order_id
        inner join truth_order as b on b.order_id = s.second_order_id and b.is_second
        inner join (select id, min(email) as email from store__order group by id) as x on x.id = a.order_id
        inner join (select id, min(email) as email from store__order group by id) as y on y.id = b.order_id
    """
    assert count(odd, pairs) == count(odd, "truth_order where is_second") > 20
    apart = "a.person <> b.person or b.ordered_at not between a.ordered_at + interval 1 minute and s.ended_at"
    assert count(odd, f"{pairs} where {apart}") == 0
    assert count(odd, f"{pairs} where a.purchase_mode <> b.purchase_mode or b.is_first_order") == 0
    lines = "(select order_id, string_agg(product_id, ',' order by product_id) as products from store__order_line group by 1)"
    carts = f"""
        (select ecommerce.transaction_id as order_id, list_sort(list_transform(items, lambda i: i.item_id)) as cart
        from ga4__event where event_name = 'purchase' and ecommerce.transaction_id in (select second_order_id from truth_session))
        inner join {lines} using (order_id)
    """
    assert count(odd, carts) > 20
    assert count(odd, f"{carts} where array_to_string(cart, ',') <> products") == 0


def test_a_company_s_account_has_one_address_and_the_phone_of_each_employee(
    odd: duckdb.DuckDBPyConnection,
) -> None:
    bought = """
        (select any_value(company) as company, any_value(person) as person, id, any_value(phone) as phone,
            any_value(regexp_extract(lower(email), 'ordini@azienda[0-9]+')) as email
        from store__order inner join truth_order on order_id = id where company is not null group by id)
    """
    assert count(odd, bought) > 20
    assert count(odd, f"{bought} where email <> 'ordini@azienda' || company or phone is null") == 0
    numbers = (
        "select regexp_extract(regexp_replace(phone, '[^0-9]', '', 'g'), '[0-9]{10}$') as number"
    )
    phones = f"({numbers}, count(distinct person) as persons from {bought} group by all)"
    assert count(odd, f"{phones} where persons > 1") == 0
    several = f"(select company from {bought} group by company having count(distinct person) > 2)"
    assert count(odd, several) > 3
    own = "truth_identifier where company is null and identifier_type in ('email', 'contact_id', 'customer_id')"
    companies = "truth_identifier where company is not null"
    assert count(odd, f"{own} and identifier in (select identifier from {companies})") == 0


def test_every_odd_value_is_tested() -> None:
    plain = Settings().plain()
    odd = {name for name in ODDITIES if getattr(ODD, name) != getattr(plain, name)}
    assert odd - {"shipping_refunds", "machine_opens"} == set(ODD_SHARES)
