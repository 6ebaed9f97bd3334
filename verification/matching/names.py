"""How alike are the names of facilities? Numbers and kinds are compared exactly, the rest letter by letter.

"SDN 1" and "SDN 11" differ by one character and are two schools; "PKM Bonang I" and "Puskesmas Bonang 1" share three
characters and are one health centre. Names are compared many with many: a row for each name that was visited, a column
for each name that is claimed. How one name may be written is said in `spelling.py`.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from verification.matching.short_forms import KINDS
from verification.matching.spelling import normalise
from verification.matching.telling import Told, is_telling, tell

__all__ = ["ClaimedNames", "clash", "normalise"]

_MOST_PLACES = 60  # words of an area's names that are told apart
EMPTY_WORDS = frozenset({"swasta", "desa", "kelurahan", "kecamatan", "kabupaten", "kota", "yayasan"})


def clash(one: str, other: str) -> bool:
    """Tell whether two names exclude each other, however alike; `ClaimedNames.clash` says so of many."""
    return bool(ClaimedNames([other]).clash([normalise(one)])[0, 0])


class ClaimedNames:
    """The names claimed in one village, to compare many names with.

    `places` are the names of the village and its subdistrict, to leave out first: two places are not alike for carrying
    their village's name. Where nothing telling is left of a name, it is compared whole; and where two are called by
    nothing but their places, and these are two, they are not alike: SMAN 1 Demak and SMAN 1 Dempet.
    """

    def __init__(self, names: Sequence[str], *places: str) -> None:
        told = [tell(normalise(name)) for name in names]
        self._left_out = {word for place in places for word in tell(normalise(place)).text.split()} | EMPTY_WORDS
        whole = [name.text for name in told]
        bare = [self._without_places(name) for name in whole]
        self._whole, self._bare = _Texts(whole), _Texts(bare)
        self._dull = np.array([position for position, name in enumerate(bare) if not is_telling(name)], dtype=np.intp)
        self._dull_whole = _Texts([whole[position] for position in self._dull])
        self._exact = _Exact(told)
        self._bare_rests, self._whole_rests = [[rest_of(name) for name in names] for names in (bare, whole)]
        self._by_place = [not rest for rest in self._bare_rests]
        self._said = self._places_said_by(whole)

    def alike(self, visited: Sequence[str]) -> NDArray[np.float64]:
        """Say how alike names are to those claimed, 0 to 1; `visited` are normalised."""
        whole = [tell(name).text for name in visited]
        bare = [self._without_places(name) for name in whole]
        dull = [row for row, name in enumerate(bare) if not is_telling(name)]
        alike = _alike(_Texts(bare), self._bare)
        elsewhere = _nothing_in_common(self._places_said_by(whole), self._said)
        if elsewhere.any():
            alike[elsewhere] = _alike(_Texts(whole), self._whole)[elsewhere]
            alike[elsewhere & _either([not rest_of(name) for name in bare], self._by_place)] = 0.0
        alike[dull] = _alike(_Texts([whole[row] for row in dull]), self._whole)
        alike[:, self._dull] = _alike(_Texts(whole), self._dull_whole)
        return alike

    def clash(self, visited: Sequence[str]) -> NDArray[np.bool_]:
        """Tell which names exclude each other, however alike: SDN 1 and SDN 11, an SMA and an SMK."""
        return _Exact(tell(name) for name in visited).exclude(self._exact)

    def other_kind(self, visited: Sequence[str]) -> NDArray[np.bool_]:
        """Tell of which names the kinds exclude each other: an SMA and an SMK."""
        return _Exact(tell(name) for name in visited).of_another_kind(self._exact)

    def rest_alike(self, visited: Sequence[str]) -> NDArray[np.float64]:
        """Say how alike names are, 0 to 1, but for kinds, numbers, and places where more than these is left."""
        whole = [tell(name).text for name in visited]
        bare = [rest_of(self._without_places(name)) for name in whole]
        alike = _letters_alike(bare, self._bare_rests)
        by_place = _either([not name for name in bare], self._by_place)
        by_place |= _nothing_in_common(self._places_said_by(whole), self._said)
        if by_place.any():
            alike[by_place] = _letters_alike([rest_of(name) for name in whole], self._whole_rests)[by_place]
        return alike

    def _places_said_by(self, names: Sequence[str]) -> NDArray[np.int64]:
        """Give which of the places left out each name says, as bits."""
        bits = {word: 1 << place for place, word in enumerate(sorted(self._left_out - EMPTY_WORDS)[:_MOST_PLACES])}
        said = [sum(bits.get(word, 0) for word in set(name.split())) for name in names]
        return np.array(said, dtype=np.int64)

    def _without_places(self, name: str) -> str:
        return " ".join(word for word in name.split() if word not in self._left_out)


def rest_of(name: str) -> str:
    """Give what a name says beside its kind and its numbers, without blanks."""
    return "".join(word for word in name.split() if word not in KINDS and not word.isdecimal() and len(word) > 1)


def _either(mine: Sequence[bool], theirs: Sequence[bool]) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = np.logical_or.outer(np.array(mine, dtype=bool), np.array(theirs, dtype=bool))
    return found


def _letters_alike(visited: Sequence[str], claimed: Sequence[str]) -> NDArray[np.float64]:
    alike: NDArray[np.float64] = process.cdist(visited, claimed, scorer=fuzz.ratio, dtype=np.float64)
    return alike / 100


def _nothing_in_common(mine: NDArray[np.int64], theirs: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell where each says something and none of it is what the other says: SMPN 1 Demak, SMPN 1 Dempet."""
    found: NDArray[np.bool_] = np.logical_and.outer(mine, theirs) & (np.bitwise_and.outer(mine, theirs) == 0)
    return found


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
            found |= _nothing_in_common(mine, theirs)
        return found

    def of_another_kind(self, others: "_Exact") -> NDArray[np.bool_]:
        """Tell which are of kinds that have nothing in common."""
        return _nothing_in_common(self._sets[0], others._sets[0])
