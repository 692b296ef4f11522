"""Small cells: none is shown, and none follows from totals and what is shown."""

from __future__ import annotations

import random
from collections import defaultdict
from fractions import Fraction

import pytest

from viaggio.publishing.small_cells import Cell, hidden_cells

MINIMUM = 5
COUNTS = [None, 0, 1, 2, 3, 4, 5, 6, 7, 9, 12, 20, 40]


def known_totals(cells: list[Cell]) -> dict[tuple, set[int]]:
    """The positions of each total's cells; totals under the minimum are hidden themselves."""
    positions: dict[tuple, set[int]] = defaultdict(set)
    for position, cell in enumerate(cells):
        for kind, key in enumerate(cell.totals):
            positions[kind, key].add(position)
    return {
        total: of
        for total, of in positions.items()
        if sum(cells[n].count or 0 for n in of) >= MINIMUM
    }


def attack(cells: list[Cell], hidden: set[int]) -> set[int]:
    """All cells that one can calculate: the unknowns that all solutions of the totals agree on.

    Gauss's elimination in fractions, which knows nothing of the graph that the product uses.
    """
    unknown = sorted(n for n in hidden if cells[n].count)
    rows = [[Fraction(n in of) for n in unknown] for of in known_totals(cells).values()]
    pivots: list[int] = []
    for column in range(len(unknown)):
        done = len(pivots)
        pivot = next((n for n in range(done, len(rows)) if rows[n][column]), None)
        if pivot is None:
            continue
        rows[done], rows[pivot] = rows[pivot], rows[done]
        rows[done] = [value / rows[done][column] for value in rows[done]]
        for n, row in enumerate(rows):
            if n != done and row[column]:
                factor = row[column]
                rows[n] = [a - factor * b for a, b in zip(row, rows[done], strict=True)]
        pivots.append(column)
    alone = [column for n, column in enumerate(pivots) if sum(map(bool, rows[n])) == 1]
    return {unknown[column] for column in alone}


def drawn_tables(kinds: int) -> list[list[Cell]]:
    draw = random.Random(kinds)  # noqa: S311
    tables = []
    for _ in range(400):
        sizes = [draw.randint(1, 5) for _ in range(kinds)]
        cells = draw.randint(1, 18)
        tables.append(
            [
                Cell(draw.choice(COUNTS), tuple(draw.randrange(size) for size in sizes))
                for _ in range(cells)
            ]
        )
    return tables


@pytest.mark.parametrize("kinds", [0, 1, 2])
def test_no_small_cell_can_be_calculated(kinds: int) -> None:
    shown = 0
    for cells in drawn_tables(kinds):
        small = {n for n, cell in enumerate(cells) if cell.count and cell.count < MINIMUM}
        hidden = hidden_cells(cells, MINIMUM)
        assert small <= hidden
        # Of a table with few cells the totals alone give some, though nothing is shown.
        by_totals_alone = attack(cells, {n for n, cell in enumerate(cells) if cell.count})
        assert attack(cells, hidden) & small <= by_totals_alone, cells
        shown += sum(1 for n, cell in enumerate(cells) if cell.count and n not in hidden)
    assert shown > 400


@pytest.mark.parametrize("kinds", [1, 2])
def test_hidden_cells_of_a_total_are_not_a_few_persons(kinds: int) -> None:
    for cells in drawn_tables(kinds):
        hidden = hidden_cells(cells, MINIMUM)
        for positions in known_totals(cells).values():
            covered = [cells[n].count or 0 for n in positions & hidden]
            assert sum(covered) == 0 or sum(covered) >= MINIMUM, cells


def test_as_few_persons_as_possible_are_hidden_beside_a_small_cell() -> None:
    counts = [40, 3, 9, 7, 0, None]
    assert hidden_cells([Cell(count, ("all",)) for count in counts], MINIMUM) == {1, 3}
    assert hidden_cells([Cell(count) for count in counts], MINIMUM) == {1}
    assert hidden_cells([Cell(count, ("all",)) for count in (40, 9, 7)], MINIMUM) == set()


def test_a_bridge_between_two_hidden_rectangles_is_not_left_alone() -> None:
    """Each total hides two cells or more, and yet the one between the rectangles would follow."""
    small = [(0, 0), (0, 1), (1, 0), (1, 1), (2, 2), (2, 3), (3, 2), (3, 3), (1, 2)]
    cells = [
        Cell(4 if (row, column) in small else 30 + row, (row, column))
        for row in range(4)
        for column in range(4)
    ]
    bridge = small[-1][0] * 4 + small[-1][1]
    only_small = {row * 4 + column for row, column in small}
    assert bridge in attack(cells, only_small)
    assert attack(cells, hidden_cells(cells, MINIMUM)) == set()


def test_a_minimum_of_0_hides_nothing() -> None:
    assert hidden_cells([Cell(count, ("all",)) for count in (1, 2, 30)], 0) == set()


def test_three_kinds_of_totals_are_refused() -> None:
    with pytest.raises(ValueError, match="two kinds of totals"):
        hidden_cells([Cell(1, ("a", "b", "c"))], MINIMUM)
