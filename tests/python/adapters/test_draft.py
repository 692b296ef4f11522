"""Drafts of adapters for unknown exports: what they find, what they ask, and what they write."""

from __future__ import annotations

import contextlib
import csv
import io
import random
import re
from pathlib import Path

import duckdb
import pytest

from adapters.__main__ import main
from adapters.draft.anonymise import sample_rows
from adapters.draft.asking import ask, ask_all
from adapters.draft.command import draft_adapter
from adapters.draft.profile import profile
from adapters.draft.propose import Draft, Question, propose
from adapters.draft.words import strength, vocabulary
from adapters.draft.writing import column_names, describe
from adapters.runner import AdapterError
from benchmarks.draft_adapter import Score, exports, measure
from viaggio.exports.catalogue import load_exports
from viaggio.exports.mapping import map_export
from viaggio.exports.recognise import look, recognise
from viaggio.workspace.contract import load_contract

CONTRACT = load_contract()
HEADINGS = ["Numero ordine", "Data ordine", "E-mail cliente", "Telefono", "Totale ordine", "Valuta"]


def order_rows(count: int = 20) -> list[list[str]]:
    """Orders whose values are told apart from invented ones: Rossi, libero.it, 340."""
    return [
        [
            f"ORD{3000 + 17 * row}",
            f"{1 + row:02}/06/2025 10:{row:02}",
            f"mario.rossi{row}@libero.it",
            f"+39 340 77{row:05}",
            f"{40 + row},{10 + row}",
            "EUR",
        ]
        for row in range(count)
    ]


def draft_of(
    headings: list[str], rows: list[list[str]], answers: dict[str, str] | None = None
) -> Draft:
    return propose(profile(headings, rows), CONTRACT, answers)


def mapped(draft: Draft) -> dict[str, str]:
    return {one.target: one.source.heading for one in draft.choices if one.source}


def asked(draft: Draft) -> dict[str, Question]:
    return {one.key: one for one in draft.questions}


def with_column(heading: str, values: list[str], rows: list[list[str]]) -> list[list[str]]:
    return [[*row, value] for row, value in zip(rows, values, strict=True)]


# The measurement, on what shows most in little time.


def test_most_columns_are_found_and_none_is_silently_wrong() -> None:
    chosen = [one for one in exports(CONTRACT) if one.version.name in ("renamed", "it", "de")]
    assert len(chosen) >= 40

    measured = measure(CONTRACT, chosen)

    total = sum((score for _, _, score in measured), Score())
    assert total.wrong == []
    assert total.f1 >= 0.95
    asks = [one for one in measured if one[0].name == "orders nobody can read"]
    for _, draft, _ in asks:
        assert {"store.order.total_price", "store.order.created_at"} <= set(asked(draft))


# Headings.


@pytest.mark.parametrize(
    ("heading", "meanings"),
    [
        ("orderPlacedAt", ["order", "created"]),
        ("ORDER_DATE", ["order", "date"]),
        ("Bestelldatum", ["order", "date"]),
        ("Kundennr.", ["customer", "number"]),
        ("E-mail cliente", ["email", "customer"]),
        ("N° de commande", ["number", "order"]),
        ("Order #", ["order", "number"]),
        ("Tax %", ["tax", "rate"]),
    ],
)
def test_headings_are_read_word_for_word(heading: str, meanings: list[str]) -> None:
    found = vocabulary().read(heading)
    assert len(found) == len(meanings)
    assert all(one in words for one, words in zip(meanings, found, strict=True))


def test_a_word_of_another_meaning_weakens_a_heading() -> None:
    read = vocabulary().read
    total = strength(read("Order total"), "store.order", "total_price", "money")
    refunded = strength(read("Order total refunded"), "store.order", "total_price", "money")
    assert total == 1.0
    assert refunded < 0.5


def test_the_vocabulary_speaks_of_columns_that_exist() -> None:
    words = vocabulary()
    meanings = {one for found in words.exact.values() for one in found}
    for name, described in words.tables.items():
        source, _, table = name.partition(".")
        columns = {column.name for column in CONTRACT.tables[(source, table)].columns}
        assert set(described.columns) <= columns, name
        for wanted in described.columns.values():
            for pattern, _ in wanted.patterns:
                assert pattern <= meanings, (name, pattern)


# What is never guessed.


def test_two_totals_and_two_dates_are_asked_for() -> None:
    rows = with_column("Paid on", [row[1] for row in order_rows()], order_rows())
    rows = with_column("Amount", [row[4] for row in rows], rows)
    draft = draft_of(
        ["Order number", "Date", "Email", "Phone", "Total", "Currency", "Paid on", "Amount"], rows
    )
    assert asked(draft)["store.order.created_at"].options == ("Date", "Paid on")
    assert set(asked(draft)["store.order.total_price"].options) == {"Total", "Amount"}
    assert not {"store.order.created_at", "store.order.total_price"} & set(mapped(draft))


def test_an_answer_settles_a_question() -> None:
    rows = with_column("Amount", [row[4] for row in order_rows()], order_rows())
    headings = ["Order number", "Order date", "Email", "Phone", "Total", "Currency", "Amount"]
    draft = draft_of(headings, rows, {"store.order.total_price": "Amount"})
    assert mapped(draft)["store.order.total_price"] == "Amount"
    assert "store.order.total_price" not in asked(draft)


@pytest.mark.parametrize(
    ("place", "values", "key", "words"),
    [
        (4, [str(4000 + row) for row in range(20)], "store.order.total_price", "cents"),
        (0, ["A1"] * 20, "store.order.id", "do not confirm"),
        (1, [f"{1 + row % 12:02}/06/2025 10:00" for row in range(20)], "day_first", "02/06/2025"),
        (4, [f"{1 + row},234" for row in range(20)], "decimal_comma", "1,234"),
    ],
)
def test_values_that_leave_it_open_are_asked_for(
    place: int, values: list[str], key: str, words: str
) -> None:
    rows = order_rows()
    for row, value in zip(rows, values, strict=True):
        row[place] = value
    draft = draft_of(HEADINGS, rows, {"store.order.total_price": "Totale ordine"} if place == 4 and
                     key == "decimal_comma" else None)  # fmt: skip
    assert words in asked(draft)[key].text


def test_a_time_zone_is_asked_for_unless_the_values_name_one() -> None:
    rows = order_rows()
    assert "time_zone" in asked(draft_of(HEADINGS, rows))
    for row in rows:
        row[1] = "2025-06-02T10:00:00+02:00"
    assert "time_zone" not in asked(draft_of(HEADINGS, rows))


def test_a_net_amount_is_no_total() -> None:
    headings = ["Order number", "Order date", "Email", "Phone", "Net amount", "Currency"]
    draft = draft_of(headings, order_rows())
    assert "store.order.total_price" in asked(draft)
    assert "Net amount" not in mapped(draft).values()


def test_an_amount_beside_a_tax_may_be_without_it() -> None:
    headings = ["Order number", "Order date", "Email", "Phone", "Amount", "Currency", "VAT"]
    rows = with_column("VAT", ["2,20"] * 20, order_rows())
    assert "include the tax" in asked(draft_of(headings, rows))["store.order.total_price"].text


def test_a_word_nobody_knows_is_asked_about() -> None:
    headings = [*HEADINGS[:3], "Telefono corriere", *HEADINGS[4:]]
    draft = draft_of(headings, order_rows())
    assert "may change its meaning" in asked(draft)["store.order.phone"].text
    assert "Telefono corriere" not in mapped(draft).values()


def test_values_overrule_a_heading() -> None:
    headings = [*HEADINGS[:2], "Telefono", "E-mail cliente", *HEADINGS[4:]]
    assert not {"store.order.email", "store.order.phone"} & set(
        mapped(draft_of(headings, order_rows()))
    )


def orders_with_clocks(**clocks: list[str]) -> Draft:
    """Orders whose dates have no time of day, with more columns."""
    rows = [[*row[:1], row[1][:10], *row[2:]] for row in order_rows()]
    for heading, values in clocks.items():
        rows = with_column(heading, values, rows)
    return draft_of([*HEADINGS, *clocks], rows)


CLOCK = [f"10:{row:02}" for row in range(20)]


@pytest.mark.parametrize("heading", ["Ora", "Ora_ordine", "Orario"])
def test_a_time_of_day_in_another_column_is_found(heading: str) -> None:
    draft = orders_with_clocks(**{heading: CLOCK})
    (created,) = (one for one in draft.choices if one.target == "store.order.created_at")
    assert created.clock
    assert created.clock.heading == heading
    assert heading not in {one.heading for one in draft.unused}
    assert f'clock: ["{heading}"], required: true, type: time' in describe(
        draft, column_names(draft), "orders"
    )
    cells = list(zip(*sample_rows(draft), strict=True))
    assert set(cells[draft.columns.index(created.clock)]) <= set(CLOCK)


@pytest.mark.parametrize(
    "clocks",
    [
        {"Ora_consegna": CLOCK},
        {"Ora": CLOCK, "Orario": CLOCK},
        {"Ora": CLOCK, "Data_consegna": [f"{1 + row:02}/06/2025" for row in range(20)]},
        {"Ora": [*CLOCK[:-1], ""]},
    ],
    ids=["of something else", "two", "two dates", "not in every row"],
)
def test_a_time_of_day_that_may_be_another_s_is_asked_about(clocks: dict[str, list[str]]) -> None:
    draft = orders_with_clocks(**clocks)
    assert "time of day stands apart" in asked(draft)["store.order.created_at"].text


def test_the_currency_may_stand_beside_the_amounts() -> None:
    rows = [[*row[:4], f"€ {row[4]}"] for row in order_rows()]
    draft = draft_of(HEADINGS[:5], rows)
    assert {one.target: one.value for one in draft.choices}["store.order.currency"] == "EUR"
    rows[0][4] = rows[0][4].replace("€", "£")
    assert "store.order.currency" in asked(draft_of(HEADINGS[:5], rows))


def lines_of_orders(discounts: list[str]) -> Draft:
    rows = [
        [f"N{row // 2}", "2025-06-13T10:00:00Z", "9.50", "EUR", f"P{row}x", str(row), "4.75", one]
        for row, one in enumerate(discounts)
    ]
    return draft_of(
        ["Order number", "Created at", "Order total", "Currency", "SKU", "Quantity", "Unit price",
         "Discount"],
        rows,
    )  # fmt: skip


def test_a_discount_that_is_constant_within_orders_may_be_the_orders_or_the_lines() -> None:
    draft = lines_of_orders(["0.00", "0.00", "1.50", "1.50"] * 3)
    assert "or each line's" in asked(draft)["store.order.total_discounts"].text
    assert "Discount" not in mapped(draft).values()


def test_a_discount_that_varies_within_an_order_is_the_lines() -> None:
    draft = lines_of_orders(["0.00", "2.00", "1.50", "1.50"] * 3)
    assert mapped(draft)["store.order_line.total_discount"] == "Discount"
    assert "store.order.total_discounts" not in mapped(draft)


def test_small_numbers_may_be_positions_and_no_product() -> None:
    rows = [
        [f"N{row // 2}", "2025-06-13T10:00:00Z", "9.50", "EUR", str(1 + row % 2), "1", "4.75"]
        for row in range(12)
    ]
    headings = ["Order number", "Created at", "Order total", "Currency", "Item #", "Quantity",
                "Unit price"]  # fmt: skip
    draft = draft_of(headings, rows)
    assert "do not confirm" in asked(draft)["store.order_line.product_id"].text


def test_an_answer_that_names_the_order_number_makes_rows_lines() -> None:
    rows = [
        [f"N{row // 2}", "2025-06-13T10:00:00Z", "9.50", "EUR", "Scarpa", str(row), "4.75"]
        for row in range(12)
    ]
    headings = ["Name", "Created at", "Order total", "Currency", "Item name", "Quantity",
                "Unit price"]  # fmt: skip
    draft = draft_of(headings, rows, {"store.order.id": "Name"})
    assert [table.name for table in draft.tables] == ["order", "order_line"]
    assert mapped(draft)["store.order_line.order_id"] == "Name"


def test_a_file_about_nothing_known_fits_no_table() -> None:
    rows = [[f"{row}", f"{row * 2}"] for row in range(20)]
    draft = draft_of(["Temperature", "Humidity"], rows)
    assert draft.tables == ()
    assert draft.notes


def test_contacts_of_no_name_may_be_customers_or_contacts() -> None:
    rows = [[f"7{row}", f"a{row}@b.it", "2025-06-13 10:00:00Z"] for row in range(20)]
    question = asked(draft_of(["ID", "Email", "Created at"], rows))["table"]
    assert {"store.customer", "crm.contact"} & set(question.options)


def test_questions_follow_each_other_until_none_is_open() -> None:
    said = iter(["", "pos", "Europe/Rome"])
    rows = with_column("Amount", [row[4] for row in order_rows()], order_rows())
    headings = [*HEADINGS[:4], "Total", "Currency", "Amount"]
    answers: dict[str, str] = {}

    def again(given: dict[str, str]) -> Draft:
        return draft_of(headings, rows, dict(given))

    draft = ask_all(again, answers, lambda _: next(said))

    assert draft.questions == []
    assert answers["store.order.total_price"] == ""
    assert answers["time_zone"] == "Europe/Rome"
    assert draft.is_unfinished  # no total


def test_a_wrong_number_is_asked_for_again() -> None:
    said = iter(["7", "2"])
    assert ask(Question("day_first", "?", ("true", "false")), lambda _: next(said)) == "false"


# What is written.


def dropped(folder: Path, headings: list[str], rows: list[list[str]], delimiter: str = ";") -> Path:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerows([["Bottega Rossi srl"], [], headings, *rows])
    path = folder / "Ordini bottega 2025-06.csv"
    path.write_bytes(out.getvalue().encode("cp1252"))
    return path


ANSWERS = {"time_zone": "Europe/Rome", "store.order.source_name": "pos"}


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, str]:
    """A file, the project into which an adapter was drafted without a gap, and what was printed."""
    folder = tmp_path_factory.mktemp("drafted")
    path = dropped(folder, HEADINGS, [*order_rows(), ["Totale", "", "", "", "990,00", ""]])
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        assert draft_adapter(path, folder / "project", answers=ANSWERS) == 0
    return path, folder / "project", printed.getvalue()


def test_it_shows_what_it_proposes_and_the_first_rows(drafted: tuple[Path, Path, str]) -> None:
    printed = drafted[2]
    assert "every row has a value of its own" in printed
    assert "store.order: 10 rows of the invented sample" in printed
    assert "The whole file: 20 rows of store.order\n  landing would refuse none" in printed
    assert "libero" not in printed


def test_a_drafted_adapter_maps_the_file_it_was_drafted_from(
    drafted: tuple[Path, Path, str], tmp_path: Path
) -> None:
    path, project, _ = drafted
    (export,) = load_exports(project / "adapters")
    head = look(path)
    assert head is not None
    recognised = recognise(head, [export])
    assert recognised is not None
    (tmp_path / "work").mkdir()
    with duckdb.connect() as con:
        result = map_export(con, recognised, "x.csv", tmp_path / "work")
    rows = list(csv.DictReader(io.StringIO(result.files["store.order"].read_text("utf-8"))))
    assert len(rows) == 20
    assert rows[0] == {
        "id": "ORD3000",
        "email": "mario.rossi0@libero.it",
        "phone": "+39 340 7700000",
        "created_at": "2025-06-01 08:00:00",
        "currency": "EUR",
        "total_price": "40.10",
        "source_name": "pos",
    }


def test_its_test_has_ten_invented_rows_and_what_they_become(
    drafted: tuple[Path, Path, str], tmp_path: Path
) -> None:
    _, project, _ = drafted
    folder = project / "tests" / "exports" / "own" / "ordini_bottega"
    (export,) = load_exports(project / "adapters")
    head = look(folder / "sample.csv")
    assert head is not None
    recognised = recognise(head, [export])
    assert recognised is not None
    (tmp_path / "work").mkdir()
    with duckdb.connect() as con:
        result = map_export(con, recognised, "sample.csv", tmp_path / "work")
    expected = (folder / "store.order.csv").read_text("utf-8")
    assert result.files["store.order"].read_text("utf-8") == expected
    assert len(expected.splitlines()) == 11


def test_nothing_written_is_somebodys(drafted: tuple[Path, Path, str]) -> None:
    texts = [path.read_text("utf-8") for path in drafted[1].rglob("*") if path.is_file()]
    assert len(texts) == 4
    real = {value for row in order_rows() for value in (row[0], row[2], row[3])}
    for text in texts:
        assert not [value for value in real if value in text]
        assert "libero" not in text
        assert "rossi" not in text.lower()


def test_invented_values_keep_their_shape_and_their_relations(tmp_path: Path) -> None:
    rows = [
        [
            f"N-{4000 + row // 2}",
            "2025-06-13T10:00:00Z",
            "9.50",
            "EUR",
            "Scarpa Alba",
            str(row),
            "4.75",
        ]
        for row in range(12)
    ]
    headings = ["Order number", "Created at", "Order total", "Currency", "Product name", "Quantity",
                "Unit price"]  # fmt: skip
    path = dropped(tmp_path, headings, rows, ",")
    assert draft_adapter(path, tmp_path / "p", "lines", {"store.order.source_name": "web"}) == 0
    folder = tmp_path / "p" / "tests" / "exports" / "own" / "lines"
    with (folder / "sample.csv").open(encoding="utf-8", newline="") as handle:
        invented = list(csv.DictReader(handle))
    assert len({row["Order number"] for row in invented}) == 5
    assert all(re.fullmatch(r"[A-Z]-\d{4}", row["Order number"]) for row in invented)
    orders = (folder / "store.order.csv").read_text("utf-8").splitlines()
    lines = (folder / "store.order_line.csv").read_text("utf-8").splitlines()
    assert (len(orders), len(lines)) == (6, 11)


def test_a_date_and_its_clock_become_one_time(tmp_path: Path) -> None:
    rows = [
        [*row[:1], row[1][:10], *row[2:], clock]
        for row, clock in zip(order_rows(), CLOCK, strict=True)
    ]
    path = dropped(tmp_path, [*HEADINGS, "Ora"], rows)
    assert draft_adapter(path, tmp_path / "p", "orders", ANSWERS) == 0
    folder = tmp_path / "p" / "tests" / "exports" / "own" / "orders"
    with (folder / "store.order.csv").open(encoding="utf-8", newline="") as handle:
        hours = {row["created_at"][11:13] for row in csv.DictReader(handle)}
    assert hours == {"08"}  # 10 in Rome, as UTC


def test_orders_without_a_number_are_a_gap_and_no_crash(tmp_path: Path) -> None:
    rows = [
        [f"N{row // 2}", "2025-06-13T10:00:00Z", "9.50", "EUR", str(row), "4.75"]
        for row in range(12)
    ]
    headings = ["Order number", "Created at", "Order total", "Currency", "Quantity", "Unit price"]
    path = dropped(tmp_path, headings, rows, ",")
    answers = {"store.order.id": "", "store.order.source_name": "web"}
    assert draft_adapter(path, tmp_path / "p", "lines", answers) == 3
    folder = tmp_path / "p" / "adapters" / "own" / "lines"
    assert "as id, -- TODO" in (folder / "store.order.sql").read_text("utf-8")


def test_without_a_terminal_gaps_remain_and_landing_does_not_read_the_draft(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = dropped(tmp_path, HEADINGS, order_rows())
    assert main([str(path), "--to", str(tmp_path / "p"), "--name", "bottega"]) == 3
    printed = capsys.readouterr().out
    assert "--answer time_zone=" in printed
    assert "--answer store.order.source_name=" in printed
    folder = tmp_path / "p" / "adapters" / "own" / "bottega"
    text = (folder / "export.draft.yml").read_text("utf-8")
    assert "# TODO time_zone" in text
    assert "time_zone:" not in re.sub("#.*", "", text)
    assert "-- TODO" in (folder / "store.order.sql").read_text("utf-8")
    assert load_exports(tmp_path / "p" / "adapters") == ()


def test_answers_finish_a_draft_and_a_finished_adapter_is_not_overwritten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = dropped(tmp_path, HEADINGS, order_rows())
    command = [str(path), "--to", str(tmp_path / "p"), "--name", "bottega"]
    given = [part for key, value in ANSWERS.items() for part in ("--answer", f"{key}={value}")]
    assert main(command) == 3
    assert main([*command, *given]) == 0
    assert main([*command, *given]) == 2
    assert "holds an adapter already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("time_zone=Rome", "Europe/Rome"),
        ("day_first=perhaps", "true or false"),
        ("store.order.total_price=Totl", "no column 'Totl'"),
        ("shop=x", "nobody asks"),
        ("time_zone", "KEY=VALUE"),
    ],
)
def test_an_answer_that_says_nothing_is_refused(
    answer: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = dropped(tmp_path, HEADINGS, order_rows())
    assert main([str(path), "--to", str(tmp_path / "p"), "--answer", answer]) == 2
    assert words in capsys.readouterr().err


def test_words_and_units_of_the_export_become_those_of_the_contract(tmp_path: Path) -> None:
    kinds, ways = ("Chiamata", "Appuntamento"), ("In entrata", "In uscita")
    rows = [
        [f"E{700 + row}", "2025-06-13T10:00:00Z", kinds[row % 2], ways[row % 2], str(60 + row)]
        for row in range(12)
    ]
    headings = ["ID chiamata", "Data chiamata", "Tipo attività", "Direzione", "Durata (secondi)"]
    path = dropped(tmp_path, headings, rows)
    assert draft_adapter(path, tmp_path / "p", "calls") == 0
    folder = tmp_path / "p" / "tests" / "exports" / "own" / "calls"
    with (folder / "crm.engagement.csv").open(encoding="utf-8", newline="") as handle:
        first = next(csv.DictReader(handle))
    assert (first["type"], first["direction"], first["duration_ms"]) == ("CALL", "INBOUND", "60000")


def test_amounts_in_cents_are_divided_exactly(tmp_path: Path) -> None:
    rows = [[*row[:4], str(1999 + n), "EUR"] for n, row in enumerate(order_rows())]
    path = dropped(tmp_path, [*HEADINGS[:4], "Order total in cents", "Valuta"], rows)
    draft = draft_of([*HEADINGS[:4], "Order total in cents", "Valuta"], rows)
    answers = ANSWERS | {"store.order.total_price": "Order total in cents"}
    assert draft_adapter(path, tmp_path / "p", "cents", answers) == 0, draft.questions
    folder = tmp_path / "p" / "tests" / "exports" / "own" / "cents"
    with (folder / "store.order.csv").open(encoding="utf-8", newline="") as handle:
        assert next(csv.DictReader(handle))["total_price"] == "19.9900"


def test_a_draft_that_the_whole_file_contradicts_is_left_unfinished(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = order_rows(60)
    for n, row in enumerate(rows):
        row[1] = f"{1 + n % 28:02}/06/2025 10:00"
    rows[59][1] = "06/28/2025 10:00"
    path = dropped(tmp_path, HEADINGS, rows)
    assert draft_adapter(path, tmp_path / "p", "mixed", ANSWERS) == 1
    assert "day/month and month/day are mixed" in capsys.readouterr().out
    assert load_exports(tmp_path / "p" / "adapters") == ()


def test_a_known_export_and_the_contracts_own_shape_need_no_draft(tmp_path: Path) -> None:
    known = Path(__file__).parents[2] / "exports" / "trustpilot" / "reviews" / "en.csv"
    with pytest.raises(AdapterError, match="is known: Trustpilot"):
        draft_adapter(known, tmp_path)
    own = tmp_path / "orders.csv"
    own.write_text("id,created_at,currency,total_price,source_name\n1,2,3,4,5\n", encoding="utf-8")
    with pytest.raises(AdapterError, match=r"in the shape of store\.order"):
        draft_adapter(own, tmp_path)


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"12;13\n14;15\n", b"Order;Total\n"])
def test_what_is_no_table_is_refused_in_words(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(content)
    with pytest.raises(AdapterError, match=r"cannot be read|headings"):
        draft_adapter(path, tmp_path / "p")
    assert not (tmp_path / "p").exists()


def test_the_order_of_columns_does_not_matter() -> None:
    expected = mapped(draft_of(HEADINGS, order_rows()))
    places = list(range(len(HEADINGS)))
    random.Random(5).shuffle(places)  # noqa: S311
    shuffled = [[row[at] for at in places] for row in order_rows()]
    assert mapped(draft_of([HEADINGS[at] for at in places], shuffled)) == expected
