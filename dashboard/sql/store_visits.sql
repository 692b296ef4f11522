-- One row per month and store: the mart as it is, of the chosen months.

select
    month,
    location_id,
    location_name,
    city,
    visits,
    known_visits,
    persons,
    dwell_seconds,
    median_dwell_seconds,
    zones_per_visit,
    most_frequent_zone_path,
    most_frequent_zone_path_share,
    most_touched_product_id,
    most_touched_product_name,
    visits_with_demo,
    assisted_visits,
    assisted_share,
    buying_visits,
    assisted_buying_visits,
    unassisted_buying_visits,
    buying_share,
    assisted_buying_share,
    unassisted_buying_share,
    assistance_effect,
    assistance_effect_low,
    assistance_effect_high
from marts.mart_store_visits
where month between $first and $last
order by month, location_id
