"""The names that files come with: written so that they can be shown and compared, and never used as a path. Pure."""

import re
import unicodedata

from verification.claim_form.cells import clean

LONGEST = 200  # signs that are kept of a name with its folders
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$")
_ELSEWHERE = re.compile(r"^(?:[/\\]|[A-Za-z]:)")
_LEFT_BY_PROGRAMS = re.compile(r"(?:^|/)(?:__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|~\$|\._)", re.IGNORECASE)


def safe_name(name: str) -> str:
    """Write a name so that it says nothing but itself: without what nobody sees, turns the text round or is no letter.

    One that is too long keeps its end, by which people know it; one of which nothing is left is called "?".
    """
    shown = clean(unicodedata.normalize("NFC", name.replace("\\", "/"))).replace("\n", " ")
    shown = "/".join(part.strip() for part in shown.split("/") if part.strip() not in ("", "."))
    if len(shown) > LONGEST:
        shown = f"…{shown[-(LONGEST - 1) :]}"
    return shown or "?"


def is_elsewhere(name: str) -> bool:
    """Tell whether a name in a ZIP means a place outside of the folder it is unpacked in."""
    return bool(_ELSEWHERE.match(name)) or ".." in name.replace("\\", "/").split("/")


def is_left_by_a_program(name: str) -> bool:
    """Tell whether an entry was put there by macOS, Windows or Office, and nobody would miss it."""
    return bool(_LEFT_BY_PROGRAMS.search(name.replace("\\", "/")))


def key_of(name: str) -> str:
    """Give what two ways to write a name have in common: letters of any case, blanks, marks, folders' signs."""
    return unicodedata.normalize("NFKC", safe_name(name)).casefold().replace("_", " ").strip()


def last_of(name: str) -> str:
    """Give a name without its folders."""
    return name.rpartition("/")[2]


def without_ending(name: str) -> str:
    """Give a name without what says its kind."""
    return _ENDING.sub("", name)
