"""What became of subdistricts, districts and provinces? They went where most of their villages went."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from verification.places.succession import HALF, SLIVER, Areas, Names, Settled, Succession

_UNIQUE = 2  # parts of a code: no two districts of the country, and no two provinces, have one name


def settle_parents(old: Areas, new: Areas, names: Names, villages: Mapping[str, str]) -> Settled:
    """Say what became of the areas above villages; `villages` has new codes by old ones.

    Provinces come first: an area that has no villages to tell is looked for by its name where its parent went.
    """
    settled = Settled()
    for parts in (1, 2, 3):
        shared = list(_shared(parts, villages, names))
        settled.settle(pair for pair, of_old, of_new in shared if _is_sure(pair, of_old, of_new))
        settled.leave(pair for pair, of_old, _ in shared if of_old >= SLIVER)
        _settle_by_name(_of_level(old, parts), _of_level(new, parts), parts, names, settled)
    return settled


def _shared(parts: int, villages: Mapping[str, str], names: Names) -> Iterator[tuple[Succession, float, float]]:
    """Give the areas of a level that share villages, with the shares of the old one's and of the new one's."""
    moves = Counter((_parent(old, parts), _parent(new, parts)) for old, new in villages.items())
    left, came = Counter[str](), Counter[str]()
    for (old, new), count in moves.items():
        left[old] += count
        came[new] += count
    for (old, new), count in moves.items():
        of_old, of_new = count / left[old], count / came[new]
        yield names.pair(old, new, of_old, of_new), of_old, of_new


def _is_sure(pair: Succession, of_old: float, of_new: float) -> bool:
    # a province that gave three quarters of its villages to new ones is still itself, if it keeps code and name
    keeps_both = pair.same_code and pair.same_name
    return min(of_old, of_new) > HALF or (keeps_both and max(of_old, of_new) > HALF)


def _settle_by_name(old: list[str], new: list[str], parts: int, names: Names, settled: Settled) -> None:
    """Settle areas of which no village tells: by code and name, by name in their parent, in the country, by code."""
    heirs = settled.successors
    by_name = defaultdict(list)
    for code in new:
        by_name[names.new.get(code)].append(code)
    named = [names.pair(a, b) for a in old if names.old.get(a) and settled.is_open(a) for b in by_name[names.old[a]]]
    settled.settle(pair for pair in named if pair.same_code)
    settled.settle(pair for pair in named if heirs.get(_above(pair.old), "") == _above(pair.new))
    settled.settle(named if parts <= _UNIQUE else ())
    kept = [names.pair(code, code) for code in set(old).intersection(new) if settled.is_open(code)]
    settled.settle(pair for pair in kept if names.are_alike(pair.old, pair.new))
    settled.leave(kept)


def _of_level(version: Areas, parts: int) -> list[str]:
    return [code for code in version.names if code.count(".") == parts - 1]


def _parent(code: str, parts: int) -> str:
    return ".".join(code.split(".")[:parts])


def _above(code: str) -> str:
    return code.rpartition(".")[0]
