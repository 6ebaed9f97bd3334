"""What another application might export of a filled claim form, in either shape, and the map that goes with it."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from openpyxl import Workbook, load_workbook

from server.claims.map_sheet import empty_map
from server.words import catalogue
from tests.support.builders import INDICATORS
from tests.support.workbooks import DISTRICT

Table = list[list[Any]]
Field = tuple[str, str, str]  # sheet, code, what the map calls the field
ANSWER = {"value": "Tahun data", "value_before": "Tahun sebelumnya", "data_date": "Tanggal data"}
DOCUMENT = {"document_number": "Nomor dokumen", "dated": "Tanggal", "title": "Judul"}
SCORE = {"self_score": "Poin mandiri"}
PLACE = {"facility_name": "Nama tempat", "registry_no": "Nomor registrasi", "village": "Desa/kelurahan",
         "since_year": "Mulai tahun", "lat": "Lintang", "lon": "Bujur"}  # fmt: skip
FIELDS: Mapping[str, Mapping[str, str]] = {"Klaim": SCORE, "Jawaban": ANSWER, "Dokumen": DOCUMENT}
NOT_OURS = "Nama anak rekaan"  # stands in columns that no map names


@dataclass(frozen=True)
class Claimed:
    """What is claimed: cells by sheet and code, as an officer would type them; and places of 17."""

    fields: Mapping[tuple[str, str], Mapping[str, Any]]
    places: list[Mapping[str, Any]] = field(default_factory=list)


@cache
def _empty(language: str) -> tuple[tuple[Any, ...], ...]:
    book = load_workbook(io.BytesIO(empty_map(INDICATORS, catalogue(language))))
    return tuple(book.worksheets[0].iter_rows(values_only=True))


def the_map(filled: Mapping[Field, tuple[Any, ...]], language: str = "id") -> Table:
    """Fill in rows of the empty map, and leave the others out: column, row and sheet by (sheet, code, field)."""
    head, *rows = _empty(language)
    known = {(row[0], row[1] or "", row[2]): row for row in rows}
    return [list(head), *([*known[one][:4], *said] for one, said in filled.items())]


def as_book(**sheets: Table) -> bytes:
    """Write tables as a workbook, a sheet each."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for at, row in enumerate(rows, start=1):
            for column, value in enumerate(row, start=1):
                if value not in ("", None):
                    cell = sheet.cell(at, column, value)
                    cell.data_type = "s" if isinstance(value, str) else cell.data_type  # "=1" stays a text
                    cell.number_format = "dd/mm/yyyy" if isinstance(value, datetime) else cell.number_format
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def as_text(rows: Table, separator: str = ";") -> bytes:
    """Write a table as a CSV with semicolons and decimal commas."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=separator, lineterminator="\r\n")
    for row in rows:
        writer.writerow(map(_in_a_csv, row))
    return file.getvalue().encode()


def _in_a_csv(value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y}"
    return str(value).replace(".", ",") if isinstance(value, float) else value


def by_district(claimed: Claimed) -> tuple[dict[str, Table], dict[Field, tuple[Any, ...]]]:
    """Write an export of a row for each district, of which one is ours, and how its map is filled in."""
    cells = [(sheet, code, key, value) for (sheet, code), said in claimed.fields.items() for key, value in said.items()]
    head = ["No", "Kode wilayah", NOT_OURS, *(f"{code} {FIELDS[sheet][key]}" for sheet, code, key, _ in cells)]
    rows: Table = [["Rekap (rekaan)"], head, [1, "99.02", "BUKAN-A", *("x" for _ in cells)],
                   [2, DISTRICT, "BUKAN-B", *(value for *_, value in cells)]]  # fmt: skip
    named: dict[Field, tuple[Any, ...]] = {("Cara baca", "", "kolom kabupaten/kota"): ("kode wilayah",)}
    for sheet, code, key, _ in cells:
        named[sheet, code, FIELDS[sheet][key]] = (f"{code} {FIELDS[sheet][key]}",)
    return _with_places({"Rekap": rows}, named, claimed)


def by_question(claimed: Claimed) -> tuple[dict[str, Table], dict[Field, tuple[Any, ...]]]:
    """Write an export of a row for each question, and how its map is filled in."""
    keys = [*SCORE, *ANSWER, *DOCUMENT]
    rows: Table = [["Pertanyaan", *keys, NOT_OURS]]
    named: dict[Field, tuple[Any, ...]] = {("Cara baca", "", "kolom pertanyaan"): ("Pertanyaan",)}
    for (sheet, code), said in claimed.fields.items():
        rows.append([f"{sheet}: butir {code}", *(said.get(key, "") for key in keys), "BUKAN-C"])
        first = next(iter(FIELDS[sheet].values()))
        named[sheet, code, first] = ("", f"{sheet.upper()} butir {code}")
    rows.append(["butir lain", *("x" for _ in keys), "BUKAN-D"])
    for sheet, fields in FIELDS.items():
        if any(one == sheet for one, _ in claimed.fields):
            named |= {(sheet, "*", name): (key,) for key, name in fields.items()}
    return _with_places({"Nilai": rows}, named, claimed)


def _with_places(
    sheets: dict[str, Table], named: dict[Field, tuple[Any, ...]], claimed: Claimed
) -> tuple[dict[str, Table], dict[Field, tuple[Any, ...]]]:
    if claimed.places:
        sheets["Pojok ASI"] = [list(PLACE.values()), *([one.get(key, "") for key in PLACE] for one in claimed.places)]
        for name in PLACE.values():
            named["Fasilitas", "17/pojok_asi", name] = (name, "", "Pojok ASI")
    return sheets, named
