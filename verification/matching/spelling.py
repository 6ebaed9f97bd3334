"""One way to write a name, however people write it: lower case, no marks, short forms as one form, numerals as digits.

What is left says everything that the name says; what of it two names are compared by is for `names.py` to say. Letters
of other scripts than Latin stay as they are.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import groupby

from verification.matching.short_forms import (
    AT_THE_BEGINNING,
    BEFORE_A_NUMBER,
    CODES,
    FORMERLY,
    KINDS,
    PHRASES,
    ROMAN,
    WORDS,
)

# ain, hamza, glottal stop, and whatever sign a keyboard has for them
_APOSTROPHES = re.compile("['`´ʹʻʼʽʾʿˈˊˋʔʕ‘’‛′‵＇]")
_MARKS = re.compile(
    "[\u0300-\u036f\u0640\u064b-\u0655\u0670]"
)  # of Latin letters; of Arabic ones, which leave them out
_INITIALS = re.compile(r"(?<![^\W_])(?:[^\W\d_]\.)+[^\W\d_](?![^\W_])\.?")  # R.A., P.G.R.I, but no A. Yani
ANY_FORMERLY = "|".join(sorted(FORMERLY))
_FORMER = re.compile(rf"[(\[]\s*(?:d\s*[/.]?\s*h|{ANY_FORMERLY})\b[^)\]]*[)\]]?", re.IGNORECASE)
_SAYS_FORMERLY = re.compile(rf"\bd\s*[/.]?\s*h\b|\b(?:{ANY_FORMERLY})\b", re.IGNORECASE)
_STROKES = {"l": "i", "ll": "ii", "lll": "iii", "il": "ii", "ill": "iii", "iil": "iii"}  # typed for a numeral
_RUNS = (4, 3, 1)  # words that stand there twice: a short form in brackets, written out
_WORDS = re.compile(r"\d+|[^\W\d_]+")
_AFTER_A_KIND = {"n": "negeri", "s": "swasta"}  # SMP N 3
_LONGEST_NAME = 300  # letters; what is longer is somebody's text, and not remembered
ByFirstWord = Mapping[str, Sequence[tuple[list[str], list[str]]]]


def normalise(name: str) -> str:
    """Write a name in the one way. Empty where no letter and no digit is in it."""
    return _remembered(name) if len(name) <= _LONGEST_NAME else _in_one_way(name)


def with_former_names(name: str) -> str:
    """Write a name in the one way, with what it says that the place was called before."""
    return normalise(_SAYS_FORMERLY.sub(" ", name))


def former_name(name: str) -> str:
    """Give what a name says that the place was called before, in the one way; empty where it says nothing."""
    said = _SAYS_FORMERLY.search(name)
    return normalise(name[said.end() :]) if said and name[: said.start()].strip("([ ") else ""


def _in_one_way(name: str) -> str:
    words = [_digits(word) if word.isdecimal() else word for word in _words(_FORMER.sub(" ", name)) or _words(name)]
    words = _each_by_its_neighbours(in_place_of(words, _PHRASES))
    words = _with_initials_joined(words)
    words = _each_by_its_neighbours(words)
    words = in_place_of(words, _PHRASES)
    left = _said_once(words)
    return " ".join(ROMAN.get(word, word) for word in words) if left == words else _in_one_way(" ".join(left))


_remembered = lru_cache(maxsize=50_000)(_in_one_way)


def by_first_word(phrases: Mapping[tuple[str, ...], str]) -> ByFirstWord:
    """Give phrases and what they stand for, in words, by the word that they begin with; the longest first."""
    found: dict[str, list[tuple[list[str], list[str]]]] = defaultdict(list)
    for phrase in sorted(phrases, key=len, reverse=True):
        found[phrase[0]].append(([*phrase], phrases[phrase].split()))
    return found


_PHRASES = by_first_word(PHRASES)


def in_place_of(words: Sequence[str], phrases: ByFirstWord) -> list[str]:
    """Write phrases as what they stand for; from left to right, the longest first."""
    found: list[str] = []
    at = 0
    while at < len(words):
        for phrase, stands_for in phrases.get(words[at], ()):
            if words[at : at + len(phrase)] == phrase:
                found += stands_for
                at += len(phrase)
                break
        else:
            found.append(words[at])
            at += 1
    return found


def _said_once(words: Sequence[str]) -> list[str]:
    """Leave out what a place was called before, its registry number, and what is written out and in short."""
    found: list[str] = []
    at = 0
    while at < len(words):
        word, after = words[at], words[at + 1] if at + 1 < len(words) else ""
        if word in FORMERLY and found and (after in KINDS or after == "rumah"):
            break
        said = next((n for n in _RUNS if [*words[at : at + n]] == found[-n:]), 0)
        if word in CODES and after.isdecimal():
            at += 2
        elif said > 1 or (said and (word in KINDS or word == "lksa")):
            at += said
        else:
            found.append(word)
            at += 1
    return found or list(words)


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", name)).casefold()
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", plain))
    plain = _INITIALS.sub(lambda found: found[0].replace(".", "") + " ", unicodedata.normalize("NFC", plain))
    if plain.isascii():
        return _WORDS.findall(plain)
    # vowels of many scripts are marks, which are part of their words
    parts = groupby(plain, lambda letter: "d" if letter.isdecimal() else unicodedata.category(letter)[0] in "LM")
    return ["".join(letters) for kind, letters in parts if kind]


def _digits(word: str) -> str:
    return "".join(str(int(digit)) for digit in word).lstrip("0") or "0"


def _each_by_its_neighbours(words: Sequence[str]) -> list[str]:
    """Write each word by what stands before and behind it."""
    found: list[str] = []
    for position, word in enumerate(words):
        after = words[position + 1] if position + 1 < len(words) else ""
        found += _written(word, found, after).split()
    return found


def _written(word: str, before: Sequence[str], after: str) -> str:
    last = before[-1] if before else ""
    if word in _AFTER_A_KIND and last in KINDS:
        return _AFTER_A_KIND[word]
    if word in BEFORE_A_NUMBER and (after.isdecimal() or after in ROMAN):
        return BEFORE_A_NUMBER[word]
    if word in _STROKES and before and not after:
        return _STROKES[word]
    if word == "muh" and last in KINDS:  # behind another word a Muhammad
        return "muhammadiyah"
    if word in AT_THE_BEGINNING and not before:
        return AT_THE_BEGINNING[word]
    if word == "tk" and "sakit" in before:  # a hospital's rank, and no kindergarten's
        return "tingkat"
    if word == "st":  # a saint of a school, a station of a nursing room
        return "stasiun" if last in ("", "asi", "laktasi", "di") else "santo"
    return WORDS.get(word, word)


def _with_initials_joined(words: Sequence[str]) -> list[str]:
    """Join initials: P G R I, and two before a name as D I Panjaitan, or after a kind of school as SMP I T."""
    found: list[str] = []
    for are_letters, run in groupby(enumerate(words), lambda word: len(word[1]) == 1 and word[1].isalpha()):
        places = [position for position, _ in run]
        letters = [words[position] for position in places]
        after = words[places[-1] + 1] if places[-1] + 1 < len(words) else ""
        found += ["".join(letters)] if are_letters and _are_initials(letters, found[-1:], after) else letters
    return found


def _are_initials(letters: Sequence[str], before: Sequence[str], after: str) -> bool:
    if len(letters) != 2:
        return len(letters) > 2
    is_name = after.isalpha()
    return is_name or (letters[1] not in ROMAN and bool(KINDS.keys() & before))
