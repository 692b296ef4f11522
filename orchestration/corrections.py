"""The jobs `retract_file` and `replay_quarantine`: corrections from Dagster's pages."""

import dagster as dg
from pydantic import Field

from viaggio.landing.load import LandingError, retract
from viaggio.landing.replay import replay
from viaggio.workspace.ledger import LedgerError
from viaggio.workspace.lock import WriterBusyError
from viaggio.workspace.paths import DataDir

FAULTS = (LandingError, LedgerError, WriterBusyError)


class Retraction(dg.Config):
    """What is taken back, as `viaggio retract` takes it."""

    file: str = Field(description="Its name below landing/, or the SHA-256 of its content.")
    reason: str = Field(description="Why, for the audit.")


class Replay(dg.Config):
    """Why bad rows are tried again."""

    reason: str = Field(default="", description="Why, for the audit.")


@dg.op
def take_back(context: dg.OpExecutionContext, config: Retraction) -> None:
    """Take the rows of a file back, or fail with what is wrong."""
    try:
        files = retract(DataDir.from_env(), config.file, config.reason)
    except FAULTS as error:
        raise dg.Failure(str(error), allow_retries=False) from None
    for file in files:
        context.log.info(f"Took back the rows of {file.source_file}, loaded {file.loaded_at}.")


@dg.op
def put_back(context: dg.OpExecutionContext, config: Replay) -> None:
    """Put the bad rows back that are right by today's rules."""
    try:
        done = replay(DataDir.from_env(), note=config.reason)
    except FAULTS as error:
        raise dg.Failure(str(error), allow_retries=False) from None
    for file in done:
        context.log.info(f"{file.source_file}: {file.rows:,} rows put back, {file.left:,} stay.")


@dg.job(description="Take back all rows that a file brought; the next run publishes without them.")
def retract_file() -> None:
    take_back()


@dg.job(description="Try bad rows again by today's rules; the next run publishes those put back.")
def replay_quarantine() -> None:
    put_back()
