"""The pages of docs/ that are written from the code: the tables, the states of rounds, and who may do what.

`python -m server.diagrams` writes them anew; a test says where one is not what the code is.
"""

import inspect
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from sqlalchemy import Column, Table, UniqueConstraint
from sqlalchemy.dialects import postgresql

from server.assignments.states import MOVES as ASSIGNMENT_MOVES
from server.assignments.states import WITH_A_REASON
from server.db import Base
from server.incidents.choices import MOVES as INCIDENT_MOVES
from server.roles.table import BY_TEAM, GIVEN, JUDGING, MAY, Role, Scope, asks_second_factor
from server.rounds.states import PART_MOVES, REOPENING, ROUND_MOVES
from server.schema import PACKAGES, metadata
from server.settings import CHECKOUT
from server.words import catalogue
from verification.deciding.states import MOVES as FACT_MOVES
from verification.deciding.states import State
from verification.desk.states import MOVES as DESK_MOVES
from verification.desk.states import TAKEN_BACK as DESK_TAKEN_BACK
from verification.desk.states import DocumentState as DeskState
from verification.desk.states import DocumentStep as DeskStep

FOLDER = CHECKOUT / "docs"
_SCOPES = {
    Scope.DISTRICT: "Di kabupaten/kota dan putaran tempat perannya dipegang / In the districts and rounds of the role",
    Scope.NATION: "Hanya bila perannya dipegang untuk seluruh Indonesia / Only where the role is held everywhere",
    Scope.SELF: "Akun sendiri / One's own account",
}
_WRITTEN = "<!-- Written from the code by `make docs`; do not edit. -->"
_DIALECT = postgresql.dialect()


def pages() -> dict[Path, str]:
    """Give every page that is written from the code, by its file."""
    return {FOLDER / "schema.md": schema_page(), FOLDER / "states.md": states_page(),
            FOLDER / "roles.md": roles_page()}  # fmt: skip


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
    """Draw which state of a round, a district's part of one, a decision, an assignment and a document follows which."""
    return "\n\n".join([
        _WRITTEN, "# States", "## A round", _states(ROUND_MOVES),
        "## A district's part of a round", _states(PART_MOVES),
        "## A decision about a line or a visit", _FACTS, _fact_states(),
        "## An assignment", _states(ASSIGNMENT_MOVES, "assignment_state", WITH_A_REASON),
        "## An incident in the register", _states(INCIDENT_MOVES, "incident_state", ()),
        "## A document that is checked", _DESK, _desk_states(),
    ]) + "\n"  # fmt: skip


_FACTS = (
    "What is counted: in `decided` the decision; in `proposed`, `reopened` and `withdrawn` what the rules propose; in "
    "`waits` and `differs` what counted before. Of visits one person always decides."
)


def _fact_states() -> str:
    """Draw how a decision stands, by the one table of its steps."""
    say = catalogue("id").say
    names = [f"{state}: {state} ({say(f'fact_state.{state}').split(';')[0].split('.')[0]})" for state in State]
    steps = [f"{old} --> {new}: {step} ({say(f'fact_step.{step}')})" for (old, step), new in FACT_MOVES.items()]
    return _drawing("stateDiagram-v2", [*names, f"[*] --> {State.PROPOSED}", *steps])


_DESK = (
    "For each question that it answers. A second reader is needed where the document was drawn or decides a category, "
    "or where the first doubts it; a third where two differ. What is in doubt is asked of the district before anything "
    "is concluded. A conclusion is replaced by one that could be drawn before it, as if it had been taken back first."
)


def _desk_states() -> str:
    """Draw how a document stands for a question, by the one table of its steps."""
    say = catalogue("id").say
    names = [f"{state}: {state} ({say(f'desk_state.{state}').lower()})" for state in DeskState]
    moves = [*((old, step, new) for (old, step), new in DESK_MOVES.items()),
             *((old, DeskStep.WITHDRAWS, new) for old, new in DESK_TAKEN_BACK)]  # fmt: skip
    steps = [f"{old} --> {new}: {step} ({say(f'desk_step.{step}').lower()})" for old, step, new in moves]
    return _drawing("stateDiagram-v2", [*names, f"[*] --> {DeskState.ABSENT}", *steps])


def _states(
    moves: Sequence[tuple[str, str]], family: str = "state", with_a_reason: Sequence[tuple[str, str]] = (REOPENING,)
) -> str:
    say = catalogue("id").say
    states = dict.fromkeys(state for move in moves for state in move)
    names = [f"{state}: {state} ({say(f'{family}.{state}')})" for state in states]
    steps = [f"{old} --> {new}{': with a reason' if (old, new) in with_a_reason else ''}" for old, new in moves]
    ends = [f"{state} --> [*]" for state in states if state not in {old for old, _ in moves}]
    return _drawing("stateDiagram-v2", [*names, f"[*] --> {moves[0][0]}", *steps, *ends])


def roles_page() -> str:
    """Write the table of permissions for people: what each role is, and what it may do where."""
    say, speak = catalogue("id").say, catalogue("en").say
    roles = [f"| {say(f'role.{role}')} | {speak(f'role.{role}')} | {_mark(asks_second_factor(role))} "
             f"| {_mark(role in JUDGING)} | {_mark(role in BY_TEAM)} |" for role in GIVEN]  # fmt: skip
    parts = [
        _WRITTEN, "# Peran / Roles",
        "Peran dipegang untuk seluruh Indonesia, satu provinsi atau satu kabupaten/kota, dan untuk semua putaran atau "
        "satu. "
        "Tabelnya: `server/roles/table.py`.",
        "A role is held everywhere, in a province or in a district, and for every round or for one.",
        "\n".join(["| peran | role | langkah kedua / second factor | tidak menilai bila ada benturan / judges nothing "
                   "where tied | hanya lewat tim / by a team only |", "|---|---|---|---|---|", *roles]),
        "## Yang boleh dilakukan / What each may do",
        "Terminal: siapa pun yang memegang server, lewat perintah `tilik`. / Whoever holds the server, by `tilik`.",
    ]  # fmt: skip
    for scope in Scope:
        parts += [f"### {_SCOPES[scope]}", _permissions(scope)]
    return "\n\n".join(parts) + "\n"


def _permissions(scope: Scope) -> str:
    say, speak = catalogue("id").say, catalogue("en").say
    heads = " | ".join(say(f"role.{role}") for role in Role)
    rows = [f"| {say(f'permission.{permission}')} / {speak(f'permission.{permission}')} | "
            + " | ".join(_mark(role in row.roles) for role in Role) + " |"
            for permission, row in MAY.items() if row.scope is scope]  # fmt: skip
    return "\n".join([f"| | {heads} |", "|---|" + ":-:|" * len(Role), *rows])


def _mark(so: bool) -> str:
    return "✓" if so else ""


def _drawing(kind: str, lines: Iterable[str]) -> str:
    return "\n".join(["```mermaid", kind, *(f"    {line}" for line in lines), "```"])


if __name__ == "__main__":
    for path, content in pages().items():
        path.write_text(content, encoding="utf-8")
