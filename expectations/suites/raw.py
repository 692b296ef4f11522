"""Expectations of raw data; nearly all of them follow from the contract.

Critical, so that nothing is built on it: columns and types, required values, event times, a day
without rows, volumes that collapse. Warnings: everything that may be so, but is worth a look.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from expectations.contract import raw_tables, warn_after_days
from expectations.gx import Expectation, gxe
from expectations.rules import (
    BOUNDS,
    CRITICAL,
    counted,
    in_set,
    matches,
    not_null,
    null_share,
    rows_hold,
    share_within,
    within,
)
from expectations.session import Session, TableSuite
from expectations.volumes import create_volumes
from viaggio.landing.empty_values import empty_values
from viaggio.workspace.contract import RawTable
from viaggio.workspace.sql import files_below, literal

# Optional columns that later layers lean on, and the share of rows that may lack them.
# Reviewed by hand: a share above it means an export lost a field, or consent changed.
NULL_SHARES: dict[tuple[str, str], dict[str, float]] = {
    ("ga4", "event"): {"user_pseudo_id": 0.5, "stream_id": 0.01, "device": 0.05, "geo": 0.05},
    ("crm", "contact"): {"property_email": 0.4, "property_createdate": 0.02},
    ("crm", "engagement"): {"direction": 0.2},
    ("crm", "ticket"): {"contact_id": 0.5},
    ("crm", "feedback_submission"): {"contact_id": 0.5},
    ("email", "event"): {"sent_by_id": 0.6},
    ("store", "customer"): {"email": 0.6, "created_at": 0.02},
    ("store", "product"): {"title": 0.02, "price": 0.02},
    ("store", "order"): {"updated_at": 0.05, "subtotal_price": 0.05, "payment_method": 0.3},
    ("store", "order_line"): {"product_id": 0.1},
    ("store", "transaction"): {"amount": 0.02, "order_id": 0.5},
    ("store", "visit"): {"left_at": 0.3},
    ("reviews", "review"): {"rating": 0.2, "body": 0.5},
    ("social", "interaction"): {"author_handle": 0.3},
    ("ads", "campaign_day"): {"impressions": 0.6, "kind": 0.05},
    ("search_console", "query_day"): {"url": 0.05, "sum_position": 0.05},
}

EMAIL_SHAPE = "^[^@ ]+@[^@ ]+[.][^@ ]+$"
EMPTY_TEXTS = empty_values("text", "key", "email", "email_name")
OLDEST = date(2000, 1, 1)
# Share of the days that may be odd: a year loaded at once has its holidays, one new day has none.
DAYS_LET_PASS = 0.05
# Times the usual rows of its weekday that a day has, and where it has collapsed: so little of the
# usual, and of the fewest rows it had in the weeks before.
USUAL = (0.5, 3)
COLLAPSED, COLLAPSED_BELOW_FEWEST = 0.1, 0.5


def table_suites(session: Session) -> Iterator[TableSuite]:
    """One suite per table of the contract that has something new to validate."""
    tables = raw_tables()
    create_volumes(session, tables)
    for key, table in tables.items():
        if session.skips(*key):
            continue
        _create_contract(session, table)
        view = f"raw_{table.source}__{table.name}"
        has_files = _create_view(session, table, view)
        suite = TableSuite(table.source, table.name, view)
        suite.expectations.extend(_structure(table, view))
        if has_files:
            suite.expectations.extend(_volume(session, table))
            suite.expectations.extend(_values(session, table))
        yield suite


def _create_contract(session: Session, table: RawTable) -> None:
    """An empty table as the contract has it, so that DuckDB itself spells the expected types."""
    columns = ", ".join(f'"{column.name}" {column.data_type}' for column in table.columns)
    session.execute(f"create table contract_{table.source}__{table.name} ({columns})")


def _create_view(session: Session, table: RawTable, view: str) -> bool:
    """The raw files of the days to validate; without any file, a view that fails its suite."""
    folder = session.data_dir.raw / table.source / table.name
    has_files = any(folder.glob("event_day=*/*.parquet"))
    relation = (
        f"select * from read_parquet({files_below(folder, '*/*.parquet')},"
        " hive_partitioning = true, "
        f"hive_types = {{'event_day': date}}) "
        f"where {session.day_filter((table.source, table.name))}"
        if has_files
        else f'select null as "no file in {table.source}/{table.name}: was anything landed?"'
    )
    session.execute(f"create view {view} as {relation}")
    return has_files


def _structure(table: RawTable, view: str) -> Iterator[Expectation]:
    yield gxe.ExpectTableColumnsToMatchSet(
        column_set=[column.name for column in table.columns],
        exact_match=False,
        severity=CRITICAL,
        description="Every column of the contract is there.",
    )
    yield counted(
        "Every column has the contract's type",
        f"""
        select
            count(*) as element_count,
            count_if(found.data_type <> expected.data_type) as unexpected_count,
            string_agg(
                column_name || ' is ' || found.data_type || ', not ' || expected.data_type, '; '
                order by column_name
            ) filter (where found.data_type <> expected.data_type) as detail
        from duckdb_columns() as expected
        join duckdb_columns() as found using (column_name)
        where expected.table_name = 'contract_{table.source}__{table.name}'
            and found.table_name = '{view}'
        """,
        CRITICAL,
        noun="columns",
    )


def _volume(session: Session, table: RawTable) -> Iterator[Expectation]:
    of_table = f"source_name = '{table.source}' and table_name = '{table.name}'"
    if session.days is not None:
        yield gxe.ExpectTableRowCountToBeBetween(
            min_value=1, severity=CRITICAL, description="The days that were loaded have rows."
        )
        yield counted(
            "No loaded day is empty",
            f"""
            select
                count(*) as element_count,
                count_if(row_count = 0) as unexpected_count,
                string_agg(event_day::varchar, ', ' order by event_day)
                    filter (where row_count = 0) as detail,
                string_agg(event_day::varchar, ',') filter (where row_count = 0) as days
            from volume.day
            where {of_table}
            """,
            CRITICAL,
            noun="days",
        )
    if not table.has_days:
        return
    yield counted(
        f"No day collapses: it has {BOUNDS} of the usual rows of its weekday, or "
        f"{share_within(COLLAPSED_BELOW_FEWEST, 1)} of the fewest it had in the weeks before",
        _days_where(
            f"row_count < {COLLAPSED} * typical and row_count < {COLLAPSED_BELOW_FEWEST} * lowest",
            of_table,
        ),
        CRITICAL,
        bounds=share_within(COLLAPSED, 1),
        max_share=DAYS_LET_PASS,
        noun="days",
    )
    low, high = USUAL
    yield counted(
        f"Each day has {BOUNDS} times the usual rows of its weekday",
        _days_where(f"row_count not between {low} * typical and {high} * typical", of_table),
        bounds=within(low, high),
        max_share=DAYS_LET_PASS,
        noun="days",
    )
    allowed = warn_after_days().get((table.source, table.name))
    if allowed is not None:
        yield counted(
            f"The newest day is {BOUNDS} days behind the newest of all tables, or as many as lay "
            "between two days of this table before",
            f"""
            select
                count(*) as element_count,
                count_if(days_behind > greatest({allowed}, usual_gap)) as unexpected_count,
                any_value(
                    'newest day ' || newest_day || ', ' || days_behind || ' behind, with gaps of '
                    || usual_gap || ' before'
                ) as detail
            from volume.lag
            where {of_table}
            """,
            bounds=within(None, allowed),
            noun="tables",
        )


def _days_where(is_odd: str, of_table: str) -> str:
    """A query that counts the judged days of a table and the odd ones, and names the newest."""
    return f"""
        select
            count(*) as element_count,
            count_if({is_odd}) as unexpected_count,
            array_to_string(
                list_slice(
                    list(event_day || ' has ' || row_count || ', usually ' || typical::bigint
                        order by event_day desc) filter (where {is_odd}), 1, 5
                ), '; '
            ) as detail,
            string_agg(event_day::varchar, ',') filter (where {is_odd}) as days
        from volume.day
        where {of_table} and is_judged
    """


def _values(session: Session, table: RawTable) -> Iterator[Expectation]:
    for column in table.columns:
        if column.required:
            yield not_null(column.name)
        if column.accepted_values:
            yield in_set(column.name, list(column.accepted_values))
        if column.pii == "email":
            yield rows_hold(
                f"{column.name} looks like an e-mail address, where it says something",
                f"regexp_matches(trim({column.name}), '{EMAIL_SHAPE}')",
                where=f"lower(trim({column.name})) not in ({', '.join(map(literal, EMPTY_TEXTS))})",
                max_share=0.02,
                column=column.name,
            )
        if column.name == "currency":
            yield matches("currency is three capital letters", "currency", "^[A-Z][A-Z][A-Z]$")
        if column.name == "country_code":
            yield matches("country_code is two capital letters", "country_code", "^[A-Z][A-Z]$")
    if table.event_day is not None:
        yield matches(f"{table.event_day} is written YYYYMMDD", table.event_day, "^[0-9]+$")
    if table.event_time is not None:
        yield _event_time(session, table)
    for column, share in NULL_SHARES.get((table.source, table.name), {}).items():
        yield null_share(column, share)


def _event_time(session: Session, table: RawTable) -> Expectation:
    """Event times lie between `OLDEST` and now; a date may be a day ahead, east of here."""
    column = next(column for column in table.columns if column.name == table.event_time)
    latest = session.now + timedelta(days=1 if column.data_type == "date" else 0)
    newest = f"timestamp '{latest:%Y-%m-%d %H:%M:%S}'"
    moment = column.name
    if column.unit == "epoch_microseconds":
        moment = f"timestamp_micros({column.name})"
    return rows_hold(
        f"{column.name} lies between {OLDEST:%Y} and now",
        f"{moment} between timestamp '{OLDEST}' and {newest}",
        CRITICAL,
        where=f"{column.name} is not null",
        column=column.name,
    )
