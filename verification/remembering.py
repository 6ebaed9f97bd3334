"""What was worked out of a district before, given again where all it was worked out of is the very same.

So a visit that comes late costs what it touches: whatever is not made of it is not made again. Nothing is taken for the
same but the same objects, and what is made of them is always the same: so remembering changes no result.
"""

from collections.abc import Callable, Hashable
from operator import is_
from typing import Any, TypeVar

T = TypeVar("T")


class Remembered:
    """What one computation made, by what it is about, for the next one of the same district; begins empty."""

    def __init__(self) -> None:
        self._made: dict[Hashable, tuple[tuple[object, ...], Any]] = {}
        self._before: dict[Hashable, tuple[tuple[object, ...], Any]] = {}

    def begin(self) -> None:
        """Begin a computation: what the one before did not ask for is forgotten."""
        self._before, self._made = self._made, {}

    def known(self, about: Hashable, *of: object) -> Any:
        """Give what was made of these very objects; None where nothing was."""
        found = self._made.get(about) or self._before.get(about)
        if found is None or len(found[0]) != len(of) or not all(map(is_, found[0], of)):
            return None
        self._made[about] = found
        return found[1]

    def keep(self, about: Hashable, made: T, *of: object) -> T:
        """Keep what was made of these objects, and give it."""
        self._made[about] = (of, made)
        return made

    def again(self, about: Hashable, make: Callable[[], T], *of: object) -> T:
        """Give what was made of these very objects before, or make it."""
        found: T | None = self.known(about, *of)
        return found if found is not None else self.keep(about, make(), *of)
