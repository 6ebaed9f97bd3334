"""Passwords: argon2id (RFC 9106), and which are too easy to guess.

A password is never shortened or changed, only brought into one Unicode form, so that two keyboards type the same.
"""

import unicodedata
from collections.abc import Iterable
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from zxcvbn import zxcvbn

from verification.reason import WithReason

SHORTEST, LONGEST = 12, 200
_LOOKED_AT = 72  # letters, of which the strength is worked out
_LEAST_SCORE = 3  # of 4: about 10^8 guesses and more
# OWASP's second choice of parameters: 19 MiB, so that eight threads stay within 160 MB
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# what everybody here would try: names of this work and of its houses, and what Indonesians often choose
OFTEN_HERE = (
    "tilik", "kla", "layak", "anak", "forum", "fad", "kemenpppa", "kemenppa", "pppa", "dp3a", "dpppa", "kementerian",
    "perempuan", "sekretariat", "penilai", "penyelia", "verifikasi", "verifikator", "evaluasi", "putaran", "dinas",
    "indonesia", "sayang", "bismillah", "rahasia", "merdeka", "jakarta", "garuda", "pancasila", "provinsi", "kabupaten",
    "kota", "puskesmas", "sekolah", "qwerty",
)  # fmt: skip
_OF_ONES_OWN = 6  # different signs that have to be left beside such words


class BadPassword(WithReason):
    """A password that is not taken, with the reason."""


def hashed(password: str) -> str:
    """Hash a password, or a printed code."""
    return _HASHER.hash(_one_form(password))


def fits(kept: str | None, password: str) -> bool:
    """Tell whether a password is the one of a hash; without one it takes as long, and never is."""
    try:
        return _HASHER.verify(kept or _nobodys(), _one_form(password)) and kept is not None
    except (VerifyMismatchError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    """Tell whether a hash was made with older parameters."""
    return _HASHER.check_needs_rehash(kept)


def check_strength(password: str, *about: str) -> None:
    """Refuse what is short, long or easily guessed; `about` is what others know of the person. Raises BadPassword."""
    if len(password) < SHORTEST:
        raise BadPassword("password_too_short", shortest=SHORTEST)
    if len(password) > LONGEST:
        raise BadPassword("password_too_long", longest=LONGEST)
    known = [part.lower() for text in about for part in (text, *text.replace("@", " ").replace(".", " ").split())]
    guessed = zxcvbn(password[:_LOOKED_AT], user_inputs=[*known, *OFTEN_HERE])["score"] < _LEAST_SCORE
    if guessed or _adds_nothing(password, [*known, *OFTEN_HERE]):
        raise BadPassword("password_easily_guessed")


def _adds_nothing(password: str, known: Iterable[str]) -> bool:
    """Tell whether a password is hardly more than words that others know.

    Of three such words in a row the estimate of guesses thinks highly; whoever knows the person does not.
    """
    whole = left = _one_form(password).lower()
    for word in sorted((word for word in known if len(word) > 2), key=len, reverse=True):
        left = left.replace(word, "")
    return left != whole and len(set(left)) < _OF_ONES_OWN


def _one_form(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


@cache
def _nobodys() -> str:
    return _HASHER.hash("nobody has this one")
