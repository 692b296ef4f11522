"""The touchpoints are the touchpoints of the sample world, one for one, in the stages it knows."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from tests.python.conftest import Built

pytestmark = pytest.mark.slow

# The truth's own names of touchpoints -> types of touchpoints.
TYPES = {
    "add_payment_info": "checkout_payment",
    "add_shipping_info": "checkout_shipping",
    "add_to_cart": "cart_add",
    "begin_checkout": "checkout_start",
    "ces": "survey_ces",
    "compare_products": "product_comparison",
    "csat": "survey_csat",
    "email_spamreport": "email_spam_report",
    "generate_lead": "lead_form",
    "incoming_email": "email_conversation",
    "nps": "survey_nps",
    "payment_error": "payment_failure",
    "purchase": "web_purchase",
    "read_review": "review_read",
    "share": "web_share",
    "store_visit_look": "store_visit",
    "store_visit_pick-up": "store_visit",
    "store_visit_purchase": "store_visit",
    "store_visit_return": "store_visit",
    "video_start": "video_view",
    "view_item": "product_view",
    "view_search_results": "site_search",
    "view_store_locator": "store_locator",
    "whats_app": "whatsapp",
}
# Share of touchpoints whose stage is that of the truth, where who came is known.
AGREEMENT = 0.95


# Web touchpoints have no key that both sides know; their visit names them. No model sees a
# visitor who refused analytics, or a broken row.
TRUTH = """
    with events as (
        select distinct event_key, session_key from '{folder}/web_event/*.parquet'
    ),

    visits as (
        select
            session_key,
            stream_id || '|' || user_pseudo_id || '|' || ga_session_id as visit
        from '{folder}/session.parquet'
        where not is_refused
    )

    select
        touchpoints.source_table,
        if(touchpoints.source_table like 'ga4.%', visit, touchpoints.source_key) as source_key,
        coalesce(types.touchpoint_type, touchpoints.touchpoint_type) as touchpoint_type,
        touchpoints.stage
    from '{folder}/touchpoint.parquet' as touchpoints
    left join types on touchpoints.touchpoint_type = types.name
    left join events on touchpoints.source_table = 'ga4.event' and source_key = event_key
    left join visits
        on visits.session_key = case source_table
            when 'ga4.session' then try_cast(source_key as bigint)
            when 'ga4.event' then events.session_key
        end
    left join '{folder}/planted_row.parquet' as broken
        on
            broken.kind = 'broken'
            and touchpoints.source_table = broken.source || '.' || broken.table_name
            and touchpoints.source_key = broken.row_key
    where
        (visit is not null or touchpoints.source_table not like 'ga4.%')
        and broken.row_key is null
"""
OURS = """
    select
        case
            when touchpoint_type = 'session' then 'ga4.session'
            when touchpoints.source_system = 'ga4' then 'ga4.event'
            else source_table
        end as source_table,
        coalesce(
            platform_review_id,
            network_interaction_id,
            stream_id || '|' || user_pseudo_id || '|' || ga_session_id,
            source_key
        ) as source_key,
        touchpoint_type,
        min(stage) as stage
    from warehouse.marts.fct_touchpoints as touchpoints
    left join warehouse.staging.stg_reviews__reviews on source_key = review_id
    left join warehouse.staging.stg_social__interactions on source_key = interaction_id
    left join warehouse.intermediate.int_web_sessions__classified as sessions
        on touchpoints.source_system = 'ga4' and touchpoints.session_id = sessions.session_id
    group by all
"""


@pytest.fixture
def world(built: Built) -> Iterator[duckdb.DuckDBPyConnection]:
    """`truth` and `ours`: source_table, source_key, touchpoint_type and stage, keys made alike."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{built.data_dir.warehouse}' as warehouse (read_only)")
        connection.execute("create table types (name varchar, touchpoint_type varchar)")
        connection.executemany("insert into types values (?, ?)", list(TYPES.items()))
        connection.execute(f"create table truth as {TRUTH.format(folder=built.data_dir.truth)}")
        connection.execute(f"create table ours as {OURS}")
        yield connection


def test_every_contact_of_the_truth_is_a_touchpoint(world: duckdb.DuckDBPyConnection) -> None:
    """But for the few that stand in the truth before they reach a file, such as open tickets."""
    counts = world.execute(
        """
        select touchpoint_type, count(*), count(ours.source_key)
        from truth
        left join ours using (source_table, source_key, touchpoint_type)
        group by all
        """
    ).fetchall()
    assert len(counts) > 30
    exact = [row for row in counts if row[0] not in ("ticket", "referral_made", "review")]
    assert [row for row in exact if row[1] != row[2]] == []
    assert sum(row[2] for row in counts) >= 0.995 * sum(row[1] for row in counts)


def test_stages_are_those_of_the_truth(world: duckdb.DuckDBPyConnection) -> None:
    touchpoints, agreeing = world.execute(
        """
        select count(*), count(*) filter (where truth.stage = ours.stage)
        from truth
        inner join ours using (source_table, source_key, touchpoint_type)
        """
    ).fetchone()
    assert touchpoints > 1000
    assert agreeing >= AGREEMENT * touchpoints
