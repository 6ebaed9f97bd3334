"""The kinds of place as data: what each allows, and how it may be shown. The file is beside this one (`kinds.toml`)."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from verification.record import record


class Shown(StrEnum):
    """How a place may be shown to those who see reports, maps, photographs and lists; the strictest last."""

    OPENLY = "openly"
    BY_SUBDISTRICT = "by_subdistrict"  # without name, village, point and photograph
    ON_NO_LIST = "on_no_list"  # nor on any list that leaves


@record
class Kind:
    """One kind of place; `allowance_m` is how far from its point one may stand and still be there (metres)."""

    code: str
    allowance_m: float
    shown: Shown
    claimed_point: bool


@record
class Kinds:
    """All kinds of place by their code."""

    by_code: Mapping[str, Kind]

    def __contains__(self, code: object) -> bool:
        return code in self.by_code

    def __getitem__(self, code: str) -> Kind:
        return self.by_code[code]

    def shown(self, code: str | None) -> Shown:
        """Tell how a place may be shown; one of a kind that nobody knows as the strictest."""
        kind = self.by_code.get(code or "")
        return Shown.ON_NO_LIST if kind is None else kind.shown

    def may_have_a_point(self, code: str | None) -> bool:
        """Tell whether a claim may say where a place is."""
        kind = self.by_code.get(code or "")
        return kind is None or kind.claimed_point


_SHELTER = re.compile(
    r"\b(rumah (aman|perlindungan)|rpsa|rptc|safe ?house|shelter (p2tp2a|anak|perempuan))\b", re.IGNORECASE
)
SHELTER_WORDS = ("rumah", "rpsa", "rptc", "safe", "shelter")  # one of them is in every name that is found


def names_a_shelter(name: str) -> bool:
    """Tell whether a place is called a shelter, whatever kind it is said to be: its name alone gives it away."""
    return _SHELTER.search(" ".join(name.split())) is not None


def read_kinds(table: Mapping[str, Any]) -> Kinds:
    """Read the parsed `kinds.toml`. Raises KeyError, TypeError or ValueError where something is missing or unknown."""
    kinds = [Kind(**(row | {"shown": Shown(row["shown"])})) for row in table["kinds"]]
    if len({kind.code for kind in kinds}) < len(kinds):
        raise ValueError("a kind of place is there twice")
    return Kinds({kind.code: kind for kind in kinds})
