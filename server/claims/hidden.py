"""What a workbook that somebody hands in has in hidden rows, columns and sheets: it is read like all else, and told."""

from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from server.claims.sheet import ReadSheet
from verification.reason import Reason

_MOST_NAMED = 20


def hidden_in(sheet: ReadSheet, rows: Collection[int], columns: Collection[str]) -> Iterator[Reason]:
    """Say what is hidden of that which is read of a sheet: of so many rows and columns, where anything stands."""
    said = [row for row in rows if not sheet.cells.get(row, {}).keys().isdisjoint(columns)]
    if not said:
        return
    if sheet.is_hidden:
        yield Reason("sheet_hidden", {"sheet": sheet.title, "count": len(said)})
    hidden = sorted({*sheet.hidden} & {*said})
    if hidden:
        yield Reason("rows_hidden", {"sheet": sheet.title, "count": len(hidden), "rows": _spans(hidden)})
    letters = [one for one in sheet.hidden_columns if one in columns and any(one in sheet.cells[row] for row in said)]
    if letters:
        yield Reason("columns_hidden", {"sheet": sheet.title, "count": len(letters), "columns": _listed(letters)})


def _spans(rows: Sequence[int]) -> str:
    """Write rows as people do: 5, 7–9."""
    begins = [rows[0], *(after for before, after in pairwise(rows) if after != before + 1)]
    ends = [*(before for before, after in pairwise(rows) if after != before + 1), rows[-1]]
    return _listed(
        [f"{first}–{last}" if last > first else f"{first}" for first, last in zip(begins, ends, strict=True)]
    )


def _listed(what: Sequence[str]) -> str:
    more = ["…"] if len(what) > _MOST_NAMED else []
    return ", ".join([*what[:_MOST_NAMED], *more])
