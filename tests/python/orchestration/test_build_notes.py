"""Tables that other rules built are built whole, however dbt was run and however that run ended.

A small part of the project is copied, so that its rules can be changed: two incremental models, one
reading the other, and what they read. Rows are spoiled in both, in a way that only a whole build
mends: so it shows which were built whole.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from orchestration import progress
from tests.python.conftest import Command, run_command
from viaggio.landing.load import land
from viaggio.publishing.publish import publish
from viaggio.workspace.build_notes import build_notes
from viaggio.workspace.dbt_project import DBT, code_version, rules_version
from viaggio.workspace.paths import PROJECT_DIR, DataDir
from viaggio.workspace.salt import ensure_salt

pytestmark = pytest.mark.slow

EVENTS, TOUCHPOINTS = "staging.stg_email__events", "intermediate.int_touchpoints__email"
EVENTS_SQL = "models/staging/email/stg_email__events.sql"
SOURCES = "models/staging/email/_email__sources.yml"
COPIED = (
    *("dbt_project.yml", "profiles.yml", "macros", "models/groups.yml"),
    *("seeds/flags/mail_machines.csv", "seeds/flags/traffic_markers.csv"),
    "seeds/identity/empty_values.csv",
    "seeds/touchpoints/touchpoint_types.csv",
    *("models/staging/landing/_landing__sources.yml", SOURCES, EVENTS_SQL),
    "models/staging/landing/stg_landing__file_days.sql",
    "models/intermediate/touchpoints/int_touchpoints__email.sql",
)


@dataclass(frozen=True)
class Project:
    """A part of the project, and a data directory with what landed."""

    folder: Path
    data_dir: DataDir

    def dbt(self, *arguments: str) -> Command:
        # From its own folder, so that no other project is found.
        return run_command(
            self.data_dir,
            *("env", "-C", str(self.folder), DBT, *arguments),
            *("--profiles-dir", str(self.folder), "--target", "ci"),
        )

    def build(self, *arguments: str) -> None:
        done = self.dbt("build", "--exclude-resource-type", "test", *arguments)
        assert done.code == 0, done.output

    def change(self, file: str, old: str, new: str) -> None:
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{file} has no {old}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def execute(self, *statements: str) -> list[tuple]:
        with duckdb.connect(self.data_dir.warehouse) as connection:
            for statement in statements:
                result = connection.execute(statement)
            return result.fetchall()

    def spoil(self) -> None:
        self.execute(
            f"update {EVENTS} set link_url = 'spoiled'",
            f"update {TOUCHPOINTS} set campaign = 'spoiled'",
        )

    def spoiled(self) -> tuple[bool, bool]:
        return tuple(
            self.execute(f"select bool_or({column} = 'spoiled') is true from {table}")[0][0]
            for table, column in ((EVENTS, "link_url"), (TOUCHPOINTS, "campaign"))
        )

    def machines(self) -> int:
        return self.execute(f"select count_if(is_machine) from {EVENTS}")[0][0]


@pytest.fixture(scope="module")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project, copied and built once."""
    folder = tmp_path_factory.mktemp("project")
    for name in COPIED:
        source, target = PROJECT_DIR / name, folder / "project" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copy)(source, target)
    data_dir = DataDir(folder / "data")
    ensure_salt(data_dir)
    shutil.copytree(
        PROJECT_DIR / "tests" / "golden" / "landing" / "email", data_dir.landing / "email"
    )
    land(data_dir)
    Project(folder / "project", data_dir).build()
    return folder


@pytest.fixture
def project(built_once: Path, tmp_path: Path) -> Project:
    """A copy of both, to change."""
    shutil.copytree(built_once, tmp_path / "copy")
    return Project(tmp_path / "copy" / "project", DataDir(tmp_path / "copy" / "data"))


ALL_MACHINES = ("judged.machine_reason is not null as is_machine", "true as is_machine")


def test_only_what_other_rules_built_is_built_whole(project: Project) -> None:
    """One after the other: no change, a model by hand, a variable by hand, and no change again."""
    notes, machines = build_notes(project.data_dir), project.machines()
    project.spoil()
    project.build("--vars", "{start_day: '1999-01-01', end_day: '1999-01-02'}")
    assert project.spoiled() == (True, True), "days of a backfill are no rule"
    assert build_notes(project.data_dir) == notes is not None

    # The tree is changed back, so that nothing in it tells.
    project.change(EVENTS_SQL, *ALL_MACHINES)
    project.build("--select", "stg_email__events")
    assert project.machines() > machines
    project.change(EVENTS_SQL, *reversed(ALL_MACHINES))
    project.spoil()
    project.build()
    assert project.machines() == machines
    assert project.spoiled() == (False, False), "nor is what reads it as it was"

    project.build("--vars", "machine_open_seconds: 10000000", "--select", "stg_email__events")
    assert project.machines() > machines
    project.build()
    assert project.machines() == machines


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("dbt_project.yml", "machine_open_seconds: 2", "machine_open_seconds: 3"),
        ("macros/rules/rebuilt_days.sql", "loaded_at > timestamp", "loaded_at >= timestamp"),
        (SOURCES, "business_key: [id]", "business_key: [id, type]"),
    ],
)
def test_settings_macros_and_the_contract_are_rules(
    project: Project, file: str, old: str, new: str
) -> None:
    project.spoil()
    project.change(file, old, new)
    project.build("--exclude", "resource_type:seed")
    assert project.spoiled() == (False, False)


def test_a_reader_built_before_what_it_reads_is_built_again(project: Project) -> None:
    """A seed is changed, and its reader is run without loading it."""
    project.change("seeds/flags/mail_machines.csv", "yahoomailproxy", "nobody")
    project.spoil()
    project.build("--select", "stg_email__events")
    assert project.spoiled() == (True, True), "the seed it reads is the old one"
    project.build()
    assert project.spoiled() == (False, False)


def test_a_build_that_fails_leaves_the_note_of_what_is_stored(project: Project) -> None:
    notes = build_notes(project.data_dir)
    project.change(EVENTS_SQL, ALL_MACHINES[0], "error('no') is null as is_machine")
    assert project.dbt("run", "--select", "stg_email__events").code == 1
    assert build_notes(project.data_dir) == notes is not None


def test_a_warehouse_that_a_former_version_built_is_built_whole(project: Project) -> None:
    project.execute("drop table main.build_note")
    project.spoil()
    project.build("--exclude", "resource_type:seed")
    assert project.spoiled() == (False, False)


def test_what_a_removed_model_built_is_dropped(project: Project) -> None:
    """A renamed mart must not stay published as it last was; a table of somebody else stays.

    The log of identity changes has another name than in earlier versions, and keeps its rows.
    """
    project.execute(
        "create table intermediate.notes_of_mine as select 1 as n",
        "create table intermediate.int_identifiers__moved as select 1 as n",
    )
    (project.folder / "models/intermediate/touchpoints/int_touchpoints__email.sql").rename(
        project.folder / "models/intermediate/touchpoints/int_touchpoints__renamed.sql"
    )
    project.build()
    tables = project.execute(
        "select table_name from duckdb_tables() where schema_name = 'intermediate' order by all"
    )
    assert tables == [
        ("int_identifier_changes__logged",),
        ("int_touchpoints__renamed",),
        ("notes_of_mine",),
    ]
    assert "int_touchpoints__email" not in (build_notes(project.data_dir) or "")


def test_what_other_rules_built_is_not_up_to_date(project: Project) -> None:
    data_dir = project.data_dir
    project.execute("create schema marts", "create schema audit")
    data_dir.tmp.mkdir(exist_ok=True)
    published = publish(data_dir, "run-1", progress.loaded_state(data_dir))
    assert (published.code_version, published.rules_version) == (code_version(), rules_version())
    assert progress.is_up_to_date(data_dir)
    assert progress.pending_days(data_dir) == {}
    project.execute(
        "insert into main.build_note values ('model.viaggio.stg_email__events', 'other', 1)"
    )
    assert not progress.is_up_to_date(data_dir)
    assert progress.pending_days(data_dir) is None


def test_dbt_by_hand_notices_a_lost_and_another_salt(project: Project, tmp_path: Path) -> None:
    salt = project.data_dir.hash_salt
    salt.unlink()
    lost = project.dbt("run", "--select", "stg_email__events")
    assert lost.code != 0
    assert "salt.parquet is missing" in lost.output
    other = DataDir(tmp_path / "other")
    ensure_salt(other)
    shutil.copy(other.hash_salt, salt)
    changed = project.dbt("run", "--select", "stg_email__events")
    assert changed.code != 0
    assert "is not the salt" in changed.output
