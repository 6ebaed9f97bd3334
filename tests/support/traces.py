"""A district to be closed: visits by all sorts of ways, each with a point whose digits are nowhere else."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select

from server.db import Base, snapshot, writing
from server.results.closing import close_part
from server.results.tables import IndicatorResult, LineResult, VisitResult
from server.rounds.states import OPEN, Entry, change_part
from server.sync.certificates import latest_certificate
from server.work.kinds import Read
from server.work.queue import ask
from tests.sandbox.server import Sandbox
from tests.sandbox.xform import read_submission
from tests.support.claiming import ROUND, TESTER
from tests.support.forms import new_id
from tests.support.storing import everything_in
from tests.support.visits import FORM_ID, a_visit, claim_a_place, publish
from tests.support.workbooks import DISTRICT
from workers.central.api import Central
from workers.pulling.certify import certify
from workers.pulling.repair import repair
from workers.pulling.slow_pass import look_over
from workers.queue.context import Context
from workers.queue.draining import drain

# digits that stand in no claim, no area and no moment
LATS = ("0041739", "0052861", "0048257", "0055193", "0046613", "0050977", "0043391")
LONS = ("0051317", "0049153", "0053719", "0047931", "0050719", "0048191", "0052379")
FIRST, EDITED, DELETED, REJECTED, RECORDED, LATE, AGAIN = (
    f"-5.{lat} 110.{lon} 4 5" for lat, lon in zip(LATS, LONS, strict=True)
)
PLANTED = [*LATS, *LONS]
AUDIT = "audit.csv"


@dataclass
class District:
    """A district with a claim, its visits at Central, and where Tilik keeps what it knows."""

    context: Context
    central: Central
    data: Path
    roots: dict[str, str]

    @property
    def engine(self) -> Engine:
        return self.context.engine

    def pull(self) -> None:
        """Pull all there is, and do what comes of it."""
        look_over(self.engine, self.central, self.context.store, FORM_ID)
        with writing(self.engine) as session:
            ask(session, Read())
        drain(self.context)

    def close(self) -> None:
        close_part(self.engine, ROUND, DISTRICT, TESTER)

    def work(self) -> None:
        drain(self.context)

    def reopen(self) -> None:
        with writing(self.engine) as session:
            change_part(session, ROUND, DISTRICT, OPEN, Entry("terminal:test", "Ada kunjungan yang tertinggal."))
        drain(self.context)

    def certify(self) -> str:
        return certify(self.engine, self.central, self.context.store, deep=True)

    def differences(self) -> str:
        with snapshot(self.engine) as session:
            found = latest_certificate(session, self.central.project)
            return found.detail if found else ""

    def repair(self) -> None:
        repair(self.engine, self.central, self.context.store, FORM_ID)
        self.pull()

    def found(self) -> list[tuple[Any, ...]]:
        """Give what was found out of each line and each visit, and the points, without what says that it is frozen."""
        with snapshot(self.engine) as session:
            rows = [tuple(row) for row in session.execute(select(
                LineResult.line_id, LineResult.outcome, LineResult.visit_id, LineResult.version, LineResult.probability,
                LineResult.sure, LineResult.grade, LineResult.distance_m, LineResult.error_m,
            ).order_by(LineResult.line_id))]  # fmt: skip
            visit = VisitResult
            rows += [(*row, repr(signs)) for *row, signs in session.execute(
                select(visit.visit_id, visit.subdistrict, visit.reason_code, visit.flags).order_by(visit.visit_id))
            ]  # fmt: skip
            rows += [tuple(row) for row in session.execute(select(
                IndicatorResult.indicator, IndicatorResult.lowest, IndicatorResult.highest,
                IndicatorResult.confirmed).order_by(IndicatorResult.indicator))]  # fmt: skip
        return rows

    def left(self) -> list[str]:
        """Name where a planted point is still to be found: tables, files of the store, and the folder's own bytes."""
        return left_in(self.engine, self.context) + [
            str(file.relative_to(self.data))
            for file in sorted(self.data.rglob("*"))
            if file.is_file() and any(one.encode() in file.read_bytes() for one in PLANTED)
        ]


def left_in(engine: Engine, context: Context) -> list[str]:
    with snapshot(engine) as session:
        tables = {
            table.name: repr([tuple(row) for row in session.execute(select(table))])
            for table in Base.metadata.sorted_tables
        }
    files = {f"store {name}": content.decode("latin-1") for name, content in everything_in(context.store).items()}
    return [name for name, said in (tables | files).items() if any(one in said for one in PLANTED)]


def a_district(context: Context, central: Central, sandbox: Sandbox, data: Path) -> District:
    """Have visits: one plain, one edited, one deleted at Central, one rejected, one with a record of its filling in."""
    claim_a_place(context.engine)
    publish(central)
    roots = {"plain": central.submit(FORM_ID, a_visit(point=FIRST))}
    edited = roots["edited"] = central.submit(FORM_ID, a_visit(point=EDITED))
    central.edit(FORM_ID, edited, a_visit(new_id(), replaces=edited, point=FIRST, arrival="closed"))
    roots["deleted"] = central.submit(FORM_ID, a_visit(point=DELETED))
    central.delete(FORM_ID, roots["deleted"])
    roots["rejected"] = central.submit(FORM_ID, a_visit(point=REJECTED))
    central.review(FORM_ID, roots["rejected"], "rejected")
    record = f"event,node,start,end,latitude,longitude\n{RECORDED.replace(' ', ',')}\n".encode()
    roots["recorded"] = central.submit(FORM_ID, a_visit(point=RECORDED, photo=AUDIT), {AUDIT: record})
    roots["video"] = central.submit(FORM_ID, a_visit(point="", mode="video"))
    district = District(context, central, data, roots)
    district.pull()
    return district


def send_late(sandbox: Sandbox, central: Central, point: str, **other: Any) -> str:
    """Send a visit as a phone does that had no line until now."""
    form = sandbox.state.projects[central.project].forms[FORM_ID]
    xml = a_visit(point=point, **other).encode()
    sandbox.state.create(form, read_submission(xml), xml)
    return read_submission(xml).instance_id
