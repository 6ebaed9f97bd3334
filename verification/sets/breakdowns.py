"""What a set says of the form that a district hands in: what may be broken down, and what has to fit together."""

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any

from verification.comparing.compare import BY_AREA, Compare
from verification.record import record
from verification.sets.criteria import Text

AREA, GROUP = "area", "protection_group"
MARGINS = (AREA, "sex", "age", GROUP)
FITS = ("at_most", "each_at_most", "equal", "percentage", "none_without", "some_with", "no_with_number", "covers_year",
        "dated_in_year")  # fmt: skip


class UnusableBreakdown(ValueError):
    """A breakdown or a rule that names what there is not; its text is for whoever wrote the file."""


@record
class Breakdown:
    """A number that may be handed in by one of several margins, each by itself: crossed they could find a child.

    `protected`: for the district alone, in bands of age, and fewer than eight never as a number. `areas`: the smallest
    that may be named. `total`: the answers that it adds up to.
    """

    code: str
    indicator: int
    by: tuple[str, ...]
    label: Text
    two_years: bool = False
    protected: bool = False
    areas: str = "subdistrict"
    total: tuple[str, ...] = ()


@record
class Fits:
    """What has to fit together: answers by their codes, on the left and on the right; several are added up."""

    kind: str
    left: tuple[str, ...]
    right: tuple[str, ...] = ()
    part: tuple[str, ...] = ()


def read_breakdowns(
    rows: Sequence[Mapping[str, Any]], numbers: Container[int], answers: Container[str]
) -> dict[str, Breakdown]:
    """Read what may be broken down, by its code. Raises UnusableBreakdown."""
    found: dict[str, Breakdown] = {}
    for row in rows:
        one = Breakdown(**(dict(row) | {"by": tuple(row["by"]), "total": tuple(row.get("total", ()))}))
        if one.code in found:
            raise UnusableBreakdown(f"breakdown {one.code!r}: stands twice")
        if one.indicator not in numbers:
            raise UnusableBreakdown(f"breakdown {one.code!r}: there is no indicator {one.indicator}")
        if unknown := [by for by in one.by if by not in MARGINS]:
            raise UnusableBreakdown(f"breakdown {one.code!r}: nothing is broken down by {unknown[0]!r}")
        if one.protected and AREA in one.by:
            raise UnusableBreakdown(f"breakdown {one.code!r}: is for the district alone, and names areas")
        _must_be_asked(f"breakdown {one.code!r}", one.total, answers)
        found[one.code] = one
    return found


def must_be_broken_down(compares: Iterable[tuple[int, Compare]], breakdowns: Mapping[str, Breakdown]) -> None:
    """Look that what indicators (by number) compare by group or area is so broken down. Raises UnusableBreakdown."""
    for number, how in compares:
        for code, total in zip(how.breakdowns, (how.answers, how.whole), strict=False):
            if not _is_of(breakdowns.get(code), number, total, GROUP):
                raise UnusableBreakdown(f"indicator {number}: {code!r} is no breakdown of these answers by group")
        for code in (*how.answers, *how.whole) if how.kind == BY_AREA else ():
            if not _is_of(breakdowns.get(code), number, (code,), AREA):
                raise UnusableBreakdown(f"indicator {number}: {code!r} is not broken down by area")


def _is_of(one: Breakdown | None, indicator: int, total: tuple[str, ...], margin: str) -> bool:
    return one is not None and (one.indicator, one.total) == (indicator, total) and margin in one.by


def read_fits(rows: Sequence[Mapping[str, Any]], answers: Container[str]) -> tuple[Fits, ...]:
    """Read what has to fit together. Raises UnusableBreakdown."""
    found = tuple(Fits(row["kind"], *(tuple(row.get(side, ())) for side in ("left", "right", "part"))) for row in rows)
    for one in found:
        if one.kind not in FITS:
            raise UnusableBreakdown(f"consistency: no kind is called {one.kind!r}")
        _must_be_asked("consistency", (*one.left, *one.right, *one.part), answers)
    return found


def _must_be_asked(where: str, codes: Sequence[str], answers: Container[str]) -> None:
    if unknown := [code for code in codes if code not in answers]:
        raise UnusableBreakdown(f"{where}: no answer is called {unknown[0]!r}")
