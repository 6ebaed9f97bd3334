"""How alike are two names of facilities? Indonesian short forms are written out; numbers and kinds compared exactly.

"SDN 1" and "SDN 11" differ by one character and are two schools; "PKM Bonang I" and "Puskesmas Bonang 1" share three
characters and are one health centre.
"""

import re
import unicodedata

from rapidfuzz import fuzz

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


def similarity(one: str, other: str, *places: str) -> float:
    """Say how alike two names are, 0 to 1.

    `places` are the names of the claimed village and subdistrict, to leave out first: two places are not alike for
    carrying their village's name. Where nothing telling is left of a name, it is compared whole.
    """
    a, b = normalise(one), normalise(other)
    if not a or not b:
        return 0.0
    without = {word for place in places for word in normalise(place).split()} | _EMPTY_WORDS
    bare_a, bare_b = _without(a, without), _without(b, without)
    if _is_telling(bare_a) and _is_telling(bare_b):
        a, b = bare_a, bare_b
    return max(fuzz.ratio(a, b), fuzz.token_sort_ratio(a, b)) / 100


def clash(one: str, other: str) -> bool:
    """Tell whether two names exclude each other, however alike: SDN 1 and SDN 11, an SMA and an SMK."""
    a, b = normalise(one).split(), normalise(other).split()
    kinds_a, kinds_b = _KINDS.intersection(a), _KINDS.intersection(b)
    return _numbers(a) != _numbers(b) or bool(kinds_a and kinds_b and kinds_a != kinds_b)


def _numbers(words: list[str]) -> list[str]:
    return sorted(word for word in words if word.isdigit())


def _without(name: str, words: set[str]) -> str:
    return " ".join(word for word in name.split() if word not in words)


def _is_telling(name: str) -> bool:
    """Tell whether something is left that names one place: a word beyond the kind of school, or a number."""
    return any(word.isdigit() or len(word) > 3 for word in name.split())
