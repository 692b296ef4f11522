"""Phones, e-mail addresses and keys as other systems write them, in one form or none."""

from __future__ import annotations

import csv
import json
import random
import re

import duckdb
import phonenumbers
import pytest

from tests.python.conftest import run_command
from viaggio.landing.empty_values import is_empty
from viaggio.workspace.contract import load_contract
from viaggio.workspace.dbt_project import DBT
from viaggio.workspace.paths import PROJECT_DIR, DataDir

SEED = PROJECT_DIR / "seeds" / "identity" / "phone_countries.csv"

PHONES = {
    "+39 333 000 1122": "+393330001122",
    "(+39) 333 0001122": "+393330001122",
    "393330001122": "+393330001122",
    "0039-333.000.1122": "+393330001122",
    "00 39 333/0001122": "+393330001122",
    "3330001122": "+393330001122",
    "\u202a+39\u00a0333\u00a0000\u00a01122\u202c": "+393330001122",
    "tel:+393330001122": "+393330001122",
    "+39 333 0001122 int. 12": "+393330001122",
    "+39 333000\uff11\uff11\uff12\uff12": "+393330001122",
    # The zero of an Italian land line belongs to the number, that of a British one does not.
    "02 1234 5678": "+390212345678",
    "+39 (0)2 12345678": "+390212345678",
    "+44 (0)20 7946 0018": "+442079460018",
    "0044 020 7946 0018": "+442079460018",
    "+1 (212) 555-0187": "+12125550187",
    "0000000000": None,
    "3333333333": None,
    "1234567890": None,
    "+39 0123456789": None,
    "+999 123456789": None,
    "333": None,
    "n/a": None,
    "mario@rossi.it": None,
    "": None,
}
EMAILS = {
    "mario.rossi@example.it": "mario.rossi@example.it",
    " Mario.Rossi@Example.IT ": "mario.rossi@example.it",
    "\tmario.rossi@example.it\r\n": "mario.rossi@example.it",
    "\ufeffmario.rossi@example.it\u200b": "mario.rossi@example.it",
    "mario.\u200brossi@example.it": "mario.rossi@example.it",
    "<mario.rossi@example.it>": "mario.rossi@example.it",
    "Mario Rossi <mario.rossi@example.it>": "mario.rossi@example.it",
    '"Rossi, Mario" <mario.rossi@example.it>;': "mario.rossi@example.it",
    "mailto:mario.rossi@example.it?subject=Ciao": "mario.rossi@example.it",
    "'mario.rossi@example.it'": "mario.rossi@example.it",
    "mario.rossi%40example.it": "mario.rossi@example.it",
    "mario.rossi@example.it.": "mario.rossi@example.it",
    "o'neill@example.ie": "o'neill@example.ie",
    "mario+shop@example.it": "mario+shop@example.it",
    "noemail@noemail.com": None,
    "NoEmail@whatever.shop": None,
    "no@no.it": None,
    "senza.mail@negozio.example": None,
    "mario@rossi@example.it": None,
    "mario.rossi": None,
    "@": None,
    "n/a": None,
    "": None,
}
KEYS = {
    "C-100": "C-100",
    " C-100\u00a0": "C-100",
    "1001.0": "1001",
    "1.5": "1.5",
    "gid://shopify/Customer/207119551": "207119551",
    "gid://shopify/Order/450789469?key=1": "450789469",
    "GA1.1.1234567890.1700000000": "1234567890.1700000000",
    "GA1.2-2.1234567890.1700000000": "1234567890.1700000000",
    "6F9619FF-8B86-D011-B42D-00C04FC964FF": "6f9619ff-8b86-d011-b42d-00c04fc964ff",
    "abCD1234": "abCD1234",
    **dict.fromkeys(
        ("", " ", "\u00a0", "0", "0.0", "null", "NULL", "undefined", "(not set)", "N/A", "nan"),
    ),
    **dict.fromkeys(
        ("00.0", "gid://shopify/Order/0", "gid://shopify/Order/", "GA1.1.0", "N/A\r\n")
    ),
    **dict.fromkeys(("none", "-", "guest", "Ospite", "(data deleted)", "0000000000")),
}
QUERY = """
select 'phone' as kind, typed, e164 as written
from ({{ phone_numbers('main.phones', 'typed') }}) as phones
union all
select 'email' as kind, typed, {{ said_email('clean') }} as written
from (
    select typed, {{ clean_email('trimmed') }} as clean
    from (select typed, {{ trimmed('typed') }} as trimmed from main.emails) as trimmed_emails
) as emails
cross join {{ empty_values() }} as empty_values
union all
select
    'key' as kind,
    typed,
    case when not {{ is_empty_key('clean') }} then clean end as written
from (
    select typed, {{ clean_key('trimmed') }} as clean
    from (select typed, {{ trimmed('typed') }} as trimmed from main.keys) as trimmed_keys
) as keys
cross join {{ empty_values() }} as empty_values
"""


def is_dummy(national: str) -> bool:
    """Whether the digits are one digit repeated, or counted up or down: a rule of our own."""
    counted = ("012345678901234567890", "098765432109876543210")
    return len(set(national)) == 1 or any(national in digits for digits in counted)


def numbers_in_use() -> dict[str, str]:
    """Numbers that libphonenumber gives as examples, as people write them, and in E.164."""
    written: dict[str, str] = {}
    with SEED.open(encoding="utf-8", newline="") as file:
        regions = [row["region"] for row in csv.DictReader(file) if row["region"] != "001"]
    formats = phonenumbers.PhoneNumberFormat
    for region in regions:
        for kind in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE):
            number = phonenumbers.example_number_for_type(region, kind)
            if number is None or is_dummy(phonenumbers.national_significant_number(number)):
                continue
            e164 = phonenumbers.format_number(number, formats.E164)
            international = phonenumbers.format_number(number, formats.INTERNATIONAL)
            for text in (e164, international, "00" + e164[1:]):
                written[text] = e164
            if region == "IT":
                written[phonenumbers.format_number(number, formats.NATIONAL)] = e164
    return written


def random_italian_numbers() -> dict[str, str | None]:
    """Digits at random as typed in an Italian shop, and what libphonenumber makes of them."""
    dice = random.Random(21)  # noqa: S311
    read: dict[str, str | None] = {}
    for _ in range(3000):
        prefix = dice.choice(["3", "0", "39", "390", "393", "+39", "0039", "8", ""])
        digits = prefix + "".join(dice.choice("0123456789") for _ in range(dice.randint(3, 12)))
        # No country's code begins with a zero; the library takes such digits for a land line.
        if digits.startswith("000"):
            continue
        try:
            number = phonenumbers.parse(digits, "IT")
        except phonenumbers.NumberParseException:
            read[digits] = None
            continue
        metadata = phonenumbers.PhoneMetadata.metadata_for_region(
            phonenumbers.region_code_for_country_code(number.country_code) or "IT"
        )
        national = phonenumbers.national_significant_number(number)
        fits = re.fullmatch(metadata.general_desc.national_number_pattern, national)
        read[digits] = (
            phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
            if fits and not is_dummy(national)
            else None
        )
    return read


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str | None]]:
    """What the macros make of all values of this file, by kind; null is left out for phones."""
    data_dir = DataDir(tmp_path_factory.mktemp("values"))
    seeded = run_command(data_dir, DBT, "seed", "-q", "-s", "path:seeds/identity")
    assert seeded.code == 0, seeded.output
    phones = [*PHONES, *numbers_in_use(), *random_italian_numbers()]
    with duckdb.connect(str(data_dir.warehouse)) as connection:
        for table, values in (("phones", phones), ("emails", EMAILS), ("keys", KEYS)):
            connection.execute(f"create table {table} (typed varchar)")
            connection.executemany(f"insert into {table} values (?)", [[v] for v in values])
    shown = run_command(
        data_dir, DBT, "show", "-q", "--inline", QUERY, "--limit", "-1", "--output", "json"
    )
    assert shown.code == 0, shown.output
    rows = json.loads(shown.output[shown.output.index("{") :])["show"]
    found: dict[str, dict[str, str | None]] = {"phone": {}, "email": {}, "key": {}}
    for row in rows:
        found[row["kind"]][row["typed"]] = row["written"]
    return found


def differences(
    expected: dict[str, str | None], found: dict[str, str | None]
) -> dict[str, tuple[str | None, str | None]]:
    return {
        typed: (value, found.get(typed))
        for typed, value in expected.items()
        if found.get(typed) != value
    }


@pytest.mark.slow
def test_phones_as_people_type_them(written: dict[str, dict[str, str | None]]) -> None:
    assert differences(PHONES, written["phone"]) == {}


@pytest.mark.slow
def test_example_numbers_of_all_countries(written: dict[str, dict[str, str | None]]) -> None:
    wrong = differences(dict(numbers_in_use()), written["phone"])
    assert len(wrong) <= 0.01 * len(numbers_in_use()), wrong


@pytest.mark.slow
def test_italian_numbers_as_the_library_reads_them(
    written: dict[str, dict[str, str | None]],
) -> None:
    assert differences(random_italian_numbers(), written["phone"]) == {}


@pytest.mark.slow
def test_emails_as_people_type_them(written: dict[str, dict[str, str | None]]) -> None:
    assert differences(EMAILS, written["email"]) == {}


@pytest.mark.slow
def test_keys_as_systems_write_them(written: dict[str, dict[str, str | None]]) -> None:
    assert differences(KEYS, written["key"]) == {}


def test_landing_refuses_the_required_keys_that_staging_makes_null() -> None:
    table = load_contract().tables["store", "order_line"]
    is_refused = is_empty(table.column("order_id"), table)
    keys = "(select unnest($keys) as order_id)"
    refused = duckdb.sql(
        f"select order_id from {keys} where {is_refused}", params={"keys": list(KEYS)}
    ).fetchall()
    assert {key for (key,) in refused} == {key for key, written in KEYS.items() if written is None}
