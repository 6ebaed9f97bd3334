"""What became of villages that ground says nothing of, because one of two outlines is missing? Their names say.

Sixteen names are those of two villages of one subdistrict, hundreds those of several in one district: what is called
as several neighbours are, or only nearly so as one is, is left to a person.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Set
from typing import TypeAlias

from verification.model import Level, district_of, level_of, subdistrict_of
from verification.places.parent_succession import settle_parents
from verification.places.succession import Areas, Names, Settled, Succession

_Key: TypeAlias = tuple[str | None, ...]


def settle_by_name(old: Areas, new: Areas, names: Names, settled: Settled, seen: Set[str]) -> None:
    """Settle villages by code and name, then by name in their subdistrict, then in their district, then by code.

    `seen` are the new villages whose ground other old ones had: only code and name together make one of them a third's.
    """
    unseen = _Unseen(old, new, names, settled)
    if not unseen.old:
        return
    settled.settle(unseen.with_same(lambda code: (code, names.old.get(code)), lambda code: (code, names.new.get(code))))
    unseen.new = [code for code in unseen.new if code not in seen]
    for parent_of in (subdistrict_of, district_of):
        settled.settle(unseen.with_same_name_in(parent_of))
    settled.leave(unseen.with_same_name_in(district_of))
    kept = list(unseen.with_same(lambda code: (code,), lambda code: (code,)))
    settled.settle(pair for pair in kept if names.are_alike(pair.old, pair.new))
    likely = (pair for pair in unseen.in_same(subdistrict_of) if names.are_alike(pair.old, pair.new))
    settled.leave({(pair.old, pair.new): pair for pair in (*kept, *likely)}.values())


def villages_of(version: Areas) -> list[str]:
    """Give the codes of a version's villages."""
    return [code for code in version.names if level_of(code) is Level.VILLAGE]


class _Unseen:
    """The villages that nothing is known of, and how they may be paired."""

    def __init__(self, old: Areas, new: Areas, names: Names, settled: Settled) -> None:
        self._versions, self._names, self._settled = (old, new), names, settled
        self._outlined = {village.code for village in old.villages}, {village.code for village in new.villages}
        self.old = [code for code in villages_of(old) if settled.is_open(code)]
        self.new = [code for code in villages_of(new) if code not in settled.taken]

    def with_same_name_in(self, parent_of: Callable[[str], str]) -> Iterator[Succession]:
        """Pair villages of one name in one subdistrict or district."""
        heirs = self._heirs()
        return self.with_same(
            lambda code: (heirs.get(parent_of(code)), self._names.old.get(code)),
            lambda code: (parent_of(code), self._names.new.get(code)),
        )

    def in_same(self, parent_of: Callable[[str], str]) -> Iterator[Succession]:
        """Pair all villages of one subdistrict or district."""
        heirs = self._heirs()
        return self.with_same(lambda code: (heirs.get(parent_of(code)),), lambda code: (parent_of(code),))

    def with_same(self, old_key: Callable[[str], _Key], new_key: Callable[[str], _Key]) -> Iterator[Succession]:
        """Pair the villages whose keys are equal and known, unless both have an outline."""
        by_key = defaultdict(list)
        for code in self.new:
            by_key[new_key(code)].append(code)
        for old in filter(self._settled.is_open, self.old):
            key = old_key(old)
            for new in by_key.get(key, ()) if None not in key else ():
                if old not in self._outlined[0] or new not in self._outlined[1]:
                    yield self._names.pair(old, new)

    def _heirs(self) -> dict[str, str]:
        """Say what became of the areas above villages, by what is known of their villages and by their names."""
        return settle_parents(*self._versions, self._names, self._settled.successors).successors
