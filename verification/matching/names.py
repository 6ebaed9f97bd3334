"""How alike are the names of facilities? Numbers and kinds are compared exactly, the rest letter by letter.

"SDN 1" and "SDN 11" differ by one character and are two schools; "PKM Bonang I" and "Puskesmas Bonang 1" share three
characters and are one health centre. Names are compared many with many: a row for each name that was visited, a column
for each name that is claimed. How one name may be written is said in `spelling.py`.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from verification.matching.spelling import normalise
from verification.matching.telling import Told, is_telling, tell

__all__ = ["ClaimedNames", "clash", "normalise"]

_EMPTY_WORDS = frozenset({"swasta", "desa", "kelurahan", "kecamatan", "kabupaten", "kota", "yayasan"})


def clash(one: str, other: str) -> bool:
    """Tell whether two names exclude each other, however alike; `ClaimedNames.clash` says so of many."""
    return bool(ClaimedNames([other]).clash([normalise(one)])[0, 0])


class ClaimedNames:
    """The names claimed in one village, to compare many names with.

    `places` are the names of the village and its subdistrict, to leave out first: two places are not alike for carrying
    their village's name. Where nothing telling is left of a name, it is compared whole.
    """

    def __init__(self, names: Sequence[str], *places: str) -> None:
        told = [tell(normalise(name)) for name in names]
        self._left_out = {word for place in places for word in tell(normalise(place)).text.split()} | _EMPTY_WORDS
        whole = [name.text for name in told]
        bare = [self._without_places(name) for name in whole]
        self._whole, self._bare = _Texts(whole), _Texts(bare)
        self._dull = np.array([position for position, name in enumerate(bare) if not is_telling(name)], dtype=np.intp)
        self._dull_whole = _Texts([whole[position] for position in self._dull])
        self._exact = _Exact(told)

    def alike(self, visited: Sequence[str]) -> NDArray[np.float64]:
        """Say how alike names are to those claimed, 0 to 1; `visited` are normalised."""
        whole = [tell(name).text for name in visited]
        bare = [self._without_places(name) for name in whole]
        dull = [row for row, name in enumerate(bare) if not is_telling(name)]
        alike = _alike(_Texts(bare), self._bare)
        alike[dull] = _alike(_Texts([whole[row] for row in dull]), self._whole)
        alike[:, self._dull] = _alike(_Texts(whole), self._dull_whole)
        return alike

    def clash(self, visited: Sequence[str]) -> NDArray[np.bool_]:
        """Tell which names exclude each other, however alike: SDN 1 and SDN 11, an SMA and an SMK."""
        return _Exact(tell(name) for name in visited).exclude(self._exact)

    def _without_places(self, name: str) -> str:
        return " ".join(word for word in name.split() if word not in self._left_out)


class _Texts:
    """Names as they are written, without blanks, and with their words in the order of the alphabet."""

    def __init__(self, names: Sequence[str]) -> None:
        self.ways = (names, [name.replace(" ", "") for name in names], [" ".join(sorted(n.split())) for n in names])
        self.empty = [position for position, name in enumerate(names) if not name]


def _alike(visited: _Texts, claimed: _Texts) -> NDArray[np.float64]:
    """Compare letter by letter: in whichever way they are most alike. What says nothing is like nothing."""
    ways = zip(visited.ways, claimed.ways, strict=True)
    found = [process.cdist(one, other, scorer=fuzz.ratio, dtype=np.float64) for one, other in ways]
    alike: NDArray[np.float64] = np.maximum.reduce(found)
    alike[visited.empty] = alike[:, claimed.empty] = 0.0
    return alike / 100


class _Exact:
    """What is compared exactly of names."""

    def __init__(self, names: Iterable[Told]) -> None:
        told = list(names)
        numbers = [[t.numbers for t in told], [t.numbers_too for t in told]]
        self._numbers = [np.array(texts, dtype=np.str_) for texts in numbers]
        sets = [(t.kinds, t.owner, t.letters) for t in told]
        self._sets = np.array(sets, dtype=np.int64).reshape(-1, 3).T

    def exclude(self, others: "_Exact") -> NDArray[np.bool_]:
        """Tell which exclude each other: their numbers in no way agree, or each says what the other is not."""
        ways = [np.not_equal.outer(one, other) for one in self._numbers for other in others._numbers]
        found: NDArray[np.bool_] = np.logical_and.reduce(ways)
        for mine, theirs in zip(self._sets, others._sets, strict=True):
            found |= np.logical_and.outer(mine, theirs) & (np.bitwise_and.outer(mine, theirs) == 0)
        return found
