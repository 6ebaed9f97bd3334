"""How alike are the names of facilities? Numbers and kinds are compared exactly, the rest letter by letter.

"SDN 1" and "SDN 11" differ by one character and are two schools; "PKM Bonang I" and "Puskesmas Bonang 1" share three
characters and are one health centre. Names are compared many with many: a row for each name that was visited, a column
for each name that is claimed. How one name may be written is said in `spelling.py`.
"""

from collections.abc import Sequence
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from verification.matching.short_forms import KINDS
from verification.matching.spelling import normalise
from verification.matching.telling import ROWS_OF_OPPOSITES, Told, is_telling, tell

__all__ = ["ClaimedNames", "clash", "normalise"]

_MOST_PLACES = 60  # words of an area's names that are told apart
EMPTY_WORDS = frozenset({"swasta", "desa", "kelurahan", "kecamatan", "kabupaten", "kota", "yayasan"})


def clash(one: str, other: str) -> bool:
    """Tell whether two names exclude each other, however alike; `NamesCompared.clash` says so of many."""
    return bool(ClaimedNames([other]).beside([normalise(one)]).clash()[0, 0])


class ClaimedNames:
    """The names claimed in one village, to compare many names with.

    `places` are the names of the village and its subdistrict, to leave out first: two places are not alike for carrying
    their village's name. Where nothing telling is left of a name, it is compared whole; and where two are called by
    nothing but their places, and these are two, they are not alike: SMAN 1 Demak and SMAN 1 Dempet.
    """

    def __init__(self, names: Sequence[str], *places: str) -> None:
        self._places = _Places(places)
        self.names = _Names([tell(normalise(name)) for name in names], self._places)
        self.dull_whole = _Texts([self.names.whole[position] for position in self.names.dull])

    def beside(self, visited: Sequence[str]) -> "NamesCompared":
        """Set names that were visited beside those claimed; they are normalised."""
        return NamesCompared(_Names([tell(name) for name in visited], self._places), self)


class NamesCompared:
    """Names that were visited, a row each, beside those that are claimed in one village, a column each."""

    def __init__(self, visited: "_Names", claimed: ClaimedNames) -> None:
        self._visited, self._claimed, self._dull_whole = visited, claimed.names, claimed.dull_whole
        self._elsewhere = _nothing_in_common(visited.said, claimed.names.said)

    def alike(self) -> NDArray[np.float64]:
        """Say how alike names are, 0 to 1."""
        seen, claimed = self._visited, self._claimed
        alike = _alike(seen.bare_texts, claimed.bare_texts)
        if self._elsewhere.any():
            alike[self._elsewhere] = _alike(seen.whole_texts, claimed.whole_texts)[self._elsewhere]
            alike[self._elsewhere & _either(seen.by_place, claimed.by_place)] = 0.0
        if len(seen.dull):
            dull = _Texts([seen.whole[row] for row in seen.dull])
            alike[seen.dull] = _alike(dull, claimed.whole_texts)
        if len(claimed.dull):
            alike[:, claimed.dull] = _alike(seen.whole_texts, self._dull_whole)
        return alike

    def clash(self) -> NDArray[np.bool_]:
        """Tell which names exclude each other, however alike: SDN 1 and SDN 11, an SMA and an SMK."""
        return self._visited.exact.exclude(self._claimed.exact)

    def other_kind(self) -> NDArray[np.bool_]:
        """Tell of which names the kinds exclude each other: an SMA and an SMK."""
        return self._visited.exact.of_another_kind(self._claimed.exact)

    def opposed(self) -> NDArray[np.bool_]:
        """Tell which names say opposite words: the home for girls and the one for boys, east and west."""
        return self._visited.exact.opposed(self._claimed.exact)

    def rest_alike(self) -> NDArray[np.float64]:
        """Say how alike names are, 0 to 1, but for kinds, numbers, and places where more than these is left."""
        seen, claimed = self._visited, self._claimed
        alike = _letters_alike(seen.bare_rests, claimed.bare_rests)
        by_place = _either(seen.by_place, claimed.by_place) | self._elsewhere
        if by_place.any():
            alike[by_place] = _letters_alike(seen.whole_rests, claimed.whole_rests)[by_place]
            only_places = np.logical_and.outer(seen.by_place, claimed.by_place)
            alike[only_places & _one_in_the_other(seen.said, claimed.said)] = 1.0
        return alike


class _Places:
    """The words of a village's and its subdistrict's names, and words that say nothing: to be left out of names."""

    def __init__(self, places: Sequence[str]) -> None:
        self.words = frozenset(word for place in places for word in tell(normalise(place)).text.split())
        self.left_out = self.words | EMPTY_WORDS
        told_apart = sorted(self.words - EMPTY_WORDS)[:_MOST_PLACES]
        self._bits = {word: 1 << place for place, word in enumerate(told_apart)}
        self._said: dict[frozenset[str], int] = {}

    def said(self, words: frozenset[str]) -> int:
        """Give the places that a name says, as bits; most names of a village say the same."""
        if words not in self._said:
            self._said[words] = sum(self._bits.get(word, 0) for word in words)
        return self._said[words]


class _Names:
    """Names as they are compared beside a village: whole, and `bare`, without its places' names.

    `said` are the places that each name says, as bits; `by_place` says that it is called by nothing else; `dull` are
    the positions of names of which nothing telling is left.
    """

    def __init__(self, told: Sequence[Told], places: _Places) -> None:
        self.whole = [name.text for name in told]
        common = [name.words & places.left_out for name in told]
        self.bare = [_without(name, left_out) for name, left_out in zip(self.whole, common, strict=True)]
        self.said = np.array([*map(places.said, common)], dtype=np.int64)
        self.exact = _Exact(told)
        self.dull = np.array([row for row, name in enumerate(self.bare) if not is_telling(name)], dtype=np.intp)

    @cached_property
    def bare_texts(self) -> "_Texts":
        """The names without places, as they may be written."""
        return _Texts(self.bare)

    @cached_property
    def whole_texts(self) -> "_Texts":
        """The names, as they may be written."""
        return _Texts(self.whole)

    @cached_property
    def bare_rests(self) -> list[str]:
        """What they say beside kinds, numbers and places."""
        return [rest_of(name) for name in self.bare]

    @cached_property
    def whole_rests(self) -> list[str]:
        """What they say beside kinds and numbers."""
        return [rest_of(name) for name in self.whole]

    @cached_property
    def by_place(self) -> list[bool]:
        """Whether each is called by nothing but places, a kind and a number."""
        return [not rest for rest in self.bare_rests]


@lru_cache(maxsize=50_000)
def _without(name: str, left_out: frozenset[str]) -> str:
    return " ".join([word for word in name.split() if word not in left_out]) if left_out else name


@lru_cache(maxsize=50_000)
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


def _one_in_the_other(mine: NDArray[np.int64], theirs: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell where both say something, and one no more than the other: SDN 1 Cibiru, SDN 90 Cibiru Kota Bandung."""
    both = np.bitwise_and.outer(mine, theirs)
    found: NDArray[np.bool_] = (both != 0) & ((both == mine[:, None]) | (both == theirs))
    return found


class _Texts:
    """Names as they are written, without blanks, and with their words in the order of the alphabet."""

    def __init__(self, names: Sequence[str]) -> None:
        self.ways = tuple(map(list, zip(*map(_ways_to_write, names), strict=True))) or ([], [], [])
        self.empty = [position for position, name in enumerate(names) if not name]


@lru_cache(maxsize=50_000)
def _ways_to_write(name: str) -> tuple[str, str, str]:
    return name, name.replace(" ", ""), " ".join(sorted(name.split()))


def _alike(visited: _Texts, claimed: _Texts) -> NDArray[np.float64]:
    """Compare letter by letter: in whichever way they are most alike. What says nothing is like nothing."""
    ways = zip(visited.ways, claimed.ways, strict=True)
    found = [process.cdist(one, other, scorer=fuzz.ratio, dtype=np.float64) for one, other in ways]
    alike: NDArray[np.float64] = np.maximum.reduce(found)
    alike[visited.empty] = alike[:, claimed.empty] = 0.0
    return alike / 100


class _Exact:
    """What is compared exactly of names."""

    def __init__(self, told: Sequence[Told]) -> None:
        numbers = [[t.numbers for t in told], [t.numbers_too for t in told]]
        self._numbers = [np.array(texts, dtype=np.str_) for texts in numbers]
        self._counted = np.array([t.counted for t in told], dtype=np.str_)
        self._opposites = np.array([t.opposites for t in told], dtype=np.int64)
        sets = [(t.kinds, t.owner, t.letters) for t in told]
        self._sets = np.array(sets, dtype=np.int64).reshape(-1, 3).T

    def exclude(self, others: "_Exact") -> NDArray[np.bool_]:
        """Tell which exclude each other: their numbers in no way agree, or each says what the other is not."""
        ways = [np.not_equal.outer(one, other) for one in self._numbers for other in others._numbers]
        found: NDArray[np.bool_] = np.logical_and.reduce(ways)
        if (said := self._counted != "").any() and (too := others._counted != "").any():
            found |= np.logical_and.outer(said, too) & np.not_equal.outer(self._counted, others._counted)
        for mine, theirs in zip(self._sets, others._sets, strict=True):
            found |= _nothing_in_common(mine, theirs)
        return found

    def opposed(self, others: "_Exact") -> NDArray[np.bool_]:
        """Tell which say opposite words: of a row of such words both say some, and none in common."""
        found = np.zeros((len(self._opposites), len(others._opposites)), dtype=np.bool_)
        if self._opposites.any() and others._opposites.any():
            for row in ROWS_OF_OPPOSITES:
                found |= _nothing_in_common(self._opposites & row, others._opposites & row)
        return found

    def of_another_kind(self, others: "_Exact") -> NDArray[np.bool_]:
        """Tell which are of kinds that have nothing in common."""
        return _nothing_in_common(self._sets[0], others._sets[0])
