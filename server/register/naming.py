"""Name a place as it may leave: what it is called, where it is, and whether at all; the one place that does so."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from server.register.disclosure import by_subdistrict_only
from server.words import Catalogue
from verification.model import subdistrict_of


class Audience(StrEnum):
    """Who is told. Until there are accounts everyone who sees a page sees the same."""

    EVERYONE = "everyone"
    PHONE = "phone"  # the team that has to find the place


@dataclass(frozen=True)
class Named:
    """A place as it may be named: what it is called, and where it is."""

    label: str
    area: str


def is_home(*kinds: str | None) -> bool:
    """Tell whether children who need protection live there; the strictest kind decides, and what is unknown is one."""
    return any(kind is None or by_subdistrict_only(kind) for kind in kinds)


class Namer:
    """Names places by areas' names, in one language, for one audience."""

    def __init__(self, names: Mapping[str, str], words: Catalogue, audience: Audience = Audience.EVERYONE) -> None:
        self._names, self._words, self._audience = names, words, audience

    def name(self, name: str | None, village: str | None, *kinds: str | None, number: int | None = None) -> Named:
        """Name a place by the kinds that are said of it; a home by its kind, a number and its subdistrict alone."""
        if self._audience is Audience.PHONE or not is_home(*kinds):
            return Named(name or self._unknown, self._area(village, whole=True))
        kind = next((self._words.say(f"kind.{kind}") for kind in kinds if kind), self._unknown)
        return Named(f"{kind} {number}" if number is not None else kind, self._area(village, whole=False))

    def _area(self, village: str | None, *, whole: bool) -> str:
        if village is None:
            return self._unknown
        subdistrict = subdistrict_of(village)
        codes = (village, subdistrict) if whole and village != subdistrict else (subdistrict,)
        return ", ".join(self._names.get(code, code) for code in codes)

    @property
    def _unknown(self) -> str:
        return self._words.say("report.place_unknown")
