"""Whether anything was written since a moment: said of the whole database, and never wrongly that nothing was."""

from collections.abc import Hashable

from sqlalchemy import Engine, select, update

from server.db import moment_of, open_database, snapshot, writing
from server.rounds.tables import Round


def moment(engine: Engine) -> Hashable:
    with snapshot(engine) as session:
        return moment_of(session)


def name_the_round(engine: Engine, name: str) -> None:
    with writing(engine) as session:
        session.execute(update(Round).values(name=name))


def test_it_stays_the_same_until_somebody_writes_by_whatever_connection(district: Engine) -> None:
    before = moment(district)
    assert moment(district) == before
    name_the_round(district, "ours")
    ours = moment(district)
    assert ours != before and moment(district) == ours
    another = open_database(district.url.render_as_string(hide_password=False))
    name_the_round(another, "theirs")
    another.dispose()
    assert moment(district) not in (before, ours)


def test_what_is_not_committed_is_not_there_yet(district: Engine) -> None:
    with writing(district) as session:
        before = moment(district)
        session.execute(update(Round).values(name="not yet"))
        session.flush()
        uncommitted = moment(district)
        with snapshot(district) as other:
            assert other.scalars(select(Round.name)).one() != "not yet"
    assert moment(district) not in (before, uncommitted)


def test_a_transaction_sees_its_own_moment_while_others_write(district: Engine) -> None:
    with snapshot(district) as session:
        before, name = moment_of(session), session.scalar(select(Round.name))
        name_the_round(district, "meanwhile")
        assert (moment_of(session), session.scalar(select(Round.name))) == (before, name)
    assert moment(district) != before
