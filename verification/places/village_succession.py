"""What became of each village? Its ground says so; where an outline is missing, its name among its neighbours does."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence, Set

from verification.places.grounds import SharedGround, is_same_ground, shared_grounds
from verification.places.name_succession import settle_by_name, villages_of
from verification.places.succession import (
    HALF,
    PART,
    SAME_GROUND,
    SLIVER,
    Areas,
    Names,
    Settled,
    Succession,
)


def settle_villages(old: Areas, new: Areas, names: Names) -> Settled:
    """Say what became of the villages of the old version."""
    settled = Settled()
    grounds = _Grounds(shared_grounds(old.villages, new.villages), names)
    settled.settle(grounds.sure())
    settled.settle(grounds.redrawn(settled.taken))
    settled.leave(grounds.of_most())
    settle_by_name(old, new, names, settled, grounds.seen)
    left = [code for code in villages_of(old) if settled.is_open(code)]
    settled.leave([pair for code in left for pair in grounds.of(code)])
    elsewhere = [code for code in left if names.agree(code, code) and code not in settled.taken]
    settled.leave(names.pair(code, code, 0.0, 0.0) for code in elsewhere)
    return settled


class _Grounds:
    """What villages of two versions share, and what follows from that."""

    def __init__(self, pairs: Sequence[SharedGround], names: Names) -> None:
        self._pairs, self._names = pairs, names
        self._by_old: dict[str, list[SharedGround]] = defaultdict(list)
        for pair in pairs:
            self._by_old[pair.old].append(pair)
        self._parts = Counter(pair.old for pair in pairs if pair.of_old >= PART and pair.of_new >= HALF)
        self._sources = Counter(pair.new for pair in pairs if _is_taken_in(pair))
        self._most_of_old = {pair.old: pair for pair in sorted(pairs, key=lambda pair: pair.of_old)}
        self._most_of_new = {pair.new: pair for pair in sorted(pairs, key=lambda pair: pair.of_new)}

    @property
    def seen(self) -> Set[str]:
        """The new villages most of whose ground was some old one's."""
        shares: dict[str, float] = defaultdict(float)
        for pair in self._pairs:
            shares[pair.new] += pair.of_new
        return {code for code, share in shares.items() if share >= HALF}

    def sure(self) -> Iterator[Succession]:
        """Give the pairs that are one village beyond doubt."""
        return (self._succession(pair) for pair in self._pairs if self._is_sure(pair))

    def redrawn(self, taken: Set[str]) -> Iterator[Succession]:
        """Give the pairs of one name around which everything else is accounted for: only borders have moved.

        `taken` are the new villages that are other old ones. Where one that is not came out of an old village, or one
        that is took it in, somebody has to say.
        """
        for pair in self._pairs:
            if pair.new not in taken and min(pair.of_old, pair.of_new) >= SLIVER:
                others = [other for other in self._by_old[pair.old] if other.new != pair.new and other.of_old >= PART]
                is_border = all(other.new in taken and not _is_taken_in(other) for other in others)
                if is_border and self._names.agree(pair.old, pair.new):
                    yield self._succession(pair)

    def of_most(self) -> Iterator[Succession]:
        """Give what became of the ground of the villages most of whose ground is some new one's."""
        for code, pairs in self._by_old.items():
            if sum(pair.of_old for pair in pairs) >= HALF:
                yield from self.of(code)

    def of(self, code: str) -> Iterator[Succession]:
        """Give what an old village shares with new ones."""
        return (self._succession(pair) for pair in self._by_old.get(code, ()) if pair.of_old >= SLIVER)

    def _is_sure(self, pair: SharedGround) -> bool:
        if is_same_ground(pair):
            return True
        if self._parts[pair.old] > 1:
            return False
        same_code, same_name = pair.old == pair.new, self._names.agree(pair.old, pair.new)
        if same_code and same_name:  # it grew or shrank, or was drawn elsewhere
            return pair.of_old >= SAME_GROUND or self._is_best(pair)
        is_most = min(pair.of_old, pair.of_new) > HALF
        return is_most and (same_code or same_name) and self._sources[pair.new] < 2

    def _is_best(self, pair: SharedGround) -> bool:
        return self._most_of_old[pair.old] is pair and self._most_of_new[pair.new] is pair

    def _succession(self, pair: SharedGround) -> Succession:
        return self._names.pair(pair.old, pair.new, pair.of_old, pair.of_new)


def _is_taken_in(pair: SharedGround) -> bool:
    """Tell whether most of an old village lies in a new one and is a good part of it."""
    return pair.of_old >= HALF and pair.of_new >= PART
