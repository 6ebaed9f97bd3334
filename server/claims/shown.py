"""Rows of a claim form's sheets as pages show them: by heading, each value cleared by how its column is read.

Numbers of children and free text are not repeated: they stand in the workbook, whose cell is named.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from server.claims.tables import HANGS_ON, Claim
from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.words import Catalogue
from verification.claim_form.cells import SHEETS, TEMPLATE_VERSION, Column
from verification.disclosing.counted import counted_in_claim
from verification.sets.indicators import Indicator, IndicatorSet

_AS_DOCUMENTS = {("Kebijakan", "policy_number"), ("Kebijakan", "title"), ("Anggaran", "agency"), ("Dokumen", "issuer")}
_NAME_NOBODY = frozenset({"question"})  # codes of ours


@view
class ShownCell:
    """What a cell says, under its heading; None where it is not repeated."""

    heading: Cleared
    value: Cleared | None


@view
class ShownRow:
    """A row of a sheet, and where it is."""

    sheet: Cleared
    cells: tuple[ShownCell, ...]
    cell: Cleared


class ShownCells:
    """Shows what rows say, for a viewer, in a language."""

    def __init__(self, indicators: IndicatorSet, indicator: Indicator, words: Catalogue, clear: Clearance) -> None:
        self._indicators, self._indicator, self._words, self._clear = indicators, indicator, words, clear
        self._clusters = {cluster.code: cluster.name[words.language] for cluster in indicators.clusters}

    def rows_of(self, claim: Claim) -> Iterator[ShownRow]:
        """Show all rows that hang on a claim; no more is read than its indicator can have."""
        broken_down = any(one.indicator == self._indicator.number for one in self._indicators.breakdowns.values())
        for sheet in filter(None, (self._indicator.sheet, "Rincian" if broken_down else None)):
            title = self._clear.say(f"template.{sheet}.title")
            for row in getattr(claim, HANGS_ON[sheet][0]):
                yield ShownRow(title, tuple(self.cells(sheet, row, ())), self._clear.id(row.cell))

    def cells(self, sheet: str, row: object, kinds: Iterable[str]) -> Iterator[ShownCell]:
        """Show what a row's columns say that came with the second template; `kinds` are those of the claim's places."""
        for column in SHEETS[sheet]:
            value = getattr(row, column.key, None)
            if column.since == TEMPLATE_VERSION and value is not None:
                heading = self._clear.say(f"template.column.{column.key}")
                yield ShownCell(heading, self._value(sheet, column, value, list(kinds)))

    def _value(self, sheet: str, column: Column, value: Any, kinds: list[str]) -> Cleared | None:
        clear = self._clear
        match column.reads:
            case "choice":
                return self._choice(column.words, str(value))
            case "several":
                return clear.joined(*(self._choice(column.words, code) for code in str(value).split(",")))
            case "clusters":
                return clear.joined(*(clear.id(code) for code in str(value).split(",") if code in self._clusters))
            case "cluster":
                known = self._clusters.get(str(value))
                return clear.ours(known) if known else clear.say(f"choice.cluster.{value}")
            case "breakdown":
                known_number = self._indicators.breakdowns.get(str(value))
                return clear.ours(known_number.label[self._words.language]) if known_number else clear.say("–")
            case "area":
                return clear.area(str(value))
            case "yes_no":
                return clear.say("word.yes" if value else "word.no")
            case "count" | "small_count":
                return clear.claimed(value, counted_in_claim(children=True))
            case "year":
                return clear.id(str(value))
            case "day" | "amount":
                return clear.ours(self._words.show(value if isinstance(value, date) else float(value)))
        if column.key in _NAME_NOBODY:
            return clear.id(str(value))
        return clear.document(self._indicator, kinds, str(value)) if (sheet, column.key) in _AS_DOCUMENTS else None

    def _choice(self, words: str, code: str) -> Cleared:
        if words == "age" and code.isdecimal():
            return self._clear.say("choice.age.single", age=self._clear.id(code))
        return self._clear.say(f"choice.{words}.{code}")
