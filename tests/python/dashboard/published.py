"""A made-up published file: a few rows of every table the pages read.

Columns are those of the marts' contracts; `test_queries.py` asks the same questions of a really
built file, so that the two cannot drift apart unseen.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

TABLES = {
    "marts.dim_channels": """
        from (values ('Direct', 'Direct', 'Diretto', 1), ('Email', 'E-mail', 'E-mail', 14),
            ('Paid Search', 'Paid search', 'Ricerca a pagamento', 4),
            ('Store', 'Store', 'Negozio', 21), ('TV', 'Television', 'Televisione', 29))
        as v(channel, name_en, name_it, sort_order)
    """,
    "marts.dim_journey_stages": """
        from (values ('awareness', 'Awareness', 'Consapevolezza', 1),
            ('evaluation', 'Evaluation', 'Valutazione', 2),
            ('conversion', 'Conversion', 'Conversione', 3), ('loyalty', 'Loyalty', 'Fedeltà', 4),
            ('advocacy', 'Advocacy', 'Passaparola', 5))
        as v(stage, name_en, name_it, stage_order)
    """,
    "marts.dim_personas": """
        from (values ('planner', 'Planner', 'Pianificatore', 10),
            ('visitor', 'Visitor', 'Visitatore', 20))
        as v(persona, name_en, name_it, precedence)
    """,
    "marts.dim_touchpoint_types": """
        from (values ('call', 'Phone call', 'Telefonata', 1),
            ('store_demo', 'Demo in a store', 'Dimostrazione in negozio', 2))
        as v(touchpoint_type, name_en, name_it, source_priority)
    """,
    "marts.dim_locations": """
        from (values ('L1', 'Milano'), ('L2', 'Roma')) as v(location_id, location_name)
    """,
    "marts.mart_journey_map": """
        select stage, stage_order::integer as stage_order, channel, persona, month,
            m * 107 as interactions, m * 40 as persons, m * 4 as conversions,
            (m * 250.5)::decimal(18, 2) as net_revenue,
            m * 3600 as dwell_seconds, m * 7 as outbound_messages,
            case when persona = 'planner' then m * 5 else m end as opinions,
            case when persona = 'planner' then 0.5::double end as sentiment,
            case when persona = 'planner' then 'delivery' else 'price' end as aspect,
            0.2::double as pain_score,
            case when stage = 'loyalty' then 0.3::double else 0.0 end as truth_score
        from marts.dim_journey_stages, marts.dim_channels, marts.dim_personas,
            (values (date '2025-01-01', 1), (date '2025-02-01', 2)) as months(month, m)
        union all
        select 'awareness', 1, 'Direct', 'all', date '2025-01-01',
            999, 999, 999, 999, 999, 999, 999, null, null, null, null
    """,
    "marts.mart_path_flows": """
        from (values
            ('start', 'Email', 1, 60, 20, 30, 10, 900.00),
            ('start', 'Direct', 1, 40, 5, 35, 0, 50.00),
            ('Email', 'Store', 2, 30, 20, 5, 5, 900.00), ('Email', 'lost', 2, 25, 0, 25, 0, 0.00),
            ('Email', 'open', 2, 5, 0, 0, 5, 0.00), ('Direct', 'lost', 2, 35, 0, 35, 0, 0.00),
            ('Direct', 'converted', 2, 5, 5, 0, 0, 50.00),
            ('Store', 'converted', 3, 20, 20, 0, 0, 900.00),
            ('Store', 'Direct', 3, 10, 0, 5, 5, 0.00), ('Direct', 'further', 4, 5, 0, 0, 5, 0.00),
            ('Direct', 'lost', 4, 5, 0, 5, 0, 0.00))
        as v(from_channel, to_channel, step, journeys, converted_journeys, lost_journeys,
            open_journeys, net_revenue),
            (values ('planner', date '2025-01-01'), ('visitor', date '2025-02-01'))
            as of_whom(persona, month)
        select *, case when step > 1 then journeys else 0 end as timed_journeys,
            case when step > 1 then journeys * 86400 else 0 end as timed_seconds
    """,
    "marts.mart_top_conversion_paths": """
        from (values
            ('exposure', '(none)', 4, 5, 5), ('exposure', 'Store', 1, 30, 20),
            ('exposure', 'Email > Store', 2, 20, 10), ('exposure', 'Paid Search > Direct', 3, 9, 4),
            ('exposure', '=cmd|Store', 4, 3, 1),
            ('frequency', 'Email(2) > Store(1)', 1, 20, 10))
        as v(transform, path, rank, journeys, conversions)
        select *, len(string_split(path, '>')) as path_length, journeys - conversions - 1
            as non_conversions, 1 as open_journeys, 0.5::double as conversion_rate,
            conversions * 10.5 as net_revenue, 0.2::double as conversion_share,
            0.2::double as revenue_share, 3.5::double as average_touchpoints,
            30.0::double as median_duration_hours
    """,
    "marts.mart_stage_funnel": """
        select month, persona, first_channel, stage, mode, stage_order::integer as stage_order,
            600 // stage_order as entered,
            case when stage_order = 1 then 600 else 0 end as entered_here,
            case when stage_order < 5 then 600 // (stage_order + 1) else 0 end as continued,
            case when stage_order < 5 then 600 // stage_order - 600 // (stage_order + 1) else 0
            end as leaked,
            case when stage_order < 5 then 100.00 end as leaked_revenue
        from marts.dim_journey_stages, marts.dim_personas,
            (values ('Email'), ('(none)')) as c(first_channel),
            (values ('closed'), ('open')) as m(mode),
            (values (date '2025-01-01'), (date '2025-02-01')) as months(month)
    """,
    "marts.mart_checkout_funnel": """
        select date '2025-01-01' as month, device_category, step, step_number,
            50 // step_number as entered, case when step_number = 1 then 50 else 0 end
            as entered_here, case when step_number < 5 then 50 // (step_number + 1) else 0 end
            as continued, 5 as left_here, case when step = 'payment' then 12 end
            as payment_attempts, case when step = 'payment' then 3 end as payment_failures
        from (values ('mobile'), ('(not seen)')) as d(device_category),
            (values ('cart', 1), ('checkout', 2), ('shipping', 3), ('payment', 4), ('purchase', 5))
            as s(step, step_number)
    """,
    "marts.mart_cart_abandonment": """
        from (values ('payment_failure', 'Try again', 10, 6, 3, 300.00),
            ('shipping_cost', 'Think', 4, 4, 0, 100.00))
        as v(cause, remedy, carts, lost_carts, recovered_carts, lost_value)
        select *, date '2025-01-01' as month, 'Email' as channel,
            carts - lost_carts - recovered_carts as undecided_carts
    """,
    "marts.mart_page_exits": """
        from (values ('/', 100, 40, 20, 10), ('/carrello', 50, 0, 30, 0))
        as v(page, views, entrances, exits, bounces) select *, date '2025-01-01' as month
    """,
    "marts.mart_channel_attribution": """
        from (values ('markov', 'Email', 6.5, 650.00, 100.00),
            ('markov', 'Store', 3.5, 350.00, 0.00), ('markov', 'TV', 0.0, 0.00, 500.00),
            ('last', 'Email', 2.0, 200.00, 100.00), ('last', 'Store', 8.0, 800.00, 0.00),
            ('last', 'TV', 0.0, 0.00, 500.00))
        as v(model, channel, conversions, revenue, spend),
            (values (date '2025-01-01'), (date '2025-02-01')) as months(month)
    """,
    "marts.mart_markov_removal_effects": """
        from (values ('Email', 0.4::double, 6.5::double, 650.00), ('Store', 0.2, 3.5, 350.00))
        as v(channel, removal_effect, credit_conversions, credit_revenue)
    """,
    "marts.mart_review_sentiment": """
        from (values ('overall', 10, 0.2), ('delivery', 4, -0.5), ('price', 6, 0.4))
            as v(aspect, texts, mean_sentiment),
            (values (date '2025-01-01', 1), (date '2025-02-01', 2)) as months(month, m),
            (values ('shop', false), ('google', false), ('google', true))
            as p(platform, is_competitor)
        select * exclude (m) replace (texts * m as texts, mean_sentiment * m as mean_sentiment),
            texts * m + 1 as reviews, 0.1 as mean_rating, 0.25 as negative_share,
            mean_sentiment + 0.1 as corrected_mean_sentiment, 0.2 as corrected_negative_share
    """,
    "marts.mart_review_topics": """
        from (values ('it', 'consegna', 'delivery', 12, -0.5), ('it', 'ottimo', null, 20, 0.8),
            ('en', 'price', 'price', 5, 0.1))
        as v(language, topic, aspect, reviews, mean_sentiment)
        select *, date '2025-01-01' as month, 0.3 as negative_share, 1.5 as lift,
            true as is_unexpected
    """,
    "marts.mart_pain_points": """
        from (values
            ('call', 'evaluation', 'all', 'unanswered', 'lost_orders', -0.10, -0.15, -0.05, true, 1,
            0.01, 1234.50),
            ('call', 'loyalty', 'all', 'answered_late', 'lost_orders', -0.02, -0.05, 0.01, false,
            null, 0.30, 200.00),
            ('store_demo', 'evaluation', 'all', 'drop_off', 'symptom', 0.30, 0.20, 0.40, false,
            null, null, null),
            ('call', 'loyalty', 'planner', 'late', 'lost_orders', -0.20, -0.30, -0.10, true, 1,
            0.01, 900.00))
        as v(touchpoint_type, stage, persona, signal, evidence, effect, ci_low, ci_high, is_claimed,
            rank, q_value, estimated_revenue)
        select *, 100 as persons
    """,
    "marts.mart_moments_of_truth": """
        select * exclude (evidence) replace ('tried' as signal, -effect as effect,
            -ci_high as ci_low, -ci_low as ci_high)
        from marts.mart_pain_points where evidence = 'lost_orders'
    """,
    "marts.mart_opportunities": """
        select touchpoint_type, stage, persona, signal, case when is_claimed then 'mend' else
            'spread' end as kind, effect, ci_low, ci_high, persons, estimated_revenue, 1 as rank
        from marts.mart_pain_points where evidence = 'lost_orders'
    """,
    "marts.mart_purchase_modes": """
        from (values ('L1', 'ropo', 10, 8), ('L1', 'in_store', 30, 0), (null, 'online', 60, 0))
        as v(location_id, purchase_mode, orders, product_match_orders),
            (values (date '2025-01-01'), (date '2025-02-01')) as months(month)
        select *, orders * 20.25 as net_revenue, 5 as first_orders, 2 as impulse_orders
    """,
    "marts.mart_store_visits": """
        from (values ('L1', 'Milano', 100), ('L2', 'Roma', 80)) as v(location_id, city, visits),
            (values (date '2025-01-01'), (date '2025-02-01')) as months(month)
        select *, 'hash' as store_visits_id, city as location_name, 20 as known_visits,
            15 as persons, 90000 as dwell_seconds, 900.0::double as median_dwell_seconds,
            2.5::double as zones_per_visit, 'ingresso > cassa' as most_frequent_zone_path,
            0.4::double as most_frequent_zone_path_share, 'P1' as most_touched_product_id,
            'Pentola' as most_touched_product_name, 5 as visits_with_demo, 10 as assisted_visits,
            0.1::double as assisted_share, 30 as buying_visits, 4 as assisted_buying_visits,
            26 as unassisted_buying_visits, 0.3::double as buying_share,
            0.4::double as assisted_buying_share, 0.28::double as unassisted_buying_share,
            0.12::double as assistance_effect, -0.05::double as assistance_effect_low,
            0.3::double as assistance_effect_high
    """,
    "marts.mart_store_footfall": """
        from (values ('L1', 'Milano', 400), ('L2', 'Roma', 0)) as v(location_id, city, entries),
            (values (date '2025-01-07'), (date '2025-02-07')) as days(footfall_date)
        select location_id, footfall_date, city as location_name, city, entries,
            entries as exits, 100 as recorded_visits, 20 as orders,
            (20 / nullif(entries, 0))::double as conversion_rate,
            (100 / nullif(entries, 0))::double as recorded_share
    """,
    "marts.mart_data_coverage": """
        from (values ('ga4', 'event', 900), ('store', 'order', 30))
            as v(source_name, table_name, staged_rows),
            (values (date '2025-01-01'), (date '2025-02-01')) as months(month)
        select *, 10 as touchpoints, (month + interval 20 day)::date as newest_date
    """,
    "marts.mart_email_campaigns": """
        from (values ('c1', 'marzo', 'both', 'mailchimp', 98, 98, 40, 60, 61, 9, 9, 90.00, 300.00),
            ('c2', 'benvenuti', 'events', null, 50, null, 20, 30, null, 5, null, 10.00, null),
            ('c3', 'inviti', 'report', 'brevo', null, 195, null, null, 65, null, 9, 0.00, 157.65))
        as v(campaign_id, campaign_name, evidence, tool, deliveries, reported_deliveries, opens,
            opens_with_machines, reported_opens, clicks, reported_clicks, last_touch_revenue,
            reported_revenue)
        select *, case when campaign_id <> 'c3' then date '2025-02-04' end as sent_date
    """,
    "audit.audit_reconciliation": """
        from (values ('last', 'ga4', 'event', 100, 2, 3, 95, 5, true),
            ('last', 'store', 'order', 10, 0, 0, 10, 0, true),
            ('first', 'ga4', 'event', 60, 2, 3, 55, 5, true))
        as v(run_id, source_name, table_name, rows_in_files, rows_quarantined, rows_duplicate,
            rows_staged, rows_filtered, balanced)
        select *, 1 as files, 0 as rows_rejected, 0 as rows_withdrawn, 0 as rows_erased,
            rows_staged - rows_filtered as rows_modelled
    """,
    "audit.audit_filtered_rows": """
        from (values ('last', 'ga4', 'event', 'no visitor known', 5),
            ('first', 'ga4', 'event', 'no visitor known', 5))
        as v(run_id, source_name, table_name, reason, rows_filtered)
    """,
    "audit.audit_quarantine": """
        from (values ('ga4', 'event', 'event_timestamp: in the future'),
            ('ga4', 'event', 'event_date: required, but empty; value: not a bigint'))
        as v(source_name, table_name, reason)
    """,
    "audit.audit_expectations": """
        from (values ('1', 'raw', 'event', 'critical', true, timestamp '2025-03-01 00:00:00'),
            ('2', 'raw', 'event', 'critical', false, timestamp '2025-02-01 00:00:00'),
            ('3', 'marts', 'fct_orders', 'warning', false, timestamp '2025-03-01 00:00:00'))
        as v(expectation_result_id, layer, table_name, severity, success, validated_at)
        select *, 'ga4' as source_name, 'It holds.' as expectation, null::varchar as column_name,
            'seen' as observed, 1::bigint as unexpected_count
    """,
}


def publish(
    data_dir: Path, *, without: tuple[str, ...] = (), emptied: tuple[str, ...] = ()
) -> Path:
    """Write the file into a data directory, without some tables, or their rows, if so asked."""
    folder = data_dir / "publications" / "made-up"
    folder.mkdir(parents=True)
    path = folder / "viaggio.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute("create schema marts")
        connection.execute("create schema audit")
        for table, rows in TABLES.items():
            connection.execute(f"create table {table} as {rows}")
        for table in without:
            connection.execute(f"drop table {table}")
        for table in emptied:
            connection.execute(f"delete from {table}")
    (folder / "manifest.json").write_text('{"run_id": "last"}', encoding="utf-8")
    (data_dir / "published").symlink_to(Path("publications") / "made-up")
    return path
