"""Rows for the sheet of breakdowns from an agency's own table: by area and by age, never by both at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from server.claims.choices import names_of_choices
from server.claims.own_table import (
    OwnTable,
    UnusableTable,
    age_meant,
    count_meant,
    find_table,
    is_sum,
    one_column,
    words_of_headings,
)
from server.claims.sheet import ReadSheet
from server.claims.taken import AreasByName, TakenRows
from verification.claim_form.cells import Cell, Row
from verification.claim_form.choices import CHOICES
from verification.model import Level, level_of, subdistrict_of
from verification.sets.breakdowns import Breakdown
from verification.sets.indicators import IndicatorSet


@dataclass(frozen=True)
class _Column:
    """A column of numbers: of which age, where its heading says one."""

    letter: str
    age: str | None


@dataclass
class _Sums:
    """What is counted for one breakdown, by area and by age; and what the table itself says it adds up to."""

    by_area: dict[str, int] = field(default_factory=dict)
    by_age: dict[str, int] = field(default_factory=dict)
    said: int | None = None


def take_numbers(
    sheet: ReadSheet, codes: Mapping[str, str | None], indicators: IndicatorSet, areas: AreasByName
) -> TakenRows:
    """Take the numbers of breakdowns (codes, each with the column it was said to be in) from a table.

    Raises UnusableTable where the rows' column, or a number's, cannot be told.
    """
    keys = words_of_headings()["rows"]
    table, by_age = _table_by(sheet, keys)
    columns = {code: _columns(table, code, letter) for code, letter in codes.items()}
    key = one_column(table, keys["age" if by_age else "subdistrict"], "age" if by_age else "subdistrict")
    village = None if by_age else one_column(table, keys["village"], "village")
    coded = None if by_age else one_column(table, keys["area_code"], "area_code")
    fields = ("age" if by_age else "subdistrict", "village", "area_code")
    used = [(one, letter) for one, letter in zip(fields, (key, village, coded), strict=True) if letter]
    taken = TakenRows(table, [*used, *((code, one.letter) for code, found in columns.items() for one in found)])
    sums = {code: _Sums() for code in codes}
    if by_age:
        _by_age(table, key or "", columns, sums, taken)
    else:
        _by_area(table, (key, village, coded), columns, sums, areas, taken)
    names = names_of_choices(indicators)["age"]
    for code, found in sums.items():
        breakdown = indicators.breakdowns[code]
        taken.rows += _rows(breakdown, found, areas, names, taken)
        total = sum((found.by_age if by_age else found.by_area).values())
        if found.said is not None and found.said != total:
            taken.remarks.append(("claims.table_sum", {"code": code, "said": found.said, "counted": total}))
    return taken


def _table_by(sheet: ReadSheet, keys: Mapping[str, list[str]]) -> tuple[OwnTable, bool]:
    """Find the table by its column of areas, else by that of ages."""
    for wanted in ("subdistrict", "village", "age"):
        try:
            return find_table(sheet, keys, wanted), wanted == "age"
        except UnusableTable:
            continue
    raise UnusableTable("table_without_heading", wanted=", ".join((*keys["subdistrict"][:3], *keys["age"][:2])))


def _columns(table: OwnTable, code: str, letter: str | None) -> list[_Column]:
    """Find the column that a breakdown's numbers are in, or its columns of single ages. Raises UnusableTable."""
    if letter is not None:
        return [_Column(letter, None)]
    wanted = words_of_headings()["numbers"].get(code)
    if wanted is None:
        raise UnusableTable("table_column_missing", field=code)
    asked = (wanted.get("sex"), wanted.get("certificate", False))
    found = [_Column(one.letter, _age_of(one.shown)) for one in table.headings.values()
             if _speaks_of(one.plain) == asked]  # fmt: skip
    whole, aged = [one for one in found if one.age is None], [one for one in found if one.age is not None]
    if not whole and not aged:
        raise UnusableTable("table_column_missing", field=code)
    if len(whole) > 1 or (not whole and _overlap([str(one.age) for one in aged])):
        raise UnusableTable("table_column_twice", field=code, columns=", ".join(one.letter for one in found))
    return whole or aged


def _overlap(ages: Sequence[str]) -> bool:
    """Tell whether some children would be counted twice: one age in two columns, or single ages beside bands."""
    return len(set(ages)) < len(ages) or len({"-" in age for age in ages}) > 1


def _speaks_of(heading: str) -> tuple[str | None, bool] | None:
    """Tell of which sex, and whether with a certificate, a column's numbers are; None of one that is of neither."""
    words = words_of_headings()["words"]
    said = {name for name, ways in words.items() if any(f" {way} " in f" {heading} " for way in ways)}
    if "share" in said or "lacking" in said:
        return None
    certificate, sexes = "certificate" in said, said & {"male", "female"}
    if len(sexes) == 1:  # "Jumlah anak laki-laki" counts boys; a column of both says both, or neither
        return sexes.pop(), certificate
    return (None, certificate) if "total" in said or sexes else None


def _age_of(shown: str) -> str | None:
    ages = [age for part in shown.split(" › ") if (age := age_meant(part)) is not None]
    return ages[0] if ages else None


def _by_age(
    table: OwnTable, key: str, columns: Mapping[str, list[_Column]], sums: Mapping[str, _Sums], taken: TakenRows
) -> None:
    for number, row in table.rows.items():
        age = age_meant(row.get(key))
        for code, found in columns.items():
            counted = _counted(row, found, number, taken)
            if age in CHOICES["age"] and counted is not None:
                sums[code].by_age[str(age)] = sums[code].by_age.get(str(age), 0) + counted
            elif age is None and is_sum(row.get(key)):
                sums[code].said = counted
        if age in CHOICES["age"]:
            taken.read += 1
        elif age is None and is_sum(row.get(key)):
            taken.sums.append(number)
        elif key in row:
            taken.unknown.append((number, f"{key}{number}"))


def _by_area(
    table: OwnTable, keys: tuple[str | None, str | None, str | None], columns: Mapping[str, list[_Column]],
    sums: Mapping[str, _Sums], areas: AreasByName, taken: TakenRows,
) -> None:  # fmt: skip
    key, village, coded = keys
    parent: Cell = None
    for number, row in table.rows.items():
        here, place = row.get(key) if key else None, row.get(village) if village else None
        parent = here if here is not None and not _adds_up(here, areas) else parent
        area = areas.find(row.get(coded) if coded else None, place, here if village is None else parent)
        if area is None or (village is not None and level_of(area) is not Level.VILLAGE):
            _no_area(number, row, (here, place), columns, sums, taken, key or village or "")
            continue
        taken.read += 1
        for code, found in columns.items():
            counted = _counted(row, found, number, taken)
            if counted is not None:
                where = subdistrict_of(area)
                sums[code].by_area[where] = sums[code].by_area.get(where, 0) + counted
            for one in found:
                if one.age is not None and (value := _count(row, one, number, taken)) is not None:
                    sums[code].by_age[one.age] = sums[code].by_age.get(one.age, 0) + value


def _adds_up(here: Cell, areas: AreasByName) -> bool:
    return areas.find(None, None, here) is None and is_sum(here)


def _no_area(
    number: int, row: Mapping[str, Cell], named: tuple[Cell, Cell], columns: Mapping[str, list[_Column]],
    sums: Mapping[str, _Sums], taken: TakenRows, key: str,
) -> None:  # fmt: skip
    """Note a row that is of no one area: the sum of all, of a subdistrict's villages, or of one that nobody knows."""
    here, place = named
    if is_sum(here) or (here is None and place is None and any(is_sum(one) for one in row.values())):
        taken.sums.append(number)
        for code, found in columns.items():
            sums[code].said = _counted(row, found, number, taken)
    elif is_sum(place) or (place is None and taken.by_village and here is not None):
        taken.sums.append(number)
    elif here is not None or place is not None:
        taken.unknown.append((number, f"{key}{number}"))


def _counted(row: Mapping[str, Cell], columns: list[_Column], number: int, taken: TakenRows) -> int | None:
    counts = [_count(row, one, number, taken) for one in columns if one.age is None or one.age in CHOICES["age"]]
    known = [one for one in counts if one is not None]
    return sum(known) if known else None


def _count(row: Mapping[str, Cell], column: _Column, number: int, taken: TakenRows) -> int | None:
    try:
        return count_meant(row.get(column.letter))
    except ValueError:
        taken.bad.add(f"{column.letter}{number}")
        return None


def _rows(
    breakdown: Breakdown, sums: _Sums, areas: AreasByName, ages: Mapping[str, str], taken: TakenRows
) -> Iterator[Row]:
    named = f"{breakdown.label['id']} ({breakdown.code})"
    for area, count in sorted(sums.by_area.items()):
        if "area" in breakdown.by:
            yield {"breakdown": named, "area": f"Kec. {areas.names[area]} ({area})", "value": count}
    for age, count in sums.by_age.items():
        if "age" not in breakdown.by or age not in CHOICES["age"]:
            taken.remarks.append(("claims.table_age_unused", {"age": age}))
        else:
            yield {"breakdown": named, "age": ages[age], "value": count}
