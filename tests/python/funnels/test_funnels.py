"""The funnel macro: cases worked by hand, and a brute force over random sequences of touchpoints.

All funnels of a test are one query, so that dbt starts once.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.python.conftest import Command, run_command
from viaggio.workspace.dbt_project import DBT
from viaggio.workspace.paths import DataDir
from viaggio.workspace.salt import ensure_salt

pytestmark = pytest.mark.slow

START = datetime(2025, 3, 1)
MINUTE = 60_000_000

Step = dict[str, str]


@dataclass(frozen=True)
class Touchpoint:
    """A touchpoint `at` so many microseconds after START; missing texts are null."""

    person: str | None
    device: str | None
    at: int | None
    priority: int
    contact_id: str
    kind: str | None
    channel: str | None = None


@dataclass(frozen=True)
class Funnel:
    """A call of the macro; `label` tells its rows apart."""

    label: str
    steps: list[Step]
    mode: str = "closed"
    partition_by: tuple[str, ...] = ("person",)

    def sql(self, file: Path) -> str:
        call = (
            f"funnel({self.steps!r}, mode={self.mode!r}, "
            f"relation=\"read_parquet('{file}')\", partition_by={list(self.partition_by)!r}, "
            "time='touched_at', tie_breaks=['priority', 'contact_id'], keep=['channel'])"
        )
        partition = " || '/' || ".join(self.partition_by)
        return (
            f"select '{self.label}' as label, {partition} as partition_key, step_number, "
            "step_name, contact_id, channel, is_entry, has_continued, "
            "seconds_since_previous, seconds_since_entry, "
            "epoch_us(entered_at) as entered_us, epoch_us(reached_at) as reached_us "
            f"from ({{{{ {call} }}}}) as funnel"
        )


@dataclass(frozen=True)
class Row:
    """A row of a funnel's result."""

    label: str
    partition_key: str
    step_number: int
    step_name: str
    contact_id: str
    channel: str | None
    is_entry: bool
    has_continued: bool
    seconds_since_previous: int | None
    seconds_since_entry: int
    entered_us: int
    reached_us: int


def write(data_dir: DataDir, touchpoints: list[Touchpoint]) -> Path:
    file = data_dir.root / "touchpoints.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            "create table touchpoints (person text, device text, touched_at timestamp, "
            "priority integer, contact_id text, touchpoint_type text, channel text)"
        )
        connection.executemany(
            "insert into touchpoints values (?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    *(c.person, c.device),
                    None if c.at is None else START + timedelta(microseconds=c.at),
                    *(c.priority, c.contact_id, c.kind, c.channel),
                )
                for c in touchpoints
            ],
        )
        connection.execute(f"copy touchpoints to '{file}'")
    return file


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> DataDir:
    """One for all, so that dbt parses the project once."""
    data_dir = DataDir(tmp_path_factory.mktemp("funnels"))
    ensure_salt(data_dir)
    return data_dir


def ask(data_dir: DataDir, query: str) -> Command:
    """Have dbt run a query with macros in it, on DuckDB; its output ends with the rows as JSON."""
    return run_command(
        data_dir,
        *(DBT, "--quiet", "show", "--no-version-check"),
        *("--inline", query, "--limit", "-1", "--output", "json"),
    )


def rows_of(done: Command) -> list[dict[str, Any]]:
    assert done.code == 0, done.output
    return json.loads(done.output[done.output.index("{") :])["show"]


def followed(data_dir: DataDir, funnels: list[Funnel], touchpoints: list[Touchpoint]) -> set[Row]:
    file = write(data_dir, touchpoints)
    done = ask(data_dir, "\nunion all\n".join(funnel.sql(file) for funnel in funnels))
    found = [Row(**row) for row in rows_of(done)]
    assert len(set(found)) == len(found)
    return set(found)


# Cases worked by hand. A touchpoint is its kind and its minute; steps reached are per touchpoint.


def step(name: str, **settings: str) -> Step:
    return {"name": name, "when": f"touchpoint_type = '{name}'", **settings}


@dataclass(frozen=True)
class Case:
    """A funnel over one person's touchpoints, `kind@minute`, and the touchpoints its steps reach.

    Touchpoints of one minute stand in their order: priority is their place in the list.
    """

    why: str
    touchpoints: str
    steps: list[Step]
    reached: str
    mode: str = "closed"


ABC = [step("A"), step("B"), step("C")]
CASES = [
    Case("others in between do not matter", "A@0 X@1 B@2 X@3 C@4", ABC, "1:A@0 2:B@2 3:C@4"),
    Case("steps out of order do not count", "C@0 B@1 A@2 C@3", ABC, "1:A@2"),
    Case("nothing before the first step counts", "B@0 C@1", ABC, ""),
    Case(
        "a step must come next",
        "A@0 X@1 B@2",
        [step("A"), step("B", kind="direct")],
        "1:A@0",
    ),
    Case(
        "a step that comes next",
        "X@0 A@1 B@2 X@3 C@4",
        [step("A"), step("B", kind="direct"), step("C")],
        "1:A@1 2:B@2 3:C@4",
    ),
    Case(
        "the first match counts: a later one that would go on is not tried",
        "A@0 X@1 A@2 B@3",
        [step("A"), step("B", kind="direct")],
        "1:A@0",
    ),
    Case(
        "the end of a time limit is in it",
        "A@0 B@30",
        [step("A"), step("B", within="30 minutes")],
        "1:A@0 2:B@30",
    ),
    Case(
        "after the end is too late",
        "A@0 B@31",
        [step("A"), step("B", within="30 minutes")],
        "1:A@0",
    ),
    Case(
        "the limit counts from the step before, not from the entry",
        "A@0 B@30 C@60",
        [step("A"), step("B", within="30 minutes"), step("C", within="30 minutes")],
        "1:A@0 2:B@30 3:C@60",
    ),
    Case(
        "the limit counts from the first match, not from its repeats",
        "A@0 A@20 B@40",
        [step("A"), step("B", within="1800 seconds")],
        "1:A@0",
    ),
    Case("simultaneous touchpoints have an order", "A@5 B@5 C@5", ABC, "1:A@5 2:B@5 3:C@5"),
    Case("and it is that order", "B@5 A@5 C@5", ABC, "1:A@5"),
    Case("one touchpoint is one step", "A@0", [step("A"), {**step("A"), "name": "again"}], "1:A@0"),
    Case(
        "a step may come again",
        "A@0 A@1 A@2",
        [step("A"), {**step("A"), "name": "again"}],
        "1:A@0 2:A@1",
    ),
    Case("each step takes the earliest repeat", "A@0 A@1 B@2 B@3 C@4 C@5", ABC,
         "1:A@0 2:B@2 3:C@4"),
    Case("open: enters in the middle", "B@0 A@1 C@2", ABC, "2:B@0 3:C@2", mode="open"),
    Case("open: none is skipped after that", "A@0 C@1", ABC, "1:A@0", mode="open"),
    Case("open: the earliest match enters", "X@0 C@1 A@2 B@3 C@4", ABC, "3:C@1", mode="open"),
    Case(
        "open: a touchpoint of several steps enters at the first of them",
        "B@0 C@1",
        [step("A"), {**step("B"), "name": "early"}, {**step("B"), "name": "late"}, step("C")],
        "2:B@0",
        mode="open",
    ),
    Case(
        "open: limits and direct steps hold as ever",
        "B@0 C@10",
        [step("A"), step("B"), step("C", kind="direct", within="10 minutes")],
        "2:B@0 3:C@10",
        mode="open",
    ),
]  # fmt: skip


def test_cases_worked_by_hand(data_dir: DataDir) -> None:
    touchpoints, funnels, wanted = [], [], {}
    for number, case in enumerate(CASES):
        for place, text in enumerate(case.touchpoints.split()):
            kind, minute = text.split("@")
            # Ids run against the priorities, so that only these decide.
            name, at = f"{99 - place}:{text}", int(minute) * MINUTE
            touchpoints.append(Touchpoint(f"case {number}", None, at, place, name, kind))
        funnels.append(
            Funnel(
                f"case {number}",
                [{**s, "when": f"person = 'case {number}' and {s['when']}"} for s in case.steps],
                case.mode,
            )
        )
        wanted[case.why] = case.reached
    found = followed(data_dir, funnels, touchpoints)
    reached = {
        case.why: " ".join(
            f"{row.step_number}:{row.contact_id.split(':')[1]}"
            for row in sorted(found, key=lambda row: row.step_number)
            if row.label == f"case {number}"
        )
        for number, case in enumerate(CASES)
    }
    assert reached == wanted


# The brute force: a loop over each partition's touchpoints, as the definitions say it in words.

RANDOM_FUNNELS = [
    Funnel("closed", ABC),
    Funnel("open", ABC, "open"),
    Funnel("closed direct", [step("A"), step("B", kind="direct"), step("C")]),
    Funnel("open direct", [step("A"), step("B", kind="direct"), step("C", kind="direct")], "open"),
    Funnel("closed within", [step("A"), step("B", within="3 minutes"), step("C", within="1 hour")]),
    Funnel(
        "open within",
        [
            step("A"),
            step("B", within="2 minutes"),
            step("C", kind="direct", within="4 minutes"),
            step("D"),
        ],
        "open",
    ),
    Funnel("open repeats", [step("A"), {**step("A"), "name": "again"}, step("B")], "open"),
    Funnel(
        "several steps at once",
        [
            {"name": "any", "when": "touchpoint_type in ('A', 'B', 'C')"},
            {"name": "early", "when": "touchpoint_type in ('A', 'B')", "kind": "direct"},
            {"name": "late", "when": "touchpoint_type in ('B', 'C') or channel = 'Email'"},
        ],
        "open",
    ),
    Funnel("by device", ABC, "closed", ("person", "device")),
    Funnel("by device, open", [step("B"), step("C", within="5 minutes")], "open",
           ("person", "device")),
]  # fmt: skip
LIMITS = {
    "2 minutes": 2 * MINUTE,
    "3 minutes": 3 * MINUTE,
    "4 minutes": 4 * MINUTE,
    "5 minutes": 5 * MINUTE,
    "1 hour": 60 * MINUTE,
}


def random_contacts(sequences: int) -> list[Touchpoint]:
    """Sequences with many ties, gaps of exactly the limits, and a microsecond more."""
    draw = random.Random("funnels")  # noqa: S311
    touchpoints = []
    for person in range(sequences):
        at = 0
        for number in range(draw.randrange(13)):
            at += draw.choice([0, 0, 1, MINUTE, 2 * MINUTE, 3 * MINUTE, 90 * MINUTE])
            touchpoints.append(
                Touchpoint(
                    person=f"p{person}" if draw.random() > 0.02 else None,
                    device=draw.choice(["d1", "d1", "d2", None]),
                    at=at if draw.random() > 0.02 else None,
                    priority=draw.randrange(3),
                    contact_id=f"c{draw.randrange(10)}-{person}-{number}",
                    kind=draw.choice(["A", "A", "B", "B", "C", "D", "X", None]),
                    channel=draw.choice(["Email", "Direct", None]),
                )
            )
    draw.shuffle(touchpoints)
    return touchpoints


def is_match(touchpoint: Touchpoint, wanted: Step) -> bool:
    kinds = {
        "any": touchpoint.kind in ("A", "B", "C"),
        "early": touchpoint.kind in ("A", "B"),
        "late": touchpoint.kind in ("B", "C") or touchpoint.channel == "Email",
        "again": touchpoint.kind == "A",
    }
    return kinds.get(wanted["name"], touchpoint.kind == wanted["name"])


def path_of(funnel: Funnel, touchpoints: list[Touchpoint]) -> list[tuple[int, Touchpoint]]:
    """Steps reached, from 0, with the touchpoints that did it; `touchpoints` are in their order."""
    steps = funnel.steps
    entry = None
    for place, touchpoint in enumerate(touchpoints):
        tried = steps if funnel.mode == "open" else steps[:1]
        matching = [number for number, wanted in enumerate(tried) if is_match(touchpoint, wanted)]
        if matching:
            entry = (matching[0], place)
            break
    if entry is None:
        return []
    number, place = entry
    path = [(number, touchpoints[place])]
    for number in range(entry[0] + 1, len(steps)):
        wanted, here = steps[number], touchpoints[place]
        later = range(place + 1, len(touchpoints))
        if wanted.get("kind") == "direct":
            later = later[:1]
        matches = [p for p in later if is_match(touchpoints[p], wanted)]
        if not matches:
            break
        place = matches[0]
        if "within" in wanted and touchpoints[place].at - here.at > LIMITS[wanted["within"]]:
            break
        path.append((number, touchpoints[place]))
    return path


def expected(funnel: Funnel, touchpoints: list[Touchpoint]) -> set[Row]:
    partitions: dict[str, list[Touchpoint]] = defaultdict(list)
    for touchpoint in touchpoints:
        key = [getattr(touchpoint, column) for column in funnel.partition_by]
        if None not in key and touchpoint.at is not None:
            partitions["/".join(key)].append(touchpoint)
    rows = set()
    origin = int((START - datetime(1970, 1, 1)).total_seconds()) * 1_000_000
    for key, members in partitions.items():
        members.sort(key=lambda c: (c.at, c.priority, c.contact_id))
        path = path_of(funnel, members)
        for i, (number, touchpoint) in enumerate(path):
            first, previous = path[0][1], path[i - 1][1]
            rows.add(
                Row(
                    label=funnel.label,
                    partition_key=key,
                    step_number=number + 1,
                    step_name=funnel.steps[number]["name"],
                    contact_id=touchpoint.contact_id,
                    channel=first.channel,
                    is_entry=i == 0,
                    has_continued=i + 1 < len(path),
                    seconds_since_previous=(touchpoint.at - previous.at) // 1_000_000
                    if i
                    else None,
                    seconds_since_entry=(touchpoint.at - first.at) // 1_000_000,
                    entered_us=origin + first.at,
                    reached_us=origin + touchpoint.at,
                )
            )
    return rows


def test_random_sequences_against_a_brute_force(data_dir: DataDir) -> None:
    touchpoints = random_contacts(1000)
    wanted = set().union(*(expected(funnel, touchpoints) for funnel in RANDOM_FUNNELS))
    # The sequences reach the last step of each funnel, and stop before it, often enough.
    for funnel in RANDOM_FUNNELS:
        reached = [row.step_number for row in wanted if row.label == funnel.label]
        last = reached.count(len(funnel.steps))
        assert 20 < last < len({r.partition_key for r in wanted if r.label == funnel.label})
    found = followed(data_dir, RANDOM_FUNNELS, touchpoints)
    assert found - wanted == set()
    assert wanted - found == set()


def test_summary_has_every_step_of_every_slice(data_dir: DataDir) -> None:
    """Three enter at A, one of them goes on to B after 2 and one after 5 minutes; one enters at B.

    Nobody reaches C. Of the two slices, Email holds the one who only sees B.
    """
    touchpoints = [
        Touchpoint("p1", None, 0, 1, "1", "A", "Direct"),
        Touchpoint("p1", None, 2 * MINUTE, 1, "2", "B", "Email"),
        Touchpoint("p2", None, 0, 1, "3", "A", "Direct"),
        Touchpoint("p2", None, 5 * MINUTE, 1, "4", "B", "Direct"),
        Touchpoint("p3", None, 0, 1, "5", "A", "Direct"),
        Touchpoint("p4", None, 0, 1, "6", "B", "Email"),
    ]
    file = write(data_dir, touchpoints)
    call = (
        f"funnel({ABC!r}, mode='open', relation=\"read_parquet('{file}')\", "
        "partition_by=['person'], tie_breaks=['priority', 'contact_id'], keep=['channel'])"
    )
    query = (
        f"with followed as ({{{{ {call} }}}}), "
        f"by_channel as ({{{{ funnel_summary('followed', {ABC!r}, ['channel']) }}}}), "
        f"in_all as ({{{{ funnel_summary('followed', {ABC!r}) }}}}) "
        "select * from by_channel union all select 'all', * from in_all order by 1, 2"
    )
    found = [tuple(row.values()) for row in rows_of(ask(data_dir, query))]
    assert found == [
        ("Direct", 1, "A", 3, 3, 2, 1.0, None, None),
        ("Direct", 2, "B", 2, 0, 0, 0.6667, 0.6667, 210),
        ("Direct", 3, "C", 0, 0, 0, 0.0, 0.0, None),
        ("Email", 1, "A", 0, 0, 0, 0.0, None, None),
        ("Email", 2, "B", 1, 1, 0, 1.0, None, None),
        ("Email", 3, "C", 0, 0, 0, 0.0, 0.0, None),
        ("all", 1, "A", 3, 3, 2, 0.75, None, None),
        ("all", 2, "B", 3, 1, 0, 0.75, 0.6667, 210),
        ("all", 3, "C", 0, 0, 0, 0.0, 0.0, None),
    ]


@pytest.mark.parametrize(
    ("settings", "messages"),
    [
        (
            "[{'name': 'A', 'when': 'true', 'within': '1 day'}, {'name': 'B'}, "
            "{'name': 'A', 'when': 'true', 'kind': 'next', 'wihtin': '1 day'}], mode='shut'",
            [
                "mode is closed or open, not 'shut'",
                "step 2 needs a name and a condition",
                "two steps are called 'A'",
                "step 3 has an unknown setting 'wihtin'",
                "kind of step 'A' is eventual or direct, not 'next'",
                "no step comes before the first",
            ],
        ),
        (
            "[{'name': 'A', 'when': 'true'}, {'name': 'B', 'when': 'true', 'within': 'a day'}]",
            ["'a day' is no length of time"],
        ),
    ],
)
def test_a_funnel_that_cannot_be_says_why(
    data_dir: DataDir, settings: str, messages: list[str]
) -> None:
    done = ask(data_dir, f"{{{{ funnel({settings}, relation='nothing') }}}}")
    assert done.code != 0
    said = " ".join(done.output.split())
    assert [message for message in messages if message not in said] == []
