"""The command `viaggio` and what only it does."""
