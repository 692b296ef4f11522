"""The data directory and the dbt project: paths, lock, ledger, salt, and SQL that names them."""
