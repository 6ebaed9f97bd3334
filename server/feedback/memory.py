"""What the one process that serves the line knows by heart, and nothing writes down: it ends with the process.

Codes that were used since their session's answers were last written anew (by digest), what was stored in the last
minutes (so that a child whose line was cut gets the same answer again), and limits, none of which remembers anything
for longer than a minute. Nothing in here knows an address.
"""

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Condition
from time import monotonic

from server.feedback.opened import CodeRefused

MINUTE = 60.0
REMEMBERED = 5 * MINUTE  # for so long a lost answer may be sent again
OF_A_CODE = 20  # a minute: times that one code is asked for
WRONG = 600  # a minute: codes that there are none of, whoever types them
OF_ALL = 6_000  # a minute: whatever is asked
MOST_ONCE = 50_000  # of what was stored in the last minutes: beyond it the oldest is forgotten
_WAIT_SECONDS = 10.0  # for the same code, in hand at this very moment

Clock = Callable[[], float]


class MinuteLimit:
    """So many times within a minute, and no more; what is older than a minute is forgotten."""

    def __init__(self, most: int, clock: Clock) -> None:
        self._most, self._clock = most, clock
        self._times: deque[float] = deque(maxlen=most)

    def is_reached(self) -> bool:
        """Tell whether there were as many as there may be."""
        self.forget()
        return len(self._times) >= self._most

    def count(self) -> None:
        """Count one more."""
        self._times.append(self._clock())

    def forget(self) -> bool:
        """Forget what is older than a minute; tells whether nothing is left."""
        while self._times and self._times[0] <= self._clock() - MINUTE:
            self._times.popleft()
        return not self._times


class Memory:
    """All of it; any number of threads may ask at once. `clock` never goes back."""

    def __init__(self, clock: Clock = monotonic) -> None:
        self._clock, self._changed = clock, Condition()
        self._used: set[str] = set()
        self._in_hand: set[str] = set()
        self._once: dict[str, float] = {}  # until when; the oldest first
        self._codes: dict[str, MinuteLimit] = {}
        self._wrong, self._all = MinuteLimit(WRONG, clock), MinuteLimit(OF_ALL, clock)
        self._looked_through_at = float("-inf")

    def must_not_wait(self) -> None:
        """Refuse whoever asks while too much is asked, or too many codes are tried. Raises CodeRefused."""
        with self._changed:
            self.forget_old()
            if self._all.is_reached() or self._wrong.is_reached():
                raise CodeRefused("wait")
            self._all.count()

    def count_wrong(self) -> None:
        """Count a code that there is none of."""
        with self._changed:
            self._wrong.count()

    def count_code(self, digest: str) -> None:
        """Count that a code was asked for. Raises CodeRefused."""
        with self._changed:
            limit = self._codes.setdefault(digest, MinuteLimit(OF_A_CODE, self._clock))
            if limit.is_reached():
                raise CodeRefused("wait")
            limit.count()

    def is_used(self, digest: str) -> bool:
        """Tell whether a code was used; of one in hand that is not known yet."""
        with self._changed:
            return digest in self._used and digest not in self._in_hand

    def was_stored(self, digest: str, once: str | None) -> bool:
        """Tell whether this very answer was stored in the last minutes."""
        with self._changed:
            return once is not None and self._once.get(_of_both(digest, once), 0.0) > self._clock()

    @contextmanager
    def using(self, digest: str, once: str | None) -> Iterator[bool]:
        """Have a code to oneself, and used up at the end of the block; where that fails, it is as it was before.

        Gives False where this very answer is stored already, and nothing is left to do. Raises CodeRefused.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: digest not in self._in_hand, _WAIT_SECONDS):
                raise CodeRefused("wait")
            if self.was_stored(digest, once):
                stored = True
            elif digest in self._used:
                raise CodeRefused("used")
            else:
                stored = False
                self._in_hand.add(digest)
        if stored:
            yield False
            return
        is_used = False
        try:
            yield True
            is_used = True
        finally:
            self._let_go(digest, used=is_used, once=once)

    def uses(self, digest: str) -> None:
        """Count a code in hand as used from now on, unless its block fails: said before what was stored can be seen."""
        with self._changed:
            self._used.add(digest)

    def _let_go(self, digest: str, *, used: bool, once: str | None) -> None:
        with self._changed:
            self._in_hand.discard(digest)
            if used:
                self._used.add(digest)
            else:
                self._used.discard(digest)
            if used and once is not None:
                self._once[_of_both(digest, once)] = self._clock() + REMEMBERED
            self._changed.notify_all()

    def used_of(self, digests: Iterable[str]) -> set[str]:
        """Give those of some codes that were used."""
        with self._changed:
            return self._used.intersection(digests)

    def forget_codes(self, digests: Iterable[str]) -> None:
        """Forget codes whose use stands in the table now."""
        with self._changed:
            self._used.difference_update(digests)

    def forget_old(self) -> None:
        """Forget what is too old to be remembered; looked through at most once a second."""
        with self._changed:
            if self._clock() < self._looked_through_at + 1:
                return
            self._looked_through_at = self._clock()
            for old in [once for once, until in self._once.items() if until <= self._clock()]:
                del self._once[old]
            while len(self._once) > MOST_ONCE:
                del self._once[next(iter(self._once))]
            for digest in [digest for digest, limit in self._codes.items() if limit.forget()]:
                del self._codes[digest]
            self._wrong.forget()
            self._all.forget()

    def held(self) -> dict[str, int]:
        """Count what is remembered, of each kind."""
        with self._changed:
            return {"used": len(self._used), "once": len(self._once), "codes": len(self._codes),
                    "in_hand": len(self._in_hand)}  # fmt: skip


def _of_both(digest: str, once: str) -> str:
    return hashlib.sha256(f"{digest} {once}".encode()).hexdigest()
