"""What came of an export by a map of columns: rows for the claim form, what is wrong, and what nobody uses."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from server.claims.column_map import MapRow, Trouble
from server.claims.export import Export
from verification.claim_form.cells import Cell, OddCell, Stamp
from verification.claim_form.form import FormProblem
from verification.claim_form.row import is_filled
from verification.reason import Reason
from verification.sets.indicators import IndicatorSet

Cells = dict[str, tuple[Cell, str]]  # by key: a value, and the cell of the export it stood in


@dataclass
class Converted:
    """What came of an export: rows for the form, which is not written while there are `troubles`."""

    stamp: Stamp
    indicators: IndicatorSet
    export: Export
    by_question: bool
    wishes: Sequence[MapRow]
    troubles: list[Trouble] = field(default_factory=list)
    rows: dict[str, dict[str, list[Cells]]] = field(default_factory=dict)  # by sheet, then by code
    rows_unused: dict[str, list[int]] = field(default_factory=dict)  # by the export's sheet
    shelters: list[str] = field(default_factory=list)  # cells that name one
    misfits: list[tuple[str, FormProblem]] = field(default_factory=list)  # cell of the export, what is wrong

    def put(self, sheet: str, code: str, cells: Cells) -> None:
        """Take a row in which anything is filled in; a cell that failed is a trouble."""
        for value, cell in cells.values():
            if isinstance(value, OddCell):
                self.troubles.append(Trouble("export", cell, Reason(value.code, {"text": value.text[:40]})))
        if any(is_filled(value) for value, _ in cells.values()):
            self.rows.setdefault(sheet, {}).setdefault(code, []).append(cells)

    @property
    def count(self) -> int:
        """How many fields are filled in."""
        rows = (cells for codes in self.rows.values() for found in codes.values() for cells in found)
        return sum(is_filled(value) for cells in rows for value, _ in cells.values())
