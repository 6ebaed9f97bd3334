"""One submission that Central fails to answer for is passed over; one after another, it is Central that fails."""

from collections.abc import Iterator
from contextlib import contextmanager

from workers.central.session import CentralProblem
from workers.pulling.closer import TROUBLES_IN_A_ROW


class Patient:
    """Counts for how many submissions in a row Central failed (500).

    It does so for ever of an id that two have: one of a deleted form, and one sent to the form that was made anew.
    """

    def __init__(self) -> None:
        self._in_a_row = 0

    @contextmanager
    def with_one(self) -> Iterator[None]:
        """Ask about one submission; where that fails, the rest of the block is left out. Raises CentralProblem."""
        try:
            yield
        except CentralProblem as problem:
            self._in_a_row += 1
            if problem.reason.values.get("status") != "500" or self._in_a_row == TROUBLES_IN_A_ROW:
                raise
        else:
            self._in_a_row = 0
