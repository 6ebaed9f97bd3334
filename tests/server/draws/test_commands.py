"""Drawing at the terminal does what the page does."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.support.acts import written_down
from tests.support.assigning import PART
from tests.support.cli import said
from tests.support.drawing import DrawField, a_draw_field
from tests.support.planning import DAY

HERE = ("--round", PART[0], "--district", PART[1])


@pytest.fixture
def field(district: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[DrawField]:
    """A district's database, as the one that the commands are told of."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TILIK_DATABASE_URL", district.url.render_as_string(hide_password=False))
    yield a_draw_field(district)


def test_lqas_of_a_list_shorter_than_its_visits_is_told_as_the_whole_list(
    district: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TILIK_DATABASE_URL", district.url.render_as_string(hide_password=False))
    team = str(a_draw_field(district, 9).team)
    wish = ("--indicator", "17", "--design", "LQAS", "--team", team, "--day", DAY.isoformat())
    told = said(0, "plan", "draw", *HERE, *wish)
    assert "10 dari 10" in told and "Seluruh daftar dikunjungi; bukan LQAS" in told


def test_lqas_of_a_longer_list_tells_how_many_decide_and_both_errors(field: DrawField) -> None:
    wish = ("--indicator", "17", "--design", "LQAS", "--team", str(field.team), "--day", DAY.isoformat())
    told = said(0, "plan", "draw", *HERE, *wish)
    assert "Lulus bila paling sedikit 13 dari 19 terkonfirmasi." in told
    assert re.search(r"gagal dengan peluang [\d,]+ %; .* lulus dengan peluang [\d,]+ %", told)
    assert "bukan LQAS" not in told and "belum ada hasilnya" not in told
    said(0, "plan", "approve", "1", *HERE)
    told = said(0, "plan", "draws", *HERE)
    assert "Dari 19 tempat yang terundi: 0 terkonfirmasi, 0 tidak sesuai, 19 belum ada hasilnya." in told
    assert "13 dari 19 harus terkonfirmasi" in told


def test_a_first_day_that_is_past_is_said_to_be_one(field: DrawField) -> None:
    wish = ("--indicator", "17", "-n", "12", "--team", str(field.team), "--day", "6/1/2020")
    told = said(1, "plan", "draw", *HERE, *wish)
    assert "Hari pertama kunjungan, 6 Jan 2020, sudah lewat." in told and "Batas waktu" not in told


def test_drawn_listed_and_approved(field: DrawField) -> None:
    assert "Belum ada undian" in said(0, "plan", "draws", *HERE)
    wish = ("--indicator", "17", "-n", "12", "--seed", "contoh", "--team", str(field.team), "--day", DAY.isoformat())
    told = said(0, "plan", "draw", *HERE, *wish)
    assert "12 dari 40, benih contoh" in told and "masih mungkin 9 dari 40 keliru (22,5 %)" in told
    assert "Nilai mandiri 12,5" in told
    assert told in said(0, "plan", "draws", *HERE)
    assert "menunggu persetujuan" in said(1, "plan", "draw", *HERE, *wish)
    assert "15 kunjungan" in said(0, "plan", "approve", "1", *HERE)
    said(1, "plan", "approve", "1", *HERE)
    assert "Disetujui" in said(0, "plan", "draws", *HERE)
    acts = [entry.act for entry in written_down(field.engine)]
    assert acts.count("places_drawn") == acts.count("draw_approved") == 1
