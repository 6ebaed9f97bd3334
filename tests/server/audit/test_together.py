"""An act and its entry are one transaction: where either fails, neither is there. And what the law has removed leaves
the chain whole.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from server.audit.entries import Act, digest_of, write_down
from server.audit.tables import AuditEntry, AuditSalt
from server.db import snapshot, writing
from server.decisions.deciding import Wish, decide
from server.decisions.tables import Decision
from server.people.inviting import Invitation, end_account, invite
from server.people.tables import Person
from server.removals.removing import remove_file, remove_submission
from server.removals.tables import Removal
from server.roles.account import Held
from server.roles.table import Role
from server.roles.tables import HeldRole
from server.rounds.planning import set_stages
from server.rounds.states import CLOSED, change_round
from server.rounds.tables import RoundChange, RoundStage
from server.submissions.tables import Attachment, Form, Submission, SubmissionState
from tests.support.acts import newest, written_down
from tests.support.builders import LAT, LON
from tests.support.chain import checked, sealed
from tests.support.claiming import ROUND
from tests.support.claiming import TESTER as ENTRY
from tests.support.trial import it_comes
from tests.support.web import TESTER, person

FORM, ROOT = "visit_pojok_asi", "uuid:1"


class Stopped(Exception):
    """The machine stops here."""


def stop(*_: Any, **__: Any) -> None:
    raise Stopped


@pytest.fixture
def visited(district: Engine) -> Engine:
    """Give a district with a submission, its file, and a decision about it."""
    answers = {"place": {"kind": "pojok_asi"}, "arrival": "open", "point": f"{LAT} {LON} 0 5"}
    form_pk = it_comes(district, FORM, ROOT, answers)
    with writing(district) as session:
        session.add(
            Attachment(form_pk=form_pk, root_id=ROOT, instance_id=ROOT, name="1.jpg", state="stored", digest="x")
        )
        comment(session)
    return district


def comment(session: Session) -> None:
    form_pk = session.scalars(select(Form.id)).one()
    decide(session, form_pk, ROOT, Wish(kind="comment", version=ROOT, text="Rahasia."), TESTER)


def remove(session: Session) -> None:
    remove_submission(session, session.scalars(select(Form)).one(), ROOT, "withdrawn_consent", "terminal:test")


def remove_the_file(session: Session) -> None:
    remove_file(session, session.scalars(select(Form)).one(), ROOT, "1.jpg", "withdrawn_consent", "terminal:test")


def close(session: Session) -> None:
    change_round(session, ROUND, CLOSED, ENTRY)


def set_days(session: Session) -> None:
    set_stages(session, ROUND, {"visits": (None, date(2026, 12, 31))}, ENTRY)


def invite_somebody(session: Session) -> None:
    invite(session, TESTER, Invitation("Orang Baru", "baru@contoh.go.id", (Held(Role.OBSERVER),)))


# what is done, where its entry is written, and the table in which its change is
DONE: list[tuple[Callable[[Session], None], str, type[Any]]] = [
    (comment, "server.decisions.deciding.write_down", Decision),
    (remove, "server.removals.removing.write_down", Removal),
    (remove_the_file, "server.removals.removing.write_down", Removal),
    (close, "server.rounds.states.note", RoundChange), (set_days, "server.rounds.planning.note", RoundStage),
    (invite_somebody, "server.people.inviting.write_down", Person),
    (invite_somebody, "server.roles.granting.write_down", HeldRole),
]  # fmt: skip


def rows(engine: Engine, table: type[Any]) -> int:
    with snapshot(engine) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize("does, _where, table", DONE)
def test_where_all_goes_well_both_are_there(
    visited: Engine, does: Callable[[Session], None], _where: str, table: type[Any]
) -> None:
    since, before = newest(visited), rows(visited, table)
    with writing(visited) as session:
        does(session)
    assert written_down(visited, since) and rows(visited, table) == before + 1


@pytest.mark.parametrize("does, where, table", DONE)
def test_what_cannot_be_written_down_is_not_done(
    visited: Engine, monkeypatch: pytest.MonkeyPatch, does: Callable[[Session], None], where: str, table: type[Any]
) -> None:
    before = rows(visited, table)
    monkeypatch.setattr(where, stop)
    with pytest.raises(Stopped), writing(visited) as session:
        does(session)
    assert rows(visited, table) == before


@pytest.mark.parametrize("does, _where, table", DONE)
def test_what_is_not_done_is_not_written_down(
    visited: Engine, does: Callable[[Session], None], _where: str, table: type[Any]
) -> None:
    since, before = newest(visited), rows(visited, table)
    with pytest.raises(Stopped), writing(visited) as session:
        does(session)
        session.flush()
        raise Stopped
    assert (written_down(visited, since), rows(visited, table)) == ([], before)


# ── what is removed by law


def salts(engine: Engine) -> set[str]:
    """Say about what there are entries whose digests can still be shown to be of something."""
    with snapshot(engine) as session:
        return set(session.scalars(select(AuditEntry.about).join(AuditSalt, AuditSalt.entry_id == AuditEntry.id)))


@pytest.mark.parametrize("seal_before", [True, False])
def test_a_submission_that_was_removed_leaves_the_chain_whole(visited: Engine, seal_before: bool) -> None:
    if seal_before:
        assert sealed(visited) > 0
    head = checked(visited).head
    with snapshot(visited) as session:
        number = session.scalars(select(SubmissionState.id)).one()
    with writing(visited) as session:
        remove(session)
    sealed(visited)
    assert rows(visited, Submission) == 0
    assert checked(visited, head).broken is None and checked(visited).unsealed == 0
    (removed,) = [entry for entry in written_down(visited) if entry.act == "submission_removed"]
    assert removed.about == f"submission:{number} removal:1"


def test_with_a_submission_goes_what_its_digests_were_salted_with(visited: Engine) -> None:
    with writing(visited) as session:
        write_down(session, Act("person:7", "submission_seen", "submission:99", after=digest_of("x")))
    assert any(about.startswith("submission:1 ") for about in salts(visited))
    with writing(visited) as session:
        remove(session)
    left = salts(visited)
    assert "submission:99" in left and not any(about.startswith("submission:1 ") for about in left)


def test_a_file_that_was_removed_leaves_the_chain_whole(visited: Engine) -> None:
    sealed(visited)
    head = checked(visited).head
    with writing(visited) as session:
        remove_the_file(session)
    sealed(visited)
    assert checked(visited, head).broken is None
    assert [entry.act for entry in written_down(visited)][-1] == "file_removed"


def test_a_person_who_is_gone_leaves_the_chain_whole(visited: Engine, tmp_path: Path) -> None:
    """Their account ends, then not even the row is left; in the chain they are the number they were."""
    with writing(visited) as session:
        number = person(session)
        write_down(session, Act(f"person:{number}", "submission_seen", "submission:1"))
    sealed(visited)
    head = checked(visited).head
    with writing(visited) as session:
        end_account(session, TESTER, number)
    with writing(visited) as session:
        session.delete(session.get_one(Person, number))
    sealed(visited)
    assert checked(visited, head).broken is None
    assert f"person:{number}" in {entry.by for entry in written_down(visited)}
