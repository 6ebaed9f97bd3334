"""How a claim form looks: one font, by name, since programs that know none of a style's take one each."""

from openpyxl.styles import Font

_NAME, _SIZE = "Calibri", 11


def font(*, bold: bool = False, size: int = _SIZE, color: str | None = None) -> Font:
    """Give the form's font."""
    return Font(name=_NAME, size=size, bold=bold, color=color)
