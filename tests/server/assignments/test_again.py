"""Places to ask again: visited before the form asked what decides there."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from server.app import create_app
from server.assignments.again import AskAgain, give_again, parts_to_ask_again, places_to_ask_again, to_ask_again
from server.assignments.giving import AssignmentWish, NotAssigned
from server.assignments.tables import Assignment
from server.db import now, snapshot, writing
from server.disclosure.viewer import EVERYONE, Viewer, viewer_of
from server.forms.tables import FormChange
from server.register.tables import Facility
from server.results.parts import JudgedPart, judged_part
from server.roles.account import Forbidden
from server.rounds.tables import Round, RoundPart
from server.rulebook import load_indicators
from server.settings import Settings
from server.submissions.tables import Form, Submission
from server.words import catalogue
from tests.support.assigning import HOME, OPEN_PLACE, PART, WISH, Field
from tests.support.builders import LAT, LON
from tests.support.cli import tilik
from tests.support.trial import it_comes
from tests.support.web import TESTER, entered
from verification.judging.checks import what_decides

FORM, HOME_FORM = "visit_pojok_asi", "visit_lksa"
DECIDES = "refrigerator"
WORDS = catalogue("en")


def comes(field: Field, place: str, version: str, *seen: str, root: str = "", **answers: Any) -> None:
    """Let a visit come by a version of its form, with these criteria seen."""
    kind, form = ("lksa", HOME_FORM) if place == HOME else ("pojok_asi", FORM)
    given = {"kind": kind, "facility": field.places[place].facility_id, "arrival": "open", "point": f"{LAT} {LON} 0 5",
             "seen": dict.fromkeys(seen, "yes")}  # fmt: skip
    root = root or f"uuid:{place} {version}"
    it_comes(field.engine, form, root, given | answers, read=False)
    with writing(field.engine) as session:
        session.execute(update(Submission).filter_by(root_id=root).values(form_version=version))
    it_comes(field.engine, form, root, given | answers)


def goes_out(field: Field, form: str, *versions: tuple[str, Sequence[str]]) -> None:
    """Publish versions one after the other, each with the questions that it added."""
    before = "1"
    with writing(field.engine) as session:
        for version, added in versions:
            session.add(FormChange(project=1, form_id=form, version=version, before=before, noted_at=now(),
                                   what={"added": list(added)} if added else {}))  # fmt: skip
            session.flush()
            before = version


def here_of(session: Any) -> JudgedPart:
    here = judged_part(session, *PART)
    assert here
    return here


def found(field: Field) -> dict[str, tuple[str, ...]]:
    names = {there.facility_id: name for name, there in field.places.items()}
    with snapshot(field.engine) as session:
        return {names[one.facility_id]: one.codes for one in to_ask_again(session, here_of(session))}


def shown(field: Field, viewer: Viewer = EVERYONE) -> AskAgain:
    with snapshot(field.engine) as session:
        return places_to_ask_again(session, here_of(session), WORDS, viewer)


def test_what_decides_is_what_checks_turn_on() -> None:
    rules = load_indicators()
    for indicator in rules.indicators:
        codes = what_decides(indicator.checks, indicator.criteria)
        assert codes <= {criterion.code for criterion in indicator.criteria}
        assert bool(codes) == bool(indicator.checks)
        assert {one.code for one in indicator.criteria if one.code in codes and not one.of_regulation} == set()


def test_a_place_visited_before_a_deciding_question_came_is_asked_again(field: Field) -> None:
    comes(field, OPEN_PLACE, "1", "chair")
    assert found(field) == {}
    goes_out(field, FORM, ("2", [DECIDES, "no_criterion"]))
    assert found(field) == {OPEN_PLACE: (DECIDES,)}
    comes(field, OPEN_PLACE, "2")
    assert found(field) == {}, "what it could ask and left open is another matter"


@pytest.mark.parametrize("added", [[], ["word"], ["serves_children"]], ids=["nothing", "no criterion", "another's"])
def test_what_does_not_decide_there_asks_nobody_again(field: Field, added: list[str]) -> None:
    comes(field, OPEN_PLACE, "1")
    goes_out(field, FORM, ("2", added))
    assert found(field) == {}


def test_what_an_older_version_asked_already_is_not_asked_again(field: Field) -> None:
    """A question may have been there, gone, and have come again."""
    comes(field, OPEN_PLACE, "1", DECIDES)
    goes_out(field, FORM, ("2", [DECIDES]))
    assert found(field) == {}


def test_versions_in_between_count_by_when_they_went_out(field: Field) -> None:
    comes(field, OPEN_PLACE, "2")
    goes_out(field, FORM, ("2", ["chair"]), ("3", []), ("4", [DECIDES]))
    assert found(field) == {OPEN_PLACE: (DECIDES,)}


def test_another_forms_versions_say_nothing_of_it(field: Field) -> None:
    comes(field, OPEN_PLACE, "1")
    goes_out(field, HOME_FORM, ("2", [DECIDES]))
    assert found(field) == {}


def test_where_nobody_got_in_nothing_is_asked_again(field: Field) -> None:
    comes(field, OPEN_PLACE, "1", arrival="closed")
    goes_out(field, FORM, ("2", [DECIDES]))
    assert found(field) == {}


@pytest.mark.parametrize("closed", [Round, RoundPart])
def test_only_in_an_open_part_of_an_open_round(field: Field, closed: type[Any]) -> None:
    comes(field, OPEN_PLACE, "1")
    goes_out(field, FORM, ("2", [DECIDES]))
    with writing(field.engine) as session:
        session.execute(update(closed).values(state="closed"))
    assert found(field) == {} and shown(field).places == ()


def test_a_home_is_called_by_its_kind_and_a_shelter_is_on_no_list(field: Field) -> None:
    comes(field, HOME, "1")
    goes_out(field, HOME_FORM, ("2", ["serves_children"]))
    (one,) = shown(field).places
    assert HOME not in one.place and one.lacks and one.against is None
    (one,) = shown(field, viewer_of(TESTER, PART[1], PART[0])).places
    assert one.place == HOME
    with writing(field.engine) as session:
        session.execute(update(Facility).filter_by(id=one.facility_id).values(kind="rumah_aman"))
    assert shown(field) == AskAgain((), 0)


def test_what_is_only_planned_asks_again_as_soon_as_it_is_said(field: Field) -> None:
    comes(field, OPEN_PLACE, "1")
    with snapshot(field.engine) as session:
        here = here_of(session)
        (project,) = session.scalars(select(Form.project).filter_by(form_id=FORM))
        planned = {(project, FORM): (DECIDES, "no_criterion")}
        assert [one.codes for one in to_ask_again(session, here, planned=planned)] == [(DECIDES,)]
        assert to_ask_again(session, here, planned={(project, HOME_FORM): (DECIDES,)}) == []
        assert to_ask_again(session, here, planned={(project + 1, FORM): (DECIDES,)}) == []
    assert found(field) == {}


def test_parts_are_found_by_the_form(field: Field) -> None:
    comes(field, OPEN_PLACE, "1")
    with snapshot(field.engine) as session:
        for form, parts in ((None, [PART]), (FORM, [PART]), (HOME_FORM, [])):
            assert [(one.round.id, one.part.district) for one in parts_to_ask_again(session, form)] == parts


def test_the_command_names_them_and_how_many(lacking: Field, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TILIK_DATABASE_URL", lacking.engine.url.render_as_string(hide_password=False))
    for words in ((), (FORM,)):
        told = tilik("forms", "again", *words)
        assert OPEN_PLACE in told.stdout and FORM in told.stdout and "1 tempat" in told.stderr
    assert tilik("forms", "again", HOME_FORM).stdout == ""


# ── sending somebody


def give(field: Field, *places: str, by: Any = TESTER, **wish: Any) -> tuple[int, list[str]]:
    with writing(field.engine) as session:
        numbers = [field.places[place].facility_id if place in field.places else place for place in places]
        done = give_again(session, here_of(session), numbers, replace(WISH, **wish), by)
        return done.given, [reason.code for _, reason in done.left_out]


def assignments(field: Field) -> list[str]:
    names = {there.facility_id: name for name, there in field.places.items()}
    with snapshot(field.engine) as session:
        return [names[one] for one in session.scalars(select(Assignment.facility_id))]


@pytest.fixture
def lacking(field: Field) -> Field:
    comes(field, OPEN_PLACE, "1")
    goes_out(field, FORM, ("2", [DECIDES]))
    return field


def test_somebody_is_sent_once_however_often_it_is_asked(lacking: Field) -> None:
    uuid = AssignmentWish().uuid
    for _ in range(2):
        assert give(lacking, OPEN_PLACE, uuid=uuid) == (1, [])
    assert assignments(lacking) == [OPEN_PLACE]
    assert give(lacking, OPEN_PLACE, uuid=AssignmentWish().uuid) == (0, ["assignment_on_the_way"])
    (one,) = shown(lacking).places
    assert one.against


def test_a_place_that_need_not_be_asked_is_not(lacking: Field) -> None:
    assert give(lacking, HOME, "no such place", OPEN_PLACE) == (1, [])
    assert assignments(lacking) == [OPEN_PLACE]


@pytest.mark.parametrize("wish", [{"deadline": "2020-01-01"}, {"question": ""}, {"uuid": "x"}, {"who": "77"}])
def test_what_is_typed_wrong_gives_nothing(lacking: Field, wish: dict[str, str]) -> None:
    with pytest.raises(NotAssigned):
        give(lacking, OPEN_PLACE, **wish)
    assert assignments(lacking) == []


def test_nothing_ticked_gives_nothing(lacking: Field) -> None:
    with pytest.raises(NotAssigned):
        give(lacking)


def test_who_may_not_send_anybody_does_not(lacking: Field) -> None:
    with pytest.raises(Forbidden):
        give(lacking, OPEN_PLACE, by=replace(TESTER, held=()))


# ── the page


PATH, OURS = f"/wilayah/{PART[0]}/{PART[1]}/tugas/lagi", {"Sec-Fetch-Site": "same-origin"}


def test_the_page_offers_them_and_sends_somebody(lacking: Field, tmp_path: Path) -> None:
    web = entered(create_app(lacking.engine, Settings(data=tmp_path, central_project=1)))
    text = web.get(PATH).text
    assert OPEN_PLACE in text and "Belum ditanyakan" in text
    typed = {"uuid": AssignmentWish().uuid, "question": WISH.question, "why": WISH.why, "deadline": WISH.deadline}
    typed["place"] = lacking.places[OPEN_PLACE].facility_id
    wrong = web.post(PATH, data=typed | {"deadline": ""}, headers=OURS)
    assert (wrong.status_code, WISH.question in wrong.text, assignments(lacking)) == (400, True, [])
    assert web.post(PATH, data=typed, headers=OURS).status_code == 200
    assert assignments(lacking) == [OPEN_PLACE]
    assert "sudah ditugaskan" in web.get(PATH).text


def test_the_page_says_where_nothing_is_to_be_asked(field: Field, tmp_path: Path) -> None:
    web = entered(create_app(field.engine, Settings(data=tmp_path, central_project=1)))
    assert "Tidak ada tempat" in web.get(PATH).text
