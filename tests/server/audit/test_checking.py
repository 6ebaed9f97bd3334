"""What whoever owns the database can do to the chain, and that checking names the first place where it was done."""

import tracemalloc
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, insert, select

from server.audit.checking import LATE, KeptHead, head_of
from server.audit.sealing import CONTENT, START
from server.audit.tables import AuditEntry, AuditSeal, AuditUnsealed
from server.db import now, snapshot, writing
from tests.support.chain import a_chain, acts_happen, broken, by_the_owner, checked, sealed

CHANGED = {
    "at": "'2020-01-01 00:00:00'", "by": "'person:8'", "act": "'photograph_seen'", "about": "'submission:99'",
    "district": "'99.02'", "round_id": "NULL", "before": f"'{START}'", "after": "NULL",
}  # fmt: skip


def number_of(engine: Engine, sequence: int) -> int:
    with snapshot(engine) as session:
        return session.scalars(select(AuditSeal.entry_id).filter_by(sequence=sequence)).one()


def test_a_chain_that_nobody_touched_is_whole(engine: Engine) -> None:
    head = a_chain(engine)
    found = checked(engine, head)
    assert (found.sealed, found.head, found.broken, found.unsealed) == (5, head, None, 0)


def test_an_empty_chain_is_whole_and_has_no_head(engine: Engine) -> None:
    found = checked(engine)
    assert (found.sealed, found.head, found.broken, found.unsealed, found.late) == (0, None, None, 0, False)


@pytest.mark.parametrize("column", CHANGED)
def test_an_entry_that_was_altered_in_any_column_is_named(engine: Engine, column: str) -> None:
    assert CHANGED.keys() | {"id"} == {one.name for one in CONTENT}
    a_chain(engine)
    number = number_of(engine, 3)
    by_the_owner(engine, [f'UPDATE audit_entries SET "{column}" = {CHANGED[column]} WHERE id = {number}'])
    assert broken(engine) == ("audit_entry_altered", {"sequence": 3, "entry": number})
    assert checked(engine).sealed == 2, "up to there it is whole"


def test_a_seal_that_was_altered_is_told_from_an_entry(engine: Engine) -> None:
    a_chain(engine)
    by_the_owner(engine, [f"UPDATE audit_seals SET digest = '{START}' WHERE sequence = 3"])
    assert broken(engine) == ("audit_seal_altered", {"sequence": 3, "entry": number_of(engine, 3)})


def test_when_it_was_sealed_is_in_the_seal_too(engine: Engine) -> None:
    a_chain(engine)
    by_the_owner(engine, ["UPDATE audit_seals SET sealed_at = '2020-01-01 00:00:00' WHERE sequence = 2"])
    assert broken(engine)[1]["sequence"] == 2


def test_of_the_last_one_it_is_not_known_which_was_altered(engine: Engine) -> None:
    a_chain(engine)
    by_the_owner(
        engine, ["UPDATE audit_entries SET act = 'photograph_seen' WHERE id = (SELECT max(id) FROM audit_entries)"]
    )
    assert broken(engine)[0] == "audit_altered"


def test_an_entry_that_is_gone_is_named(engine: Engine) -> None:
    a_chain(engine)
    number = number_of(engine, 4)
    by_the_owner(engine, [f"DELETE FROM audit_salts WHERE entry_id = {number}",
                          f"DELETE FROM audit_entries WHERE id = {number}"])  # fmt: skip
    assert broken(engine) == ("audit_entry_missing", {"sequence": 4, "entry": number})


def test_a_seal_that_is_gone_leaves_a_gap(engine: Engine) -> None:
    a_chain(engine)
    by_the_owner(engine, ["DELETE FROM audit_seals WHERE sequence = 2"])
    assert broken(engine) == ("audit_gap", {"sequence": 2, "found": 3})


def test_a_beginning_that_is_gone_is_a_gap_too(engine: Engine) -> None:
    a_chain(engine)
    by_the_owner(engine, ["DELETE FROM audit_seals WHERE sequence = 1"])
    assert broken(engine) == ("audit_gap", {"sequence": 1, "found": 2})


def test_two_that_changed_places_are_named(engine: Engine) -> None:
    a_chain(engine)
    two, four = number_of(engine, 2), number_of(engine, 4)
    moves = ((2, 0), (4, two), (2, four))
    by_the_owner(
        engine, [f"UPDATE audit_seals SET entry_id = {entry} WHERE sequence = {seal}" for seal, entry in moves]
    )
    assert broken(engine)[1]["sequence"] == 2


def test_an_entry_that_was_slipped_in_is_named(engine: Engine) -> None:
    a_chain(engine)
    with writing(engine) as session:
        row = {"at": now(), "by": "person:9", "act": "submission_seen", "about": "submission:1"}
        number = session.scalar(insert(AuditEntry).values(row).returning(AuditEntry.id))
    assert broken(engine) == ("audit_slipped_in", {"entry": number})
    assert sealed(engine) == 0, "and no job makes it one of ours"


def test_a_cut_end_shows_only_by_a_head_that_was_kept(engine: Engine) -> None:
    head = a_chain(engine)
    last = number_of(engine, 5)
    by_the_owner(engine, ["DELETE FROM audit_seals WHERE sequence = 5",
                          f"DELETE FROM audit_salts WHERE entry_id = {last}",
                          f"DELETE FROM audit_entries WHERE id = {last}"])  # fmt: skip
    assert checked(engine).broken is None
    assert broken(engine, head) == ("audit_cut", {"sequence": 5, "last": 4})


def test_a_chain_that_was_written_anew_shows_by_a_head_that_was_kept(engine: Engine) -> None:
    head = a_chain(engine)
    by_the_owner(engine, ["UPDATE audit_entries SET \"by\" = 'person:8' WHERE id = (SELECT min(id) FROM audit_entries)",
                          "INSERT INTO audit_unsealed SELECT id FROM audit_entries",
                          "DELETE FROM audit_seals"])  # fmt: skip
    assert sealed(engine) == 5
    assert checked(engine).broken is None
    assert broken(engine, head)[0] == "audit_not_as_kept"


def test_a_head_that_was_kept_holds_while_the_chain_grows(engine: Engine) -> None:
    head = a_chain(engine)
    acts_happen(engine, 3)
    sealed(engine)
    assert checked(engine, head).broken is None and checked(engine).sealed == 8


def test_what_is_not_sealed_yet_is_counted_and_late_after_minutes(engine: Engine) -> None:
    a_chain(engine)
    acts_happen(engine, 2)
    found = checked(engine)
    assert (found.sealed, found.unsealed, found.broken, found.late) == (5, 2, None, False)
    assert found.since and now() - found.since < timedelta(minutes=1)
    waits = AuditEntry.id.in_(select(AuditUnsealed.entry_id))
    with snapshot(engine) as session:
        first = session.scalar(select(func.min(AuditEntry.id)).where(waits))
    moment = (now() - LATE - timedelta(seconds=1)).strftime("%Y-%m-%d %H:%M:%S+00:00")
    by_the_owner(engine, [f"UPDATE audit_entries SET at = '{moment}' WHERE id = {first}"])
    assert checked(engine).late


@pytest.mark.parametrize("typed", ["", "5", "0:" + "a" * 64, "5:" + "A" * 64, "5:" + "a" * 63, "٥:" + "a" * 64])
def test_what_is_no_head_is_none(typed: str) -> None:
    assert head_of(typed) is None


def test_a_head_is_read_as_it_is_printed() -> None:
    head = KeptHead(12, "a" * 64)
    assert head_of(f" {head}\n") == head


def test_memory_does_not_grow_with_the_chain(engine: Engine) -> None:
    many = 6000
    with writing(engine) as session:
        rows = [
            {"at": now(), "by": "person:1", "act": "submission_seen", "about": f"submission:{n}"} for n in range(many)
        ]
        session.execute(insert(AuditEntry), rows)
        session.execute(insert(AuditUnsealed).from_select(["entry_id"], select(AuditEntry.id)))
    while sealed(engine):
        pass
    checked(engine)
    tracemalloc.start()
    found = checked(engine)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.sealed == many and found.broken is None
    assert most < 6_000_000, "bytes; 2,000 entries at a time"
