"""The contract of phones: what each is really given, asked as that phone; and that a lost one is let in no more."""

import uuid
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, update

from server.assignments.tables import Assignment
from server.db import snapshot, writing
from server.phones import keeping
from server.phones.expected import holding
from server.phones.keeping import NotKept
from server.phones.tables import Phone, PhoneKit
from server.register.tables import Facility
from server.roles.teams import join, leave, make_team
from tests.support.assigning import HOME, OPEN_PLACE
from tests.support.built import all_built, built
from tests.support.claiming import ROUND
from tests.support.phoning import FORM, Kit, a_kit, nothing
from tests.support.web import TESTER, person
from tests.support.workbooks import DISTRICT
from workers.central.api import Central
from workers.central.app_users import PhoneRefused
from workers.central.session import CentralProblem
from workers.sending.assigning import bring
from workers.sending.phone_check import check_team, sheets_of
from workers.sending.phone_lists import give_all_again, share_out
from workers.sending.phones import bring_phones, end_phone, must_be_refused
from workers.sending.publish import publish_facilities, publish_forms, publish_lists
from workers.sending.training import empty_practice, fill_practice, practice_sheet
from xlsforms.fill import FormFiller
from xlsforms.scenarios import media_for, scenarios

SHELTER = "Rumah Aman Rekaan"


@pytest.fixture
def kit(district: Engine, any_central: Central) -> Kit:
    return a_kit(district, any_central)


def a_second_team(kit: Kit) -> list[Phone]:
    """Make a team of one in the same district, with its phone."""
    with writing(kit.engine) as session:
        team = make_team(session, TESTER, ROUND, "Tim Kedua", [DISTRICT])
        join(session, TESTER, team.id, person(session, name="Verifikator Rekaan"), leads=True)
        made = [phone.id for phone in keeping.prepare(session, team.id, TESTER)]
    bring_phones(kit.engine, kit.central, nothing)
    return [phone for phone in kit.phones() if phone.id in made]


def give(kit: Kit, place: str, team: int | None) -> int:
    number = kit.field.give(place, who=str(team) if team else "")
    bring(kit.engine, kit.central, number, nothing)
    return number


def shared(kit: Kit) -> None:
    publish_lists(kit.engine, kit.central)
    bring_phones(kit.engine, kit.central, nothing)
    share_out(kit.engine, kit.central)


def test_each_member_has_an_account_of_their_own_called_by_team_and_code(kit: Kit) -> None:
    users = kit.central.app_users()
    assert len(users) == len(kit.living()) == 2
    names = " ".join(user.name for user in users)
    assert all(phone.code in names for phone in kit.living()) and "Rekaan" not in names.replace("Tim Rekaan", "")
    assert "Ketua" not in names and "Anggota" not in names
    assert kit.user(kit.living()[0]).properties["team"] == str(kit.field.team)
    assert set(kit.central.forms_on_phone(kit.token(kit.living()[0]))) == {FORM, "visit_lksa"}


def test_to_bring_them_again_changes_nothing_and_a_lost_answer_makes_no_second_account(kit: Kit) -> None:
    before = kit.central.app_users()
    with writing(kit.engine) as session:  # as if the answer had never come
        session.execute(update(Phone).values(actor=None, ready_at=None))
    assert bring_phones(kit.engine, kit.central, nothing) == ()
    assert kit.central.app_users() == before and all(phone.actor for phone in kit.living())


def test_a_form_that_is_published_later_reaches_phones_that_were_there(kit: Kit) -> None:
    later = built("visit_school")
    kit.central.publish(later.form_id, later.xlsx, later.version)
    assert later.form_id not in kit.central.forms_on_phone(kit.token(kit.living()[0]))
    bring_phones(kit.engine, kit.central, nothing)
    assert kit.central.forms_on_phone(kit.token(kit.living()[0]))[later.form_id] == later.version


def test_a_phone_holds_its_teams_places_and_follow_ups_and_no_others(kit: Kit) -> None:
    (other,) = a_second_team(kit)
    give(kit, OPEN_PLACE, kit.field.team)
    give(kit, HOME, other.team_id)
    shared(kit)
    mine, theirs = kit.on_phone(kit.living()[0]), kit.on_phone(other)
    assert mine == {OPEN_PLACE}
    assert len(theirs) == 1 and next(iter(theirs)).startswith("LKSA/panti asuhan anak ")
    assert HOME not in f"{mine}{theirs}"
    assert len(kit.on_phone(kit.living()[0], "follow_ups")) == len(kit.on_phone(other, "follow_ups")) == 1
    assert kit.on_phone(kit.living()[0], "follow_ups").isdisjoint(kit.on_phone(other, "follow_ups"))


def test_where_no_visit_was_assigned_a_phone_holds_all_of_its_district_and_no_shelter(kit: Kit) -> None:
    with writing(kit.engine) as session:
        session.add(Facility(id=str(uuid.uuid4()), kind="rumah_aman", name=SHELTER, village=f"{DISTRICT}.01.2001"))
        session.add(Facility(id=str(uuid.uuid4()), kind="sekolah", name="SD Tetangga", village="99.02.01.2001"))
    shared(kit)
    held = kit.on_phone(kit.living()[0])
    assert OPEN_PLACE in held and len(held) == 2 and not any("Aman" in label for label in held)
    give(kit, HOME, kit.field.team)
    shared(kit)
    assert OPEN_PLACE not in kit.on_phone(kit.living()[0]), "from the first assignment on, what is assigned"
    with writing(kit.engine) as session:
        keeping.hold_all(session, ROUND, True, TESTER)
    shared(kit)
    assert kit.on_phone(kit.living()[0]) == held, "unless the round says otherwise"


def test_a_place_of_the_same_kind_nearby_may_stand_in(kit: Kit) -> None:
    near = [("Pojok ASI Terminal", "pojok_asi", "01.2001"), ("Pojok ASI Jauh", "pojok_asi", "01.2002"),
            ("SD Dekat", "sekolah", "01.2001"), ("Panti Rekaan Dekat", "lksa", "01.2001")]  # fmt: skip
    with writing(kit.engine) as session:
        session.add_all(Facility(id=str(uuid.uuid4()), kind=kind, name=name, village=f"{DISTRICT}.{where}")
                        for name, kind, where in near)  # fmt: skip
    give(kit, OPEN_PLACE, kit.field.team)
    shared(kit)
    assert kit.on_phone(kit.living()[0]) == {OPEN_PLACE, "Pojok ASI Terminal"}
    give(kit, HOME, kit.field.team)
    shared(kit)
    homes = {label for label in kit.on_phone(kit.living()[0]) if label.startswith("LKSA")}
    assert len(homes) == 1, "no home stands in for another"


def test_follow_ups_of_before_say_whose_they_are_once_lists_are_shared_out(kit: Kit) -> None:
    give(kit, OPEN_PLACE, kit.field.team)
    ((key, row),) = kit.central.entities("follow_ups").items()
    kit.central.update_entity("follow_ups", {"uuid": key, "label": row["label"], "data": {"for_team": ""}})
    shared(kit)
    assert kit.on_phone(kit.living()[0], "follow_ups") == {row["label"]}


def test_what_is_asked_of_nobody_in_particular_is_on_every_phone_that_goes_there(kit: Kit) -> None:
    (other,) = a_second_team(kit)
    give(kit, HOME, other.team_id)
    give(kit, OPEN_PLACE, None)
    shared(kit)
    assert kit.on_phone(kit.living()[0]) == {OPEN_PLACE}
    assert len(kit.on_phone(other)) == 2 and len(kit.on_phone(other, "follow_ups")) == 2


def test_a_place_whose_visit_came_leaves_the_phone(kit: Kit) -> None:
    number = give(kit, HOME, kit.field.team)
    give(kit, OPEN_PLACE, kit.field.team)
    shared(kit)
    assert len(kit.on_phone(kit.living()[0])) == 2
    with writing(kit.engine) as session:
        session.execute(update(Assignment).filter_by(id=number).values(state="visited"))
    publish_lists(kit.engine, kit.central)
    assert kit.on_phone(kit.living()[0]) == {OPEN_PLACE}


def test_more_teams_at_one_place_than_the_filter_takes_are_said(kit: Kit) -> None:
    teams = [kit.field.team, *(a_second_team(kit)[0].team_id for _ in range(6))]
    for team in teams:
        give(kit, OPEN_PLACE, team)
    with snapshot(kit.engine) as session:
        found = holding(session, kit.central.project)
    assert found and [why.code for why in found.against.values()] == ["place_of_too_many_teams"]
    (obstacle,) = publish_facilities(kit.engine, kit.central).obstacles
    assert obstacle.why.code == "place_of_too_many_teams"


def test_a_phone_holds_its_own_districts_and_their_areas_and_no_others(kit: Kit) -> None:
    shared(kit)
    for name in ("districts", "areas"):
        kit.central.create_entities(name, [
            {"uuid": str(uuid.uuid4()), "label": label, "data": {"district": district}}
            for label, district in (("Sendiri", DISTRICT), ("Tetangga", "99.02"))
        ])  # fmt: skip
        assert kit.on_phone(kit.living()[0], name) == {"Sendiri"}
    give_all_again(kit.engine, kit.central)
    assert kit.on_phone(kit.living()[0], "areas") == {"Sendiri", "Tetangga"}


def test_lists_are_not_shared_out_while_somebodys_phone_would_go_blank(kit: Kit) -> None:
    with writing(kit.engine) as session:
        team = make_team(session, TESTER, ROUND, "Tim Kedua", [DISTRICT])
        join(session, TESTER, team.id, person(session, name="Verifikator Rekaan"), leads=True)
    with pytest.raises(NotKept) as refused:
        share_out(kit.engine, kit.central)
    assert refused.value.reason.code == "phones_not_ready"
    assert kit.central.access_rules("facilities") is None and len(kit.on_phone(kit.living()[0])) == 2


def test_lists_can_be_given_whole_again(kit: Kit) -> None:
    give(kit, OPEN_PLACE, kit.field.team)
    shared(kit)
    give_all_again(kit.engine, kit.central)
    assert len(kit.on_phone(kit.living()[0])) == 2
    with snapshot(kit.engine) as session:
        assert session.get_one(PhoneKit, ROUND).filtered_at is None


@pytest.fixture
def a_visit(filler: FormFiller) -> Callable[[], str]:
    """Give what fills in a visit, another each time."""
    form = built(FORM)
    return lambda: filler.fill(form.xform, *next(scenarios(form)).rounds, media=media_for(form)).xml


def as_phone(kit: Kit, token: str, xml: str) -> int:
    """Send as a phone does, whatever is answered."""
    path = f"key/{kit.central.session.urlquote(token)}/projects/{kit.central.project}/forms/{FORM}/submissions"
    return kit.central.session.request(
        "POST", path, data=xml.encode(), headers={"Content-Type": "application/xml", "Authorization": None},
        auth=lambda request: request,
    ).status_code  # fmt: skip


@pytest.mark.ci
def test_a_lost_phone_is_refused_what_it_sent_stays_and_its_member_gets_another(
    kit: Kit, a_visit: Callable[[], str]
) -> None:
    lost = kit.living()[0]
    token, xml = kit.token(lost), a_visit()
    assert as_phone(kit, token, xml) == 200
    with writing(kit.engine) as session:
        _, new = keeping.lose(session, f" {lost.code.lower()} ", TESTER)
        assert new and new.person_id == lost.person_id and new.code != lost.code
    end_phone(kit.engine, kit.central, lost.id, nothing)
    bring_phones(kit.engine, kit.central, nothing)
    assert as_phone(kit, token, xml) in (401, 403)
    with pytest.raises(PhoneRefused):
        kit.central.forms_on_phone(token)
    assert kit.central.count(FORM) == 1
    assert len(kit.living()) == 2 and all(kit.token(phone) for phone in kit.living())
    (ended,) = [phone for phone in kit.phones() if phone.ended_at]
    assert ended.lost_at and ended.refused_at and ended.refused_at >= ended.lost_at


def test_to_lose_it_twice_or_to_end_it_twice_is_once(kit: Kit) -> None:
    lost = kit.living()[0]
    for _ in range(2):
        with writing(kit.engine) as session:
            keeping.lose(session, lost.code, TESTER)
    for _ in range(2):
        end_phone(kit.engine, kit.central, lost.id, nothing)
        with writing(kit.engine) as session:  # as if the note had been lost
            session.execute(update(Phone).filter_by(id=lost.id).values(refused_at=None))
    assert len(kit.phones()) == 3


def test_a_phone_that_central_still_lets_in_is_not_said_to_be_stopped(kit: Kit) -> None:
    with pytest.raises(CentralProblem) as still:
        must_be_refused(kit.central, kit.token(kit.living()[0]))
    assert still.value.reason.code == "phone_still_let_in" and still.value.passes


def test_whoever_leaves_a_team_leaves_their_phone(kit: Kit) -> None:
    theirs = next(phone for phone in kit.living() if phone.person_id == kit.field.member)
    token = kit.token(theirs)
    with writing(kit.engine) as session:
        leave(session, TESTER, kit.field.team, kit.field.member)
    end_phone(kit.engine, kit.central, theirs.id, nothing)
    with pytest.raises(PhoneRefused):
        kit.central.forms_on_phone(token)


def test_a_phone_that_was_stopped_at_central_itself_is_said(kit: Kit) -> None:
    kit.central.end_session(kit.token(kit.living()[0]))
    (problem,) = bring_phones(kit.engine, kit.central, nothing)
    assert (problem.code, problem.values) == ("phone_ended_at_central", {"phone": kit.living()[0].code})


def test_a_drill_is_timed_from_lost_to_refused(kit: Kit) -> None:
    with writing(kit.engine) as session:
        number = keeping.practise_loss(session, kit.field.team, TESTER).id
    bring_phones(kit.engine, kit.central, nothing)
    end_phone(kit.engine, kit.central, number, nothing)
    (drill,) = [phone for phone in kit.phones() if phone.person_id is None]
    assert drill.lost_at and drill.refused_at and 0 <= (drill.refused_at - drill.lost_at).total_seconds() < 60
    assert len(kit.living()) == 2, "nobody's own phone was touched"


@pytest.mark.ci
def test_the_departure_check_tells_what_phones_are_really_given(kit: Kit) -> None:
    give(kit, OPEN_PLACE, kit.field.team)
    first = check_team(kit.engine, kit.central, kit.field.team, nothing)
    wrong = {line.line for line in first[0].lines if not line.is_fine}
    assert wrong == {"forms", "places_of_all", "sheet", "drill"}
    publish_forms(kit.central, all_built())
    shared(kit)
    with writing(kit.engine) as session:
        session.execute(update(Phone).values(printed_at=Phone.made_at))
        number = keeping.practise_loss(session, kit.field.team, TESTER).id
    bring_phones(kit.engine, kit.central, nothing)
    end_phone(kit.engine, kit.central, number, nothing)
    assert all(phone.is_fine for phone in check_team(kit.engine, kit.central, kit.field.team, nothing))
    for spoil, line in SPOILT:
        spoil(kit)
        lines = check_team(kit.engine, kit.central, kit.field.team, nothing)[0].lines
        assert line in {one.line for one in lines if not one.is_fine}, line


def _named(kit: Kit) -> None:
    """Put a home by its name into the team's places at Central, as whoever edits lists there could."""
    key = next(key for key, row in kit.central.entities("facilities").items() if row["label"] != OPEN_PLACE)
    kit.central.update_entity("facilities", {"uuid": key, "label": HOME, "data": {"for_team": str(kit.field.team)}})


def _gone(kit: Kit) -> None:
    for key, row in kit.central.entities("follow_ups").items():
        kit.central.update_entity("follow_ups", {"uuid": key, "label": row["label"], "data": {"for_team": ""}})


SPOILT: tuple[tuple[Callable[[Kit], None], str], ...] = (
    (_named, "names"), (_named, "places"), (_gone, "follow_ups"),
    (lambda kit: kit.central.end_session(kit.token(kit.living()[0])), "let_in"),
)  # fmt: skip


def test_sheets_have_what_lets_each_phone_in_and_are_made_of_what_central_says(kit: Kit) -> None:
    sheets = sheets_of(kit.engine, kit.central, kit.field.team)
    assert [sheet["code"] for sheet in sheets] == [phone.code for phone in kit.living()]
    for sheet, phone in zip(sheets, kit.living(), strict=True):
        general = sheet["settings"]["general"]
        assert general["server_url"].endswith(f"/v1/key/{kit.token(phone)}/projects/{kit.central.project}")


@pytest.mark.ci
def test_the_practice_project_is_filled_used_and_emptied(any_central: Central, a_visit: Callable[[], str]) -> None:
    forms = [built(form_id) for form_id in (FORM, "visit_lksa", "visit_school")]
    assert fill_practice(any_central, forms) == []
    assert fill_practice(any_central, forms) == [], "and again changes nothing"
    sheet = practice_sheet(any_central)
    assert practice_sheet(any_central) == sheet
    token = any_central.app_users()[0].token
    assert token and set(any_central.forms_on_phone(token)) == {form.form_id for form in forms}
    rows = any_central.rows_on_phone(token, FORM, "facilities.csv")
    assert rows and all("fiktif" in row["label"] for row in rows)
    kit = Kit(None, any_central)  # type: ignore[arg-type]
    assert as_phone(kit, token, a_visit()) == 200
    assert empty_practice(any_central, nothing) == 1 and any_central.count(FORM) == 0


@pytest.mark.ci
def test_two_phones_at_one_place_overwrite_nothing(kit: Kit, a_visit: Callable[[], str]) -> None:
    """Forms write no entities: what each saw stays, and the place is as the register has it."""
    before = kit.central.entities("facilities")
    for phone in kit.living():
        assert as_phone(kit, kit.token(phone), a_visit()) == 200
    assert kit.central.count(FORM) == 2 and kit.central.entities("facilities") == before
    assert not any("entities:" in form.xform or "<entity " in form.xform for form in all_built())


@pytest.mark.ci
def test_a_phones_account_reads_no_submission(kit: Kit, a_visit: Callable[[], str]) -> None:
    assert as_phone(kit, kit.token(kit.living()[0]), a_visit()) == 200
    with pytest.raises(CentralProblem):
        kit.central.rows_on_phone(kit.token(kit.living()[0]), f"{FORM}/submissions", "x.csv")
