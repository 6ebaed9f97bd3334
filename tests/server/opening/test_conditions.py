"""What is missing before visits begin in a district, and that it is said to who can do it."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select, update

from server.db import now, snapshot, writing
from server.opening.conditions import FRESH_DAYS, missing_by_district, missing_for_visits, open_for_visits
from server.opening.opening import open_round
from server.opening.tables import Contact, EthicsAcceptance
from server.opening.tending import ContactWish, NotTended, accept_code, add_contact, end_contact, note_phoned, rounds_of
from server.people.tables import Person
from server.roles.account import Account, Forbidden, Held
from server.roles.queries import account_of
from server.roles.table import Role
from server.roles.tables import HeldRole, Team, TeamDistrict, TeamMember
from server.rounds.states import PLANNED, Entry, NotAllowed
from server.rounds.tables import Round
from server.words import LANGUAGES, catalogue
from tests.support.claiming import ROUND
from tests.support.days import today_here
from tests.support.nation import a_nation
from tests.support.rounds import asked_for, begin, plan_round
from tests.support.statements import statements
from tests.support.web import TESTER, person
from tests.support.workbooks import DISTRICT

ELSEWHERE = "99.02"
UPTD, POLICE = (
    ContactWish("uptd_ppa", "UPTD PPA rekaan", "(0274) 000-111"),
    ContactWish("police", "Polres rekaan", "110"),
)


def missing(engine: Engine, district: str = DISTRICT) -> list[str]:
    with snapshot(engine) as session:
        found = missing_for_visits(session, ROUND, district)
    for reason in found:
        assert all("{" not in catalogue(language).reason(reason) for language in LANGUAGES)
    return [reason.code for reason in found]


def is_open(engine: Engine) -> bool:
    with snapshot(engine) as session:
        return DISTRICT in open_for_visits(session, session.get_one(Round, ROUND), [DISTRICT])


def officers(engine: Engine, area: str = "") -> None:
    with writing(engine) as session:
        for role in (Role.SAFEGUARDING, Role.DEPUTY):
            person(session, Held(role, area, ROUND if area else None))


def contacts(engine: Engine, *wishes: ContactWish, phoned: bool = True) -> None:
    with writing(engine) as session:
        for wish in wishes:
            found = add_contact(session, DISTRICT, wish, TESTER)
            if phoned:
                note_phoned(session, found, TESTER)


def a_member(engine: Engine, role: Role = Role.LEAD) -> Account:
    with writing(engine) as session:
        found = account_of(session, person(session, Held(role, DISTRICT, ROUND)))
    assert found
    return found


def accepts(engine: Engine, who: Account) -> None:
    with writing(engine) as session:
        accept_code(session, ROUND, who)


def test_all_that_is_missing_is_named_in_the_order_of_doing_it(district: Engine) -> None:
    assert missing(district) == ["opening_no_officer", "opening_no_deputy", "opening_no_uptd_ppa", "opening_no_police",
                                 "opening_no_team"]  # fmt: skip


def test_one_by_one_nothing_is_missing_any_more(district: Engine) -> None:
    officers(district)
    assert "opening_no_officer" not in missing(district)
    contacts(district, UPTD, POLICE, phoned=False)
    assert missing(district) == ["opening_not_phoned", "opening_no_team"]
    contacts(district, UPTD, POLICE)
    lead, member = a_member(district), a_member(district, Role.VERIFIER)
    assert missing(district) == ["opening_code_not_accepted"]
    accepts(district, lead)
    assert missing(district) == ["opening_code_not_accepted"] and not is_open(district)
    accepts(district, member)
    assert missing(district) == [] and is_open(district)


def test_officers_of_another_district_or_whose_account_ended_do_not_count(district: Engine) -> None:
    officers(district, ELSEWHERE)
    assert missing(district)[:2] == ["opening_no_officer", "opening_no_deputy"]
    officers(district, DISTRICT.partition(".")[0])  # of the province
    assert "opening_no_officer" not in missing(district)
    with writing(district) as session:
        session.execute(update(Person).where(Person.id.in_(select(HeldRole.person_id))).values(ended_at=now()))
    assert missing(district)[:2] == ["opening_no_officer", "opening_no_deputy"]


def test_a_number_is_phoned_again_after_a_while(district: Engine) -> None:
    contacts(district, UPTD, POLICE)
    with writing(district) as session:
        for age, contact in zip((FRESH_DAYS - 1, FRESH_DAYS + 2), session.scalars(select(Contact)), strict=True):
            contact.phoned_on = today_here() - timedelta(days=age)
    (why,) = [code for code in missing(district) if "phoned" in code]
    assert why == "opening_not_phoned"


def test_a_contact_that_was_taken_off_is_missing_and_stays_on_record(district: Engine) -> None:
    contacts(district, UPTD, POLICE)
    with writing(district) as session:
        end_contact(session, session.scalars(select(Contact).filter_by(kind="police")).one(), TESTER)
    assert "opening_no_police" in missing(district)
    with snapshot(district) as session:
        assert len(session.scalars(select(Contact)).all()) == 2


def test_the_same_contact_entered_twice_is_one(district: Engine) -> None:
    contacts(district, UPTD, UPTD)
    with snapshot(district) as session:
        assert len(session.scalars(select(Contact)).all()) == 1


@pytest.mark.parametrize("kind, office, number, code", [
    ("hospital", "RSUD rekaan", "000", "contact_kind_unknown"), ("other", "x", "000", "contact_office_wrong"),
    ("other", "y" * 101, "000", "contact_office_wrong"), ("other", "   ", "000", "contact_office_wrong"),
    ("other", "Kantor", "", "contact_number_wrong"), ("other", "Kantor", "tanyakan saja", "contact_number_wrong"),
    ("other", "Kantor", "+" * 10, "contact_number_wrong"), ("other", "Kantor", "0" * 61, "contact_number_wrong"),
    ("other", "Kantor", "<b>110", "contact_number_wrong"),
])  # fmt: skip
def test_what_is_no_office_or_no_number_is_refused_in_words(
    district: Engine, kind: str, office: str, number: str, code: str
) -> None:
    with pytest.raises(NotTended) as refused, writing(district) as session:
        add_contact(session, DISTRICT, ContactWish(kind, office, number), TESTER)
    assert refused.value.reason.code == code
    assert all("{" not in catalogue(language).reason(refused.value.reason) for language in LANGUAGES)


def test_phones_are_told_of_every_change(district: Engine) -> None:
    contacts(district, UPTD, phoned=False)
    assert ("facilities", "") in asked_for(district)


def test_a_contact_elsewhere_is_nobodys_to_tend(district: Engine) -> None:
    lead = a_member(district)
    with pytest.raises(Forbidden), writing(district) as session:
        add_contact(session, ELSEWHERE, UPTD, lead)


def test_only_who_is_in_a_team_of_the_round_accepts_its_code_and_once(district: Engine) -> None:
    lead = a_member(district)
    accepts(district, lead)
    accepts(district, lead)
    with snapshot(district) as session:
        assert len(session.scalars(select(EthicsAcceptance)).all()) == 1
        assert rounds_of(session, lead.person_id or 0) == [ROUND]
    with writing(district) as session:
        stranger = account_of(session, person(session, Held(Role.SUPERVISOR)))
    assert stranger
    with pytest.raises(NotTended):
        accepts(district, stranger)


def test_a_round_of_before_goes_on_without(district: Engine) -> None:
    with writing(district) as session:
        session.get_one(Round, ROUND).asks_conditions = False
    assert missing(district) and is_open(district)


def test_a_planned_round_opens_once_somebody_answers_for_children(district: Engine) -> None:
    plan_round(district, "2027")
    begin(district, DISTRICT, round_id="2027")
    with pytest.raises(NotAllowed) as refused, writing(district) as session:
        open_round(session, "2027", Entry("terminal:test"))
    assert [reason.code for reason in refused.value.reasons] == ["opening_no_officer", "opening_no_deputy"]
    with snapshot(district) as session:
        assert session.get_one(Round, "2027").state == PLANNED
    officers(district)
    with writing(district) as session:
        assert open_round(session, "2027", Entry("terminal:test")).state == "open"


def test_of_many_districts_it_is_asked_no_more_than_of_one_and_of_each_the_same(district: Engine) -> None:
    codes = a_nation(district, 20)
    officers(district)
    with writing(district) as session:
        held = Held(Role.SAFEGUARDING, codes[0], ROUND)
        for one in session.scalars(select(HeldRole).filter_by(role=Role.SAFEGUARDING)):
            one.area = codes[0]
        for code in codes[:9]:
            for wish in (UPTD, POLICE):
                note_phoned(session, add_contact(session, code, wish, TESTER), TESTER)
        numbers = [person(session, held) for _ in range(4)]
        for at, code in enumerate(codes[:4]):
            team = Team(round_id=ROUND, name=f"Tim {at}", made_by="x", made_at=now())
            session.add(team)
            session.flush()
            session.add(TeamDistrict(team_id=team.id, district=code))
            session.add_all(
                TeamMember(team_id=team.id, person_id=one, leads=False, given_by="x", given_at=now())
                for one in numbers[: at + 1]
            )
        session.add(EthicsAcceptance(person_id=numbers[0], round_id=ROUND, accepted_at=now()))
    with snapshot(district) as session:
        one_by_one = {code: missing_for_visits(session, ROUND, code) for code in codes}
        asked = []
        for some in (codes[:1], codes):
            with statements(district) as said:
                assert missing_by_district(session, ROUND, some) == {code: one_by_one[code] for code in some}
            asked.append(len(said))
    assert asked[0] == asked[1] < 8
    assert [reason.code for reason in one_by_one[codes[0]]] == []
    assert [reason.values.get("count") for reason in one_by_one[codes[3]]] == [None, 3]
    assert [len(one_by_one[code]) for code in (codes[1], codes[3], codes[4], codes[9])] == [2, 2, 2, 4]
