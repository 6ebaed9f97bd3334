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


def test_a_name_that_fits_no_column_is_refused_by_its_line() -> None:
    assert faults(read_names(f"99,{'x' * 201}\n")) == [("name_unusable_in_list", 1)]


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
