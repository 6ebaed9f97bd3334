"""Lists of codes and names as people have them, and the encodings they are in."""

from pathlib import Path

import pytest

from server.areas.files import MOST_MEGABYTES, UnusableFile, read_text
from server.areas.names import NameList, read_names

EXPECTED = {"99": "Provinsi Contoh", "99.01": "Kabupaten Contoh, Baru"}


def faults(listed: NameList) -> list[tuple[str, object]]:
    return [(problem.code, problem.values.get("line")) for problem in listed.problems]


@pytest.mark.parametrize("content", [
    'kode,nama\n99,Provinsi Contoh\n99.01,"Kabupaten Contoh, Baru"\n',
    "kode;nama\r\n99;Provinsi Contoh\r\n99.01;Kabupaten Contoh, Baru\r\n",
    "sep=;\n99;Provinsi Contoh\n99.01;Kabupaten Contoh, Baru\n",
    "99\tProvinsi Contoh\n99.01\tKabupaten Contoh, Baru",
    "99;Provinsi Contoh;x;y\n\n;;\n99.01;Kabupaten Contoh, Baru;;\n",
    "99;Provinsi\u00a0Contoh\u200b\n99.01 ; Kabupaten Contoh, Baru\x00\n",
])  # fmt: skip
def test_a_list_is_read_whatever_separates_codes_from_names(content: str) -> None:
    assert read_names(content) == NameList(EXPECTED)


@pytest.mark.parametrize("code", ["99.1", "9901", "99.01.2", "99.01.02.203", "x", ""])
def test_a_code_that_lost_a_zero_is_refused_by_its_line(code: str) -> None:
    listed = read_names(f"kode;nama\n99;Provinsi Contoh\n{code};Kabupaten Contoh\n")
    assert faults(listed) == [("name_without_code", 3)]


def test_where_all_codes_lost_their_zeros_every_line_is_refused() -> None:
    assert faults(read_names("kode;nama\n99.1;Satu\n99.2;Dua\n")) == [
        ("name_without_code", 2),
        ("name_without_code", 3),
    ]


@pytest.mark.parametrize("content", [
    '="99";Provinsi Contoh\r\n="99.01";Kabupaten Contoh, Baru\r\n',  # how a spreadsheet is told that it is text
    "'99,Provinsi Contoh\n'99.01,\"Kabupaten Contoh, Baru\"\n",
    "\ufeffkode\tnama\r\n99\tProvinsi Contoh\r\n99.01\tKabupaten Contoh, Baru\r\n",
    "kode,nama\r99,Provinsi Contoh\r99.01,\"Kabupaten Contoh, Baru\"\r",
    'Kode;"Nama"\n"99";"Provinsi\nContoh"\n"99.01";"Kabupaten Contoh, Baru"',
])  # fmt: skip
def test_a_list_is_read_as_spreadsheets_write_it(content: str) -> None:
    assert read_names(content.removeprefix("\ufeff")) == NameList(EXPECTED)


@pytest.mark.parametrize("cell", ["99,01", "11-Jan", "11/01/2026", "9,901E+11", "99.01.0", "#N/A1"])
@pytest.mark.parametrize("delimiter", [";", "\t", ","])
def test_a_code_that_a_spreadsheet_took_for_something_else_is_refused_by_its_line(cell: str, delimiter: str) -> None:
    rows = [("kode", "nama"), ("99", "Provinsi Contoh"), (cell, "Kabupaten Contoh")]
    content = "\n".join(delimiter.join(row) for row in rows)
    assert faults(read_names(content)) == [("name_without_code", 3)]


def test_where_every_code_has_a_decimal_comma_none_is_taken_for_a_province() -> None:
    listed = read_names("kode;nama\n99,01;Kabupaten Satu\n99,02;Kabupaten Dua\n")
    assert (dict(listed.names), len(listed.problems)) == ({}, 2)


def test_two_names_of_one_code_are_said() -> None:
    assert faults(read_names("99,Satu\n99.01,Dua\n99,Tiga\n99.01,Dua\n")) == [("code_named_twice", 3)]


def test_a_name_that_fits_no_column_is_refused_by_its_line() -> None:
    assert faults(read_names(f"99,{'x' * 201}\n")) == [("name_unusable_in_list", 1)]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_quotation_mark_that_nobody_closes_swallows_no_lines(separator: str) -> None:
    lines = (("99", "Provinsi"), ("99.01", '"Kabupaten'), ("99.01.01", "Kecamatan"), ("99.01.02", "Kecamatan Dua"))
    (problem,) = read_names("\n".join(separator.join(line) for line in lines)).problems
    assert (problem.code, problem.values) == ("table_quotes_wrong", {"row": 2})


def test_a_code_without_a_name_names_nothing() -> None:
    assert read_names("99,\n99.01,Kabupaten Contoh\n") == NameList({"99.01": "Kabupaten Contoh"})


@pytest.mark.parametrize("content", ["", "\n\n", "kode\n99\n99.01\n", "<html>", f'99,"{"x" * 200_000}'])
def test_what_is_no_list_of_codes_and_names(content: str) -> None:
    assert faults(read_names(content)) == [("names_not_csv", None)]


@pytest.mark.parametrize("encoding, said", [("cp1252", "Windows-1252"), ("utf-16", "UTF-16")])
def test_an_encoding_that_is_not_utf_8_is_said(tmp_path: Path, encoding: str, said: str) -> None:
    file = tmp_path / "names.csv"
    file.write_bytes("99,Provinsi\n99.01,Kabupatén\n".encode(encoding))
    with pytest.raises(UnusableFile) as caught:
        read_text(file)
    assert (caught.value.reason.code, caught.value.reason.values["encoding"]) == ("not_utf8", said)
    if said != "UTF-16":
        assert caught.value.reason.values["line"] == 2


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04\xff", b"\x1f\x8b\x08\xff", b"\x00\x00\x27\x0a\xff", b"\xd0\xcf\x11\xe0\xa1"]
)
def test_what_is_no_text_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "areas.geojson").write_bytes(content)
    with pytest.raises(UnusableFile) as caught:
        read_text(tmp_path / "areas.geojson")
    assert caught.value.reason.code == "not_text"


def test_a_mark_of_utf_8_is_no_part_of_the_first_code(tmp_path: Path) -> None:
    file = tmp_path / "names.csv"
    file.write_bytes(b"\xef\xbb\xbf99;Provinsi Contoh\n")
    assert read_names(read_text(file)).names == {"99": "Provinsi Contoh"}


def test_a_file_that_would_fill_the_memory_is_not_opened(tmp_path: Path) -> None:
    file = tmp_path / "areas.geojson"
    with file.open("wb") as sparse:
        sparse.truncate((MOST_MEGABYTES + 1) * 1_000_000)
    with pytest.raises(UnusableFile) as caught:
        read_text(file)
    assert caught.value.reason.code == "file_too_large"
