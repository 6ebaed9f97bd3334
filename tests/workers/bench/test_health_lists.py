"""Public lists of health facilities, made up here, become two lists that matching is scored on."""

import csv
import json
from pathlib import Path

import pytest
from openpyxl import Workbook

from workers.bench.health_lists import write_lists
from workers.bench.linking import bench_linking

HEAD = ["kode_prov", "name_prov", "kode_faskes", "jenis_faskes", "nama_faskes", "alamat_faskes", "lat_", "long_"]
FACILITIES = [
    ["99", "UTARA", "P9901010101", "PUSKESMAS", "SATU", "Jl. Contoh,  Kec. Satu", "-5.001", "110.001"],
    ["99", "UTARA", "P9901020101", "PUSKESMAS", "DUA", "Jl. Contoh,  Kec. Dua", "-5.201", "110.201"],
    ["99", "UTARA", "R9901011", "RUMAH SAKIT", "RS Umum Melati", "Jl. Contoh", "-5.2", "110.2"],
]
BEDS = """nama,kode_rs,lokasi.lat,lokasi.lon
RSU MELATI ,9901011, -5.20010000, 110.20010000
RS TANPA TITIK,9901022,-2.4185588,108.4919086
RS DI LUAR,9901033,0,0
RS TANPA NOMOR,x,-5.1,110.1
"""
PAGES = {"9901011": {"nama": "RS Melati", "lat": "-5.2002", "lon": "110.2"}, "9901044": {"nama": "RS Kosong"}}
BEFORE = """\ufeffid;name;regency_name;province_name;regency_id
1;SATU;Contoh;Utara;9901
2;PUSKESMAS DUA;Contoh;Utara;9901
"""
NOW = """kode_kab,kode_instansi,unit_kerja
7,1,PUSKESMAS SATU
7,3,PUSKESMAS BARU
8,4,PUSKESMAS ENTAH
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    book = Workbook()
    for row in [HEAD, *FACILITIES]:
        book.worksheets[0].append(row)
    book.save(tmp_path / "akirawisnu.xlsx")
    (tmp_path / "zakiego.csv").write_text(BEDS, encoding="utf-8")
    (tmp_path / "cekdiri.json").write_text(json.dumps(PAGES), encoding="utf-8")
    (tmp_path / "riansap.csv").write_text(BEFORE, encoding="utf-8")
    (tmp_path / "ubunteroz.csv").write_text(NOW, encoding="utf-8")
    write_lists(tmp_path)
    return tmp_path


def rows(path: Path, *fields: str) -> list[tuple[str, ...]]:
    with path.open(newline="", encoding="utf-8") as file:
        return [tuple(row[field] for field in fields) for row in csv.DictReader(file)]


def test_a_hospital_lies_in_the_subdistrict_of_the_nearest_health_centre(folder: Path) -> None:
    assert rows(folder / "hospitals-earlier.csv", "number", "district", "subdistrict", "name") == [
        ("9901010101", "CONTOH", "Satu", "Puskesmas SATU"), ("9901020101", "CONTOH", "Dua", "Puskesmas DUA"),
        ("9901011", "CONTOH", "Dua", "RS Umum Melati"),
    ]  # fmt: skip


def test_what_has_no_number_or_no_point_of_its_own_is_no_visit(folder: Path) -> None:
    assert rows(folder / "hospitals-later.csv", "list", "number", "lat") == [
        ("2021-09", "9901011", "-5.20010000"), ("2021-06", "9901011", "-5.2002"),
    ]  # fmt: skip


def test_a_list_with_districts_of_its_own_is_laid_beside_the_other_by_what_both_have(folder: Path) -> None:
    assert rows(folder / "centres-earlier.csv", "number", "name") == [("1", "Puskesmas SATU"), ("2", "PUSKESMAS DUA")]
    assert rows(folder / "centres-later.csv", "number", "province", "district") == [
        ("1", "UTARA", "CONTOH"), ("3", "UTARA", "CONTOH"),
    ]  # fmt: skip


def test_matching_is_scored_on_them(folder: Path) -> None:
    lists = folder / "hospitals-earlier.csv", folder / "hospitals-later.csv"
    scored = bench_linking(*lists, lambda *_, **__: None)[0]
    assert (scored.pairs, scored.automatic, scored.wrong) == (2, 1.0, 0)
