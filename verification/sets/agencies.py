"""Which agencies a set asks: read from what the regulation names as the source of each indicator's data."""

import re
from collections.abc import Sequence

from verification.record import record

_HEADING = re.compile(r"^[^:,.]{1,60}: ")  # of one of several lists: "Buku: Kantor Arsip Daerah, …"


@record
class Agency:
    """An agency that sources name in several ways; one without a name is nobody in particular."""

    name: str | None
    called: tuple[str, ...]


def named_in(source: str, agencies: Sequence[Agency]) -> tuple[tuple[str, ...], bool]:
    """Name the agencies of a source, each once, in its order; and tell whether it also names nobody in particular.

    "A, B, dan C dan D terkait" are A, B and "C dan D terkait": an agency's own name may have its "dan".
    """
    known = {_plain(called): agency.name for agency in agencies for called in (*agency.called, agency.name or "")}
    names = [known.get(_plain(text), text) for text in _texts(source, {plain for plain in known if plain})]
    return tuple(dict.fromkeys(name for name in names if name)), None in names


def _texts(source: str, known: set[str]) -> list[str]:
    found: list[str] = []
    for listed in re.split(r"\.\s+", source.strip().removesuffix(".")):
        for text in re.split(r"[,;]", _HEADING.sub("", listed)):
            found += _two(text.strip().removeprefix("dan ").strip(), known)
    return [text for text in found if text]


def _two(text: str, known: set[str]) -> list[str]:
    """Take apart what "dan" joins, where what stands behind it is known by itself: "Bappeda dan SKPD terkait"."""
    first, _, second = text.rpartition(" dan ")
    return [first, second] if first and _plain(second) in known and _plain(text) not in known else [text]


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
