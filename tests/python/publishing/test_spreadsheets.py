"""No cell of a CSV file for people is a formula, however a spreadsheet divides it into cells."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from tests.python.conftest import run_module
from viaggio.publishing.spreadsheets import csv_of, csv_of_csv, defused
from viaggio.workspace.paths import DataDir

SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20"
FORMULAS = [
    '=cmd|" /C calc"!A0',
    "=1+1",
    "+wonderful",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\rtext",
    "\ttext",
    "\ufeff=1",
    "  =1",
    "\n=1",
    '"=1',
    '" =1',
    "\uff1d1+1",
    "=",
    "+39 02 1234",
    "-5 %",
    "--5",
    "+.",
    "-inf",
    "text;=1",
    "text; =1",
    'text;"=1"',
    "text\t@SUM(A1)",
    "text\n=1",
    "text\r\n+1",
]
HARMLESS = [
    "",
    "text",
    "a=b",
    "a - b",
    "a, -5",
    "e-mail",
    "info@example.com",
    "Email > Store",
    "1-2",
    "'=1",
    "12",
    "-12",
    "+12.5",
    "-.5",
    "-1e-05",
    "a;b",
]


def cells(text: str) -> list[str]:
    """Every cell any spreadsheet might see in a CSV text, without blanks and quotes around."""
    found = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    for separator in ";\t":
        lines = text.replace("\r", "\n").split("\n")
        found += [cell for line in lines for cell in line.split(separator)[1:]]
    return [cell.strip(' \t\r\n"\ufeff\u200b') for cell in found]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_text(text: str) -> None:
    frame = pd.DataFrame({"number": [1], "text": [text], "last": ["x"]})
    assert defused(text) != text
    assert defused(text).replace("'", "") == text
    assert defused(defused(text)) == defused(text)
    for written in (csv_of(frame), csv_of_csv(frame.to_csv(index=False, lineterminator="\r\n"))):
        assert not [cell for cell in cells(written) if cell.startswith(tuple(SIGNS))]
        [row] = csv.DictReader(io.StringIO(written, newline=""))
        assert row["text"] == defused(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_all_else_stays(text: str) -> None:
    assert defused(text) == text


@pytest.mark.parametrize("dtype", ["object", "str", "category"])
def test_only_texts_change(dtype: str) -> None:
    frame = pd.DataFrame(
        {
            "=name": pd.Series(["=1", None, "plain"], dtype=dtype),
            "loss": [-1.5, 2, None],
            "count": [-1, 0, 1],
            "day": [date(2025, 1, 1)] * 3,
            "yes": [True, False, True],
        }
    )
    assert csv_of(frame).split("\r\n") == [
        "'=name,loss,count,day,yes",
        "'=1,-1.5,-1,2025-01-01,True",
        ",2.0,0,2025-01-01,False",
        "plain,,1,2025-01-01,True",
        "",
    ]


def test_a_file_is_copied_safely(tmp_path: Path) -> None:
    source, target = tmp_path / "from.csv", tmp_path / "to.csv"
    source.write_text('name,value\n"=a, ""b""",-1\n', encoding="utf-8-sig")
    done = run_module(
        DataDir(tmp_path), "viaggio.publishing.spreadsheets", str(source), str(target)
    )
    assert done.code == 0, done.output
    assert target.read_text(encoding="utf-8-sig") == 'name,value\n"\'=a, ""b""",-1\n'
