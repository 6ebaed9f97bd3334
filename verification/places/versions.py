"""What changed between two versions of the country's areas? A plan that says it whole, before anything is done.

Codes are given anew every year, by the thousands: whole districts get new ones when a province is divided, subdistricts
are split, villages merge, and a code that became free may be another village's next year. What hangs on a code is moved
by this plan in one step, or a chain A→B, B→C would carry A's to C.
"""

from collections.abc import Mapping

from verification.places.parent_succession import settle_parents
from verification.places.succession import Areas, Names, Succession
from verification.places.village_succession import settle_villages
from verification.record import record

__all__ = ["Areas", "Renaming", "Succession", "Unsure", "VersionPlan", "compare_versions"]


@record
class Renaming:
    """An area that kept its code and is written otherwise now."""

    code: str
    old_name: str
    new_name: str


@record
class Unsure:
    """An old area of which a person has to say what became of it: split, merged, or not to be told.

    The candidates come with the largest share first; a candidate may be another old area's successor too.
    """

    old: str
    candidates: tuple[Succession, ...]

    @property
    def offered(self) -> str:
        """The new code that holds until somebody says otherwise."""
        return self.candidates[0].new


@record
class VersionPlan:
    """What one version's areas become in the next, by code and sorted by it.

    Every old code stays, or is in one of `recoded`, `unsure` and `gone`; every new code is an old one's successor, or
    is in `new`. A code that was given to another place may so be gone and new, or recoded and new.
    """

    new: tuple[str, ...]
    gone: tuple[str, ...]
    renamed: tuple[Renaming, ...]
    recoded: tuple[Succession, ...]
    unsure: tuple[Unsure, ...]

    def successors(self, decided: Mapping[str, str | None] | None = None) -> dict[str, str | None]:
        """Map old codes to new ones, None for what is gone; a code that is not in it stays. To be done in one step.

        `decided` has what a person said of unsure ones, by old code; of the others the offered one is taken.
        """
        gone: dict[str, str | None] = dict.fromkeys(self.gone)
        offered = {unsure.old: unsure.offered for unsure in self.unsure}
        said = {old: new for old, new in (decided or {}).items() if old in offered}
        return gone | {pair.old: pair.new for pair in self.recoded} | offered | said


def compare_versions(old: Areas, new: Areas) -> VersionPlan:
    """Say what the areas of one version become in the next."""
    names = Names(old.names, new.names)
    villages = settle_villages(old, new, names)
    parents = settle_parents(old, new, names, villages.successors)
    return _plan(old, new, {**villages.by_old, **parents.by_old}, {**villages.unsure, **parents.unsure})


def _plan(
    old: Areas, new: Areas, settled: Mapping[str, Succession], unsure: Mapping[str, tuple[Succession, ...]]
) -> VersionPlan:
    heirs = {pair.new for pair in settled.values()} | {pairs[0].new for pairs in unsure.values()}
    stays = [code for code, pair in settled.items() if pair.same_code]
    return VersionPlan(
        new=tuple(sorted(new.names.keys() - heirs)),
        gone=tuple(sorted(old.names.keys() - settled.keys() - unsure.keys())),
        renamed=tuple(
            Renaming(code, old.names[code], new.names[code])
            for code in sorted(stays)
            if _is_renamed(code, old.names[code], new.names[code])
        ),
        recoded=tuple(settled[code] for code in sorted(settled.keys() - set(stays))),
        unsure=tuple(Unsure(code, unsure[code]) for code in sorted(unsure)),
    )


def _is_renamed(code: str, old_name: str, new_name: str) -> bool:
    """Tell whether a name changed; capitals and blanks are no change, and a code stands for a name nobody knows."""
    return code not in (old_name, new_name) and old_name.casefold().split() != new_name.casefold().split()
