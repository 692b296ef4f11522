"""Rows of what two weeks of a small shop have too little of, by mart; columns not named are null.

They need not fit together: a metric and its SQL by hand read the same rows of the same marts.
"""

from __future__ import annotations

MORE_ROWS = {
    "dim_persons": """
        select
            'more-' || i as person_id,
            i % 5 as orders,
            (i % 5) * 10.01 as net_revenue,
            i % 5 > 0 as is_customer,
            if(i % 5 > 0, timestamp '2025-01-03', null) as first_order_at,
            i % 2 = 0 as is_known,
            i % 3 = 0 as may_contact,
            i % 5 = 0 and i % 7 = 0 as is_excluded,
            timestamp '2025-01-02 23:30:00' + to_days((i % 9)::int) as first_seen_at
        from range(70) as t(i)
    """,
    "fct_orders": """
        select
            'more-' || i as order_id,
            'more-' || (i % 20) as person_id,
            date '2025-01-02' + (i % 9)::int as order_date,
            ['online', 'ropo', 'try_and_buy', 'click_and_collect'][i % 4 + 1] as purchase_mode,
            30.07 + i as gross_revenue,
            if(i % 3 = 0, 3.33, 0) as discount,
            5.11 as tax,
            4.9 as shipping,
            0.5 as duties,
            0.25 as tips,
            0.1 as other_charges,
            if(i % 9 = 0, 2, 0) as gift_cards,
            if(i % 8 = 0, 1.01, 0) as refunded,
            30.07 + i - if(i % 3 = 0, 3.33, 0) - 5.11 - 4.9 - 0.85 - if(i % 9 = 0, 2, 0)
                - if(i % 8 = 0, 1.01, 0) as net_revenue,
            i % 4 + 1 as items,
            if(i % 7 = 0 or i % 11 = 0, null, 1 + i // 20) as order_number_of_person,
            i % 7 > 0 and i % 11 > 0 and i < 20 as is_first_order,
            i % 6 = 0 as is_impulse,
            if(i % 3 = 0, null, i % 5 = 0) as is_delivered_late,
            i % 13 = 0 as is_cancelled,
            if(i % 13 = 0, timestamp '2025-01-20', null) as cancelled_at,
            i % 7 = 0 as is_internal,
            i % 11 = 0 as is_test,
            is_internal or is_test as is_excluded,
            i % 7 > 0 and i % 11 > 0 as is_conversion
        from range(90) as t(i)
    """,
    "fct_returns": """
        select
            'more-' || i as return_id,
            'more-' || (i % 30) as order_id,
            date '2025-01-05' + (i % 9)::int as return_date,
            date '2025-01-02' + (i % 30 % 9)::int as order_date,
            7.77 + i as refunded,
            i % 30 % 7 = 0 as is_internal,
            i % 30 % 11 = 0 as is_test,
            is_internal or is_test as is_excluded
        from range(45) as t(i)
    """,
    "fct_service_cases": """
        select
            'more-' || i as service_case_id,
            date '2025-01-02' + (i % 9)::int as opened_date,
            if(i % 4 = 0, null, i * 61) as first_reply_seconds,
            i % 3 = 0 as has_repeat_contact,
            i % 7 = 0 as is_internal,
            i % 11 = 0 as is_test,
            is_internal or is_test as is_excluded
        from range(60) as t(i)
    """,
    "fct_survey_responses": """
        with answers as (
            select
                i,
                ['NPS', 'CSAT', 'CES'][i % 3 + 1] as survey_type,
                case i % 3 when 0 then (i // 3) % 11 when 1 then 1 + i % 5 else 1 + i % 7 end
                    as score
            from range(120) as t(i)
        )

        select
            'more-' || i as survey_response_id,
            survey_type,
            score,
            case
                when survey_type <> 'NPS' then null
                when score >= 9 then 'promoter'
                when score <= 6 then 'detractor'
                else 'passive'
            end as nps_class,
            if(survey_type = 'CSAT', score >= 4, null) as is_csat_positive,
            date '2025-01-02' + (i % 9)::int as submitted_date,
            i % 7 = 0 as is_internal,
            i % 11 = 0 as is_test,
            is_internal or is_test as is_excluded
        from answers
    """,
    "fct_reviews": """
        select
            'more-' || i as review_id,
            date '2025-01-02' + (i % 9)::int as created_date,
            if(i % 5 = 0, 'another shop', null) as brand,
            i % 5 = 0 as is_competitor,
            i % 7 = 0 as is_internal,
            is_internal as is_excluded,
            if(i % 4 = 0, null, (i % 19 - 9) / 10.0) as sentiment,
            case
                when i % 4 = 0 then null
                when i % 19 < 7 then 'negative'
                when i % 19 > 11 then 'positive'
                else 'neutral'
            end as sentiment_label,
            (i % 5 - 2) / 2.0 as rating_scaled
        from range(80) as t(i)
    """,
    "mart_cart_abandonment": """
        select
            date '2025-01-01' as month,
            'phone' || i as device_category,
            'Direct' as channel,
            'other' as cause,
            i + 7 as carts,
            i + 4 as lost_carts,
            2 as recovered_carts,
            1 as undecided_carts,
            i * 10.05 as lost_value
        from range(9) as t(i)
    """,
}
