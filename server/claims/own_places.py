"""Rows for the sheet of places from an agency's own list: schools, early childhood education, health posts."""

from collections.abc import Mapping

from server.claims.grids import Grid
from server.claims.own_table import OwnTable, UnusableTable, find_table, is_sum, one_column, words_of_headings
from server.claims.taken import AreasByName, TakenRows
from server.words import catalogue
from verification.claim_form.cells import Cell, Row, clean
from verification.model import Level, level_of, subdistrict_of
from verification.places.kinds import names_a_shelter
from verification.sets.indicators import Indicator

TAKEN = ("facility_name", "registry_no", "village", "subdistrict", "area_code", "lat", "lon")
_LONGEST = 300


def take_places(
    grid: Grid, indicator: Indicator, kind: str | None, said: Mapping[str, str], areas: AreasByName
) -> TakenRows:
    """Take an indicator's places from a list; `said` are columns that somebody named.

    Raises UnusableTable where the column of names cannot be told, or of which of several kinds the places are.
    """
    kinds = indicator.facility_kinds
    if (kind is None and len(kinds) > 1) or (kind and kind not in kinds):
        raise UnusableTable("table_kind_open", indicator=indicator.number, kinds=",".join(kinds))
    keys = words_of_headings()["place"]
    table = find_table(grid, keys, "facility_name", "registry_no")
    columns = {one: said.get(one) or one_column(table, keys[one], one) for one in TAKEN}
    if columns["facility_name"] is None:
        raise UnusableTable("table_column_missing", field="facility_name")
    return listed_places(table, columns, (indicator.number, kind or kinds[0]), areas)


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
            continue
        if names_a_shelter(name):
            taken.remarks.append(("claims.table_shelter", {"cell": f"{columns['facility_name']}{number}"}))
            continue
        taken.read += 1
        village = areas.find(cells["area_code"], cells["village"], cells["subdistrict"])
        village = village if village and level_of(village) is Level.VILLAGE else None
        place: dict[str, Cell] = {"indicator": number_of, "kind": shown, "facility_name": name[:_LONGEST]}
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
