"""Reading what was typed into a form: all its fields at once, each with what is wrong with it."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from verification.reason import Reason, WithReason

PAGE = ""  # what is wrong with the whole of it, not with one field
_T = TypeVar("_T")


class Misread(Exception):
    """What was typed cannot be taken: what is wrong, by field. Each kind of it has a name of its own."""

    def __init__(self, problems: Mapping[str, Reason]) -> None:
        super().__init__(", ".join(reason.code for reason in problems.values()))
        self.problems = problems


def read_field(problems: dict[str, Reason], name: str, read: Callable[[], _T]) -> _T | None:
    """Read a field; what is wrong with it is put under its name."""
    try:
        return read()
    except WithReason as wrong:
        problems[name] = wrong.reason
        return None
