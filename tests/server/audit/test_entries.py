"""What an entry may hold: ids, codes and digests. No name gets in, and what a short answer was is not found out."""

import hashlib
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import Engine, select

from server.audit.entries import (
    LONGEST_ABOUT,
    NUMBERED,
    Act,
    NotForTheRecord,
    digest_of,
    forget_salts,
    salted,
    write_down,
)
from server.audit.tables import AuditEntry, AuditSalt, AuditUnsealed
from server.db import snapshot, writing
from tests.support.acts import written_down
from tests.support.chain import BY, an_act

PLACE = "3f9c2a1b-4444-4444-8444-444444444444"
HELD = ["", "person:12", "person:12 role:lead", "report:2026-uji/99.01", f"person:1 place:{PLACE}", "round:2027",
        "team:3 district:99.01 district:99", "submission:2147483647 decision:1"]  # fmt: skip
REFUSED = ["Siti", "siti", "person:Siti", "siti:12", "person:12 Siti", "role:siti", "person:12\nrole:lead",
           "person:12\n", "person:12  role:lead", " person:12", "person:", "person:12345678901", "place:siti",
           "report:2026/Demak", "submission:1;", "person:١٢", "round:Putaran Satu", "district:99.1"]  # fmt: skip


@pytest.mark.parametrize("about", HELD)
def test_things_are_named_by_kind_and_number(engine: Engine, about: str) -> None:
    with writing(engine) as session:
        write_down(session, Act(BY, "submission_seen", about))
    assert [entry.about for entry in written_down(engine)] == [about]


@pytest.mark.parametrize("about", REFUSED)
def test_what_could_be_a_name_is_refused_before_anything_is_done(about: str) -> None:
    with pytest.raises(NotForTheRecord) as refused:
        Act(BY, "submission_seen", about)
    assert str(refused.value) == "about", "and its error does not repeat it"


@given(some.text(min_size=1, max_size=60))
def test_whatever_a_person_writes_is_no_thing(text: str) -> None:
    kinds = {*NUMBERED, "district", "round", "report", "role", "place", "page"}
    if all(word.partition(":")[0] in kinds for word in text.split(" ")):
        return
    with pytest.raises(NotForTheRecord):
        Act(BY, "submission_seen", text)


@pytest.mark.parametrize("column, value", [
    ("by", "Siti"), ("by", "person:siti"), ("by", "terminal:Bu Siti"), ("act", "Siti"), ("act", "siti rahayu"),
    ("district", "Kabupaten Demak"), ("round_id", "Putaran Satu"), ("before", "ya"), ("after", "a" * 63),
    ("after", "A" * 64),
])  # fmt: skip
def test_nor_does_another_column_hold_one(column: str, value: str) -> None:
    with pytest.raises(NotForTheRecord, match=f"^{column}$"):
        Act(**({"by": BY, "act": "submission_seen", "about": ""} | {column: value}))


def test_an_entry_says_who_what_when_and_about_what(engine: Engine) -> None:
    with writing(engine) as session:
        write_down(session, an_act(3, district="99.01", round_id="2026"))
    (entry,) = written_down(engine)
    assert (entry.by, entry.act, entry.about, entry.district, entry.round_id, entry.before, entry.after) == (
        BY, "submission_seen", "submission:3", "99.01", "2026", None, None,
    )  # fmt: skip
    assert entry.at.utcoffset() is not None
    assert not any(AuditEntry.__table__.c[name].nullable for name in ("at", "by", "act", "about"))


def test_of_very_many_things_the_last_are_left_out_whole(engine: Engine) -> None:
    about = " ".join(f"district:{number:02}.{number:02}" for number in range(10, 99))
    with writing(engine) as session:
        write_down(session, Act(BY, "team_districts", about))
    (entry,) = written_down(engine)
    assert len(entry.about) <= LONGEST_ABOUT and about.startswith(f"{entry.about} ")


def test_what_fails_afterwards_leaves_no_entry_and_nothing_to_seal(engine: Engine) -> None:
    with pytest.raises(RuntimeError), writing(engine) as session:
        write_down(session, an_act(after=digest_of("ya")))
        session.flush()
        raise RuntimeError
    with snapshot(engine) as session:
        assert all(session.scalars(select(table)).all() == [] for table in (AuditEntry, AuditSalt, AuditUnsealed))


# ── digests


ANSWERS = ["ya", "tidak", "approved", "rejected", *map(str, range(1000))]


def kept(engine: Engine) -> tuple[str, str | None]:
    with snapshot(engine) as session:
        return session.scalars(select(AuditEntry.after)).one() or "", session.scalar(select(AuditSalt.salt))


def test_a_short_answer_is_not_found_by_trying_all_there_are(engine: Engine) -> None:
    with writing(engine) as session:
        write_down(session, an_act(after=digest_of("ya")))
    digest, _ = kept(engine)
    tried = itertools.chain.from_iterable((answer, digest_of(answer)) for answer in ANSWERS)
    assert digest not in {hashlib.sha256(one.encode()).hexdigest() for one in tried} | set(map(digest_of, ANSWERS))


def test_the_same_answer_twice_does_not_look_the_same(engine: Engine) -> None:
    for _ in range(2):
        with writing(engine) as session:
            write_down(session, an_act(before=digest_of("ya"), after=digest_of("tidak")))
    first, second = written_down(engine)
    assert len({first.before, first.after, second.before, second.after}) == 4


def test_who_has_the_value_and_the_salt_can_show_that_it_was_this(engine: Engine) -> None:
    with writing(engine) as session:
        write_down(session, an_act(after=digest_of({"state": "approved"})))
    digest, salt = kept(engine)
    assert salt and salted(digest_of({"state": "approved"}), salt) == digest
    assert salted(digest_of({"state": "rejected"}), salt) != digest


def test_a_removal_takes_the_salts_of_what_was_removed_and_no_others(engine: Engine) -> None:
    about = ["submission:1", "submission:12", "submission:1 decision:4", "decision:4 submission:1", "decision:1"]
    for one in about:
        with writing(engine) as session:
            write_down(session, Act(BY, "submission_seen", one, after=digest_of("ya")))
    with writing(engine) as session:
        forget_salts(session, "submission:1")
    with snapshot(engine) as session:
        left = session.scalars(select(AuditEntry.about).join(AuditSalt, AuditSalt.entry_id == AuditEntry.id))
        assert sorted(left) == ["decision:1", "submission:12"]
