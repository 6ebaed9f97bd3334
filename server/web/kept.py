"""Keeping what was worked out for a database, by the process that did."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Pool
from sqlalchemy.orm import Session

T = TypeVar("T")
A_MOMENT = 30.0  # seconds: many look at the same district's pages, and each opens several of them


@dataclass
class _Thing(Generic[T]):
    """One thing, once somebody made it; whoever else wants it waits for them."""

    made: T | None = None
    at: float = 0.0
    lock: Lock = field(default_factory=Lock)


class Kept(Generic[T]):
    """The newest few things of a kind, each for some seconds, or as long as nothing pushes it out."""

    def __init__(self, most: int, seconds: float = float("inf")) -> None:
        self._most, self._seconds, self._lock = most, seconds, Lock()
        # a database has one pool of connections
        self._by_database: WeakKeyDictionary[Pool, OrderedDict[Hashable, _Thing[T]]] = WeakKeyDictionary()

    def of(self, session: Session, key: Hashable, make: Callable[[], T]) -> T:
        """Give what is kept by a key; made by one where there is none or its time is over, while others wait."""
        with self._lock:
            mine = self._by_database.setdefault(session.get_bind().engine.pool, OrderedDict())
            thing = mine.setdefault(key, _Thing())
            mine.move_to_end(key)
            while len(mine) > self._most:
                mine.popitem(last=False)
        with thing.lock:
            if thing.made is None or monotonic() - thing.at >= self._seconds:
                thing.made, thing.at = make(), monotonic()
            return thing.made
