"""A lost sheet or column of a set's workbook: one cause, in place of the many faults that follow from it."""

from collections.abc import Sequence

from verification.reason import Reason
from verification.sets.layout import FIRST_ROW, SHEETS
from verification.sets.rows import Fault, Rows

_EMPTY, _NO_COLUMN, _NAMES_NOTHING = "set_sheet_empty", "set_column_missing", "set_names_nothing"
_OF_HEADS = frozenset({"set_sheet_unknown", "set_column_unknown", "set_column_twice", "set_column_without_key"})


def told_by_causes(rows: Rows, faults: Sequence[Fault]) -> tuple[list[Fault], list[Fault]]:
    """Give what is lost, with what stands in its place, and the faults that do not follow from it.

    What names something on a sheet that is lost follows. A sheet that may be empty is lost once something names it.
    """
    without_key = {one.sheet for one in faults if one.reason.code == _NO_COLUMN
                   and one.reason.values["wanted"] in _keys(one.sheet)}  # fmt: skip
    named = {str(one.reason.values["sheet"]) for one in faults if one.reason.code == _NAMES_NOTHING}
    unread = {title for title in SHEETS if not rows[title]}
    told = {one.sheet for one in faults if one.reason.code in (_EMPTY, _NO_COLUMN)}
    causes = [one for one in faults if one.reason.code in (_EMPTY, _NO_COLUMN)]
    causes += [
        Fault(title, FIRST_ROW, "A", Reason(_EMPTY, {"sheet": title})) for title in sorted(named & unread - told)
    ]
    if not causes:
        return [], list(faults)
    others = [one for one in faults if one.reason.code not in (_EMPTY, _NO_COLUMN)]
    heads = [one for one in others if one.reason.code in _OF_HEADS]
    follows = without_key | unread
    return causes + heads, [one for one in others if one not in heads and not (
        one.reason.code == _NAMES_NOTHING and one.reason.values["sheet"] in follows)]  # fmt: skip


def _keys(title: str) -> frozenset[str]:
    """Give the columns of a sheet by which others name its rows."""
    known = (column.known for sheet in SHEETS.values() for column in sheet.columns if column.known)
    return frozenset(key for sheet, _, key in (one.partition(".") for one in known) if sheet == title and key)
