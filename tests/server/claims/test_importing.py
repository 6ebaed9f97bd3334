"""Importing what a district claims: all of a form or nothing of it, and every problem with its place."""

import io
import threading
import zipfile

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from server.claims import importing
from server.claims.importing import ImportPlan, import_claims, plan_import
from server.claims.package import MAX_UNPACKED_BYTES
from server.claims.queries import claims_of
from server.claims.tables import ClaimFile, ClaimLine
from server.claims.text import plan_text
from server.claims.workbook import UnusableWorkbook, open_workbook
from server.db import snapshot, writing
from server.register.tables import Facility
from server.rounds.states import NotAllowed
from server.rounds.tables import RoundPart
from server.store.interface import Store
from server.words import catalogue
from tests.support.builders import INDICATORS
from tests.support.claiming import ROUND, claims_come, forget_jobs, open_round
from tests.support.rounds import asked_for, begin, let_be, move, move_part, part_of, written
from tests.support.visits import assert_operator_can_act
from tests.support.workbooks import DISTRICT, TEMPLATE, YEAR, a_place, filled, opened, row_of
from verification.claim_form.cells import FIRST_ROW, LAST_ROW


def lines(engine: Engine) -> dict[str, tuple[int, str]]:
    """Give the claimed places: name, then the line's number and its facility."""
    with snapshot(engine) as session:
        return {line.name: (line.id, line.facility_id) for line in session.scalars(select(ClaimLine))}


def scores(engine: Engine) -> dict[int, float | None]:
    with snapshot(engine) as session:
        return {number: claim.self_score for number, claim in claims_of(session, ROUND, DISTRICT).items()}


def test_a_form_that_nobody_filled_in_is_refused_and_leaves_no_trace(district: Engine) -> None:
    plan = claims_come(district, TEMPLATE)
    assert ([problem.reason.code for problem in plan.problems], plan.changes) == (["claim_form_empty"], ())
    with snapshot(district) as session:
        assert session.scalars(select(ClaimFile.id)).all() == session.scalars(select(RoundPart.district)).all() == []


def test_a_form_with_scores_places_and_the_cells_they_came_from(district: Engine) -> None:
    content = filled({f"Klaim!E{row_of(17)}": 12.5}, a_place())
    (change,) = claims_come(district, content).changes
    assert (change.indicator, change.new, change.score, change.lines_added) == (17, True, 12.5, 1)
    with snapshot(district) as session:
        claim = claims_of(session, ROUND, DISTRICT)[17]
        assert (claim.cell, claim.file.filename) == ("Klaim!E20", "klaim.xlsx")
        (line,) = claim.lines
        assert (line.name, line.cell, line.since_year) == ("Pojok ASI Pasar", "Fasilitas!C4", 2020)
        assert line.half_cell_m == pytest.approx(5.56, abs=0.01)


def test_a_faulty_form_changes_nothing_and_names_every_problem(district: Engine) -> None:
    claims_come(district, filled({f"Klaim!E{row_of(1)}": 50}))
    faulty = filled(
        {f"Klaim!E{row_of(1)}": 61, f"Klaim!E{row_of(2)}": "dua puluh", f"Klaim!E{row_of(3)}": "=10+5"},
        a_place(E="12.34.56.7890 Antah"), a_place("Lain", G=110.005, H=-5.005),
    )  # fmt: skip
    plan = claims_come(district, faulty)
    assert [(p.reason.code, p.sheet, p.row, p.column) for p in plan.problems] == [
        ("score_out_of_range", "Klaim", 4, "E"), ("text_where_number_belongs", "Klaim", 5, "E"),
        ("formula_without_value", "Klaim", 6, "E"), ("unknown_area", "Fasilitas", 4, "E"),
        ("coordinate_swapped", "Fasilitas", 5, "G"),
    ]  # fmt: skip
    assert scores(district) == {1: 50}


def test_the_same_file_twice_changes_nothing(district: Engine) -> None:
    content = filled({f"Klaim!E{row_of(17)}": 12}, a_place())
    claims_come(district, content)
    before = lines(district)
    plan = claims_come(district, content)
    assert plan.known and plan.changes == ()
    assert lines(district) == before


def test_an_earlier_file_may_take_the_place_of_a_later_one_again(district: Engine) -> None:
    first, second = filled({f"Klaim!E{row_of(1)}": 50}), filled({f"Klaim!E{row_of(1)}": 40})
    for content in (first, second, first):
        claims_come(district, content)
    assert scores(district) == {1: 50}


def test_several_agencies_each_fill_their_part(district: Engine) -> None:
    claims_come(district, filled({f"Klaim!E{row_of(1)}": 50}), "setda.xlsx")
    claims_come(district, filled({f"Klaim!E{row_of(14)}": 20}), "dinkes.xlsx")
    assert scores(district) == {1: 50, 14: 20}
    with snapshot(district) as session:
        files = {number: claim.file.filename for number, claim in claims_of(session, ROUND, DISTRICT).items()}
    assert files == {1: "setda.xlsx", 14: "dinkes.xlsx"}


def test_a_changed_file_says_what_it_would_replace(district: Engine) -> None:
    claims_come(district, filled({f"Klaim!E{row_of(17)}": 12}, a_place("Satu"), a_place("Dua")))
    content = filled({f"Klaim!E{row_of(17)}": 10}, a_place("Satu"), a_place("Tiga"))
    with snapshot(district) as session:
        plan = plan_import(session, content, opened(content))
    (change,) = plan.changes
    assert plan.replaces
    assert (change.score_before, change.score, change.from_file) == (12, 10, "klaim.xlsx")
    assert (change.lines_added, change.lines_kept, change.lines_removed) == (1, 1, 1)
    assert set(lines(district)) == {"Satu", "Dua"}, "a plan changes nothing"


def test_a_part_that_a_form_lacks_is_not_replaced_by_it(district: Engine, store: Store) -> None:
    """An agency that hands in its budget, documents or one kind of places says nothing about the rest."""
    rows = {"Anggaran!A4": "I", "Anggaran!B4": "Dinas Rekaan", "Anggaran!C4": 12}
    answered = {f"Jawaban!E{FIRST_ROW + list(INDICATORS.answer_fields).index('2_2')}": 70}
    documents = {"Dokumen!A4": 2, "Dokumen!B4": "1/2026", "Dokumen!E4": "2"}
    whole = {f"Klaim!E{row_of(2)}": 20, **rows, **answered, **documents}
    claims_come(district, filled(whole))
    before = claimed_of(district, 2)
    for lacking, counts in (
        (rows, (1, 1, 1, 0, 0)), (whole | {"Anggaran!B4": "Dinas Lain"}, (0, 0, 0, 0, 1)),
        (whole | {"Dokumen!E4": None}, (0, 0, 1, 0, 0)), ({f"Klaim!E{row_of(2)}": 20}, (0, 1, 1, 0, 1)),
    ):  # fmt: skip
        (problem,) = claims_come(district, filled(lacking)).problems
        assert (problem.reason.code, problem.reason.values["indicator"]) == ("claim_form_lacks", 2)
        assert tuple(problem.reason.values[part] for part in ("scores", "answers", "documents", "places", "rows")) == (
            counts
        )
        assert_operator_can_act(problem.reason)
        assert claimed_of(district, 2) == before
    (change,) = claims_come(district, filled(whole | {"Anggaran!A5": "II", "Anggaran!B5": "Dinas Rekaan"})).changes
    assert (change.rows_before, change.rows, change.answers_before, change.documents_before) == (1, 2, 1, 1)
    plan = import_claims(district, store, filled(rows), "anggaran.xlsx", "terminal:test", lambda _plan: True, drop=True)
    assert plan.agreed and claimed_of(district, 2) == (None, 0, 0, 1)


def test_places_of_another_kind_stay_unless_they_are_meant_to_go(district: Engine) -> None:
    library, board = a_place("Satu", A=9, B="perpustakaan"), a_place("Dua", A=9, B="papan_terbitan")
    claims_come(district, filled(None, library, board))
    (problem,) = claims_come(district, filled(None, library)).problems
    assert (problem.reason.code, problem.reason.values["places"]) == ("claim_form_lacks", 1)
    assert set(lines(district)) == {"Satu", "Dua"}


def claimed_of(engine: Engine, number: int) -> tuple[float | None, int, int, int]:
    with snapshot(engine) as session:
        claim = claims_of(session, ROUND, DISTRICT, rows=True)[number]
        return claim.self_score, len(claim.answers), len(claim.documents), len(claim.budget)


def test_a_place_listed_again_keeps_its_line_and_its_entry_in_the_register(district: Engine) -> None:
    claims_come(district, filled(None, a_place("Satu"), a_place("Dua")))
    before = lines(district)
    claims_come(district, filled(None, a_place("Tiga"), a_place("SATU")))
    after = lines(district)
    assert after["SATU"] == before["Satu"]
    with snapshot(district) as session:
        assert set(session.scalars(select(Facility.name))) == {"SATU", "Dua", "Tiga"}, "the register forgets no place"


def test_a_place_claimed_again_in_the_next_round_is_one_place(district: Engine) -> None:
    claims_come(district, filled(None, a_place("Satu")))
    open_round(district, "2027", YEAR + 1)
    claims_come(district, filled(None, a_place("Satu"), stamp={3: YEAR + 1}))
    with snapshot(district) as session:
        assert session.scalars(select(Facility.name)).all() == ["Satu"]
        assert len(session.scalars(select(ClaimLine)).all()) == 2


def test_a_facilitys_id_is_random_as_central_demands(district: Engine) -> None:
    claims_come(district, filled(None, a_place()))
    ((_, facility),) = lines(district).values()
    assert facility[14] == "4"


STAMPS = {
    "another template": ({1: "0"}, "wrong_template_version"),
    "a district we do not know": ({2: "99.77"}, "district_not_loaded"),
    "another indicator set": ({4: "permen-lain"}, "other_indicator_set"),
    "a year without a round": ({3: YEAR + 7}, "claim_form_of_no_round"),
    "a round that there is not": ({5: "2099"}, "claim_form_of_no_round"),
}


@pytest.mark.parametrize("stamp, code", STAMPS.values(), ids=STAMPS)
def test_a_form_made_for_something_else(district: Engine, stamp: dict[int, object], code: str) -> None:
    plan = claims_come(district, filled({f"Klaim!E{row_of(1)}": 50}, stamp=stamp))
    assert [problem.reason.code for problem in plan.problems] == [code]
    assert scores(district) == {}


# ── the round that it is for ─────────────────────────────────────────────────────────────────────────────────────────

SCORE = {f"Klaim!E{row_of(1)}": 50}


def refused(engine: Engine, content: bytes) -> list[str]:
    """Try to import; gives the reasons' codes. Nothing may be left behind, and each reason has its sentences."""
    before = written(engine), scores(engine)
    plan = claims_come(engine, content)
    for problem in plan.problems:
        assert_operator_can_act(problem.reason)
    assert (written(engine), scores(engine)) == before
    return [problem.reason.code for problem in plan.problems]


def test_the_first_claim_begins_the_districts_part_and_asks_for_what_follows(district: Engine) -> None:
    forget_jobs(district)
    claims_come(district, filled(SCORE), "setda.xlsx")
    assert part_of(district, DISTRICT) == "open"
    assert written(district)[-1] == (ROUND, DISTRICT, "open", "terminal:test", "setda.xlsx")
    assert asked_for(district) == [("facilities", ""), ("read", ""), ("verify", f"{ROUND}/{DISTRICT}")]
    claims_come(district, filled({f"Klaim!E{row_of(14)}": 20}), "dinkes.xlsx")
    assert [row[1] for row in written(district)].count(DISTRICT) == 1


@pytest.mark.parametrize("state", ["planned", "closed", "archived"])
def test_a_form_that_names_a_round_is_taken_only_while_that_is_open(district: Engine, state: str) -> None:
    content = filled(SCORE, stamp={5: ROUND})
    let_be(district, state)
    assert refused(district, content) == ["round_not_open"]
    let_be(district, "open")
    assert claims_come(district, content).problems == () and scores(district) == {1: 50}


@pytest.mark.parametrize("state", ["planned", "closed", "archived"])
def test_one_from_before_rounds_had_names_is_its_years_open_rounds(district: Engine, state: str) -> None:
    let_be(district, state)
    assert refused(district, filled(SCORE)) == ["claim_form_of_no_round"]
    open_round(district, "again", YEAR)
    plan = claims_come(district, filled(SCORE))
    assert (plan.problems, plan.round_id, part_of(district, DISTRICT, "again")) == ((), "again", "open")


def test_where_a_year_has_two_open_rounds_a_form_must_name_its_own(district: Engine) -> None:
    open_round(district, "again", YEAR)
    assert refused(district, filled(SCORE)) == ["claim_form_of_several_rounds"]
    assert claims_come(district, filled(SCORE, stamp={5: "again"})).round_id == "again"


def test_a_closed_part_takes_no_claims_and_its_neighbour_does(district: Engine) -> None:
    claims_come(district, filled(SCORE))
    begin(district, "99.02")
    move_part(district, DISTRICT, "closed")
    assert refused(district, filled({f"Klaim!E{row_of(1)}": 40})) == ["part_closed"]
    assert refused(district, filled(SCORE)) == ["part_closed"], "not even what is known"
    move_part(district, DISTRICT, "open")
    move_part(district, "99.02", "closed")
    assert claims_come(district, filled({f"Klaim!E{row_of(1)}": 40})).problems == ()


def test_everything_that_is_wrong_with_a_form_for_a_closed_part_is_told(district: Engine) -> None:
    claims_come(district, filled(SCORE))
    move_part(district, DISTRICT, "closed")
    assert refused(district, filled(SCORE, stamp={1: "0", 4: "permen-lain"})) == [
        "wrong_template_version", "part_closed", "other_indicator_set",
    ]  # fmt: skip


def test_a_part_that_closes_after_the_plan_was_shown_takes_nothing(district: Engine, store: Store) -> None:
    claims_come(district, filled(SCORE))

    def closes_meanwhile(_plan: ImportPlan) -> bool:
        move_part(district, DISTRICT, "closed")
        return True

    content = filled({f"Klaim!E{row_of(1)}": 40})
    plan = import_claims(district, store, content, "baru.xlsx", "terminal:test", closes_meanwhile)
    assert [problem.reason.code for problem in plan.problems] == ["part_closed"]
    assert scores(district) == {1: 50}


@pytest.mark.parametrize("begun", [True, False])
def test_a_part_or_its_round_closes_only_after_an_import_that_is_under_way(
    district: Engine, store: Store, monkeypatch: pytest.MonkeyPatch, begun: bool
) -> None:
    """Else claims would come into what is closed."""
    if begun:
        claims_come(district, filled(SCORE))
    refusals: list[str] = []

    def close() -> None:
        try:
            move_part(district, DISTRICT, "closed") if begun else move(district, "closed")
        except NotAllowed as refused:
            refusals.append(refused.reasons[0].code)

    closing, really = threading.Thread(target=close), importing.apply_import

    def slowly(session: Session, plan: ImportPlan, filename: str, by: str) -> None:
        closing.start()
        closing.join(0.5)
        assert closing.is_alive(), "it waits"
        really(session, plan, filename, by)

    monkeypatch.setattr(importing, "apply_import", slowly)
    plan = import_claims(district, store, filled({f"Klaim!E{row_of(1)}": 40}), "x", "terminal:test", lambda _plan: True)
    closing.join(60)
    assert plan.problems == () and scores(district) == {1: 40}
    assert refusals == ([] if begun else ["round_has_open_parts"])
    assert part_of(district, DISTRICT) == ("closed" if begun else "open")


def unusable(content: bytes) -> str:
    with pytest.raises(UnusableWorkbook) as caught:
        open_workbook(content)
    return caught.value.reason.code


def zipped(**files: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return file.getvalue()


def test_what_is_no_workbook() -> None:
    assert unusable(b"") == "workbook_empty"
    assert unusable(b"PK\x03\x04 cut short") == "not_a_workbook"
    assert unusable(zipped(other=b"x")) == "not_a_workbook"
    assert unusable(zipped(xl__workbook_xml=b"<broken")) == "not_a_workbook"
    assert unusable(TEMPLATE[:-2000]) == "not_a_workbook"


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = zipped(xl__workbook_xml=b"<x/>", xl__sheet_xml=b"0" * (MAX_UNPACKED_BYTES + 1))
    assert len(bomb) < 100_000
    assert unusable(bomb) == "workbook_unpacks_too_large"


def test_macros_and_other_peoples_workbooks_are_refused() -> None:
    assert unusable(zipped(xl__workbook_xml=b"<x/>", xl__vbaProject_bin=b"x")) == "workbook_has_macros"
    file = io.BytesIO()
    Workbook().save(file)
    assert unusable(file.getvalue()) == "not_our_template"
    assert unusable(b"x" * 10_000_001) == "workbook_too_large"


def test_a_sheet_without_end_is_refused() -> None:
    assert unusable(filled({f"Fasilitas!C{LAST_ROW + 1}": "jauh"})) == "workbook_too_many_rows"


def test_the_template_locks_its_headings_and_offers_lists() -> None:
    book = load_workbook(io.BytesIO(TEMPLATE))
    klaim, places = book["Klaim"], book["Fasilitas"]
    assert klaim.protection.sheet and klaim["B4"].protection.locked and not klaim["E4"].protection.locked
    for letter in "ABCDEFGH":  # whatever has no cell of its own is as its column says
        assert all(places[f"{letter}{row}"].protection.locked for row in (1, 2, 3))
        assert not places.column_dimensions[letter].protection.locked
    assert places.column_dimensions["D"].number_format == "@"
    choices = {str(v.sqref).split(":")[0]: v.formula1 for v in places.data_validations.dataValidation}
    assert {cell: choices[cell] for cell in ("A4", "B4", "E4")} == {
        "A4": "=daftar_indikator_fasilitas", "B4": "=daftar_jenis", "E4": "=daftar_desa",
    }  # fmt: skip
    assert "'_tilik'!$B$1:$B$4" in str(book.defined_names["daftar_desa"].attr_text)
    assert book["_tilik"].sheet_state == "veryHidden"


# ── places that are two, and points that are elsewhere ───────────────────────────────────────────────────────────────


def registered(engine: Engine) -> dict[str, tuple[str, str | None]]:
    with snapshot(engine) as session:
        return {place.id: (place.name, place.registry_no) for place in session.scalars(select(Facility))}


@pytest.mark.parametrize("first, second", [("-", "-"), ("BELUM ADA", "0"), ("N/A", None)])
def test_a_placeholder_never_makes_one_place_of_two(district: Engine, first: str, second: str | None) -> None:
    """Else the next form would rename the first place, with all that was decided about it."""
    claims_come(district, filled(None, a_place("Satu", D=first)))
    before = lines(district)
    assert claims_come(district, filled(None, a_place("Dua", D=second))).problems == ()
    assert set(registered(district).values()) == {("Satu", None), ("Dua", None)}
    assert lines(district)["Dua"][1] != before["Satu"][1]


def test_a_place_that_once_got_a_placeholder_for_a_number_stays_itself_and_loses_it(district: Engine) -> None:
    claims_come(district, filled(None, a_place("Satu")))
    with writing(district) as session:
        session.execute(update(Facility).values(registry_no="-"))
    before = lines(district)
    claims_come(district, filled(None, a_place("Satu", D="-", F=2021)))
    assert lines(district) == before and set(registered(district).values()) == {("Satu", None)}


def test_two_places_of_one_name_in_one_village_with_two_numbers_are_both_kept(district: Engine) -> None:
    form = filled(None, a_place("SDN 1", D="20310001"), a_place("SDN 1", D="20310002"))
    assert claims_come(district, form).problems == ()
    assert sorted(registered(district).values()) == [("SDN 1", "20310001"), ("SDN 1", "20310002")]
    places = set(registered(district))
    claims_come(district, filled(None, a_place("SDN 1", D="20310002"), a_place("SD N 1", D="20310001")))
    assert set(registered(district)) == places


MELATI, EKS, OTHER = "TBM Melati", "TBM Melati (eks SDN 3)", "TBM Melati (d/h Balai RW 4)"


def test_rows_that_differ_only_in_what_they_were_called_before_are_each_a_place_and_remarked(district: Engine) -> None:
    plan = claims_come(district, filled({}, a_place(MELATI), a_place(EKS, G=-5.006)))
    assert plan.problems == () and [one.reason.code for one in plan.remarks] == ["former_names_differ"]
    for remark in plan.remarks:
        assert_operator_can_act(remark.reason)
    first = lines(district)
    assert len({facility for _, facility in first.values()}) == 2
    (change,) = claims_come(district, filled({}, a_place(EKS, G=-5.006), a_place(MELATI), a_place(OTHER))).changes
    assert (change.lines_kept, change.lines_added, change.lines_removed) == (2, 1, 0)
    assert {name: one for name, one in lines(district).items() if name != OTHER} == first, "whatever their order"
    (change,) = claims_come(district, filled({}, a_place(MELATI))).changes
    assert (change.lines_kept, change.lines_added, change.lines_removed) == (1, 0, 2)
    assert lines(district) == {MELATI: first[MELATI]}


@pytest.mark.parametrize("before, now", [(MELATI, EKS), (EKS, MELATI), (EKS, OTHER)])
def test_a_place_whose_former_name_is_written_down_or_taken_away_stays_itself(
    district: Engine, before: str, now: str
) -> None:
    claims_come(district, filled({}, a_place(before)))
    ((line, facility),) = lines(district).values()
    claims_come(district, filled({}, a_place(now)))
    assert lines(district) == {now: (line, facility)}


def test_what_one_list_says_of_a_former_name_makes_no_one_place_of_two_in_another(district: Engine) -> None:
    """The list of 7 names the place anew, and that of 17, which comes after it, has both."""
    claims_come(district, filled({}, a_place(MELATI, A=7)))
    ((_, facility),) = lines(district).values()
    claims_come(district, filled({}, a_place(EKS, A=7), a_place(MELATI), a_place(EKS)))
    with snapshot(district) as session:
        listed = [(line.name, line.facility_id == facility) for line in session.scalars(select(ClaimLine))]
    assert sorted(listed) == [(MELATI, False), (EKS, True), (EKS, True)], "one of a name in both lists"


def test_names_in_other_letters_are_kept_as_they_are(district: Engine) -> None:
    names = {"مدرسة النور", "مدرسة الهدى", "???", "????"}
    assert claims_come(district, filled(None, *map(a_place, sorted(names)))).problems == ()
    assert set(lines(district)) == names


def test_a_number_in_small_letters_is_the_same_number(district: Engine) -> None:
    claims_come(district, filled(None, a_place("Satu", D="p9990001")))
    before = lines(district)["Satu"]
    claims_come(district, filled(None, a_place("Dua", D="P9990001")))
    assert lines(district) == {"Dua": before}


def test_remarks_are_told_after_what_is_wrong_and_before_what_would_change(district: Engine) -> None:
    place = a_place("Satu", G=5.0051)
    for cells, before, after in (({"Klaim!E20": "banyak"}, "Klaim!E20", None), (None, None, "Indikator 17")):
        content = filled(cells, place)
        with snapshot(district) as session:
            told = plan_text(plan_import(session, content, opened(content)), catalogue("id"))
        remark = told.index("Fasilitas!G4")
        assert before is None or told.index(before) < remark
        assert after is None or remark < told.index(after)


def test_a_point_far_from_its_village_is_shown_before_anything_is_done(district: Engine, store: Store) -> None:
    content = filled(None, a_place("Satu", G=5.0051))
    shown: list[ImportPlan] = []

    def refuse(plan: ImportPlan) -> bool:
        shown.append(plan)
        return False

    import_claims(district, store, content, "klaim.xlsx", "terminal:test", refuse)
    (remark,) = shown[0].remarks
    assert (remark.sheet, remark.row, remark.column) == ("Fasilitas", 4, "G")
    assert remark.reason.code == "coordinate_without_minus"
    assert_operator_can_act(remark.reason)
    assert lines(district) == {}
