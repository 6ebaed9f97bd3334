"""What no statement orders comes in another order from each kind of database, in tests always."""

from sqlalchemy import Engine, insert, select

from server.areas.tables import AreaVersion
from server.db import now, snapshot, writing


def test_rows_that_nothing_orders_come_backwards_from_sqlite_and_forwards_from_postgresql(engine: Engine) -> None:
    with writing(engine) as session:
        session.execute(insert(AreaVersion), [{"id": number, "loaded_at": now()} for number in (1, 2, 3)])
    with snapshot(engine) as session:
        found = session.scalars(select(AreaVersion.id)).all()
        assert found == ([3, 2, 1] if engine.dialect.name == "sqlite" else [1, 2, 3])
        assert session.scalars(select(AreaVersion.id).order_by(AreaVersion.id)).all() == [1, 2, 3]
