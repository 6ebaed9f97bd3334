"""`tilik rounds`: what it does, what it refuses and with which sentence, and what it ends with."""

import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import click
import pytest
from sqlalchemy.orm import Session

from server.people.acting import account
from server.rounds import states
from server.rounds.tables import Round
from tests.support.builders import load_district
from tests.support.claiming import open_round
from tests.support.cli import a_file, name_officers, printed, said
from tests.support.prepared import prepared_file
from tests.support.rounds import begin
from tests.support.workbooks import DISTRICT, YEAR, filled, row_of
from verification.reason import Reason

THIS = str(YEAR)
NEXT = ("rounds", "add", "2027", "--data-year", "2027")


@pytest.fixture(scope="module")
def database(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a database with areas, a round that is open, and one district's part of it, to be copied."""
    steps = load_district, open_round, lambda engine: begin(engine, DISTRICT)
    return prepared_file(sqlite_template, tmp_path_factory.mktemp("begun"), *steps)


@pytest.fixture
def begun(database: Path) -> None:
    Path("var").mkdir()
    shutil.copyfile(database, "var/tilik.sqlite3")


def listed(round_id: str = THIS) -> dict[str, Any]:
    found: dict[str, dict[str, Any]] = {one["id"]: one for one in json.loads(printed("rounds", "list", "--json"))}
    return found[round_id]


@pytest.mark.usefixtures("begun")
def test_a_round_is_planned_as_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TILIK_CENTRAL_PROJECT", "7")
    stages = ("--stage", "visits", "2027-03-01", "2027-05-31", "--stage", "claims", "-", "2027-02-28")
    assert "Putaran Evaluasi 2027 ditambahkan: direncanakan." in said(0, *NEXT, "--name", "Evaluasi 2027", *stages)
    assert listed("2027") == {
        "id": "2027", "name": "Evaluasi 2027", "data_year": "2027", "set": "permen-pppa-12-2011", "project": 7,
        "state": "planned", "two_checkers": "none", "video_counts": False, "keep_traces_days": 0,
        "parts_open": 0, "parts_closed": 0,
        "stages": [{"stage": "claims", "starts": None, "ends": "2027-02-28"},
                   {"stage": "visits", "starts": "2027-03-01", "ends": "2027-05-31"}],
    }  # fmt: skip


@pytest.mark.usefixtures("begun")
def test_a_project_of_its_own_and_opened_at_once() -> None:
    name_officers()
    assert "2027 ditambahkan: terbuka." in said(0, *NEXT, "--project", "9", "--open")
    assert (listed("2027")["project"], listed("2027")["state"]) == (9, "open")


@pytest.mark.usefixtures("begun")
def test_who_opens_a_round_or_says_its_days_is_told_with_which_others_it_shares_days() -> None:
    """A visit that could belong to two rounds counts in none: it would be gone from where it counted."""
    name_officers()
    shared = "dapat juga termasuk putaran 2026"
    assert shared not in said(0, *NEXT)
    assert shared in said(0, "rounds", "open", "2027")
    assert shared in said(0, "rounds", "add", "2028", "--data-year", "2028", "--open")
    assert shared not in said(0, "rounds", "set", "2027", "--stage", "claims", "2027-01-01", "2027-02-28")
    assert shared in said(0, "rounds", "set", "2027", "--stage", "visits", "2026-03-01", "-")
    said(0, "rounds", "set", THIS, "--stage", "visits", "2026-03-01", "2026-07-31")
    assert shared not in said(0, "rounds", "set", "2027", "--stage", "visits", "2027-03-01", "-")


@pytest.mark.usefixtures("begun")
def test_the_list_as_a_person_reads_it() -> None:
    said(0, "rounds", "set", THIS, "--stage", "replies", "2026-08-01", "-", "--stage", "visits", "-", "2026-07-31")
    assert printed("rounds", "list").splitlines() == [
        "2026: 2026, tahun data 2026, permen-pppa-12-2011, terbuka; bagian terbuka 1, tertutup 0",
        "  kunjungan lapangan: – sampai 31 Jul 2026", "  tanggapan kabupaten/kota: 1 Agu 2026 sampai –",
    ]  # fmt: skip


@pytest.mark.usefixtures("begun")
def test_stages_are_set_and_visits_placed_again() -> None:
    assert "1 tahap ditetapkan" in said(0, "rounds", "set", THIS, "--stage", "visits", "2026-03-01", "-")
    assert listed()["stages"] == [{"stage": "visits", "starts": "2026-03-01", "ends": None}]


@pytest.mark.usefixtures("begun")
def test_which_decisions_two_have_to_agree_on_is_said_of_a_round() -> None:
    assert "dua orang memutuskan sama" in said(0, "rounds", "set", THIS, "--two-checkers", "all")
    assert listed()["two_checkers"] == "all"
    said(0, *NEXT, "--two-checkers", "contradicting")
    assert listed("2027")["two_checkers"] == "contradicting"
    said(2, "rounds", "set", THIS, "--two-checkers", "three")


@pytest.mark.usefixtures("begun")
def test_a_whole_round_from_its_parts_to_the_archive() -> None:
    assert f"{THIS} {DISTRICT}: ditutup." in said(0, "rounds", "close", THIS, "--district", DISTRICT, "--why", "BA 1")
    assert (listed()["parts_open"], listed()["parts_closed"]) == (0, 1)
    again = ("--district", DISTRICT, "--why", "keberatan")
    assert f"{THIS} {DISTRICT}: terbuka." in said(0, "rounds", "open", THIS, *again)
    said(0, "rounds", "close", THIS, "--district", DISTRICT)
    assert f"{THIS}: ditutup." in said(0, "rounds", "close", THIS)
    assert listed()["stages"][0]["ends"] is not None
    said(0, "rounds", "open", THIS, "--why", "keliru")
    said(0, "rounds", "close", THIS)
    assert f"{THIS}: diarsipkan." in said(0, "rounds", "archive", THIS)
    assert listed()["state"] == "archived"


@pytest.mark.usefixtures("begun")
def test_who_runs_the_command_is_written_down_with_why() -> None:
    said(0, "rounds", "close", THIS, "--district", DISTRICT, "--why", "BA 1")
    assert changes()[0][-1] == (DISTRICT, "closed", account().label, "BA 1")


def changes() -> list[Any]:
    """Give all that is known of rounds: who changed them, what they are, and when their stages are."""
    rows = ("district, state, changed_by, why FROM round_changes ORDER BY id", "* FROM round_stages")
    with sqlite3.connect("var/tilik.sqlite3") as database:
        return [database.execute(f"SELECT {what}").fetchall() for what in (*rows, "* FROM rounds")]


REFUSED: dict[str, tuple[tuple[str, ...], str]] = {
    "a round that is there": (("add", THIS, "--data-year", "2026"), "Putaran 2026 sudah ada."),
    "an id that is none": (("add", "2027/1", "--data-year", "2027"), '"2027/1" tidak dapat menjadi kode putaran'),
    "a name without end": ((*NEXT[1:], "--name", "x" * 201), "Nama putaran terlalu panjang; paling banyak 200 huruf."),
    "an unknown set": ((*NEXT[1:], "--set", "lain"), "lain"),
    "a day that is none": ((*NEXT[1:], "--stage", "visits", "2027-02-30", "-"), '"2027-02-30" bukan tanggal'),
    "a day as people write it": (("set", THIS, "--stage", "visits", "-", "31/5/2026"), '"31/5/2026" bukan tanggal'),
    "no day": (("set", THIS, "--stage", "visits", "", "-"), '"" bukan tanggal'),
    "the wrong way round": (("set", THIS, "--stage", "visits", "2026-05-31", "2026-03-01"), "berakhir sebelum dimulai"),
    "stages of no round": (("set", "2099", "--stage", "visits", "-", "-"), "Putaran 2099 tidak ada"),
    "opening what is open": (("open", THIS), "tidak dapat diubah"),
    "archiving what is open": (("archive", THIS), "tidak dapat diubah"),
    "closing with an open part": (("close", THIS), f"1 kabupaten/kota yang terbuka ({DISTRICT})"),
    "a part that has not begun": (("close", THIS, "--district", "99.02"), "99.02 belum mempunyai klaim"),
    "opening no round": (("open", "2099"), "Putaran 2099 tidak ada"),
}  # fmt: skip


@pytest.mark.usefixtures("begun")
@pytest.mark.parametrize("words, sentence", REFUSED.values(), ids=REFUSED)
def test_what_is_refused_is_code_1_with_a_sentence_and_changes_nothing(words: tuple[str, ...], sentence: str) -> None:
    before = changes()
    told = said(1, "rounds", *words)
    assert sentence in told and "reason." not in told and "{" not in told
    assert changes() == before


@pytest.mark.usefixtures("begun")
def test_opening_again_without_a_reason_is_refused() -> None:
    said(0, "rounds", "close", THIS, "--district", DISTRICT)
    for more in ((), ("--why", " ")):
        assert "memerlukan alasan (--why)" in said(1, "rounds", "open", THIS, "--district", DISTRICT, *more)
    assert listed()["parts_closed"] == 1


@pytest.mark.usefixtures("begun")
def test_what_a_video_shows_and_for_how_long_traces_are_kept_is_said_of_a_round() -> None:
    assert (listed()["video_counts"], listed()["keep_traces_days"]) == (False, 0)
    assert "kini menunjukkan" in said(0, "rounds", "set", THIS, "--video", "counts", "--keep-traces-days", "30")
    assert (listed()["video_counts"], listed()["keep_traces_days"]) == (True, 30)
    for days in ("-1", "366"):
        assert "dari 0 sampai 365" in said(1, "rounds", "set", THIS, "--keep-traces-days", days)
    assert "hanya memberi keterangan" in said(0, "rounds", "set", THIS, "--video", "informs")
    assert (listed()["video_counts"], listed()["keep_traces_days"]) == (False, 30)


@pytest.mark.usefixtures("begun")
def test_no_round_opens_before_somebody_answers_for_children_in_it() -> None:
    said(0, *NEXT)
    assert said(1, "rounds", "open", "2027").splitlines() == [
        "Belum ada petugas pelindungan anak untuk putaran ini. Sekretariat memberikannya di halaman Orang.",
        "Belum ada wakil petugas pelindungan anak untuk putaran ini. Sekretariat memberikannya di halaman Orang.",
    ]  # fmt: skip
    name_officers()
    assert "terbuka" in said(0, "rounds", "open", "2027")
    said(0, "rounds", "close", "2027")
    assert "terbuka" in said(0, "rounds", "open", "2027", "--why", "keliru")


@pytest.mark.usefixtures("begun")
def test_every_condition_that_is_not_met_is_told_and_a_round_that_cannot_open_is_not_added(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def never(_session: Session, found: Round) -> Reason:
        return Reason("round_archived", {"round": found.name})

    def nor_ever(_session: Session, found: Round) -> Reason:
        return Reason("round_known_already", {"round": found.name})

    name_officers()
    monkeypatch.setattr(states, "CONDITIONS", [never, nor_ever])
    assert said(1, *NEXT, "--open").splitlines() == [
        "Putaran 2027 sudah diarsipkan dan tidak berubah lagi.", "Putaran 2027 sudah ada.",
    ]  # fmt: skip
    assert len(changes()[2]) == 1


@pytest.mark.usefixtures("begun")
def test_a_part_that_closes_while_a_person_looks_at_a_claims_plan_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (a_file(f"{score}.xlsx", filled({f"Klaim!E{row_of(1)}": score})) for score in (50, 40))
    said(0, "claims", "import", first)

    def yes_after_a_while(*_: Any, **__: Any) -> str:
        with sqlite3.connect("var/tilik.sqlite3") as database:
            database.execute("UPDATE round_parts SET state = 'closed'")
        return "ya"

    monkeypatch.setattr(click, "prompt", yes_after_a_while)
    assert f"Bagian {DISTRICT} dalam putaran {THIS} sudah ditutup" in said(1, "claims", "import", second)


@pytest.mark.parametrize("words", [
    ("add", "2027"), ("add", "2027", "--data-year", "27"), ("add", "2027", "--data-year", "2027", "--project", "x"),
    ("set", THIS, "--stage", "visit", "-", "-"), ("set", THIS, "--stage", "visits", "-"), ("open",), ("praise", THIS),
], ids=" ".join)  # fmt: skip
def test_wrong_use_is_code_2(words: tuple[str, ...]) -> None:
    assert said(2, "rounds", *words)


def test_without_areas_a_sentence_says_what_to_load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TILIK_DATA", str(tmp_path / "another"))
    assert "tilik areas load" in said(1, *NEXT)
    assert json.loads(printed("rounds", "list", "--json")) == [] and printed("rounds", "list") == ""
