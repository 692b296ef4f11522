"""How regularly a raw table receives rows: a table without a rhythm cannot miss it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

HISTORY_WEEKS = 8
MIN_HISTORY = 4


def usual_gap(days: Sequence[date]) -> int | None:
    """Longest gap between the days with rows of a table's last eight weeks, in days.

    Args:
        days: Days with rows, oldest first.

    Returns:
        None with fewer than `MIN_HISTORY` days.
    """
    recent = [day for day in days if (days[-1] - day).days <= 7 * HISTORY_WEEKS]
    if len(recent) < MIN_HISTORY:
        return None
    return max((following - day).days for day, following in pairwise(recent))
