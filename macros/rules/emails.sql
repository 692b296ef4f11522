{#- What became of a message, summed over its answers: rows with `answer_type` (null for what is no
    answer to it) and `is_machine`. A click or a reply shows that the message was seen, whatever the
    images say. -#}
{% macro message_answers() -%}
    coalesce(
            max(answer_type in ('OPEN', 'CLICK', 'REPLY') and not is_machine), false
        ) as is_opened,
        coalesce(max(answer_type in ('OPEN', 'CLICK', 'REPLY')), false)
            as is_opened_with_machines,
        coalesce(max(answer_type = 'CLICK' and not is_machine), false) as is_clicked,
        coalesce(max(answer_type = 'CLICK'), false) as is_clicked_with_machines,
        coalesce(max(answer_type = 'REPLY' and not is_machine), false) as is_replied,
        coalesce(max(answer_type in ('CLICK', 'REPLY') and not is_machine), false)
            as is_answered,
        coalesce(max(answer_type = 'FORWARD' and not is_machine), false) as is_forwarded,
        coalesce(max(answer_type = 'UNSUBSCRIBE' and not is_machine), false) as is_unsubscribed,
        coalesce(max(answer_type = 'SPAMREPORT' and not is_machine), false)
            as is_reported_as_spam
{%- endmacro %}
