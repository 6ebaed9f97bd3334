"""How a person is told: whether, which is theirs to choose; and on which phone, which whoever manages them enters."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from server.audit.tables import AuditEntry
from server.db import writing
from server.messages.choosing import as_e164, set_phone, set_told
from server.people.inviting import NotMade, end_account
from server.people.tables import Person
from server.roles.account import Account, Held
from server.roles.table import Role
from tests.support.telling import NOON, Clock, mailing, messages, somebody, told
from tests.support.web import TESTER


@pytest.mark.parametrize("typed, number", [
    ("+6281234567890", "+6281234567890"), ("0812-3456-7890", "+6281234567890"),
    (" +62 (812) 3456.7890 ", "+6281234567890"),
    ("+12025550123", "+12025550123"), ("021 5550123", "+62215550123"),
])  # fmt: skip
def test_a_number_as_it_is_dialled_from_anywhere(typed: str, number: str) -> None:
    assert as_e164(typed) == number


@pytest.mark.parametrize("typed", [
    "", "halo", "+0812", "+62", "0812", "00628123456789", "+6281234567890123", "6281234567890", "+62812345x7890",
    "+62812345678\r\nX", "+6281234\u0665\u0666\u0667\u0668", "081234567890;999", "+62812 345 678,081",
])  # fmt: skip
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(NotMade) as refused:
        as_e164(typed)
    assert refused.value.reason.code == "person_phone_wrong"


@given(st.text(max_size=30))
def test_whatever_is_typed_is_a_number_or_refused(typed: str) -> None:
    try:
        number = as_e164(typed)
    except NotMade:
        return
    assert number.isascii() and number[0] == "+" and number[1:].isdigit() and 8 <= len(number) <= 16


def test_who_manages_a_person_sets_it_and_it_goes_with_the_account(engine: Engine) -> None:
    with writing(engine) as session:
        person = somebody(session, "ani@contoh.test", Held(Role.SUPERVISOR, "99"))
        set_phone(session, TESTER, person.id, "0812 3456 7890")
        assert person.phone == "+6281234567890"
        with pytest.raises(NotMade, match="person_not_known"):  # out of reach is answered as if nobody were there
            set_phone(session, Account("person:9", (Held(Role.SECRETARIAT, "98"),)), person.id, "")
        with pytest.raises(NotMade):
            set_phone(session, TESTER, 999, "")
        end_account(session, TESTER, person.id)
        assert person.phone is None
        acts = session.scalars(select(AuditEntry).filter_by(act="phone_set")).all()
    assert len(acts) == 1 and "81234567890" not in re.sub(r"\D", "", str(vars(acts[0])))


def test_nothing_typed_takes_it_away(engine: Engine) -> None:
    with writing(engine) as session:
        person = somebody(session, "ani@contoh.test", phone="+6281234567890")
        set_phone(session, TESTER, person.id, "  ")
        assert person.phone is None


def test_who_chooses_not_to_be_told_is_told_nothing_that_waits_already(engine: Engine, clock: Clock) -> None:
    told(engine, mailing(), "ani@contoh.test", "budi@contoh.test")
    first = messages(engine)[0].person_id
    with writing(engine) as session:
        set_told(session, first, told=False)
    assert [one.person_id for one in messages(engine)] != [first] and len(messages(engine)) == 1
    clock.forward(days=1)
    with writing(engine) as session:
        set_told(session, first, told=False)
        assert session.get_one(Person, first).untold_since == NOON, "twice is once"
        set_told(session, first, told=True)
        assert session.get_one(Person, first).untold_since is None
        acts = session.scalars(select(AuditEntry.act).order_by(AuditEntry.id)).all()
    assert acts == ["not_told", "told"]
