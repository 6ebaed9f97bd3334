"""What a name tells, beside how it is written: numbers, kind, owner; and its words by which two names are compared.

Numbers, kinds and owners exclude: SDN 1 is not SDN 11, an SMA no SMK, a state school no foundation's; and the health
centre of a subdistrict is not that of the village it is called by. A number that is written in words may be one or not
("SMP Negeri Dua", "SD Negeri Tiga Raksa"), so there are two ways to read it.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

from verification.matching.short_forms import (
    BESIDE,
    COUNTED,
    EARLY,
    KINDS,
    KINDS_OF_AN_OWNER,
    NUMERALS,
    OPPOSITES,
    PRIVATE,
    SYNONYMS,
)
from verification.matching.spelling import by_first_word, in_place_of
from verification.record import record

_BITS = {atom: 1 << place for place, atom in enumerate(sorted(frozenset().union(*KINDS.values())))}
_SYNONYMS = by_first_word(SYNONYMS)
_STATE, _FOUNDATION = 1, 2
_CENTRE_OF = {"kecamatan": 1, "kelurahan": 2}  # behind puskesmas: many of the two have one name
_PLAYGROUPS = KINDS["paud"]  # which of them it is tells its kind
_LETTERS = "abcdefg"
_SIDES = {
    side: 1 << place for place, side in enumerate(side for row in OPPOSITES for side in dict.fromkeys(row.values()))
}
_OPPOSED = [{word: _SIDES[side] for word, side in row.items()} for row in OPPOSITES]
ROWS_OF_OPPOSITES = tuple(sum({*row.values()}) for row in _OPPOSED)  # the bits of each
_LONGEST_SHORT_FORM = 4  # letters: SD, PKBM; others are words, a posyandu
_LONGEST_STREET = 6  # words, with its own and the number behind it
_SAY_LITTLE = frozenset({"negeri", "swasta", "upt", "uptd", "blud", "spf", "dan", "dtp", "poned", "tbk"})
_OF_ANY_HOSPITAL = frozenset({"rumah", "umum"})  # in so many letters that two of them would be alike for these alone
# Soekarno, Djoko, Tjut, Sjahrir, Njai, Chairil, Achmad; but no masjid, and no Panjaitan
_OLD_SPELLING = [(re.compile(old), new) for old, new in {
    "(?<![aeiou])oe": "u", "dj": "j", "tj": "c", "^sj": "sy", "^nj": "ny", "[ck]h(?=m)": "h", "^ch(?=[ao])": "kh",
}.items()]  # fmt: skip


@record
class Told:
    """What a name tells, to be compared with what another one does; `words` are those of its `text`.

    `numbers` are in the order of their digits, `numbers_too` the same with those in words, `numbers_here` without that
    of an address behind a place's own; `counted` says of some what they number. `kinds`, `owner`, `letters`,
    `opposites` and `centre` (whether a health centre is a subdistrict's or a village's) are sets as bits, 0 where
    nothing is said.
    """

    text: str
    words: frozenset[str]
    numbers: str
    numbers_too: str
    numbers_here: str
    counted: str
    kinds: int
    owner: int
    letters: int
    centre: int
    opposites: int


@lru_cache(maxsize=50_000)
def tell(name: str) -> Told:
    """Read a name that is normalised."""
    words = name.split()
    digits = [word for word in _without_rank(words) if word.isdecimal()]
    at = _house_number(words)
    spelt = _spelt_out(words)
    kinds = _kinds(words)
    text = _text(_with_digits(words, spelt), kinds)
    return Told(
        text=text,
        words=frozenset(text.split()),
        numbers=_sorted(digits),
        numbers_too=_sorted([*digits, *(str(number) for _, _, number in spelt)]),
        numbers_here=_sorted(filter(str.isdecimal, words[:at] + words[at + 1 :])) if at else _sorted(digits),
        counted=f"{_counted(words)} jalan {words[at]}" if at else _counted(words),
        kinds=_bits_of(kinds),
        owner=_owner(words),
        letters=_letters(words),
        centre=sum(_CENTRE_OF.get(word, 0) for kind, word in pairwise(words) if kind == "puskesmas"),
        opposites=sum({bit for table in _OPPOSED for bit in map(table.get, words) if bit}),
    )


@lru_cache(maxsize=50_000)
def sort_of(told: Told) -> str | None:
    """Give a name's kind and owner in words, of which places are numbered together: SD Negeri. None without a kind."""
    said = [kind for kind, bit in _BITS.items() if told.kinds & bit]
    kinds = [kind.upper() if len(kind) <= _LONGEST_SHORT_FORM else kind.capitalize() for kind in said]
    owner = {_STATE: ["Negeri"], _FOUNDATION: ["Swasta"]}.get(told.owner, [])
    return " ".join(["-".join(kinds), *owner]) if kinds else None


@lru_cache(maxsize=50_000)
def is_telling(text: str) -> bool:
    """Tell whether something is left that names one place: a word beyond the kind of school, or a number."""
    return any(word.isdecimal() or len(word) > 3 for word in text.split())


def _text(words: Sequence[str], kinds: Iterable[str]) -> str:
    left_out = _SAY_LITTLE | ({"paud"} if EARLY.intersection(kinds) else set())
    left_out |= _OF_ANY_HOSPITAL if "sakit" in kinds else set()
    left = ["paud" if word in _PLAYGROUPS else word for word in words if word not in left_out] or words
    return " ".join(_modern(word) for word in in_place_of(left, _SYNONYMS))


@lru_cache(maxsize=50_000)
def _modern(word: str) -> str:
    for old, new in _OLD_SPELLING:
        word = old.sub(new, word)
    return word


def _without_rank(words: Sequence[str]) -> Sequence[str]:
    """Leave out a hospital's rank, Tk. IV, which changes while the place stays, and is not its number."""
    for at, (word, rank) in enumerate(pairwise(words)):
        if word == "tingkat" and rank.isdecimal() and "sakit" in words[:at]:
            return [*words[:at], *words[at + 2 :]]
    return words


def _house_number(words: Sequence[str]) -> int:
    """Find a house's number in its street, behind a place's own: SDN 2, Jl. Melati No. 5. 0 where there is none."""
    street = words.index("jalan") if "jalan" in words else len(words)
    behind = (at for at, word in enumerate(words[: street + _LONGEST_STREET]) if at > street and word.isdecimal())
    return next(behind, 0) if any(word.isdecimal() for word in words[:street]) else 0


def _sorted(digits: Iterable[str]) -> str:
    return " ".join(sorted(digits))


def _counted(words: Sequence[str]) -> str:
    """Write what is numbered with its numbers: rt 3 rw 5; of RT 3/5 the second one is the RW's."""
    found = []
    what = ""
    for word in words:
        if not word.isdecimal():
            what = word if word in COUNTED else ""
        elif what:
            found.append(f"{what} {word}")
            what = "rw" if what == "rt" else ""
    return " ".join(sorted(found))


def _kinds(words: Sequence[str]) -> set[str]:
    found: set[str] = {KINDS_OF_AN_OWNER[word] for word in words[:1] if word in KINDS_OF_AN_OWNER}
    for position, word in enumerate(words):
        is_other_word = word in BESIDE and found and words[position - 1] not in BESIDE[word]
        found |= {word} if word in KINDS and not is_other_word else set()
    return found - {"paud"} if found & EARLY else found


def _bits_of(kinds: Iterable[str]) -> int:
    return sum(_BITS[atom] for atom in frozenset().union(*(KINDS[kind] for kind in kinds)))


def _owner(words: Sequence[str]) -> int:
    for position, word in enumerate(words):
        if word == "negeri" and KINDS.keys() & words[max(0, position - 2) : position]:
            return _STATE
    return _FOUNDATION if PRIVATE.intersection(words) else 0


def _letters(words: Sequence[str]) -> int:
    """Read the letters that tell places apart: Mawar A and Mawar B, SLB A and SLB BC."""
    said = {word for word in words[1:][-1:] if len(word) == 1}
    said |= {word for kind, word in pairwise(words) if kind == "slb" and len(word) <= 3}
    return sum(1 << _LETTERS.index(letter) for letter in set().union(*map(_all_letters, said)))


def _all_letters(word: str) -> set[str]:
    return set(word) if set(word) <= set(_LETTERS) else set()


def _spelt_out(words: Sequence[str]) -> list[tuple[int, int, int]]:
    """Find the numbers in words: where each begins, where it ends, and what it is."""
    found = []
    at = 0
    while at < len(words):
        number, end = _number_at(words, at)
        if number:
            found.append((at, end, number))
        at = max(end, at + 1)
    return found


def _number_at(words: Sequence[str], at: int) -> tuple[int, int]:
    """Read satu to sembilan puluh sembilan."""
    number = NUMERALS.get(words[at], 0)
    after = words[at + 1] if at + 1 < len(words) else ""
    if not 0 < number < 10:
        return number, at + 1
    if after == "belas":
        return 10 + number, at + 2
    if after == "puluh":
        ones = NUMERALS.get(words[at + 2], 0) if at + 2 < len(words) else 0
        return number * 10 + ones % 10, at + 2 + (0 < ones < 10)
    return number, at + 1


def _with_digits(words: Sequence[str], spelt: Sequence[tuple[int, int, int]]) -> list[str]:
    """Write in digits a number that stands where numbers do, behind the kind or owner or last, and is the only one."""
    found = list(words)
    if any(word.isdecimal() for word in words):
        return found
    for begin, end, number in reversed(spelt):
        before = words[begin - 1] if begin else ""
        if before in KINDS or before in ("negeri", "swasta") or end == len(words):
            found[begin:end] = [str(number)]
    return found
