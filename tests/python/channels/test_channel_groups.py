"""The default channel group, asked as the models ask it, in a database of the seeds alone."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from orchestration.paths import PROJECT_DIR, DataDir
from orchestration.project import DBT
from tests.python.conftest import run_command

Visit = tuple[str | None, str | None, str | None]

CASES = PROJECT_DIR.parent / "shared" / "data" / "channels" / "default_channel_cases.csv"
SOURCES = PROJECT_DIR / "seeds" / "channels" / "traffic_sources.csv"
CAMPAIGNS = PROJECT_DIR / "sample_data" / "reference" / "sources.csv"

# The definitions have another name for it.
OTHER_NAMES = {"Mobile Push Notifications": "Mobile Push"}
# Cases that contradict the definitions; docs/decisions.md says why.
NOT_AS_THE_CASES = {("alibaba", None, None): "Organic Shopping"}

LEAST_DOMAINS = {"search": 100, "shopping": 50, "social": 300, "video": 30, "ai_assistant": 15}
UNPAID_CHANNELS = {
    "search": "Organic Search",
    "shopping": "Organic Shopping",
    "social": "Organic Social",
    "video": "Organic Video",
    "ai_assistant": "AI Assistant",
}
PAID_CHANNELS = {
    "search": "Paid Search",
    "shopping": "Paid Shopping",
    "social": "Paid Social",
    "video": "Paid Video",
    "ai_assistant": "Paid Other",
}


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def visit_of(row: dict[str, str], campaign: str = "campaign") -> Visit:
    return row["source"] or None, row["medium"] or None, row[campaign] or None


def cases() -> dict[Visit, str]:
    """The cases given, by the names and rules of the definitions; none where not at hand."""
    if not CASES.is_file():
        return {}
    given = {visit_of(row): row["expected_channel"] for row in read(CASES)}
    return {visit: OTHER_NAMES.get(name, name) for visit, name in given.items()} | NOT_AS_THE_CASES


def sample_world() -> dict[Visit, str]:
    return {visit_of(row, "campaign_name"): row["channel_group"] for row in read(CAMPAIGNS)}


def listed_sources() -> dict[Visit, str]:
    """Each listed source, unpaid and paid."""
    kinds = {row["source"]: row["source_kind"] for row in read(SOURCES)}
    listed = {source: kind for source, kind in kinds.items() if kind in UNPAID_CHANNELS}
    unpaid = {(s, "referral", None): UNPAID_CHANNELS[kind] for s, kind in listed.items()}
    return unpaid | {(s, "cpc", None): PAID_CHANNELS[kind] for s, kind in listed.items()}


@pytest.fixture(scope="module")
def channels(tmp_path_factory: pytest.TempPathFactory) -> dict[Visit, str]:
    """What dbt finds for all visits of this file, each as (source, medium, campaign)."""
    data_dir = DataDir(tmp_path_factory.mktemp("channels"))
    seeded = run_command(data_dir, DBT, "seed", "-q", "-s", "path:seeds/channels")
    assert seeded.code == 0, seeded.output
    visits = cases() | sample_world() | listed_sources()
    with duckdb.connect(str(data_dir.warehouse)) as connection:
        connection.execute(
            "create table visits (source varchar, medium varchar, campaign varchar, "
            "ad_network_channel varchar, visit_date date)"
        )
        connection.executemany(
            "insert into visits values (?, ?, ?, null, date '2025-01-15')", list(visits)
        )
    query = "{{ channels_of('main.visits') }}"
    shown = run_command(
        data_dir, DBT, "show", "-q", "--inline", query, "--limit", "-1", "--output", "json"
    )
    assert shown.code == 0, shown.output
    rows = json.loads(shown.output[shown.output.index("{") :])["show"]
    return {(row["source"], row["medium"], row["campaign"]): row["channel"] for row in rows}


def differences(expected: dict[Visit, str], found: dict[Visit, str]) -> dict[Visit, str | None]:
    return {visit: found.get(visit) for visit in expected if found.get(visit) != expected[visit]}


@pytest.mark.slow
@pytest.mark.skipif(not CASES.is_file(), reason="the cases are not at hand (../shared/data)")
def test_the_cases_given(channels: dict[Visit, str]) -> None:
    assert len(cases()) == 30
    assert differences(cases(), channels) == {}


@pytest.mark.slow
def test_every_source_of_the_sample_world(channels: dict[Visit, str]) -> None:
    assert differences(sample_world(), channels) == {}


@pytest.mark.slow
def test_every_listed_source_is_found(channels: dict[Visit, str]) -> None:
    """No entry hides another, and paying for a visit moves it to the paid channel of its kind."""
    assert differences(listed_sources(), channels) == {}


def test_the_lists_are_long_enough_and_clean() -> None:
    rows = read(SOURCES)
    names = [row["source"] for row in rows]
    assert len(set(names)) == len(names)
    assert [name for name in names if name != name.strip().lower()] == []
    # An app's package (com.pinterest) has dots too, and is no domain.
    packages = ("com.", "org.", "tv.", "ai.")
    domains = Counter(
        row["source_kind"]
        for row in rows
        if "." in row["source"] and not row["source"].startswith(packages)
    )
    assert {
        kind: domains[kind] for kind, least in LEAST_DOMAINS.items() if domains[kind] < least
    } == {}
