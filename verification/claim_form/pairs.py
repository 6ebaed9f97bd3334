"""Latitude and longitude written in one cell, as a map application copies them: to be offered, never assumed."""

import re
from collections.abc import Iterator

from verification.claim_form.cells import DASHES, Cell, clean, degrees_meant
from verification.claim_form.notations import AXIS, LONGEST, Point, angle, said_otherwise

_CALLED = re.compile(
    rf"\b(?:(?:{AXIS})(?![A-Z])\s*[:=]?|[XY]\s*[:=]|(?:titik|koordinat|lokasi|posisi|gps|point)\b\s*[:=]?)",
    re.IGNORECASE,
)
_LONGEST_LINK = 2_000
_LINK = re.compile(r"(?:https?://|www\.|maps\.|geo:)\S+", re.IGNORECASE)
_IN_A_LINK = re.compile(
    r"(?:!3d(-?\d+\.\d+)!4d|[@=/:](-?\d+\.\d+)(?:(?:,|%2C)(?:\+|%20)?|/|&m?(?:lon|lng)=))(-?\d+\.\d+)", re.IGNORECASE
)
_HEIGHT = re.compile(  # and a phone's accuracy, behind two numbers with decimals
    r"(-?\d{1,3}[.,]\d{3,}(?:\s*[,;]\s*|\s+)-?\d{1,3}[.,]\d{3,})(?:(?:\s*[,;]\s*|\s+)-?\d{1,4}(?:[.,]\d+)?\s*(?:m|mdpl|meter|ft|feet)?){1,2}",
    re.IGNORECASE,
)
_BETWEEN = (  # where a text may be parted, surest first
    re.compile(r"\s*[;|/\\&]\s*|\s(?:dan|and)\s", re.IGNORECASE), re.compile(rf"\s+[-{DASHES}]\s+"),
    re.compile(r"\s*,\s+"), re.compile(r"\s+"),
    re.compile(r","),
    re.compile(r"(?<=[A-Z°\"'])(?=[-+\d])|(?<=[\d°\"'])(?=[A-Z])", re.IGNORECASE),
)  # fmt: skip


def in_one_cell(lat: Cell, lon: Cell) -> str | None:
    """Give the text of which both numbers may be parts: the other cell is empty, or says the same or one of them."""
    lat, lon = _without_link(lat), _without_link(lon)
    for text, other in ((lat, lon), (lon, lat)):
        if isinstance(text, str) and len(text) <= LONGEST and not _is_degrees(text) and _adds_nothing(other, text):
            plain = clean(_CALLED.sub(" ", re.sub(r"[()\[\]{}]", " ", text)))
            with_height = _HEIGHT.fullmatch(plain)
            return with_height[1] if with_height else plain
    return None


def pairs(lat: Cell, lon: Cell, zone: int | None) -> Iterator[Point]:
    """Give what one of two cells may mean alone, likeliest first; `zone` is the UTM zone of their village."""
    text = in_one_cell(lat, lon)
    for one, other in _parted(text) if text else ():
        first, second = angle(one), angle(other)
        if first and second:
            yield from ((first[0], second[0]), (second[0], first[0]))
            yield from ((-first[0], second[0]), (-second[0], first[0]))
        yield from said_otherwise(one, other, zone)


def _without_link(cell: Cell) -> Cell:
    """Give the pair that a map's link has, the place's own before the view's; a cell without one as it is."""
    link = _LINK.search(cell) if isinstance(cell, str) and len(cell) <= _LONGEST_LINK else None
    found = sorted(_IN_A_LINK.finditer(link[0]), key=lambda one: one[1] is None) if link else []
    return f"{found[0][1] or found[0][2]}, {found[0][3]}" if found else cell


def _parted(text: str) -> Iterator[tuple[str, str]]:
    for between in _BETWEEN:
        for found in between.finditer(text):
            one, other = text[: found.start()].strip(" ,;"), text[found.end() :].strip(" ,;")
            if one and other:
                yield one, other


def _is_degrees(text: str) -> bool:
    """Tell whether a text is one number that degrees may be; "-5, 111" is two, for all that "-5,111" is one."""
    return not re.search(r"\d,\s+\d", text) and bool(degrees_meant(text))


def _adds_nothing(other: Cell, text: str) -> bool:
    if other is None or (isinstance(other, str) and clean(other) in ("", clean(text))):
        return True
    said = angle(other)
    return said is not None and any(
        part and abs(part[0]) == abs(said[0]) for pair in _parted(text) for part in map(angle, pair)
    )
