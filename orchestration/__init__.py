"""Dagster: assets, checks, jobs, sensors and schedules, and the run that they make up."""
