"""The job `accept`: `viaggio accept` for people who work in Dagster's pages."""

import dagster as dg
from pydantic import Field

from expectations import accept as command
from expectations.exceptions import ExceptionsError
from orchestration.corrections import form, refuse
from viaggio.workspace.days import DaysError
from viaggio.workspace.paths import DataDir


class Exceptional(dg.Config):
    """What is accepted, as `viaggio accept` takes it."""

    table: str = Field(description="Raw table, such as store.order.")
    days: str = Field(description="A day, or FIRST:LAST.")
    reason: str = Field(description="Why the days are right as they are.")
    author: str = Field(default="", description="Who says so; the user of the pages if empty.")
    until: str = Field(default="", description="Last day on which it counts; 30 days if empty.")
    expectation: str = Field(default="", description="Words of the only expectation meant.")


@dg.op
def record_exception(context: dg.OpExecutionContext, config: Exceptional) -> None:
    """Record the exception, or fail with what is wrong in it."""
    try:
        accepted = command.accept(
            DataDir.from_env(),
            config.table,
            config.days,
            config.reason,
            author=config.author,
            until=config.until,
            expectation=config.expectation,
        )
    except (DaysError, ExceptionsError) as error:
        refuse(context, error)
    context.log.info(f"Accepted: {command.in_words(accepted)}")


@dg.job(
    config=form(
        "record_exception", table="", days="", reason="", author="", until="", expectation=""
    ),
    description=(
        "Accept days of a raw table that fail an expectation. Give table (`store.order`), days "
        "(`2025-06-30`, or `FIRST:LAST`) and reason; the rest may stay empty."
    ),
)
def accept() -> None:
    record_exception()
