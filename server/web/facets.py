"""How many rows of a list have each value that could be asked for: all of it in one statement.

A value's count is of those rows that fit everything else that was asked for: it says what choosing it would show.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import CTE, ColumnElement, Integer, Select, String, cast, func, literal, null, select, union_all
from sqlalchemy.orm import Session

from server.web.kept import A_MOMENT, Kept

_ALL, _WANTED = "", " "  # no field is called so


@dataclass(frozen=True)
class ValueCount:
    """How many rows have a value; `number` is of the first of them, where the list numbers its rows."""

    count: int
    number: int | None


@dataclass
class Facets:
    """What was counted: all rows, those that are wanted, and for each field its values."""

    all: int = 0
    wanted: int = 0
    values: dict[str, dict[str, ValueCount]] = field(default_factory=dict)

    def of(self, name: str) -> Mapping[str, ValueCount]:
        """Give a field's values."""
        return self.values.get(name, {})

    def each_of(self, name: str) -> dict[str, int]:
        """Give the values of a field that may hold several, with blanks between them."""
        found: dict[str, int] = {}
        for text, counted in self.of(name).items():
            for value in text.split():
                found[value] = found.get(value, 0) + counted.count
        return found


# what was counted of a result, by what tells it from all others, and who asked for what
KEPT_FACETS = Kept[Facets](400, A_MOMENT)


def count_facets(
    session: Session, over: Select[Any], keys: Mapping[str, Any], conditions: Mapping[str, ColumnElement[bool]],
    number: Any = None,
) -> Facets:  # fmt: skip
    """Count what each field has, over a selection without columns of its own.

    `keys` are what fields are counted by, `conditions` what was asked for; both by the names of fields.
    """
    columns = [key.label(f"key_{name}") for name, key in keys.items()]
    columns += [condition.label(f"fits_{name}") for name, condition in conditions.items()]
    columns.append((cast(null(), Integer) if number is None else number).label("number"))
    listed = over.add_columns(*columns).cte("listed")
    parts = [_count(listed, _ALL, None, ()), _count(listed, _WANTED, None, conditions)]
    parts += [_count(listed, name, f"key_{name}", conditions.keys() - {name}) for name in keys]
    found = Facets()
    for name, value, count, first in session.execute(union_all(*parts)):
        _put(found, name, value, ValueCount(count, first))
    return found


def _count(listed: CTE, name: str, column: str | None, fitting: Iterable[str]) -> Any:
    key = None if column is None else listed.c[column]
    fits = [listed.c[f"fits_{one}"] for one in sorted(fitting)]
    counted: Any = select(
        literal(name).label("field"),
        cast(null() if key is None else key, String).label("value"),
        func.count().label("count"),
        func.min(listed.c.number).label("first"),
    ).where(*fits)
    return counted.select_from(listed) if key is None else counted.group_by(key)


def _put(found: Facets, name: str, value: str | None, counted: ValueCount) -> None:
    if name == _ALL:
        found.all = counted.count
    elif name == _WANTED:
        found.wanted = counted.count
    elif value is not None:
        found.values.setdefault(name, {})[value] = counted
