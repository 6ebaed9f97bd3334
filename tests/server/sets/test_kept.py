"""A kept set is known to all processes and threads that work on its database, and to nobody else."""

import io
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import Engine

from server.claims.package import UnusableWorkbook
from server.claims.workbook import MAX_FILE_BYTES
from server.claims.xlsx import BOOK_SHEETS
from server.db import open_database, snapshot, writing
from server.roles.account import Forbidden, Held
from server.roles.table import Role
from server.rounds.planning import RoundWish, add_round
from server.rounds.states import Entry, NotAllowed
from server.rulebook import DEFAULT_SET, knows_set, load_indicators
from server.schema import upgrade
from server.sets.keeping import SetNotKept, keep_set, read_book, withdraw_set
from server.settings import CHECKOUT
from tests.support.builders import load_district
from tests.support.indicator_sets import made_up_set
from tests.support.web import TESTER, account
from verification.sets.sheets import as_plain

_ASKS = """
import sys
from server.claims.package import UnusableWorkbook
from server.claims.workbook import MAX_FILE_BYTES
from server.claims.xlsx import BOOK_SHEETS
from server.db import open_database, snapshot
from server.rulebook import knows_set, load_indicators
engine = open_database(sys.argv[1])
for _ in range(2):
    with snapshot(engine):
        pass
    print(load_indicators("contoh-24").total if knows_set("contoh-24") else "no", flush=True)
    sys.stdin.readline()
"""


def keep(engine: Engine) -> None:
    with writing(engine) as session:
        keep_set(session, as_plain(made_up_set()), "f" * 64, TESTER)


def test_a_process_that_has_been_running_knows_a_set_that_another_one_kept(engine: Engine) -> None:
    command = [sys.executable, "-c", _ASKS, engine.url.render_as_string(hide_password=False)]
    with subprocess.Popen(command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdin and worker.stdout
        assert worker.stdout.readline() == "no\n"
        keep(engine)
        worker.stdin.write("\n")
        worker.stdin.flush()
        assert worker.stdout.readline() == "332.5\n"
        worker.stdin.close()


def test_a_set_of_one_database_is_not_another_ones(engine: Engine, tmp_path: Path) -> None:
    keep(engine)
    other = open_database(f"sqlite:///{tmp_path}/lain.sqlite3")
    upgrade(other)
    with snapshot(other):
        assert not knows_set("contoh-24")
    with snapshot(engine):
        assert knows_set("contoh-24")
    seen = []

    def of_another_thread() -> None:
        with snapshot(other):
            seen.append(knows_set("contoh-24"))

    thread = threading.Thread(target=of_another_thread)
    thread.start()
    thread.join()
    assert seen == [False] and knows_set("contoh-24"), "what one thread works on is not what another does"
    other.dispose()


def test_the_same_set_is_parsed_once(engine: Engine) -> None:
    keep(engine)
    with snapshot(engine):
        assert load_indicators("contoh-24") is load_indicators("contoh-24")
        assert load_indicators() is load_indicators(DEFAULT_SET)


def test_one_that_nobody_has_is_none(engine: Engine) -> None:
    with snapshot(engine), pytest.raises(FileNotFoundError):
        load_indicators("../../etc/passwd")


def test_a_round_is_planned_with_a_set_that_is_kept_and_not_withdrawn(engine: Engine) -> None:
    load_district(engine)
    keep(engine)

    def plan(name: str, set_id: str) -> str | None:
        try:
            with writing(engine) as session:
                add_round(session, RoundWish(name, 2027, indicator_set=set_id), Entry("terminal:test"))
        except NotAllowed as refused:
            return refused.reasons[0].code
        return None

    assert plan("satu", "contoh-24") is None
    assert plan("dua", "contoh-25") == "unknown_indicator_set"
    with writing(engine) as session:
        withdraw_set(session, "contoh-24", TESTER)
    assert plan("tiga", "contoh-24") == "set_is_withdrawn"
    with snapshot(engine):
        assert load_indicators("contoh-24") == made_up_set(), "the round that is of it goes on"


def test_no_more_of_a_workbook_is_read_than_of_a_claim_form() -> None:
    with pytest.raises(UnusableWorkbook, match="workbook_too_large"):
        read_book(b"x" * (MAX_FILE_BYTES + 1))
    book, file = Workbook(), io.BytesIO()
    for _ in range(BOOK_SHEETS):
        book.create_sheet()
    book.save(file)
    with pytest.raises(UnusableWorkbook, match="workbook_too_many_sheets"):
        read_book(file.getvalue())


def test_only_who_manages_rounds_keeps_or_withdraws_one(engine: Engine) -> None:
    with writing(engine) as session:
        other = account(session, Held(Role.SUPERVISOR))
    for act in (lambda: keep_set(session, as_plain(made_up_set()), "f" * 64, other),
                lambda: withdraw_set(session, "contoh-24", other)):  # fmt: skip
        with writing(engine) as session, pytest.raises(Forbidden):
            act()


def test_what_is_kept_is_checked_anew(engine: Engine) -> None:
    plain = as_plain(made_up_set())
    plain["Klaster"][0]["points"] = 61
    with writing(engine) as session, pytest.raises(SetNotKept, match="set_has_faults"):
        keep_set(session, plain, "f" * 64, TESTER)
