"""One submission that Central fails to answer for is passed over; one after another, it is Central that fails."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from verification.reason import Reason
from workers.central.api import Central
from workers.central.session import CentralProblem

Answer = TypeVar("Answer")
TROUBLES_IN_A_ROW = 3  # from so many on it is Central that fails, not a submission


@dataclass
class Forbearance:
    """Bears what Central fails to answer (500) of single submissions of a form.

    It does so for ever of an id that two have: one of a form that was deleted, and one that was sent to the form made
    anew. Of those there may be any number, one after another.
    """

    central: Central
    form_id: str
    _in_a_row: int = 0
    _has_twins: bool = False

    @contextmanager
    def with_one(self) -> Iterator[None]:
        """Ask about one submission; where that fails, the rest of the block is left out. Raises CentralProblem."""
        try:
            yield
        except CentralProblem as problem:
            self._bear(problem)
        else:
            self._in_a_row = 0

    def ask(self, ask: Callable[[], Answer]) -> Answer | Reason:
        """Ask about one submission; the reason where Central does not say. Raises CentralProblem."""
        try:
            answer = ask()
        except CentralProblem as problem:
            if not problem.passes:
                return Reason("content_not_given")  # deleted meanwhile, mostly
            self._bear(problem)
            return problem.reason
        self._in_a_row = 0
        return answer

    def _bear(self, problem: CentralProblem) -> None:
        """Pass over a failure, or raise it where it is not about one submission."""
        self._in_a_row += 1
        if problem.reason.values.get("status") != "500":
            raise problem
        if self._in_a_row >= TROUBLES_IN_A_ROW and not self._has_twins:
            self._has_twins = self.central.was_deleted(self.form_id)
            if not self._has_twins:
                raise problem
