"""Every metric a second time, as the SQL on the marts that would be written without MetricFlow."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """Metrics of one mart: the rows that count, their day or month, and an expression for each."""

    mart: str
    date: str
    grain: str
    where: str
    metrics: dict[str, str]


def share(condition: str, of: str = "true") -> str:
    return f"count(*) filter (({of}) and ({condition}))::double / nullif(count(*) filter ({of}), 0)"


def number(condition: str) -> str:
    return f"count(*) filter ({condition})"


PERSON = "not is_excluded"
CONTACT = "not (is_bot or is_machine or is_internal or is_test)"
OURS = "not (is_internal or is_test)"
VISIT = "not (is_bot or is_internal)"
CART = "greatest(cart_adds, checkout_steps) > 0"
RETURNED = (
    "order_id in (select order_id from marts.fct_returns where not is_internal and not is_test)"
)
DELIVERED = "sum((touchpoint_type = 'email_delivered')::int)"


def emails(touchpoint_type: str, condition: str = "true") -> str:
    return f"sum((touchpoint_type = '{touchpoint_type}' and {condition})::int)"


def per_email(touchpoint_type: str, condition: str = "true") -> str:
    return f"{emails(touchpoint_type, condition)}::double / nullif({DELIVERED}, 0)"


def entered(stage: str) -> str:
    return f"coalesce(sum(entered) filter (stage = '{stage}'), 0)"


def of_stage(stage: str, before: str) -> str:
    return f"{entered(stage)}::double / nullif({entered(before)}, 0)"


SOURCES = [
    Source(
        "dim_persons",
        "first_seen_at",
        "day",
        PERSON,
        {
            "persons": "count(*)",
            "known_persons": number("is_known"),
            "contactable_persons": number("is_known and may_contact"),
            "contactable_share": share("may_contact", of="is_known"),
        },
    ),
    Source(
        "dim_persons",
        "first_seen_at",
        "day",
        "first_order_at is not null",
        {
            "customers": "count(*)",
            "repeat_customers": number("orders >= 2"),
            "repeat_rate": share("orders >= 2"),
            "lifetime_net_revenue": "sum(net_revenue)",
            "customer_value": "sum(net_revenue)::double / count(*)",
        },
    ),
    Source(
        "fct_orders",
        "order_date",
        "day",
        "not is_test and not is_internal",
        {
            "orders": "count(*)",
            "first_orders": number("order_number_of_person = 1"),
            "cancelled_orders": number("cancelled_at is not null"),
            "impulse_orders": number("is_impulse"),
            "ropo_orders": number("purchase_mode = 'ropo'"),
            "click_and_collect_orders": number("purchase_mode = 'click_and_collect'"),
            "try_and_buy_orders": number("purchase_mode = 'try_and_buy'"),
            "delivered_orders": "count(is_delivered_late)",
            "late_orders": number("is_delivered_late"),
            "buyers": "count(distinct person_id)",
            "items": "sum(items)",
            "gross_revenue": "sum(gross_revenue)",
            "net_revenue": "sum(net_revenue)",
            "discounts": "sum(discount)",
            "refunded_revenue": "sum(gross_revenue - discount - tax - shipping - duties - tips"
            " - other_charges - gift_cards - net_revenue)",
            "average_order_value": "sum(net_revenue)::double / count(*)",
            "orders_per_buyer": "count(*)::double / count(distinct person_id)",
            "items_per_order": "sum(items)::double / count(*)",
            "discount_rate": "sum(discount)::double / nullif(sum(gross_revenue), 0)::double",
            "repeat_order_share": share("order_number_of_person > 1"),
            "cancellation_rate": share("cancelled_at is not null"),
            "late_delivery_rate": share("is_delivered_late", of="is_delivered_late is not null"),
            "impulse_share": share("is_impulse"),
            "ropo_share": share("purchase_mode = 'ropo'"),
            "click_and_collect_share": share("purchase_mode = 'click_and_collect'"),
            "try_and_buy_share": share("purchase_mode = 'try_and_buy'"),
            "returned_orders": number(RETURNED),
            "return_rate": share(RETURNED),
        },
    ),
    Source("fct_orders", "order_date", "day", "true", {"orders_with_tests": "count(*)"}),
    Source(
        "fct_returns",
        "return_date",
        "day",
        OURS,
        {"returned_lines": "count(*)", "paid_back_amount": "sum(refunded)"},
    ),
    Source(
        "fct_journeys",
        "started_date",
        "day",
        PERSON,
        {
            "journeys": "count(*)",
            "converted_journeys": "count(order_id)",
            "ended_journeys": number("outcome <> 'open'"),
            "conversion_rate": "count(order_id)::double / count(*)",
            "win_rate": share("outcome = 'converted'", of="outcome <> 'open'"),
            "median_hours_to_order": "quantile_cont(duration_hours, 0.5)"
            " filter (outcome = 'converted')",
            "journey_touchpoints": "sum(touchpoint_count)",
            "touchpoints_per_journey": "sum(touchpoint_count)::double / count(*)",
            "conversion_path_touchpoints": "coalesce("
            "sum(path_length) filter (outcome = 'converted'), 0)",
            "path_touchpoints_per_conversion": "sum(path_length) filter (outcome = 'converted')"
            "::double / nullif(count(order_id), 0)",
        },
    ),
    Source(
        "mart_stage_funnel",
        "month",
        "month",
        "mode = 'closed'",
        {
            "persons_in_awareness": entered("awareness"),
            "persons_in_evaluation": entered("evaluation"),
            "persons_in_conversion": entered("conversion"),
            "persons_in_loyalty": entered("loyalty"),
            "persons_in_advocacy": entered("advocacy"),
            "evaluation_rate": of_stage("evaluation", "awareness"),
            "purchase_intent_rate": of_stage("conversion", "evaluation"),
            "loyalty_rate": of_stage("loyalty", "conversion"),
            "advocacy_rate": of_stage("advocacy", "loyalty"),
            "stage_persons": "sum(entered)",
            "stage_leaked_persons": "sum(entered - continued)",
            "stage_leak_rate": "sum(leaked)::double / nullif(sum(entered), 0)",
            "leaked_revenue": "sum(leaked_revenue)",
        },
    ),
    Source(
        "fct_sessions",
        "started_date",
        "day",
        VISIT,
        {
            "sessions": "count(*)",
            "engaged_sessions": number("engaged"),
            "bounced_sessions": number("not engaged"),
            "purchase_sessions": number("purchases > 0"),
            "cart_sessions": number(CART),
            "abandoned_sessions": number(f"{CART} and purchases = 0"),
            "page_views": "sum(page_views)",
            "engagement_seconds": "sum(engagement_seconds)",
            "engaged_rate": share("engaged"),
            "bounce_rate": share("not engaged"),
            "session_conversion_rate": share("purchases > 0"),
            "pages_per_session": "sum(page_views)::double / count(*)",
            "seconds_per_session": "sum(engagement_seconds)::double / count(*)",
            "cart_abandonment_rate": share("purchases = 0", of=CART),
        },
    ),
    Source("fct_sessions", "started_date", "day", "true", {"sessions_with_bots": "count(*)"}),
    Source(
        "mart_cart_abandonment",
        "month",
        "month",
        "true",
        {
            "abandoned_carts": "sum(lost_carts + recovered_carts + undecided_carts)",
            "lost_carts": "sum(carts - recovered_carts - undecided_carts)",
            "recovered_carts": "sum(recovered_carts)",
            "decided_carts": "sum(carts - undecided_carts)",
            "lost_cart_value": "sum(lost_value)",
            "cart_recovery_rate": "sum(recovered_carts)::double"
            " / nullif(sum(carts - undecided_carts), 0)",
        },
    ),
    Source(
        "mart_checkout_funnel",
        "month",
        "month",
        "true",
        {
            "begun_checkouts": "sum(entered) filter (step = 'checkout')",
            "purchased_checkouts": "sum(entered) filter (step = 'purchase')",
            "checkout_completion_rate": "sum(entered) filter (step = 'purchase')::double"
            " / nullif(sum(entered) filter (step = 'checkout'), 0)",
            "payment_attempts": "sum(payment_attempts) filter (step = 'payment')",
            "failed_payments": "sum(payment_failures) filter (step = 'payment')",
            "payment_failure_rate": "sum(payment_failures)::double"
            " / nullif(sum(payment_attempts), 0)",
        },
    ),
    Source(
        "fct_touchpoints",
        "touched_date",
        "day",
        CONTACT,
        {"touchpoints": "count(*)", "persons_with_touchpoints": "count(distinct person_id)"},
    ),
    Source(
        "fct_touchpoints",
        "touched_date",
        "day",
        "true",
        {"touchpoints_with_machines": "count(*)"},
    ),
    Source(
        "fct_touchpoints",
        "touched_date",
        "day",
        OURS,
        {
            "emails_delivered": DELIVERED,
            "email_opens": emails("email_open", "not is_machine"),
            "email_opens_with_machines": emails("email_open"),
            "email_clicks": emails("email_click", "not is_machine"),
            "email_clicks_with_machines": emails("email_click"),
            "email_open_rate": per_email("email_open", "not is_machine"),
            "email_open_rate_with_machines": per_email("email_open"),
            "email_click_rate": per_email("email_click", "not is_machine"),
            "email_click_rate_with_machines": per_email("email_click"),
            "unsubscribes": emails("email_unsubscribe"),
            "unsubscribe_rate": per_email("email_unsubscribe"),
            "store_visits": emails("store_visit"),
        },
    ),
    Source(
        "fct_attribution",
        "order_date",
        "day",
        "true",
        {
            "attributed_conversions_by_model": "sum(conversion_share)",
            "attributed_revenue_by_model": "sum(revenue)",
        },
    ),
    Source(
        "mart_channel_attribution",
        "month",
        "month",
        "true",
        {
            # The spend of any model is that of all.
            "spend": "sum(spend) filter (model = 'markov')",
            "spend_by_model": "sum(spend)",
            "channel_revenue": "sum(revenue)",
            "channel_conversions": "sum(conversions)",
        },
    ),
    Source(
        "mart_channel_attribution",
        "month",
        "month",
        "channel in (select channel from marts.dim_channels where is_paid)",
        {
            "roas": "sum(revenue)::double / nullif(sum(spend), 0)::double",
            "cpa": "sum(spend)::double / nullif(sum(conversions), 0)::double",
            "roi": "(sum(revenue)::double * 0.4 - sum(spend)::double)"
            " / nullif(sum(spend), 0)::double",
        },
    ),
    Source(
        "mart_campaign_roi",
        "month",
        "month",
        "true",
        {
            "campaign_revenue": "sum(revenue)",
            "campaign_spend": "sum(spend)",
            "impressions": "sum(impressions) filter (model = 'markov')",
            "ad_clicks": "sum(clicks) filter (model = 'markov')",
            "click_rate": "sum(clicks)::double / nullif(sum(impressions), 0)",
        },
    ),
    Source(
        "mart_campaign_roi",
        "month",
        "month",
        "platform is not null",
        {"campaign_roas": "sum(revenue)::double / nullif(sum(spend), 0)::double"},
    ),
    Source(
        "fct_service_cases",
        "opened_date",
        "day",
        OURS,
        {
            "tickets": "count(*)",
            "repeated_tickets": number("has_repeat_contact"),
            "repeat_contact_share": share("has_repeat_contact"),
            "median_first_reply_seconds": "quantile_cont(first_reply_seconds, 0.5)",
        },
    ),
    Source(
        "fct_survey_responses",
        "submitted_date",
        "day",
        OURS,
        {
            "nps_answers": number("survey_type = 'NPS'"),
            "promoters_minus_detractors": "count_if(survey_type = 'NPS' and score >= 9)"
            " - count_if(survey_type = 'NPS' and score <= 6)",
            "nps": "(count_if(survey_type = 'NPS' and score >= 9)"
            " - count_if(survey_type = 'NPS' and score <= 6))::double"
            " / nullif(count_if(survey_type = 'NPS'), 0)",
            "csat_answers": number("survey_type = 'CSAT'"),
            "csat_positive_answers": number("survey_type = 'CSAT' and score >= 4"),
            "csat": share("score >= 4", of="survey_type = 'CSAT'"),
            "ces": "avg(score) filter (survey_type = 'CES')",
        },
    ),
    Source(
        "fct_reviews",
        "created_date",
        "day",
        "brand is null and not is_internal",
        {
            "reviews": "count(*)",
            "review_texts": "count(sentiment)",
            "negative_reviews": number("sentiment_label = 'negative'"),
            "negative_share": share("sentiment_label = 'negative'", of="sentiment is not null"),
            "total_sentiment": "sum(sentiment)",
            "mean_sentiment": "avg(sentiment)",
            "mean_rating": "avg(rating_scaled)",
        },
    ),
]
