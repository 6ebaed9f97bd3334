"""What makes two entries one place: its registry number, or its name and village. And what is no registry number."""

import re
import unicodedata

from verification.matching.names import normalise
from verification.matching.spelling import with_former_names

_SAYS_NONE = re.compile(
    r"(?:belum|blm|tidak|tdk|tanpa|tiada|nihil|kosong|menyusul|sedang|masih|dalamproses).*|"
    r"proses|none|null|nil|unknown|unavailable|noid|nonumber|na|ta|tba|tbd|"
)
_SHORTEST = 7  # letters and digits of a number that may be written in groups: 1.2 and 12 are two


def registry_key(text: str | None) -> str | None:
    """Give what several ways to write one registry number have in common; None where no number is written.

    "p 9990001", "P-9990001" and "P9990001" are one; of 20300001 some programs make 20300001.0. "-", "0", "xxx", "N/A",
    "BELUM ADA" are none: two places with them are two.
    """
    if not text:
        return None
    plain = "".join(unicodedata.normalize("NFKC", text).upper().split())
    if says_no_number(plain) or not re.search(r"\d", plain):
        return None
    whole = plain.removesuffix(".0")
    bare = (whole if whole.isdecimal() else plain).replace(".", "").replace("-", "")
    return bare if len(bare) >= _SHORTEST and bare.isalnum() else plain


def says_no_number(text: str) -> bool:
    """Tell whether somebody wrote, in one way or another, that there is no number."""
    signs = re.sub(r"[\W_]", "", text).lower()
    return len(set(signs)) < 2 or bool(_SAYS_NONE.fullmatch(signs))


def name_key(name: str) -> tuple[str, str]:
    """Give what several ways to write one name have in common; letters that are not Latin stay what they are."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    others = "".join(letter for letter in plain if letter.isalnum() and not _is_latin(letter))
    key = normalise(name)
    return key, others or ("" if key else "".join(plain.split()))


def full_name_key(name: str) -> tuple[str, ...]:
    """Give the same of a whole name: two that say otherwise what they were called before may be two."""
    return (*name_key(name), with_former_names(name))


def _is_latin(letter: str) -> bool:
    return unicodedata.normalize("NFKD", letter)[0].isascii()


def place_key(kind: str, name: str, registry_no: str | None, village: str) -> tuple[str, ...]:
    """Give what makes two entries one place in the register: the registry number, or name and village."""
    number = registry_key(registry_no)
    return (kind, number) if number else (kind, *name_key(name), village)


def full_place_key(kind: str, name: str, registry_no: str | None, village: str) -> tuple[str, ...]:
    """Give what makes two entries one row of a list: as above, but by the whole name."""
    number = registry_key(registry_no)
    return (kind, number) if number else (kind, *full_name_key(name), village)
