"""Analysts' tools on the published file: dbt's analyses, the command `mf`, SQLAlchemy, pandas."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pytest
import sqlalchemy as sa
import yaml

from tests.python.conftest import Built
from viaggio.workspace.paths import PROJECT_DIR

pytestmark = pytest.mark.slow

BIN = Path(sys.executable).parent
QUESTIONS = PROJECT_DIR / "analyses" / "questions"
ANALYSES = sorted(QUESTIONS.glob("*.sql"))


@pytest.fixture(scope="module")
def project(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project in a folder of its own, where it writes, compiled for the target `published`."""
    folder = tmp_path_factory.mktemp("project")
    for name in ("dbt_project.yml", "profiles.yml", *_folders_of_dbt()):
        (folder / name).symlink_to(PROJECT_DIR / name)
    compiled = _run(built, folder, "dbt", "compile", "--select", "path:analyses/questions")
    assert compiled.returncode == 0, compiled.stdout
    return folder


@pytest.fixture
def published(built: Built) -> Iterator[duckdb.DuckDBPyConnection]:
    file = built.data_dir.published / "viaggio.duckdb"
    with duckdb.connect(str(file), read_only=True) as connection:
        yield connection


@pytest.mark.parametrize("analysis", ANALYSES, ids=lambda path: path.stem)
def test_each_analysis_answers(
    analysis: Path, project: Path, published: duckdb.DuckDBPyConnection
) -> None:
    answer = published.sql(_compiled(project, analysis.stem))
    assert len(answer.columns) >= 4
    rows = answer.fetchall()
    # In two weeks nobody has come back after months, nor has a month followed another.
    if analysis.stem not in {"discounts_and_loyalty", "price_of_late_parcels", "email_pressure"}:
        assert rows, analysis.stem
    grain = [row[0] for row in rows]
    assert None not in grain


@pytest.mark.parametrize(
    ("analysis", "parts", "whole"),
    [
        (
            "new_and_returning_revenue",
            "sum(first_revenue + repeat_revenue)",
            "select sum(net_revenue) from marts.fct_orders where is_conversion",
        ),
        (
            "stores_prepared_online",
            "sum(net_revenue)",
            "select sum(net_revenue) from marts.fct_orders"
            " where is_conversion and location_id is not null",
        ),
        (
            "roles_of_channels",
            "sum(opened)",
            # The second order of a session has no path of its own.
            "select count(distinct order_id) from marts.fct_attribution"
            " semi join (from marts.fct_journeys where path_length > 0) using (order_id)"
            " where model = 'first' and touchpoint_id is not null",
        ),
        (
            "path_to_the_order",
            "sum(conversions)",
            "select count(*) from marts.fct_orders"
            " semi join (from marts.fct_journeys where path_length > 0) using (order_id)"
            " semi join (from marts.fct_attribution where touchpoint_id is not null)"
            " using (order_id)",
        ),
        (
            "leaks_by_persona",
            "sum(leaked)",
            "select sum(leaked) from marts.mart_stage_funnel"
            " where mode = 'open' and stage <> 'advocacy'",
        ),
        (
            "worth_of_a_quick_reply",
            "sum(tickets)",
            "select count(*) from marts.fct_service_cases where not (is_test or is_internal)",
        ),
        (
            "praise_and_blame",
            "sum(our_reviews + their_reviews)",
            "select count(*) from marts.fct_review_aspects where not is_internal",
        ),
    ],
)
def test_parts_add_up_to_all(
    analysis: str,
    parts: str,
    whole: str,
    project: Path,
    published: duckdb.DuckDBPyConnection,
) -> None:
    # No relation is kept: that of a failed test would keep the file open, and the next wait for it.
    query = _compiled(project, analysis)
    found = published.execute(f"select {parts} from (\n{query}\n)").fetchone()
    assert found == published.execute(whole).fetchone()
    assert found[0] > 0


def test_each_analysis_begins_with_its_question() -> None:
    text = (QUESTIONS / "_questions.yml").read_text(encoding="utf-8")
    described = {a["name"]: a["description"] for a in yaml.safe_load(text)["analyses"]}
    assert len(ANALYSES) == 20
    asked = {}
    for analysis in ANALYSES:
        header = re.match(r"(?:-- .*\n)+", analysis.read_text(encoding="utf-8"))
        assert header, analysis.name
        words = header.group().replace("-- ", "").replace("\n", " ")
        parts = re.fullmatch(r"(.+\?) Grain: (one row per .+?\.) Read: (.+\.) ", words)
        assert parts, analysis.name
        asked[analysis.stem] = parts.group(1)
    assert asked == described


def test_mf_reads_the_published_file_and_leaves_it_as_it_is(built: Built, project: Path) -> None:
    file = built.data_dir.published / "viaggio.duckdb"
    before = file.stat()
    answer = project / "answer.csv"
    asked = _run(
        built,
        project,
        *("mf", "query", "--metrics", "orders,net_revenue", "--csv", str(answer)),
        *("--group-by", "metric_time__day", "--decimals", "2"),
    )
    assert answer.exists(), asked.stdout + asked.stderr
    with answer.open(encoding="utf-8") as lines:
        found = {row["metric_time__day"][:10]: row["net_revenue"] for row in csv.DictReader(lines)}
    with duckdb.connect(str(file), read_only=True) as connection:
        expected = connection.execute(
            "select order_date::varchar, sum(net_revenue)::varchar from marts.fct_orders"
            " where is_conversion group by all"
        ).fetchall()
    assert {day: float(value) for day, value in found.items() if float(value)} == {
        day: float(value) for day, value in expected if float(value)
    }
    after = file.stat()
    assert (before.st_mtime_ns, before.st_size) == (after.st_mtime_ns, after.st_size)


def test_sqlalchemy_reads_it(built: Built) -> None:
    file = built.data_dir.published / "viaggio.duckdb"
    engine = sa.create_engine(f"duckdb:///{file}", connect_args={"read_only": True})
    try:
        schemas = {name.split(".")[-1] for name in sa.inspect(engine).get_schema_names()}
        assert {"marts", "audit"} <= schemas
        frame = pd.read_sql("select order_id, net_revenue from marts.fct_orders", engine)
        with (
            engine.connect() as connection,
            pytest.raises(sa.exc.SQLAlchemyError, match="read-only"),
        ):
            connection.execute(sa.text("drop table marts.fct_orders"))
    finally:
        engine.dispose()
    with duckdb.connect(str(file), read_only=True) as connection:
        rows = connection.execute("select count(*) from marts.fct_orders").fetchone()
    assert rows == (len(frame),)


def test_duckdb_reads_the_parquet_files(built: Built, published: duckdb.DuckDBPyConnection) -> None:
    file = built.data_dir.published / "parquet" / "fct_orders.parquet"
    frame = duckdb.sql(f"select order_id, net_revenue from '{file}'").df()
    (rows,) = published.sql("select count(*) from marts.fct_orders").fetchone()
    assert len(frame) == rows


def _compiled(project: Path, analysis: str) -> str:
    folder = project / "target" / "compiled" / "viaggio" / "analyses" / "questions"
    return (folder / f"{analysis}.sql").read_text(encoding="utf-8")


def _folders_of_dbt() -> tuple[str, ...]:
    text = (PROJECT_DIR / "dbt_project.yml").read_text(encoding="utf-8")
    settings = yaml.safe_load(text)
    kinds = ("model", "seed", "macro", "test", "analysis")
    return tuple(folder for kind in kinds for folder in settings[f"{kind}-paths"])


def _run(built: Built, project: Path, command: str, *arguments: str) -> subprocess.CompletedProcess:
    environment = {**os.environ, **built.data_dir.environment(), "VIAGGIO_TARGET": "published"}
    environment |= {"DBT_TARGET_PATH": str(project / "target"), "DBT_LOG_PATH": str(project)}
    return subprocess.run(
        [str(BIN / command), *arguments],
        cwd=project,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
