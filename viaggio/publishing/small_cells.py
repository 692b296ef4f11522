"""Which cells of a table must be hidden so that nobody can tell what a few persons did.

A cell under the minimum is hidden. That is not enough where totals are known: a total minus the
other cells gives the hidden one back. So further cells are hidden, those with the fewest persons,
until no small cell and no small sum of hidden cells follows from the totals and what is shown.

Cells of a table are the edges of a graph whose nodes are the totals they add up to. A total fixes
the sum of its hidden cells, and a hidden cell follows from all totals together if and only if it
is a bridge: the one edge between two parts of the hidden graph. A total under the minimum is
itself hidden wherever it is published, so it fixes nothing: its node has a free edge.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass

_Node = tuple[object, ...]

# Where totals lead that fix nothing, on the side of the first kind of total and of the second.
_FREE = (("free", 0), ("free", 1))


@dataclass(frozen=True)
class Cell:
    """A cell: how many persons it counts, and the totals it is part of.

    Args:
        count: Persons; none or 0 for a cell without any, which is never hidden.
        totals: A key for each kind of total the table's cells add up to; at most two kinds.
    """

    count: float | None
    totals: tuple[Hashable, ...] = ()


@dataclass(frozen=True)
class _Edge:
    """An edge of the graph; `cell` is its cell's position, none where the edge is free."""

    ends: tuple[_Node, _Node]
    cell: int | None
    count: float = 0


def hidden_cells(cells: Sequence[Cell], minimum: int) -> set[int]:
    """Positions of the cells to hide.

    Args:
        cells: All cells of a table; among equal counts the earlier one is hidden first.
        minimum: A cell with fewer persons is small; 0 hides nothing.

    Raises:
        ValueError: A cell is part of more than two kinds of totals.
    """
    if any(len(cell.totals) > len(_FREE) for cell in cells):
        raise ValueError("Cells may add up to two kinds of totals. Leave out the table instead.")
    known = [
        _Edge(_ends(cell), position, cell.count)
        for position, cell in enumerate(cells)
        if cell.count is not None and cell.count > 0
    ]
    small = {edge.cell for edge in known if edge.count < minimum and edge.cell is not None}
    if not small or not cells[0].totals:
        return small
    free = list(_free_edges(known, minimum))
    hidden = set(small)
    while added := _beside_lone_ones(known, hidden, minimum) or _around_bridges(
        known, free, hidden, small
    ):
        hidden |= added
    return hidden


def _ends(cell: Cell) -> tuple[_Node, _Node]:
    first, second, *_ = (*enumerate(cell.totals), *_FREE[len(cell.totals) :])
    return first, second


def _free_edges(known: Iterable[_Edge], minimum: int) -> Iterator[_Edge]:
    totals: dict[_Node, float] = defaultdict(float)
    for edge in known:
        for node in edge.ends:
            totals[node] += edge.count
    yield _Edge(_FREE, None)
    for node, total in totals.items():
        if total < minimum and node not in _FREE:
            yield _Edge((node, _FREE[0 if node[0] == 1 else 1]), None)


def _beside_lone_ones(known: list[_Edge], hidden: set[int], minimum: int) -> set[int]:
    """The next smallest cells of totals whose hidden cells are one, or together small."""
    of_total: dict[_Node, list[_Edge]] = defaultdict(list)
    for edge in known:
        for node in edge.ends:
            if node not in _FREE:
                of_total[node].append(edge)
    added: set[int] = set()
    for edges in of_total.values():
        covered = [edge.count for edge in edges if edge.cell in hidden or edge.cell in added]
        if not covered:
            continue
        shown = sorted(
            (edge.count, edge.cell)
            for edge in edges
            if edge.cell is not None and edge.cell not in hidden and edge.cell not in added
        )
        for count, cell in shown:
            if len(covered) > 1 and sum(covered) >= minimum:
                break
            covered.append(count)
            added.add(cell)
    return added


def _around_bridges(
    known: list[_Edge], free: list[_Edge], hidden: set[int], small: set[int]
) -> set[int]:
    """For each small cell that is a bridge, the cells of fewest persons that lead around it."""
    found = _bridges([edge for edge in known if edge.cell in hidden] + free) & small
    edges_of: dict[_Node, list[_Edge]] = defaultdict(list)
    for edge in [*known, *free]:
        for node in edge.ends:
            edges_of[node].append(edge)
    added: set[int] = set()
    for bridge in known:
        if bridge.cell in found:
            added |= _way_around(bridge, edges_of, hidden | added)
    return added - hidden


def _way_around(bridge: _Edge, edges_of: dict[_Node, list[_Edge]], hidden: set[int]) -> set[int]:
    """The cells to hide on the cheapest way from one end of the bridge to the other.

    Without any way the totals alone give the cell, whatever is hidden, so nothing is.
    """
    start, end = bridge.ends
    ways: list[tuple[float, int, _Node]] = [(0, 0, start)]
    costs: dict[_Node, float] = {start: 0}
    came_by: dict[_Node, tuple[_Node, _Edge]] = {}
    number = 0
    while ways:
        cost, _, node = heapq.heappop(ways)
        if node == end:
            break
        for edge in edges_of[node]:
            if edge is bridge or cost > costs[node]:
                continue
            is_covered = edge.cell is None or edge.cell in hidden
            onward = cost + (0 if is_covered else edge.count)
            neighbour = edge.ends[1] if edge.ends[0] == node else edge.ends[0]
            if onward < costs.get(neighbour, float("inf")):
                number += 1
                costs[neighbour] = onward
                came_by[neighbour] = (node, edge)
                heapq.heappush(ways, (onward, number, neighbour))
    cells = set()
    node = end
    while node in came_by:
        node, edge = came_by[node]
        cells.add(edge.cell)
    return {cell for cell in cells if cell is not None}


def _bridges(edges: list[_Edge]) -> set[int]:
    """Cells whose edge alone connects two parts of the graph."""
    edges_of: dict[_Node, list[int]] = defaultdict(list)
    for position, edge in enumerate(edges):
        for node in edge.ends:
            edges_of[node].append(position)
    entered: dict[_Node, int] = {}
    lowest: dict[_Node, int] = {}
    found: set[int] = set()
    for root in list(edges_of):
        if root in entered:
            continue
        entered[root] = lowest[root] = len(entered)
        # A path from the root: node, the edge it was entered by, its edges still to follow.
        path = [(root, -1, iter(edges_of[root]))]
        while path:
            node, came_by, onward = path[-1]
            for position in onward:
                if position == came_by:
                    continue
                ends = edges[position].ends
                neighbour = ends[1] if ends[0] == node else ends[0]
                if neighbour in entered:
                    lowest[node] = min(lowest[node], entered[neighbour])
                    continue
                entered[neighbour] = lowest[neighbour] = len(entered)
                path.append((neighbour, position, iter(edges_of[neighbour])))
                break
            else:
                path.pop()
                if path:
                    parent = path[-1][0]
                    lowest[parent] = min(lowest[parent], lowest[node])
                    cell = edges[came_by].cell
                    if lowest[node] > entered[parent] and cell is not None:
                        found.add(cell)
    return found
