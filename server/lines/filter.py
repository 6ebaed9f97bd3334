"""Which of a district's lines are wanted: one value, read from an address, written into one, applied to a query.

Whoever shows or takes some of a district's lines takes this: the list here, the map's data, the bulk acts.

    wanted = read(request.args)                             # what is not understood is named in `wanted.unknown`
    query = wanted.apply(over_lines(result_id, LineResult.line_id), viewer)
    url_for("map.map_data", round_id=…, district=…, **wanted.args())

Nobody finds out by a filter what no page tells them: one who may not see findings can neither ask for one adverse
outcome alone nor for its reason, a home is found by its name only by whom it is named to, and who made a visit can be
asked only by whom it is told. What a viewer may not ask for is passed over, and `wanted.unknown_to` names it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, case, not_, select
from sqlalchemy.orm import aliased

from server.claims.tables import ClaimLine
from server.disclosure.clearing import NOT_YET_CONFIRMED
from server.disclosure.viewer import Viewer
from server.register.called import is_called
from server.register.tables import Facility
from server.results.sums import IS_WAITING
from server.results.tables import LineResult, VisitResult
from server.rulebook import load_kinds
from server.submissions.tables import SubmissionState
from server.submissions.visitors import is_the_visitors
from server.web import asked
from verification.model import CONTRADICTS, Outcome

OUTCOMES = ("unsure", "not_visited", NOT_YET_CONFIRMED, "confirmed", "ended")  # as they are told to everybody
WAITS, DECIDED, REOPENED = "waits", "decided", "reopened"
PERSON = (WAITS, DECIDED, REOPENED)
FIRST_WHAT_WAITS = "waits"
ORDERS = (FIRST_WHAT_WAITS, "number", "subdistrict", "newest", "farthest")
# the name of each field in an address
NAMES = {
    "indicator": "indikator", "outcome": "hasil", "reason": "alasan", "subdistrict": "kecamatan", "kind": "jenis",
    "visitor": "pengunjung", "since": "dari", "until": "sampai", "person": "keputusan", "search": "cari",
    "order": "urut",
}  # fmt: skip
_SEEN_AT = aliased(Facility)  # the place in the register that the visit's form picked
_Query = TypeVar("_Query", bound=Select[Any])


def over_lines(result_id: int, *columns: Any) -> Select[Any]:
    """Select from a result's lines, each with its claim, its place in the register and the visit it was judged by.

    A line without a visit, or whose submission was removed, has none of `SubmissionState` and `VisitResult`.
    """
    line, state, visit = LineResult, SubmissionState, VisitResult
    return (
        select(*columns)
        .select_from(line)
        .join(ClaimLine, ClaimLine.id == line.line_id)
        .outerjoin(Facility, Facility.id == ClaimLine.facility_id)  # there always is one: it need not be read
        .outerjoin(state, state.id == line.state_id)
        .outerjoin(visit, (visit.result_id == line.result_id) & (visit.visit_id == line.visit_id))
        .outerjoin(_SEEN_AT, _SEEN_AT.id == state.facility_id)
        .where(line.result_id == result_id)
    )


# what everybody says of a line's place, the register first: whichever is strictest decides how it may be shown
KINDS_SAID = (Facility.kind, ClaimLine.kind, VisitResult.kind, SubmissionState.kind, _SEEN_AT.kind)
IS_ADVERSE = LineResult.outcome.not_in(sorted(set(Outcome) - CONTRADICTS))  # one that is no longer known may be, too


@dataclass(frozen=True)
class LineFilter:
    """Which lines are wanted, and in which order; a field that is None asks for nothing.

    `visitor` is the number of any submission (`submission_states.id`) of the visitor who is meant, so that no address
    holds a name. `since` and `until` are days of the visit, both included.
    """

    indicator: int | None = None
    outcome: str | None = None
    reason: str | None = None
    subdistrict: str | None = None
    kind: str | None = None
    visitor: int | None = None
    since: date | None = None
    until: date | None = None
    person: str | None = None
    search: str | None = None
    order: str = FIRST_WHAT_WAITS
    unknown: tuple[str, ...] = ()  # fields whose value was not understood

    def args(self) -> dict[str, str]:
        """Write it for an address: `read` gives the same again, but for what was unknown."""
        values = {name: getattr(self, name) for name in NAMES}
        if self.order == FIRST_WHAT_WAITS:
            del values["order"]
        return asked.write_fields(values, NAMES)

    def without(self, *names: str) -> "LineFilter":
        """Leave fields out as unknown: their values are of nothing here, or not for this viewer."""
        if not names:
            return self
        nothing: dict[str, Any] = dict.fromkeys(names)
        return replace(self, **nothing, unknown=tuple(dict.fromkeys((*self.unknown, *names))))

    def unknown_to(self, viewer: Viewer) -> tuple[str, ...]:
        """Name what a viewer may not ask for."""
        masked = self.reason == NOT_YET_CONFIRMED and viewer.findings
        return (*(("visitor",) if self.visitor and not viewer.visitors else ()), *(("reason",) if masked else ()))

    def conditions(self, viewer: Viewer) -> dict[str, ColumnElement[bool]]:
        """Write each field that asks for something as SQL over `over_lines`, by its name."""
        wanted = self.without(*self.unknown_to(viewer))
        return {
            name: condition(value, viewer)
            for name, condition in _CONDITIONS.items()
            if (value := getattr(wanted, name)) is not None
        }

    def apply(self, query: _Query, viewer: Viewer) -> _Query:
        """Leave of `over_lines` those lines that are wanted."""
        return query.where(*self.conditions(viewer).values())

    def ordered(self, query: _Query) -> _Query:
        """Put `over_lines` in order; none of them tells of points."""
        line = LineResult
        by_number = (line.indicator, line.line_id)
        rank = case((IS_WAITING, 0), (line.outcome == Outcome.NOT_VISITED, 1), (IS_ADVERSE, 2), else_=3)
        orders: dict[str, tuple[Any, ...]] = {
            FIRST_WHAT_WAITS: (rank, *by_number),
            "number": by_number,
            "subdistrict": (line.subdistrict, *by_number),
            "newest": (SubmissionState.day.is_(None), SubmissionState.day.desc(), *by_number),
            "farthest": (line.distance_m.is_(None), line.distance_m.desc(), *by_number),
        }
        return query.order_by(*orders[self.order])


def read(args: Mapping[str, str]) -> LineFilter:
    """Read a filter from an address's arguments. What cannot be any value of a field is left out, and named."""
    found, unknown = asked.read_fields(args, NAMES, _READ_AS)
    return LineFilter(**found, unknown=unknown)


_READ_AS: Mapping[str, Callable[[str], Any]] = {
    "indicator": asked.number, "outcome": asked.one_of(*OUTCOMES), "reason": asked.code, "subdistrict": asked.code,
    "kind": asked.one_of(*load_kinds().by_code), "visitor": asked.number, "since": asked.day, "until": asked.day,
    "person": asked.one_of(*PERSON), "search": asked.search, "order": asked.one_of(*ORDERS),
}  # fmt: skip


# ── a field as SQL


def _has_outcome(outcome: str, _viewer: Viewer) -> ColumnElement[bool]:
    return IS_ADVERSE if outcome == NOT_YET_CONFIRMED else LineResult.outcome == outcome


def _has_reason(code: str, viewer: Viewer) -> ColumnElement[bool]:
    """Look for a reason; of an adverse outcome only for who may see which it is, all of them for others."""
    if code == NOT_YET_CONFIRMED:
        return IS_ADVERSE
    found = LineResult.reason_codes.contains(f" {code} ", autoescape=True)
    return found if viewer.findings else found & not_(IS_ADVERSE)


def _has_person(person: str, _viewer: Viewer) -> ColumnElement[bool]:
    return {WAITS: IS_WAITING, DECIDED: LineResult.fact_id.is_not(None),
            REOPENED: LineResult.reopened_id.is_not(None)}[person]  # fmt: skip


_CONDITIONS: Mapping[str, Callable[[Any, Viewer], ColumnElement[bool]]] = {
    "indicator": lambda number, _: LineResult.indicator == number,
    "outcome": _has_outcome,
    "reason": _has_reason,
    "subdistrict": lambda code, _: LineResult.subdistrict == code,
    "kind": lambda kind, _: ClaimLine.kind == kind,
    "visitor": lambda number, _: is_the_visitors(number),
    "since": lambda day, _: SubmissionState.day >= day,
    "until": lambda day, _: SubmissionState.day <= day,
    "person": _has_person,
    "search": lambda text, viewer: is_called(text, ClaimLine.name, KINDS_SAID, viewer),
}
