"""`viaggio check`: what a folder of exports is, without landing it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from viaggio.cli.check import main
from viaggio.workspace.paths import PROJECT_DIR

SAMPLES = PROJECT_DIR / "tests" / "exports"
ORDERS = SAMPLES / "shopify" / "admin_orders" / "en.csv"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "exports"
    (folder / "june").mkdir(parents=True)
    shutil.copyfile(ORDERS, folder / "june" / "orders.csv")
    shutil.copyfile(SAMPLES / "trustpilot" / "reviews" / "en.csv", folder / "reviews.csv")
    return folder


def test_each_file_is_named_with_its_tables_and_period(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    assert main([str(folder)]) == 0
    said = capsys.readouterr().out
    assert (
        "june/orders.csv: Shopify orders (admin, Orders > Export): 4 rows -> store.order (3)"
        in said
    )
    assert "2025-06-01 to 2025-12-30" in said
    assert "reviews.csv: Trustpilot reviews" in said
    assert "10 rows. A first run" in said
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_questions_are_answered_or_wait_for_data(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main([str(folder)])
    answered, waiting = capsys.readouterr().out.split("Questions that wait for other data:")
    assert "  How do people buy?" in answered
    assert "  Which channels bring visits" in waiting
    assert "visits and purchases on the site (ga4.event) would answer" in waiting


def test_rejected_files_and_bad_rows_are_told_in_advance(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "unknown.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    header, *rows = (SAMPLES / "hubspot" / "contacts" / "en.csv").read_text("utf-8").splitlines()
    many = [rows[0].replace("301", str(number), 1) for number in range(200)]
    bad = rows[0].replace("2025-05-01 11:00", "some day")
    (folder / "contacts.csv").write_text("\n".join([header, *many, bad]), encoding="utf-8")
    assert main([str(folder)]) == 3
    said = capsys.readouterr().out
    assert "unknown.csv: would be rejected: the landing folder itself is no table" in said
    assert "viaggio adapt FILE" in said
    assert "crm.contact: 1 x property_createdate: not a timestamp" in said
    assert "ada@example.com" not in said
    assert (folder / "unknown.csv").exists()


def test_the_same_export_twice_counts_once(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copyfile(ORDERS, folder / "copy of orders.csv")
    assert main([str(folder)]) == 0
    said = capsys.readouterr().out
    assert "    store.order: would be skipped: its content was already loaded" in said
    assert "10 rows. A first run" in said


@pytest.mark.parametrize("missing", [True, False])
def test_a_folder_without_files_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], missing: bool
) -> None:
    folder = tmp_path / "exports"
    if not missing:
        folder.mkdir()
    assert main([str(folder)]) == 1
    assert str(folder) in capsys.readouterr().err
