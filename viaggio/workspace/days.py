"""Days as people write them: one, or the first and the last of several."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Self


class DaysError(ValueError):
    """A range of days that cannot be read."""


@dataclass(frozen=True)
class DayRange:
    """Days from `start` to `end`, both included."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.start > self.end:
            raise DaysError(
                f"The range {self.start}:{self.end} ends before it starts. Swap the two days."
            )

    def __str__(self) -> str:
        return f"{self.start}:{self.end}" if self.start < self.end else f"{self.start}"

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `2025-03-01:2025-03-07`, or one day.

        Raises:
            DaysError: It is neither.
        """
        start, _, end = text.partition(":")
        try:
            return cls(date.fromisoformat(start), date.fromisoformat(end or start))
        except DaysError:
            raise
        except ValueError as error:
            raise DaysError(
                f"Cannot read {text!r} as days. Write one day (2025-03-01) or the first and the "
                "last (2025-03-01:2025-03-07)."
            ) from error
