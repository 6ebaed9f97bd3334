"""One line for each place that was visited, and one visit for each line: which pairs together carry most evidence?"""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from verification.places.distance import Floats, Ints

Solve = Callable[[], Ints]
Remembering = Callable[[Ints, Solve], Ints]  # gives what solving a group of pairs gives, as positions in the group


def assign(visits: Ints, lines: Ints, bits: Floats, known: Remembering = lambda _, solve: solve()) -> Ints:
    """Choose pairs, as positions in these columns, so that no visit and no line is chosen twice.

    Only evidence in favour counts (`bits` > 0). Pairs that share no visit and no line with each other, not even by way
    of others, are chosen among apart: so the work grows with the largest cluster of places, not with the district. What
    is `known` of a group need not be solved again.
    """
    chosen = []
    for group in _connected(visits, lines):
        solve = partial(_most_evidence, visits, lines, bits, group)
        chosen.append(group if len(group) == 1 else group[known(group, solve)])
    return np.sort(np.concatenate(chosen)) if chosen else np.array([], dtype=np.intp)


def _connected(visits: Ints, lines: Ints) -> Iterator[Ints]:
    """Part the pairs into groups that are connected by common visits or lines."""
    if not len(visits):
        return
    size = int(visits.max()) + 1 + int(lines.max()) + 1
    graph = coo_array((np.ones(len(visits)), (visits, lines + visits.max() + 1)), shape=(size, size))
    labels = connected_components(graph, directed=False)[1][visits]
    order = np.argsort(labels, kind="stable")
    yield from np.split(order, np.flatnonzero(np.diff(labels[order])) + 1)


def _most_evidence(visits: Ints, lines: Ints, bits: Floats, group: Ints) -> Ints:
    """Choose among the pairs of a group; gives positions in it."""
    rows = np.unique(visits[group], return_inverse=True)[1]
    columns = np.unique(lines[group], return_inverse=True)[1]
    table = np.zeros((rows.max() + 1, columns.max() + 1))
    position = np.full(table.shape, -1)
    table[rows, columns], position[rows, columns] = bits[group], np.arange(len(group))
    found: Ints = position[linear_sum_assignment(table, maximize=True)]
    return found[found >= 0]
