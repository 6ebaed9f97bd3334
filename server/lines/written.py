"""Lines as rows of a file: what the list shows, and the cell of the workbook; no points, and no point."""

from server.lines.listed import LineRow
from server.spreadsheets import Row
from server.words import Catalogue

HEAD = ("number", "place", "area", "kind", "outcome", "decided", "why", "day", "visitor", "distance_m", "error_m",
        "cell")  # fmt: skip


def written(row: LineRow, words: Catalogue) -> Row:
    """Write a line, in the order of `HEAD`."""
    decided = "list.decided" if row.decided else "list.reopened" if row.reopened else None
    return [
        row.number, row.label, row.area, row.kind, row.outcome_text, words.say(decided) if decided else None, row.why,
        words.show(row.day) if row.day else None, row.visitor, _metres(row.distance_m), _metres(row.error_m), row.cell,
    ]  # fmt: skip


def _metres(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
