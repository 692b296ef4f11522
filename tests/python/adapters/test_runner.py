"""The runner: what it reads, what it writes, and what it says of an unexpected export."""

from pathlib import Path

import pytest

from adapters.__main__ import main
from adapters.runner import AdapterError, map_all, read_adapter


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def adapters(tmp_path: Path) -> Path:
    folder = tmp_path / "adapters"
    write(
        folder / "till" / "order.sql",
        "-- target: store.order\n"
        "select * rename (number as id) from vendor_csv('till/receipts.csv') order by number\n",
    )
    return folder


@pytest.fixture
def export(tmp_path: Path) -> Path:
    write(
        tmp_path / "export" / "till" / "receipts.csv",
        'number,total,note\n2,"1,5",\n1,x,"a ""b"""\n',
    )
    return tmp_path / "export"


def test_values_pass_as_text_and_unknown_columns_pass_along(adapters, export, tmp_path):
    (mapped,) = (one for one in map_all(export, tmp_path / "landing", adapters) if one.file)

    assert (mapped.file, mapped.rows) == ("store/order/till_order.csv", 2)
    written = (tmp_path / "landing" / mapped.file).read_text()
    assert written == 'id,total,note\n1,x,"a ""b"""\n2,"1,5",\n'
    assert not list((tmp_path / "landing").rglob("*.tmp"))


def test_a_byte_order_mark_is_no_part_of_a_name(adapters, export, tmp_path):
    (export / "till" / "receipts.csv").write_bytes(b"\xef\xbb\xbfnumber,total\n1,2\n")

    (mapped,) = (one for one in map_all(export, tmp_path / "landing", adapters) if one.file)

    assert (tmp_path / "landing" / mapped.file).read_text() == "id,total\n1,2\n"


def test_the_same_export_gives_the_same_bytes(adapters, export, tmp_path):
    for landing in ("one", "two"):
        map_all(export, tmp_path / landing, adapters)

    one, two = (tmp_path / landing / "store/order/till_order.csv" for landing in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()


def test_an_export_that_is_absent_is_skipped_and_said(adapters, tmp_path):
    (tmp_path / "export").mkdir()

    mapped = map_all(tmp_path / "export", tmp_path / "landing", adapters)

    assert {one.skipped for one in mapped} == {"no till/receipts.csv", "no ga4/event.jsonl.gz"}
    assert not (tmp_path / "landing").exists()


def test_another_header_is_an_error_that_names_file_and_column_and_stops_nobody(
    adapters, export, tmp_path
):
    write(
        adapters / "till" / "product.sql",
        "-- target: store.product\nselect sku as id from vendor_csv('till/receipts.csv')\n",
    )

    mapped = {one.adapter: one for one in map_all(export, tmp_path / "landing", adapters)}

    failed = mapped["adapters/till/product.sql"].failed
    assert "sku" in failed and "till/receipts.csv" in failed
    assert mapped["adapters/till/order.sql"].rows == 2
    assert not (tmp_path / "landing/store/product/till_product.csv").exists()


def test_an_adapter_reads_what_its_preparation_reads(adapters, tmp_path):
    write(adapters / "till" / "_heads.sql", "select number from vendor_csv('till/heads.csv')")
    path = write(
        adapters / "till" / "visit.sql", "-- target: store.visit\nselect * from till_heads"
    )

    assert read_adapter(path).reads == ("till/heads.csv",)


def test_an_adapter_without_a_target_is_an_error(adapters):
    path = write(adapters / "till" / "visit.sql", "select 1 as id")

    with pytest.raises(AdapterError, match=r"-- target: <source>\.<table>"):
        read_adapter(path)


def test_the_command_says_what_it_did(tmp_path, capsys):
    write(
        tmp_path / "export" / "shopify" / "customer.csv",
        "id,email,_fivetran_synced\n1,someone@example.com,2024-01-01\n",
    )

    code = main(["--from", str(tmp_path / "export"), "--to", str(tmp_path / "landing")])

    said = capsys.readouterr().out
    assert code == 0
    assert "shopify/customer.csv -> store/customer/shopify_customer.csv (1 rows)" in said
    assert "no hubspot/contact.csv" in said
    assert "someone@example.com" not in said


def test_rows_of_no_export_land_only_where_they_are_asked_for(adapters, export, tmp_path):
    write(
        adapters / "reference" / "exchange_rate.sql",
        "-- target: reference.exchange_rate\nselect 'GBP' as currency",
    )
    rates = "reference/exchange_rate/reference_exchange_rate.csv"

    unasked = map_all(export, tmp_path / "landing", adapters)
    assert not (tmp_path / "landing" / rates).exists()
    (skipped,) = (one.skipped for one in unasked if "exchange_rate" in one.adapter)
    assert "--stand-ins" in skipped

    asked = map_all(export, tmp_path / "landing", adapters, stand_ins=True)
    assert rates in {one.file for one in asked}


def test_the_command_lands_no_rates_of_its_own(tmp_path):
    write(tmp_path / "export" / "shopify" / "customer.csv", "id,email\n1,someone@example.com\n")

    main(["--from", str(tmp_path / "export"), "--to", str(tmp_path / "landing")])

    landed = [path.parent.name for path in (tmp_path / "landing").rglob("*.csv")]
    assert landed == ["customer"]


def test_a_folder_that_is_not_there_is_an_error(tmp_path, capsys):
    assert main(["--from", str(tmp_path / "nowhere"), "--to", str(tmp_path)]) == 2
    assert "nowhere is no folder" in capsys.readouterr().err
