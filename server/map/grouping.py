"""Places put together by area where there are too many of them to be told apart on a sheet."""

from collections.abc import Mapping

from server.disclosure.cleared import Cleared, ClearedPoint, view
from server.disclosure.clearing import Clearance
from server.lines.filter import OUTCOMES
from verification.model import subdistrict_of


@view
class MapGroup:
    """The places in an area: how many of each outcome; `middle` is where they are counted, if the area is drawn."""

    code: Cleared
    name: Cleared
    places: Mapping[str, int]
    middle: ClearedPoint | None

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(self.places.values())


def grouped(
    drawn: Mapping[tuple[str, str], int], middles: Mapping[str, tuple[float, float]], clear: Clearance, *,
    by_village: bool = False,
) -> list[MapGroup]:  # fmt: skip
    """Put what was counted by village and outcome together, by subdistrict or by village; in the order of codes."""
    found: dict[str, dict[str, int]] = {}
    for (village, outcome), count in drawn.items():
        places = found.setdefault(village if by_village else subdistrict_of(village), dict.fromkeys(OUTCOMES, 0))
        places[outcome] = places.get(outcome, 0) + count
    return [
        MapGroup(clear.id(code), clear.area(code), places, ClearedPoint(*middles[code]) if code in middles else None)
        for code, places in sorted(found.items())
    ]
