"""How alike are the names of facilities? Indonesian short forms are written out; numbers and kinds compared exactly.

"SDN 1" and "SDN 11" differ by one character and are two schools; "PKM Bonang I" and "Puskesmas Bonang 1" share three
characters and are one health centre. Names are compared many with many: a row for each name that was visited, a column
for each name that is claimed.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

_SHORT_FORMS = {
    "sdn": "sd negeri", "sds": "sd swasta", "smpn": "smp negeri", "smps": "smp swasta", "sman": "sma negeri",
    "smas": "sma swasta", "smkn": "smk negeri", "smks": "smk swasta", "slbn": "slb negeri", "slbs": "slb swasta",
    "min": "mi negeri", "mis": "mi swasta", "mtsn": "mts negeri", "mtss": "mts swasta", "man": "ma negeri",
    "mas": "ma swasta", "tkn": "tk negeri", "pkm": "puskesmas", "rsud": "rumah sakit umum daerah",
    "rsi": "rumah sakit islam", "rs": "rumah sakit", "tbm": "taman bacaan masyarakat", "psaa": "panti asuhan",
    "pa": "panti asuhan", "yys": "yayasan", "kel": "kelurahan", "ds": "desa", "kec": "kecamatan",
    "kab": "kabupaten", "jl": "jalan", "st": "stasiun", "mal": "mall",
}  # fmt: skip
_ROMAN = {
    "i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "x": "10",
}  # fmt: skip
_KINDS = frozenset({  # of which two names may not carry two different ones
    "paud", "tk", "ra", "sd", "mi", "smp", "mts", "sma", "smk", "ma", "mak", "slb", "pkbm", "skb", "puskesmas", "sakit",
})  # fmt: skip
_EMPTY_WORDS = frozenset({"swasta", "desa", "kelurahan", "kecamatan", "kabupaten", "kota", "yayasan"})


def normalise(name: str) -> str:
    """Write a name in lower case, without accents and marks, short forms written out, Roman numerals as digits."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z]+|\d+", plain.replace("'", ""))
    written_out = " ".join(_SHORT_FORMS.get(word, _ROMAN.get(word, word)) for word in words).split()
    return " ".join(str(int(word)) if word.isdigit() else word for word in written_out)


def clash(one: str, other: str) -> bool:
    """Tell whether two names exclude each other, however alike; `ClaimedNames.clash` says so of many."""
    a, b = normalise(one), normalise(other)
    return _numbers(a) != _numbers(b) or bool(_kinds(a) and _kinds(b) and _kinds(a) != _kinds(b))


class ClaimedNames:
    """The names claimed in one village, to compare many names with.

    `places` are the names of the village and its subdistrict, to leave out first: two places are not alike for carrying
    their village's name. Where nothing telling is left of a name, it is compared whole.
    """

    def __init__(self, names: Sequence[str], *places: str) -> None:
        self._left_out = {word for place in places for word in normalise(place).split()} | _EMPTY_WORDS
        whole = [normalise(name) for name in names]
        bare = [self._without_places(name) for name in whole]
        self._whole, self._bare = _Texts(whole), _Texts(bare)
        self._dull = np.array([position for position, name in enumerate(bare) if not _is_telling(name)], dtype=np.intp)
        self._dull_whole = _Texts([whole[position] for position in self._dull])
        self._numbers, self._kinds = _Parts(map(_numbers, whole)), _Parts(map(_kinds, whole))

    def alike(self, visited: Sequence[str]) -> NDArray[np.float64]:
        """Say how alike names are to those claimed, 0 to 1; `visited` are normalised."""
        bare = [self._without_places(name) for name in visited]
        dull = [row for row, name in enumerate(bare) if not _is_telling(name)]
        alike = _alike(_Texts(bare), self._bare)
        alike[dull] = _alike(_Texts([visited[row] for row in dull]), self._whole)
        alike[:, self._dull] = _alike(_Texts(visited), self._dull_whole)
        return alike

    def clash(self, visited: Sequence[str]) -> NDArray[np.bool_]:
        """Tell which names exclude each other, however alike: SDN 1 and SDN 11, an SMA and an SMK."""
        kinds = [_kinds(name) for name in visited]
        other_numbers, other_kinds = self._numbers.differ(map(_numbers, visited)), self._kinds.differ(kinds)
        both_say = np.logical_and.outer([bool(kind) for kind in kinds], self._kinds.are_there)
        clashing: NDArray[np.bool_] = other_numbers | (both_say & other_kinds)
        return clashing

    def _without_places(self, name: str) -> str:
        return " ".join(word for word in name.split() if word not in self._left_out)


class _Texts:
    """Names as they are written, and with their words in the order of the alphabet."""

    def __init__(self, names: Sequence[str]) -> None:
        self.written = names
        self.in_order = [" ".join(sorted(name.split())) for name in names]
        self.empty = [position for position, name in enumerate(names) if not name]


def _alike(visited: _Texts, claimed: _Texts) -> NDArray[np.float64]:
    """Compare letter by letter: as written or in order, whichever is more alike. What says nothing is like nothing."""
    alike: NDArray[np.float64] = np.maximum(
        process.cdist(visited.written, claimed.written, scorer=fuzz.ratio, dtype=np.float64),
        process.cdist(visited.in_order, claimed.in_order, scorer=fuzz.ratio, dtype=np.float64),
    )
    alike[visited.empty] = alike[:, claimed.empty] = 0.0
    return alike / 100


class _Parts:
    """What is compared exactly of each claimed name."""

    def __init__(self, parts: Iterable[Collection[str]]) -> None:
        self._codes: dict[Collection[str], int] = {}
        found = [(bool(part), self._codes.setdefault(part, len(self._codes))) for part in parts]
        self.are_there = [there for there, _ in found]
        self._claimed = np.array([code for _, code in found], dtype=np.intp)

    def differ(self, visited: Iterable[Collection[str]]) -> NDArray[np.bool_]:
        codes = np.array([self._codes.get(part, -1) for part in visited], dtype=np.intp)
        return np.not_equal.outer(codes, self._claimed)


def _numbers(name: str) -> Collection[str]:
    return tuple(sorted(word for word in name.split() if word.isdigit()))


def _kinds(name: str) -> Collection[str]:
    return _KINDS.intersection(name.split())


def _is_telling(name: str) -> bool:
    """Tell whether something is left that names one place: a word beyond the kind of school, or a number."""
    return any(word.isdigit() or len(word) > 3 for word in name.split())
