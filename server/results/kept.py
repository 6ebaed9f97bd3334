"""What a worker has at hand of the parts that it verified last, so that what comes late costs what it touches.

It lies in the memory of one process and is never relied on: inputs are read again, by their stamps, before anything is
taken from here. A worker that has nothing at hand computes the whole district, to the same end.
"""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from server.results.inputs import Inputs
from server.results.rows import Sources
from verification.places.areas import Villages
from verification.remembering import Remembered
from verification.verify import DistrictResult

MOST = 3  # parts: one of 10,000 visits takes some 100 MB


@dataclass(frozen=True)
class WorkedOut:
    """What was found out for a part, of what, and what its rows are made of."""

    inputs: Inputs
    villages: Villages
    found: DistrictResult
    sources: Sources
    remembered: Remembered


class AtHand:
    """The parts that were verified last. Whoever takes one has it alone."""

    def __init__(self) -> None:
        self._parts: OrderedDict[tuple[str, str], WorkedOut] = OrderedDict()
        self._lock = Lock()

    def take(self, round_id: str, district: str) -> WorkedOut | None:
        """Take what is at hand of a part."""
        with self._lock:
            return self._parts.pop((round_id, district), None)

    def put(self, round_id: str, district: str, worked_out: WorkedOut | None) -> None:
        """Put a part back, or in; the one that was not asked for the longest goes."""
        if worked_out is None:
            return
        with self._lock:
            self._parts[round_id, district] = worked_out
            self._parts.move_to_end((round_id, district))
            while len(self._parts) > MOST:
                self._parts.popitem(last=False)


_of_databases: WeakKeyDictionary[Engine, AtHand] = WeakKeyDictionary()


def kept_of(engine: Engine) -> AtHand:
    """Give what this process has at hand of a database."""
    return _of_databases.setdefault(engine, AtHand())
