"""Expectations that follow from a model's columns, and shapes that several layers share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from expectations.gx import Expectation, gxe
from expectations.models import Model, attach, changed, create_view, models_of
from expectations.rhythm import HISTORY_WEEKS, MIN_HISTORY
from expectations.rules import BOUNDS, CRITICAL, counted, rows_hold, sentence, share_within
from expectations.session import Session, TableSuite
from expectations.volumes import MIN_TYPICAL

Expectations = list[Expectation]

# A day with less than this share of its usual volume is worth a look.
LOW_VOLUME = 0.3


def model_suites(
    session: Session,
    layer: str,
    reviewed: Mapping[str, Callable[[], Expectations]],
    day_columns: Mapping[str, str],
) -> Iterator[TableSuite]:
    """One suite per model of a layer whose raw tables have something new to validate.

    Args:
        session: What is read through.
        layer: The layer.
        reviewed: What is expected of single models; each is to be built, and its hashes hashes.
        day_columns: The column with the day of the models where it is not `event_day`.
    """
    attach(session)
    for model in changed(session, models_of(session, layer)):
        view = create_view(session, layer, model, day=day_columns.get(model.name, "event_day"))
        suite = TableSuite(model.folder, model.name, view)
        suite.expectations.extend([is_built(model), *hashes(model)])
        if model.columns and model.name in reviewed:
            suite.expectations.extend(reviewed[model.name]())
        yield suite


def is_built(model: Model) -> gxe.ExpectColumnToExist:
    """The model is in the warehouse."""
    column = model.columns[0] if model.columns else "_loaded_at"
    return gxe.ExpectColumnToExist(
        column=column,
        severity=CRITICAL,
        description=sentence(f"The model is built and has {column}"),
    )


def hashes(model: Model) -> Expectations:
    """Columns named as hashes hold nothing else, so no address or number is readable."""
    columns = [c for c in model.columns if c.endswith("_hash") and not c.startswith("_")]
    return [
        rows_hold(
            f"{column} is a hash in hexadecimal characters",
            f"length({column}) = 64 and regexp_like({column}, '^[0-9a-f]+$')",
            CRITICAL,
            where=f"{column} is not null",
            column=column,
        )
        for column in columns
    ]


def near(date_column: str, moment_column: str) -> Expectation:
    """A business day and the UTC moment it comes from are at most a day apart."""
    day = f"cast({moment_column} as date)"
    return rows_hold(
        f"{date_column} is the day of {moment_column}, give or take the time zone",
        f"{date_column} between {day} - interval 1 day and {day} + interval 1 day",
        where=f"{moment_column} is not null",
        column=date_column,
    )


def not_negative(*columns: str) -> Expectations:
    """No amount or count is below zero."""
    return [
        rows_hold(f"{column} is not negative", f"{column} >= 0", column=column)
        for column in columns
    ]


def landed(*models: str) -> str:
    """SQL that is true where each of these staging models has rows.

    What is expected of sources together is not asked of a shop that has one of them.
    """
    return " and ".join(f"exists (select 1 from warehouse.staging.{model})" for model in models)


# The site's visits are there; so are they and the shop's orders.
WEB = landed("stg_ga4__events")
WEB_SHOP = landed("stg_ga4__events", "stg_store__orders")


def usual_volume(relation: str, day: str, what: str, *, where: str = "true") -> Expectation:
    """Days to validate have their usual number of rows: see `expectations.volumes`.

    Args:
        relation: All days of the table (the batch has only those to validate).
        day: Its column with the day.
        what: What is counted, in words.
        where: Which rows count.
    """
    weeks = 7 * HISTORY_WEEKS
    return counted(
        f"A day has {BOUNDS} of the {what} that are usual on its weekday",
        f"""
        with volumes as (
            select {day} as day, count(*) as row_count
            from {relation}
            where {where}
            group by {day}
        ),

        compared as (
            select
                volumes.day,
                max(volumes.row_count) as row_count,
                count(*) as history_days,
                percentile_cont(0.5) within group (order by earlier.row_count) as typical
            from volumes
            inner join volumes as earlier
                on
                    datediff('day', earlier.day, volumes.day) between 1 and {weeks}
                    and datediff('day', earlier.day, volumes.day) % 7 = 0
            where volumes.day in (select {day} from {{batch}})
            group by volumes.day
        )

        select
            count(*) as element_count,
            count_if(row_count < {LOW_VOLUME} * typical) as unexpected_count,
            concat('lowest ', round(min(row_count / typical), 2), ' of the usual') as detail
        from compared
        where history_days >= {MIN_HISTORY} and typical >= {MIN_TYPICAL}
        """,
        bounds=share_within(LOW_VOLUME, 1),
        max_share=0.05,
        noun="days",
    )
