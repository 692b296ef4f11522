"""Values that say nothing, from the seed `empty_values`, which staging reads as well."""

from __future__ import annotations

import csv
from functools import cache

from orchestration.paths import PROJECT_DIR

SEED = PROJECT_DIR / "seeds" / "identity" / "empty_values.csv"


@cache
def empty_values(*kinds: str) -> list[str]:
    """Texts in lower case that say nothing where a value of one of the kinds belongs.

    `kinds` are those of the seed: `text`, `key`, `email`, `email_name`. The empty text and `null`,
    which a seed cannot hold, say nothing anywhere.
    """
    with SEED.open(encoding="utf-8", newline="") as seed:
        return ["", "null", *(row["value"] for row in csv.DictReader(seed) if row["kind"] in kinds)]
