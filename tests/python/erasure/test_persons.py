"""Whose identifiers are erased: a built identity map is made up, and persons are resolved by it."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from tests.python.erasure.planted import STREAM
from viaggio.erasure.persons import Person, resolve
from viaggio.erasure.requests import Request
from viaggio.landing.erased import prepare_session
from viaggio.workspace.contract import Contract, load_contract
from viaggio.workspace.paths import DataDir
from viaggio.workspace.salt import ensure_salt
from viaggio.workspace.tombstones import Tombstones

ANN, BOB = "ann@planted.example", "bob@planted.example"
LANDLINE, MOBILE = "+390299988877", "+393479110001"
CUSTOMER = ("store", "customer")
# Person, type, value as the warehouse hashes it, and whether others have it too.
MAP = [
    ("couple", "email", ANN, False),
    ("couple", "customer", "C1", False),
    ("couple", "phone", MOBILE, False),
    ("couple", "phone", LANDLINE, False),
    ("couple", "email", BOB, False),
    ("couple", "customer", "C2", False),
    ("couple", "device", f"{STREAM}|11.22", False),
    ("couple", "contact", "K1", False),
    ("couple", "device", f"{STREAM}|55.66", False),
    ("till", "customer", "C9", True),
    ("tablet", "device", f"{STREAM}|33.44", True),
]
EVIDENCE = [
    (("customer", "C1"), ("email", ANN)),
    (("customer", "C1"), ("phone", MOBILE)),
    (("customer", "C1"), ("phone", LANDLINE)),
    (("customer", "C2"), ("phone", LANDLINE)),
    (("customer", "C2"), ("email", BOB)),
    (("device", f"{STREAM}|11.22"), ("customer", "C1")),
    # The couple's tablet: one person's to the map, as the landline makes them one.
    (("device", f"{STREAM}|55.66"), ("customer", "C1")),
    (("device", f"{STREAM}|55.66"), ("customer", "C2")),
    # A contact without an address, which only the mobile joins, is the same person's.
    (("contact", "K1"), ("phone", MOBILE)),
]


@pytest.fixture
def data_dir(tmp_path: Path) -> DataDir:
    data_dir = DataDir(tmp_path)
    ensure_salt(data_dir)
    with duckdb.connect() as con:
        (salt,) = con.execute(f"select salt from '{data_dir.hash_salt}'").fetchone()
        con.execute(f"attach '{data_dir.warehouse}' as warehouse")
        con.execute("create schema warehouse.intermediate")
        con.execute(
            "create table warehouse.intermediate.int_identifiers__resolved (identifier_id varchar,"
            " person_id varchar, identifier_type varchar, is_hub boolean, is_shared boolean)"
        )
        con.executemany(
            "insert into warehouse.intermediate.int_identifiers__resolved values (?, ?, ?, ?, ?)",
            [
                [_key(kind, value, salt), person, kind, shared and kind != "device",
                 shared and kind == "device"]
                for person, kind, value, shared in MAP
            ],
        )  # fmt: skip
        con.execute(
            "create table warehouse.intermediate.int_identity__evidence"
            " (identifier_id varchar, other_identifier_id varchar)"
        )
        con.executemany(
            "insert into warehouse.intermediate.int_identity__evidence values (?, ?)",
            [[_key(*one, salt), _key(*other, salt)] for one, other in EVIDENCE],
        )
        for (source, table), query in {
            CUSTOMER: f"""
                from (values ('C1', '{ANN}', '{MOBILE}'), ('C2', ' {BOB.upper()}', '{LANDLINE}'),
                    ('C9', null, null)) as v(id, email, phone)""",
            ("crm", "contact"): f"from (values ('K1', '{MOBILE}')) as v(id, property_phone)",
            ("ga4", "event"): f"""
                from (values ('{STREAM}', '11.22', 'C1'), ('{STREAM}', '33.44', 'C1'),
                    ('{STREAM}', '55.66', 'C2')) as v(stream_id, user_pseudo_id, user_id)""",
        }.items():
            _write(con, data_dir, load_contract(), (source, table), query)
    return data_dir


def test_what_a_household_shares_takes_nobody_along(data_dir: DataDir) -> None:
    (person,) = _resolved(data_dir, ("email", f" {ANN.upper()} "))
    assert person.values == {
        ("email", ANN),
        ("customer", "C1"),
        ("phone", MOBILE),
        ("device", "11.22"),
        ("contact", "K1"),
    }
    assert person.left == {"phone": 1, "device": 1}


def test_two_requests_erase_a_household(data_dir: DataDir) -> None:
    ann, bob = _resolved(data_dir, ("email", ANN), ("customer", "C2"))
    assert ("email", BOB) in bob.values
    assert ("customer", "C1") not in bob.values
    assert ("customer", "C1") in ann.values


@pytest.mark.parametrize(
    "named", [("customer", "C9"), ("device", "33.44"), ("phone", LANDLINE), ("phone", "0299988877")]
)
def test_a_shared_identifier_names_nobody(data_dir: DataDir, named: tuple[str, str]) -> None:
    (person,) = _resolved(data_dir, named)
    assert person.values == set()
    assert person.left.total() == 1


def test_an_identifier_that_no_row_carries_is_kept_out_all_the_same(data_dir: DataDir) -> None:
    (person,) = _resolved(data_dir, ("email", "carl@planted.example"))
    assert person.values == {("email", "carl@planted.example")}


@pytest.mark.parametrize("value", ["noemail@noemail.com", "n/a", "-"])
def test_a_value_that_says_nothing_is_nobody_s(data_dir: DataDir, value: str) -> None:
    (person,) = _resolved(data_dir, ("email", value))
    assert person.values == set()


def _resolved(data_dir: DataDir, *named: tuple[str, str]) -> list[Person]:
    requests = [
        Request(str(number), datetime(2025, 2, 1), "command", (each,))
        for number, each in enumerate(named)
    ]
    tables = load_contract().tables
    contract = Contract(
        {key: tables[key] for key in (CUSTOMER, ("crm", "contact"), ("ga4", "event"))}
    )
    with duckdb.connect() as con:
        prepare_session(con, Tombstones(b"k" * 32))
        return resolve(con, data_dir, contract, requests)


def _key(kind: str, value: str, salt: str) -> str:
    if kind in ("email", "phone"):
        value = hashlib.sha256((salt + value).encode()).hexdigest()
    return hashlib.new("md5", f"{kind}|{value}".encode(), usedforsecurity=False).hexdigest()


def _write(
    con: duckdb.DuckDBPyConnection,
    data_dir: DataDir,
    contract: Contract,
    key: tuple[str, str],
    query: str,
) -> None:
    """A raw part with the contract's columns; those that the query lacks are null."""
    table = contract.tables[key]
    part = table.folder(data_dir.raw) / "event_day=1970-01-01" / "part.parquet"
    part.parent.mkdir(parents=True)
    columns = ", ".join(f'null::{column.data_type} as "{column.name}"' for column in table.columns)
    con.execute(
        f"copy (select * from (select {columns} limit 0) union all by name ({query}))"
        f" to '{part}' (format parquet)"
    )
