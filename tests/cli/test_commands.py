"""The command line: it does what it was asked and says 0, or says why not and 1, or how it is used and 2."""

import csv
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import shapely
from openpyxl import load_workbook

from server.words import catalogue
from tests.sandbox.server import Sandbox
from tests.support.builders import VILLAGES
from tests.support.cli import a_file, geojson, printed, said, tilik
from tests.support.forms import FORM_ID, a_form, a_submission
from tests.support.trial import publish_trial
from tests.support.workbooks import DISTRICT, YEAR, a_place, filled, row_of
from tilik import main
from workers.central.api import Central
from workers.sending import commands
from xlsforms.forms import CHILD_FORM, FORMS

WHERE = ("--district", DISTRICT, "--year", str(YEAR))
NOWHERE = click.Context(main)
COMMANDS = {"demo", "serve", "work", "areas", "claims", "forms", "pull", "verify", "report", "bench"}


# ── help, and wrong use ──────────────────────────────────────────────────────────────────────────────────────────────


def paths(command: click.Command, *path: str) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(command, click.Group):
        for name in command.list_commands(NOWHERE):
            yield from paths(inner(command, name), *path, name)


def inner(group: click.Command, name: str) -> click.Command:
    assert isinstance(group, click.Group)
    found = group.get_command(NOWHERE, name)
    assert found
    return found


def test_these_are_the_commands() -> None:
    assert set(main.list_commands(NOWHERE)) >= COMMANDS


@pytest.mark.parametrize("path", list(paths(main)), ids=" ".join)
def test_every_command_and_option_has_a_line_of_help(path: tuple[str, ...]) -> None:
    text = printed(*path, "--help")
    assert text == printed(*path, "-h")
    assert "help." not in text, "a key without its sentence"
    command: Any = main
    for name in path:
        command = inner(command, name)
    assert command.help and all(o.help for o in command.params if isinstance(o, click.Option))


@pytest.mark.parametrize("words", [
    ("sing",), ("areas", "load"), ("areas", "load", "no-such-file"), ("claims", "import", "no-such-file"),
    ("claims", "template", "x.xlsx", "--district", DISTRICT), ("report",), ("pull", "--loud"),
    ("bench", "pull", "-n", "0"),
], ids=" ".join)  # fmt: skip
def test_wrong_use_is_code_2(words: tuple[str, ...]) -> None:
    assert said(2, *words)
    assert not Path("x.xlsx").exists() and not Path("var").exists()


# ── areas ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_areas_are_loaded_and_loading_them_again_changes_nothing() -> None:
    file = a_file("areas.geojson", geojson())
    names = a_file("names.csv", f"{DISTRICT},Kabupaten Contoh\n")
    command = ("areas", "load", file, "--names", names, "--json")
    assert json.loads(printed(*command))["areas"] == {"new": 8, "changed": 0, "unchanged": 0}
    assert json.loads(printed(*command))["areas"] == {"new": 0, "changed": 0, "unchanged": 8}
    assert "4" in said(0, "areas", "load", file)


FAULTY_AREAS = {
    "no GeoJSON": "kode,nama\n99.01,x\n",
    "not text": b"\xff\xfe\x00",
    "a village without a code": geojson(kode=""),
    "latitude first": geojson(*(type(v)(v.code, v.name, shapely.transform(v.outline, lambda xy: xy[:, ::-1]))
                                for v in VILLAGES)),
}  # fmt: skip


@pytest.mark.parametrize("content", FAULTY_AREAS.values(), ids=FAULTY_AREAS)
def test_faulty_areas_are_refused_with_a_sentence_and_nothing_is_loaded(content: str | bytes) -> None:
    assert said(1, "areas", "load", a_file("areas.geojson", content))
    assert said(1, "claims", "template", "x.xlsx", *WHERE), "the district is not there"


def test_a_list_of_names_that_is_no_text_is_refused_with_a_sentence() -> None:
    names = a_file("names.csv", b"99.01,Kabupaten \xff\xfe\n")
    assert "UTF-8" in said(1, "areas", "load", a_file("areas.geojson", geojson()), "--names", names)


# ── claims ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_template_is_written_for_a_district_that_is_loaded(areas: None) -> None:
    assert "klaim.xlsx" in said(0, "claims", "template", "klaim.xlsx", *WHERE)
    assert "belum diisi" in said(1, "claims", "import", "klaim.xlsx")
    for code in ("99.77", "99.01.01", "99"):
        assert code in said(1, "claims", "template", "lain.xlsx", "--district", code, "--year", str(YEAR))
    assert not Path("lain.xlsx").exists()


def shown() -> Any:
    return json.loads(printed("claims", "show", *WHERE, "--json"))


def test_claims_are_imported_and_shown(areas: None) -> None:
    file = a_file("klaim.xlsx", filled({f"Klaim!E{row_of(17)}": 12}, a_place()))
    said(0, "claims", "import", file)
    assert shown() == [
        {"indicator": 17, "self_score": 12.0, "lines": 1, "answers": 0, "documents": 0, "rows": 0,
         "file": "klaim.xlsx"},
    ]  # fmt: skip
    assert "17" in printed("claims", "show", *WHERE)
    assert len(list(Path("var/store").rglob("*/*"))) == 1, "the workbook itself is kept"


def test_a_point_that_may_be_a_mistake_is_told_with_its_cell_and_asked_about(areas: None) -> None:
    file = a_file("klaim.xlsx", filled(None, a_place(G=5.0051)))
    told = said(1, "claims", "import", file, answer="n\n")
    assert "Fasilitas!G4" in told and "minus" in told and "5.0051" not in told
    assert shown() == []
    assert "Fasilitas!G4" in said(0, "claims", "import", file, "--yes")
    assert [row["lines"] for row in shown()] == [1]


def test_problems_can_be_saved_for_whoever_filled_in_the_form(areas: None) -> None:
    file = a_file("klaim.xlsx", filled({f"Klaim!E{row_of(17)}": "=1+"}, a_place(B="sekolah", F="-2020")))
    assert "masalah.csv" in said(1, "claims", "import", file, "--problems", "masalah.csv")
    saved = Path("masalah.csv").read_bytes()
    assert saved.startswith(b"\xef\xbb\xbf") and saved.count(b"\r\n") == 3
    rows = [line.split(";", 1) for line in saved.decode("utf-8-sig").splitlines()]
    assert [cell for cell, _ in rows] == [f"Klaim!E{row_of(17)}", "Fasilitas!B4", "Fasilitas!F4"]
    assert "Pojok ASI" in rows[1][1], "the kinds there are, by their words"
    assert all(sentence.strip('"').startswith(" ") for _, sentence in rows), "nothing begins a formula"


def test_problems_are_saved_as_a_workbook_for_the_district(areas: None) -> None:
    cells = {f"Klaim!E{row_of(17)}": "=1+", f"Jawaban!E{4}": "+62 812 (=1+1)"}
    file = a_file("klaim.xlsx", filled(cells, a_place(B="sekolah"), a_place("Jauh", G=5.0051)))
    assert "masalah.xlsx" in said(1, "claims", "import", file, "--problems", "masalah.xlsx")
    (sheet,) = load_workbook("masalah.xlsx").worksheets
    head, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert head == ["Lembar", "Sel", "Yang perlu diperiksa", "Yang perlu dilakukan"]
    assert [row[:2] for row in rows] == [["Klaim", f"E{row_of(17)}"], ["Jawaban", "E4"], ["Fasilitas", "B4"],
                                         ["Fasilitas", "G5"]]  # fmt: skip
    assert "Perbaiki" in str(rows[0][3]) and "biarkan" in str(rows[3][3])
    assert all(cell.data_type in ("s", "n") for row in sheet.iter_rows() for cell in row), "nothing is a formula"
    assert sheet.auto_filter.ref == "A1:D5"


def test_a_file_name_that_no_database_takes_is_written_otherwise(areas: None) -> None:
    name = os.fsdecode(b"klaim-\xff\x01.xlsx")
    said(0, "claims", "import", a_file(name, filled({f"Klaim!E{row_of(17)}": 12})))
    assert [row["file"] for row in shown()] == ["klaim- .xlsx"]


def test_the_same_file_twice_changes_nothing_and_asks_nothing(areas: None) -> None:
    file = a_file("klaim.xlsx", filled({f"Klaim!E{row_of(17)}": 12}, a_place()))
    said(0, "claims", "import", file)
    before = shown()
    assert catalogue("id").say("claims.unchanged", indicators=0) in said(0, "claims", "import", file)
    assert shown() == before


@pytest.mark.parametrize("answer, code, score", [("n\n", 1, 12.0), ("", 1, 12.0), ("y\n", 0, 10.0)])
def test_a_changed_file_shows_its_plan_and_asks_before_it_acts(
    areas: None, answer: str, code: int, score: float
) -> None:
    said(0, "claims", "import", a_file("klaim.xlsx", filled({f"Klaim!E{row_of(17)}": 12}, a_place())))
    changed = a_file("baru.xlsx", filled({f"Klaim!E{row_of(17)}": 10}, a_place("Lain")))
    plan = said(code, "claims", "import", changed, answer=answer)
    assert "klaim.xlsx" in plan and "17" in plan
    assert shown()[0]["self_score"] == score


def test_yes_is_an_answer(areas: None) -> None:
    said(0, "claims", "import", a_file("klaim.xlsx", filled({f"Klaim!E{row_of(17)}": 12})))
    changed = a_file("baru.xlsx", filled({f"Klaim!E{row_of(17)}": 10}))
    plan = json.loads(printed("claims", "import", changed, "--yes", "--json"))
    assert [(c["score_before"], c["score"]) for c in plan["changes"]] == [(12.0, 10.0)]
    assert shown()[0]["self_score"] == 10.0


def test_a_faulty_file_is_answered_with_every_problem_and_changes_nothing(areas: None) -> None:
    cells = {f"Klaim!E{row_of(1)}": 61, f"Klaim!E{row_of(2)}": "dua puluh"}
    faulty = a_file("salah.xlsx", filled(cells, a_place(E="12.34.56.7890 Antah")))
    sentences = said(1, "claims", "import", faulty)
    assert all(place in sentences for place in ("Klaim!E4", "Klaim!E5", "Fasilitas!E4"))
    result = tilik("claims", "import", faulty, "--json")
    assert result.exit_code == 1
    assert [(p["sheet"], p["row"]) for p in json.loads(result.stdout)["problems"]] == [
        ("Klaim", 4), ("Klaim", 5), ("Fasilitas", 4),
    ]  # fmt: skip
    assert shown() == [] and not Path("var/store").exists()


def test_what_is_no_workbook_is_refused(areas: None) -> None:
    assert said(1, "claims", "import", a_file("klaim.xlsx", b"PK\x03\x04"))


# ── forms, pull ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.ci
def test_forms_are_built_and_fine() -> None:
    said(0, "forms", "build", Path("new/folder"))
    assert {file.stem for file in Path("new/folder").iterdir()} == {*FORMS, CHILD_FORM}
    said(0, "forms", "check")


def test_without_a_central_a_sentence_names_what_to_set() -> None:
    for command in (("pull",), ("forms", "publish")):
        assert "TILIK_CENTRAL_URL" in said(1, *command)


def test_a_password_central_refuses_is_said(a_central: Central, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TILIK_CENTRAL_PASSWORD", "another")
    assert "TILIK_CENTRAL_PASSWORD" in said(1, "pull")


@pytest.mark.ci
def test_forms_and_facilities_are_published(areas: None, a_central: Central) -> None:
    said(0, "claims", "import", a_file("klaim.xlsx", filled(None, a_place())))
    first, again = said(0, "forms", "publish", "--yes"), said(0, "forms", "publish")
    assert first != again
    assert len(a_central.forms()) == len({*FORMS, CHILD_FORM})
    (place,) = a_central.entities("facilities").values()
    path = f"projects/{a_central.project}/datasets/facilities/entities/{place['__id']}"
    a_central.session.ask("DELETE", path).close()
    text = said(1, "forms", "publish", "--yes")
    assert f"{place['label']} ({place['__id']})" in text and "pulihkan di Central" in text


@pytest.mark.ci
def test_publishing_shows_its_plan_and_does_nothing_without_a_yes(areas: None, a_central: Central) -> None:
    said(0, "claims", "import", a_file("klaim.xlsx", filled(None, a_place())))
    plan = said(3, "forms", "publish", "--plan")
    assert "Baru: visit_school" in plan and "Daftar baru" in plan
    assert "Daftar facilities di Central: baris baru 1" in plan
    for answer in ("t\n", "\n", ""):
        assert "visit_school" in said(1, "forms", "publish", answer=answer)
        assert a_central.forms() == []
    said(0, "forms", "publish", answer="ya\n")
    assert len(a_central.forms()) == len({*FORMS, CHILD_FORM})
    assert f"Tetap: {len(FORMS) + 1}" in said(0, "forms", "publish", "--plan")
    assert "Terbitkan sekarang" not in said(0, "forms", "publish"), "there is nothing to ask about"


@pytest.mark.ci
def test_a_plan_names_what_is_blocked(areas: None, a_central: Central) -> None:
    a_central.publish("visit_school", a_form(form_id="visit_school"), "1")
    text = said(1, "forms", "publish", "--plan")
    assert "Terhalang: visit_school" in text and "bukan buatan Tilik" in text
    assert "Terhalang: visit_school" in said(1, "forms", "publish", "--yes")
    assert len(a_central.forms()) == len({*FORMS, CHILD_FORM}) and a_central.form("visit_school").version == "1"


@pytest.mark.ci
def test_a_plan_that_is_no_longer_true_is_not_carried_out(
    areas: None, a_central: Central, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(_question: str) -> bool:
        a_central.publish("visit_school", a_form(form_id="visit_school"), "1")
        return True

    monkeypatch.setattr(commands, "agreed", meanwhile)
    assert "tidak berlaku lagi" in said(1, "forms", "publish")
    assert [form.form_id for form in a_central.forms()] == ["visit_school"]


@pytest.mark.ci
def test_an_encrypted_project_is_told_as_one_that_tilik_cannot_read(areas: None, a_central: Central) -> None:
    key = {"passphrase": "a long enough one", "hint": ""}
    a_central.session.ask("POST", f"projects/{a_central.project}/key", json=key).close()
    for words in (("--plan",), ("--yes",)):
        assert "tidak dapat membaca" in tilik("forms", "publish", *words).stderr
    assert f"Tetap: {len(FORMS) + 1}" in said(0, "forms", "publish", "--plan")


def test_where_nothing_is_to_be_asked_again_it_says_so(areas: None) -> None:
    assert "Tidak ada tempat" in said(0, "forms", "again") == said(0, "forms", "again", "visit_school")


def test_pull_says_what_came(a_central: Central) -> None:
    publish_trial(a_central).submit(FORM_ID, a_submission(photo="1.jpg"), {"1.jpg": b"\xff\xd8\xff"})
    assert json.loads(printed("pull", "--json")) == {
        "forms": [{"form": FORM_ID, "rows": 1, "new": 1, "problem": None}], "files": 1,
    }  # fmt: skip
    assert FORM_ID in said(0, "pull")


def test_pull_with_a_form_that_fails_is_code_1_and_says_which(a_central: Central, sandbox: Sandbox) -> None:
    publish_trial(a_central)
    sandbox.state.projects[a_central.project].forms[FORM_ID].submissions["x"] = object()  # type: ignore[assignment]
    result = tilik("pull", "--json")
    assert result.exit_code == 1
    (form,) = json.loads(result.stdout)["forms"]
    assert form["form"] == FORM_ID and "500" in form["problem"]


# ── verify, report, work ─────────────────────────────────────────────────────────────────────────────────────────────


def test_verify_and_report(areas: None, a_central: Central) -> None:
    said(1, "verify")
    said(0, "claims", "import", a_file("klaim.xlsx", filled({f"Klaim!E{row_of(17)}": 12}, a_place())))
    assert DISTRICT in said(1, "report", *WHERE) and DISTRICT in said(1, "report", *WHERE, "--json")
    assert said(0, "verify") != said(0, "verify"), "the second time there is nothing new"
    report = json.loads(printed("report", *WHERE, "--json"))
    rows = list(csv.reader(io.StringIO(printed("report", *WHERE, "--csv")), delimiter=";"))
    assert len(report["indicators"]) == 31 and report["indicators"][16]["claimed"] == 12
    assert len({len(row) for row in rows}) == 1 and len(rows) > 32
    assert len(printed("report", *WHERE).splitlines()) > 35


def test_why_tells_of_an_indicator_and_of_a_place(areas: None, a_central: Central) -> None:
    answer = {"Jawaban!E92": 12, "Jawaban!F92": 9}
    file = a_file("klaim.xlsx", filled({f"Klaim!E{row_of(17)}": 12, **answer}, a_place()))
    said(0, "claims", "import", file, answer="y\n")
    assert DISTRICT in said(1, "why", "--round", str(YEAR), DISTRICT, "17"), "nothing is verified yet"
    said(0, "verify")
    indicator = printed("why", "--round", str(YEAR), DISTRICT, "17")
    assert "12,0 dari 15,0 poin  [klaim.xlsx › Klaim!E20]" in indicator
    assert "dibaca menurut keberadaan: 0,0 – 12,0" in indicator
    assert "Berbeda: Jumlah yang dilaporkan 12, yang didaftar 1" in indicator and "\n  – 1. " in indicator
    place = printed("why", "--round", str(YEAR), DISTRICT, "17", "1")
    assert "hasil: belum dikunjungi" in place and "Fasilitas!" in place
    assert "99" in said(1, "why", "--round", str(YEAR), DISTRICT, "99")
    assert "Indikator … tidak ada" in said(1, "why", "--round", str(YEAR), DISTRICT, "9" * 20)
    assert "1 tempat" in said(1, "why", "--round", str(YEAR), DISTRICT, "17", "7")


def test_why_needs_no_round_where_only_one_can_be_meant(areas: None, a_central: Central) -> None:
    said(0, "claims", "import", a_file("klaim.xlsx", filled({f"Klaim!E{row_of(17)}": 12}, a_place())), answer="y\n")
    said(0, "verify")
    assert printed("why", DISTRICT, "17") == printed("why", "--round", str(YEAR), DISTRICT, "17")
    assert "Tidak ada putaran yang mempunyai bagian 99.99" in said(1, "why", "99.99", "17")


def test_a_district_that_there_is_not_is_said_to_be_none(areas: None, a_central: Central) -> None:
    assert "99.01.01 bukan kode kabupaten/kota" in said(1, "report", *WHERE[2:], "--district", "99.01.01")
    for code, told in {"99.99": "99.99", "xx": "…"}.items():
        assert f"Wilayah {told} belum dimuat" in said(1, "report", *WHERE[2:], "--district", code)


def test_work_that_went_wrong_is_named_and_is_code_1(monkeypatch: pytest.MonkeyPatch, a_central: Central) -> None:
    monkeypatch.setenv("TILIK_CENTRAL_PASSWORD", "another")
    text = said(1, "work", "--once")
    assert "Meminta penarikan semua formulir: Central menolak akun ini" in text


def test_a_form_whose_files_fail_leaves_the_others_fetched(a_central: Central, sandbox: Sandbox) -> None:
    forms = sandbox.state.projects[a_central.project].forms
    for form_id in ("a", "b"):
        a_central.publish(form_id, a_form(form_id=form_id), "1")
        a_central.submit(form_id, a_submission(form_id=form_id, photo="1.jpg"), {"1.jpg": b"\xff\xd8\xff"})
    (broken,) = forms["a"].submissions.values()
    broken.current.files["1.jpg"] = ("image/jpeg", None)  # type: ignore[assignment] # fails where this file is opened
    said(1, "pull")
    assert len([file for file in Path("var/store").rglob("*") if file.is_file()]) == 1


def test_work_does_what_is_due_once(areas: None, a_central: Central) -> None:
    said(0, "claims", "import", a_file("klaim.xlsx", filled(None, a_place())))
    said(0, "work", "--once")
    assert len(a_central.entities("facilities")) == 1, "importing had asked for it"
    printed("report", *WHERE, "--json")
