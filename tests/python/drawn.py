"""What `make test` tries in turn, a part each day, so that it stays within its time.

With VIAGGIO_TEST_ALL=1 everything is tried.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date
from typing import TypeVar

Case = TypeVar("Case")

TRY_ALL = "VIAGGIO_TEST_ALL" in os.environ


def drawn(cases: Sequence[Case], parts: int) -> list[Case]:
    """The cases of today: every `parts`-th one, from another start each day; or all of them."""
    return list(cases) if TRY_ALL else list(cases[date.today().toordinal() % parts :: parts])
