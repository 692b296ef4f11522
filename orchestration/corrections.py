"""The jobs `retract_file` and `replay_quarantine`: corrections from Dagster's pages."""

from textwrap import shorten
from typing import NoReturn

import dagster as dg
from pydantic import Field

from orchestration.marks import REASON_TAG
from viaggio.landing.load import LandingError, retract
from viaggio.landing.replay import replay
from viaggio.workspace.ledger import LedgerError
from viaggio.workspace.lock import WriterBusyError
from viaggio.workspace.paths import DataDir

REASON_LENGTH = 150
FAULTS = (LandingError, LedgerError, WriterBusyError)


class Retraction(dg.Config):
    """What is taken back, as `viaggio retract` takes it."""

    file: str = Field(description="Its name below landing/, or the SHA-256 of its content.")
    reason: str = Field(description="Why, for the audit.")


class Replay(dg.Config):
    """Why bad rows are tried again."""

    reason: str = Field(default="", description="Why, for the audit.")


def form(op: str, **fields: str) -> dict[str, object]:
    """The configuration of a job of one op as the launchpad shows it, to be filled in."""
    return {"ops": {op: {"config": fields}}}


def refuse(context: dg.OpExecutionContext, error: Exception) -> NoReturn:
    """Fail with what is wrong, which the list of runs shows too, in short."""
    in_short = shorten(str(error), REASON_LENGTH, placeholder="…")
    context.instance.add_run_tags(context.run_id, {REASON_TAG: in_short})
    raise dg.Failure(str(error), allow_retries=False) from None


@dg.op
def take_back(context: dg.OpExecutionContext, config: Retraction) -> None:
    """Take the rows of a file back, or fail with what is wrong."""
    try:
        files = retract(DataDir.from_env(), config.file, config.reason)
    except FAULTS as error:
        refuse(context, error)
    for file in files:
        context.log.info(f"Took back the rows of {file.source_file}, loaded {file.loaded_at}.")


@dg.op
def put_back(context: dg.OpExecutionContext, config: Replay) -> None:
    """Put the bad rows back that are right by today's rules."""
    try:
        done = replay(DataDir.from_env(), note=config.reason)
    except FAULTS as error:
        refuse(context, error)
    for file in done:
        context.log.info(f"{file.source_file}: {file.rows:,} rows put back, {file.left:,} stay.")


@dg.job(
    config=form("take_back", file="", reason=""),
    description=(
        "Take back all rows that a file brought; the next run publishes without them. Give the "
        "file as landing reports it (`store/order/june.csv`) and the reason."
    ),
)
def retract_file() -> None:
    take_back()


@dg.job(
    config=form("put_back", reason=""),
    description="Try bad rows again by today's rules; the next run publishes those put back.",
)
def replay_quarantine() -> None:
    put_back()
