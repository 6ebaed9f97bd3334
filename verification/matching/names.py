"""How alike are the names of facilities? Numbers and kinds are compared exactly, the rest letter by letter.

"SDN 1" and "SDN 11" differ by one character and are two schools; "PKM Bonang I" and "Puskesmas Bonang 1" share three
characters and are one health centre. Many names are compared at once: a row for each pair of one that was visited and
one that is claimed. How one name may be written is said in `spelling.py`.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from verification.matching.letters import NOTHING, Texts, Ways, as_written, distinct, ratio, ways_to_write
from verification.matching.short_forms import KINDS
from verification.matching.spelling import normalise
from verification.matching.telling import ROWS_OF_OPPOSITES, Told, is_telling, tell
from verification.places.distance import Floats, Ints

__all__ = ["ClaimedNames", "clash", "normalise"]

_MOST_PLACES = 60  # words of an area's names that are told apart
EMPTY_WORDS = frozenset({"swasta", "desa", "kelurahan", "kecamatan", "kabupaten", "kota", "yayasan"})
Bools = NDArray[np.bool_]


def clash(one: str, other: str) -> bool:
    """Tell whether two names exclude each other, however alike; `NamesCompared.clash` says so of many."""
    only = np.zeros(1, dtype=np.intp)
    return bool(ClaimedNames([normalise(other)], [()]).beside([normalise(one)], only, only).clash()[0])


class ClaimedNames:
    """Names that are claimed, normalised, to compare many names with.

    `places` are for each the names of its village and its subdistrict, to leave out first: two places are not alike for
    carrying their village's name. Where nothing telling is left of a name, it is compared whole; and where two are
    called by nothing but their places, and these are two, they are not alike: SMAN 1 Demak and SMAN 1 Dempet.
    """

    def __init__(self, names: Sequence[str], places: Sequence[Sequence[str]]) -> None:
        told, known = [tell(name) for name in names], dict[tuple[str, ...], int]()
        self.place = np.array([known.setdefault((*of,), len(known)) for of in places], dtype=np.intp)
        self.places = [_Places(of) for of in known]
        self.exact = _Exact(told)
        self.names = _Names(told, [self.places[place] for place in self.place.tolist()], Texts())

    def beside(self, visited: Sequence[str], which: Ints, claimed: Ints) -> "NamesCompared":
        """Set names that were visited beside those claimed, pair by pair.

        `visited` are normalised, and best each once; a pair's positions are in `which` and `claimed`.
        """
        return NamesCompared(self, [tell(name) for name in visited], which, claimed)


class NamesCompared:
    """Pairs of a name that was visited and one that is claimed; of what is asked, some may be picked (positions)."""

    def __init__(self, names: ClaimedNames, told: Sequence[Told], which: Ints, claimed: Ints) -> None:
        self._exact, self._which, self._claimed = (_Exact(told, names.exact), names.exact), which, claimed
        beside, self._seen = distinct(names.place[claimed] * len(told) + which)
        self._names = _visited_names(told, names.places, beside), names.names

    @cached_property
    def _elsewhere(self) -> Bools:
        return _nothing_in_common(*self._columns("said"))

    @cached_property
    def _by_place(self) -> tuple[Bools, Bools]:
        """Whether each is called by nothing but places, a kind and a number."""
        return self._columns("by_place")

    def _columns(self, name: str, pick: Ints | slice = slice(None)) -> tuple[NDArray[Any], NDArray[Any]]:
        seen, claimed = (names.columns[name] for names in self._names)
        return seen[self._seen[pick]], claimed[self._claimed[pick]]

    def _sets(self, pick: Ints | slice = slice(None)) -> tuple[Ints, Ints]:
        seen, claimed = self._exact
        return seen.sets[:, self._which[pick]], claimed.sets[:, self._claimed[pick]]

    def _ratio(self, name: str, pick: Ints, ways: Ways = as_written) -> Floats:
        seen, claimed = self._names
        return ratio(*self._columns(name, pick), seen.texts, claimed.texts, ways)

    def _alike(self, name: str, pick: Ints) -> Floats:
        """Compare in whichever way names are most alike; what says nothing is like nothing."""
        mine, theirs = self._columns(name, pick)
        return np.where((mine == NOTHING) | (theirs == NOTHING), 0.0, self._ratio(name, pick, ways_to_write))

    def alike(self, pick: Ints) -> Floats:
        """Say how alike names are, 0 to 1."""
        alike = self._alike("bare", pick)
        either_dull = np.logical_or(*self._columns("is_dull", pick))
        elsewhere = self._elsewhere[pick]
        if len(whole := np.flatnonzero(either_dull | elsewhere)):
            alike[whole] = self._alike("whole", pick[whole])
            alike[elsewhere & ~either_dull & np.logical_or(*(one[pick] for one in self._by_place))] = 0.0
        return alike

    def clash(self) -> Bools:
        """Tell which names exclude each other, however alike: SDN 1 and SDN 11, an SMA and an SMK.

        Their numbers in no way agree, or each says what the other is not.
        """
        seen, claimed = self._exact
        numbers, others = seen.numbers[:, self._which], claimed.numbers[:, self._claimed]
        found: Bools = np.logical_and.reduce([one != other for one in numbers for other in others])
        mine, theirs = seen.counted[self._which], claimed.counted[self._claimed]
        found |= (mine != 0) & (theirs != 0) & (mine != theirs)
        for mine, theirs in zip(*self._sets(), strict=True):
            found |= _nothing_in_common(mine, theirs)
        return found

    def other_kind(self, pick: Ints) -> Bools:
        """Tell of which names the kinds exclude each other: an SMA and an SMK."""
        mine, theirs = self._sets(pick)
        return _nothing_in_common(mine[0], theirs[0])

    def opposed(self, pick: Ints) -> Bools:
        """Tell which names say opposite words: the home for girls and the one for boys, east and west."""
        seen, claimed = self._exact
        mine, theirs = seen.opposites[self._which[pick]], claimed.opposites[self._claimed[pick]]
        found = np.zeros(len(pick), dtype=np.bool_)
        if mine.any() and theirs.any():
            for row in ROWS_OF_OPPOSITES:
                found |= _nothing_in_common(mine & row, theirs & row)
        return found

    def rest_alike(self, pick: Ints) -> Floats:
        """Say how alike names are, 0 to 1, but for kinds, numbers, and places where more than these is left."""
        alike = self._ratio("rest", pick)
        mine, theirs = (by_place[pick] for by_place in self._by_place)
        if len(whole := np.flatnonzero(mine | theirs | self._elsewhere[pick])):
            alike[whole] = self._ratio("whole_rest", pick[whole])
            alike[mine & theirs & _one_in_the_other(*self._columns("said", pick))] = 1.0
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


_NO_PLACES = _Places(())
_NOWHERE: Ints = np.array([], dtype=np.intp)


class _Names:
    """Names as they are compared beside places, as columns: whole, and `bare`, without the places' names.

    `rest` is what they say beside kinds and numbers (all these as numbers of `texts`); `said` are the places that each
    says, as bits; `is_dull` says that nothing telling is left of a name, `by_place` that it is called by nothing but
    places, a kind and a number.
    """

    def __init__(self, told: Sequence[Told], places: Sequence[_Places], texts: Texts) -> None:
        which, first = _each_once(told, places)
        common = [told[one].words & places[one].left_out for one in first]
        whole = [told[one].text for one in first]
        bare = [*map(_without, whole, common)]
        rest = [*map(rest_of, bare)]
        once: Mapping[str, NDArray[Any]] = {
            "whole": texts.numbers(whole), "bare": texts.numbers(bare),
            "whole_rest": texts.numbers(map(rest_of, whole)), "rest": texts.numbers(rest),
            "is_dull": np.array([not is_telling(name) for name in bare], dtype=np.bool_),
            "by_place": np.array([not text for text in rest], dtype=np.bool_),
        }  # fmt: skip
        said = [at.said(common[one]) for at, one in zip(places, which, strict=True)]
        self.texts = texts
        self.columns = {name: column[which] for name, column in once.items()}
        self.columns["said"] = np.array(said, dtype=np.int64)

    def at(self, positions: Ints) -> "_Names":
        """Give the names at these positions, each as often as it is named."""
        found = _Names([], [], self.texts)
        found.columns = {name: column[positions] for name, column in self.columns.items()}
        return found

    def put(self, positions: Ints, others: "_Names") -> None:
        """Put other names, of the same texts, at these positions."""
        for name, column in self.columns.items():
            column[positions] = others.columns[name]


def _each_once(told: Sequence[Told], places: Sequence[_Places]) -> tuple[list[int], list[int]]:
    """Number what names share with the words of their places: most say the same of most places.

    Gives for each name beside its place the number, and for each number the position where it is first.
    """
    by_text = {name.text: name.words for name in told}
    bits = {word: 1 << n for n, word in enumerate(frozenset().union(*by_text.values()))}
    says = {text: sum(map(bits.__getitem__, words)) for text, words in by_text.items()}
    of = {at: sum(bits.get(word, 0) for word in at.left_out) for at in dict.fromkeys(places)}
    known: dict[tuple[str, int], int] = {}
    first: list[int] = []
    which = []
    for position, (name, at) in enumerate(zip(told, places, strict=True)):
        number = known.setdefault((name.text, says[name.text] & of[at]), len(known))
        if number == len(first):
            first.append(position)
        which.append(number)
    return which, first


def _visited_names(told: Sequence[Told], places: Sequence[_Places], beside: Ints) -> _Names:
    """Give names that were visited beside places: `beside` has their positions, a name's in each place's row, in order.

    Most names say nothing of most places, and are compared as they would be beside none.
    """
    found = _Names(told, [_NO_PLACES] * len(told), Texts()).at(beside % max(len(told), 1))
    saying = _positions_by_word(told)
    where, mine, says_of = [_NOWHERE], list[Told](), list[_Places]()
    rows = np.searchsorted(beside, np.arange(len(places) + 1) * len(told)).tolist()
    for place, (at, (start, end)) in enumerate(zip(places, pairwise(rows), strict=True)):
        words = at.words & saying.keys() if end > start else ()
        if not words:
            continue
        says = np.zeros(len(told), dtype=np.bool_)
        for word in words:
            says[saying[word]] = True
        names = beside[start:end] - place * len(told)
        if len(which := np.flatnonzero(says[names])):
            where.append(start + which)
            mine += [told[name] for name in names[which].tolist()]
            says_of += [at] * len(which)
    found.put(np.concatenate(where), _Names(mine, says_of, found.texts))
    return found


def _positions_by_word(told: Sequence[Told]) -> dict[str, Ints]:
    found: dict[str, list[int]] = defaultdict(list)
    for position, one in enumerate(told):
        for word in one.words:
            found[word].append(position)
    return {word: np.array(positions, dtype=np.intp) for word, positions in found.items()}


@lru_cache(maxsize=50_000)
def _without(name: str, left_out: frozenset[str]) -> str:
    return " ".join([word for word in name.split() if word not in left_out]) if left_out else name


@lru_cache(maxsize=50_000)
def rest_of(name: str) -> str:
    """Give what a name says beside its kind and its numbers, without blanks."""
    return "".join(word for word in name.split() if word not in KINDS and not word.isdecimal() and len(word) > 1)


def _nothing_in_common(mine: NDArray[np.int64], theirs: NDArray[np.int64]) -> Bools:
    """Tell where each says something and none of it is what the other says: SMPN 1 Demak, SMPN 1 Dempet."""
    found: Bools = (mine != 0) & (theirs != 0) & (mine & theirs == 0)
    return found


def _one_in_the_other(mine: NDArray[np.int64], theirs: NDArray[np.int64]) -> Bools:
    """Tell where both say something, and one no more than the other: SDN 1 Cibiru, SDN 90 Cibiru Kota Bandung."""
    both = mine & theirs
    found: Bools = (both != 0) & ((both == mine) | (both == theirs))
    return found


class _Exact:
    """What is compared exactly of names, a column for each: numbers as `known` (0: none), sets as bits."""

    def __init__(self, told: Sequence[Told], others: "_Exact | None" = None) -> None:
        texts = [text for t in told for text in (t.numbers, t.numbers_too, t.numbers_here, t.counted)]
        own = {text: number for number, text in enumerate(dict.fromkeys(["", *texts]))}
        self.known: dict[str, int] = others.known if others else own
        said = np.array([self.known.get(text, -1) for text in texts], dtype=np.intp).reshape(-1, 4).T
        self.numbers, self.counted = said[:3], said[3]
        sets = [(t.kinds, t.owner, t.letters, t.centre) for t in told]
        self.sets = np.array(sets, dtype=np.int64).reshape(-1, 4).T
        self.opposites = np.array([t.opposites for t in told], dtype=np.int64)
