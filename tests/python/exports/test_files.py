"""The same export in every shape that people send: each becomes the same rows."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from pathlib import Path

import duckdb
import pytest

from viaggio.exports.catalogue import Export, ExportColumn, read_export
from viaggio.exports.files import ExportError
from viaggio.exports.mapping import map_export
from viaggio.exports.recognise import AmbiguousError, look, nearest, recognise
from viaggio.workspace.sql import file_to_write

HEADINGS = ("Ordine", "Data ordine", "Totale", "Città", "Note")
ROWS = (
    ("A1", "13/06/2025 10:00", "1234.50", "Forlì", ""),
    ("A2", "02/06/2025 11:30", "7.00", "", "x"),
)
EXPECTED = (
    "id,created_at,total,city\nA1,2025-06-13 08:00:00,1234.50,Forlì\nA2,2025-06-02 09:30:00,7.00,\n"
)
TILL = Export(
    vendor="till",
    name="orders",
    title="Orders of the till",
    columns=(
        ExportColumn("number", ("Order", "Ordine"), required=True),
        ExportColumn("created_at", ("Order date", "Data ordine"), required=True, type="time"),
        ExportColumn("total", ("Total", "Totale"), required=True, type="number"),
        ExportColumn("city", ("City", "Città")),
        ExportColumn("country", ("Country", "Paese")),
    ),
    targets={
        "store.order": "select number as id, created_at, total, city from export order by _row"
    },
)


def text(rows: list[tuple[str, ...]] | None = None, delimiter: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(rows or [HEADINGS, *ROWS])
    return out.getvalue()


def mapped(path: Path, work: Path, export: Export = TILL) -> tuple[str, int]:
    head = look(path)
    assert head is not None
    recognised = recognise(head, [export])
    assert recognised is not None
    work.mkdir()
    with duckdb.connect() as con:
        result = map_export(con, recognised, path.name, work)
    return result.files["store.order"].read_text(encoding="utf-8"), result.totals_rows


def comma(rows: tuple[tuple[str, ...], ...]) -> list[tuple[str, ...]]:
    return [HEADINGS, *((a, b, c.replace(".", ","), d, e) for a, b, c, d, e in rows)]


TEXTS = {
    "plain": text().encode(),
    "semicolons and decimal commas": text(comma(ROWS), ";").encode(),
    "tabs": text(delimiter="\t").encode(),
    "a mark of UTF-8": text().encode("utf-8-sig"),
    "UTF-16": text(delimiter="\t").encode("utf-16"),
    "Windows-1252": text(comma(ROWS), ";").encode("cp1252"),
    "Windows line ends": text().replace("\n", "\r\n").encode(),
    "packed": gzip.compress(text().encode()),
    "packed Windows-1252": gzip.compress(text(delimiter=";").encode("cp1252")),
    "lines above": ("Casa Rossi srl\nPeriodo: giugno\n\n" + text()).encode(),
    "blank rows and totals": (text() + ",,,,\nTotale,,1241.50,,\n").encode(),
    "short totals": (text() + "Totale complessivo,,1241.50\n").encode(),
    "other order of columns": text([tuple(reversed(row)) for row in (HEADINGS, *ROWS)]).encode(),
    "English headings": text([("Order", "Order date", "Total", "City", "Memo"), *ROWS]).encode(),
    "shouting headings": text([tuple(each.upper() for each in HEADINGS), *ROWS]).encode(),
    "JSON lines": "\n".join(
        json.dumps(dict(zip(HEADINGS, row, strict=True))) for row in ROWS
    ).encode(),
    "a JSON array": json.dumps([dict(zip(HEADINGS, row, strict=True)) for row in ROWS]).encode(),
    "an API's answer": json.dumps(
        {"page": 1, "orders": [dict(zip(HEADINGS, row, strict=True)) for row in ROWS]}, indent=2
    ).encode(),
}


@pytest.mark.parametrize("shape", TEXTS)
def test_every_shape_gives_the_same_rows(shape: str, tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(TEXTS[shape])
    rows, totals = mapped(path, tmp_path / "work")
    assert rows == EXPECTED
    assert totals == ("totals" in shape)


def test_a_spreadsheet_gives_the_same_rows(tmp_path: Path) -> None:
    path = tmp_path / "export.xlsx"
    write_xlsx(path, [("Casa Rossi srl",), (), HEADINGS, *ROWS])
    assert mapped(path, tmp_path / "work")[0] == EXPECTED


def test_parquet_gives_the_same_rows(tmp_path: Path) -> None:
    path = tmp_path / "export.parquet"
    with duckdb.connect() as con:
        con.execute("create table t (a varchar, b varchar, c varchar, d varchar, e varchar)")
        con.executemany("insert into t values (?, ?, ?, ?, ?)", ROWS)
        names = ", ".join(f'{a} as "{b}"' for a, b in zip("abcde", HEADINGS, strict=True))
        con.execute(f"copy (select {names} from t) to {file_to_write(path)}")
    assert mapped(path, tmp_path / "work")[0] == EXPECTED


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (text([(*HEADINGS[:4], "Totale"), *ROWS]), "the heading Totale appears more than once"),
        (text([HEADINGS, *ROWS, ("A3", "06/13/2025", "1.00", "", "")]), "day/month and month/day"),
        (text([HEADINGS, *ROWS, ("A3", "13/06/2025", "1,00", "", "")]), "decimal commas"),
        (text() + "A3,13/06/2025,1.00,x,y,z,more\n", "line 4"),
        (text() + 'A3,"13/06/2025,1.00,x,y\n', "never closed"),
    ],
)
def test_what_contradicts_itself_is_refused_in_words(
    content: str, words: str, tmp_path: Path
) -> None:
    path = tmp_path / "export.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ExportError, match=words) as error:
        mapped(path, tmp_path / "work")
    assert "A3" not in str(error.value)
    assert error.value.what_to_do


def test_half_an_export_is_named_with_what_it_lacks(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text("Ordine,Data ordine,Città,Paese\nA1,13/06/2025,Forlì,IT\n", encoding="utf-8")
    head = look(path)
    assert head is not None
    assert recognise(head, [TILL]) is None
    assert nearest(head, [TILL]) == (TILL, ["Total"])


def test_two_exports_that_fit_alike_are_not_guessed(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(text(), encoding="utf-8")
    head = look(path)
    assert head is not None
    other = Export("pos", "orders", "Orders of the POS", TILL.columns, TILL.targets)
    with pytest.raises(AmbiguousError, match=r"Orders of the POS or Orders of the till"):
        recognise(head, [TILL, other])


@pytest.mark.parametrize(
    ("description", "words"),
    [
        ("title: T\ncolumns: {a: {headings: [A], required: true}}\ncolour: red\n", "colour"),
        ("title: T\ncolumns: {a: {headings: [A]}}\n", "required"),
        ("title: T\ncolumns: {a: {headings: [A], required: true, type: money}}\n", "money"),
        ("title: T\ncolumns: {a: {headings: A, required: true}}\n", "headings"),
        ("columns: {a: {headings: [A], required: true}}\n", "title"),
    ],
)
def test_a_wrong_description_is_refused(description: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "export.yml"
    path.write_text(description, encoding="utf-8")
    (tmp_path / "store.order.sql").write_text("select 1", encoding="utf-8")
    with pytest.raises(ValueError, match=words):
        read_export(path)


def write_xlsx(path: Path, rows: list[tuple[str, ...]]) -> None:
    """A spreadsheet of one sheet with texts only."""
    cells = "".join(
        f'<row r="{number}">'
        + "".join(
            f'<c r="{chr(65 + place)}{number}" t="inlineStr"><is><t>{value}</t></is></c>'
            for place, value in enumerate(row)
        )
        + "</row>"
        for number, row in enumerate(rows, start=1)
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{rel}"><sheets>'
        '<sheet name="Orders" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{rel}/worksheet" Target="worksheets/sheet1.xml"/>'
        "</Relationships>",
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData>'
        "</worksheet>",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
