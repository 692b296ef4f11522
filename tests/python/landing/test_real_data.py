"""Exports nobody on this project wrote; they are not part of it."""

from __future__ import annotations

import shutil

import pytest

from viaggio.workspace.paths import PROJECT_DIR

from .conftest import Place

REAL = PROJECT_DIR.parent / "shared" / "data"


@pytest.mark.skipif(not REAL.exists(), reason="the real data (../shared/data) are not here")
@pytest.mark.parametrize(
    ("file", "table", "rows"),
    [("ga4/event.jsonl.gz", "ga4/event", 460), ("hubspot/contact.csv", "crm/contact", 22)],
)
def test_real_exports_land_whole(place: Place, file: str, table: str, rows: int) -> None:
    folder = place.data_dir.landing / table
    folder.mkdir(parents=True)
    shutil.copyfile(REAL / file, folder / (REAL / file).name)
    report = place.land()
    assert (report.rows_raw, report.rows_quarantined) == (rows, 0)
    assert report.warnings
    source, name = table.split("/")
    days = place.rows(source, name, "event_day")
    assert len(days) == rows
