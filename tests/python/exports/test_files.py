"""The same export in every shape that people send: each becomes the same rows."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from viaggio.exports.catalogue import Export, ExportColumn, read_export
from viaggio.exports.files import HEAD_ROWS, ExportError
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


def test_a_key_of_json_may_come_late(tmp_path: Path) -> None:
    rows = [dict(zip(HEADINGS, (f"A{n}", *ROWS[0][1:]), strict=True)) for n in range(HEAD_ROWS * 2)]
    rows[-1]["Country"] = "Italia"
    path = tmp_path / "export.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    countries = "select number as id, country from export order by _row"
    export = replace(TILL, targets={"store.order": countries})
    assert mapped(path, tmp_path / "work", export)[0].splitlines()[-1].endswith(",Italia")


def test_what_an_answer_includes_once_belongs_to_each_row(tmp_path: Path) -> None:
    """As JSON:API writes it: the row names the shop, and the shop stands below all rows."""
    answer = {
        "data": [
            dict(zip(HEADINGS, row, strict=True))
            | {"relationships": {"shop": {"data": {"type": "shop", "id": shop}}, "till": {}}}
            for row, shop in zip(ROWS, ("7", "8"), strict=True)
        ],
        "included": [{"type": "shop", "id": "7", "attributes": {"country": "Italia"}}],
    }
    path = tmp_path / "export.json"
    path.write_text(json.dumps(answer), encoding="utf-8")
    columns = (*TILL.columns[:4], ExportColumn("country", ("included.shop.country",)))
    countries = "select number as id, country from export order by _row"
    export = replace(TILL, columns=columns, targets={"store.order": countries})
    assert mapped(path, tmp_path / "work", export)[0] == "id,country\nA1,Italia\nA2,\n"


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


def test_a_clock_in_a_column_of_its_own_belongs_to_its_day(tmp_path: Path) -> None:
    path = tmp_path / "till.csv"
    path.write_text(
        "Ordine;Data ordine;Ora;Totale\nA1;13/06/2025 00:00:00;10:00;7,00\nA2;02/01/2025;;1,00\n",
        encoding="utf-8",
    )
    time = replace(TILL.columns[1], clock=("Time", "Ora"))
    export = replace(TILL, columns=(TILL.columns[0], time, *TILL.columns[2:]))
    rows, _ = mapped(path, tmp_path / "work", export)
    assert "A1,2025-06-13 08:00:00,7.00," in rows
    assert "A2,2025-01-01 23:00:00,1.00," in rows


@pytest.mark.parametrize(
    ("clock", "time"),
    [
        ("9", "07:00:00"), ("09-10", "07:00:00"), ("09:30 - 10:00", "07:30:00"),
        ("9.30–10.00", "07:30:00"), ("9:30 pm", "19:30:00"),
    ],
)  # fmt: skip
def test_a_clock_may_be_an_hour_or_an_interval(clock: str, time: str, tmp_path: Path) -> None:
    path = tmp_path / "till.csv"
    path.write_text(
        f"Ordine;Data ordine;Ora;Totale\nA1;13/06/2025;{clock};7,00\n", encoding="utf-8"
    )
    column = replace(TILL.columns[1], clock=("Time", "Ora"))
    export = replace(TILL, columns=(TILL.columns[0], column, *TILL.columns[2:]))
    rows, _ = mapped(path, tmp_path / "work", export)
    assert f"A1,2025-06-13 {time},7.00," in rows


def test_a_zone_in_a_column_of_its_own_counts_for_its_row(tmp_path: Path) -> None:
    path = tmp_path / "till.csv"
    path.write_text(
        "Order,Order date,Zone,Total\n"
        "A1,2025-06-13 10:00,Eastern Time (US & Canada),7.00\n"
        "A2,2025-06-13 10:00,Asia/Tokyo,7.00\n"
        "A3,2025-06-13 10:00,,7.00\n"
        "A4,2025-06-13 10:00,Atlantis,7.00\n",
        encoding="utf-8",
    )
    time = replace(TILL.columns[1], zone=("Zone",))
    export = replace(TILL, columns=(TILL.columns[0], time, *TILL.columns[2:]))
    rows, _ = mapped(path, tmp_path / "work", export)
    times = [line.split(",")[1] for line in rows.splitlines()[1:]]
    assert times[:3] == ["2025-06-13 14:00:00", "2025-06-13 01:00:00", "2025-06-13 08:00:00"]
    assert "Atlantis" in times[3]


def test_an_answer_of_one_object_with_an_id_is_a_row_whatever_lists_it_holds(
    tmp_path: Path,
) -> None:
    path = tmp_path / "order.json"
    path.write_text('{"id": 1, "items": [{"sku": "A"}]}\n', encoding="utf-8")
    head = look(path)
    assert head is not None
    assert head.rows[""][0] == ("id", "items")


def test_sql_of_an_export_knows_the_shop_s_own_currency(tmp_path: Path) -> None:
    path = tmp_path / "till.csv"
    path.write_text(text(), encoding="utf-8")
    sql = "select number as id, _shop_currency as currency from export order by _row"
    rows, _ = mapped(path, tmp_path / "work", replace(TILL, targets={"store.order": sql}))
    assert rows == "id,currency\nA1,EUR\nA2,EUR\n"


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
        ("title: T\ncolumns: {a: {headings: [A], required: true, clock: [B]}}\n", "clock"),
        ("title: T\ncolumns: {a: {headings: [A], required: true}}\nrefuse: No use\n", "sentences"),
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


DESCRIPTION = "title: T\ncolumns: {number: {headings: [Ordine], required: true}}\n"
NO_USE = "it holds no orders. Export the orders"


def described(tmp_path: Path, keys: str) -> Export:
    path = tmp_path / "export.yml"
    path.write_text(DESCRIPTION + keys, encoding="utf-8")
    return read_export(path)


def test_an_export_of_no_use_needs_no_sql_and_is_refused_in_its_words(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(text(), encoding="utf-8")
    export = described(tmp_path, f"refuse: {NO_USE}\n")
    with pytest.raises(ExportError) as error:
        mapped(path, tmp_path / "work", export)
    assert (error.value.reason, error.value.what_to_do) == tuple(NO_USE.split(". "))


@pytest.mark.parametrize(("number", "is_refused"), [("A2", True), ("A9", False)])
def test_rows_may_refuse_their_file(number: str, is_refused: bool, tmp_path: Path) -> None:
    (tmp_path / "store.order.sql").write_text("select number as id from export", encoding="utf-8")
    path = tmp_path / "export.csv"
    path.write_text(text(), encoding="utf-8")
    export = described(tmp_path, f"refuse_if: {{number = '{number}': {NO_USE}}}\n")
    if is_refused:
        with pytest.raises(ExportError, match=NO_USE):
            mapped(path, tmp_path / "work", export)
    else:
        assert mapped(path, tmp_path / "work", export)[0] == "id\nA1\nA2\n"


def test_a_heading_may_hold_the_value_of_another_column(tmp_path: Path) -> None:
    export = Export(
        "ads",
        "costs",
        "Costs",
        (
            ExportColumn("name", ("Name",), required=True),
            ExportColumn("cost", ("Amount spent ({currency})",), required=True, type="number"),
            ExportColumn("currency", ("Currency",)),
        ),
        {"store.order": "select name, cost, currency from export order by _row"},
    )
    path = tmp_path / "export.csv"
    for number, (headings, row, currency) in enumerate(
        [
            ("Name,Amount spent (EUR)", "a,1.50", "EUR"),
            ("Name,amount  spent (USD)", "a,1.50", "USD"),
            ("Name,Amount spent (EUR),Currency", "a,1.50,CHF", "CHF"),
        ]
    ):
        path.write_text(f"{headings}\n{row}\n", encoding="utf-8")
        rows, _ = mapped(path, tmp_path / f"work{number}", export)
        assert rows == f"name,cost,currency\na,1.50,{currency}\n"
    path.write_text("Name,Amount spent\na,1.50\n", encoding="utf-8")
    head = look(path)
    assert head is not None
    assert recognise(head, [export]) is None


def test_dashes_are_empty_cells_and_totals_are_still_told(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(text() + "Totale: account, --, 1241.50, --,–\n", encoding="utf-8")
    assert mapped(path, tmp_path / "work") == (EXPECTED, 1)
    path.write_text(text().replace("Forlì", "--"), encoding="utf-8")
    assert mapped(path, tmp_path / "work2")[0] == EXPECTED.replace("Forlì", "")


def test_a_sum_shows_the_value_that_is_no_number(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    export = Export(
        TILL.vendor,
        TILL.name,
        TILL.title,
        TILL.columns,
        {"store.order": "select summed(total) as total from export"},
    )
    for value, total in (("2.5", "1237"), ("twelve", "twelve")):
        path.write_text(text([HEADINGS, ROWS[0], ("A2", "", value, "", "")]), encoding="utf-8")
        assert mapped(path, tmp_path / f"work{value}", export)[0] == f"total\n{total}\n"


def test_json_lines_are_told_from_an_answer_though_a_row_has_items(tmp_path: Path) -> None:
    path = tmp_path / "export.json"
    lines = [{**dict(zip(HEADINGS, row, strict=True)), "items": [{"a": 1}]} for row in ROWS]
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    assert mapped(path, tmp_path / "work")[0] == EXPECTED
