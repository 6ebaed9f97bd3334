"""Read the sheets that are lists of their own, column by column: policies, budget, breakdowns, groups, and so on.

What is wrong with a cell is named and not repeated: nobody knows what was typed into it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from verification.claim_form.cells import SHEETS, TEMPLATE_VERSION, Column
from verification.claim_form.choices import AGE_BANDS, folded, kind_code
from verification.claim_form.form import RowEntry, VillageCodes
from verification.claim_form.row import FormRow
from verification.model import Level, level_of, subdistrict_of
from verification.sets.breakdowns import MARGINS, Breakdown
from verification.sets.indicators import IndicatorSet

LISTS = tuple(title for title, columns in SHEETS.items() if all(one.since == TEMPLATE_VERSION for one in columns))
MEETINGS = "Rapat"  # of the whole part, and of no indicator
ALL_OF_BUDGET = "total"  # in place of a cluster: the whole budget of the district
_REQUIRED = {"cluster", "breakdown"}
_AREA = re.compile(r"(?<!\d)\d{2}\.\d{2}\.\d{2}(?:\.\d{4})?(?![\d.])")


class ListReader:
    """Reads the rows of these sheets; `clusters` are the codes of what a budget is for, by what the form calls them."""

    def __init__(self, indicators: IndicatorSet, villages: VillageCodes, clusters: Mapping[str, str]) -> None:
        self._indicators = indicators
        self._villages = villages
        self._subdistricts = {subdistrict_of(village) for village in villages.inside}
        self._clusters = {folded(name): code for name, code in clusters.items()}
        for cluster in indicators.clusters:
            self._clusters |= {folded(cluster.code): cluster.code, folded(cluster.name["id"]): cluster.code}
        self._clusters[ALL_OF_BUDGET] = ALL_OF_BUDGET

    def rows(self, sheet: str, lines: Iterable[FormRow]) -> Iterator[RowEntry]:
        """Read a sheet's rows."""
        seen: dict[tuple[object, ...], int] = {}
        for line in lines:
            before = line.problems_so_far
            values = {column.key: self.value(line, column) for column in SHEETS[sheet]}
            breakdown = self._indicators.breakdowns.get(str(values.get("breakdown")))
            if breakdown:
                self._margins(line, breakdown, values, seen)
            if line.problems_so_far == before and any(value is not None for value in values.values()):
                first = next(column.key for column in SHEETS[sheet] if line.is_filled(column.key))
                yield RowEntry(sheet, values, line.cell(first))

    def value(self, line: FormRow, column: Column) -> Any:
        """Read a cell as its column says."""
        key = column.key
        if key in _REQUIRED and not line.is_filled(key):
            line.refuse("missing", key)
        match column.reads:
            case "cluster":
                return self._cluster(line, key)
            case "clusters":
                return self._several_clusters(line, key)
            case "breakdown":
                return self._breakdown(line, key)
            case "area":
                return self._area(line, key)
            case "small_count":
                return line.small_count(key)
        read: Mapping[str, Callable[[str], Any]] = {
            "text": line.text, "choice": line.choice, "several": line.several, "yes_no": line.yes_no,
            "day": line.day, "year": line.year, "count": line.count, "amount": line.amount,
        }  # fmt: skip
        return read[column.reads](key)

    def _cluster(self, line: FormRow, key: str) -> str | None:
        text = line.text(key)
        code = self._clusters.get(folded(text)) if text else None
        if text and code is None:
            line.refuse("not_in_list", key)
        return code

    def _several_clusters(self, line: FormRow, key: str) -> str | None:
        texts = [text for text in re.split(r"[,;\n]", line.text(key) or "") if text.strip()]
        codes = [self._clusters.get(folded(text.replace("Klaster", ""))) for text in texts]
        if None in codes or ALL_OF_BUDGET in codes:
            line.refuse("not_in_list", key)
            return None
        return ",".join(dict.fromkeys(code for code in codes if code)) or None

    def _breakdown(self, line: FormRow, key: str) -> str | None:
        text = line.text(key)
        code = kind_code(text) if text else None
        if code is not None and code not in self._indicators.breakdowns:
            line.refuse("not_in_list", key)
            return None
        return code

    def _area(self, line: FormRow, key: str) -> str | None:
        """Read a village or a subdistrict of the district by the code in its cell."""
        text = line.text(key)
        if text is None:
            return None
        found = area_code(text) or ""
        code = self._villages.recoded.get(found, found)
        if code not in self._subdistricts and code not in self._villages.inside:
            line.refuse("area_not_of_district", key)
            return None
        return code

    def _margins(
        self, line: FormRow, breakdown: Breakdown, values: dict[str, Any], seen: dict[tuple[object, ...], int]
    ) -> None:
        """Look that a number is broken down by one thing alone, and by one that may be."""
        margins = [margin for margin in MARGINS if line.is_filled(margin)]
        if breakdown.protected and "area" in margins:
            line.refuse("breakdown_of_the_district_alone", "area")
        elif len(margins) > 1:
            line.refuse("margins_crossed", margins[1])
        elif not margins:
            line.refuse("missing", breakdown.by[0])
        elif margins[0] not in breakdown.by:
            line.refuse("margin_not_asked_for", margins[0])
        else:
            self._one_margin(line, breakdown, margins[0], values)
            same = (breakdown.code, values[margins[0]])
            if first := seen.get(same):
                line.refuse("duplicate_line", margins[0], first=first)
            seen.setdefault(same, line.row)

    def _one_margin(self, line: FormRow, breakdown: Breakdown, margin: str, values: dict[str, Any]) -> None:
        written = values[margin]
        if margin == "age" and breakdown.protected and written and written not in AGE_BANDS:
            line.refuse("age_not_in_bands", "age")
        if margin == "area" and written and breakdown.areas == Level.SUBDISTRICT and level_of(written) is Level.VILLAGE:
            line.refuse("area_too_small", "area")
        if values["value_before"] is not None and not breakdown.two_years:
            line.refuse("not_asked_for", "value_before")
        for key in ("value", "value_before"):
            if breakdown.protected and is_small(values[key]):
                line.refuse("small_count_in_clear", key)


def area_code(text: str) -> str | None:
    """Find the code of a subdistrict or a village in what a cell says."""
    found = _AREA.search(text)
    return found[0] if found else None


def is_small(written: object) -> bool:
    """Tell whether a count is one that could lead to a child: it is written "<8"."""
    return str(written) in tuple("1234567")
