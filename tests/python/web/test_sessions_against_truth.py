"""Sessions are those the generated world says took place."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from tests.python.conftest import Built

pytestmark = pytest.mark.slow

# What visits of each purpose mean; bounces, bots and idle browsing have no one intent.
INTENT_OF_GOAL = {
    "purchase": "purchase",
    "purchase_impulse": "purchase",
    "purchase_retry": "purchase",
    "checkout_contact": "checkout",
    "checkout_shipping": "checkout",
    "checkout_payment": "checkout",
    "payment_failed": "checkout",
    "cart": "cart",
    "support": "support",
    "return_help": "support",
    "lead": "lead",
    "signup": "lead",
    "store_research": "store",
    "research": "product_research",
}


@pytest.fixture(scope="module")
def world(built: Built) -> Iterator[duckdb.DuckDBPyConnection]:
    """Views `truth`, without the visits whose analytics were refused, `ours` and `both`."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{built.data_dir.warehouse}' as warehouse (read_only)")
        connection.execute(f"""
            create view truth as
            select * from '{built.data_dir.truth / "session.parquet"}' where not is_refused
        """)
        connection.execute("""
            create view ours as
            select merged.stream_id, merged.user_pseudo_id, merged.ga_session_id,
                merged.is_by_last_click, sessions.*
            from warehouse.marts.fct_sessions as sessions
            inner join warehouse.intermediate.int_web_sessions__classified as merged
                using (session_id)
        """)
        connection.execute("""
            create view both_sides as
            select truth, ours
            from truth
            full join ours
                on truth.stream_id = ours.stream_id
                and truth.user_pseudo_id = ours.user_pseudo_id
                and truth.ga_session_id = ours.ga_session_id
        """)
        yield connection


def count(world: duckdb.DuckDBPyConnection, condition: str) -> int:
    (number,) = world.execute(f"select count(*) from both_sides where {condition}").fetchone()
    return number


def test_every_visit_is_one_session(world: duckdb.DuckDBPyConnection) -> None:
    (visits,) = world.execute("select count(*) from truth").fetchone()
    (sessions,) = world.execute("select count(*) from ours").fetchone()
    assert visits == sessions > 200
    assert count(world, "truth is null or ours is null") == 0


@pytest.mark.parametrize("column", ["started_at", "ended_at", "events", "is_internal"])
def test_sessions_are_as_the_truth_has_them(world: duckdb.DuckDBPyConnection, column: str) -> None:
    assert count(world, f"truth.{column} is distinct from ours.{column}") == 0


def test_orders_are_those_of_the_truth(world: duckdb.DuckDBPyConnection) -> None:
    """But for a purchase that the end of the window cuts off."""
    assert count(world, "truth.order_id = ours.order_id") > 20
    different = "truth.order_id is distinct from ours.order_id"
    cut_off = "truth.started_at > (select max(ended_at) from truth) - interval 2 hours"
    assert count(world, f"{different} and not ({cut_off})") == 0


def test_bots_are_bots_and_so_is_debugging(world: duckdb.DuckDBPyConnection) -> None:
    assert count(world, "truth.is_bot and ours.is_bot") > 0
    assert count(world, "truth.is_bot and not ours.is_bot") == 0
    assert count(world, "ours.is_bot and not truth.is_bot and not truth.is_internal") == 0


def test_channels_are_those_of_the_truth(world: duckdb.DuckDBPyConnection) -> None:
    """GA4's last click is the last that was not direct; without it, what the visit came with.

    A Google click that is known by its id alone is google / cpc, whatever kind of campaign it was.
    """
    expected = """
        case
            when ours.is_by_last_click then truth.last_non_direct_channel
            else truth.channel
        end
    """
    click_id_alone = (
        "not ours.is_by_last_click and ours.channel = 'Paid Search' "
        "and truth.channel in ('Display', 'Paid Video')"
    )
    assert count(world, f"ours.channel = {expected}") > 200
    assert count(world, f"ours.channel <> {expected} and not ({click_id_alone})") == 0


def test_last_non_direct_channels_are_those_of_the_truth(
    world: duckdb.DuckDBPyConnection,
) -> None:
    """But for Google clicks into display and video campaigns, known by their id alone."""
    different = "ours.last_non_direct_channel <> truth.last_non_direct_channel"
    click_id_alone = (
        "ours.last_non_direct_channel = 'Paid Search' "
        "and truth.last_non_direct_channel in ('Display', 'Paid Video')"
    )
    assert count(world, "ours.last_non_direct_channel <> truth.channel") > 0
    assert count(world, f"{different} and not ({click_id_alone})") == 0


def test_intents_are_what_visitors_came_for(world: duckdb.DuckDBPyConnection) -> None:
    """But for visits cut off by the window's end before they could do it."""
    rows = world.execute("""
        select truth.goal, ours.intent, count(*)
        from both_sides
        where not truth.is_bot
        group by all
    """).fetchall()
    meant = sum(number for goal, _, number in rows if goal in INTENT_OF_GOAL)
    met = sum(number for goal, intent, number in rows if INTENT_OF_GOAL.get(goal) == intent)
    assert met / meant > 0.99


def test_the_lost_are_told_by_their_confusion(world: duckdb.DuckDBPyConnection) -> None:
    shares = dict(
        world.execute("""
            select truth.is_confused, avg((ours.confusion_index >= 5)::int)
            from both_sides
            group by all
        """).fetchall()
    )
    assert shares[True] > 0.5
    assert shares[False] < 0.05
