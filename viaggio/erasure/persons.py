"""The person of a request: all identifiers of the person that nobody else has.

The built identity says which identifiers are one person's. Hubs and shared devices stand alone in
it, so they take nobody along. A phone number may join two people of a household, and then their
tablet is one person's; here neither does. What ties together e-mail addresses, or accounts, that
nothing else joins stays, and with it the other side.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import duckdb

from viaggio.erasure.requests import Request
from viaggio.landing.empty_values import empty_values
from viaggio.landing.erased import named_places, normal_values, salted_hash
from viaggio.workspace.contract import Contract
from viaggio.workspace.paths import DataDir
from viaggio.workspace.sql import file_to_read, file_to_write, files_below, literal

# Of these the warehouse knows a salted hash.
_HASHED = ("email", "phone", "handle")
_ACCOUNTS = {"customer", "contact", "user"}


@dataclass(frozen=True)
class Person:
    """What is known of the person of one request.

    Attributes:
        request: The request.
        values: Own identifiers, each as (type, value in its normal form); one that expired days
            hold too is there a second time, as its placeholder.
        by_type: Number of own identifiers, by type.
        identifier_ids: Keys of them in the warehouse.
        left: Identifiers that others have too, by type: they stay.
    """

    request: Request
    values: frozenset[tuple[str, str]]
    identifier_ids: frozenset[str]
    by_type: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)


def resolve(
    con: duckdb.DuckDBPyConnection,
    data_dir: DataDir,
    contract: Contract,
    requests: Sequence[Request],
) -> list[Person]:
    """Find the persons of some requests.

    Args:
        con: A session that knows the tombstones' key (`erased.prepare_session`).
        data_dir: Where raw tables and the warehouse are; without a warehouse each identifier
            stands alone.
        contract: The raw tables.
        requests: The persons who ask.
    """
    asked = [_asked(con, request) for request in requests]
    _load_known(con, data_dir, contract, [each for named in asked for each in named])
    identity = _Identity.read(con, data_dir)
    return [
        _person(con, identity, request, named)
        for request, named in zip(requests, asked, strict=True)
    ]


def resolve_silent(
    con: duckdb.DuckDBPyConnection,
    data_dir: DataDir,
    contract: Contract,
    request: Request,
    months: int,
) -> tuple[Person, int]:
    """All persons without a touchpoint of their own doing for some months, as one person.

    Own doing is an inbound touchpoint that no machine made. A person without any is silent since
    first seen. Months count back from the newest touchpoint, so that a feed that stops erases
    nobody. Identifiers that others have too stay, as with a request.

    Returns:
        What is known of the persons together, and how many there are.
    """
    silent = 0
    con.execute("create or replace temp table own_ids (identifier_id varchar)")
    con.execute("create or replace temp table shared_ids (identifier_id varchar)")
    if data_dir.warehouse.exists():
        con.execute(f"attach {file_to_write(data_dir.warehouse)} as warehouse (read_only)")
        try:
            con.execute(_SILENT, {"months": months})
            con.execute(
                "insert into own_ids select identifier_id"
                " from warehouse.intermediate.int_identifiers__resolved semi join silent"
                " using (person_id) where not (is_hub or is_shared)"
            )
            con.execute(
                "insert into shared_ids select identifier_id"
                " from warehouse.intermediate.int_identifiers__resolved where is_hub or is_shared"
            )
            [(silent,)] = con.execute("select count(*) from silent").fetchall()
        except duckdb.CatalogException:
            silent = 0
        finally:
            con.execute("detach warehouse")
    _load_known(con, data_dir, contract, [])
    rows = con.execute(
        "select distinct kind, value, identifier_id from known semi join own_ids"
        " using (identifier_id) where (kind, value) not in"
        " (select (kind, value) from known semi join shared_ids using (identifier_id))"
    ).fetchall()
    by_type = Counter(kind for kind, _ in {(kind, key) for kind, _, key in rows})
    values = frozenset((kind, value) for kind, value, _ in rows)
    return Person(request, values, frozenset(key for *_, key in rows), by_type), silent


_SILENT = """
    create or replace temp table silent as
    with

    heard as (
        select person_id, max(touched_at) as last_at
        from warehouse.marts.fct_touchpoints
        where direction = 'inbound' and not is_bot and not is_machine
        group by person_id
    ),

    known_persons as (
        select resolved.person_id, min(summarised.first_seen_at) as first_at
        from warehouse.intermediate.int_identifiers__resolved as resolved
        inner join warehouse.intermediate.int_identifiers__summarised as summarised
            using (identifier_id)
        group by resolved.person_id
    )

    select person_id
    from known_persons
    left join heard using (person_id)
    where coalesce(last_at, first_at) < (
        select max(touched_at) - to_months($months) from warehouse.marts.fct_touchpoints
    )
"""


def _load_known(
    con: duckdb.DuckDBPyConnection,
    data_dir: DataDir,
    contract: Contract,
    asked: Sequence[tuple[str, str]],
) -> None:
    """Make `known`: every identifier in raw rows and requests, and its key in the warehouse."""
    con.execute("create or replace temp table asked (kind varchar, value varchar)")
    if asked:
        con.executemany("insert into asked values (?, ?)", [list(each) for each in asked])
    con.execute("create or replace temp table said as from asked")
    con.execute("create or replace temp table streams (stream varchar, value varchar)")
    for table in contract.tables.values():
        if not any(table.parts(data_dir.raw, day) for day in table.days(data_dir.raw)):
            continue
        files = files_below(table.folder(data_dir.raw), "*/*.parquet")
        relation = f"read_parquet({files}, hive_partitioning = false)"
        for place in named_places(table):
            con.execute(
                "create or replace temp table typed_values as"
                f" select distinct {place.value} as typed from {relation}"
            )
            con.execute(
                f"insert into said select kind, value"
                f" from ({normal_values('typed_values', place.kind)}) where value is not null"
            )
            if place.kind == "device" and table.key == ("ga4", "event"):
                con.execute(
                    "create or replace temp table stream_values as select distinct"
                    f" coalesce(stream_id, '') as stream, {place.value} as typed from {relation}"
                )
                con.execute(
                    "insert into streams select stream, normal.value from stream_values"
                    f" inner join ({normal_values('typed_values', 'device')}) as normal"
                    " on stream_values.typed = normal.typed"
                )
    con.execute(
        "create or replace temp table landing_hash_salt as"
        f" from read_parquet({file_to_read(data_dir.hash_salt)})"
    )
    hashed = ", ".join(map(literal, _HASHED))
    con.execute(
        f"""
        create or replace temp table known as
        select distinct kind, value, md5(kind || '|' || case
            when kind = 'handle' then split_part(value, '|', 1) || '|'
                || {salted_hash("split_part(value, '|', 2)")}
            when kind in ({hashed}) then {salted_hash("value")}
            else value
        end) as identifier_id
        from said where kind <> 'device'
        union
        select 'device', said.value, md5('device|' || stream || '|' || said.value)
        from said left join streams on said.value = streams.value where said.kind = 'device'
        """
    )


@dataclass(frozen=True)
class _Identity:
    """The built identity map: person, type and whether somebody else has it, by identifier."""

    person: dict[str, str]
    kind: dict[str, str]
    shared: frozenset[str]
    members: dict[str, set[str]]
    neighbours: dict[str, set[str]]

    @classmethod
    def read(cls, con: duckdb.DuckDBPyConnection, data_dir: DataDir) -> _Identity:
        """Read the persons that the requests name; nothing where nothing is built."""
        rows: list[tuple[str, str, str, bool]] = []
        edges: list[tuple[str, str]] = []
        if data_dir.warehouse.exists():
            con.execute(f"attach {file_to_write(data_dir.warehouse)} as warehouse (read_only)")
            try:
                con.execute(
                    "create or replace temp table members as"
                    " select identifier_id, person_id, identifier_type,"
                    " is_hub or is_shared as is_shared"
                    " from warehouse.intermediate.int_identifiers__resolved where person_id in ("
                    " select person_id from warehouse.intermediate.int_identifiers__resolved"
                    " where identifier_id in (select known.identifier_id from known inner join"
                    " asked on known.kind = asked.kind and known.value = asked.value))"
                )
                rows = con.execute("from members").fetchall()
                edges = con.execute(
                    "select evidence.identifier_id, evidence.other_identifier_id"
                    " from warehouse.intermediate.int_identity__evidence as evidence"
                    " semi join members on evidence.identifier_id = members.identifier_id"
                ).fetchall()
            except duckdb.CatalogException:
                rows, edges = [], []
            finally:
                con.execute("detach warehouse")
        person = {identifier: of for identifier, of, _, _ in rows}
        members: dict[str, set[str]] = defaultdict(set)
        for identifier, of in person.items():
            members[of].add(identifier)
        neighbours: dict[str, set[str]] = defaultdict(set)
        for one, other in edges:
            if one in person and person.get(other) == person[one]:
                neighbours[one].add(other)
                neighbours[other].add(one)
        return cls(
            person,
            {identifier: kind for identifier, _, kind, _ in rows},
            frozenset(identifier for identifier, *_, is_shared in rows if is_shared),
            members,
            neighbours,
        )

    def own(self, start: Iterable[str]) -> tuple[set[str], set[str]]:
        """Identifiers that are of the person alone, and those that others have too."""
        begun = [each for each in start if each not in self.shared]
        of_person = {
            member
            for each in begun
            for member in self.members.get(self.person.get(each, each), {each})
        }
        apart = of_person & self.shared | self._household(of_person)
        reached: set[str] = set()
        waiting = [each for each in begun if each not in apart]
        while waiting:
            each = waiting.pop()
            if each not in reached:
                reached.add(each)
                waiting += (self.neighbours.get(each, set()) & of_person) - apart - reached
        beside = {
            other for each in reached for other in self.neighbours.get(each, ()) if other in apart
        }
        return reached, beside | (set(start) - set(begun)) | (set(begun) & apart)

    def _household(self, identifiers: set[str]) -> set[str]:
        """Phones and devices between accounts or addresses that nothing else joins.

        A phone is a household's if it joins several e-mail addresses; a device, if it joins several
        accounts. An address without an account is the second one of the person who uses the device.
        """
        between = {each for each in identifiers if self.kind.get(each) in ("phone", "device")}
        component: dict[str, str] = {}
        kinds_in: dict[str, set[str]] = defaultdict(set)
        for first in sorted(identifiers - between):
            waiting = [first] if first not in component else []
            while waiting:
                each = waiting.pop()
                if each not in component:
                    component[each] = first
                    kinds_in[first].add(self.kind.get(each, ""))
                    waiting += (self.neighbours.get(each, set()) & identifiers) - between
        household = set()
        for each in between:
            decisive = {"email"} if self.kind[each] == "phone" else _ACCOUNTS
            joined = {component[n] for n in self.neighbours.get(each, ()) if n in component}
            if sum(bool(kinds_in[one] & decisive) for one in joined) > 1:
                household.add(each)
        return household


def _person(
    con: duckdb.DuckDBPyConnection,
    identity: _Identity,
    request: Request,
    asked: Sequence[tuple[str, str]],
) -> Person:
    ids_of: dict[tuple[str, str], set[str]] = defaultdict(set)
    for kind, value in asked:
        rows = con.execute(
            "select identifier_id from known where kind = ? and value = ?", [kind, value]
        ).fetchall()
        ids_of[kind, value] = {identifier for (identifier,) in rows if identifier}
    start = {each for ids in ids_of.values() for each in ids}
    own, shared = identity.own(start)
    con.execute(
        "create or replace temp table own_ids as select unnest($1::varchar[]) as identifier_id",
        [list(own)],
    )
    values = set(
        con.execute(
            "select distinct kind, value from known semi join own_ids using (identifier_id)"
        ).fetchall()
    )
    # What a cookie did on a shared device is not the person's alone, whatever the stream.
    values -= {
        (kind, value)
        for kind, value in values
        if kind == "device"
        and {each for (each,) in con.execute(
            "select identifier_id from known where kind = 'device' and value = ?", [value]
        ).fetchall()} & identity.shared
    }  # fmt: skip
    # An identifier that no row carries has a tombstone all the same: it may land one day.
    values |= {named for named, ids in ids_of.items() if not ids & shared}
    left = Counter(
        next((kind for (kind, _), ids in ids_of.items() if each in ids), None)
        or identity.kind.get(each, "unknown")
        for each in shared
    )
    twins = {each for each in values if "hashed_" in each[1] and _has_plain(con, each, values)}
    by_type = Counter(kind for kind, _ in values - twins)
    return Person(request, frozenset(values), frozenset(own), by_type, left)


def _has_plain(
    con: duckdb.DuckDBPyConnection, placeholder: tuple[str, str], values: set[tuple[str, str]]
) -> bool:
    """Whether the identifier of a placeholder is among the values as it was typed, too."""
    rows = con.execute(
        "select other.kind, other.value from known inner join known as other"
        " using (identifier_id) where known.kind = ? and known.value = ?"
        " and other.value not like '%hashed_%'",
        list(placeholder),
    ).fetchall()
    return any((kind, value) in values for kind, value in rows)


def _asked(con: duckdb.DuckDBPyConnection, request: Request) -> list[tuple[str, str]]:
    """The request's identifiers in their normal form, without values that say nothing."""
    found = []
    for kind, typed in request.identifiers:
        con.execute("create or replace temp table typed_values as select ? as typed", [typed])
        for _, of, value in con.execute(normal_values("typed_values", kind)).fetchall():
            name = (value or "").partition("@")[0]
            says_nothing = value is None or value.lower() in empty_values("text", "key")
            if of == "email":
                says_nothing |= value in empty_values("email") or name in empty_values("email_name")
            if not says_nothing:
                found.append((of, value))
    return found
