"""A table with sums of its rows, of its columns and of all: which of its numbers may stand there.

Whoever reads it adds and subtracts. A hidden number is safe where the numbers that are shown would also be true if it
were larger than the threshold. Seen as pipes the table is a circle: from "all" to each row's sum, through the row's
cells to the columns, from each column's sum back to "all"; what flows into a joint flows out of it. A hidden number can
be larger where so much more may go round through pipes that are hidden too. Where it cannot, the cheapest way round is
hidden as well: the fewest and smallest numbers, a sum only where nothing else helps.
"""

import heapq
from collections.abc import Mapping
from itertools import count

Cell = tuple[str, str]
ALL = ""  # in place of a row's or a column's name: their sum
_OF_A_SUM = 1_000_000  # what hiding a sum costs, in numbers of the table
_OUT, _BACK = ("from all", ""), ("to all", "")


def with_sums(cells: Mapping[Cell, int]) -> dict[Cell, int]:
    """Add the sums of rows, of columns and of all to a table's cells; what a row lacks is 0 there."""
    rows, columns = (sorted({cell[at] for cell in cells}) for at in (0, 1))
    found = {(row, column): cells.get((row, column), 0) for row in rows for column in columns}
    found |= {(row, ALL): sum(found[row, column] for column in columns) for row in rows}
    found |= {(ALL, column): sum(found[row, column] for row in rows) for column in columns}
    return found | {(ALL, ALL): sum(found[row, ALL] for row in rows)}


def cells_to_show(table: Mapping[Cell, int], few: float) -> frozenset[Cell]:
    """Name the numbers of a table, as `with_sums` gives it, that may stand there: exactly, or rounded.

    From these alone no number of `few` or less is known to be so few.
    """
    hidden = {cell for cell, number in table.items() if number <= few}
    for cell in sorted(hidden):
        hidden |= _way_round(table, hidden, cell, few + 1 - table[cell])
    return frozenset(table.keys() - hidden)


def _joints(cell: Cell) -> tuple[Cell, Cell]:
    """Give the joints between which a number flows."""
    row, column = cell
    start = _OUT if column == ALL else ("row", row)
    end = _BACK if row == ALL else ("column", column)
    if cell == (ALL, ALL):
        return _BACK, _OUT
    if column == ALL:
        return start, ("row", row)
    return (("column", column), end) if row == ALL else (start, end)


def _way_round(table: Mapping[Cell, int], hidden: set[Cell], cell: Cell, more: float) -> set[Cell]:
    """Find what has to be hidden so that `more` may flow through a cell: the cheapest way from its end to its start.

    Against the stream only as much can be taken as flows there.
    """
    pipes: dict[Cell, list[tuple[Cell, Cell]]] = {}
    for other, number in sorted(table.items()):
        if other != cell:
            start, end = _joints(other)
            pipes.setdefault(start, []).append((end, other))
            if number >= more:
                pipes.setdefault(end, []).append((start, other))
    start, end = _joints(cell)
    turn, seen = count(), set()
    waiting: list[tuple[int, int, Cell, tuple[Cell, ...]]] = [(0, next(turn), end, ())]
    while waiting:
        cost, _, joint, way = heapq.heappop(waiting)
        if joint == start:
            return set(way)
        if joint not in seen:
            seen.add(joint)
            for there, other in pipes.get(joint, ()):
                heapq.heappush(waiting, (cost + _cost(table, hidden, other), next(turn), there, (*way, other)))
    return {*table}  # a table of nothing but its sum


def _cost(table: Mapping[Cell, int], hidden: set[Cell], cell: Cell) -> int:
    if cell in hidden:
        return 0
    return table[cell] + 1 + (_OF_A_SUM if ALL in cell else 0)
