"""The names of all of a district's lines: how many bear each, and which lines a name leads to wherever they are.

A name leads to the lines of the same words, with or without their places' names and blanks, and to those that share a
word with it that few lines have. So blocks grow with the lines that are alike, and not with the district.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from verification.matching.names import EMPTY_WORDS, rest_of
from verification.matching.short_forms import KINDS
from verification.matching.spelling import normalise
from verification.matching.telling import tell
from verification.places.distance import Floats, Ints

SHORTEST_WORD = 4  # letters: what is shorter is a title, a part of a name, a short form


class DistrictNames:
    """The names of lines, each with its places' names; `areas` are all names of the district's areas.

    `bearers` says of each line how many bear its name, itself among them, and `relatives` how many bear it but for
    their numbers: the family of SDN Pakuwon 1 to 5.
    """

    def __init__(
        self, names: Sequence[str], places: Sequence[Iterable[str]], areas: Iterable[str], shared_by: int
    ) -> None:
        told = [tell(normalise(name)) for name in names]
        bare = [_without(t.text, _words_of(where)) for t, where in zip(told, places, strict=True)]
        self._area_words = _words_of(areas)
        self.bearers = _shared([_key(name) for name in bare])
        self.relatives = _shared([f"{t.kinds} {rest_of(name)}" for t, name in zip(told, bare, strict=True)])
        self._by_key = _positions([_keys(t.text, name) for t, name in zip(told, bare, strict=True)])
        by_word = _positions([_words_to_look_up(t.text) for t in told])
        self._by_word = {word: lines for word, lines in by_word.items() if len(lines) <= shared_by}

    def alike(self, name: str) -> Ints:
        """Find the lines that a name leads to; the name is normalised."""
        text = tell(name).text
        keys = _keys(text, _without(text, self._area_words))
        found = [self._by_key[key] for key in keys if key in self._by_key]
        found += [self._by_word[word] for word in _words_to_look_up(text) if word in self._by_word]
        return np.concatenate(found) if found else _NOWHERE


def how_often(bearers: Ints, usual: float, weight: float) -> Floats:
    """Say how often another place than its own bears a line's name: by the district's lines, and by what is usual.

    What is usual counts as so many lines (`weight`): a name that one line of ten bears is not rarer than others.
    """
    return np.asarray((bearers - 1 + usual * weight) / (len(bearers) - 1 + weight), dtype=np.float64)


_NOWHERE: Ints = np.array([], dtype=np.intp)


def _words_of(names: Iterable[str]) -> frozenset[str]:
    return EMPTY_WORDS.union(*(tell(normalise(name)).text.split() for name in names))


def _without(text: str, left_out: frozenset[str]) -> str:
    """Leave out places' names, unless all that is left is a kind and a number: SMPN 1 Demak is called by its place."""
    left = " ".join(word for word in text.split() if word not in left_out)
    return left if rest_of(left) else text


def _key(text: str) -> str:
    return " ".join(sorted(text.split()))


def _keys(*texts: str) -> set[str]:
    """Give what names of the same words have in common, and those whose words are written as one: Jatibarang."""
    return {key for text in texts for key in (_key(text), text.replace(" ", ""))}


def _words_to_look_up(text: str) -> set[str]:
    return {word for word in text.split() if len(word) >= SHORTEST_WORD and word not in KINDS and word.isalpha()}


def _shared(keys: Sequence[str]) -> Ints:
    """Count for each key how many there are of it."""
    if not keys:
        return _NOWHERE
    _, inverse, counts = np.unique(np.array(keys, dtype=np.str_), return_inverse=True, return_counts=True)
    shared: Ints = counts[inverse]
    return shared


def _positions(keys: Sequence[Iterable[str]]) -> Mapping[str, Ints]:
    found: dict[str, list[int]] = defaultdict(list)
    for position, of_line in enumerate(keys):
        for key in of_line:
            found[key].append(position)
    return {key: np.array(lines, dtype=np.intp) for key, lines in found.items()}
