"""One module per layer, found by its name; each has `table_suites(session) -> list[TableSuite]`."""
