"""Maps of columns and exports that something is odd about: names, rows, cells, sheets, files."""

import random
from collections.abc import Mapping
from typing import Any

from tests.fuzz.odd_workbooks import TEXTS
from tests.support.exports import Claimed, Table, as_book, as_text, by_district, by_question, the_map
from tests.support.workbooks import DISTRICT

KEYS = (
    ("Cara baca", "", "kolom pertanyaan"), ("Cara baca", "", "kolom kabupaten/kota"), ("Cara baca", "", "baris judul"),
    ("Klaim", "*", "Poin mandiri"), ("Jawaban", "*", "Tahun data"), ("Jawaban", "*", "Tahun sebelumnya"),
    ("Dokumen", "*", "Judul"), ("Klaim", "1", "Poin mandiri"), ("Klaim", "17", "Poin mandiri"),
    ("Jawaban", "9b1", "Tahun data"), ("Jawaban", "9b1", "Tahun sebelumnya"), ("Jawaban", "1a1", "Tahun data"),
    ("Jawaban", "8a2", "Tahun data"), ("Dokumen", "1a", "Nomor dokumen"), ("Dokumen", "1a", "Tanggal"),
    ("Fasilitas", "17/pojok_asi", "Nama tempat"), ("Fasilitas", "17/pojok_asi", "Desa/kelurahan"),
    ("Fasilitas", "17/pojok_asi", "Lintang"), ("Fasilitas", "17/pojok_asi", "Bujur"),
    ("Fasilitas", "13/lksa", "Nama tempat"), ("Kebijakan", "", "Judul"), ("Anggaran", "", "Klaster"),
    ("Rapat", "", "kolom kabupaten/kota"),
)  # fmt: skip
COLUMNS = ("Kode", "Butir", "Nilai", "Nama", "B", "C", "ZZ", "kolom D", "kolom zzz", "kolom", "2", "0", "-1", "9" * 40)
CELLS = ("Kode", "Butir", "Nilai", "Nama", "satu", "dua", DISTRICT, 99.01, 9901, "99.02", "Rumah Aman X", "Jumlah",
         True, 0.5, -3, 10**18, "12,5", "1.250", "ya", "31/12/2025")  # fmt: skip


def an_odd_export(seed: int) -> tuple[bytes, bool, bytes, bool]:
    """Make the export and the map of a seed, each with whether it is a text: always the same of the same."""
    chance = random.Random(seed)
    sheets, rows = _nearly_right(chance) if chance.random() < 0.6 else _wild(chance)
    for _ in range(chance.choice((0, 0, 1, 3))):
        row = chance.choice(rows)
        row[chance.randrange(len(row))] = chance.choice(TEXTS)
    export, export_is_text = _file(chance, sheets)
    peta, is_text = _file(chance, {"Peta": rows})
    return export, export_is_text, peta, is_text


def _nearly_right(chance: random.Random) -> tuple[dict[str, Table], Table]:
    """Make an export that goes with its map, with a few odd cells."""
    values = [{"value": _cell(chance), "value_before": _cell(chance)} for _ in range(2)]
    keys = ("facility_name", "village", "lat", "lon")
    places: list[Mapping[str, Any]] = [{key: _cell(chance) for key in keys} for _ in range(chance.randint(0, 3))]
    claimed = Claimed({("Klaim", "1"): {"self_score": _cell(chance)}, ("Jawaban", "9b1"): values[0],
                       ("Jawaban", "18a1"): values[1]}, places)  # fmt: skip
    sheets, named = chance.choice((by_district, by_question))(claimed)
    return sheets, the_map(named)


def _wild(chance: random.Random) -> tuple[dict[str, Table], Table]:
    sheets = {title: _table(chance) for title in chance.sample(["Rekap", "Nilai", "Tempat"], chance.randint(1, 3))}
    named = {key: _said(chance) for key in chance.sample(KEYS, chance.randint(0, 8))}
    return sheets, the_map(named)


def _table(chance: random.Random) -> Table:
    width = chance.randint(1, 6)
    rows = [[_cell(chance) for _ in range(width)] for _ in range(chance.randint(0, 8))]
    if chance.random() < 0.8:
        rows.insert(0, [*chance.sample(COLUMNS[:4], min(4, width)), *("x" for _ in range(width - 4))])
    return rows


def _cell(chance: random.Random) -> Any:
    return chance.choice(CELLS) if chance.random() < 0.7 else chance.choice(TEXTS)[:300]


def _said(chance: random.Random) -> tuple[Any, ...]:
    row = chance.choice(("", "", "satu", "dua", "tiga", chance.choice(TEXTS)[:300]))
    return chance.choice((*COLUMNS, *COLUMNS[:4] * 3)), row, chance.choice(("", "", "", "Rekap", "Nilai", "?"))


def _file(chance: random.Random, sheets: dict[str, Table]) -> tuple[bytes, bool]:
    is_text = chance.random() < 0.3
    table = next(iter(sheets.values()))
    content = bytearray(as_text(table, chance.choice(";,\t")) if is_text else as_book(**sheets))
    if chance.random() < 0.1 and content:
        for _ in range(chance.choice((1, 5, 50))):
            content[chance.randrange(len(content))] = chance.randrange(256)
    if chance.random() < 0.05:
        return bytes(content[: len(content) // 2]), is_text
    return bytes(content), is_text if chance.random() < 0.95 else not is_text
