"""Which day it is for whoever is in a test: by the capital's clock, where it is tomorrow at 17 o’clock in UTC.

`days_of_nowhere` finds where source takes a day, a month or a year from a clock that is no place's.
"""

import ast
import re
from datetime import date

from server.db import now
from server.moments import CAPITAL, day_in, month_in
from tests.support.sources import nodes

_OF_A_PLACE = {"astimezone", "day_in", "month_in"}  # what gives a moment the clock of a place
_CALENDAR = {"year", "month", "day"}
_CLOCK = re.compile(r"\b(now|today)\b")


def today_here() -> date:
    """Give the day by which acts of people in tests are dated."""
    return day_in(CAPITAL, now())


def this_month() -> str:
    """Write which month it is then, such as 2026-11."""
    return month_in(CAPITAL, now())


def days_of_nowhere(source: str) -> set[str]:
    """Find days, months and years read off UTC's clock: for seven to nine hours others than in Indonesia."""
    if not _CLOCK.search(source):
        return set()  # most sources: to take them apart would take a second in all
    moments: set[str] = set()
    for node in nodes(source):
        moments |= _called_moments(node, moments)
    found = {ast.unparse(node) for node in nodes(source) if (read := _read_off(node)) and _by_utc(read, moments)}
    return found | {call for node in nodes(source) if (call := _today(node))}


def _called_moments(node: ast.AST, known: set[str]) -> set[str]:
    """Give the names that stand for a moment by UTC from here on."""
    match node:
        case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
            pairs = list(zip(names, values, strict=False))
        case ast.Assign(targets=[name], value=value):
            pairs = [(name, value)]
        case ast.For(target=name, iter=ast.Tuple(elts=values)):
            pairs = [(name, value) for value in values]
        case _:
            return set()
    return {name.id for name, value in pairs if isinstance(name, ast.Name) and _is_moment(value, known)}


def _is_moment(value: ast.expr, known: set[str]) -> bool:
    return isinstance(value, ast.Name | ast.Call | ast.BinOp) and _by_utc(value, known)


def _read_off(node: ast.AST) -> ast.expr | None:
    """Give what a day, a month or a year is read off, if this does so."""
    match node:
        case ast.Call(func=ast.Attribute(value=moment, attr="date"), args=[]):
            return moment
        case ast.Call(func=ast.Attribute(value=moment, attr="replace"), keywords=given):
            return moment if {one.arg for one in given} & {"month", "day"} else None
        case ast.Call(func=ast.Attribute(value=moment, attr="strftime"), args=[how]):
            return moment if "%H" not in ast.unparse(how) else None
        case ast.Attribute(value=moment, attr=part) if part in _CALENDAR:
            return moment
        case ast.FormattedValue(value=moment, format_spec=ast.JoinedStr() as how):
            return moment if "%" in ast.unparse(how) and "%H" not in ast.unparse(how) else None
        case ast.Subscript(value=ast.Call(func=ast.Attribute(value=moment, attr="isoformat"))):
            return moment
    return None


def _by_utc(value: ast.expr, moments: set[str]) -> bool:
    """Tell whether a value is made of what a clock says, or of a name for it, and of no place's clock."""
    calls = {ast.unparse(part.func).rpartition(".")[2] for part in ast.walk(value) if isinstance(part, ast.Call)}
    names = {part.id for part in ast.walk(value) if isinstance(part, ast.Name)}
    return not calls & _OF_A_PLACE and ("now" in calls or bool(names & moments))


def _today(node: ast.AST) -> str | None:
    match node:
        case ast.Call(func=ast.Attribute(attr="today")):
            named = ast.unparse(node)
            return named if named.endswith(("date.today()", "datetime.today()")) else None
    return None
