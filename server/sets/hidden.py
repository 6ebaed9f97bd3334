"""What a set's workbook has in hidden rows, columns and sheets: it is read like all else, and whoever looks is told."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from server.claims.sheet import ReadSheet
from verification.reason import Reason
from verification.sets.layout import FIRST_ROW, SHEETS

_MOST_NAMED = 20


def hidden_in(book: Mapping[str, ReadSheet]) -> Iterator[Reason]:
    """Say of each sheet of a set what is hidden of what it says; its headings may be."""
    for title in SHEETS:
        if title in book:
            yield from _hidden_of(title, book[title])


def _hidden_of(title: str, sheet: ReadSheet) -> Iterator[Reason]:
    said = [row for row in sheet.cells if row >= FIRST_ROW]
    if not said:
        return
    if sheet.is_hidden:
        yield Reason("set_sheet_hidden", {"sheet": title, "count": len(said)})
    rows = [row for row in sheet.hidden if row >= FIRST_ROW]
    if rows:
        yield Reason("set_rows_hidden", {"sheet": title, "count": len(rows), "rows": _spans(rows)})
    columns = [letter for letter in sheet.hidden_columns if any(letter in sheet.cells[row] for row in said)]
    if columns:
        yield Reason("set_columns_hidden", {"sheet": title, "count": len(columns),
                                            "columns": _listed(columns)})  # fmt: skip


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
