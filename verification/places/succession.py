"""Which new area took the place of an old one? What is clear is settled step by step, the rest is left to a person."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from rapidfuzz import fuzz

from verification.matching.names import clash, normalise
from verification.model import Village
from verification.record import record

# Shares are of a village's ground, or of a larger area's villages. A village drawn fifty metres elsewhere has nine
# tenths in common with itself still, as a rule; where a fifth is missing, somebody may live on it.
SAME_GROUND = 0.8  # both ways: one place, whatever it is called
HALF = 0.5  # more than that both ways, with the same code or name: one place; and where most of an area went
PART = 1 - SAME_GROUND  # so much makes two villages of one, or one of two: somebody has to say
SLIVER = 0.05  # less is no share at all

ALIKE = (
    80  # of 100: two spellings of a name; nine of ten names that changed under one code were so alike (2022 to 2025)
)


@record
class Areas:
    """The country's areas as one version has them: names by code, of all levels, and the villages with an outline."""

    names: Mapping[str, str]
    villages: Sequence[Village] = ()


@record
class Succession:
    """An old area and a new one that took its place, or may have.

    `of_old` is the share of the old one that went into the new one, `of_new` the share of the new one that came out of
    it, both 0 to 1: of a village's ground, of a larger area's villages. None where an outline is missing.
    """

    old: str
    new: str
    of_old: float | None
    of_new: float | None
    same_name: bool

    @property
    def same_code(self) -> bool:
        """Whether the area has kept its code."""
        return self.old == self.new


class Names:
    """The names of two versions' areas, to be compared."""

    def __init__(self, old: Mapping[str, str], new: Mapping[str, str]) -> None:
        self.old, self.new = _keys(old), _keys(new)  # as they are compared
        self._written = old, new

    def agree(self, old: str, new: str) -> bool:
        """Tell whether an old and a new area are called the same, written in whatever way."""
        return bool(self.old.get(old)) and self.old.get(old) == self.new.get(new)

    def are_alike(self, old: str, new: str) -> bool:
        """Tell whether two names may be spellings of one, or one a part of the other; so may a name and none."""
        one, other = self.old.get(old), self.new.get(new)
        if not one or not other:
            return True
        is_part = one in other or other in one
        return (is_part or fuzz.ratio(one, other) >= ALIKE) and not clash(self._written[0][old], self._written[1][new])

    def pair(self, old: str, new: str, of_old: float | None = None, of_new: float | None = None) -> Succession:
        """Make a succession of two codes."""
        return Succession(old, new, of_old, of_new, self.agree(old, new))


def _keys(names: Mapping[str, str]) -> dict[str, str]:
    # an area that nobody named is called by its code
    keys = ((code, normalise(name).replace(" ", "") or name.casefold()) for code, name in names.items() if name != code)
    return dict(keys)


class Settled:
    """What became of the old areas, as far as it is known; what is settled is not asked again."""

    def __init__(self) -> None:
        self.by_old: dict[str, Succession] = {}
        self.unsure: dict[str, tuple[Succession, ...]] = {}  # by old code, the likeliest first
        self.taken: set[str] = set()  # new codes

    def settle(self, pairs: Iterable[Succession]) -> None:
        """Settle the pairs of which neither side is in another one; where sides are, code and then name decide."""
        left = list(pairs)
        for agrees in (_same_code, _same_name, _anything):
            left = [pair for pair in left if self.is_open(pair.old) and pair.new not in self.taken]
            for pair in _only(pair for pair in left if agrees(pair)):
                self.by_old[pair.old] = pair
                self.taken.add(pair.new)

    def leave(self, pairs: Iterable[Succession]) -> None:
        """Leave the old areas that are open to a person, with what became of them if it is one of these pairs.

        The largest share comes first, then what kept its code or name. Without shares, what is taken is no choice.
        """
        found = defaultdict(list)
        for pair in pairs:
            if self.is_open(pair.old) and (pair.of_old is not None or pair.new not in self.taken):
                found[pair.old].append(pair)
        self.unsure |= {old: tuple(sorted(likely, key=_likeliest_first)) for old, likely in found.items()}

    def is_open(self, old: str) -> bool:
        """Tell whether nothing is known of an old area yet."""
        return old not in self.by_old and old not in self.unsure

    @property
    def successors(self) -> dict[str, str]:
        """New codes by old ones; the likeliest where a person has to say."""
        offered = {old: pairs[0].new for old, pairs in self.unsure.items()}
        return offered | {old: pair.new for old, pair in self.by_old.items()}


def _likeliest_first(pair: Succession) -> tuple[float, bool, bool, str]:
    return -round(pair.of_old or 0, 3), not pair.same_code, not pair.same_name, pair.new


def _only(pairs: Iterable[Succession]) -> list[Succession]:
    found = list(pairs)
    olds, news = Counter(pair.old for pair in found), Counter(pair.new for pair in found)
    return [pair for pair in found if olds[pair.old] == news[pair.new] == 1]


def _same_code(pair: Succession) -> bool:
    return pair.same_code


def _same_name(pair: Succession) -> bool:
    return pair.same_name


def _anything(pair: Succession) -> bool:
    return True
