"""What reaches a person's terminal: names come from files, phones and Central, and must steer nothing."""

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from server.areas.tables import Area
from server.db import open_database, writing
from server.settings import CHECKOUT, load_settings
from server.terminal import shown_safely
from tests.support.cli import a_file, geojson, printed, said
from tests.support.geojson import feature, square

CODE = "99.01.01.2001"
ODD = "Desa \x1b]0;judul\x07\x1b[2J\x1b[31mMerah\r\x9b31m\u202eterbalik"


@pytest.mark.parametrize(
    "sign", ["\x1b", "\x07", "\x00", "\x7f", "\x9b", "\r", "\u202e", "\u2066", "\u2028", "\ud800"], ids=ascii
)
def test_what_steers_a_terminal_is_written_as_its_number(sign: str) -> None:
    assert shown_safely(f"Desa{sign}Baru") == f"Desa\\u{ord(sign):04x}Baru"


def test_what_people_write_stays_as_it_is() -> None:
    told = "\ufeffnama;tanggal\r\nDesa Né 'Ma’arif'\tمدرسة – ±3 km\n"
    assert shown_safely(told) == told


@given(st.text(st.characters(codec=None)))
def test_json_says_the_same_before_and_after(name: str) -> None:
    for plain in (json.dumps({"a": name}, ensure_ascii=False), json.dumps([name], indent=1)):
        assert json.loads(shown_safely(plain)) == json.loads(plain)


@pytest.fixture
def an_odd_name(areas: None) -> None:
    """Let an area's name hold what reading a file takes out: an older Tilik kept it."""
    engine = open_database(load_settings().database)
    with writing(engine) as session:
        session.execute(update(Area).where(Area.code == CODE).values(name=ODD))
    engine.dispose()


def test_a_name_that_steers_reaches_no_terminal(an_odd_name: None) -> None:
    moved = a_file("moved.geojson", json.dumps({"features": [feature(CODE, square(30), nama="Desa Lain")]}))
    told = said(1, "areas", "load", moved, answer="n\n")
    assert "Merah" in told and told == shown_safely(told)
    renamed = a_file("renamed.geojson", geojson(nama="Desa Lain"))
    shown = printed("areas", "load", renamed, "--json", "--yes")
    assert shown == shown_safely(shown)
    assert ODD in [one["old_name"] for one in json.loads(shown)["plan"]["renamed"]], "a program reads what it was"


@pytest.mark.ci
def test_neither_does_what_an_unforeseen_error_says() -> None:
    """In a process of its own, where the interpreter prints the error."""
    program = """
import click, tilik
@click.command()
def fails():
    raise ValueError("\\x1b[31m")
tilik.Tilik.get_command = lambda *_: fails
tilik.main(["fails"])
"""
    result = subprocess.run([sys.executable, "-c", program], cwd=CHECKOUT, capture_output=True, text=True)
    assert "ValueError: \\u001b[31m" in result.stderr and "\x1b" not in result.stderr
