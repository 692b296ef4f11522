"""A bad publication is taken back, what was wrong is mended, and the figures' moves are explained.

Files are planted whose effect on each headline figure is known: a new and a late order, an order
that was voided since, attendances that were taken back, and two contacts that were merged.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from orchestration.progress import loaded_state
from orchestration.run import COMPLETE, NOT_RELEASED
from tests.python.conftest import Built, Command, run_module
from tests.python.drawn import drawn
from viaggio.publishing.publish import KEPT, current, newest, publication_folders, publish
from viaggio.workspace.paths import DataDir

pytestmark = pytest.mark.slow

# A clean build takes minutes: one day in four.
COMPARES_CLEAN = bool(drawn([True], 4))

# Its rows are evidence of nobody's identity, so that taking them back splits no person.
WITHDRAWN = ("crm", "event_attendance")
NEW, LATE = "9000000000001", "9000000000002"
VALUES = {NEW: "100.00", LATE: "50.00"}


@dataclass(frozen=True)
class Planted:
    """What was planted: the order that was voided, and the persons who were merged."""

    voided: str
    merged: tuple[str, str]


def query(data_dir: DataDir, number: int, sql: str) -> list[tuple]:
    (folder,) = data_dir.publications.glob(f"p{number:08}-*")
    with duckdb.connect(folder / "viaggio.duckdb", read_only=True) as connection:
        return connection.execute(sql).fetchall()


def viaggio(data_dir: DataDir, *arguments: str) -> Command:
    return run_module(data_dir, "viaggio", *arguments)


def plant(data_dir: DataDir) -> Planted:
    """Files that change what publication 1 holds, each in a way of its own."""
    landing = data_dir.landing
    [(first,)] = query(data_dir, 1, "select min(order_date) from marts.fct_orders")
    [(last,)] = query(data_dir, 1, "select max(touched_date) + 1 from marts.fct_touchpoints")
    [(voided,)] = query(
        data_dir, 1,
        "select order_id from marts.fct_orders where is_conversion and order_source = 'store' "
        "and net_revenue > 50 and sales_channel = 'web' and not is_cancelled "
        "order by order_id limit 1",
    )  # fmt: skip
    known = {}
    for path in sorted((landing / "store" / "order").rglob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            known |= {row["id"]: row for row in csv.DictReader(file)}
    fields = list(known[voided])
    rows = [known[voided] | {"financial_status": "voided", "updated_at": f"{last} 09:00:00"}]
    for order_id, day in ((NEW, last), (LATE, first)):
        rows.append(
            dict.fromkeys(fields, "")
            | {"id": order_id, "email": f"buyer.{order_id}@example.org", "currency": "EUR"}
            | {"created_at": f"{day} 12:00:00", "updated_at": f"{day} 12:00:00"}
            | {"subtotal_price": VALUES[order_id], "total_price": VALUES[order_id]}
            | {"total_tax": "0", "total_discounts": "0", "total_shipping": "0"}
            | {"source_name": "web", "financial_status": "paid", "test": "false"}
        )
    with (landing / "store" / "order" / "planted.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, fields)
        writer.writeheader()
        writer.writerows(rows)

    with duckdb.connect(data_dir.warehouse, read_only=True) as connection:
        (kept, person), (absorbed, other) = connection.execute(
            """
            select contacts.contact_id, identifiers.person_id
            from staging.stg_crm__contacts as contacts
            inner join marts.dim_person_identifiers as identifiers
                on identifiers.identifier_id = md5('contact|' || contacts.contact_id)
            inner join marts.dim_persons as persons
                on persons.person_id = identifiers.person_id
            where
                persons.touchpoints between 3 and 30
                and not persons.is_excluded
                and not identifiers.is_hub
                and identifiers.person_id not in (
                    select person_id from marts.fct_touchpoints
                    where source_table = $withdrawn or order_id = $voided
                )
            qualify count(*) over (partition by identifiers.person_id) = 1
            order by contacts.contact_id
            limit 2
            """,
            {"voided": voided, "withdrawn": ".".join(WITHDRAWN)},
        ).fetchall()
    merges = landing / "crm" / "contact_merge_audit" / "planted.csv"
    merges.write_text(f"canonical_vid,vid_to_merge,timestamp\n{kept},{absorbed},{first} 20:00:00\n")

    for path in sorted(landing.joinpath(*WITHDRAWN).rglob("*")):
        if path.is_file():
            name = str(path.relative_to(landing))
            viaggio(data_dir, "retract", name, "--reason", "of another shop")
    return Planted(voided, (person, other))


def test_rollback_run_release_run(
    built: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEPT, "9")
    data_dir = built.copy(tmp_path / "data")
    publish(data_dir, "bad", loaded_state(data_dir))
    back = viaggio(data_dir, "rollback", "--reason", "attendances of another shop")
    assert back.code == 0, back.output
    first = current(data_dir)
    assert first is not None
    assert first.number == 1
    planted = plant(data_dir)

    held = viaggio(data_dir, "run")
    assert held.code == NOT_RELEASED, held.output
    assert "Built, but not published: held since" in held.output
    assert current(data_dir) == first
    made = newest(data_dir)
    assert made is not None
    assert made.number == 3
    again = viaggio(data_dir, "run")
    assert again.code == NOT_RELEASED, again.output
    assert "Nothing new: all that landed is built, but not published" in again.output
    assert newest(data_dir) == made

    explained(data_dir, planted)

    assert viaggio(data_dir, "release").code == 0
    released = viaggio(data_dir, "run")
    assert released.code == COMPLETE, released.output
    seen = current(data_dir)
    assert seen is not None
    assert seen.number == 4

    assert differing_marts(data_dir, 3, 4) == []
    assert "fct_orders" in differing_marts(data_dir, 1, 4)
    if COMPARES_CLEAN:
        data_dir.warehouse.unlink()
        clean = viaggio(data_dir, "run")
        assert clean.code == COMPLETE, clean.output
        assert differing_marts(data_dir, 4, 5) == []


def differing_marts(data_dir: DataDir, one: int, other: int) -> list[str]:
    """Marts whose rows are not the same in two publications."""
    folders = {int(each.name[1:9]): each for each in publication_folders(data_dir)}
    with duckdb.connect() as connection:
        for number in (one, other):
            path = folders[number] / "viaggio.duckdb"
            connection.execute(f"attach '{path}' as n{number} (read_only)")
        marts = connection.execute(
            "select table_name from duckdb_tables() "
            f"where database_name = 'n{one}' and schema_name = 'marts'"
        ).fetchall()
        assert len(marts) > 50
        tables = [(f"n{one}.marts.{name}", f"n{other}.marts.{name}", name) for (name,) in marts]
        return [
            name
            for before, after, name in tables
            if connection.execute(
                f"(from {before} except all from {after}) union all "
                f"(from {after} except all from {before}) limit 1"
            ).fetchall()
        ]


def explained(data_dir: DataDir, planted: Planted) -> None:
    """Each cause of each figure is what was planted, and nothing is left over."""
    diff = viaggio(data_dir, "diff", "1", "3", "--json")
    assert diff.code == 0, diff.output
    found = json.loads(diff.output)
    assert found["notes"] == []
    assert {total["residual"] for total in found["totals"] + found["parts"]} == {0}
    moved = {total["figure"]: total for total in found["totals"]}
    expected = {
        "orders": {"new_rows": 1, "late_rows": 1},
        "converted_journeys": {"new_rows": 1, "late_rows": 1},
        "sessions": {},
        "reviews": {},
    }
    [(worth,)] = query(
        data_dir, 1, f"select net_revenue from marts.fct_orders where order_id = '{planted.voided}'"
    )
    expected["net_revenue"] = {"new_rows": 100, "late_rows": 50, "corrected_rows": -float(worth)}
    for figure, causes in expected.items():
        assert causes_of(moved[figure]) == pytest.approx(causes), figure

    persons, touchpoints, journeys = (
        causes_of(moved[figure]) for figure in ("persons", "touchpoints", "journeys")
    )
    assert (persons["new_rows"], persons["late_rows"]) == (1, 1)
    # Devices may join with the contacts; the log says how many persons became one.
    [(merged,)] = query(
        data_dir, 3, "select sum(1 - persons)::int from audit.audit_identity_changes"
    )
    assert persons["identity_changes"] == merged < 0
    ids = [set(query(data_dir, each, "select person_id from marts.dim_persons")) for each in (1, 3)]
    gone = {person for (person,) in ids[0] - ids[1]}
    members = ", ".join(f"'{person}'" for person in sorted({*planted.merged, *gone}))
    own = f"marts.fct_journeys where not is_excluded and person_id in ({members})"
    [(before,)] = query(data_dir, 1, f"select count(*) from {own}")
    [(after,)] = query(data_dir, 3, f"select count(*) from {own}")
    assert after < before
    assert journeys["identity_changes"] == after - before
    assert (journeys["new_rows"], journeys["late_rows"]) == (1, 1)
    for order_id, cause in ((NEW, "new_rows"), (LATE, "late_rows")):
        counted = "marts.fct_touchpoints where not is_excluded and order_id"
        [(count,)] = query(data_dir, 3, f"select count(*) from {counted} = '{order_id}'")
        assert touchpoints[cause] == count > 0
    attended = f"not is_excluded and source_table = '{'.'.join(WITHDRAWN)}'"
    [(count,)] = query(data_dir, 1, f"select count(*) from marts.fct_touchpoints where {attended}")
    assert touchpoints["withdrawn_rows"] == -count < 0


def causes_of(moved: dict) -> dict[str, float]:
    """The causes that moved a figure at all."""
    aside = ("figure", "before", "after", "difference", "residual")
    return {name: moved[name] for name in moved if name not in aside and moved[name]}
