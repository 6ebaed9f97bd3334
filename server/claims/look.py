"""How a claim form looks: one font, by name, since programs that know none of a style's take one each.

What many cells share is made once: openpyxl compares whatever is not the same object part by part, for each cell.
"""

from functools import cache

from openpyxl.styles import Alignment, Font, Protection

_NAME, _SIZE = "Calibri", 11
OPEN, LOCKED = Protection(locked=False), Protection(locked=True)
TOP, TOP_WRAPPED = Alignment(vertical="top"), Alignment(vertical="top", wrap_text=True)
TOP_LEFT_WRAPPED = Alignment("left", "top", wrap_text=True)
CENTRED, CENTRED_WRAPPED = Alignment(vertical="center", wrap_text=False), Alignment(vertical="center", wrap_text=True)


@cache
def font(*, bold: bool = False, size: int = _SIZE, color: str | None = None) -> Font:
    """Give the form's font."""
    return Font(name=_NAME, size=size, bold=bold, color=color)
