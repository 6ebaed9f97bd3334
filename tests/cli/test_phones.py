"""Phones from the terminal: what an operator sees, and that every act is written down."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from server.db import open_database, snapshot, writing
from server.phones.tables import Phone, PhoneKit
from server.roles.teams import join, make_team
from server.settings import load_settings
from tests.sandbox.problems import Refused
from tests.sandbox.server import PASSWORD, USER, Sandbox
from tests.support.acts import newest, written_down
from tests.support.cli import said, tilik
from tests.support.web import TESTER, person
from tests.support.workbooks import DISTRICT, YEAR
from workers.central.api import Central, create_project

ROUND = ("--round", str(YEAR))
TEAM = ("--team", "1")


@pytest.fixture
def engine(areas: None, a_central: Central) -> Iterator[Engine]:
    """Open the database of a round with a team of two, and a Central."""
    found = open_database(load_settings().database)
    with writing(found) as session:
        team = make_team(session, TESTER, str(YEAR), "Tim Rekaan", [DISTRICT])
        for name in ("Ketua Rekaan", "Anggota Rekaan"):
            join(session, TESTER, team.id, person(session, name=name), leads=name.startswith("Ketua"))
    yield found
    found.dispose()


def codes(engine: Engine) -> list[str]:
    with snapshot(engine) as session:
        living = select(Phone.code).where(Phone.ended_at.is_(None)).order_by(Phone.id)
        return list(session.scalars(living))


def test_from_preparing_to_a_lost_one_each_act_is_told_and_written_down(engine: Engine, a_central: Central) -> None:
    since = newest(engine)
    prepared = tilik("phones", "prepare", *TEAM)
    assert prepared.exit_code == 0 and all(f"{code} · Tim Rekaan · siap" in prepared.stdout for code in codes(engine))
    assert "ditulis ke" in said(0, "phones", "print", *TEAM, "--out", "lembar.pdf")
    assert Path("lembar.pdf").read_bytes().startswith(b"%PDF") and Path("lembar.pdf").stat().st_mode & 0o077 == 0
    lost, *others = codes(engine)
    told = said(0, "phones", "lost", lost)
    assert f"Ponsel {lost} ditutup" in told and "Penggantinya: P1-" in told
    assert len(codes(engine)) == 2 and codes(engine)[0] == others[0]
    assert "detik setelah dilaporkan hilang" in said(0, "phones", "drill", *TEAM)
    said(0, "phones", "hold", *ROUND, "all")
    plan = tilik("phones", "share", *ROUND, "--yes")
    assert plan.exit_code == 0 and "Tim Rekaan: 0 tempat" in plan.stdout and "2 dari 2 ponsel siap" in plan.stdout
    assert a_central.access_rules("facilities") and a_central.access_rules("follow_ups")
    said(0, "phones", "share", *ROUND, "--off", "--yes")
    assert a_central.access_rules("facilities") is None
    assert [entry.act for entry in written_down(engine, since)] == [
        "phones_prepared", "phones_printed", "phone_lost", "phone_drill", "phones_hold", "phones_shared",
        "phones_shared",
    ]  # fmt: skip
    tokens = {user.token for user in a_central.app_users() if user.token}
    file = load_settings().data / "tilik.sqlite3"
    kept = b"".join(path.read_bytes() for path in file.parent.glob("tilik.sqlite3*"))
    assert tokens and not any(token.encode() in kept for token in tokens), "how a phone is let in is kept nowhere"


@pytest.mark.parametrize("words, sentence", [
    (("phones", "lost", "P9-XXXXX"), "Kode ponsel itu tidak dikenal"), (("phones", "lost", "x" * 300), "tidak dikenal"),
    (("phones", "prepare", "--team", "77"), "tim"), (("phones", "print", *TEAM, "--out", "x.pdf"), "Belum ada ponsel"),
    (("phones", "drill", "--team", "77"), "tim"), (("phones", "check", *ROUND), "belum disiapkan"),
    (("phones", "share", *ROUND, "--yes"), "belum disiapkan"), (("phones", "hold", *ROUND, "all"), "belum disiapkan"),
    (("training", "make", *ROUND), "belum disiapkan"),
], ids=lambda value: " ".join(value)[:30] if isinstance(value, tuple) else "")  # fmt: skip
def test_what_cannot_be_done_is_said_and_writes_nothing(engine: Engine, words: tuple[str, ...], sentence: str) -> None:
    since = newest(engine)
    assert sentence.lower() in said(1, *words).lower()
    assert written_down(engine, since) == [] and not Path("x.pdf").exists()


def test_nothing_is_shared_out_unless_somebody_agrees(engine: Engine, a_central: Central) -> None:
    said(0, "phones", "prepare", *TEAM)
    told = said(0, "phones", "share", *ROUND, answer="tidak\n")
    assert "Tidak ada yang diubah" in told and "Data Collector" in told


@pytest.mark.ci
def test_teams_practise_in_a_project_that_is_never_pulled(engine: Engine, a_central: Central) -> None:
    said(0, "phones", "prepare", *TEAM)
    since = newest(engine)
    said(0, "training", "make", *ROUND)
    said(0, "training", "make", *ROUND)
    with snapshot(engine) as session:
        number = session.get_one(PhoneKit, str(YEAR)).training_project
    assert number not in (None, a_central.project) and load_settings().central_project == a_central.project
    said(0, "training", "print", *ROUND, "--out", "latihan.pdf")
    assert "0 kiriman latihan" in said(0, "training", "reset", *ROUND, "--yes")
    with writing(engine) as session:
        session.get_one(PhoneKit, str(YEAR)).training_project = a_central.project
    assert "tidak boleh sama" in said(1, "training", "reset", *ROUND, "--yes")
    assert [entry.act for entry in written_down(engine, since)] == [
        "training_made", "training_made", "training_printed", "training_reset",
    ]  # fmt: skip


def only_for_administrators(_name: str) -> None:
    """Refuse as a real Central does whoever is no administrator there."""
    raise Refused("403.1", "The authenticated actor does not have rights to perform that action.")


def test_where_only_an_administrator_makes_projects_the_one_that_was_made_is_found(
    engine: Engine, a_central: Central, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for one in sandbox.state.projects.values():  # another test's practice may be here
        one.name = one.name.replace("LATIHAN", "LAIN")
    said(0, "phones", "prepare", *TEAM)
    with monkeypatch.context() as patched:
        patched.setattr(sandbox.state, "add_project", only_for_administrators)
        assert f'bernama "LATIHAN · {YEAR}"' in said(1, "training", "print", *ROUND, "--out", "latihan.pdf")
    made = create_project(sandbox.url, USER, PASSWORD, f"LATIHAN · {YEAR}")
    with monkeypatch.context() as patched:
        patched.setattr(sandbox.state, "add_project", only_for_administrators)
        said(0, "training", "print", *ROUND, "--out", "latihan.pdf")
    with snapshot(engine) as session:
        assert session.get_one(PhoneKit, str(YEAR)).training_project == made
