"""What must hold of personas: nobody lost, sane shares."""

from __future__ import annotations

from collections.abc import Callable

from expectations.generic import Expectations, same
from expectations.rules import figure_between, share_between

MARTS = "warehouse.marts"
INTERMEDIATE = "warehouse.intermediate"
STAGING = "warehouse.staging"


def _person_personas(days: str) -> Expectations:
    return [
        same(
            "select count(*) from {batch} where is_current",
            f"select count(*) from {MARTS}.dim_persons where not is_excluded",
            "Everybody has one persona today.",
            noun="persons",
        ),
        figure_between(
            "cast(count(*) as double) / count(distinct person_id)", 1, 6,
            "A person has had 1 to 6 personas on average.", column="person_id",
        ),
    ]  # fmt: skip


def _personas(days: str) -> Expectations:
    return [
        same(
            "select sum(persons) from {batch}",
            f"select count(*) from {MARTS}.dim_persons where not is_excluded",
            "Everybody but bots, staff and tests has one persona.",
            noun="persons without a persona, or with two",
        ),
        figure_between(
            "max(share_of_customers)", 0, 0.8,
            "No persona takes in more than 80 % of the customers: rules tell them apart.",
            column="share_of_customers",
        ),
    ]  # fmt: skip


def _customer_profile(days: str) -> Expectations:
    orders = f"{MARTS}.fct_orders where is_conversion"
    return [
        same(
            "select sum(orders) from {batch}", f"select count(*) from {orders}",
            "Every order is in one customer profile.",
            noun="orders lost or added",
        ),
        same(
            "select cast(sum(net_revenue) * 100 as bigint) from {batch}",
            f"select cast(sum(net_revenue) * 100 as bigint) from {orders}",
            "What the profiles are worth is what the orders were, to the cent.",
            noun="cents",
        ),
        figure_between(
            "max(return_rate)", 0, 0.6, "No group of customers returns over 60 % of its orders.",
            where="not is_small_group", column="return_rate",
        ),
    ]  # fmt: skip


def _persona_engagement(days: str) -> Expectations:
    touchpoints = f"{INTERMEDIATE}.int_person_channel_months__engagement"
    return [
        same(
            "select sum(touchpoints) from {batch}", f"select sum(touchpoints) from {touchpoints}",
            "Every touchpoint of a person is in the month of one persona.",
            noun="touchpoints lost or added",
        ),
        same(
            "select cast(sum(net_revenue) * 100 as bigint) from {batch}",
            f"select cast(sum(net_revenue) * 100 as bigint) from {MARTS}.fct_orders"
            " where is_conversion",
            "What personas brought in by month is what the orders did, to the cent.",
            noun="cents",
        ),
        share_between("open_rate > 0", 0.3, 1, "Nearly every persona opens some e-mails.",
                      where="messages_delivered >= 100", column="open_rate"),
    ]  # fmt: skip


def _persona_interests(days: str) -> Expectations:
    return [
        same(
            "select sum(items_bought) from {batch}",
            f"select sum(items) from {MARTS}.fct_orders where is_conversion",
            "Every piece ordered is in one category of one persona.",
            noun="pieces lost or added",
        ),
    ]  # fmt: skip


REVIEWED: dict[str, Callable[[str], Expectations]] = {
    "dim_personas": _personas,
    "dim_persona_history": _person_personas,
    "mart_customer_profile": _customer_profile,
    "mart_persona_engagement": _persona_engagement,
    "mart_persona_interests": _persona_interests,
}
