"""One line for each place that was visited, and one visit for each line: which pairs together carry most evidence?"""

from collections.abc import Iterator

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from verification.places.distance import Floats, Ints


def assign(visits: Ints, lines: Ints, bits: Floats) -> Ints:
    """Choose pairs, as positions in these columns, so that no visit and no line is chosen twice.

    Only evidence in favour counts (`bits` > 0). Pairs that share no visit and no line with each other, not even by way
    of others, are chosen among apart: so the work grows with the largest cluster of places, not with the district.
    """
    chosen = [_most_evidence(visits[group], lines[group], bits[group], group) for group in _connected(visits, lines)]
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


def _most_evidence(visits: Ints, lines: Ints, bits: Floats, pairs: Ints) -> Ints:
    if len(pairs) == 1:
        return pairs
    rows, columns = np.unique(visits, return_inverse=True)[1], np.unique(lines, return_inverse=True)[1]
    table = np.zeros((rows.max() + 1, columns.max() + 1))
    position = np.full(table.shape, -1)
    table[rows, columns], position[rows, columns] = bits, pairs
    found: Ints = position[linear_sum_assignment(table, maximize=True)]
    return found[found >= 0]
