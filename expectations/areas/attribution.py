"""What must hold of attribution: orders and spend neither lost nor added, sane effects."""

from __future__ import annotations

from collections.abc import Callable

from expectations.generic import WEB, Expectations, same
from expectations.rules import between, share_between

MARTS = "warehouse.marts"
STAGING = "warehouse.staging"

MODELS = "(select count(*) from warehouse.seeds.attribution_models)"


def _attribution(days: str) -> Expectations:
    conversions = f"{MARTS}.fct_orders where is_conversion"
    return [
        same(
            "select cast(sum(revenue) * 100 as bigint) from {batch}",
            f"select {MODELS} * cast(sum(net_revenue) * 100 as bigint) from {conversions}",
            "Each model gives out what the orders brought in, to the cent.",
            noun="cents",
        ),
        same(
            "select cast(sum(conversion_share) as bigint) from {batch}",
            f"select {MODELS} * count(*) from {conversions}",
            "Each model gives out every order once.",
            noun="orders lost or added",
        ),
        share_between(
            "channel = 'Unattributed'", 0, 0.5,
            "At most half of the orders have no touchpoint before them.",
            where=f"model = 'last' and {WEB}", column="channel",
        ),
    ]  # fmt: skip


def _channel_attribution(days: str) -> Expectations:
    return [
        same(
            "select cast(sum(revenue) * 100 as bigint) from {batch}",
            f"select cast(sum(revenue) * 100 as bigint) from {MARTS}.fct_attribution",
            "Channels bring in what is attributed, to the cent.",
            noun="cents",
        ),
        same(
            "select cast(sum(spend) * 100 as bigint) from {batch} where model = 'last'",
            f"select cast(sum(cost_amount) * 100 as bigint) from {STAGING}.stg_ads__campaign_days",
            "Spend is what the ad platforms billed, to the cent.",
            noun="cents",
        ),
    ]  # fmt: skip


def _removal_effects(days: str) -> Expectations:
    return [between("removal_effect", 0, 1, "Without a channel 0 to all conversions are lost.")]


REVIEWED: dict[str, Callable[[str], Expectations]] = {
    "fct_attribution": _attribution,
    "mart_channel_attribution": _channel_attribution,
    "mart_markov_removal_effects": _removal_effects,
}
