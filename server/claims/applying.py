"""Take from an export what a map names: by a row or a column for each question, and the rows of lists."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

from server.claims.column_map import ALL, BY_CODE, DISTRICT, HEADING_ROW, QUESTION, ColumnMap, MapRow, written
from server.claims.converted import Cells, Converted
from server.claims.export import Export, NotInExport, SourceSheet
from server.claims.own_places import TAKEN, listed_places
from server.claims.own_table import OwnTable, plain
from server.claims.sheet import ReadSheet
from server.claims.taken import AreasByName
from verification.claim_form.cells import FIRST_ROW, LAST_ROW, Cell, OddCell, Stamp
from verification.claim_form.merging import meant
from verification.claim_form.row import is_filled
from verification.reason import Value
from verification.sets.indicators import IndicatorSet

# of a place, what is read as in an agency's own list; its other cells stay as they were typed
_FOUND_BY = ("facility_name", "registry_no", "village", "subdistrict", "area_code")
_MOST_ROWS = LAST_ROW - FIRST_ROW + 1


class Converter:
    """Applies one map to one export, for one district; what is wrong is noted in `found`."""

    def __init__(
        self, column_map: ColumnMap, indicators: IndicatorSet, sheets: Mapping[str, ReadSheet], stamp: Stamp,
        names: Mapping[str, str],
    ) -> None:  # fmt: skip
        self._map, self._indicators, self._names = column_map, indicators, names
        self._district = stamp.district
        self._rows_by_text: dict[str, Mapping[str, list[int]]] = {}
        settings = column_map.settings
        self._question, self._of_district = settings.get(QUESTION), settings.get(DISTRICT)
        self._all = {(one.sheet, one.key): one for one in column_map.wishes if one.code == ALL}
        wishes = [one for one in column_map.wishes if one.code != ALL]
        named = [*column_map.wishes, *(one for key, one in settings.items() if key != HEADING_ROW)]
        export = Export(sheets, named, self._heading_row(settings.get(HEADING_ROW)))
        self.found = Converted(stamp, indicators, export, self._question is not None, wishes, column_map.troubles)

    def _heading_row(self, said: MapRow | None) -> int | None:
        if said is None:
            return None
        if said.column.isascii() and said.column.isdecimal() and int(said.column[:9]) < 10**6:
            return int(said.column)
        self._map.troubles.append(self._map.trouble("map_no_row_number", said, "column", text=said.column))
        return None

    def converted(self) -> Converted:
        """Take every field that the map names."""
        groups: dict[tuple[str, str], list[MapRow]] = {}
        for wish in self.found.wishes:
            groups.setdefault((wish.sheet, wish.code), []).append(wish)
        if not self._question:
            for wish in self._all.values():
                self._trouble("map_needs_question_column", wish, "code")
        for (sheet, _), wishes in groups.items():
            with suppress(_Noted):
                if sheet not in BY_CODE:
                    self._take_list(wishes)
                elif self._question:
                    self._take_rows(wishes, self._question)
                else:
                    self._take_columns(wishes)
        for title, sheet_found in self.found.export.sheets.items():
            if sheet_found.rows_used:
                rows = self._rows_of(sheet_found, self._of_district)
                self.found.rows_unused.setdefault(title, []).extend(set(rows) - sheet_found.rows_used)
        return self.found

    def _trouble(self, code: str, wish: MapRow, head: str, /, **values: Value) -> None:
        one = self._map.trouble(code, wish, head, **values)
        if one not in self.found.troubles:
            self.found.troubles.append(one)

    @contextmanager
    def _noting(self, wish: MapRow) -> Iterator[None]:
        """Note what the export has not, with the map's cell that names it. Raises _Noted then."""
        try:
            yield
        except NotInExport as missing:
            self._trouble(missing.reason.code, wish, missing.head, **missing.reason.values)
            raise _Noted from None

    def _sheet(self, wish: MapRow, named: str) -> SourceSheet:
        with self._noting(wish):
            return self.found.export.sheet(named)

    def _column(self, sheet: SourceSheet, wish: MapRow, key: str) -> str:
        with self._noting(wish):
            return sheet.column(wish.column, (wish.sheet, wish.code, key))

    def _rows_of(self, sheet: SourceSheet, of_district: MapRow | None) -> list[int]:
        letter = self._column(sheet, of_district, DISTRICT) if of_district else None
        rows = sheet.rows(letter, self._district, self._names[self._district])
        if of_district and not rows:
            self._trouble("map_no_row_of_district", of_district, "column", district=self._district)
            raise _Noted
        return rows

    # ── a column for each question

    def _take_columns(self, wishes: Sequence[MapRow]) -> None:
        cells: Cells = {}
        for wish in wishes:
            with suppress(_Noted):  # all that is wrong is told at once
                cells |= self._take_column(wish)
        self.found.put(wishes[0].sheet, wishes[0].code, cells)

    def _take_column(self, wish: MapRow) -> Cells:
        if wish.row:
            self._trouble("map_needs_question_column", wish, "row")
            raise _Noted
        sheet = self._sheet(wish, wish.from_sheet)
        letter = self._column(sheet, wish, wish.key)
        rows = self._rows_of(sheet, self._of_district)
        if len(rows) != 1:
            self._trouble("map_not_one_row", self._of_district or wish, "column", rows=len(rows))
            raise _Noted
        return _cells(sheet, rows[0], {wish.key: letter})

    # ── a row for each question

    def _take_rows(self, wishes: Sequence[MapRow], question: MapRow) -> None:
        own = {wish.key: wish for wish in wishes}
        first = next((wish for wish in wishes if wish.row), None)
        if first is None:
            self._trouble("map_row_open", wishes[0], "row")
            raise _Noted
        by_row: dict[tuple[str, str], dict[str, MapRow]] = {}
        for key in self._keys_of(first, own):
            wish = own.get(key, first)
            named = wish if key in own and wish.column else self._all.get((first.sheet, key))
            if named is None:
                self._trouble("map_column_open", wish, "column")
                continue
            by_row.setdefault((wish.from_sheet or first.from_sheet, wish.row or first.row), {})[key] = named
        found: list[Cells] = [{}]
        for (title, row), columns in by_row.items():
            rows = self._rows_said(first, question, title, row, columns)
            found = [*found, *rows] if first.sheet == "Dokumen" else [found[0] | self._one_of(rows, first)]
        once = {tuple((key, str(meant(value))) for key, (value, _) in cells.items()): cells for cells in found}
        for cells in once.values():
            self.found.put(first.sheet, first.code, cells)

    def _keys_of(self, first: MapRow, own: Mapping[str, MapRow]) -> list[str]:
        """Give the fields that are taken: those named for the question, and those named for all that it has."""
        asked = self._indicators.answer_fields.get(first.code) if first.sheet == "Jawaban" else None
        lacks = {"value_before"} if asked and not asked[1].two_years else set()
        return [*own, *(key for sheet, key in self._all if sheet == first.sheet and key not in {*own, *lacks})]

    def _rows_said(
        self, first: MapRow, question: MapRow, title: str, row: str, columns: Mapping[str, MapRow]
    ) -> list[Cells]:  # fmt: skip
        """Give the cells of each row that says a question, for these fields."""
        sheet = self._sheet(first, title)
        asks = self._column(sheet, question, QUESTION)
        letters = {key: self._column(sheet, wish, key)
                   for key, wish in columns.items()}  # fmt: skip
        rows = self._asked(sheet, asks).get(plain(row), [])
        if not rows:
            self._trouble("map_row_missing", first, "row", text=row)
            raise _Noted
        sheet.rows_used |= set(rows)
        return [_cells(sheet, at, letters) for at in rows]

    def _asked(self, sheet: SourceSheet, letter: str) -> Mapping[str, list[int]]:
        """Give the rows by what they say in the column of questions, in plain words."""
        if sheet.title not in self._rows_by_text:
            found: dict[str, list[int]] = {}
            for at in self._rows_of(sheet, self._of_district):
                if text := plain(written(sheet.grid[at].get(letter))):
                    found.setdefault(text, []).append(at)
            self._rows_by_text[sheet.title] = found
        return self._rows_by_text[sheet.title]

    def _one_of(self, rows: Sequence[Cells], first: MapRow) -> Cells:
        """Put the rows of one question together: what several say has to be one thing."""
        cells: Cells = {}
        for key in rows[0]:
            filled = [one[key] for one in rows if is_filled(one[key][0])]
            if len({meant(value) for value, _ in filled}) > 1:
                self._trouble("map_rows_differ", first, "row", places=", ".join(cell for _, cell in filled[:12]))
            cells[key] = (filled or [rows[0][key]])[0]
        return cells

    # ── lists

    def _take_list(self, wishes: Sequence[MapRow]) -> None:
        sheet_name, code = wishes[0].sheet, wishes[0].code
        titles = {wish.from_sheet for wish in wishes if wish.from_sheet}
        for wish in wishes:
            if wish.row:
                self._trouble("map_row_in_a_list", wish, "row")
        if len(titles) > 1:
            self._trouble("map_list_of_several_sheets", wishes[0], "from_sheet", sheets=", ".join(sorted(titles)))
            raise _Noted
        sheet = self._sheet(wishes[0], next(iter(titles), ""))
        of_district = next((wish for wish in wishes if wish.key == DISTRICT), None)
        rows = self._rows_of(sheet, of_district)
        columns = {wish.key: self._column(sheet, wish, wish.key)
                   for wish in wishes if wish.key != DISTRICT}  # fmt: skip
        if len(rows) + sum(map(len, self.found.rows.get(sheet_name, {}).values())) > _MOST_ROWS:
            self._trouble("map_list_too_long", wishes[0], "code", text=sheet_name, limit=_MOST_ROWS)
        elif sheet_name == "Fasilitas":
            self._take_places(wishes[0], sheet, rows, columns)
        else:
            for at in rows:
                self.found.put(sheet_name, code, _cells(sheet, at, columns))

    def _take_places(self, wish: MapRow, sheet: SourceSheet, rows: Sequence[int], columns: Mapping[str, str]) -> None:
        """Take a list of places as an agency's own is taken: sums and shelters are left aside, villages found."""
        if "facility_name" not in columns:
            self._trouble("map_list_without_names", wish, "code")
            return
        number, _, kind = wish.code.partition("/")
        table = OwnTable({}, {at: _without_odd(sheet.grid[at]) for at in rows})
        found_by = {key: columns.get(key) if key in _FOUND_BY else None for key in TAKEN}
        taken = listed_places(table, found_by, (int(number), kind), AreasByName(self._names))
        self.found.shelters += [f"{sheet.title}!{values['cell']}" for _, values in taken.remarks]
        self.found.rows_unused.setdefault(sheet.title, []).extend(set(rows) - set(taken.at))
        village = columns.get("village") or columns["facility_name"]
        for at, row in zip(taken.at, taken.rows, strict=True):
            read = {key: (value, _at(sheet, columns.get(key, village), at)) for key, value in row.items()}
            further = {key: one for key, one in columns.items() if key not in _FOUND_BY}
            self.found.put("Fasilitas", wish.code, read | _cells(sheet, at, further))
        for at in rows:
            odd = {key: one for key, one in columns.items()
                   if key in _FOUND_BY and isinstance(sheet.grid[at].get(one), OddCell)}  # fmt: skip
            self.found.put("Fasilitas", wish.code, _cells(sheet, at, odd))


class _Noted(Exception):
    """What is wrong was written down; nothing more can be said of this part of the map."""


def _at(sheet: SourceSheet, letter: str, row: int) -> str:
    return f"{sheet.title}!{letter}{row}" if sheet.title else f"{letter}{row}"


def _cells(sheet: SourceSheet, at: int, columns: Mapping[str, str]) -> Cells:
    return {key: (sheet.grid[at].get(letter), _at(sheet, letter, at)) for key, letter in columns.items()}


def _without_odd(row: Mapping[str, Cell]) -> Mapping[str, Cell]:
    return {letter: cell for letter, cell in row.items() if not isinstance(cell, OddCell)}
