"""Rows for the sheet of places from an agency's own list: schools, early childhood education, health posts."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from server.claims.own_table import OwnTable, UnusableTable, find_table, is_sum, one_column, words_of_headings
from server.claims.sheet import ReadSheet
from server.claims.taken import AreasByName, TakenRows
from server.words import catalogue
from verification.claim_form.cells import Cell, OddCell, Row, clean
from verification.claim_form.form import FormProblem
from verification.claim_form.row import FormRow
from verification.model import Level, level_of, subdistrict_of
from verification.places.kinds import names_a_shelter
from verification.reason import Reason
from verification.sets.indicators import Indicator

TAKEN = ("facility_name", "registry_no", "village", "subdistrict", "area_code", "lat", "lon")
FEW = 3  # numbers of one length: fewer say nothing of the others


def take_places(
    sheet: ReadSheet, indicator: Indicator, kind: str | None, said: Mapping[str, str], areas: AreasByName
) -> TakenRows:
    """Take an indicator's places from a list; `said` are columns that somebody named.

    Raises UnusableTable where the column of names cannot be told, or of which of several kinds the places are.
    """
    kinds = indicator.facility_kinds
    if (kind is None and len(kinds) > 1) or (kind and kind not in kinds):
        raise UnusableTable("table_kind_open", indicator=indicator.number, kinds=",".join(kinds))
    keys = words_of_headings()["place"]
    table = find_table(sheet, keys, "facility_name", "registry_no")
    columns = {one: said.get(one) or one_column(table, keys[one], one) for one in TAKEN}
    if columns["facility_name"] is None:
        raise UnusableTable("table_column_missing", field="facility_name")
    rows, unreadable = _readable(table, columns)
    taken = listed_places(replace(table, rows=rows), columns, (indicator.number, kind or kinds[0]), areas)
    told = {number for number, _, _ in unreadable}
    taken.nameless = [number for number in taken.nameless if number not in told]
    taken.unreadable = [(f"{letter}{number}", reason) for number, letter, reason in unreadable]
    taken.short = _shorter(rows, columns["registry_no"])
    return taken


def _readable(
    table: OwnTable, columns: Mapping[str, str | None]
) -> tuple[dict[int, Mapping[str, Cell]], list[tuple[int, str, Reason]]]:
    """Give the rows without the cells that hold no value for their column, and those with what is wrong of each.

    A date is no name, and 2.01E+07 no registry number. Coordinates are left to the form, which knows more notations.
    """
    rows: dict[int, Mapping[str, Cell]] = {}
    wrong: list[tuple[int, str, Reason]] = []
    for number, row in table.rows.items():
        kept = dict(row)
        for field, letter in columns.items():
            if letter and letter in kept and (reason := _against(field, kept[letter])):
                wrong.append((number, letter, reason))
                del kept[letter]
        rows[number] = kept
    return rows, wrong


def _against(field: str, cell: Cell) -> Reason | None:
    """Say what speaks against a cell, as it would be said in the form."""
    problems: list[FormProblem] = []
    row = FormRow("Fasilitas", 1, {"facility_name": cell, "registry_no": cell}, problems)
    if field == "registry_no":
        row.registry_number("registry_no")
    elif field == "facility_name" or isinstance(cell, OddCell):
        row.text("facility_name")
    return problems[0].reason if problems else None


def _shorter(rows: Mapping[int, Mapping[str, Cell]], letter: str | None) -> list[str]:
    """Name the registry numbers that are shorter than most: a spreadsheet drops the zeros that numbers begin with."""
    cells = {number: row.get(letter) for number, row in rows.items()} if letter else {}
    digits = {number: text for number, cell in cells.items() if (text := _digits(cell)).isdecimal()}
    lengths = Counter(map(len, digits.values()))
    usual, often = lengths.most_common(1)[0] if lengths else (0, 0)
    if often < FEW or often * 2 <= lengths.total():
        return []
    return [f"{letter}{number}" for number, text in digits.items() if len(text) < usual]


def listed_places(
    table: OwnTable, columns: Mapping[str, str | None], listed_as: tuple[int, str], areas: AreasByName
) -> TakenRows:
    """Take the places of a list whose columns are known, as those of an indicator (its number) and kind."""
    number_of, code = listed_as
    taken = TakenRows(table, [(one, letter) for one, letter in columns.items() if letter])
    shown = f"{catalogue('id').say(f'kind.{code}')} ({code})"
    for number, row in table.rows.items():
        cells = {one: row.get(letter) if letter else None for one, letter in columns.items()}
        name = clean(str(cells["facility_name"] if cells["facility_name"] is not None else ""))
        if not name or (is_sum(name) and cells["village"] is None and cells["registry_no"] is None):
            if name or any(is_sum(value) for value in row.values() if isinstance(value, str)):
                taken.sums.append(number)
            elif any(value is not None for value in cells.values()):
                taken.nameless.append(number)
            continue
        if names_a_shelter(name):
            taken.remarks.append(("claims.table_shelter", {"cell": f"{columns['facility_name']}{number}"}))
            continue
        taken.read += 1
        village = areas.find(cells["area_code"], cells["village"], cells["subdistrict"])
        village = village if village and level_of(village) is Level.VILLAGE else None
        place: dict[str, Cell] = {"indicator": number_of, "kind": shown, "facility_name": name}
        taken.at.append(number)
        taken.rows.append({**place, **_further(cells, village, areas)})
        if village is None:
            taken.unknown.append((number, f"{columns['village'] or columns['facility_name']}{number}"))
    return taken


def _further(cells: Mapping[str, Cell], village: str | None, areas: AreasByName) -> Row:
    """Give a place's number, village and point; a village that nobody knows as it stands, to be put right there."""
    named: Cell = ", ".join(clean(str(cells[key])) for key in ("village", "subdistrict") if cells[key] is not None)
    if village:
        named = f"{areas.names[village]}, Kec. {areas.names.get(subdistrict_of(village), '–')} ({village})"
    point = {key: cells[key] for key in ("lat", "lon") if cells["lat"] is not None and cells["lon"] is not None}
    number = cells["registry_no"]
    return {"registry_no": None if number is None else _digits(number), "village": named or None, **point}


def _digits(number: Cell) -> str:
    """Write a registry number as a text: a spreadsheet's number would lose nothing here, but a later one might."""
    whole = isinstance(number, float) and number.is_integer()
    return clean(str(int(number) if whole and isinstance(number, float) else number))
