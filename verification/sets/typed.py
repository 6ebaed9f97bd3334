"""A cell of an indicator set's sheet: what it holds by its column, or the reason why that cannot be read."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime

from verification.claim_form.cells import Cell, OddCell, day_meant, numbers_meant
from verification.reason import Reason
from verification.sets import layout
from verification.sets.layout import SetColumn

Typed = str | int | float | bool | date | tuple[str, ...] | tuple[int, ...] | dict[str, str] | None

_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
_BLANK = re.compile("[\t\u00a0\u2007\u202f]")
_CODE = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?")
_WORD, _SMALL = re.compile(r"[A-Za-z0-9_]+"), re.compile(r"[a-z][a-z0-9_]*")
_YES, _NO = ("ya", "yes", "true", "benar"), ("tidak", "no", "false", "salah")
_LARGEST = 10**6


class UnreadableCell(ValueError):
    """A cell that holds nothing for its column, with the reason."""

    def __init__(self, code: str, /, **values: str | float) -> None:
        super().__init__(code)
        self.reason = Reason(code, dict(values))


def seen_text(cell: Cell) -> str:
    """Write a text as it is seen: without marks of no width; blanks between words stay as many as they are."""
    text = str(cell).replace("\r\n", "\n").replace("\r", "\n")
    return _UNSEEN.sub("", _BLANK.sub(" ", text)).strip()


def is_empty(cell: object) -> bool:
    """Tell whether a cell shows nothing."""
    return cell is None or (isinstance(cell, str) and seen_text(cell) == "")


def read_cell(column: SetColumn, cell: Cell) -> Typed:
    """Read a cell that shows something. Raises UnreadableCell."""
    if isinstance(cell, OddCell):
        raise UnreadableCell("set_cell_odd")
    return _READS[column.reads](column, cell)


def _text(column: SetColumn, cell: Cell) -> str:
    if isinstance(cell, bool) or not isinstance(cell, str | int):
        raise UnreadableCell("set_not_text", found=_shown(cell))
    text = seen_text(cell)
    if len(text) > column.longest:
        raise UnreadableCell("set_text_too_long", limit=column.longest)
    return text


def _code(column: SetColumn, cell: Cell) -> str:
    text = _text(column, cell)
    if not _CODE.fullmatch(text):
        raise UnreadableCell("set_not_code", found=_shown(text))
    return text


def _word(column: SetColumn, cell: Cell) -> str:
    text = _text(column, cell)
    if not _WORD.fullmatch(text):
        raise UnreadableCell("set_not_word", found=_shown(text))
    return text


def _small(column: SetColumn, cell: Cell) -> str:
    text = _text(column, cell)
    if not _SMALL.fullmatch(text):
        raise UnreadableCell("set_not_small", found=_shown(text))
    return text


def _codes(column: SetColumn, cell: Cell) -> tuple[str, ...]:
    parts = [part for part in re.split(r"[,;\s]+", _text(column, cell)) if part]
    for part in parts:
        if not _CODE.fullmatch(part):
            raise UnreadableCell("set_not_code", found=_shown(part))
    return _once(tuple(parts))


def _names(column: SetColumn, cell: Cell) -> tuple[str, ...]:
    return _once(tuple(part.strip() for part in re.split(r"[;\n]", _text(column, cell)) if part.strip()))


def _once(parts: tuple[str, ...]) -> tuple[str, ...]:
    for at, part in enumerate(parts):
        if part in parts[:at]:
            raise UnreadableCell("set_named_twice", found=_shown(part))
    return parts


def _whole(_column: SetColumn, cell: Cell) -> int:
    found = _number_in(cell)
    if found is None or found != int(found) or not 0 < found < _LARGEST:
        raise UnreadableCell("set_not_whole", found=_shown(cell))
    return int(found)


def _wholes(column: SetColumn, cell: Cell) -> tuple[int, ...]:
    parts = [cell] if isinstance(cell, int) else re.split(r"[,;\s]+", _text(column, cell))
    return tuple(_whole(column, part) for part in parts if part != "")


def _number(_column: SetColumn, cell: Cell) -> float:
    found = _number_in(cell)
    if found is None or not 0 <= found < _LARGEST:
        raise UnreadableCell("set_not_number", found=_shown(cell))
    return int(found) if found == int(found) else found


def _number_in(cell: Cell) -> float | None:
    """Give the number that a cell holds; none where it means none, or two ("1.250")."""
    if isinstance(cell, str):
        meant = numbers_meant(seen_text(cell))
        return meant.pop() if len(meant) == 1 else None
    return cell if isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) < _LARGEST else None


def _yes_no(_column: SetColumn, cell: Cell) -> bool:
    if isinstance(cell, bool):
        return cell
    said = seen_text(cell).casefold() if isinstance(cell, str) else ""
    if said not in (*_YES, *_NO):
        raise UnreadableCell("set_not_yes_no", found=_shown(cell))
    return said in _YES


def _day(_column: SetColumn, cell: Cell) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    try:
        return day_meant(seen_text(cell) if isinstance(cell, str) else "")
    except ValueError:
        raise UnreadableCell("set_not_day", found=_shown(cell)) from None


def _pairs(column: SetColumn, cell: Cell) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for part in re.split(r"[,;\n]", _text(column, cell)):
        left, is_pair, right = (side.strip() for side in part.partition("="))
        if part.strip() and not (is_pair and _CODE.fullmatch(left) and _CODE.fullmatch(right)):
            raise UnreadableCell("set_not_pairs", found=_shown(cell))
        if left in pairs:
            raise UnreadableCell("set_named_twice", found=_shown(cell))
        if is_pair:
            pairs[left] = right
    return pairs


def _shown(cell: object) -> str:
    return seen_text(str(cell))[:40]


_READS: Mapping[str, Callable[[SetColumn, Cell], Typed]] = {
    layout.TEXT: _text, layout.CODE: _code, layout.WORD: _word, layout.SMALL: _small, layout.CODES: _codes,
    layout.NAMES: _names, layout.WHOLE: _whole, layout.WHOLES: _wholes, layout.NUMBER: _number,
    layout.YES_NO: _yes_no, layout.DAY: _day, layout.PAIRS: _pairs,
}  # fmt: skip


def written(column: SetColumn, value: object) -> Cell:
    """Write a value into its cell, so that reading gives the same."""
    if isinstance(value, bool):
        return _YES[0] if value else _NO[0]
    if isinstance(value, dict):
        return ", ".join(f"{left}={right}" for left, right in value.items())
    if isinstance(value, tuple | list):
        return ("; " if column.reads == layout.NAMES else ", ").join(map(str, value))
    assert value is None or isinstance(value, str | int | float | date)  # noqa: S101 - for the type checker
    return value
