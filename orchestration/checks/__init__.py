"""Checks of assets."""

# Name of the check of each table by Great Expectations.
EXPECTATIONS = "expectations"
