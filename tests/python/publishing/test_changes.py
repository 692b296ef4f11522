"""Why figures moved between two publications: every cause planted, and reckoned by hand."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from viaggio.cli import diff
from viaggio.publishing.changes import CAUSES, Comparison, compare
from viaggio.publishing.history import HistoryError
from viaggio.publishing.publish import LoadedState, publish
from viaggio.workspace.paths import DataDir

COLUMNS = {
    "fct_orders": "order_id, person_id, order_source, order_date, sales_channel, net_revenue, "
    "is_conversion",
    "fct_touchpoints": "touchpoint_id, person_id, source_table, touched_date, channel, is_excluded",
    "fct_sessions": "session_id, person_id, started_date, channel, is_excluded",
    "fct_journeys": "journey_id, person_id, started_date, first_channel, outcome, is_excluded",
    "fct_journey_steps": "journey_id, touchpoint_id",
    "fct_reviews": "review_id, person_id, created_date, platform, is_competitor, is_excluded",
    "dim_persons": "person_id, first_seen_at, is_excluded",
    "dim_person_identifiers": "identifier_id, person_id",
}
TYPES = {
    **dict.fromkeys(("order_date", "touched_date", "started_date", "created_date"), "date"),
    **dict.fromkeys(("is_conversion", "is_excluded", "is_competitor"), "boolean"),
    "first_seen_at": "timestamp",
    "net_revenue": "decimal(18, 2)",
}
Order = tuple[str, str, str, str, str]

# Order, person, day, channel and net revenue. Ada's o1 is moved to the app, o2 is worth less since;
# o3 and o5 are of later days, o4 and o6 came late.
ORDERS_BEFORE: list[Order] = [
    ("o1", "ada", "2025-01-02", "web", "100.00"),
    ("o2", "bob", "2025-01-05", "web", "50.00"),
]
ORDERS_AFTER: list[Order] = [
    ("o1", "ada", "2025-01-02", "app", "100.00"),
    ("o2", "bob", "2025-01-05", "web", "45.50"),
    ("o3", "new", "2025-02-01", "web", "70.00"),
    ("o4", "late", "2025-01-02", "web", "30.00"),
    ("o5", "open", "2025-02-02", "pos", "20.00"),
    ("o6", "cut", "2025-01-03", "web", "10.00"),
]
# Touchpoint, day, and journey with its person and whether it converted, before and after.
Journey = tuple[str, str, bool] | None
TOUCHPOINTS: list[tuple[str, str, Journey, Journey]] = [
    ("t-ada", "2025-01-02", ("j-ada", "ada", True), ("j-ada", "ada", True)),
    ("t-bob", "2025-01-05", ("j-bob", "bob", True), ("j-bob", "bob", True)),
    # Two persons become one, and their journeys too.
    ("t-eva-1", "2025-01-01", ("j-eva", "eva", False), ("j-eva", "eva", False)),
    ("t-eva-2", "2025-01-02", ("j-eva-2", "eva-2", False), ("j-eva", "eva", False)),
    # Bob gets another identifier; its journey stays one of its own.
    ("t-bob-2", "2025-01-07", ("j-bob-2", "bob-2", False), ("j-bob-2", "bob", False)),
    # One person becomes two.
    ("t-duo-1", "2025-01-01", ("j-duo", "duo-1", False), ("j-duo", "duo-1", False)),
    ("t-duo-2", "2025-01-02", ("j-duo", "duo-1", False), ("j-duo-2", "duo-2", False)),
    # An open journey ends with an order of a later day.
    ("t-open-1", "2025-01-04", ("j-open", "open", False), ("j-open", "open", True)),
    ("t-open-2", "2025-02-02", None, ("j-open", "open", True)),
    # A late order ends a journey between its touchpoints: the second begins another one.
    ("t-cut-1", "2025-01-01", ("j-cut", "cut", False), ("j-cut", "cut", True)),
    ("t-cut-2", "2025-01-03", None, ("j-cut", "cut", True)),
    ("t-cut-3", "2025-01-05", ("j-cut", "cut", False), ("j-cut-2", "cut", False)),
    ("t-new", "2025-02-01", None, ("j-new", "new", True)),
    ("t-late", "2025-01-02", None, ("j-late", "late", True)),
    ("t-gone", "2025-01-06", ("j-gone", "gone", False), None),
]
EXPECTED = {
    "orders": (2, 6, {"new_rows": 2, "late_rows": 2}),
    "net_revenue": (150, 275.5, {"new_rows": 90, "late_rows": 40, "corrected_rows": -4.5}),
    "persons": (
        9, 9, {"new_rows": 1, "late_rows": 1, "withdrawn_rows": -1, "identity_changes": -1}
    ),
    "touchpoints": (11, 14, {"new_rows": 2, "late_rows": 2, "withdrawn_rows": -1}),
    # One session turns out to be of a member of staff, the other of a bot.
    "sessions": (2, 0, {"identity_changes": -1, "corrected_rows": -1}),
    # Eva's two become one, the duo's one becomes two.
    "journeys": (9, 11, {"new_rows": 1, "late_rows": 2, "withdrawn_rows": -1}),
    "converted_journeys": (2, 6, {"new_rows": 2, "late_rows": 2}),
    "reviews": (1, 0, {"withdrawn_rows": -1}),
}  # fmt: skip


def rows_of(is_after: bool) -> dict[str, list[tuple]]:
    """All marts of the world before or after."""
    placed = [
        (touchpoint, day, after if is_after else before)
        for touchpoint, day, before, after in TOUCHPOINTS
        if (after if is_after else before)
    ]
    first_days: dict[str, str] = {}
    first_seen: dict[str, str] = {}
    journeys: dict[str, tuple[str, bool]] = {}
    for _, day, journey in placed:
        assert journey is not None
        name, person, is_converted = journey
        journeys[name] = person, is_converted
        first_days[name] = min(day, first_days.get(name, day))
        first_seen[person] = min(day, first_seen.get(person, day))
    orders = ORDERS_AFTER if is_after else ORDERS_BEFORE
    return {
        "fct_orders": [
            (order, person, "store", day, channel, value, True)
            for order, person, day, channel, value in orders
        ],
        "fct_touchpoints": [
            (touchpoint, journey[1], "store.order", day, "Direct", False)
            for touchpoint, day, journey in placed
            if journey
        ],
        "fct_sessions": [
            ("s-staff", "staff" if is_after else "ada", "2025-01-01", "Direct", is_after),
            ("s-bot", "bob", "2025-01-01", "Direct", is_after),
        ],
        "fct_journeys": [
            (name, person, first_days[name], "Direct", "converted" if is_so else "open", False)
            for name, (person, is_so) in journeys.items()
        ],
        "fct_journey_steps": [
            (journey[0], touchpoint) for touchpoint, _, journey in placed if journey
        ],
        "fct_reviews": []
        if is_after
        else [("r1", "gone", "2025-01-06", "trustpilot", False, False)],
        "dim_persons": [(person, f"{day} 08:00:00", False) for person, day in first_seen.items()],
        # Each touchpoint was made with an identifier of its own.
        "dim_person_identifiers": [
            (f"i-{touchpoint}", journey[1]) for touchpoint, _, journey in placed if journey
        ],
    }


def build(data_dir: DataDir, marts: dict[str, list[tuple]]) -> None:
    with duckdb.connect(data_dir.warehouse) as connection:
        connection.execute("create schema if not exists marts")
        for table, rows in marts.items():
            names = COLUMNS[table].split(", ")
            columns = ", ".join(f"{name} {TYPES.get(name, 'varchar')}" for name in names)
            connection.execute(f"create or replace table marts.{table} ({columns})")
            if rows:
                places = ", ".join("?" * len(names))
                connection.executemany(f"insert into marts.{table} values ({places})", rows)


def loaded(day: str) -> LoadedState:
    return LoadedState(f"{day} 04:00:00.000000", "2025-01-01", day)


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> DataDir:
    """Publication 1 before and 2 after."""
    data_dir = DataDir(tmp_path_factory.mktemp("changes"))
    data_dir.tmp.mkdir()
    build(data_dir, rows_of(is_after=False))
    publish(data_dir, "before", loaded("2025-01-07"))
    build(data_dir, rows_of(is_after=True))
    publish(data_dir, "after", loaded("2025-02-02"))
    return data_dir


def causes_of(found: Comparison, figure: str) -> dict[str, float]:
    (moved,) = (each for each in found.totals if each.figure == figure)
    return {name: float(value) for name, value in moved.causes.items() if value}


@pytest.mark.parametrize("figure", EXPECTED)
def test_each_cause_is_the_one_that_was_planted(data_dir: DataDir, figure: str) -> None:
    found = compare(data_dir, "1", "2")
    before, after, causes = EXPECTED[figure]
    (moved,) = (each for each in found.totals if each.figure == figure)
    assert (float(moved.before), float(moved.after)) == (before, after)
    assert causes_of(found, figure) == causes
    assert moved.difference == sum(moved.causes.values())
    assert moved.residual == 0


def test_months_and_channels_add_up_and_leave_nothing_over(data_dir: DataDir) -> None:
    found = compare(data_dir, "2", "1")
    assert (found.earlier.number, found.later.number) == (1, 2), "in whatever order they are named"
    assert [each.figure for each in found.totals] == list(EXPECTED)
    for total in found.totals:
        parts = [each for each in found.parts if each.figure == total.figure]
        assert {each.residual for each in parts} == {0}
        for cause in CAUSES:
            assert sum(each.causes[cause] for each in parts) == total.causes[cause]
    revenue = {
        (f"{each.month:%Y-%m}", each.channel): {
            name: float(value) for name, value in each.causes.items() if value
        }
        for each in found.parts
        if each.figure == "net_revenue"
    }
    assert revenue == {
        ("2025-01", "app"): {"corrected_rows": 100},
        ("2025-01", "web"): {"corrected_rows": -104.5, "late_rows": 40},
        ("2025-02", "pos"): {"new_rows": 20},
        ("2025-02", "web"): {"new_rows": 70},
    }


def with_manifest(data_dir: DataDir, number: int, **changed: object) -> None:
    (folder,) = data_dir.publications.glob(f"p{number:08}-*")
    content = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(content | changed))


def test_rules_that_changed_are_told_as_far_as_they_can_be(
    data_dir: DataDir, tmp_path: Path
) -> None:
    """By other rules alone, everything comes of them; with new files, what has other values may."""
    copy = DataDir(tmp_path)
    copy.tmp.mkdir()
    build(copy, rows_of(is_after=False))
    publish(copy, "before", loaded("2025-01-07"))
    build(copy, rows_of(is_after=True))
    publish(copy, "after", loaded("2025-01-07"))
    with_manifest(copy, 2, rules_version="other")
    found = compare(copy, "1", "2")
    assert causes_of(found, "net_revenue") == {"rules_or_code": 125.5}
    assert "No file landed between the two" in found.notes[0]

    publish(copy, "after", loaded("2025-02-02"))
    with_manifest(copy, 3, rules_version="other")
    found = compare(copy, "1", "3")
    assert causes_of(found, "net_revenue") == {
        "new_rows": 90, "late_rows": 40, "rules_or_code": -4.5,
    }  # fmt: skip
    assert "Rules and files changed" in found.notes[0]
    with_manifest(copy, 3, rules_version=found.earlier.rules_version, code_version="other")
    assert "other code" in compare(copy, "1", "3").notes[0]
    assert compare(data_dir, "1", "2").notes == []


def test_the_command_prints_a_table_or_json(
    data_dir: DataDir, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VIAGGIO_DATA_DIR", str(data_dir.root))
    assert diff.main(["1", "2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    (line,) = (line for line in lines if line.startswith("net revenue") and "2025" not in line)
    assert line.split() == [
        *("net", "revenue", "150.00", "275.50", "125.50"),
        *("90.00", "40.00", "-4.50", "0.00", "0.00", "0.00", "0.00"),
    ]
    assert diff.main(["1", "2", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["totals"][1]["corrected_rows"] == -4.5
    assert found["parts"][0]["month"] == "2025-01"


@pytest.mark.parametrize(
    ("asked", "expected"), [(("1", "9"), "9 is not kept"), (("2", "2"), "name two")]
)
def test_what_cannot_be_compared_is_said(
    data_dir: DataDir, asked: tuple[str, str], expected: str
) -> None:
    with pytest.raises(HistoryError, match=expected):
        compare(data_dir, *asked)


def test_a_publication_that_lacks_a_column_is_said(tmp_path: Path) -> None:
    data_dir = DataDir(tmp_path)
    data_dir.tmp.mkdir()
    build(data_dir, rows_of(is_after=False))
    publish(data_dir, "before", loaded("2025-01-07"))
    with duckdb.connect(data_dir.warehouse) as connection:
        connection.execute("alter table marts.fct_orders drop column order_source")
    publish(data_dir, "after", loaded("2025-01-07"))
    with pytest.raises(HistoryError, match="lacks a table or column"):
        compare(data_dir, "1", "2")
