"""The pages of docs/ that are written from the code: the tables, and the states of rounds.

`python -m server.diagrams` writes them anew; a test says where one is not what the code is.
"""

import inspect
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from sqlalchemy import Column, Table, UniqueConstraint
from sqlalchemy.dialects import postgresql

from server.db import Base
from server.rounds.states import PART_MOVES, REOPENING, ROUND_MOVES
from server.schema import PACKAGES, metadata
from server.settings import CHECKOUT
from server.words import catalogue

FOLDER = CHECKOUT / "docs"
_WRITTEN = "<!-- Written from the code by `make docs`; do not edit. -->"
_DIALECT = postgresql.dialect()


def pages() -> dict[Path, str]:
    """Give every page that is written from the code, by its file."""
    return {FOLDER / "schema.md": schema_page(), FOLDER / "states.md": states_page()}


def schema_page() -> str:
    """Describe the tables, package by package, and draw how they hang together."""
    relations = (line for table in metadata.sorted_tables for line in _relations(table))
    parts = [_WRITTEN, "# Tables", "Types are PostgreSQL's; on SQLite they are its nearest.",
             _drawing("erDiagram", relations)]  # fmt: skip
    for package in PACKAGES:
        parts.append(f"## {package.__name__.replace('.', '/')}")
        parts += [_described(table) for table in metadata.sorted_tables if _owner(table) == package.__name__]
    return "\n\n".join(parts) + "\n"


def _relations(table: Table) -> Iterator[str]:
    named: dict[str, list[Column[object]]] = {}
    for column in table.columns:
        for other in {key.column.table.name for key in column.foreign_keys}:
            named.setdefault(other, []).append(column)
    for other, columns in sorted(named.items()):
        one = "|o" if all(column.nullable for column in columns) else "||"
        yield f'{other} {one}--o{{ {table.name} : "{", ".join(column.name for column in columns)}"'


def _owner(table: Table) -> str:
    return _class_of(table).__module__.rpartition(".")[0]


def _class_of(table: Table) -> type:
    return next(mapper.class_ for mapper in Base.registry.mappers if mapper.local_table is table)


def _described(table: Table) -> str:
    rows = [f"| `{column.name}` | {column.type.compile(_DIALECT)} | {_notes(column)} |" for column in table.columns]
    said = [inspect.cleandoc(_class_of(table).__doc__ or ""), *(f"One row {once}." for once in sorted(_once(table)))]
    return "\n".join([f"### {table.name}", "", "\n\n".join(said), "", "| column | type | |", "|---|---|---|", *rows])


def _once(table: Table) -> Iterator[str]:
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield f"for each {_listed(constraint.columns)}"
    for index in table.indexes:
        if index.unique:
            where = index.dialect_options["postgresql"]["where"]
            yield f"for each {_listed(index.columns)} where {where}"


def _listed(columns: Iterable[Column[object]]) -> str:
    return ", ".join(f"`{column.name}`" for column in columns)


def _notes(column: Column[object]) -> str:
    notes = ["key"] if column.primary_key else ["may be empty"] if column.nullable else []
    named = sorted(f"{key.column.table.name}.{key.column.name}" for key in column.foreign_keys)
    return ", ".join([*notes, *(f"→ {name}" for name in named)])


def states_page() -> str:
    """Draw which state of a round, and of a district's part of one, may follow which."""
    return "\n\n".join([
        _WRITTEN, "# States", "## A round", _states(ROUND_MOVES),
        "## A district's part of a round", _states(PART_MOVES),
    ]) + "\n"  # fmt: skip


def _states(moves: Sequence[tuple[str, str]]) -> str:
    say = catalogue("id").say
    states = dict.fromkeys(state for move in moves for state in move)
    names = [f"{state}: {state} ({say(f'state.{state}')})" for state in states]
    steps = [f"{old} --> {new}{': with a reason' if (old, new) == REOPENING else ''}" for old, new in moves]
    ends = [f"{state} --> [*]" for state in states if state not in {old for old, _ in moves}]
    return _drawing("stateDiagram-v2", [*names, f"[*] --> {moves[0][0]}", *steps, *ends])


def _drawing(kind: str, lines: Iterable[str]) -> str:
    return "\n".join(["```mermaid", kind, *(f"    {line}" for line in lines), "```"])


if __name__ == "__main__":
    for path, content in pages().items():
        path.write_text(content, encoding="utf-8")
