"""Try many faults, a line for each kind, and write the table of docs/reliability.md."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from math import ceil
from pathlib import Path

from tests.faults import (
    building,
    erasing,
    landing,
    publishing,
    running,
    state,
    validating,
)
from tests.faults.kinds import KINDS, Kind, Result, Worlds, try_fault
from viaggio.workspace.paths import PROJECT_DIR

PAGE = PROJECT_DIR / "docs" / "reliability.md"
BEGIN, END = "<!-- faults: begin -->", "<!-- faults: end -->"
# As the table lists them.
AREAS = (landing, publishing, erasing, validating, building, state, running)
Say = Callable[[str], object]


@dataclass
class Tally:
    """What became of the faults of one kind."""

    kind: str
    results: list[Result] = field(default_factory=list)

    @property
    def tried(self) -> int:
        return len(self.results)

    @property
    def struck(self) -> int:
        return sum(each.struck for each in self.results)

    @property
    def looks(self) -> int:
        return sum(each.looks for each in self.results)

    @property
    def wrong(self) -> list[Result]:
        return [each for each in self.results if each.wrong]

    def line(self) -> str:
        looks = f", {self.looks:,} looks of a reader" if self.looks else ""
        seconds = sum(each.seconds for each in self.results)
        return (
            f"{self.kind:<36} {self.tried:>4} tried, {self.struck:>4} struck in the middle, "
            f"{len(self.wrong)} wrong{looks} ({seconds:.0f} s)"
        )


def seeds_of(of: Kind, faults: int) -> range:
    """The seeds of a kind in a campaign of so many faults of all kinds."""
    shares = sum(each.share for each in KINDS.values())
    return range(1, 1 + ceil(of.share * faults / shares))


def run(
    kinds: Iterable[Kind],
    seeds: Callable[[Kind], Sequence[int]],
    *,
    results: Path | None = None,
    minutes: float = float("inf"),
    say: Say = print,
) -> list[Tally]:
    """Try the faults, kind by kind.

    Args:
        kinds: What to try.
        seeds: The seeds of each.
        results: File of JSON lines that each result is appended to.
        minutes: No fault is begun after so many.
        say: Takes a line for each kind, and each fault that went wrong.
    """
    tallies = []
    end = time.monotonic() + minutes * 60
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        worlds = Worlds(Path(folder))
        for of in kinds:
            tally = Tally(of.name)
            for seed in seeds(of):
                if time.monotonic() > end:
                    break
                result = try_fault(worlds, of, seed)
                tally.results.append(result)
                if result.wrong:
                    say(f"WRONG  {command(of.name, seed=seed)}\n  {result.wrong}\n  {result.told}")
                if results:
                    with results.open("a", encoding="utf-8") as lines:
                        lines.write(json.dumps(asdict(result)) + "\n")
            say(tally.line())
            tallies.append(tally)
    return tallies


def command(name: str, *, seed: int | None = None, faults: int = 0) -> str:
    """What tries one fault of a kind again, or its first ones."""
    which = f" SEED={seed}" if seed is not None else f" N={faults}" if faults else ""
    return f"make faults KIND={name}{which}"


def read(results: Path) -> list[Tally]:
    """The tallies of results that were kept; of a fault that was tried twice the last counts."""
    kept: dict[tuple[str, int], Result] = {}
    for line in results.read_text(encoding="utf-8").splitlines():
        result = Result(**json.loads(line))
        kept[result.kind, result.seed] = result
    tallies = [Tally(name, [each for each in kept.values() if each.kind == name]) for name in KINDS]
    return [tally for tally in tallies if tally.tried]


def table(tallies: Sequence[Tally]) -> str:
    """The table as Markdown, with the command that tries each line again."""
    lines = [
        "| what is broken | what must hold | tried | in the middle | wrong | looks | command |",
        "|---|---|--:|--:|--:|--:|---|",
    ]
    for tally in sorted(tallies, key=_area_of):
        of = KINDS[tally.kind]
        looks = f"{tally.looks:,}" if tally.looks else ""
        lines.append(
            f"| {of.broken} | {of.holds} | {tally.tried} | {tally.struck} | {len(tally.wrong)} "
            f"| {looks} | `{command(tally.kind, faults=tally.tried)}` |"
        )
    tried, struck, wrong, looks = (
        sum(getter(tally) for tally in tallies)
        for getter in (
            lambda each: each.tried,
            lambda each: each.struck,
            lambda each: len(each.wrong),
            lambda each: each.looks,
        )
    )
    lines.append(f"| **all** | | {tried:,} | {struck:,} | {wrong} | {looks:,} | `make faults` |")
    return "\n".join(lines)


def _area_of(tally: Tally) -> int:
    module = KINDS[tally.kind].trial.__module__
    return next((n for n, area in enumerate(AREAS) if area.__name__ == module), len(AREAS))


def write_table(tallies: Sequence[Tally]) -> None:
    """Put the table in its place on the page, with a line for kinds that were not tried, too."""
    tried = {tally.kind: tally for tally in tallies}
    tallies = [tried.get(name, Tally(name)) for name in KINDS]
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n{table(tallies)}\n{END}{after}", encoding="utf-8")
