"""Other people's exports mapped to the raw contract (see docs/adapters.md)."""
