"""How well persons are recognised: `python benchmarks/identity.py`.

Compares whose each identifier is (`int_identifiers__resolved`) with the hidden truth of the
generated world: of all pairs of identifiers the warehouse gives one person, the share that truly is
one person's (precision), and of all that truly are, the share it gives one person (recall). Then
again with each guard switched off, which must do harm.

Pairs are counted over several sets of identifiers. The last one leaves out what nobody could
decide: an identifier that several persons use (a couple's tablet), while all the evidence that
names it is of one of them. The warehouse gives it to that person, and no data could tell of the
other; how many there are is said beside the figures.

A company's account that several employees use is a customer of its own, with its address and its
orders; as long as one employee alone has used it, it is that person's.

A new world of the default demo's size is generated, landed and built (`--set` changes its settings,
`--plain` switches all oddities off), or `--data-dir` names one that is built already; it is only
read.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb

from expectations.runner import initialise as initialise_validation
from sample_data.settings import ODDITIES
from viaggio.landing.load import LandingSettings, land
from viaggio.workspace.dbt_project import DBT
from viaggio.workspace.paths import PROJECT_DIR, DataDir
from viaggio.workspace.salt import ensure_salt
from viaggio.workspace.sql import file_to_write

# What decides who is who, from the evidence on.
JUDGEMENT = (
    "int_identity__recipients",
    "int_identity__evidence",
    "int_identity__hubs",
    "int_identity__links",
    "int_identity__neighbourhoods",
    "int_identity__clusters",
    "int_identity__household_tablets",
    "int_identity__claims",
    "int_identifiers__summarised",
    "int_identifiers__resolved",
)
NO_HUBS = {
    "identity_hub_limit": 1_000_000_000,
    "identity_order_hub_limit": 1_000_000_000,
    "identity_addresses_of_phone": 1_000_000_000,
}
SETTINGS: dict[str, dict[str, object]] = {
    "as it is": {},
    "without the rule of recipients": {"identity_phones_of_address": 1_000_000_000},
    "without the hub guard": NO_HUBS,
    "without the rule of numbers": {"identity_addresses_of_phone": 1_000_000_000},
    "without the rule of tablets": {"identity_tablet_days": 100_000},
    "without the shared-device guard": {"identity_guards_shared_devices": False},
    "without both": {
        **NO_HUBS,
        "identity_guards_shared_devices": False,
    },
}
UNIVERSES = {
    "every identifier of the world": "true",
    "seen by the shop": "is_seen",
    "seen with another": "has_evidence",
    "evidence can decide": "is_decidable",
}

# Whose each identifier truly is, by the warehouse's keys. One that several persons used, or none of
# the world's persons, is nobody's: the right answer joins it to nothing. A company whose account
# several persons have used is one of its own.
TRUTH = """
    create or replace table truth as
    with salt as (select salt from '{salt}'),
    devices as (
        select distinct user_pseudo_id, device_identifier_id
        from warehouse.intermediate.int_web_sessions__classified
    ),
    companies as (
        select
            company,
            case
                when count(distinct person) = 1 then min(person)::varchar
                else 'company ' || company
            end as customer
        from '{truth}'
        where company is not null
        group by company
    ),
    keyed as (
        select
            case
                when identifier_type = 'user_pseudo_id'
                    then coalesce(device_identifier_id, md5('unseen|' || identifier))
                when identifier_type in ('user_id', 'customer_id')
                    then md5('customer|' || identifier)
                when identifier_type = 'contact_id' then md5('contact|' || identifier)
                when identifier_type = 'order_id' then md5('order|' || identifier)
                when identifier_type = 'loyalty_card' then md5('loyalty_card|' || identifier)
                when identifier_type = 'email'
                    then md5('email|' || sha256(salt || lower(trim(identifier))))
                when identifier_type = 'phone' then md5('phone|' || sha256(salt || identifier))
                when identifier_type = 'handle' then md5(
                    'handle|' || split_part(identifier, ':', 1) || '|'
                    || sha256(salt || lower(ltrim(split_part(identifier, ':', 2), '@')))
                )
            end as identifier_id,
            case identifier_type
                when 'user_pseudo_id' then 'device'
                when 'user_id' then 'customer'
                else replace(identifier_type, '_id', '')
            end as identifier_type,
            coalesce(customer, person::varchar) as person
        from '{truth}'
        cross join salt
        left join companies using (company)
        left join devices
            on identifier_type = 'user_pseudo_id' and identifier = devices.user_pseudo_id
    )
    select
        identifier_id,
        any_value(identifier_type) as identifier_type,
        count(distinct person) > 1 as is_shared,
        case
            when count(distinct person) = 1 and count(person) = count(*)
                then min(person)
            else 'nobody ' || identifier_id
        end as person
    from keyed
    group by identifier_id
"""

JUDGED = """
    create or replace temp table judged as
    with evidence as (
        select identifier_id, other_identifier_id
        from warehouse.intermediate.int_identity__evidence
        union all
        select other_identifier_id, identifier_id
        from warehouse.intermediate.int_identity__evidence
    ),
    users_seen as (
        select evidence.identifier_id, count(distinct other.person) as persons
        from evidence
        inner join truth as other on evidence.other_identifier_id = other.identifier_id
        where other.person not like 'nobody%'
        group by evidence.identifier_id
    )
    select
        truth.*,
        seen.identifier_id is not null as is_seen,
        coalesce(seen.has_evidence, false) as has_evidence,
        coalesce(
            seen.has_evidence and not (truth.is_shared and users_seen.persons <= 1), false
        ) as is_decidable,
        coalesce(resolved.person_id, truth.identifier_id) as person_id
    from truth
    left join warehouse.intermediate.int_identifiers__summarised as seen using (identifier_id)
    left join warehouse.intermediate.int_identifiers__resolved as resolved using (identifier_id)
    left join users_seen using (identifier_id)
"""


@dataclass(frozen=True)
class Quality:
    """Pairs of identifiers: given one person, truly of one person, and both."""

    identifiers: int
    given: int
    true: int
    both: int

    @property
    def precision(self) -> float:
        """Share of the pairs given one person that truly are."""
        return self.both / self.given if self.given else 1.0

    @property
    def recall(self) -> float:
        """Share of the pairs truly of one person that are given one."""
        return self.both / self.true if self.true else 1.0


def connect(warehouse: Path, truth_of: DataDir) -> duckdb.DuckDBPyConnection:
    """A connection with the warehouse attached as `warehouse`, and the table `truth`."""
    connection = duckdb.connect()
    connection.execute(f"attach {file_to_write(warehouse)} as warehouse (read_only)")
    connection.execute(
        TRUTH.format(
            salt=truth_of.root / "hash_salt" / "salt.parquet",
            truth=truth_of.truth / "identifier.parquet",
        )
    )
    return connection


def qualities(connection: duckdb.DuckDBPyConnection) -> dict[str, Quality]:
    """Quality over each universe of identifiers; leaves the temporary table `judged`."""
    connection.execute(JUDGED)
    return {
        universe: Quality(
            *connection.execute(
                f"""
                with known as (select * from judged where {condition})
                select
                    (select count(*) from known),
                    (select coalesce(sum(n * (n - 1) // 2), 0)::bigint
                     from (select count(*) as n from known group by person_id)),
                    (select coalesce(sum(n * (n - 1) // 2), 0)::bigint
                     from (select count(*) as n from known group by person)),
                    (select coalesce(sum(n * (n - 1) // 2), 0)::bigint
                     from (select count(*) as n from known group by person, person_id))
                """
            ).fetchall()[0]
        )
        for universe, condition in UNIVERSES.items()
    }


def identifiers_by_type(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, int, int, int]]:
    """Type, identifiers of one true person, those the shop saw, those it saw with another."""
    return connection.execute(
        """
        select
            identifier_type,
            count(*),
            count(*) filter (is_seen),
            count(*) filter (has_evidence)
        from judged
        where person not like 'nobody%'
        group by identifier_type
        order by identifier_type
        """
    ).fetchall()


def undecidable_by_type(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, int, int]]:
    """Type, identifiers of several persons seen with one of them, and pairs these cost."""
    return connection.execute(
        """
        select
            shared.identifier_type,
            count(distinct shared.identifier_id),
            count(other.identifier_id)
        from judged as shared
        left join judged as other
            on shared.person_id = other.person_id
            and shared.identifier_id <> other.identifier_id
            and other.has_evidence
        where shared.has_evidence and not shared.is_decidable
        group by shared.identifier_type
        order by shared.identifier_type
        """
    ).fetchall()


def build(data_dir: DataDir, *arguments: str) -> float:
    """`dbt run` with arguments; returns the CPU seconds dbt's process took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    _run(data_dir, DBT, "--quiet", "run", "--no-version-check", *arguments)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _run(data_dir: DataDir, *command: str) -> None:
    subprocess.run(
        command,
        cwd=PROJECT_DIR,
        env={**os.environ, **data_dir.environment()},
        check=True,
        stdout=subprocess.DEVNULL,
    )


def generate_and_build(data_dir: DataDir, persons: int, days: int, *options: str) -> None:
    """A new world, landed, and built up to who is who."""
    _run(
        data_dir,
        *(sys.executable, "-m", "sample_data"),
        *("--persons", str(persons), "--days", str(days)),
        *options,
    )
    ensure_salt(data_dir)
    initialise_validation(data_dir)
    land(data_dir, settings=LandingSettings(settle_seconds=0))
    _run(data_dir, DBT, "--quiet", "seed")
    build(data_dir, "--select", "+int_persons__summarised")


def copy_of(built: DataDir, folder: Path) -> DataDir:
    """What measuring needs of a data directory that is built, to change at will."""
    copied = DataDir(folder)
    shutil.copy(built.warehouse, copied.warehouse)
    for part in ("hash_salt", "truth"):
        shutil.copytree(built.root / part, copied.root / part)
    return copied


def main() -> int:
    """Measure and print; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--persons", type=int, default=20_000)
    parser.add_argument("--days", type=int, default=180)
    parser.add_argument("--set", nargs="+", default=[], metavar="NAME=VALUE", help="of the world")
    parser.add_argument("--plain", action="store_true", help="a world without oddities")
    parser.add_argument("--data-dir", type=Path, help="a data directory that is built already")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if options.data_dir:
            data_dir = copy_of(DataDir(options.data_dir), Path(folder))
        else:
            data_dir = DataDir(Path(folder))
            plain = [f"{name}=0" for name in ODDITIES] if options.plain else []
            changes = [*plain, *options.set]
            generate_and_build(
                data_dir,
                options.persons,
                options.days,
                *(("--set", *changes) if changes else ()),
            )
        print(f"{'':<34}{'':<32}{'identifiers':>12}{'precision':>11}{'recall':>9}")
        for setting, variables in SETTINGS.items():
            build(
                data_dir,
                *("--select", *JUDGEMENT, "--full-refresh", "--vars", json.dumps(variables)),
            )
            with connect(data_dir.warehouse, data_dir) as connection:
                for universe, found in qualities(connection).items():
                    print(
                        f"{setting:<34}{universe:<32}{found.identifiers:>12,}"
                        f"{found.precision:>11.5f}{found.recall:>9.5f}"
                    )
                if not variables:
                    by_type = identifiers_by_type(connection)
                    undecidable = undecidable_by_type(connection)
        print(f"\n{'of one person':<34}{'in the world':>14}{'seen':>10}{'with another':>14}")
        for kind, all_of_type, seen, with_another in by_type:
            print(f"{kind:<34}{all_of_type:>14,}{seen:>10,}{with_another:>14,}")
        for kind, number, pairs in undecidable:
            print(f"{kind}: {number:,} of several persons, seen with one of them ({pairs:,} pairs)")
        print("A cookie that never signed in, bought, sent a form or came from an e-mail click is")
        print("seen with nothing else: nobody could know whose it is.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
