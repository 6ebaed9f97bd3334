"""`tilik benchmarks`: the country's numbers are listed with those that are lacking, stated, taken away."""

import json

from tests.support.cli import printed, said

STATE = ("benchmarks", "state", "gizi_buruk", "2024", "1,5", "--source", "Lembaga rekaan")


def numbers_of(code: str) -> list[tuple[str, str]]:
    asked = json.loads(printed("benchmarks", "list", "--json"))
    return [(found["year"], found["value"]) for one in asked if one["code"] == code for found in one["numbers"]]


def test_a_number_is_stated_listed_and_taken_away() -> None:
    assert "Belum ada angka" in printed("benchmarks", "list") and numbers_of("gizi_buruk") == []
    assert "Angka nasional dicatat." in said(0, *STATE)
    assert "persis begitu" in said(0, *STATE)
    assert "2024: 1,5 (Lembaga rekaan); dinyatakan" in printed("benchmarks", "list")
    assert numbers_of("gizi_buruk") == [("2024", "1,5")]
    assert "ditarik" in said(0, "benchmarks", "withdraw", "gizi_buruk", "2024")
    assert "Tidak ada angka nasional" in said(1, "benchmarks", "withdraw", "gizi_buruk", "2024")
    assert numbers_of("gizi_buruk") == []


def test_what_cannot_be_meant_is_refused() -> None:
    assert "bukan angka yang diminta" in said(1, "benchmarks", "state", "akbb", "2024", "1", "--source", "x")
    assert "tidak terbaca sebagai angka" in said(1, "benchmarks", "state", "akb", "2024", "1.234", "--source", "x")
