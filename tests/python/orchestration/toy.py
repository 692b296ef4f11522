"""A few definitions for Dagster's pages: a sensor that is on, and a run that takes its time."""

from __future__ import annotations

import subprocess
import sys

import dagster as dg


@dg.op
def be_quick() -> None:
    """End at once."""


@dg.op
def take_long() -> None:
    """Wait for a process, as a run waits for dbt."""
    subprocess.run([sys.executable, "-c", "import time; time.sleep(600)"], check=True)


@dg.job
def quick() -> None:
    be_quick()


@dg.job
def long() -> None:
    take_long()


@dg.sensor(job=quick, minimum_interval_seconds=1, default_status=dg.DefaultSensorStatus.RUNNING)
def once() -> dg.RunRequest:
    """Ask for one run."""
    return dg.RunRequest(run_key="once")


@dg.asset
def an_asset() -> None:
    """An asset to be shown."""


defs = dg.Definitions(assets=[an_asset], jobs=[quick, long], sensors=[once])
