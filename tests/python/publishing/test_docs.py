"""The pages for reviewers: kept by a job of their own, whole, with lineage from the raw tables."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from orchestration.build import build_definitions
from orchestration.sensors import docs_sensor
from tests.python.conftest import Built
from viaggio.publishing.docs import DocsError, are_due, write_pages
from viaggio.workspace.dbt_project import load_manifest
from viaggio.workspace.paths import DataDir

# Published columns that begin at no raw table, by layer and by where they begin: names and rules of
# ours (lists in seeds/, the calendar of the ledger's days, the stages of `mart_stage_funnel`) and
# what the pipeline records of itself. If you add one, read on its page whether it should be here.
NOT_FROM_RAW = {
    ("marts", "a list in seeds/"): 64,
    ("marts", "Viaggio's own records"): 24,
    ("marts", "constants of the models"): 2,
    ("audit", "Viaggio's own records"): 60,
}
FROM_RAW = {
    "raw columns",
    "a list or constants, chosen by raw columns",
    "rows of raw tables, counted or marked",
}


def _begins(data: dict[str, Any]) -> dict[tuple[str, str], int]:
    return Counter(
        (table["layer"], data["begins"][column[2]])
        for table in data["tables"]
        if table["layer"] in ("marts", "audit")
        for column in table["columns"]
    )


@pytest.mark.slow
def test_the_job_writes_pages_of_every_model_and_column_once_per_code(
    built: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data_dir = built.copy(tmp_path / "data")
    for name, value in data_dir.environment().items():
        monkeypatch.setenv(name, value)
    assert isinstance(docs_sensor(dg.build_sensor_context()), dg.RunRequest)

    job = build_definitions(data_dir).resolve_job_def("documentation")
    with dg.DagsterInstance.ephemeral() as instance:
        result = job.execute_in_process(instance=instance)

    assert result.success
    assert isinstance(docs_sensor(dg.build_sensor_context()), dg.SkipReason)
    pages = data_dir.docs
    of_dbt = (pages / "models.html").read_text(encoding="utf-8")
    data = json.loads(
        (pages / "data.js").read_text("utf-8").removeprefix("const DATA = ").removesuffix(";\n")
    )
    tables = {table["id"]: table for table in data["tables"]}
    for key, node in load_manifest(data_dir).nodes.items():
        if node.is_model:
            assert key in of_dbt
            named = [column[0] for column in tables[key]["columns"]]
            assert named == list(node.properties["columns"])
    begins = _begins(data)
    assert {key: count for key, count in begins.items() if key[1] not in FROM_RAW} == NOT_FROM_RAW
    assert sum(begins.values()) > 1400
    word_of_mouth = tables["model.viaggio.mart_word_of_mouth"]["columns"]
    assert {column[0]: data["begins"][column[2]] for column in word_of_mouth} == {
        **{column[0]: "raw columns" for column in word_of_mouth},
        **dict.fromkeys(
            ("referral_mechanism", "touchpoints", "orders", "order_rate", "store_visits",
             "store_visit_rate"),
            "rows of raw tables, counted or marked",
        ),
    }  # fmt: skip
    # Another rule is another code: the pages are due when readers have tables built by it.
    (data_dir.docs / "version.txt").write_text("another\n", encoding="utf-8")
    assert are_due(data_dir)


def test_what_fails_says_why_and_leaves_the_pages(tmp_path: Path) -> None:
    data_dir = DataDir(tmp_path)
    page = data_dir.docs / "index.html"
    page.parent.mkdir()
    page.write_text("whole", encoding="utf-8")
    with pytest.raises(DocsError, match="Run `make demo` first"):
        write_pages(data_dir)
    data_dir.warehouse.write_text("no database", encoding="utf-8")
    with pytest.raises(DocsError, match=r"(?s)`dbt docs` failed:.*not a valid DuckDB"):
        write_pages(data_dir)
    assert page.read_text(encoding="utf-8") == "whole"
    assert not are_due(data_dir)
