"""Each export that is described, on files in the vendor's true shape with invented values.

`tests/exports/<vendor>/<export>/` holds one file for each shape that the vendor writes (`en.csv`,
`it.csv`, ...) and the rows that all of them become (`<source>.<table>.csv`).
"""

from __future__ import annotations

import csv
import re
import shutil
from pathlib import Path

import duckdb
import pytest

from viaggio.exports.catalogue import Export, load_exports
from viaggio.exports.mapping import map_export
from viaggio.exports.recognise import look, recognise
from viaggio.landing.load import land
from viaggio.landing.report import MAPPED
from viaggio.landing.settings import LandingSettings
from viaggio.workspace.paths import PROJECT_DIR, DataDir

SAMPLES = PROJECT_DIR / "tests" / "exports"
EXPORTS = load_exports()
EXPECTED = re.compile(r"\w+\.\w+\.csv")


def samples(export: Export) -> list[Path]:
    folder = SAMPLES / export.vendor / export.name
    return [path for path in sorted(folder.glob("*")) if not EXPECTED.fullmatch(path.name)]


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.key)
def test_an_export_has_samples_and_a_stable_order(export: Export) -> None:
    assert samples(export)
    for target, sql in export.targets.items():
        assert re.search(r"order by [^()]+$", sql.strip().rstrip(";")), target


@pytest.mark.parametrize(
    ("export", "sample"),
    [
        pytest.param(export, sample, id=f"{export.key}/{sample.name}")
        for export in EXPORTS
        for sample in samples(export)
    ],
)
def test_a_sample_becomes_the_rows_expected(export: Export, sample: Path, tmp_path: Path) -> None:
    head = look(sample)
    assert head is not None
    recognised = recognise(head)
    assert recognised is not None
    assert recognised.export.key == export.key
    with duckdb.connect() as con:
        mapped = map_export(con, recognised, sample.name, tmp_path)
    for target, file in mapped.files.items():
        assert rows_of(file) == rows_of(sample.parent / f"{target}.csv"), target
    assert sum(mapped.rows.values())


def test_what_the_samples_become_lands_without_a_bad_row(tmp_path: Path) -> None:
    data_dir = DataDir(tmp_path)
    for export in EXPORTS:
        sample = samples(export)[0]
        place = data_dir.landing / export.key / sample.name
        place.parent.mkdir(parents=True)
        shutil.copyfile(sample, place)

    report = land(data_dir, settings=LandingSettings(settle_seconds=0))

    assert len(report.with_outcome(MAPPED)) == len(EXPORTS)
    assert report.rows_quarantined == report.rows_rejected == 0
    assert not report.failed_in_part
    assert report.rows_raw > 0
