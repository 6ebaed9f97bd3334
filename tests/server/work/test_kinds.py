"""Every kind of work through the table and back; what stands there and is none ends with a sentence."""

from dataclasses import fields
from typing import Any

import pytest
from sqlalchemy import Engine, select

from server.db import snapshot, writing
from server.decisions.deciding import FIELDS, PERMISSION, ROUND
from server.roles.table import Permission
from server.words import LANGUAGES, catalogue
from server.work.kinds import (
    KINDS,
    Facilities,
    ForPerson,
    LookOver,
    NobodySaid,
    Pull,
    Read,
    Remove,
    Verify,
    Work,
    WriteBack,
)
from server.work.queue import Taken, ask, put, take
from server.work.tables import Job

FILLED: dict[type[Any], Any] = {int: 42, str: "2026"}


def an_example(kind: type[Work]) -> Work:
    given = [FILLED[int if field.type in (int, "int") else str] for field in fields(kind)]
    return kind(*given)


def test_every_kind_comes_back_from_the_table_as_it_was_asked_for(engine: Engine) -> None:
    asked = [an_example(kind) for kind in KINDS.values()]
    with writing(engine) as session:
        for work in asked:
            ask(session, work)
    found = {job.kind: job.work for job in iter(lambda: take(engine, set(KINDS)), None)}
    assert found == {work.kind: work for work in asked}
    assert len(KINDS) == len(Work.__subclasses__()), "no two are called alike"


KEYS: list[tuple[Work, str]] = [
    (Pull("visit_lksa"), "visit_lksa"), (Pull("a/b c"), "a/b c"), (LookOver(""), ""), (Facilities(), ""),
    (Verify("2026", "99.01"), "2026/99.01"), (Verify("2026-b", "9/9"), "2026-b/9/9"), (WriteBack(7), "7"),
]  # fmt: skip


@pytest.mark.parametrize("work, key", KEYS, ids=str)
def test_a_key_as_the_table_has_it(work: Work, key: str) -> None:
    assert (work.key, type(work).of(key)) == (key, work)
    assert len(work.kind) <= Job.kind.type.length


@pytest.mark.parametrize("kind, key", [
    (WriteBack, ""), (WriteBack, "x"), (WriteBack, "1/2"), (Remove, "1.5"), (Verify, "2026"), (Verify, ""),
    (Read, "99.01"), (Facilities, "x"),
])  # fmt: skip
def test_a_key_that_is_none_of_its_kind_is_refused(kind: type[Work], key: str) -> None:
    with pytest.raises(ValueError):
        kind.of(key)


def test_work_that_nobody_here_knows_is_left_for_who_does(engine: Engine) -> None:
    with writing(engine) as session:
        put(session, "of_a_newer_tilik", "x")
    assert take(engine, set(KINDS)) is None
    with snapshot(engine) as session:
        assert session.scalars(select(Job.state)).all() == ["waiting"]
    with pytest.raises(KeyError):
        Taken(1, "of_a_newer_tilik", "x", 1).work  # noqa: B018 - reading it is what fails


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_has_its_words(language: str) -> None:
    assert [kind for kind in KINDS if not catalogue(language).knows(f"job.{kind}")] == []


def test_every_kind_says_for_whom_it_acts() -> None:
    people = {kind.kind: kind.acts_for for kind in KINDS.values() if isinstance(kind.acts_for, ForPerson)}
    assert people == {
        "write_back": ForPerson(frozenset({Permission.REVIEW, Permission.COMMENT}), "decision"),
        "assign": ForPerson(frozenset({Permission.FOLLOW_UP, Permission.ASSIGN}), "assignment"),
        "remove": ForPerson(frozenset({Permission.REMOVE_BY_LAW, Permission.CLOSE_PART}), "removal"),
        "end_phone": ForPerson(frozenset({Permission.TEND_PHONES, Permission.MANAGE_TEAMS}), "phone"),
        "phone_sheets": ForPerson(frozenset({Permission.TEND_PHONES}), "sheet"),
        "plan_publishing": ForPerson(frozenset({Permission.PUBLISH_FORMS}), "publishing"),
        "publish": ForPerson(frozenset({Permission.PUBLISH_FORMS}), "publishing"),
        "check_phones": ForPerson(frozenset({Permission.TEND_PHONES}), "team"),
        "share_lists": ForPerson(frozenset({Permission.SHARE_LISTS}), "sharing"),
    }
    leave = people["write_back"].permissions | people["assign"].permissions - {Permission.ASSIGN}
    assert leave == {PERMISSION[kind] for kind in FIELDS if kind != ROUND}


@pytest.mark.parametrize("said", [
    {}, {"acts_for": None}, {"acts_for": "the machine"}, {"acts_for": ForPerson(frozenset(), "decision")},
    {"acts_for": ForPerson(frozenset({Permission.REVIEW}), "submission")},
], ids=str)  # fmt: skip
def test_a_kind_that_does_not_say_for_whom_does_not_start(said: dict[str, Any]) -> None:
    with pytest.raises(NobodySaid):
        type("Nameless", (Work,), {"kind": "nameless", "__annotations__": {"decision": int}, **said})
