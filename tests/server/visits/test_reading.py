"""Reading what has changed: each submission once for each change, and none that changes while it is read is missed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, update

from server.db import snapshot, table_of, writing
from server.register.at_central import turned
from server.register.tables import CentralProject, Facility
from server.results.reading import read_unread
from server.submissions.keeping import insert_versions, lock_form, note_gone, read_again, upsert_states
from server.submissions.tables import SubmissionState
from server.visits import reading
from server.visits.queries import visits_by_submission
from server.visits.tables import ReadVersion, Visit
from tests.support.arriving import FORM, a_place_of_the_register, a_visit_comes, belongs
from tests.support.builders import NEIGHBOUR
from tests.support.claiming import ROUND, forget_jobs
from tests.support.rounds import asked_for, begin
from tests.support.statements import statements
from tests.support.trial import MOMENT, it_comes, read_visits
from tests.support.workbooks import DISTRICT
from verification.flags.flag import Flag

HERE, AWAY = "-5.005 110.005 12.5 5", "-5.405 110.005 12.5 5"


@pytest.fixture
def unread(district: Engine) -> Engine:
    """Give a visit to a place of the register that has come and is to be read again."""
    begin(district, DISTRICT, "99.02")
    a_visit_comes(district, facility=a_place_of_the_register(district))
    with writing(district) as session:
        read_again(session)
    forget_jobs(district)
    return district


def test_in_which_zone_its_phone_stood_is_given_to_the_rules(district: Engine) -> None:
    begin(district, DISTRICT)
    start = "2026-10-20T09:00:00.000+05:30"
    a_visit_comes(district, facility=a_place_of_the_register(district), start=start)
    with snapshot(district) as session:
        (visit,) = visits_by_submission(session, ROUND, DISTRICT).values()
    assert visit.zone_min == 330 and visit.began_at is not None
    assert visit.began_at.isoformat() == "2026-10-20T03:30:00+00:00", "which a database does not keep"


@pytest.mark.parametrize("by_phone, kept", [(HERE, False), (AWAY, True), (None, False)])
@pytest.mark.parametrize("at_once", [False, True], ids=["read one after the other", "read at once"])
def test_a_photograph_that_is_replaced_at_a_desk_is_no_sign(
    district: Engine, by_phone: str | None, kept: bool, at_once: bool
) -> None:
    """The form notes anew where it is, and that is the desk: what the phone's own version shows stays."""
    begin(district, DISTRICT)
    answers = {"kind": "pojok_asi", "arrival": "open", "point": HERE, "seen": {}}
    it_comes(district, FORM, "uuid:1", answers | {"photo_point": by_phone}, read=not at_once)
    it_comes(district, FORM, "uuid:1", answers | {"photo_point": AWAY}, version="uuid:1b", edits=1)
    with snapshot(district) as session:
        (visit,) = visits_by_submission(session, ROUND, DISTRICT).values()
    assert visit.version == "uuid:1b" and visit.signs == ((Flag.PHOTOGRAPHED_AWAY,) if kept else ())


def meanwhile(monkeypatch: pytest.MonkeyPatch, *happens: Callable[[], object]) -> None:
    """Let something happen each time that a batch was looked at and before that is noted."""
    left, place = list(happens), reading._place

    def placed(*what: Any) -> Any:
        found = place(*what)
        if left:
            left.pop(0)()
        return found

    monkeypatch.setattr(reading, "_place", placed)


def an_edit(engine: Engine, **state: Any) -> None:
    """Keep a version that says another place, as a pull does; nothing is read."""
    form_pk = belongs(engine).form_pk
    ids = {"form_pk": form_pk, "root_id": "uuid:1", "instance_id": "uuid:1b"}
    with writing(engine) as session:
        insert_versions(session, [ids | {
            "number": 2, "digest": "x", "source": "odata", "form_version": "1",
            "answers": '{"kind": "pojok_asi", "arrival": "closed", "point": "-5.005 109.995 0 5"}',
        }])  # fmt: skip
        upsert_states(session, [ids | {
            "submitted_at": MOMENT, "seen_at": MOMENT, "edits": 1, "attachments_present": 0, "attachments_expected": 0,
            "deleted_at": None, "gone_at": None, "review_state": None, "problem": None,
        } | state])  # fmt: skip


def counted(engine: Engine, district: str) -> list[str]:
    with snapshot(engine) as session:
        return [visit.version for visit in visits_by_submission(session, ROUND, district).values()]


def test_what_is_read_is_not_read_again_until_it_changes(unread: Engine) -> None:
    assert read_unread(unread) == 1
    with statements(unread) as said:
        assert read_unread(unread) == 0
    assert not [statement for statement in said if statement.split()[0] in ("INSERT", "UPDATE", "DELETE")]


def test_a_submission_that_is_edited_while_it_is_read_is_read_again_by_its_new_version(
    unread: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile(monkeypatch, lambda: an_edit(unread))
    assert read_unread(unread) == 2
    found = belongs(unread)
    assert (found.district, found.facility_id, found.changes) == ("99.02", None, found.changes_read)
    assert (counted(unread, DISTRICT), counted(unread, "99.02")) == ([], ["uuid:1b"])
    assert {key for kind, key in asked_for(unread) if kind == "verify"} == {f"{ROUND}/{DISTRICT}", f"{ROUND}/99.02"}


def test_however_often_it_changes(unread: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def reviewed(state: str | None) -> Callable[[], object]:
        return lambda: an_edit(unread, review_state=state)

    meanwhile(monkeypatch, reviewed(None), reviewed("rejected"), reviewed(None), reviewed("rejected"))
    assert read_unread(unread) == 5
    found = belongs(unread)
    assert (found.review_state, found.changes) == ("rejected", found.changes_read)
    assert counted(unread, "99.02") == []


def test_what_was_picked_at_two_projects_is_the_place_of_the_register(district: Engine) -> None:
    """One has places by their own ids; what was picked by these at the other, on an older list, is the place too."""
    with writing(district) as session:
        session.add_all([CentralProject(number=1, own_ids=False), CentralProject(number=2, own_ids=True)])
    begin(district, DISTRICT)
    place = a_place_of_the_register(district, "2dd725f8-c8bb-40e3-807d-056883df1310")
    wanted = {(1, place): place, (1, turned(place, 2)): turned(place, 2), (2, turned(place, 2)): place,
              (2, place): place, (2, turned(place, 3)): turned(place, 3), (2, None): None}  # fmt: skip
    for number, (project, picked) in enumerate(wanted):
        a_visit_comes(district, f"uuid:{number}", facility=picked, form_id=f"visit_{project}", project=project,
                      read=False)  # fmt: skip
    assert read_visits(district) == len(wanted)
    assert [belongs(district, f"uuid:{number}").facility_id for number in range(len(wanted))] == [*wanted.values()]
    with snapshot(district) as session:
        assert session.scalars(select(Visit.facility_id).order_by(Visit.submission_id)).all() == [*wanted.values()]


def test_a_purge_and_a_place_that_moves_meanwhile(unread: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def it_moves() -> None:
        with writing(unread) as session:
            session.execute(update(Facility).values(village=NEIGHBOUR.code))
            read_again(session, SubmissionState.facility_id == "f1")

    def it_is_purged() -> None:
        with writing(unread) as session:
            note_gone(session, belongs(unread).form_pk, ["uuid:1"], MOMENT)

    meanwhile(monkeypatch, it_moves, it_is_purged)
    assert read_unread(unread) == 3
    assert (belongs(unread).district, counted(unread, "99.02")) == ("99.02", [])


def test_two_workers_that_read_the_same_come_to_the_same_end(unread: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    an_edit(unread)
    meanwhile(monkeypatch, lambda: read_unread(unread))
    assert read_unread(unread) == 1
    found = belongs(unread)
    assert (found.district, found.changes) == ("99.02", found.changes_read)
    with snapshot(unread) as session:
        assert session.scalar(select(func.count()).select_from(Visit)) == 2


def test_a_slower_worker_does_not_undo_what_a_quicker_one_read_later(
    unread: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def edited_and_read_by_another() -> None:
        an_edit(unread)
        read_unread(unread)

    meanwhile(monkeypatch, edited_and_read_by_another)
    read_unread(unread)
    found = belongs(unread)
    assert (found.district, found.changes) == ("99.02", found.changes_read)


def test_more_than_a_batch_is_read_to_the_end(district: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        a_visit_comes(district, f"uuid:{number}")
    with writing(district) as session:
        read_again(session)
    monkeypatch.setattr(reading, "BATCH", 2)
    assert read_unread(district) == 5
    with snapshot(district) as session:
        left = select(SubmissionState.root_id).where(SubmissionState.changes != SubmissionState.changes_read)
        assert session.scalars(left).all() == []


def test_what_an_older_tilik_read_is_read_again_with_what_it_left_out(district: Engine) -> None:
    begin(district, DISTRICT)
    a_visit_comes(district, facility=a_place_of_the_register(district), seen={"location_kind": "public"})
    with writing(district) as session:
        session.execute(update(Visit).values(noted=None))
        read_again(session)
    read_unread(district)
    with snapshot(district) as session:
        assert session.scalars(select(Visit.noted)).all() == [{"location_kind": "public"}]


def test_what_was_just_read_has_the_columns_of_its_table() -> None:
    assert list(ReadVersion._fields) == [column.name for column in table_of(Visit).c]


def test_it_waits_for_whoever_keeps_something_of_a_form(unread: Engine) -> None:
    """Both write the same rows, each in an order of its own: without waiting, each could wait for the other."""
    with ThreadPoolExecutor() as pool:
        with writing(unread) as session:
            lock_form(session, session.scalars(select(SubmissionState.form_pk)).first() or 0)
            reader = pool.submit(read_unread, unread)
            with pytest.raises(TimeoutError):
                reader.result(0.5)
            read_again(session)
        assert reader.result(60) == 2, "what was read before it changed is read once more"
