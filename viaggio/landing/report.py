"""What a landing run did, for people and for Dagster."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from viaggio.landing.names import on_one_line

LOADED, REJECTED, SKIPPED, DEFERRED = "loaded", "rejected", "skipped", "deferred"
MAPPED = "mapped"
MAX_NAMED = 6  # exports that are no longer in `landing/`


@dataclass(frozen=True)
class FileReport:
    """What became of one file.

    `outcome` is loaded, rejected, skipped (content already loaded), deferred (still being written)
    or mapped (a vendor's export, which became other files). `rows_in_file` is None where the file
    could not be read or was not. With `is_newer_version`, the rows it brought before were taken
    back.
    """

    source_file: str
    outcome: str
    source: str | None = None
    table: str | None = None
    reason: str | None = None
    rows_in_file: int | None = None
    rows_raw: int = 0
    rows_quarantined: int = 0
    rows_erased: int = 0
    extra_columns: tuple[str, ...] = ()
    days: frozenset[date] = frozenset()
    is_newer_version: bool = False


@dataclass(frozen=True)
class LandingReport:
    """All files of one run; `loaded_at` is the instant every row of it carries.

    `outdated` names exports whose adapter has changed since they were mapped; `outdated_and_gone`
    those of them that are no longer in `landing/`.
    """

    run_id: str
    loaded_at: datetime
    files: tuple[FileReport, ...] = field(default=())
    outdated: tuple[str, ...] = ()
    outdated_and_gone: tuple[str, ...] = ()

    def with_outcome(self, outcome: str) -> tuple[FileReport, ...]:
        return tuple(file for file in self.files if file.outcome == outcome)

    @property
    def failed_in_part(self) -> bool:
        """Whether any file was refused."""
        return bool(self.with_outcome(REJECTED))

    @property
    def rows_in_files(self) -> int:
        return sum(file.rows_in_file or 0 for file in self.files)

    @property
    def rows_raw(self) -> int:
        return sum(file.rows_raw for file in self.files)

    @property
    def rows_quarantined(self) -> int:
        return sum(file.rows_quarantined for file in self.files)

    @property
    def rows_erased(self) -> int:
        """Rows left out because they were records of erased persons."""
        return sum(file.rows_erased for file in self.files)

    @property
    def rows_rejected(self) -> int:
        """Rows in refused files, as far as they could be counted."""
        return sum(file.rows_in_file or 0 for file in self.with_outcome(REJECTED))

    @property
    def files_uncounted(self) -> int:
        """Refused files that cannot be read, so that nobody can say how many rows they hold."""
        return sum(file.rows_in_file is None for file in self.with_outcome(REJECTED))

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the contract does not know but was kept, one line for each file."""
        return tuple(
            f"{on_one_line(file.source_file)}: not in the contract, kept in _extra_columns: "
            + ", ".join(file.extra_columns)
            for file in self.files
            if file.extra_columns and file.outcome == LOADED
        )

    @property
    def affected_days(self) -> dict[tuple[str, str], set[date]]:
        """Days that received rows, by (source, table)."""
        days: dict[tuple[str, str], set[date]] = defaultdict(set)
        for file in self.with_outcome(LOADED):
            if file.source and file.table and file.days:
                days[file.source, file.table] |= file.days
        return dict(days)

    def summary(self) -> str:
        """The run in plain text: totals, a line for each table, then whatever needs attention."""
        counts = ", ".join(
            f"{len(self.with_outcome(outcome))} {outcome}"
            for outcome in (LOADED, REJECTED, SKIPPED, DEFERRED)
        )
        exports = self.with_outcome(MAPPED)
        counts += f", {len(exports)} mapped" if exports else ""
        lines = [
            f"Landing {self.run_id}: {counts}.",
            f"Rows in files {self.rows_in_files:,} = raw {self.rows_raw:,}"
            f" + quarantined {self.rows_quarantined:,} + in rejected files {self.rows_rejected:,}"
            + (f" + erased {self.rows_erased:,}." if self.rows_erased else ".")
            + self._uncounted(),
            *self._tables(),
            *_block("Recognised", [*self._said(MAPPED), *self._placed()]),
            *_block("Rejected", self._said(REJECTED)),
            *_block("Skipped", self._said(SKIPPED)),
            *_block("Deferred", self._said(DEFERRED)),
            *_block("Replaced", self._replaced()),
            *_block("Warnings", self.warnings),
            *_block("Mapped by an adapter that has changed since", self._to_map_again()),
        ]
        return "\n".join(lines)

    def _uncounted(self) -> str:
        unknown = self.files_uncounted
        return f" Rows unknown: {unknown:,} rejected file(s) cannot be read." if unknown else ""

    def _tables(self) -> list[str]:
        totals: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        for file in self.with_outcome(LOADED):
            total = totals[f"{file.source}.{file.table}"]
            total[0] += 1
            total[1] += file.rows_raw
            total[2] += file.rows_quarantined
        return [
            f"  {name:<34} {files:>6,} files {raw:>14,} rows {bad:>8,} quarantined"
            for name, (files, raw, bad) in sorted(totals.items())
        ]

    def _said(self, outcome: str) -> list[str]:
        return [
            f"{on_one_line(file.source_file)}: {on_one_line(file.reason or '')}"
            for file in self.with_outcome(outcome)
        ]

    def _placed(self) -> list[str]:
        """Files that lie elsewhere than in the folder of the table whose columns they have."""
        return [
            f"{on_one_line(file.source_file)}: has the columns of {file.source}.{file.table}"
            for file in self.with_outcome(LOADED)
            if not file.source_file.startswith(f"{file.source}/{file.table}/")
        ]

    def _to_map_again(self) -> list[str]:
        lines = [on_one_line(name) for name in self.outdated]
        if lines:
            lines.append("To map these again: viaggio land --map-again")
        if self.outdated_and_gone:
            named = ", ".join(map(on_one_line, self.outdated_and_gone[:MAX_NAMED]))
            more = len(self.outdated_and_gone) - MAX_NAMED
            named += f" and {more} others" if more > 0 else ""
            lines.append(f"No longer in landing/; drop them there again to map them: {named}")
        return lines

    def _replaced(self) -> list[str]:
        return [
            f"{on_one_line(file.source_file)}: changed in place, so the rows it brought before "
            "were taken back"
            for file in self.files
            if file.is_newer_version
        ]


def _block(title: str, lines: Iterable[str]) -> list[str]:
    listed = [f"  {line}" for line in lines]
    return [f"{title}:", *listed] if listed else []
