select
    persona,
    channel,
    round(avg(reach), 3) as reach,
    round(sum(approaches_answered) / nullif(sum(approaches), 0), 3) as response_rate
from {{ ref('mart_persona_engagement') }}
where channel = 'Email'
group by persona, channel
order by reach desc, persona asc
limit 5
