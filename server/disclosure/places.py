"""Which places may be named, and as what: by the strictest of all kinds that anybody says of them."""

from dataclasses import dataclass

from server.disclosure.cleared import Cleared, view
from server.rulebook import load_kinds
from verification.matching.names import normalise
from verification.places.kinds import Shown


@dataclass(frozen=True)
class UnclearedPlace:
    """A place, uncleared: the kinds that register, claim and forms say it is, the register's first."""

    kinds: tuple[str | None, ...]
    name: str | None = None
    village: str | None = None
    facility_id: str | None = None

    @property
    def shown(self) -> Shown:
        """How it may be shown: as its strictest kind may. One that nobody knows could be any."""
        kinds = load_kinds()
        return max((kinds.shown(kind) for kind in self.kinds), key=list(Shown).index, default=Shown.ON_NO_LIST)

    @property
    def is_home(self) -> bool:
        """Tell whether those who need protection live there."""
        return self.shown is not Shown.OPENLY

    @property
    def code(self) -> str:
        """What a home is called on phones and on the printed list: the beginning of its number in the register."""
        return (self.facility_id or "")[:8]

    def is_given_away_by(self, text: str, village_name: str | None = None) -> bool:
        """Tell whether a text names a home, or the village it is in, with or without what all such names begin with."""
        said = f" {normalise(text)} "
        told = [_telling(name) for name in (self.name, village_name) if name]
        return self.is_home and any(f" {name} " in said for name in told if name)


_SAYS_NOTHING = frozenset({
    "aman", "anak", "asuhan", "desa", "kelurahan", "lksa", "panti", "perlindungan", "rumah", "singgah", "sosial",
    "yayasan",
})  # fmt: skip


def _telling(name: str) -> str:
    """Leave out of a name what says only that it is a home, or a village, and its numbers."""
    return " ".join(w for w in normalise(name).split() if w not in _SAYS_NOTHING and not w.isdigit())


@view
class Named:
    """A place as it may be named: what it is called, and where it is."""

    label: Cleared
    area: Cleared
