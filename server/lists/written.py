"""Rows of a list as rows of a file: what the list shows, and the submission's id."""

from collections.abc import Sequence

from server.lists.kinds import ListOf
from server.lists.listed import ListRow
from server.spreadsheets import Row
from server.words import Catalogue


def head_of(of: ListOf, words: Catalogue) -> Sequence[str]:
    """Name the columns."""
    names = (
        of.head_of_day,
        "place",
        "area",
        "kind",
        "form",
        of.head_of_visitor,
        "state",
        "details",
        "lines",
        "submission",
    )
    return [words.say(f"list.head.{name}") for name in names]


def written(row: ListRow, words: Catalogue) -> Row:
    """Write a row, in the order of `head_of`."""
    return [
        words.show(row.day) if row.day else None, row.label, row.area, row.kind, row.form, row.visitor, row.state,
        " ".join(row.details), "; ".join(line.text for line in row.lines), row.root_id,
    ]  # fmt: skip
