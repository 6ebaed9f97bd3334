"""The visit to an information facility: what is not counted, what each kind must have, and what a plan may add."""

import pytest

from tests.support.built import built
from tests.xlsforms.filling import LISTED, OF_THE_PLACE, Fill, judged, questions, visit
from verification.model import Outcome, Seen
from xlsforms.build import BuiltForm

FORM = "visit_info_facility"
KINDS = built(FORM).kinds
EVERYWHERE = {"countable_place", "no_harmful_content", "content_checked", "free_of_charge", "special_needs"}
AT_A_LIBRARY = {"children_collection_apart", "adequate_collection"}
AT = {
    "perpustakaan": AT_A_LIBRARY,
    "perpustakaan_keliling": AT_A_LIBRARY | {"routine_schedule", "reaches_remote"},
    "taman_baca": {"comfortable_reading_place", "childrens_books", "no_forced_purchase"},
    "layanan_internet": {"internet_for_children"},
    "papan_terbitan": {"public_board"},
}
NOT_COUNTED = ["bookshop", "private_cafe", "video_rental", "game_rental", "telecom"]
MODULES = {
    "practice": {"disaster_information", "attendance_list", "titles", "copies"},
    "titles": {"titles_looked_at", "titles_unsuitable"},
    "access": {"step_free_access", "toilet_accessible", "material_accessible", "fee_any"},
    "recount": {"register_shown", "recount_period", "recount_total", "recount_boys", "recount_girls", "recount_method"},
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_place_is_asked_for_what_binds_it_and_is_confirmed_by_that(fill: Fill, kind: str) -> None:
    filled = fill(FORM, facility=LISTED[kind], modules=None)
    assert filled.problem is None
    assert visit(filled).answers.keys() == EVERYWHERE | AT.get(kind, set())
    assert judged(kind, 9, visit(filled).answers) is Outcome.CONFIRMED


@pytest.mark.parametrize("missing", sorted((EVERYWHERE - {"countable_place"}) | AT_A_LIBRARY))
def test_none_of_it_may_be_skipped_and_none_may_be_called_out_of_place(fill: Fill, missing: str) -> None:
    assert fill(FORM, **{missing: None}).problem == missing
    assert fill(FORM, **{missing: "na"}).refused[0]["sentence"] == "not offered"


@pytest.mark.parametrize("excluded", NOT_COUNTED)
def test_a_place_of_a_kind_that_is_not_counted_is_contradicted(fill: Fill, excluded: str) -> None:
    answers = visit(fill(FORM, excluded_kind=excluded)).answers
    assert answers["countable_place"] is Seen.NO
    assert judged("perpustakaan", 9, answers) is Outcome.CRITERIA_NOT_MET


def test_whether_it_is_counted_must_be_said_and_follows_what_is_said_last(fill: Fill) -> None:
    assert fill(FORM, excluded_kind=None).problem == "excluded_kind"
    assert visit(fill(FORM, {"excluded_kind": "none"}, excluded_kind="bookshop")).answers["countable_place"] is Seen.YES
    assert visit(fill(FORM, {"excluded_kind": "telecom"})).answers["countable_place"] is Seen.NO
    closed = fill(FORM, {"arrival": "closed"}, excluded_kind="bookshop")
    assert (closed.problem, visit(closed).answers) == (None, {})


def test_what_is_no_book_may_be_part_of_a_library(fill: Fill) -> None:
    assert "inside_library" not in fill(FORM).asked[0]
    filled = fill(FORM, category="internet", inside_library="yes", mainly_creativity="no")
    assert "<inside_library>yes<" in filled.xml and "<mainly_creativity>no<" in filled.xml
    back = fill(FORM, {"category": "book"}, category="internet", inside_library="yes")
    assert "inside_library>yes" not in back.xml


def test_another_place_takes_back_what_only_the_first_kind_has(fill: Fill) -> None:
    filled = fill(FORM, {"facility": LISTED["taman_baca"]})
    assert filled.problem is None
    assert AT["taman_baca"] <= visit(filled).answers.keys()
    assert AT_A_LIBRARY.isdisjoint(visit(filled).answers)


def test_all_else_is_asked_only_where_the_plan_says_so(fill: Fill) -> None:
    said = {"titles_looked_at": 10, "fee_any": "no"}
    core = set(fill(FORM, modules=None).asked[0])
    assert core.isdisjoint(set().union(*MODULES.values()))
    for module, asked in MODULES.items():
        assert set(fill(FORM, modules=[module], **said).asked[0]) - core == asked
    assert set(built(FORM).modules) == MODULES.keys()


def test_ten_titles_are_counted_and_none_is_written_down(forms: dict[str, BuiltForm], fill: Fill) -> None:
    assert fill(FORM, titles_looked_at=10, titles_unsuitable=10).refused == []
    for wrong in (0, 11):
        assert fill(FORM, titles_looked_at=wrong).refused[0]["sentence"] == "Tulis bilangan dari 1 sampai 10."
    too_many = fill(FORM, titles_looked_at=4, titles_unsuitable=5)
    assert too_many.refused[0]["sentence"] == "Jumlah ini melebihi jumlah judul yang dilihat."
    assert fill(FORM, {"titles_looked_at": 2}, titles_looked_at=4, titles_unsuitable=3).problem == "titles_unsuitable"
    assert questions(forms[FORM], "text") == OF_THE_PLACE


def test_books_are_counted_where_the_place_is_one_of_books(fill: Fill) -> None:
    assert fill(FORM, titles=40, copies=40).refused == []
    for titles, copies in ((40, 39), (None, 100_001)):
        (refused,) = fill(FORM, titles=titles, copies=copies).refused
        assert refused["question"] == "copies" and refused["sentence"].startswith("Jumlah buku tidak mungkin kurang")
    assert {"titles", "copies"}.isdisjoint(fill(FORM, category="video").asked[0])
    assert "<titles>40" not in fill(FORM, {"category": "video"}, titles=40).xml


def test_only_the_front_is_photographed(forms: dict[str, BuiltForm], fill: Fill) -> None:
    assert questions(forms[FORM], "image") == {"photo_front"}
    for kind in KINDS:
        assert "photo_front" in fill(FORM, facility=LISTED[kind]).asked[0]
    assert "<label>Contoh museum</label>" in fill(FORM, facility=LISTED["museum"]).xml
