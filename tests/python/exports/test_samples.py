"""Each export that is described, on files in the vendor's true shape with invented values.

`tests/exports/<vendor>/<export>/` holds one file for each shape that the vendor writes (`en.csv`,
`it.csv`, ...) and the rows that all of them become (`<source>.<table>.csv`). A file that becomes
other rows has its own: those of `cleaned.csv` are in `cleaned.<source>.<table>.csv`. Files that an
export refuses by its rows are called `refused...`; an export that refuses every file needs no rows.
"""

from __future__ import annotations

import csv
import re
import shutil
from collections import Counter
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from viaggio.exports.catalogue import ADAPTERS_DIR, Export, load_exports
from viaggio.exports.files import ExportError
from viaggio.exports.mapping import map_export
from viaggio.exports.recognise import look, recognise
from viaggio.landing.load import land
from viaggio.landing.report import MAPPED
from viaggio.landing.settings import LandingSettings
from viaggio.workspace.contract import RawTable, load_contract
from viaggio.workspace.paths import PROJECT_DIR, DataDir

SAMPLES = PROJECT_DIR / "tests" / "exports"
EXPORTS = load_exports()
CONTRACT = load_contract()
EXPECTED = re.compile(r"(\w+\.)?\w+\.\w+\.csv")
REFUSED = "refused"


def samples(export: Export) -> list[Path]:
    folder = SAMPLES / export.vendor / export.name
    return [path for path in sorted(folder.glob("*")) if not EXPECTED.fullmatch(path.name)]


def expected(sample: Path, target: str) -> Path:
    own = sample.parent / f"{sample.name.partition('.')[0]}.{target}.csv"
    return own if own.exists() else sample.parent / f"{target}.csv"


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.key)
def test_an_export_has_samples_and_a_stable_order(export: Export) -> None:
    assert samples(export)
    assert bool(export.targets) != bool(export.refuse)
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
        if export.refuse or sample.name.startswith(REFUSED):
            with pytest.raises(ExportError):
                map_export(con, recognised, sample.name, tmp_path)
            return
        mapped = map_export(con, recognised, sample.name, tmp_path)
    for target, file in mapped.files.items():
        assert rows_of(file) == rows_of(expected(sample, target)), target
    assert sum(mapped.rows.values())


@pytest.mark.parametrize(
    "export",
    [each for each in EXPORTS if "store.order" in each.targets],
    ids=lambda export: export.key,
)
def test_the_parts_of_an_order_give_its_total(export: Export) -> None:
    folder = SAMPLES / export.vendor / export.name
    lines: dict[str, Decimal] = {}
    for line in rows_of(folder / "store.order_line.csv") if has_lines(export) else []:
        amount = number(line, "quantity") * number(line, "price") - number(line, "total_discount")
        lines[line["order_id"]] = lines.get(line["order_id"], Decimal(0)) + amount
    for order in rows_of(folder / "store.order.csv"):
        stated = number(order, "subtotal_price") if order.get("subtotal_price") else None
        goods = stated if stated is not None else lines.get(order["id"])
        if goods is None:
            continue
        assert goods == lines.get(order["id"], goods), order["id"]
        tax = number(order, "total_tax") if order.get("taxes_included") == "false" else 0
        rest = sum(number(order, f"total_{part}") for part in ("shipping", "duties", "tip"))
        assert goods + rest + tax == number(order, "total_price"), order["id"]


def has_lines(export: Export) -> bool:
    return "store.order_line" in export.targets


def number(row: dict[str, str], name: str) -> Decimal:
    return Decimal(row.get(name) or 0)


def test_a_shared_part_is_read_by_several_exports() -> None:
    readers = Counter(name for export in EXPORTS for name, _ in export.parts)
    written = {
        f"{path.parent.name}{path.stem}"
        for path in ADAPTERS_DIR.glob("*/_*.sql")
        if "from export" in path.read_text(encoding="utf-8")
    }
    assert {name for name, exports in readers.items() if exports > 1} == written


@pytest.mark.parametrize("table", CONTRACT.tables.values(), ids=lambda table: str(table.name))
def test_a_file_in_the_contract_s_shape_is_no_export(table: RawTable, tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text(",".join(column.name for column in table.columns) + "\n", encoding="utf-8")
    head = look(path)
    assert head is not None
    assert recognise(head) is None


def test_what_the_samples_become_lands_without_a_bad_row(tmp_path: Path) -> None:
    data_dir = DataDir(tmp_path)
    useful = [export for export in EXPORTS if not export.refuse]
    for export in useful:
        sample = samples(export)[0]
        place = data_dir.landing / export.key / sample.name
        place.parent.mkdir(parents=True)
        shutil.copyfile(sample, place)

    report = land(data_dir, settings=LandingSettings(settle_seconds=0))

    assert len(report.with_outcome(MAPPED)) == len(useful)
    assert report.rows_quarantined == report.rows_rejected == 0
    assert not report.failed_in_part
    assert report.rows_raw > 0


@pytest.mark.parametrize(
    ("first", "second", "types"),
    [
        ("mailchimp/clicks", "mailchimp/email_activity_api", {"CLICK"}),
        ("mailchimp/opens", "mailchimp/email_activity_api", {"OPEN"}),
        ("brevo/transactional_logs", "brevo/events_api", {"DELIVERED", "CLICK", "BOUNCE"}),
        ("brevo/transactional_logs", "brevo/webhooks", {"SENT", "OPEN", "BOUNCE"}),
    ],
)
def test_an_event_has_one_id_in_all_exports_of_its_vendor(
    first: str, second: str, types: set[str]
) -> None:
    """Ids are made of the event where the vendor gives none; the samples are of one company."""
    ids = [
        {row["id"]: row["type"] for row in rows_of(SAMPLES / export / "email.event.csv")}
        for export in (first, second)
    ]
    assert {ids[0][each] for each in ids[0].keys() & ids[1].keys()} == types
