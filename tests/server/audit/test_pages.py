"""The pages of what was written down: who may open them, what is found, and that no name stands in an address."""

import ast
import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, insert

from server.app import create_app
from server.audit.entries import Act, write_down
from server.audit.searching import MOST_PEOPLE, SHOWN
from server.audit.tables import AuditEntry
from server.db import now, writing
from server.roles.account import Held
from server.roles.table import BY_TEAM, GIVEN, Permission, Role, roles_with
from server.settings import CHECKOUT, Settings
from server.words import LANGUAGES, catalogue
from tests.support.acts import newest, written_down
from tests.support.chain import acts_happen, an_act, sealed
from tests.support.sources import nodes
from tests.support.web import Browser, browser_of, entered, person

WORDS = catalogue("id")
TRAIL, OURS = "/jejak-audit", {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def app(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return create_app(engine, Settings(data=tmp_path_factory.mktemp("data")))


@pytest.fixture
def reader(app: Flask) -> Browser:
    return entered(app, [Held(Role.INSPECTORATE)])


def rows(page: str) -> list[str]:
    """Give the rows of the page's table, as a person reads them."""
    table = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in table.split("<tr>")[1:]]


def test_entries_are_listed_newest_first_in_words(engine: Engine, reader: Browser) -> None:
    with writing(engine) as session:
        who = person(session, name="Siti Rahayu")
        for act, about in (("role_given", f"person:{who} role:lead"), ("photograph_seen", "attachment:4")):
            write_down(session, Act(f"person:{who}", act, about, "99.01", "2026"))
            session.flush()
    assert sealed(engine) == 2
    photograph, role = rows(reader.get(TRAIL).text)
    assert "Melihat foto" in photograph and "Siti Rahayu" in photograph and "berkas 4" in photograph
    assert "Memberi peran" in role and f"{WORDS.say('role.lead')}" in role and role.endswith("99.01 2026 1")


def test_a_claimed_place_that_was_looked_at_is_called_so(engine: Engine, reader: Browser) -> None:
    with writing(engine) as session:
        write_down(session, Act("person:7", "line_seen", "line:2", "99.01", "2026"))
    assert "baris klaim 2" in rows(reader.get(TRAIL).text)[0]


def kinds_of_things() -> set[str]:
    """Give what stands before the number of a thing, wherever in the server something is put together so."""
    sources = (file.read_text(encoding="utf-8") for file in (CHECKOUT / "server").rglob("*.py"))
    ends = (part.value for source in sources for node in nodes(source) if isinstance(node, ast.JoinedStr)
            for part in node.values if isinstance(part, ast.Constant))  # fmt: skip
    return {found[1] for end in ends if (found := re.search(r"(?:^| )([a-z_]+):$", str(end)))}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_thing_has_its_word_which_waits_for_nothing(language: str) -> None:
    sentences = catalogue(language).sentences
    kinds = kinds_of_things() - {"role", "terminal"}  # these are called by names of their own
    assert {"line", "submission", "round"} <= kinds
    assert {kind: sentences.get(f"thing.{kind}", "{") for kind in kinds
            if "{" in sentences.get(f"thing.{kind}", "{")} == {}  # fmt: skip


def test_somebody_whom_nobody_knows_any_more_is_a_number(engine: Engine, reader: Browser) -> None:
    acts_happen(engine, 1)
    assert "person:7" in rows(reader.get(TRAIL).text)[0]


def test_what_is_not_sealed_yet_says_so(engine: Engine, reader: Browser) -> None:
    acts_happen(engine, 1)
    assert rows(reader.get(TRAIL).text)[0].endswith("belum disegel")


@pytest.mark.parametrize("role", [role for role in GIVEN if role not in BY_TEAM])
def test_only_those_who_may_open_it(app: Flask, role: Role) -> None:
    code = 200 if role in roles_with(Permission.SEE_AUDIT) else 403
    web = entered(app, [Held(role)])
    assert [web.get(path).status_code for path in (TRAIL, f"{TRAIL}.csv")] == [code, code]


def test_it_is_about_all_there_is_and_so_not_for_who_holds_a_district(app: Flask) -> None:
    web = entered(app, [Held(Role.SECRETARIAT, "99.01")])
    assert web.get(TRAIL).status_code == 403


def search(web: Browser, **typed: str) -> tuple[str, str]:
    """Search as a person does; gives the address that was come to, and the page."""
    answer = web.post(TRAIL, data=typed, headers=OURS)
    assert answer.status_code == 303, answer.text
    return answer.location, web.get(answer.location).text


def test_a_name_is_looked_up_and_stands_in_no_address(engine: Engine, reader: Browser) -> None:
    with writing(engine) as session:
        first, other = person(session, name="Siti Rahayu"), person(session, name="Budi")
        for who in (first, other):
            write_down(session, Act(f"person:{who}", "submission_seen", "submission:1"))
    address, page = search(reader, who="rahayu")
    assert f"who=person:{first}" in address.replace("%3A", ":") and "rahayu" not in address.lower()
    assert len(rows(page)) == 1 and "Siti Rahayu" in rows(page)[0]


def test_all_who_are_called_so_are_meant(engine: Engine, reader: Browser) -> None:
    with writing(engine) as session:
        for number in range(2):
            who = person(session, name=f"Siti {number}")
            write_down(session, Act(f"person:{who}", "submission_seen", "submission:1"))
    assert len(rows(search(reader, who="Siti")[1])) == 2


@pytest.mark.parametrize("who, sentence", [
    ("nobody of that name", "audit_nobody_called"), ("Orang", "audit_too_many_called"), ("%", "audit_nobody_called"),
])  # fmt: skip
def test_a_name_that_nobody_or_too_many_have_is_told(engine: Engine, reader: Browser, who: str, sentence: str) -> None:
    with writing(engine) as session:
        for _ in range(MOST_PEOPLE + 1):
            person(session)
    answer = reader.post(TRAIL, data={"who": who}, headers=OURS)
    assert answer.status_code == 400
    assert WORDS.say(f"reason.{sentence}", count=MOST_PEOPLE) in answer.text


@pytest.mark.parametrize("field, value", [("about", "Siti"), ("district", "Demak"), ("round", "Putaran Satu"),
                                          ("since", "kemarin"), ("until", "2026-02-30"), ("act", "<b>")])  # fmt: skip
def test_what_cannot_be_searched_by_is_told_and_what_was_typed_stays(reader: Browser, field: str, value: str) -> None:
    answer = reader.post(TRAIL, data={field: value}, headers=OURS)
    assert answer.status_code == 400 and WORDS.say(f"trail.{field}") in answer.text
    assert "<b>" not in answer.text
    assert reader.get(TRAIL, query_string={field: value}).status_code == 400


NARROW = [{"act": "photograph_seen"}, {"about": "submission:5"}, {"district": "99.02"}, {"round": "2027"},
          {"who": "person:8"}]  # fmt: skip


@pytest.mark.parametrize("wanted", NARROW, ids=str)
def test_each_field_narrows_what_is_found(engine: Engine, reader: Browser, wanted: dict[str, str]) -> None:
    column = {"who": "by", "round": "round_id"}
    ((field, value),) = wanted.items()
    with writing(engine) as session:
        write_down(session, an_act(1, district="99.01", round_id="2026"))
        write_down(session, an_act(2, district="99.01", round_id="2026"))
        write_down(session, an_act(3, **{column.get(field, field): value}))
    assert len(rows(search(reader, **wanted)[1])) == 1


def test_days_are_the_capitals_and_both_included(engine: Engine, reader: Browser) -> None:
    moments = [datetime(2026, 3, day, hour, tzinfo=UTC) for day, hour in ((1, 16), (1, 17), (2, 16), (2, 17))]
    with writing(engine) as session:
        session.execute(insert(AuditEntry), [
            {"at": moment, "by": "person:7", "act": "submission_seen", "about": f"submission:{number}"}
            for number, moment in enumerate(moments)
        ])  # fmt: skip
    found = rows(search(reader, since="2026-03-02", until="2026-03-02")[1])
    assert [re.search(r"kiriman (\d+) –", row)[1] for row in found] == ["2", "1"]  # type: ignore[index]


def test_older_ones_are_on_pages_of_their_own_each_once(engine: Engine, reader: Browser) -> None:
    many = SHOWN + 5
    with writing(engine) as session:
        session.execute(insert(AuditEntry), [
            {"at": now() + timedelta(seconds=number), "by": "person:7", "act": "submission_seen",
             "about": f"submission:{number}"} for number in range(many)
        ])  # fmt: skip
    first = reader.get(TRAIL, query_string={"who": "person:7"}).text
    older = re.search(r'href="(/jejak-audit\?[^"]*before=\d+[^"]*)"', first)
    assert older and len(rows(first)) == SHOWN
    second = reader.get(older[1].replace("&amp;", "&")).text
    seen = [re.search(r"kiriman (\d+) –", row)[1] for row in (*rows(first), *rows(second))]  # type: ignore[index]
    assert seen == [str(number) for number in reversed(range(many))]
    assert not re.search(r'href="/jejak-audit\?[^"]*before=', second)


@pytest.mark.parametrize("before", ["0", "-1", "99999999999999999999"])
def test_a_page_that_there_cannot_be_is_no_mistake_of_ours(reader: Browser, before: str) -> None:
    assert reader.get(TRAIL, query_string={"before": before}).status_code == 400


def test_the_export_has_all_that_was_found_without_names(engine: Engine, reader: Browser) -> None:
    with writing(engine) as session:
        who = person(session, name="Siti Rahayu")
        write_down(session, Act(f"person:{who}", "submission_seen", "submission:1", "99.01"))
    sealed(engine)
    answer = reader.get(f"{TRAIL}.csv", query_string={"who": f"person:{who}"})
    head, row = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))
    assert head[0] == "Nomor" and row[2:6] == [f"person:{who}", "submission_seen", "submission:1", "99.01"]
    assert row[9] == "1" and len(row[10]) == 64 and "Siti" not in answer.text
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_who_looks_at_the_trail_is_in_it(engine: Engine, reader: Browser) -> None:
    before = newest(engine)
    reader.get(TRAIL, query_string={"who": "person:7 terminal:root", "about": "submission:1", "district": "99.01"})
    reader.get(f"{TRAIL}.csv")
    seen, exported = written_down(engine, before)
    assert (seen.act, seen.about, seen.district) == ("audit_seen", "person:7 submission:1", "99.01")
    assert (exported.act, exported.about) == ("audit_exported", "")
    assert seen.by == exported.by != "person:7"


def test_everybody_sees_what_they_did_and_nobody_elses(engine: Engine, app: Flask) -> None:
    with writing(engine) as session:
        me, other = person(session, Held(Role.DISTRICT, "99.01"), name="Saya"), person(session, name="Orang Lain")
        write_down(session, Act(f"person:{me}", "report_exported", "report:2026/99.01"))
        write_down(session, Act(f"person:{other}", "audit_seen", f"person:{me}"))
    page = browser_of(app, me).get("/jejak-saya").text
    assert [row.startswith("Mengekspor laporan") for row in rows(page)] == [True]
    assert "Orang Lain" not in page


def test_who_is_not_logged_in_sees_neither(app: Flask) -> None:
    web = app.test_client()
    assert [web.get(path).status_code for path in (TRAIL, f"{TRAIL}.csv", "/jejak-saya")] == [303] * 3
