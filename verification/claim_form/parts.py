"""An agency's part of a claim form: the indicators whose source names it, and their sheets; and what names nobody."""

from collections.abc import Mapping
from dataclasses import replace

from verification.claim_form.cells import SHEETS
from verification.claim_form.lists import MEETINGS
from verification.sets.agencies import named_in
from verification.sets.indicators import Indicator, IndicatorSet

COORDINATION = "Koordinasi"  # whose part is what names no agency in particular, and the meetings
_OF_ALL = ("Klaim", "Jawaban", "Dokumen")


def agencies_of(indicators: IndicatorSet) -> Mapping[str, tuple[int, ...]]:
    """Map each agency that a source names to its indicators, in their order; what names none comes last."""
    found: dict[str, list[int]] = {}
    for indicator in indicators.indicators:
        for agency in _asked(indicator, indicators):
            found.setdefault(agency, []).append(indicator.number)
    nobodys = found.pop(COORDINATION, [])
    return {agency: tuple(numbers) for agency, numbers in (*found.items(), (COORDINATION, nobodys))}


def _asked(indicator: Indicator, indicators: IndicatorSet) -> tuple[str, ...]:
    names, also_nobody = named_in(indicator.data_source, indicators.agencies)
    return (*names, COORDINATION) if also_nobody or not names else names


def part_of(indicators: IndicatorSet, agency: str) -> IndicatorSet:
    """Give the set as an agency is asked it. Raises KeyError for one that no source names."""
    numbers = agencies_of(indicators)[agency]
    return replace(
        indicators,
        indicators=tuple(one for one in indicators.indicators if one.number in numbers),
        breakdowns={code: one for code, one in indicators.breakdowns.items() if one.indicator in numbers},
    )


def sheets_asked(part: IndicatorSet, agency: str | None) -> tuple[str, ...]:
    """Name the sheets that belong to a part; all of them where the form is for everybody (`agency` None)."""
    if agency is None:
        return tuple(SHEETS)
    there = {*_OF_ALL, *part.by_sheet}
    there |= {"Fasilitas"} if any(one.facility_kinds for one in part.indicators) else set()
    there |= {"Rincian"} if part.breakdowns else set()
    there |= {MEETINGS} if agency == COORDINATION else set()
    return tuple(sheet for sheet in SHEETS if sheet in there)
