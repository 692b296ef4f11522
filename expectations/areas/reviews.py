"""What must hold of reviews: every review read, sane shares of feelings."""

from __future__ import annotations

from collections.abc import Callable

from expectations.generic import Expectations, count_of, near, same
from expectations.rules import figure_between, rows_hold, share_between

MARTS = "warehouse.marts"
INTERMEDIATE = "warehouse.intermediate"
STAGING = "warehouse.staging"


def _reviews(days: str) -> Expectations:
    return [
        same(
            count_of("{batch}"),
            count_of(f"{STAGING}.stg_reviews__reviews", "copy_of_review_id is null"),
            "Every review that is no copy is there once.",
        ),
        same(
            count_of("{batch}", "touchpoint_id is not null"),
            count_of(f"{INTERMEDIATE}.int_touchpoints__reviews"),
            "Every review of the shop is a touchpoint.",
        ),
        rows_hold(
            "drivers is not null",
            "Nine texts in ten hold a word that weighs, unless no list knows their language.",
            where="sentiment is not null", max_share=0.1, min_count=100, column="drivers",
        ),
        share_between(
            "sentiment_label = 'positive'", 0.05, 0.98, "5 to 98 % of the texts are positive.",
            where="sentiment is not null", column="sentiment_label",
        ),
        share_between(
            "disagrees_with_rating", 0, 0.15,
            "Text and stars lie on opposite sides in at most 15 % of the reviews: more says that "
            "a language, or a scale, is misread.",
            where="disagrees_with_rating is not null", column="disagrees_with_rating",
        ),
        figure_between(
            "avg(propensity_weight)", 0.5, 1.5,
            "Corrected figures stand on weights near 1.",
            where="order_id is not null", column="propensity_weight",
        ),
        near("created_date", "created_at"),
    ]  # fmt: skip


def _review_aspects(days: str) -> Expectations:
    return [
        same(
            count_of("{batch}"), count_of(f"{INTERMEDIATE}.int_review_aspects__scored"),
            "Every aspect named is there once.",
        ),
        rows_hold(
            "mentions >= positive_mentions + negative_mentions",
            "No more mentions are on a side than there are.", column="mentions",
        ),
    ]  # fmt: skip


def _review_sentiment(days: str) -> Expectations:
    own = f"{MARTS}.fct_reviews where not is_excluded"
    return [
        same(
            "select sum(reviews) from {batch} where aspect = 'overall'",
            f"select count(*) from {own}",
            "Every review is in one row as a whole.",
        ),
        same(
            "select sum(reach) from {batch} where aspect = 'overall'",
            f"select sum(reach) from {own} and sentiment is not null",
            "The readers are those of the reviews.",
            noun="readers",
        ),
    ]  # fmt: skip


def _post_purchase_sentiment(days: str) -> Expectations:
    return [
        same(
            "select sum(orders) from {batch}",
            f"select count(*) from {MARTS}.fct_orders where is_conversion and not is_cancelled",
            "Every order that was not cancelled is in one row.",
            noun="orders lost or added",
        ),
        rows_hold(
            "heard_orders <= orders and reviewed_orders <= orders",
            "No more orders are heard of than there are.", column="heard_orders",
        ),
    ]  # fmt: skip


REVIEWED: dict[str, Callable[[str], Expectations]] = {
    "fct_review_aspects": _review_aspects,
    "fct_reviews": _reviews,
    "mart_post_purchase_sentiment": _post_purchase_sentiment,
    "mart_review_sentiment": _review_sentiment,
}
