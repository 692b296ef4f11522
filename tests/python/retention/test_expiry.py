"""Raw days expire: personal values go, and everything that staging makes of them stays."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from pathlib import Path

import duckdb
import pytest

from tests.python.erasure.conftest import SETTINGS, copied, request_of_all
from tests.python.erasure.planted import Planted, drop
from tests.python.erasure.scan import found_in
from viaggio.erasure import erase
from viaggio.landing import expire as expiry
from viaggio.landing.erased import named_places, normal_values, prepare_session, salted_hash
from viaggio.landing.expire import RAW_DAYS_VARIABLE, Expiry, expire
from viaggio.landing.expired import ga4_parameters_read
from viaggio.landing.load import land, retract
from viaggio.landing.moves import LandingError
from viaggio.landing.replay import replay
from viaggio.landing.settings import SettingError
from viaggio.workspace.contract import Contract, load_contract
from viaggio.workspace.ledger import Ledger, read_ledger
from viaggio.workspace.paths import DataDir
from viaggio.workspace.salt import ensure_salt, rotate_salt
from viaggio.workspace.sql import files_below
from viaggio.workspace.tombstones import Tombstones

PERSON, OTHER = Planted(1), Planted(2)
# Nothing of the planted persons is so young.
NEWEST = {
    "id": "newest", "type": "SENT", "created": "2025-06-01T09:00:00Z", "campaign_id": "7000011",
    "recipient": "newest@planted.example",
}  # fmt: skip
# A till's order of the same person: known again by address and number, however they are written.
ODD = [
    {"id": "odd-1", "email": f"Ann <{PERSON.email.upper()}>", "phone": f"0039{PERSON.phone[3:]}"},
    {"id": "odd-2", "email": "hashed_ann@planted.example", "phone": "not known"},
    {"id": "odd-3", "email": "noreply@planted.example", "phone": "0000000000"},
    {"id": "odd-4", "email": "staff@casalume.example", "phone": None},
]
ALL = "9999"
FEW = Contract(
    {
        key: load_contract().tables[key]
        for key in (
            ("crm", "contact"),
            ("email", "event"),
            ("reviews", "review"),
            ("store", "order"),
        )
    }
)


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIAGGIO_LANDING_SETTLE_SECONDS", "0")
    monkeypatch.setenv("VIAGGIO_LANDING_MEMORY_LIMIT", "500MB")
    monkeypatch.setenv("VIAGGIO_LANDING_THREADS", "1")
    monkeypatch.setenv(RAW_DAYS_VARIABLE, "30")


@pytest.fixture(scope="module")
def landed_once(tmp_path_factory: pytest.TempPathFactory) -> DataDir:
    data_dir = DataDir(tmp_path_factory.mktemp("landed") / "data")
    ensure_salt(data_dir)
    drop(data_dir.landing, [PERSON, OTHER])
    write(data_dir, "email/event/newest.jsonl", [NEWEST])
    common = {"created_at": "2025-01-07T10:00:00Z", "currency": "EUR", "source_name": "pos",
              "subtotal_price": 1, "total_price": 1}  # fmt: skip
    write(data_dir, "store/order/odd.jsonl", [{**row, **common} for row in ODD])
    write(
        data_dir,
        "search_console/query_day/queries.jsonl",
        [
            {"data_date": "2025-01-07", "site_url": "sc-domain:casalume.example", "query": query,
             "url": "https://casalume.example/", "country": "ita", "device": "MOBILE",
             "impressions": 1, "clicks": 0, "sum_position": 1}
            for query in ("chi chiama 347 9110001", "chi chiama 347 9110002", "ann@x.it", "pentole")
        ],
    )  # fmt: skip
    report = land(data_dir, settings=SETTINGS)
    assert [file.source_file for file in report.with_outcome("rejected")] == [
        "store/customer/planted_refused.csv"
    ]
    return data_dir


@pytest.fixture
def landed(landed_once: DataDir, tmp_path: Path) -> DataDir:
    return copied(landed_once, tmp_path)


@pytest.fixture(scope="module")
def expired_once(landed_once: DataDir, tmp_path_factory: pytest.TempPathFactory) -> DataDir:
    data_dir = copied(landed_once, tmp_path_factory.mktemp("expired"))
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(RAW_DAYS_VARIABLE, "30")
        assert expire(data_dir, ALL)
    return data_dir


@pytest.fixture
def expired(expired_once: DataDir, tmp_path: Path) -> DataDir:
    return copied(expired_once, tmp_path)


def write(data_dir: DataDir, name: str, rows: list[dict[str, object]]) -> None:
    path = data_dir.landing / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))


def raw(data_dir: DataDir, source: str, table: str) -> str:
    files = files_below(data_dir.raw / source / table, "*/*.parquet")
    return f"read_parquet({files}, hive_partitioning = true)"


def ask(query: str) -> list[tuple]:
    return duckdb.connect().execute(query).fetchall()


def files(data_dir: DataDir) -> dict[Path, bytes]:
    return {path.relative_to(data_dir.root): path.read_bytes()
            for top in (data_dir.raw, data_dir.quarantine, data_dir.landing)
            for path in top.rglob("*.*") if path.is_file()}  # fmt: skip


def plain(person: Planted) -> dict[bytes, str]:
    """Values that must not be found as they were typed: not cookies, accounts and orders."""
    return {
        needle: kind
        for needle, kind in person.needles("another salt").items()
        if kind in ("email", "phone", "handle")
    }


def hashes_of(data_dir: DataDir, contract: Contract = FEW) -> dict[str, list[tuple]]:
    """What staging makes of each e-mail address, number and handle, with its row."""
    found = {}
    con = duckdb.connect()
    prepare_session(con, Tombstones(b"k" * 32))
    con.execute(f"create table landing_hash_salt as from '{data_dir.hash_salt}'")
    for table in contract.tables.values():
        for place in named_places(table):
            if place.kind not in ("email", "phone", "handle"):
                continue
            relation = raw(data_dir, *table.key)
            con.execute(
                "create or replace temp table typed_values as"
                f" select distinct {place.value} as typed from {relation}"
            )
            hash_of = salted_hash("split_part(normal.value, '|', -1)")
            found[f"{table.source}.{table.name}.{place.label}"] = con.execute(
                f"with normal as ({normal_values('typed_values', place.kind)})"
                f" select _source_file, _source_row, {hash_of} from {relation} as rows"
                f" left join normal on normal.typed = {place.value} order by 1, 2"
            ).fetchall()
    return found


def test_unset_it_changes_nothing(landed: DataDir, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(RAW_DAYS_VARIABLE)
    before = files(landed)
    assert expire(landed, ALL) is None
    assert files(landed) == before


@pytest.mark.parametrize("text", ["0", "-1", "a week", "1.5"])
def test_what_is_no_number_of_days_is_refused(
    landed_once: DataDir, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv(RAW_DAYS_VARIABLE, text)
    with pytest.raises(SettingError, match=RAW_DAYS_VARIABLE):
        expire(landed_once, ALL)


def test_no_value_is_left_in_old_days(landed_once: DataDir, expired_once: DataDir) -> None:
    before = found_in(landed_once.raw, plain(PERSON))
    assert {hit.split("/")[0] for hit in before} == {
        "crm", "email", "ga4", "reviews", "social", "store",
    }  # fmt: skip
    assert found_in(expired_once.raw, plain(PERSON) | plain(OTHER)) == []
    contacts = raw(expired_once, "crm", "contact")
    named = f"select count(property_firstname), count(_extra_columns) from {contacts}"
    assert ask(named) == [(0, 0)]
    # Young days keep their values.
    recipients = raw(expired_once, "email", "event")
    assert ask(f"select recipient from {recipients} where id = 'newest'") == [
        (NEWEST["recipient"],)
    ]


def test_staging_makes_the_same_hashes(landed_once: DataDir, expired_once: DataDir) -> None:
    before, after = (hashes_of(each, load_contract()) for each in (landed_once, expired_once))
    orders = before["store.order.email"]
    of_odd = {row: found for file, row, found in orders if file == "store/order/odd.jsonl"}
    [[salt]] = ask(f"select salt from '{landed_once.hash_salt}'")
    assert of_odd[1] == hashlib.sha256(f"{salt}{PERSON.email}".encode()).hexdigest()
    assert of_odd[2] == hashlib.sha256(f"{salt}{ODD[1]['email']}".encode()).hexdigest()
    # Staging takes an address that says nothing for none; here nothing has done so before.
    orders.remove(("store/order/odd.jsonl", 3, of_odd[3]))
    after["store.order.email"].remove(("store/order/odd.jsonl", 3, None))
    assert after == before


def test_rows_stay_and_stay_apart(landed_once: DataDir, expired_once: DataDir) -> None:
    for table in load_contract().tables.values():
        key = ", ".join(table.business_key)
        counts = [
            ask(
                f"select count(*), count(distinct ({key})), sum(_key_hash), sum(_row_hash)"
                f" from {raw(data_dir, *table.key)}"
            )
            for data_dir in (landed_once, expired_once)
        ]
        assert counts[0] == counts[1], table.key


def test_domains_of_staff_stay(expired_once: DataDir) -> None:
    orders = raw(expired_once, "store", "order")
    found = dict(ask(f"select id, split_part(email, '@', 2) from {orders} where id like 'odd%'"))
    assert found == {
        "odd-1": "hashed.invalid", "odd-2": "hashed.invalid", "odd-3": None,
        "odd-4": "casalume.example",
    }  # fmt: skip


def test_parameters_that_staging_does_not_read_go(landed_once: DataDir, tmp_path: Path) -> None:
    assert {"page_location", "search_term", "transaction_id"} <= set(ga4_parameters_read())
    data_dir = copied(landed_once, tmp_path)
    event = {
        "event_date": "20250107", "event_timestamp": 1736240000000000, "event_name": "sign_up",
        "event_params": [
            {"key": "full_name", "value": {"string_value": "Zqname9x"}},
            {"key": "search_term", "value": {"string_value": "pentole"}},
        ],
    }  # fmt: skip
    write(data_dir, "ga4/event/sign_up.jsonl", [event])
    land(data_dir, settings=SETTINGS)
    expire(data_dir, ALL, Contract({("ga4", "event"): load_contract().tables["ga4", "event"]}))
    [[parameters]] = ask(
        f"select event_params from {raw(data_dir, 'ga4', 'event')} where event_name = 'sign_up'"
    )
    values = {each["key"]: each["value"] for each in parameters}
    assert values["full_name"] is None
    assert values["search_term"]["string_value"] == "pentole"


def test_days_that_are_not_published_stay(landed: DataDir) -> None:
    before = files(landed)
    assert not expire(landed, "2000-01-01")
    assert files(landed) == before


def test_a_second_time_nothing_is_left_to_do(expired: DataDir) -> None:
    before = files(expired)
    assert expire(expired, ALL) == Expiry(expiry.date(2025, 5, 2), {})
    assert files(expired) == before


def test_rows_that_come_late_expire_too(expired: DataDir) -> None:
    late = {
        "id": "late", "type": "OPEN", "created": "2025-01-05T10:00:00Z", "campaign_id": "7000011",
        "recipient": PERSON.email,
    }  # fmt: skip
    write(expired, "email/event/late.jsonl", [late])
    land(expired, settings=SETTINGS)
    assert found_in(expired.raw, plain(PERSON))
    known = hashes_of(expired)
    done = expire(expired, ALL, FEW)
    assert done
    assert done.days == {"email.event": 1}
    assert found_in(expired.raw, plain(PERSON)) == []
    assert hashes_of(expired) == known


def test_bad_rows_lose_their_text_and_stay_counted(
    landed: DataDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    quarantine = f"read_parquet('{landed.quarantine}/quarantined_row/*.parquet')"
    ago = "quarantined_at - interval 3 years as quarantined_at"
    for part in landed.quarantine.glob("quarantined_row/*.*.*.parquet"):
        duckdb.sql(f"create or replace table bad as select * replace ({ago}) from '{part}'")
        duckdb.sql("table bad").write_parquet(str(part))
    before = ask(f"select count(*), count(row_text) from {quarantine}")
    done = expire(landed, ALL, Contract({}))
    assert done
    assert before == [(done.quarantined, done.quarantined)]
    assert ask(f"select count(*), count(row_text) from {quarantine}") == [(done.quarantined, 0)]
    assert [each.rows for each in replay(landed)] == []


@pytest.mark.parametrize("step", ["write", "commit", "move"])
def test_it_is_killed_and_the_next_one_goes_on(
    landed: DataDir, expired_once: DataDir, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    calls = 0

    def killed(*_: object, **__: object) -> None:
        nonlocal calls
        calls += 1
        if calls > 2:
            raise KeyboardInterrupt
        return original(*_, **__)

    place, name = {
        "write": (expiry._Expiring, "_write"),
        "commit": (Ledger, "expire"),
        "move": (expiry, "finish"),
    }[step]
    original = getattr(place, name)
    with monkeypatch.context() as patched:
        patched.setattr(place, name, killed)
        with pytest.raises(KeyboardInterrupt):
            expire(landed, ALL, FEW)
    assert expire(landed, ALL, FEW)
    assert not found_in(landed.raw / "crm" / "contact", plain(PERSON))
    assert not found_in(landed.raw / "store" / "order", plain(PERSON))
    assert hashes_of(landed) == hashes_of(expired_once)
    assert not list((landed.tmp / "landing").glob("*"))


def test_a_full_disk_says_so_and_changes_nothing(
    landed: DataDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    before = files(landed)
    monkeypatch.setattr(expiry, "flush", full)
    with pytest.raises(LandingError, match="No space left on device"):
        expire(landed, ALL, FEW)
    assert files(landed) == before


def test_a_file_of_an_expired_day_can_be_retracted(expired: DataDir) -> None:
    retract(expired, "crm/contact/planted.jsonl", "sent by mistake", settings=SETTINGS)
    assert ask(f"select count(*) from {raw(expired, 'crm', 'contact')}") == [(0,)]


def test_the_ledger_and_its_export_know_the_days(expired_once: DataDir) -> None:
    days = "select source_name, table_name, event_day from expired_day order by 1, 2, 3"
    known = read_ledger(expired_once.ledger_db, days)
    assert ("crm", "contact", "2025-01-05") in known
    exported = ask(
        "select source_name, table_name, event_day::varchar from"
        f" '{expired_once.ledger}/expired_day/part.parquet' order by 1, 2, 3"
    )
    assert exported == known


def test_erasure_reaches_expired_days(expired: DataDir) -> None:
    shutil.rmtree(expired.landing)
    erase.begin(expired, erase.plan(expired, [request_of_all(PERSON)]))
    left = {
        table: ask(f"select count(*) from {raw(expired, *table)} where {column} like '%hashed_%'")
        for table, column in {("crm", "contact"): "property_email", ("store", "visit"): "email"}
        .items()
    }  # fmt: skip
    assert ask(f"select id from {raw(expired, 'crm', 'contact')}") == [(OTHER.contact,)]
    assert left == {("crm", "contact"): [(1,)], ("store", "visit"): [(1,)]}
    [[address]] = ask(
        f"select 'hashed_' || sha256(salt || '{PERSON.email}') from '{expired.hash_salt}'"
    )
    assert found_in(expired.raw, {address.encode(): "email"}) == []


def test_a_new_salt_gives_expired_and_young_days_the_same_new_hashes(expired: DataDir) -> None:
    young = {**NEWEST, "id": "young", "recipient": PERSON.email}
    write(expired, "email/event/young.jsonl", [young])
    land(expired, settings=SETTINGS)
    before = hashes_of(expired)
    rotate_salt(expired)
    after = hashes_of(expired)
    new_of = {
        old: new
        for place in before
        for (*_, old), (*_, new) in zip(before[place], after[place], strict=True)
    }
    for place in before:
        for (*_, old), (*_, new) in zip(before[place], after[place], strict=True):
            assert new_of[old] == new
            assert (old is None) == (new is None)
            assert old is None or old != new
    assert len(set(new_of.values())) == len(new_of)
