-- One query for each concept of docs/concepts.md, over what is published. `make concepts` shows what
-- they answer; each may be pasted into any client that has published/viaggio.duckdb open.

-- C01
select touchpoint_type, count(distinct touchpoint_id) as touchpoints, count(distinct person_id) as persons,
    max(touched_at) as last_at
from marts.fct_touchpoints group by touchpoint_type order by touchpoints desc limit 5;

-- C02
select touchpoint_type, name_en, name_it, description from marts.dim_touchpoint_types order by touchpoint_type limit 5;

-- C03
select medium_class, environment, count(*) as touchpoints
from marts.fct_touchpoints group by medium_class, environment order by touchpoints desc;

-- C04
select environment, count(*) as touchpoints, round(count(*) / sum(count(*)) over (), 3) as share
from marts.fct_touchpoints group by environment order by touchpoints desc;

-- C05
select source_system, source_table, count(*) as touchpoints
from marts.fct_touchpoints group by source_system, source_table order by touchpoints desc limit 5;

-- C06
select source, medium, channel, count(*) as visits
from marts.fct_sessions where not is_excluded
group by source, medium, channel order by visits desc limit 5;

-- C07
select query, sum(impressions) as impressions, sum(clicks) as clicks,
    round(sum(average_position * impressions) / nullif(sum(impressions), 0), 1) as average_position,
    sum(site_searches) as site_searches, sum(orders) as orders
from marts.mart_search_queries group by query order by clicks desc nulls last limit 5;

-- C08
select referral_mechanism, sum(redeemed) as redeemed, sum(orders) as orders, round(sum(orders) / nullif(sum(touchpoints), 0), 3) as order_rate
from marts.mart_word_of_mouth group by referral_mechanism order by referral_mechanism;

-- C09
select channel_kind, ownership, string_agg(channel, ', ' order by sort_order) as channels
from marts.dim_channels group by channel_kind, ownership order by channel_kind, ownership limit 6;

-- C10
select subject, side, neighbour_type, co_occurrences
from marts.mart_touchpoint_neighbours
where subject_kind = 'touchpoint_type' and subject = 'call' order by side desc, co_occurrences desc limit 6;

-- C11
select path, conversions, net_revenue, rank
from marts.mart_top_conversion_paths where transform = 'unique' order by rank limit 5;

-- C12
select channel, landing_page, sum(new_persons) as new_persons,
    round(sum(converted_persons) / nullif(sum(new_persons), 0), 3) as conversion_rate
from marts.mart_acquisition group by channel, landing_page order by new_persons desc limit 5;

-- C13
select channel, sum(conversions) as conversions, sum(revenue) as revenue, round(sum(revenue) / nullif(sum(spend), 0), 2) as roas
from marts.mart_channel_attribution
where model = 'markov' and channel in ('Paid Search', 'Paid Social') group by channel order by channel;

-- C14
select source_kind, sum(arrivals) as arrivals, sum(leads) as leads, round(sum(leads) / nullif(sum(arrivals), 0), 4) as lead_rate,
    round(sum(won_leads) / nullif(sum(matured_leads), 0), 3) as conversion_rate
from marts.mart_lead_sources group by source_kind order by source_kind;

-- C15
select ownership, count(*) as touchpoints from marts.fct_touchpoints group by ownership order by touchpoints desc;

-- C16
select persona, sum(customers) as customers, sum(orders) as orders, sum(net_revenue) as net_revenue,
    mode(top_channel) as top_channel
from marts.mart_customer_profile group by persona order by net_revenue desc limit 5;

-- C17
select touchpoint_type, channel, status, last_seen_date
from marts.mart_touchpoint_coverage where is_missing order by touchpoint_type, channel limit 5;

-- C18
select stage, sum(entered) as entered, round(sum(continued) / nullif(sum(entered), 0), 3) as rate_of_next,
    sum(leaked_revenue) as leaked_revenue
from marts.mart_stage_funnel where mode = 'open'
group by stage, stage_order order by stage_order;

-- C19
select figure, segment, desired_value, actual_value, gap, is_met
from marts.mart_experience_targets where not is_small
qualify month = max(month) over () order by gap limit 5;

-- C20
select month, sum(enthusiastic_orders) as enthusiastic, sum(satisfied_orders) as satisfied,
    sum(disappointed_orders) as disappointed
from marts.mart_post_purchase_sentiment group by month order by month;

-- C21
select persona, stage, channel, sum(interactions) as interactions
from marts.mart_journey_map where persona = 'researcher'
group by persona, stage, channel order by interactions desc limit 5;

-- C22
select persona, sum(journeys) as journeys, round(avg(path_entropy_bits), 2) as path_entropy_bits,
    round(avg(modal_path_share), 3) as modal_path_share, round(avg(normalised_entropy), 3) as normalised_entropy
from marts.mart_journey_predictability group by persona order by normalised_entropy limit 5;

-- C23
select date_trunc('month', order_date) as month, round(avg(is_impulse::int), 3) as impulse_share
from marts.fct_orders where is_conversion group by month order by month;

-- C24
select source_name, table_name, sum(staged_rows) as rows, sum(touchpoints) as touchpoints,
    round(sum(touchpoints_with_person) / nullif(sum(touchpoints), 0), 3) as identified_share, max(table_days_behind) as days_behind
from marts.mart_data_coverage group by source_name, table_name order by rows desc limit 5;

-- C25
select person_id, identifiers, touchpoints, orders, net_revenue, lifecycle_status
from marts.dim_persons order by identifiers desc, person_id limit 3;

-- C26
select persona, rank, is_key_segment, customers, share_of_revenue, rules
from marts.dim_personas order by rank limit 3;

-- C27
select touchpoint_type, persona, sum(feedback_responses) as feedback_responses,
    round(sum(feedback_sentiment_delta * feedback_responses) / nullif(sum(feedback_responses), 0), 3) as image_change
from marts.mart_touchpoint_kpis where feedback_responses > 0
group by touchpoint_type, persona having sum(feedback_responses) >= 50 order by image_change limit 5;

-- C28
select lifecycle_step, lifecycle_name_en, stage from marts.dim_journey_stages order by stage_order;

-- C29
select touchpoint_type, count(*) as touchpoints, count(distinct person_id) as persons
from marts.fct_touchpoints where touchpoint_type = 'web_share' group by touchpoint_type;

-- C30
select channel_count > 1 as several_channels, count(*) as journeys,
    round(count(*) / sum(count(*)) over (), 3) as share, any_value(path) as example
from marts.fct_journeys group by several_channels order by several_channels;

-- C31
select lifecycle_status, count(*) as persons from marts.dim_persons group by lifecycle_status order by persons desc;

-- C32
select offer_id, sum(deliveries) as deliveries, median(median_hours_to_answer) as hours_to_answer,
    sum(orders_after_answer) as orders_after_answer
from marts.mart_email_engagement where offer_id is not null
group by offer_id order by orders_after_answer desc limit 5;

-- C33
select category, count(*) as cases, round(median(first_reply_seconds) / 3600, 1) as hours_to_reply,
    round(median(resolution_seconds) / 3600, 1) as hours_to_solve, round(avg(has_repeat_contact::int), 3) as repeat_share
from marts.fct_service_cases group by category order by cases desc limit 5;

-- C34
select month, rows_without_visitor, consent_denied_share
from marts.mart_data_coverage where source_name = 'ga4' and table_name = 'event' order by month;

-- C35
select journey_number, outcome, count(*) as journeys
from marts.fct_journeys where journey_number <= 2 group by journey_number, outcome order by journey_number, outcome;

-- C36
select touchpoints.touchpoint_type, journeys.first_channel, count(*) as journeys
from marts.fct_journeys as journeys
inner join marts.fct_touchpoints as touchpoints on journeys.first_touchpoint_id = touchpoints.touchpoint_id
group by touchpoints.touchpoint_type, journeys.first_channel order by journeys desc limit 5;

-- C37
select purchase_mode, count(*) as orders, sum(net_revenue) as net_revenue,
    any_value(purchase_mode_evidence_id) as evidence
from marts.fct_orders where is_conversion and purchase_mode = 'ropo' group by purchase_mode;

-- C38
select purchase_mode, count(*) as orders, sum(net_revenue) as net_revenue,
    any_value(purchase_mode_evidence_id) as evidence
from marts.fct_orders where is_conversion and purchase_mode = 'click_and_collect' group by purchase_mode;

-- C39
select purchase_mode, count(*) as orders, sum(net_revenue) as net_revenue,
    any_value(purchase_mode_evidence_id) as evidence
from marts.fct_orders where is_conversion and purchase_mode = 'try_and_buy' group by purchase_mode;

-- C40
select figure, segment_kind, segment, desired_value
from marts.mart_experience_targets where segment_kind <> 'all'
qualify month = max(month) over () order by segment_kind, segment, figure limit 5;

-- C41
select survey_type, asked_touchpoint_type, count(*) as answers, round(avg(score), 2) as mean_score
from marts.fct_survey_responses group by survey_type, asked_touchpoint_type order by answers desc limit 5;

-- C42
select stage, channel, sum(interactions) as touchpoints
from marts.mart_journey_map group by stage, stage_order, channel
qualify row_number() over (partition by stage order by touchpoints desc) <= 2 order by stage_order, touchpoints desc;

-- C43
select months_since, sum(persons) as persons, round(sum(active_persons) / nullif(sum(persons), 0), 3) as retention_rate,
    count(distinct cohort_month) as cohorts
from marts.mart_cohort_retention where is_complete group by months_since order by months_since limit 5;

-- C44
select event_name, attendances, lift, lift_low, lift_high
from marts.mart_event_lift order by lift desc nulls last limit 5;

-- C45
select month, sum(sends) as sends, sum(deliveries) as deliveries, sum(replies) as replies
from marts.mart_email_engagement group by month order by month;

-- C46
select network, post_id, interactions, change_on_month, interest
from marts.mart_social_engagement where interest in ('gained', 'lost')
order by abs(change_on_month) desc, post_id limit 5;

-- C47
select payment_method, sum(orders) as orders, round(sum(orders) / sum(sum(orders)) over (), 3) as share
from marts.mart_payment_methods where sales_channel = 'web' group by payment_method order by orders desc;

-- C48
select first_offline_touchpoint, count(*) as persons
from marts.dim_persons where first_offline_touchpoint is not null
group by first_offline_touchpoint order by persons desc limit 5;

-- C49
select referral_mechanism, sum(persons) as persons, sum(store_visits) as store_visits,
    round(sum(store_visits) / nullif(sum(persons), 0), 3) as store_visit_rate
from marts.mart_word_of_mouth group by referral_mechanism order by referral_mechanism;

-- C50
select zone_path, sum(visits) as visits, round(sum(buying_visits) / nullif(sum(visits), 0), 3) as buying_share,
    min(path_rank) as best_rank
from marts.mart_store_zone_paths group by zone_path order by visits desc limit 5;

-- C51
select intent, count(*) as sessions, mode(source) as main_source
from marts.fct_sessions where not is_excluded group by intent order by sessions desc;

-- C52
select page, sum(exits) as exits, round(sum(exits) / nullif(sum(views), 0), 3) as exit_rate
from marts.mart_page_exits group by page order by exits desc limit 5;

-- C53
select intent, round(avg(confusion_index), 3) as confusion_index, round(avg(page_views), 1) as page_views
from marts.fct_sessions where not is_excluded group by intent order by confusion_index desc;

-- C54
select touchpoint_type, signal, stage, effect, estimated_revenue, rank
from marts.mart_pain_points where is_claimed and persona = 'all' order by rank limit 5;

-- C55
select month, topic, aspect, reviews, lift
from marts.mart_review_topics where is_unexpected order by lift desc, topic limit 5;

-- C56
select persona, sum(feedback_responses) as feedback_responses, round(sum(expectation_exceeded_responses) / nullif(sum(feedback_responses), 0), 3) as expectation_exceeded_share,
    round(avg(mean_sentiment_before_order), 2) as before_order, round(avg(mean_sentiment_after_order), 2) as after_order,
    mode(verdict) as verdict
from marts.mart_experience_scores group by persona order by feedback_responses desc limit 5;

-- C57
select touchpoint_type, sum(touchpoints) as touchpoints, sum(dwell_seconds) as dwell_seconds,
    round(sum(mean_sentiment * touchpoints_with_sentiment) / nullif(sum(touchpoints_with_sentiment), 0), 3) as mean_sentiment,
    round(sum(converted_journeys) / nullif(sum(journeys), 0), 3) as conversion_rate, sum(abandons) as abandons
from marts.mart_touchpoint_kpis group by touchpoint_type order by touchpoints desc limit 5;

-- C58
select persona, product_category, purchase_index
from marts.mart_persona_interests where rank = 1 order by persona limit 5;

-- C59
select workflow_id, sum(deliveries) as deliveries, sum(orders_after_answer) as orders_after_answer
from marts.mart_email_engagement where workflow_id is not null group by workflow_id order by deliveries desc limit 5;

-- C60
select month, stage, channel, sum(interactions) as interactions, sum(outbound_messages) as outbound_messages,
    round(sum(sentiment * opinions) / nullif(sum(opinions), 0), 2) as sentiment
from marts.mart_journey_map where channel = 'Email' group by month, stage, stage_order, channel
order by month desc, stage_order limit 5;

-- C61
select stage, channel, persona, month, interactions, outbound_messages, sentiment, aspect, pain_score, truth_score
from marts.mart_journey_map where aspect is not null order by interactions desc, journey_map_id limit 3;

-- C62
select aspect, count(*) as opinions, round(avg(sentiment), 3) as sentiment, mode(stage) as most_in_stage
from marts.fct_review_aspects where not is_competitor group by aspect order by opinions desc;

-- C63
select platform, round(avg(mean_sentiment), 3) as each_counts_once,
    round(avg(reach_weighted_sentiment), 3) as each_counts_by_reach
from marts.mart_review_sentiment where aspect = 'overall' and not is_competitor group by platform order by platform;

-- C64
select campaign_id, campaign_name, sum(viewable_seconds) as viewable_seconds
from marts.mart_campaign_roi where model = 'markov'
group by campaign_id, campaign_name order by viewable_seconds desc nulls last limit 5;

-- C65
select is_competitor, sum(reviews) as reviews, round(sum(mean_sentiment * reviews) / nullif(sum(reviews), 0), 3) as mean_sentiment
from marts.mart_review_sentiment where aspect = 'overall' group by is_competitor order by is_competitor;

-- C66
select campaign_name, sum(spend) as spend, sum(revenue) as revenue, round(sum(revenue) / nullif(sum(spend), 0), 2) as roas,
    round(sum(roi * spend) / nullif(sum(spend), 0), 2) as roi
from marts.mart_campaign_roi where model = 'markov' and spend > 0
group by campaign_name order by roi desc limit 5;

-- C67
select outcome, round(avg(research_depth), 2) as research_depth from marts.fct_journeys group by outcome order by outcome;

-- C68
select persona, round(sum(journeys_with_loops) / nullif(sum(journeys), 0), 3) as loop_share,
    round(sum(journeys_with_regressions) / nullif(sum(journeys), 0), 3) as regression_share
from marts.mart_journey_predictability group by persona order by loop_share desc limit 5;

-- C69
select channel, touchpoint_type, campaign_days, last_seen_date
from marts.mart_touchpoint_coverage where campaign_days > 0 order by campaign_days desc, channel limit 5;

-- C70
select touchpoint_type, channel, count(*) as touchpoints
from marts.fct_touchpoints where source_system = 'social' group by touchpoint_type, channel order by touchpoints desc;

-- C71
select platform, round(avg(mean_sentiment), 3) as as_told, round(avg(corrected_mean_sentiment), 3) as as_lived
from marts.mart_review_sentiment where aspect = 'overall' and not is_competitor group by platform order by platform;

-- C72
select band, round(sum(opens) / nullif(sum(deliveries), 0), 3) as open_rate,
    round(sum(unsubscribed_persons) / nullif(sum(persons), 0), 4) as unsubscribe_rate,
    round(sum(persons_ordering_next_week) / nullif(sum(persons), 0), 4) as conversion_rate_next_week
from marts.mart_marketing_pressure where is_next_week_over group by band, band_order order by band_order;

-- C73
select stage, goal, kpi_en, value from marts.mart_stage_goals
where stage = 'awareness' qualify month = max(month) over () order by goal;

-- C74
select stage, goal, kpi_en, value from marts.mart_stage_goals
where stage = 'evaluation' qualify month = max(month) over () order by goal;

-- C75
select stage, goal, kpi_en, value from marts.mart_stage_goals
where stage = 'conversion' qualify month = max(month) over () order by goal;

-- C76
select step, sum(entered) as entered, round(sum(continued) / nullif(sum(entered), 0), 3) as rate_of_next,
    round(sum(payment_failures) / nullif(sum(payment_attempts), 0), 3) as payment_failure_rate
from marts.mart_checkout_funnel group by step, step_number order by step_number;

-- C77
select stage, goal, kpi_en, value from marts.mart_stage_goals
where stage = 'loyalty' qualify month = max(month) over () order by goal;

-- C78
select stage, goal, kpi_en, value from marts.mart_stage_goals
where stage = 'advocacy' qualify month = max(month) over () order by goal;

-- C79
select from_stage, to_stage, sum(transitions) as transitions,
    round(sum(transitions_to_order) / nullif(sum(transitions), 0), 3) as order_share
from marts.mart_stage_transitions group by from_stage, to_stage order by transitions desc limit 6;

-- C80
select platform, count(*) as reviews, round(avg(is_verified::int), 3) as verified_share
from marts.fct_reviews where not is_competitor group by platform order by platform;

-- C81
select touchpoint_type, signal, stage, effect, ci_low, ci_high, rank
from marts.mart_moments_of_truth where is_claimed and persona = 'all' order by rank limit 5;

-- C82
select persona, channel, round(avg(reach), 3) as reach,
    round(sum(approaches_answered) / nullif(sum(approaches), 0), 3) as response_rate
from marts.mart_persona_engagement where channel = 'Email' group by persona, channel order by reach desc limit 5;

-- C83
select cause, sum(carts) as carts, sum(lost_value) as lost_value, any_value(remedy) as remedy
from marts.mart_cart_abandonment group by cause order by lost_value desc nulls last;

-- C84
select page, popularity_rank, views, exit_rate
from marts.mart_page_exits qualify month = max(month) over () order by popularity_rank limit 5;

-- C85
select is_personalised, round(sum(clicks) / nullif(sum(deliveries), 0), 3) as click_rate,
    sum(deliveries_to_followers) as deliveries_to_followers, sum(clicks_of_followers) as clicks_of_followers
from marts.mart_email_engagement group by is_personalised order by is_personalised;

-- C86
select reason, sum(returned_lines) as returned_lines, sum(lines_to_stores) as brought_to_a_store
from marts.mart_returns group by reason order by returned_lines desc limit 5;

-- C87
select location_name, round(median(median_dwell_seconds) / 60, 1) as minutes,
    mode(most_touched_product_name) as most_touched
from marts.mart_store_visits group by location_name order by location_name limit 5;

-- C88
select location_name, sum(visits) as visits,
    round(sum(assisted_buying_visits) / nullif(sum(assisted_visits), 0), 3) as assisted_buying_share,
    round(sum(unassisted_buying_visits) / nullif(sum(visits - assisted_visits), 0), 3) as unassisted_buying_share,
    round(sum(assistance_effect * visits) / nullif(sum(visits), 0), 3) as assistance_effect
from marts.mart_store_visits group by location_name order by visits desc limit 12;

-- C89
select event_name, order_rate, control_order_rate, lift, lift_low, lift_high
from marts.mart_event_lift where not is_small order by event_name limit 5;

-- C90
select touchpoint_type, signal, stage, kind, effect, estimated_revenue, rank
from marts.mart_opportunities where persona = 'all' order by rank limit 5;

-- C91
select reason, remedy, sum(returned_lines) as returned_lines, sum(refunded) as refunded
from marts.mart_returns group by reason, remedy order by returned_lines desc limit 5;

-- C92
select stage, sum(interactions) as interactions, sum(interactions) filter (where channel = 'Store') as in_stores,
    round(sum(sentiment * opinions) / nullif(sum(opinions), 0), 2) as sentiment
from marts.mart_journey_map group by stage, stage_order order by stage_order;

-- C93
select touchpoint_type, median(median_dwell_seconds) as median_dwell_seconds, sum(abandons) as abandons,
    round(sum(mean_sentiment * touchpoints_with_sentiment) / nullif(sum(touchpoints_with_sentiment), 0), 3) as mean_sentiment
from marts.mart_touchpoint_kpis where touchpoints_with_sentiment > 0 group by touchpoint_type order by abandons desc limit 5;

-- C94
select touchpoint_type, channel, status, reaction_share
from marts.mart_touchpoint_coverage where is_dead order by reaction_share, touchpoint_type limit 5;

-- C95
select source_name, string_agg(distinct table_name, ', ' order by table_name) as tables, sum(staged_rows) as rows
from marts.mart_data_coverage group by source_name order by source_name;

-- C96
select identifier_type, count(*) as identifiers, count(distinct person_id) as persons, mode(evidence) as main_evidence
from marts.dim_person_identifiers group by identifier_type order by identifiers desc;

-- C97
select month, round(sum(opens) / nullif(sum(deliveries), 0), 3) as open_rate,
    round(sum(opens_with_machines) / nullif(sum(deliveries), 0), 3) as open_rate_with_machines
from marts.mart_email_engagement group by month order by month;

-- C98
select outcome, kpi, value, change_on_month, change_on_year
from marts.mart_outcome_kpis where is_month_over qualify month = max(month) over () order by outcome, kpi;
