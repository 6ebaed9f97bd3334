"""What the tests of decided facts share: a district with lines and visits, deciding as somebody, and computing."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from server.claims.tables import ClaimLine
from server.db import now, snapshot, writing
from server.facts.before import FactWish, Part, before_eyes, newest_of, readable
from server.facts.deciding import decide_line
from server.facts.evidence import posted
from server.facts.lines import line_found
from server.facts.tables import Fact
from server.facts.visits import before_eyes_of_visit, decide_visit
from server.results.tables import IndicatorResult, LineResult, Result, VisitResult
from server.results.verifying import verify
from server.roles.account import Account, Held
from server.roles.table import Role
from server.rounds.tables import Round
from server.submissions.tables import Attachment, Form, SubmissionState
from tests.support.builders import ALL_FIVE, LAT, LON
from tests.support.claiming import ROUND, claims_come
from tests.support.prepared import prepared
from tests.support.trial import it_comes
from tests.support.web import account
from tests.support.workbooks import DISTRICT, a_place, filled, row_of

FORM, PART = "visit_pojok_asi", Part(ROUND, DISTRICT)
LEAD, SUPERVISOR = Held(Role.LEAD, DISTRICT, ROUND), Held(Role.SUPERVISOR, DISTRICT, ROUND)
NAMES = ("Pasar", "Terminal", "Balai")


@dataclass(frozen=True)
class District:
    """A district of three claimed places, in the order of `NAMES`, and who decides there."""

    engine: Engine
    lead: Account
    supervisor: Account
    other: Account

    def line(self, number: int = 0) -> int:
        """Give the number of a line."""
        with snapshot(self.engine) as session:
            return session.scalars(select(ClaimLine.id).filter_by(name=NAMES[number])).one()

    def facility(self, number: int = 0) -> str:
        with snapshot(self.engine) as session:
            return session.scalars(select(ClaimLine.facility_id).filter_by(name=NAMES[number])).one()

    def visit(
        self, name: str = "1", place: int | None = 0, version: str = "", compute: bool = True, **answers: Any
    ) -> int:
        """Let a visit to a place come, or another version of it; gives its submission's number."""
        point = {"coordinates": [LON, latitude(place or 0), 0], "properties": {"accuracy": 5}}
        values = {
            "kind": "pojok_asi", "arrival": "open", "facility": None if place is None else self.facility(place),
            "point": point | {"type": "Point"}, "seen": ALL_FIVE,
        } | answers  # fmt: skip
        root = f"uuid:{name}"
        it_comes(self.engine, FORM, root, values, version=f"{root}{version}", edits=int(bool(version)))
        if compute:
            self.compute()
        with snapshot(self.engine) as session:
            return session.scalars(select(SubmissionState.id).filter_by(root_id=root)).one()

    def file(self, name: str = "1", digest: str | None = "a" * 64, file: str = "1.jpg", version: str = "") -> None:
        """Let a visit's file come, or another in its place."""
        with writing(self.engine) as session:
            root = f"uuid:{name}"
            mine = {"form_pk": session.scalars(select(Form.id).filter_by(form_id=FORM)).one(), "root_id": root,
                    "instance_id": f"{root}{version}", "name": file}  # fmt: skip
            session.execute(update(Attachment).filter_by(**mine, replaced_at=None).values(replaced_at=now()))
            session.add(Attachment(**mine, state="stored" if digest else "expected", digest=digest))

    def changed(self, state_id: int, **values: Any) -> None:
        """Let what Central says of a submission change."""
        with writing(self.engine) as session:
            session.execute(update(SubmissionState).filter_by(id=state_id).values(**values))

    def setting(self, two_checkers: str) -> None:
        with writing(self.engine) as session:
            session.execute(update(Round).values(two_checkers=two_checkers))

    def compute(self) -> None:
        verify(self.engine, ROUND, DISTRICT)

    def wish(self, by: Account, outcome: str = "not_found", number: int = 0, **typed: Any) -> FactWish:
        """Type a decision about a line on the page as it is now."""
        with snapshot(self.engine) as session:
            return typed_about_line(session, PART, self.line(number), by, outcome, **typed)

    def decide(
        self, outcome: str = "not_found", by: Account | None = None, number: int = 0, wish: FactWish | None = None,
        **typed: Any,
    ) -> int:  # fmt: skip
        """Decide about a line, on the page as it is now unless a wish is given; gives the decision's number."""
        by = by or self.lead
        wish = wish or self.wish(by, outcome, number, **typed)
        with writing(self.engine) as session:
            return decide_line(session, PART, self.line(number), wish, by).id

    def put(self, state_id: int, outcome: str, place: int | None = None, by: Account | None = None) -> int:
        """Decide where a visit belongs."""
        by = by or self.lead
        other = 0 if place is None else self.line(place)
        with snapshot(self.engine) as session:
            wish = typed_about_visit(session, PART, state_id, by, outcome, other)
        with writing(self.engine) as session:
            return decide_visit(session, PART, state_id, wish, by).id

    def row(self, number: int = 0) -> LineResult:
        """Give what is known of a line now, after everything was computed."""
        self.compute()
        return self.row_now(number)

    def row_now(self, number: int = 0) -> LineResult:
        with snapshot(self.engine) as session:
            found = session.scalars(select(LineResult).filter_by(line_id=self.line(number))).one()
            session.expunge_all()
        return found

    def visit_row(self, name: str = "1") -> VisitResult:
        self.compute()
        with snapshot(self.engine) as session:
            found = session.scalars(select(VisitResult).filter_by(visit_id=f"uuid:{name}")).one()
            session.expunge_all()
        return found

    def ledger(self, indicator: int = 17) -> tuple[int, int, int]:
        """Give how many lines are confirmed, contradicted and undecided."""
        self.compute()
        with snapshot(self.engine) as session:
            row = session.scalars(select(IndicatorResult).filter_by(indicator=indicator)).one()
            return row.confirmed, row.contradicted, row.undecided

    def facts(self) -> list[Fact]:
        with snapshot(self.engine) as session:
            found = session.scalars(select(Fact).order_by(Fact.id)).all()
            session.expunge_all()
        return list(found)

    def result(self) -> Result:
        with snapshot(self.engine) as session:
            found = session.scalars(select(Result)).one()
            session.expunge_all()
        return found


def typed_about_line(session: Session, part: Part, line_id: int, by: Account, outcome: str, **typed: Any) -> FactWish:
    """Type a decision about a line on its page as it is now."""
    line = line_found(session, part.round_id, part.district, line_id)
    assert line
    before = before_eyes(session, part, line)
    shown: dict[str, Any] = {"seen": posted(before.seen), "newest": newest_of(readable(before.history, by, part))}
    return FactWish(outcome=outcome, **(shown | {"why": "Sudah tutup tetap."} | typed))


def typed_about_visit(
    session: Session, part: Part, state_id: int, by: Account, outcome: str, other: int = 0
) -> FactWish:
    """Type a decision about a visit on its page as it is now."""
    before = before_eyes_of_visit(session, part, state_id)
    newest = newest_of(readable(before.history, by, part))
    return FactWish(outcome, other=other, why="Salah pilih.", seen=posted(before.seen), newest=newest)


def a_district(engine: Engine) -> District:
    """Claim three places with all points of their indicator, and let a lead and two supervisors come."""
    return District(engine, *prepared(engine, _claimed_and_computed))


def _claimed_and_computed(engine: Engine) -> list[Account]:
    import_lines(engine)
    with writing(engine) as session:
        people = [account(session, held) for held in (LEAD, SUPERVISOR, SUPERVISOR)]
    verify(engine, ROUND, DISTRICT)
    return people


def import_lines(engine: Engine, score: float = 15, names: tuple[str, ...] = NAMES) -> None:
    claims_come(engine, filled({f"Klaim!E{row_of(17)}": score}, *places(names)))


def places(names: tuple[str, ...] = NAMES) -> list[dict[str, Any]]:
    """Give places some 200 metres apart."""
    return [a_place(name, G=latitude(number)) for number, name in enumerate(names)]


def latitude(number: int) -> float:
    return round(LAT - 0.0001 - 0.002 * number, 4)


def reasons(row: LineResult) -> list[str]:
    return [reason["code"] for reason in row.reasons]
