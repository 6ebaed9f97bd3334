"""A district whose list of Pojok ASI is long enough to be drawn from."""

from dataclasses import replace
from typing import Any

from sqlalchemy import Engine, insert, select

from server.claims.tables import Claim, ClaimLine
from server.db import snapshot, writing
from server.draws.drawing import DrawWish, draw_places
from server.draws.settling import approve, drop
from server.draws.tables import Draw, DrawnPlace
from server.register.tables import Facility
from server.roles.account import Account, Held
from server.roles.table import Role
from tests.support.assigning import PART
from tests.support.builders import LAT, LON, VILLAGES
from tests.support.planning import DAY, PlanField, a_plan_field
from tests.support.web import TESTER

INDICATOR = 17
DRAWS = f"/wilayah/{PART[0]}/{PART[1]}/rencana/undian"
ASSESSOR = Account("person:1", (Held(Role.ASSESSOR),))


class DrawField(PlanField):
    """What is done with drawings of it."""

    def wish(self, **said: Any) -> DrawWish:  # type: ignore[override]
        """Write a drawing as a page sends it."""
        return replace(
            DrawWish(f"{INDICATOR}", "random", "12", "contoh", DAY.isoformat(), "5", [f"{self.team}"]), **said
        )

    def draw(self, by: Account = TESTER, **said: Any) -> int:
        with writing(self.engine) as session:
            return draw_places(session, PART, self.wish(**said), by).id

    def approve(self, number: int, by: Account = ASSESSOR) -> int:
        with writing(self.engine) as session:
            return approve(session, PART, number, by)

    def drop(self, number: int, why: str = "Salah tim.", by: Account = TESTER) -> None:
        with writing(self.engine) as session:
            drop(session, PART, number, why, by)

    def kept(self, number: int) -> Draw:
        with snapshot(self.engine) as session:
            one = session.get_one(Draw, number)
            session.expunge(one)
        return one

    def drawn(self, number: int) -> list[DrawnPlace]:
        """Give what was drawn, and then what would stand in for it, by the turn of their lots."""
        with snapshot(self.engine) as session:
            query = select(DrawnPlace).filter_by(draw_id=number)
            rows = session.scalars(query.order_by(DrawnPlace.substitute_for.is_not(None), DrawnPlace.turn)).all()
            session.expunge_all()
        return [*rows]


def point_of(number: int) -> tuple[float, float]:
    """Say where one of them is: each 33 m further along the road, which is another building."""
    return LON, LAT + number * 0.0003


def a_draw_field(district: Engine, count: int = 39) -> DrawField:
    """Let the district claim so many more Pojok ASI: every third without coordinates."""
    field = DrawField(**vars(a_plan_field(district)))
    with writing(district) as session:
        claim = session.scalars(select(Claim).filter_by(indicator=INDICATOR, district=PART[1])).one()
        claim.self_score = 12.5
        ids = [f"{number:08x}-cccc-4ccc-8ccc-cccccccccccc" for number in range(count)]
        rows = [
            {"id": one, "kind": "pojok_asi", "name": f"Pojok ASI Rekaan {number}", "village": VILLAGES[0].code}
            for number, one in enumerate(ids)
        ]  # fmt: skip
        session.execute(insert(Facility), rows)
        session.execute(insert(ClaimLine), [
            {"claim_id": claim.id, "facility_id": row["id"], "kind": "pojok_asi", "name": row["name"],
             "village": row["village"], "cell": "Fasilitas!A1", "since_year": 2020,
             "half_cell_m": 1.0 if number % 3 else None, "lon": point_of(number)[0] if number % 3 else None,
             "lat": point_of(number)[1] if number % 3 else None}
            for number, row in enumerate(rows)
        ])  # fmt: skip
    return field
