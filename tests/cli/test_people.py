"""`tilik people`: the first administrator, and whoever comes after; what opens a door is printed once, to stdout."""

import json
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from server.app import create_app
from server.audit.tables import AuditEntry
from server.db import open_database, snapshot, writing
from server.login.sessions import WHOLE, Beginning, begin, sessions_of
from server.login.tables import LoginSession
from server.people.tables import OneTimeLink, Person
from server.settings import Settings
from tests.support.cli import printed, said, tilik
from tests.support.web import browser

FIRST = ("people", "add", "--name", "Sekretaris Contoh", "--email", "Sekre@kla.example", "--role", "secretariat")
OURS = {"Origin": "http://localhost"}
LINK = re.compile(r"(?m)^http://localhost:8000(/masuk/tautan/([A-Za-z0-9_-]{43}))$")


def listed() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(printed("people", "list", "--json"))
    return found


def path_in(output: str) -> str:
    found = LINK.search(output)
    assert found, output
    return found[1]


def test_the_first_administrator_comes_in_by_the_link_that_is_printed() -> None:
    path = path_in(printed(*FIRST))
    assert [(one["name"], one["email"], one["has_password"], one["roles"]) for one in listed()] == [
        ("Sekretaris Contoh", "sekre@kla.example", False, [{"role": "secretariat", "area": "", "round": None}])
    ]
    app = create_app(open_database("sqlite:///var/tilik.sqlite3"), Settings(data=Path("var")))
    whose = browser(app)
    assert "Sekretaris Contoh" in whose.get(path).text
    assert whose.post(path, headers=OURS).headers["Location"].startswith("/masuk/kata-sandi")
    assert whose.get("/").headers["Location"].startswith("/masuk/kata-sandi"), "no step is left out"


def test_what_opens_the_door_is_kept_nowhere() -> None:
    printed(*FIRST)
    output = printed("people", "hand-over", "1", "--name", "Pengganti", "--email", "sekre@kla.example")
    token, code = output.split()[0].rpartition("/")[2], output.split()[1]
    kept = "\n".join(sqlite3.connect("var/tilik.sqlite3").iterdump())
    assert "Pengganti" in kept
    assert token not in kept and code not in kept and code.replace("-", "") not in kept


def test_the_address_is_the_one_it_is_served_under(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TILIK_WEB_NAME", "kla.example")
    assert printed(*FIRST).startswith("https://kla.example/masuk/tautan/")
    monkeypatch.delenv("TILIK_WEB_NAME")
    assert printed("people", "link", "1", "--port", "8123").startswith("http://localhost:8123/masuk/tautan/")


def test_nobody_is_told_how_to_begin() -> None:
    assert "tilik people add --role secretariat" in said(0, "people", "list")


@pytest.mark.parametrize("options, sentence", [
    (("--name", " ", "--email", "a@b.example"), "Nama harus diisi"),
    (("--name", "A", "--email", "tanpa-alamat"), "Itu bukan alamat surel."),
    (("--name", "A", "--email", "a@b.example\nBcc: x@y.example"), "Itu bukan alamat surel."),
    (("--name", "A", "--email", "SEKRE@kla.example"), "Sudah ada akun"),
    (("--name", "A", "--email", "a@b.example", "--role", "lead"), "menjadi anggota tim"),
    (("--name", "A", "--email", "a@b.example", "--role", "provincial", "--area", "77"), "Tidak ada provinsi"),
    (("--name", "A", "--email", "a@b.example", "--role", "observer", "--round", "1999"), "Putaran 1999 tidak dikenal"),
    (("--name", "A", "--email", "a@b.example", "--role", "operator", "--area", "77"), "hanya untuk seluruh Indonesia"),
])  # fmt: skip
def test_what_cannot_be_is_refused_and_nobody_is_made(options: tuple[str, ...], sentence: str) -> None:
    printed(*FIRST)
    assert sentence in said(1, "people", "add", *options)
    assert len(listed()) == 1


def test_a_post_is_handed_over_also_by_the_last_secretariat() -> None:
    printed(*FIRST)
    result = tilik("people", "hand-over", "sekre@kla.example", "--name", "Pengganti", "--email", "sekre@kla.example")
    path, code = path_in(result.stdout), result.stdout.split()[1]
    assert re.fullmatch(r"[A-Z2-9]{4}(-[A-Z2-9]{4}){2}", code) and "terpisah" in result.stderr
    assert [(one["id"], one["name"], one["email"], [held["role"] for held in one["roles"]]) for one in listed()] == [
        (2, "Pengganti", "sekre@kla.example", ["secretariat"])
    ]
    assert [one["id"] for one in json.loads(printed("people", "list", "--ended", "--json"))] == [1]
    app = create_app(open_database("sqlite:///var/tilik.sqlite3"), Settings(data=Path("var")))
    assert browser(app).post(path, headers=OURS).status_code == 400, "the link alone opens nothing"
    assert browser(app).post(path, headers=OURS, data={"code": code.lower()}).status_code == 303


def test_a_link_takes_the_place_of_those_before() -> None:
    printed(*FIRST)
    assert "1 hari" in said(0, "people", "link", "1")
    result = tilik("people", "link", "1", "--lost-factors")
    assert len(result.stdout.split()) == 2, "who lost the factors shows a printed code instead"
    with snapshot(open_database("sqlite:///var/tilik.sqlite3")) as session:
        links = session.scalars(select(OneTimeLink).order_by(OneTimeLink.id)).all()
        assert [link.ended_at is None for link in links] == [False, False, True]


def test_an_account_ends_only_by_who_agrees_and_never_the_last_secretariats() -> None:
    printed(*FIRST)
    assert "sekretariat terakhir" in said(1, "people", "end", "1", "--yes")
    printed("people", "add", "--name", "Pengamat", "--email", "amat@kla.example", "--role", "observer")
    assert "Tidak ada yang diubah" in said(1, "people", "end", "2", answer="\n")
    assert "Akun diakhiri" in said(0, "people", "end", "2", answer="ya\n")
    assert [one["id"] for one in listed()] == [1]
    for gone in ("2", "amat@kla.example", "99", "9" * 30, "²"):
        assert "tidak dikenal" in said(1, "people", "link", gone)


def test_roles_are_given_and_taken() -> None:
    printed(*FIRST)
    printed("people", "add", "--name", "Pengamat", "--email", "amat@kla.example")
    assert "Peran pengamat diberikan." in said(0, "people", "roles", "give", "2", "observer")
    assert [held["role"] for held in listed()[1]["roles"]] == ["observer"]
    assert "tidak memegang peran itu" in said(1, "people", "roles", "take", "2", "inspectorate")
    assert "dicabut" in said(0, "people", "roles", "take", "2", "observer")
    assert listed()[1]["roles"] == []
    assert "sekretariat terakhir" in said(1, "people", "roles", "take", "1", "secretariat")


def test_sessions_are_ended_of_one_or_of_everybody() -> None:
    printed(*FIRST)
    printed("people", "add", "--name", "Pengamat", "--email", "amat@kla.example", "--role", "observer")
    engine = open_database("sqlite:///var/tilik.sqlite3")
    with writing(engine) as session:
        for person in (1, 1, 2):
            begin(session, Beginning(person, WHOLE, "password", "uji"))
    assert "2 sesi" in said(0, "people", "log-out", "1")
    with snapshot(engine) as session:
        assert [len(sessions_of(session, person)) for person in (1, 2)] == [0, 1]
    assert "1 sesi" in said(0, "people", "log-out", "--everybody")
    with snapshot(engine) as session:
        assert session.scalars(select(LoginSession.ended_at)).all().count(None) == 0
    for wrong in ((), ("1", "--everybody")):
        assert "Sebut satu orang, atau --everybody." in said(2, "people", "log-out", *wrong)


def test_who_did_it_is_written_down_by_number_and_never_by_name() -> None:
    printed(*FIRST)
    with snapshot(open_database("sqlite:///var/tilik.sqlite3")) as session:
        entries = session.scalars(select(AuditEntry)).all()
        assert {entry.act for entry in entries} == {"role_given", "person_invited"}
        assert all(entry.by.startswith("terminal:") and "Contoh" not in entry.about for entry in entries)
        assert session.scalars(select(Person.made_by)).one().startswith("terminal:")
