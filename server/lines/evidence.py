"""All that is known of one claimed line, read in few statements: claim, result, visits, photographs, other lines.

How many statements it takes does not depend on how much there is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import and_, case, or_, select
from sqlalchemy.orm import Session

from server.areas.queries import named
from server.claims.tables import Claim, ClaimFile, ClaimLine
from server.decisions.deciding import lists_of
from server.decisions.tables import Decision
from server.facts.lines import MOST_NEAR, alike, pointed_to
from server.lines.stated import StatedBeside, stated_beside
from server.moments import CAPITAL
from server.register.tables import Facility
from server.results.line_reasons import other_line
from server.results.rows import reasons_of
from server.results.tables import LineResult, Result, VisitResult
from server.roles.account import Account
from server.roles.table import Permission
from server.roles.teams import Going, teams_going
from server.rounds.rules import digest_fixed, rules_fixed
from server.rounds.tables import Round, RoundPart
from server.submissions.tables import Attachment, Form, SubmissionState
from server.visits.elsewhere import Elsewhere, sent_elsewhere
from server.visits.history import VisitedVersion, versions_of_visits
from server.visits.led_to import LeadsTo, led_to_by
from server.visits.photographs import Pair, alike_photographs, photographs_of, same_photograph
from verification.matching.identity import registry_key
from verification.model import district_of, province_of, subdistrict_of
from verification.sets.indicators import IndicatorSet

MOST_LINES = 40  # others of the place, and others that were considered
MOST_AT_ONE_POINT = 12  # others that are claimed at the very same point


@dataclass(frozen=True)
class OtherLine:
    """Another line: of the same place, one that a visit might belong to as well, or one claimed at the same point."""

    line: ClaimLine
    claim: Claim
    round: Round
    indicators: IndicatorSet  # as its round has them
    found: LineResult | None
    computed_at: datetime | None
    kind: str  # the register's
    is_within_reach: bool


@dataclass(frozen=True)
class LineEvidence:
    """All that is known of a claimed line. `visits` has a row for each kept version, newest visits first.

    `approval_lists` are the entity lists that approving the visit it was judged by would write to.
    """

    line: ClaimLine
    claim: Claim
    file: ClaimFile
    round: Round
    part: RoundPart
    indicators: IndicatorSet  # as the round has them
    facility: Facility
    result: Result | None
    found: LineResult | None
    judged: VisitResult | None
    approval_lists: Sequence[str]
    stated: StatedBeside
    visits: Sequence[VisitedVersion]
    photographs: Mapping[str, Sequence[Attachment]]
    same_photographs: Mapping[str, Mapping[str, Pair]]  # by version: its photographs that are other visits' too
    signs_lead_to: LeadsTo
    elsewhere: Elsewhere  # by version: those that visits in other districts have too
    names: Mapping[str, str]
    zone: str
    teams: Sequence[Going]
    others: Sequence[OtherLine]

    @property
    def at_one_point(self) -> list[OtherLine]:
        """Give the other lines of its claim at the very same point, as it was remarked when the form was read."""
        here = [one for one in self.others if one.line.claim_id == self.claim.id and _point(one.line) is not None
                and _point(one.line) == _point(self.line)]  # fmt: skip
        all_have_numbers = all(registry_key(one.registry_no) for one in (self.line, *(one.line for one in here)))
        return [] if all_have_numbers else here

    @property
    def considered_lines(self) -> dict[int, float]:
        """Give other lines that its visit might belong to, with their probability."""
        return _pairs(self.judged.considered if self.judged else None, "lines")

    @property
    def considered_visits(self) -> dict[int, float]:
        """Give other submissions that might be visits to it, with their probability."""
        return _pairs(self.found.considered if self.found else None, "visits")


def _point(line: ClaimLine) -> tuple[str, float, float, float | None] | None:
    if line.lon is None or line.lat is None:
        return None
    return line.kind, line.lon, line.lat, line.half_cell_m


def _pairs(kept: Mapping[str, Any] | None, name: str) -> dict[int, float]:
    return {int(number): float(probability) for number, probability in (kept or {}).get(name, [])}


def _lines_in(found: LineResult | None) -> list[int]:
    """Give the lines that the reasons name."""
    return [number for reason in reasons_of(found.reasons if found else []) if (number := other_line(reason))]


def load_line(
    session: Session, account: Account, round_id: str, district: str, line_id: int, project: int, *, near: bool = False
) -> LineEvidence | None:
    """Read what is known of a line; None where it is not in this district's part of the round.

    With `near`, or where the rules found that it repeats a line, also the lines that could be the same place.
    """
    rows: Any = session.execute(_line(round_id, district, line_id)).all()
    if not rows:
        return None
    line, claim, file, found_round, digest, part, facility, result, found, judged, lists, _ = rows[0]
    before = [int(number) for number in ((found.considered if found else None) or {}).get("earlier", [])]
    judged_by = [found.state_id] if found and found.state_id else []
    considered = _pairs(found.considered if found else None, "visits")
    visits = versions_of_visits(session, [*judged_by, *before, *considered], line.facility_id, round_id, district)
    repeats = _lines_in(found)
    told = [*_pairs(judged.considered if judged else None, "lines"), *repeats]
    others = _others(session, account, line, claim, told, near=near or bool(repeats))
    codes = _codes(line, facility, visits, others)
    areas = named(session, found_round.areas_id, [*codes, province_of(district), district])
    photographs = photographs_of(session, project, [one.instance_id for one in visits if one.is_current])
    return LineEvidence(
        line, claim, file, found_round, part, rules_fixed(session, found_round, digest).indicators, facility, result,
        found, judged,
        approval_lists=lists_of(lists, [refused for *_, refused in rows]),
        stated=stated_beside(session, claim, files=account.may(Permission.SEE_DOCUMENTS, district, round_id)),
        visits=visits,
        photographs=photographs,
        same_photographs={one.instance_id: alike_photographs(session, project, one.instance_id, same)
               for one in visits if one.is_current and (same := same_photograph(one.flags))},
        signs_lead_to=led_to_by(session, round_id, district, chain.from_iterable(one.flags for one in visits)),
        elsewhere=sent_elsewhere(session, account, project, (round_id, district), chain(*photographs.values())),
        names={code: area.name for code, area in areas.items()},
        zone=(areas[province_of(district)].zone if province_of(district) in areas else None) or CAPITAL,
        teams=teams_going(session, round_id, district),
        others=others,
    )  # fmt: skip


def _line(round_id: str, district: str, line_id: int) -> Any:
    """Ask for a line: one row, or one for each decision about the visit it was judged by that Central did not take."""
    state = SubmissionState
    of_it = (Decision.form_pk == state.form_pk) & (Decision.root_id == state.root_id)
    return (
        select(ClaimLine, Claim, ClaimFile, Round, digest_fixed(), RoundPart, Facility, Result, LineResult, VisitResult,
               Form.approval_lists, Decision.problem)
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .join(ClaimFile, ClaimFile.id == Claim.file_id)
        .join(Round, Round.id == Claim.round_id)
        .join(RoundPart, (RoundPart.round_id == Claim.round_id) & (RoundPart.district == Claim.district))
        .join(Facility, Facility.id == ClaimLine.facility_id)
        .outerjoin(Result, (Result.round_id == Claim.round_id) & (Result.district == Claim.district))
        .outerjoin(LineResult, (LineResult.result_id == Result.id) & (LineResult.line_id == ClaimLine.id))
        .outerjoin(VisitResult, (VisitResult.result_id == Result.id) & (VisitResult.visit_id == LineResult.visit_id))
        .outerjoin(state, state.id == LineResult.state_id)
        .outerjoin(Form, Form.id == state.form_pk)
        .outerjoin(Decision, of_it & Decision.problem.is_not(None))
        .where(ClaimLine.id == line_id, Claim.round_id == round_id, Claim.district == district)
    )  # fmt: skip


def _others(
    session: Session, account: Account, line: ClaimLine, claim: Claim, considered: Sequence[int], *, near: bool
) -> list[OtherLine]:
    """Give the place's other lines, in all indicators and rounds, and those that were considered; newest rounds first.

    With those that decisions point to; after them those that are claimed at its very point, and the lines of its part
    that could be the same place, where they are asked for. One that the account does not reach says so: nothing of it
    is shown.
    """
    here = (Claim.round_id == claim.round_id) & (Claim.district == claim.district)
    pointed = here & ClaimLine.facility_id.in_(pointed_to(claim.round_id, claim.district, line.facility_id))
    first = or_(ClaimLine.facility_id == line.facility_id, ClaimLine.id.in_(considered), pointed)
    at_its_point = and_(ClaimLine.claim_id == claim.id, ClaimLine.kind == line.kind, ClaimLine.lon == line.lon,
                        ClaimLine.lat == line.lat, ClaimLine.lon.is_not(None))  # fmt: skip
    chosen = or_(first, at_its_point, *([here & alike(line, claim.indicator)] if near else []))
    reach = account.reach(Permission.SEE_REPORT, Claim.district, Claim.round_id)
    query = (
        select(ClaimLine, Claim, Round, LineResult, Result.computed_at, Facility.kind, case((reach, 1), else_=0))
        .add_columns(digest_fixed())
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .join(Round, Round.id == Claim.round_id)
        .join(Facility, Facility.id == ClaimLine.facility_id)
        .outerjoin(Result, (Result.round_id == Claim.round_id) & (Result.district == Claim.district))
        .outerjoin(LineResult, (LineResult.result_id == Result.id) & (LineResult.line_id == ClaimLine.id))
        .where(chosen, ClaimLine.id != line.id)
        .order_by(
            case((first, 0), (at_its_point, 1), else_=2),
            Round.data_year.desc(),
            Round.id.desc(),
            Claim.indicator,
            ClaimLine.id,
        )
        .limit(MOST_LINES + MOST_AT_ONE_POINT + (MOST_NEAR if near else 0))
    )
    return [
        OtherLine(other, its_claim, in_round, rules_fixed(session, in_round, digest).indicators, found, computed, kind,
                  bool(reached))
        for other, its_claim, in_round, found, computed, kind, reached, digest in session.execute(query)
    ]  # fmt: skip


def _codes(
    line: ClaimLine, facility: Facility, visits: Sequence[VisitedVersion], others: Sequence[OtherLine]
) -> set[str]:
    villages = {line.village, facility.village, *(one.line.village for one in others)}
    villages |= {one.village for one in visits if one.village}
    areas = villages | {subdistrict_of(village) for village in villages}
    return areas | {district_of(village) for village in villages}
