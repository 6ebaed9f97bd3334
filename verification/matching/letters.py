"""How alike are texts, letter by letter? Asked of many pairs at once, each text once."""

from collections.abc import Callable, Iterable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from verification.places.distance import Floats, Ints

NOTHING = 0  # the number of the text that says nothing
Ways = Callable[[str], tuple[str, ...]]  # in which a text may be written, always as many


class Texts:
    """Texts by whole numbers, each once."""

    def __init__(self) -> None:
        self._numbers = {"": NOTHING}

    def numbers(self, texts: Iterable[str]) -> Ints:
        """Give the numbers of texts; a new one gets the next."""
        known = self._numbers
        return np.array([known.setdefault(text, len(known)) for text in texts], dtype=np.intp)

    def of(self, numbers: Ints) -> list[str]:
        """Give the texts of numbers."""
        every = [*self._numbers]
        return [every[number] for number in numbers.tolist()]


def distinct(numbers: Ints) -> tuple[Ints, Ints]:
    """Give whole numbers (from 0, none large) each once and in order, and for each the position where it is then."""
    there = np.flatnonzero(np.bincount(numbers))
    position = np.zeros(numbers.max(initial=-1) + 1, dtype=np.intp)
    position[there] = np.arange(len(there))
    return there, position[numbers]


def as_written(text: str) -> tuple[str, ...]:
    """Give a text as it is written."""
    return (text,)


@lru_cache(maxsize=50_000)
def ways_to_write(text: str) -> tuple[str, ...]:
    """Give a text as it is written, without blanks, and with its words in the order of the alphabet."""
    return text, text.replace(" ", ""), " ".join(sorted(text.split()))


def ratio(one: Ints, other: Ints, texts: Texts, others: Texts, ways: Ways) -> Floats:
    """Say how alike pairs of texts are (numbers of `texts` and of `others`), 0 to 1: in the way in which they are most.

    Where many are compared with many, each with each is quicker than pair by pair.
    """
    (mine, row), (theirs, column) = distinct(one), distinct(other)
    written, beside = _written(texts.of(mine), ways), _written(others.of(theirs), ways)
    alike = np.zeros(len(one))
    for a, b in zip(written.T, beside.T, strict=True):
        if len(a) * len(b) <= len(one):
            found = process.cdist(a.tolist(), b.tolist(), scorer=fuzz.ratio, dtype=np.float64)[row, column]
        else:
            found = process.cpdist(a[row].tolist(), b[column].tolist(), scorer=fuzz.ratio, dtype=np.float64)
        alike = np.maximum(alike, found)
    return alike / 100


def _written(texts: list[str], ways: Ways) -> NDArray[np.object_]:
    """Write texts in each way: a row for each, a column for each way."""
    table = [ways(text) for text in texts]
    return np.array(table, dtype=np.object_).reshape(len(texts), -1 if texts else len(ways("")))
