"""Which places may be named, and as what: by the strictest of all kinds that anybody says of them."""

from dataclasses import dataclass
from functools import cached_property, lru_cache

from sqlalchemy import ColumnElement, LargeBinary, SQLColumnExpression, cast, func, or_
from sqlalchemy.orm import Session

from server.disclosure.cleared import Cleared, view
from server.rulebook import load_kinds
from verification.matching.names import normalise
from verification.places.kinds import SHELTER_WORDS, Shown, names_a_shelter


@lru_cache(1000)
def _strictest(kinds: tuple[str | None, ...]) -> Shown:
    """Tell how a place of all these kinds may be shown; one of no kind could be any."""
    order = list(Shown)
    return max((load_kinds().shown(kind) for kind in kinds), key=order.index, default=Shown.ON_NO_LIST)


_called_a_shelter = lru_cache(50_000)(names_a_shelter)  # a large district's names are asked about again and again


@dataclass(frozen=True)
class UnclearedPlace:
    """A place, uncleared: the kinds that register, claim and forms say it is, the register's first."""

    kinds: tuple[str | None, ...]
    name: str | None = None
    village: str | None = None
    facility_id: str | None = None

    @cached_property
    def shown(self) -> Shown:
        """How it may be shown: as its strictest kind may. One that nobody knows could be any; a name may say more."""
        if self.name and _called_a_shelter(self.name):
            return Shown.ON_NO_LIST
        return _strictest(self.kinds)

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


def could_name_a_shelter(session: Session, name: SQLColumnExpression[str]) -> ColumnElement[bool]:
    """Write as SQL what is true of every name that gives a shelter away, and of few others.

    Letters beyond ASCII may be the same as others where case is ignored: names that have any are among them.
    """
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    octets = func.octet_length(name) if on_postgresql else func.length(cast(name, LargeBinary))
    return or_(*(func.lower(name).contains(word) for word in SHELTER_WORDS), octets != func.length(name))


@view
class Named:
    """A place as it may be named: what it is called, and where it is."""

    label: Cleared
    area: Cleared
