"""Whoever is on duty is called: officer, deputy, the ministry, by the district's clock; ties and nights are minded."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update

from server.db import snapshot, writing
from server.incidents.drills import start_drill
from server.incidents.keeping import acknowledge
from server.incidents.reading import incident_of, may_read
from server.incidents.tables import Incident, IncidentEntry
from server.messages.channels import Topic
from server.messages.outbox import BY_HAND, again, done_by_hand, take
from server.messages.quiet import after
from server.messages.sentences import said
from server.messages.tables import Message
from server.people.tables import Person
from server.rounds.planning import VISITS
from server.rounds.tables import RoundStage
from server.settings import Settings
from tests.support.claiming import ROUND
from tests.support.register import NOON, PATIENT, Register
from tests.support.telling import Clock
from tests.support.web import TESTER
from tests.support.workbooks import DISTRICT

Hours = dict[str, float]


def visits_today(register: Register) -> None:
    with writing(register.engine) as session:
        session.merge(RoundStage(round_id=ROUND, stage=VISITS, starts=NOON, ends=NOON + timedelta(days=3)))


def who(register: Register) -> list[int]:
    return [number for number, _ in register.told()]


@pytest.mark.parametrize(("visits", "danger", "hours"), [(False, "no", 4), (True, "no", 1), (False, "yes", 1)])
def test_each_level_has_its_time_and_the_next_is_called_to_the_minute(
    register: Register, clock: Clock, visits: bool, danger: str, hours: int
) -> None:
    if visits:
        visits_today(register)
    register.report(danger=danger)
    assert [register.watch() for _ in range(3)] == [1, 0, 0] and who(register) == [register.officer]
    clock.forward(hours=hours, minutes=-1)
    assert register.watch() == 0
    clock.forward(minutes=1)
    assert register.watch() == 1 and who(register)[-1] == register.deputy
    if hours == 1:
        clock.forward(hours=1)
        assert register.watch() == 1 and who(register)[-1] == register.ministry
        clock.forward(hours=1)
        assert register.watch() == 3, "and then all, again and again"
    else:
        clock.forward(hours=3, minutes=59)
        assert register.watch() == 0, "four hours from noon on, the night between"


@pytest.mark.parametrize(("zone", "begins"), [("WIB", 13), ("WITA", 12), ("WIT", 11)])
def test_the_night_is_the_districts_own_and_counts_for_nothing_unless_somebody_is_in_danger(
    register: Register, clock: Clock, zone: str, begins: int
) -> None:
    """At the hour in UTC at which it is eight in the evening there."""
    register.zone(zone)
    clock.moment = datetime(2026, 11, 25, begins, tzinfo=UTC)
    uuid = register.report(told_on="2026-11-25")
    register.watch()
    for hours, minutes, called in ((13, 59, 0), (0, 1, 1)):  # ten in the morning there: four hours since six
        clock.forward(hours=hours, minutes=minutes)
        assert register.watch() == called
    with writing(register.engine) as session:
        session.execute(update(Incident).filter_by(uuid=uuid).values(acknowledged_at=clock()))
        session.execute(delete(Message))
    clock.moment = datetime(2026, 11, 26, begins, tzinfo=UTC)
    register.report()
    register.report(danger="yes")
    assert register.watch() == 2
    morning = clock.moment + timedelta(hours=10)
    assert [at for _, at in register.told()] == [morning, clock.moment], "at six there; the other at once"
    clock.forward(hours=1)
    assert register.watch() == 1, "only the one in danger goes on to the deputy at night"


def test_time_that_is_quiet_has_not_gone_by() -> None:
    evening = datetime(2026, 11, 26, 11, 30, tzinfo=UTC)  # half past six in Jakarta
    for quiet, hours, passed in (("20-6", 1, 1), ("20-6", 4, 14), ("0-0", 30, 30), ("20-6", 14, 24), ("6-20", 1, 2.5)):
        assert after(quiet, evening, timedelta(hours=hours)) == evening + timedelta(hours=passed), (quiet, hours)


def test_whoever_has_a_tie_is_passed_over_and_reads_nothing(register: Register, clock: Clock) -> None:
    register.tie(register.officer)
    uuid = register.report()
    register.watch()
    assert who(register) == [register.deputy]
    with snapshot(register.engine) as session:
        one = session.scalars(select(Incident)).one()
        assert not may_read(session, register.account(register.officer), one)
        assert may_read(session, register.account(register.deputy), one), "the deputy acts in the officer's place"
    register.tie(register.deputy)
    clock.forward(hours=4)
    register.watch()
    assert who(register) == [register.deputy, register.ministry] and register.one(uuid).step == 3


def test_who_cannot_be_reached_is_passed_over_at_once(register: Register, clock: Clock) -> None:
    with writing(register.engine) as session:
        session.execute(update(Person).filter_by(id=register.officer).values(email=None))
        session.execute(update(Person).filter_by(id=register.deputy).values(untold_since=clock()))
    register.report()
    assert register.watch() == 1 and who(register) == [register.deputy], "whoever is on duty is called all the same"
    assert register.watch(Settings.model_validate({})) == 0


def test_taken_up_nobody_else_is_called_and_a_drill_ends_with_it_and_keeps_its_times(
    register: Register, clock: Clock
) -> None:
    with writing(register.engine) as session:
        uuid = start_drill(session, DISTRICT, register.account(register.officer)).uuid
    real = register.report()
    assert register.watch() == 2
    messages = [said(PATIENT, Topic.REGISTER, language).text for language in ("id", "en")]
    assert all("latihan" not in text.lower() and "drill" not in text.lower() and DISTRICT not in text
               and "https://tilik.contoh.test/register/panggilan" in text for text in messages)  # fmt: skip
    clock.forward(minutes=20)
    for one in (uuid, real):
        with writing(register.engine) as session:
            by = register.account(register.officer)
            acknowledge(session, incident_of(session, by, one, to_change=True) or pytest.fail(), by)
    clock.forward(days=3)
    assert register.watch() == 0
    drill = register.one(uuid)
    assert drill.acknowledged_at == drill.opened_at + timedelta(minutes=20) and drill.state == "closed"
    assert register.one(real).state == "taken"
    with snapshot(register.engine) as session:
        steps = session.scalars(select(IncidentEntry.what).filter_by(incident_id=drill.id).order_by(IncidentEntry.id))
        assert steps.all() == ["opened", "told", "acknowledged"]


def test_a_job_that_is_killed_calls_once(register: Register) -> None:
    register.report()
    with pytest.raises(RuntimeError), writing(register.engine) as session:
        from server.incidents.escalating import watch

        assert watch(session, PATIENT) == 1
        raise RuntimeError("killed")
    assert register.told() == [] and [register.watch(), register.watch()] == [1, 0]


def test_who_keeps_the_outbox_can_do_nothing_about_the_registers_messages(register: Register, clock: Clock) -> None:
    register.report(danger="yes")
    register.watch()
    with writing(register.engine) as session:
        one = session.scalars(select(Message)).one()
        assert take(session, PATIENT, one.id), "it is sent like any other"
        one.state = BY_HAND
        session.flush()
        assert not again(session, PATIENT, TESTER, one.id) and not done_by_hand(session, TESTER, one.id)
