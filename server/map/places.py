"""What is on a district's map: claimed places, and the visits they were judged by.

Homes and shelters, and visits to them, are not on it at all, for nobody: neither as points nor in any count.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session, aliased

from server.claims.tables import ClaimLine
from server.disclosure.cleared import Cleared, ClearedPoint, view
from server.disclosure.clearing import Clearance
from server.disclosure.places import UnclearedPlace, could_name_a_shelter
from server.disclosure.viewer import EVERYONE, Viewer
from server.lines.filter import KINDS_SAID, LineFilter, over_lines
from server.register.tables import Facility
from server.results.tables import LineResult, Result
from server.rulebook import load_rules
from server.submissions.tables import Submission, SubmissionState
from server.visits.tables import Visit
from server.web.kept import A_MOMENT, Kept

_STOOD_AT = aliased(Facility)  # the place in the register that the judged version's form picked
# so long what becomes a home, or a point that is deleted, may still be drawn; a new result is drawn at once
_counted = Kept["Counted"](200, A_MOMENT)
# all that anybody says of which kind a place is
_SAID = tuple(kind.label(f"kind_{n}") for n, kind in enumerate((*KINDS_SAID, Visit.kind, _STOOD_AT.kind)))


@view
class MapMark:
    """A place on the map: what was claimed, and where the visit it was judged by was (degrees).

    `half_cell_m` is how exactly the claim was written, `error_m` the visit's 95 % radius, `distance_m` from one to
    the other as it was judged; metres. `number` is its place among its indicator's lines, where all were asked for
    in that order.
    """

    line: int
    indicator: int
    number: int | None
    outcome: Cleared
    label: Cleared
    village: Cleared
    claimed: ClearedPoint | None
    half_cell_m: float | None
    visited: ClearedPoint | None
    error_m: float | None
    distance_m: float | None


@dataclass(frozen=True)
class OnTheMap:
    """What is drawn, and how many claimed places could have been, had anybody said where they are."""

    marks: list[MapMark]
    without_point: int


@dataclass(frozen=True)
class Counted:
    """How many places could be drawn, by village and outcome; and how many could not, for want of a point."""

    drawn: Counter[tuple[str, str]]
    without_point: int


def count_on_the_map(session: Session, result: Result, wanted: LineFilter, clear: Clearance,
                     viewer: Viewer = EVERYONE) -> Counted:  # fmt: skip
    """Count those of a result's places that are wanted and may be drawn; what was counted is kept for a moment."""
    key = (result.stamp, wanted, viewer)
    return _counted.of(session, key, lambda: _count(session, result.id, wanted, clear, viewer))


def _count(session: Session, result_id: int, wanted: LineFilter, clear: Clearance, viewer: Viewer) -> Counted:
    """Count them all: the database puts together what nothing that decides tells apart.

    A name does, where it could say more than a kind.
    """
    has_point = ClaimLine.lon.is_not(None) | Visit.lon.is_not(None)
    telling = case((could_name_a_shelter(session, ClaimLine.name), ClaimLine.name), else_="")
    columns = (LineResult.outcome, ClaimLine.village, telling.label("name"), has_point.label("is_somewhere"), *_SAID)
    each = _asked(result_id, wanted, viewer, columns).subquery().c
    drawn, without = Counter[tuple[str, str]](), 0
    for outcome, village, name, is_somewhere, *kinds, count in session.execute(
        select(*each, func.count()).group_by(*each)
    ):
        if UnclearedPlace(tuple(filter(None, kinds)), name).is_home:
            continue
        if is_somewhere:
            drawn[village, clear.outcome(outcome)] += count
        else:
            without += count
    return Counted(drawn, without)


def places_on_the_map(session: Session, result_id: int, wanted: LineFilter, clear: Clearance,
                      viewer: Viewer = EVERYONE) -> OnTheMap:  # fmt: skip
    """Read those of a result's places that are wanted and may be drawn, each visit at the version it was judged by."""
    line, claim, visit = LineResult, ClaimLine, Visit
    columns = (line.line_id, line.indicator, line.outcome, line.distance_m, claim.name, claim.village,
               claim.facility_id, claim.lon, claim.lat, claim.half_cell_m, visit.lon.label("visit_lon"),
               visit.lat.label("visit_lat"), visit.accuracy_m, *_SAID)  # fmt: skip
    rows = session.execute(wanted.ordered(_asked(result_id, wanted, viewer, columns)))
    found = list(_marks(rows, clear, numbered=wanted.order == "number" and not wanted.conditions(viewer)))
    marks = [mark for mark in found if mark.claimed or mark.visited]
    return OnTheMap(marks, len(found) - len(marks))


def _asked(result_id: int, wanted: LineFilter, viewer: Viewer, columns: Sequence[Any]) -> Select[Any]:
    """Ask for columns of the lines that are wanted, beside what the judged version of each one's visit says."""
    state, version = SubmissionState, Submission
    query = (
        over_lines(result_id, *columns)
        .outerjoin(version, (version.form_pk == state.form_pk) & (version.root_id == state.root_id)
                   & (version.instance_id == LineResult.version))
        .outerjoin(Visit, Visit.submission_id == version.id)
        .outerjoin(_STOOD_AT, _STOOD_AT.id == Visit.facility_id)
    )  # fmt: skip
    return wanted.apply(query, viewer)


def _marks(rows: Iterable[Any], clear: Clearance, *, numbered: bool) -> Iterable[MapMark]:
    of_indicator, wider = Counter[int](), load_rules().location.accuracy_to_r95
    for (line, indicator, outcome, distance_m, name, village, facility_id, lon, lat, half_cell_m, visit_lon, visit_lat,
         accuracy_m, *kinds) in rows:  # fmt: skip
        of_indicator[indicator] += 1
        place = UnclearedPlace(tuple(filter(None, kinds)), name, village, facility_id)
        if place.is_home:
            continue
        visited = clear.point(place, visit_lon, visit_lat)
        yield MapMark(
            line=line,
            indicator=indicator,
            number=of_indicator[indicator] if numbered else None,
            outcome=clear.outcome(outcome),
            label=clear.called(place),
            village=clear.id(village),
            claimed=clear.point(place, lon, lat),
            half_cell_m=half_cell_m,
            visited=visited,
            error_m=accuracy_m * wider if visited and accuracy_m is not None else None,
            distance_m=distance_m,
        )
