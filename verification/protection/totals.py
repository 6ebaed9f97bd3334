"""What a protection service counted in a year: totals alone, and what of them has to fit together."""

import re
from collections.abc import Iterable, Mapping

FIELDS = ("cases_known", "cases_served", "comprehensive", "violence_known", "violence_served", "tppo_known",
          "tppo_served", "women_known", "women_comprehensive", "abh_known", "abh_restorative")  # fmt: skip
BEFORE = "_before"  # of the same number a year earlier
NAMES = tuple(f"{name}{year}" for name in FIELDS for year in ("", BEFORE))
SOURCES = ("simfoni", "register", "summary")  # where the totals were read
KINDS = ("uptd_ppa", "ppt", "unit_ppa_polres", "lbh")  # the services that are asked
LARGEST = 1_000_000
_PART_OF = {
    "cases_served": "cases_known", "comprehensive": "cases_served", "violence_known": "cases_known",
    "violence_served": "violence_known", "tppo_known": "cases_known", "tppo_served": "tppo_known",
    "women_comprehensive": "women_known", "abh_restorative": "abh_known",
}  # fmt: skip
_TYPED = re.compile(r"\d{1,7}|\d{1,3}([. ]\d{3}){1,2}", re.ASCII)


def read_total(typed: str, largest: int = LARGEST) -> int | None:
    """Read a number as it is typed, also with points or blanks between thousands; None for nothing typed.

    Raises ValueError for anything else, and for what is larger.
    """
    text = typed.strip()
    if not text:
        return None
    if not _TYPED.fullmatch(text):
        raise ValueError
    number = int(re.sub(r"[. ]", "", text))
    if number > largest:
        raise ValueError
    return number


def does_not_fit(totals: Mapping[str, int | None]) -> list[tuple[str, str]]:
    """Name what contradicts itself in one service's totals: a part and the whole that it is larger than."""
    pairs = [(part + year, whole + year) for part, whole in _PART_OF.items() for year in ("", BEFORE)]
    return [(part, whole) for part, whole in pairs if _is_more(totals.get(part), totals.get(whole))]


def _is_more(part: int | None, whole: int | None) -> bool:
    return part is not None and whole is not None and part > whole


def summed(services: Iterable[Mapping[str, int | None]]) -> dict[str, int]:
    """Add up what services counted; what none of them knows is left out."""
    sums: dict[str, int] = {}
    for totals in services:
        for name, number in totals.items():
            if number is not None:
                sums[name] = sums.get(name, 0) + number
    return sums
