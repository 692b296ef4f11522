"""How orders came about, against the hidden truth; only affected ones are decided again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.python.conftest import run_command, run_module
from tests.python.parity.conftest import build, new_data_dir
from viaggio.landing.load import land
from viaggio.workspace.dbt_project import DBT
from viaggio.workspace.paths import DataDir

pytestmark = pytest.mark.slow

# Truth of each order beside what the warehouse says of it.
CASES = """
    create temp view cases as
    select
        truth.*,
        orders.purchase_mode as found_mode,
        orders.purchase_mode_evidence_id as evidence_id,
        orders.purchase_mode_evidence_session_id as evidence_session_id,
        orders.is_impulse as found_impulse,
        orders.is_first_order as found_first,
        orders.payment_failures > 0 as found_failure,
        orders.person_id
    from truth_order as truth
    inner join marts.fct_orders as orders using (order_id)
    where not truth.is_test
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DataDir]:
    """Six weeks of 2,500 persons, landed and built: in less, few look here and buy there."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        data_dir = new_data_dir(tmp_path_factory.mktemp("orders"), monkeypatch)
        generated = run_module(data_dir, "sample_data", "--days", "45", "--persons", "2500")
        assert generated.code == 0, generated.output
        land(data_dir)
        build(data_dir, "ci", "orders")
        yield data_dir


@pytest.fixture(scope="module")
def warehouse(world: DataDir) -> Iterator[duckdb.DuckDBPyConnection]:
    """The built warehouse, with the truth of its orders and sessions and the view `cases`."""
    with duckdb.connect(str(world.warehouse), read_only=True) as connection:
        _add_truth(connection, world.root)
        yield connection


def _add_truth(connection: duckdb.DuckDBPyConnection, root: Path) -> None:
    for name in ("order", "session"):
        files = root / "truth" / f"{name}.parquet"
        connection.execute(f"create temp view truth_{name} as from read_parquet('{files}')")
    connection.execute(CASES)


def _value(connection: duckdb.DuckDBPyConnection, sql: str) -> float:
    row = connection.execute(sql).fetchone()
    assert row is not None
    return row[0]


def test_each_order_of_the_truth_is_there_once(warehouse: duckdb.DuckDBPyConnection) -> None:
    counts = warehouse.execute(
        "select (select count(*) from truth_order), count(*), count(distinct order_id) "
        "from marts.fct_orders"
    ).fetchone()
    assert counts is not None
    assert counts[0] == counts[1] == counts[2] > 0


def test_where_it_was_ordered_and_collected_is_always_right(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    wrong = warehouse.execute("""
        select order_id, purchase_mode, found_mode
        from cases
        where
            (purchase_mode = 'click_and_collect') <> (found_mode = 'click_and_collect')
            or (source_name = 'pos') <> (found_mode in ('in_store', 'ropo'))
    """).fetchall()
    assert wrong == []


def test_trials_and_research_are_found_wherever_identity_finds_the_person(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    """What the truth names as evidence is evidence, if it is by the order's person in the data."""
    evidence = """
        with evidence as (
            select cases.order_id, touchpoints.person_id
            from cases
            inner join marts.fct_touchpoints as touchpoints
                on touchpoints.source_key = trial_visit_id
                and touchpoint_type = 'store_demo'
            where purchase_mode = 'try_and_buy'
            union all
            select cases.order_id, sessions.person_id
            from cases
            inner join truth_session as research on research_session_key = session_key
            inner join intermediate.int_web_sessions__classified as web
                using (stream_id, user_pseudo_id, ga_session_id)
            inner join marts.fct_sessions as sessions using (session_id)
            where purchase_mode = 'ropo' and is_observable
        )

        select count(*), count(*) filter (where found_mode <> purchase_mode)
        from cases
        inner join evidence using (order_id, person_id)
    """
    row = warehouse.execute(evidence).fetchone()
    assert row is not None
    linked, missed = row
    assert linked > 0
    assert missed == 0


def test_modes_are_not_made_up(warehouse: duckdb.DuckDBPyConnection) -> None:
    """A page the truth does not call research may show a product: one in ten at most."""
    claimed, wrong = warehouse.execute("""
        select count(*), count(*) filter (where found_mode <> purchase_mode)
        from cases
        where found_mode in ('try_and_buy', 'ropo')
    """).fetchone() or (0, 0)
    assert claimed > 0
    assert wrong <= max(1, 0.1 * claimed)


def test_trial_is_the_last_one_known(warehouse: duckdb.DuckDBPyConnection) -> None:
    """That of the truth, or one before it where nobody noted who came to the last."""
    later = warehouse.execute("""
        select cases.order_id
        from cases
        inner join marts.fct_touchpoints as evidence on evidence_id = touchpoint_id
        inner join staging.stg_store__visits as trial on trial_visit_id = visit_id
        where purchase_mode = 'try_and_buy' and evidence.touched_at > trial.entered_at
    """).fetchall()
    assert later == []


def test_first_orders_and_payment_failures(warehouse: duckdb.DuckDBPyConnection) -> None:
    right = _value(warehouse, "select avg((found_first = is_first_order)::int) from cases")
    assert right >= 0.97
    wrong = "select count(*) from cases where found_failure <> had_payment_failure"
    assert _value(warehouse, wrong) == 0


def test_impulse_purchases_are_found_where_their_visits_were_seen(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    """The definition includes every purchase at the first touchpoint, so nearly all are in."""
    found = _value(
        warehouse,
        """
        select avg(found_impulse::int)
        from cases
        where
            is_impulse
            and order_id in (select order_id from marts.fct_sessions where order_id is not null)
        """,
    )
    assert found >= 0.7


def _decide(data_dir: DataDir) -> None:
    models = ("int_orders__fingerprinted", "int_orders__purchase_modes")
    done = run_command(data_dir, DBT, "run", "--quiet", "--select", *models)
    assert done.code == 0, done.output


def test_a_merge_of_persons_decides_their_orders_again_and_only_theirs(
    world: DataDir, tmp_path: Path
) -> None:
    """A visitor turns out to be a customer: the purchase in the store was researched online."""
    data_dir = DataDir(tmp_path / "merged")
    data_dir.root.mkdir()
    for name in ("raw", "hash_salt", "ledger", "validation"):
        (data_dir.root / name).symlink_to(world.root / name)
    shutil.copy(world.warehouse, data_dir.warehouse)
    modes = "intermediate.int_orders__purchase_modes"
    map_ = "intermediate.int_identifiers__resolved"

    with duckdb.connect(str(data_dir.warehouse)) as connection:
        connection.execute(f"create schema before; create table before.modes as from {modes}")
        order_id, person_id, touchpoint_id, device = connection.execute("""
            select orders.order_id, orders.person_id, touchpoint_id, touchpoints.identifier_id
            from marts.fct_orders as orders
            inner join intermediate.int_touchpoints__unioned as touchpoints
                on touchpoints.touched_at < orders.ordered_at
            where
                orders.purchase_mode = 'in_store'
                and touchpoints.touched_at >= orders.ordered_at - interval 30 day
                and touchpoints.touchpoint_type in ('product_view', 'site_search')
                and not touchpoints.is_bot
                and not touchpoints.is_internal
                and touchpoints.identifier_id not in (
                    select identifier_id from intermediate.int_identifiers__resolved
                )
                and orders.person_id in (
                    select person_id from intermediate.int_identifiers__resolved
                )
            order by orders.order_id, touched_at desc, touchpoint_id desc
            limit 1
        """).fetchone() or ("", "", "", "")
        assert device, "no order in a store after an unknown visitor's visit"
        theirs = connection.execute(
            "select order_id from marts.fct_orders where person_id = ? order by order_id",
            [person_id],
        ).fetchall()
        connection.execute(
            f"insert into {map_} by name select * replace (? as identifier_id) "
            f"from {map_} where person_id = ? limit 1",
            [device, person_id],
        )
        connection.execute(f"update {modes} set evidence_session_id = 'left alone'")

    _decide(data_dir)
    with duckdb.connect(str(data_dir.warehouse)) as connection:
        decided = connection.execute(
            f"select order_id from {modes} "
            "where evidence_session_id is distinct from 'left alone' order by order_id"
        ).fetchall()
        assert (order_id,) in decided
        assert set(decided) <= set(theirs)
        found = connection.execute(
            f"select purchase_mode, evidence_touchpoint_id from {modes} where order_id = ?",
            [order_id],
        ).fetchone()
        assert found == ("ropo", touchpoint_id)
        connection.execute(
            f"update {modes} as modes set evidence_session_id = stored.evidence_session_id "
            "from before.modes as stored "
            "where modes.order_id = stored.order_id and modes.evidence_session_id = 'left alone'"
        )
        connection.execute(f"delete from {map_} where identifier_id = ?", [device])

    # Undone, nothing is left of it.
    _decide(data_dir)
    with duckdb.connect(str(data_dir.warehouse)) as connection:
        changed = connection.execute(
            f"(from {modes} except from before.modes) union (from before.modes except from {modes})"
        ).fetchall()
    assert changed == []
