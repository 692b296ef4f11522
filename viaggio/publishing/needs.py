"""What must have landed before a mart can have rows, so that an empty one says what it waits for.

A shop brings the tables it has. A mart without rows is right where what it counts never landed, and
a fault where it did. Answers, pages and `make subsets` read the difference here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

# What each raw table holds, in English and Italian.
TABLES = {
    "ads.campaign_day": ("spend on advertising", "spesa pubblicitaria"),
    "crm.contact": ("contacts of the CRM", "contatti del CRM"),
    "crm.contact_form_submission": ("forms filled in", "moduli compilati"),
    "crm.deal": ("deals", "trattative"),
    "crm.engagement": ("calls, meetings and messages", "chiamate, incontri e messaggi"),
    "crm.event_attendance": ("attendance at events", "partecipazioni a eventi"),
    "crm.feedback_submission": ("answers to surveys", "risposte ai sondaggi"),
    "crm.ticket": ("tickets of customer service", "ticket dell'assistenza"),
    "email.campaign": ("e-mail campaigns", "campagne e-mail"),
    "email.campaign_report": ("reports of e-mail campaigns", "report delle campagne e-mail"),
    "email.event": ("e-mails sent, opened and clicked", "e-mail inviate, aperte e cliccate"),
    "ga4.event": ("visits and purchases on the site", "visite e acquisti sul sito"),
    "reviews.review": ("reviews", "recensioni"),
    "search_console.query_day": ("searches on Google", "ricerche su Google"),
    "social.interaction": ("interactions on social media", "interazioni sui social"),
    "store.abandoned_checkout": ("abandoned checkouts", "checkout abbandonati"),
    "store.customer": ("customers of the shop", "clienti del negozio"),
    "store.footfall": ("people counted at the doors", "persone contate agli ingressi"),
    "store.fulfillment": ("deliveries and pick-ups", "consegne e ritiri"),
    "store.location": ("stores", "punti vendita"),
    "store.loyalty_event": ("loyalty programme", "programma fedeltà"),
    "store.order": ("orders of the shop and the tills", "ordini del sito e delle casse"),
    "store.order_line": ("lines of orders", "righe degli ordini"),
    "store.product": ("products", "prodotti"),
    "store.referral": ("referrals by customers", "inviti da parte di clienti"),
    "store.refund_line": ("returned goods", "resi"),
    "store.transaction": ("payments", "pagamenti"),
    "store.visit": ("visits to stores", "visite nei punti vendita"),
    "store.visit_zone": ("zones visited in stores", "reparti visitati nei punti vendita"),
}

# Groups of raw tables; of each group one must have rows.
Groups = tuple[tuple[str, ...], ...]

_ORDERS = ("store.order", "ga4.event")
_WEB = ("ga4.event",)
_EMAILS = ("email.event",)
_VOICES = ("crm.feedback_submission", "reviews.review")
# What brings touchpoints of persons.
_TOUCHPOINTS = (
    *("ga4.event", "store.order", "email.event", "store.visit", "store.loyalty_event"),
    *("crm.engagement", "crm.ticket", "crm.contact_form_submission", "crm.event_attendance"),
    *("crm.feedback_submission", "store.referral", "store.abandoned_checkout"),
    *("store.fulfillment", "store.transaction", "store.refund_line"),
    *("reviews.review", "social.interaction"),
)

MARTS: dict[str, Groups] = {
    # Facts
    "fct_attribution": (_ORDERS,),
    "fct_journey_steps": (_TOUCHPOINTS,),
    "fct_journeys": (_TOUCHPOINTS,),
    "fct_orders": (_ORDERS,),
    # Few sites send refunds to GA4, so an empty mart waits for the shop's.
    "fct_returns": (("store.refund_line",),),
    "fct_review_aspects": (("reviews.review",),),
    "fct_reviews": (("reviews.review",),),
    "fct_service_cases": (("crm.ticket",),),
    "fct_sessions": (_WEB,),
    "fct_stage_entries": (_TOUCHPOINTS,),
    "fct_survey_responses": (("crm.feedback_submission",),),
    "fct_touchpoints": (_TOUCHPOINTS,),
    # Dimensions; those made only of the lists of the project always have rows
    "dim_campaigns": (
        (
            *("ads.campaign_day", "email.campaign", "email.campaign_report", "ga4.event"),
            *("crm.engagement", "social.interaction"),
        ),
    ),
    "dim_channels": (),
    "dim_dates": (tuple(TABLES),),
    "dim_journey_stages": (),
    "dim_locations": (("store.location", "store.order", "store.visit", "store.footfall"),),
    "dim_person_identifiers": ((*_TOUCHPOINTS, "store.customer", "crm.contact"),),
    "dim_persona_history": (_TOUCHPOINTS,),
    "dim_personas": (),
    "dim_persons": ((*_TOUCHPOINTS, "store.customer", "crm.contact"),),
    "dim_products": (("store.product", "store.order_line", "ga4.event", "reviews.review"),),
    "dim_touchpoint_types": (),
    # Attribution
    "mart_attribution_comparison": (_ORDERS,),
    "mart_attribution_paths": (_TOUCHPOINTS,),
    "mart_campaign_roi": ((*_ORDERS, "ads.campaign_day"),),
    "mart_channel_attribution": ((*_ORDERS, "ads.campaign_day"),),
    "mart_lead_sources": (("crm.contact_form_submission", "ga4.event", "ads.campaign_day"),),
    "mart_markov_removal_effects": (_ORDERS,),
    "mart_markov_transitions": (_TOUCHPOINTS,),
    "mart_payment_methods": ((*_ORDERS, "store.transaction"),),
    "mart_shapley_values": (_ORDERS,),
    "mart_word_of_mouth": (("store.referral", "ga4.event"),),
    # Experience
    "mart_marketing_pressure": (("email.event", "crm.engagement"),),
    "mart_data_coverage": (tuple(TABLES),),
    "mart_email_campaigns": (("email.event", "email.campaign_report"),),
    "mart_email_engagement": (_EMAILS,),
    "mart_event_lift": (("crm.event_attendance",),),
    "mart_experience_scores": (_VOICES,),
    "mart_experience_targets": (
        ("ga4.event", "store.order", *_VOICES, "crm.ticket", "store.visit"),
    ),
    "mart_outcome_kpis": ((*_ORDERS, *_VOICES, "store.referral"),),
    "mart_returns": (("store.refund_line",),),
    "mart_search_queries": (("search_console.query_day", "ga4.event"),),
    "mart_social_engagement": (("social.interaction",),),
    "mart_store_footfall": (("store.footfall",),),
    "mart_store_products": (("store.visit_zone",),),
    "mart_store_visits": (("store.visit",),),
    "mart_store_zone_paths": (("store.visit_zone",),),
    "mart_touchpoint_coverage": (),
    "mart_touchpoint_kpis": (_TOUCHPOINTS,),
    # Findings
    "mart_journey_map": (_TOUCHPOINTS,),
    "mart_moments_of_truth": (_TOUCHPOINTS, _ORDERS),
    "mart_opportunities": (_TOUCHPOINTS, _ORDERS),
    "mart_pain_points": (_TOUCHPOINTS,),
    # Orders
    "mart_purchase_modes": (_ORDERS,),
    "mart_web_purchases": (_WEB,),
    # Paths
    "mart_acquisition": (_TOUCHPOINTS,),
    "mart_path_flows": (_TOUCHPOINTS,),
    "mart_journey_predictability": (_TOUCHPOINTS,),
    "mart_path_transitions": (_TOUCHPOINTS,),
    "mart_top_conversion_paths": (_TOUCHPOINTS,),
    "mart_touchpoint_neighbours": (_TOUCHPOINTS,),
    # Personas
    "mart_customer_profile": (_ORDERS,),
    "mart_persona_engagement": (_TOUCHPOINTS,),
    "mart_persona_interests": (("ga4.event", "store.order_line"),),
    # Retention and reviews
    "mart_cohort_retention": (_ORDERS,),
    "mart_post_purchase_sentiment": (_ORDERS,),
    "mart_review_sentiment": (("reviews.review",),),
    "mart_review_topics": (("reviews.review",),),
    # Site and stages
    "mart_cart_abandonment": (("ga4.event", "store.abandoned_checkout"),),
    "mart_checkout_funnel": (("ga4.event", "store.order", "store.abandoned_checkout"),),
    "mart_page_exits": (_WEB,),
    "mart_stage_funnel": (_TOUCHPOINTS,),
    "mart_stage_goals": (_TOUCHPOINTS,),
    "mart_stage_transitions": (_TOUCHPOINTS,),
}

# Marts of what stands out from chance, is said by many, takes two touchpoints of one journey or a
# journey that is over: they may be empty although all they need has landed.
SCARCE = frozenset(
    {
        "mart_event_lift",
        "mart_markov_transitions",
        "mart_moments_of_truth",
        "mart_opportunities",
        "mart_pain_points",
        "mart_review_topics",
        "mart_touchpoint_neighbours",
    }
)

# Raw tables that have rows, of a published file or of a warehouse.
LANDED = """
    select source_name || '.' || table_name as raw_table
    from audit.audit_reconciliation
    group by source_name, table_name
    having max(rows_staged) > 0
"""

# Of many tables that would do, so many are named.
NAMED = 3
_WORDS = {"en": (" or ", "; and "), "it": (" o ", "; e ")}


def missing(marts: Iterable[str], landed: Collection[str]) -> Groups:
    """Groups of raw tables of which none has rows, and one must before the marts can have any.

    Args:
        marts: Names of marts, or of raw tables that are needed themselves; others need nothing.
        landed: Raw tables with rows, as `source.table`.
    """
    groups = (
        group for mart in marts for group in (((mart,),) if mart in TABLES else MARTS.get(mart, ()))
    )
    return tuple(dict.fromkeys(group for group in groups if not set(group) & set(landed)))


def in_words(groups: Groups, language: str = "en") -> str:
    """Groups of raw tables as a person reads them, in English (`en`) or Italian (`it`)."""
    either, both = _WORDS[language]
    place = list(_WORDS).index(language)
    return both.join(
        either.join(f"{TABLES[table][place]} ({table})" for table in group[:NAMED])
        for group in groups
    )
