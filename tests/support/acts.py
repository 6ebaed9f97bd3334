"""Every code of an act that the source writes down, read from the source itself; and what a database has of them."""

import ast
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine, select

from server.audit.tables import AuditEntry
from server.db import snapshot
from server.decisions.deciding import FIELDS
from server.login.entering import APP, LINK, OIDC, PASSKEY, PASSWORD, PRINTED
from server.people.links import DEMO
from server.rounds.states import ARCHIVED, CLOSED, OPEN, PLANNED
from server.settings import CHECKOUT

# codes that are put together where they are written
ENDINGS = {
    "login_": {PASSWORD, LINK, OIDC, DEMO, PASSKEY}, "factor_": {APP, PASSKEY, PRINTED},
    "proof_failed_": {APP, PASSKEY, PRINTED, PASSWORD}, "decided_": set(FIELDS),
    "round_": {PLANNED, OPEN, CLOSED, ARCHIVED}, "part_": {OPEN, CLOSED},
}  # fmt: skip
IN_TWO_PARTS = {"server/rounds/states.py": ("round_", "part_")}  # where the beginning is chosen too
NOTING = CHECKOUT / "server/web/noting.py"  # writes down what it is given: its callers say the code
WRITES = {
    "Act": 1,
    "note_read": 0,
    "note_homes": 0,
    "note_refused": 0,
}  # what is called with a code, and where the code stands
SOURCES = [file for room in ("server", "workers") for file in sorted((CHECKOUT / room).rglob("*.py")) if file != NOTING]


def codes() -> set[str]:
    """Name every act that can be written down; fails where the source writes one in a way that is not known here."""
    return {code for file in SOURCES for code in codes_in(file)}


def codes_in(file: Path) -> Iterator[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if isinstance(call.func, ast.Name) and call.func.id in WRITES:
            yield from meant(call.args[WRITES[call.func.id]], tree, file)


def meant(code: ast.expr, tree: ast.Module, file: Path) -> Iterator[str]:
    """Give what an expression for a code may be."""
    if isinstance(code, ast.Constant):
        yield str(code.value)
    elif isinstance(code, ast.IfExp):
        yield from (*meant(code.body, tree, file), *meant(code.orelse, tree, file))
    elif isinstance(code, ast.JoinedStr):
        first, last = code.values[0], code.values[-1]
        rest = str(last.value) if last is not first and isinstance(last, ast.Constant) else ""
        beginnings = (str(first.value),) if isinstance(first, ast.Constant) else IN_TWO_PARTS[str(relative(file))]
        yield from (beginning + ending + rest for beginning in beginnings for ending in ENDINGS[beginning])
    else:
        assert isinstance(code, ast.Name), f"{relative(file)}:{code.lineno}"
        found = [*assigned(code.id, tree), *passed(code.id, tree)]
        assert found, f"{relative(file)}:{code.lineno}"
        for one in found:
            yield from meant(one, tree, file)


def relative(file: Path) -> Path:
    return file.relative_to(CHECKOUT)


def assigned(name: str, tree: ast.Module) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and not isinstance(node.value, ast.Call):
            target = node.targets[0]
            if isinstance(target, ast.Name) and target.id == name:
                yield node.value


def passed(name: str, tree: ast.Module) -> Iterator[ast.expr]:
    """Give what the functions of a module are called with for a parameter of this name."""
    places = {
        node.name: [one.arg for one in node.args.args].index(name)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and name in [one.arg for one in node.args.args]
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in places:
            yield node.args[places[node.func.id]]


def written_down(engine: Engine, since: int = 0) -> list[AuditEntry]:
    """Give the entries with higher numbers, oldest first."""
    with snapshot(engine) as session:
        found = session.scalars(select(AuditEntry).where(AuditEntry.id > since).order_by(AuditEntry.id)).all()
        session.expunge_all()
    return list(found)


def newest(engine: Engine) -> int:
    return max((entry.id for entry in written_down(engine)), default=0)
