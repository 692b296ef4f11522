-- Intervals of differences that Newcombe printed (Statistics in Medicine 17, 1998, method 10), and
-- Wilson's for none of ten; rows that differ, or that do not fall away without trials, are wrong.
with

printed as (

    select
        56 as successes_1,
        70 as trials_1,
        48 as successes_0,
        80 as trials_0,
        0.0524 as low,
        0.3339 as high
    union all
    select
        9 as successes_1,
        10 as trials_1,
        3 as successes_0,
        10 as trials_0,
        0.1705 as low,
        0.8090 as high
    union all
    select
        6 as successes_1,
        7 as trials_1,
        2 as successes_0,
        7 as trials_0,
        0.0582 as low,
        0.8062 as high
    union all
    select
        5 as successes_1,
        56 as trials_1,
        0 as successes_0,
        29 as trials_0,
        -0.0381 as low,
        0.1926 as high
    union all
    select
        0 as successes_1,
        10 as trials_1,
        0 as successes_0,
        20 as trials_0,
        -0.1611 as low,
        0.2775 as high
    union all
    select
        10 as successes_1,
        10 as trials_1,
        0 as successes_0,
        20 as trials_0,
        0.6791 as low,
        1.0000 as high
    union all
    select
        0 as successes_1,
        0 as trials_1,
        1 as successes_0,
        2 as trials_0,
        null as low,
        null as high

),

reckoned as (

    select
        *,
        {{ newcombe_low('successes_1', 'trials_1', 'successes_0', 'trials_0') }} as reckoned_low,
        {{ newcombe_high('successes_1', 'trials_1', 'successes_0', 'trials_0') }} as reckoned_high,
        {{ wilson_low('successes_1', 'trials_1') }} as share_low,
        {{ wilson_high('successes_1', 'trials_1') }} as share_high
    from printed

)

select *
from reckoned
where
    (
        trials_1 = 0
        and (reckoned_low is not null or reckoned_high is not null or share_low is not null)
    )
    or (
        trials_1 > 0
        and (
            reckoned_low is null
            or reckoned_high is null
            or abs(reckoned_low - low) > 0.00011
            or abs(reckoned_high - high) > 0.00011
        )
    )
    or (
        successes_1 = 0 and trials_1 = 10
        and (share_low <> 0 or abs(share_high - 0.2775) > 0.0001)
    )
