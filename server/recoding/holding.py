"""Roles, teams and ties follow new codes of areas, as the register and the rounds do.

A role for every round follows at once; for rounds that keep their version it is also held with the old code, by a row
for each. One for a single round follows when that round does, and so do its teams. A tie holds by the new code and goes
on holding by the old one: it only ever restricts. A shift of the duty roster holds by both as well; an incident of no
round follows at once.
"""

from collections.abc import Collection, Iterator, Mapping

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server.areas.tables import Recoding
from server.db import among
from server.incidents.tables import DutyShift, Incident
from server.register.tables import Facility
from server.roles.tables import HeldRole, Team, TeamDistrict, Tie
from server.rounds.tables import Round
from verification.model import district_of


def recode_holding(session: Session, version_id: int, base: int | None, moves: Collection[str]) -> None:
    """Let what people hold follow a version; `moves` are the rounds that went over to it from the version `base`."""
    rows = select(Recoding.old_code, Recoding.new_code).where(Recoding.version_id == version_id)
    codes = {old: new for old, new in session.execute(rows) if old != new}
    keep = session.scalars(select(Round.id).where(Round.areas_id == base, Round.id.not_in(moves))).all()
    _recode_roles(session, codes, keep, moves)
    _recode_teams(session, codes, moves)
    session.flush()
    _recode_ties(session, codes)
    _recode_register(session, codes)


def _recode_roles(session: Session, codes: Mapping[str, str], keep: Collection[str], moves: Collection[str]) -> None:
    standing = HeldRole.ended_at.is_(None) & among(session, HeldRole.area, list(codes))
    for held in session.scalars(select(HeldRole).where(standing)).all():
        if held.round_id is None:
            session.add_all(_of_a_round(held, round_id) for round_id in keep)
        if held.round_id is None or held.round_id in moves:
            held.area = codes[held.area]


def _of_a_round(held: HeldRole, round_id: str) -> HeldRole:
    return HeldRole(person_id=held.person_id, role=held.role, area=held.area, round_id=round_id,
                    given_by=held.given_by, given_at=held.given_at)  # fmt: skip


def _recode_teams(session: Session, codes: Mapping[str, str], moves: Collection[str]) -> None:
    query = select(TeamDistrict).join(Team, Team.id == TeamDistrict.team_id).where(Team.round_id.in_(moves))
    rows = {(row.team_id, row.district) for row in session.scalars(query)}
    for team_id in {team_id for team_id, district in rows if district in codes}:
        after = {codes.get(district, district) for team, district in rows if team == team_id}
        session.execute(delete(TeamDistrict).filter_by(team_id=team_id))
        session.expire_all()
        session.add_all(TeamDistrict(team_id=team_id, district=district) for district in after)


def _recode_ties(session: Session, codes: Mapping[str, str]) -> None:
    ties = session.scalars(select(Tie).where(Tie.ended_at.is_(None))).all()
    known = {(tie.person_id, tie.district) for tie in ties}
    for tie in ties:
        for district in _districts_now(session, tie, codes):
            if (tie.person_id, district) not in known:
                known.add((tie.person_id, district))
                session.add(Tie(person_id=tie.person_id, district=district, facility_id=tie.facility_id, why=tie.why,
                                declared_by=tie.declared_by, declared_at=tie.declared_at))  # fmt: skip


def _recode_register(session: Session, codes: Mapping[str, str]) -> None:
    codes = {old: new for old, new in codes.items() if new}
    standing = DutyShift.ended_at.is_(None) & among(session, DutyShift.area, list(codes))
    for shift in session.scalars(select(DutyShift).where(standing)).all():
        session.add(DutyShift(kind=shift.kind, person_id=shift.person_id, area=codes[shift.area], starts=shift.starts,
                              ends=shift.ends, entered_by=shift.entered_by, entered_at=shift.entered_at))  # fmt: skip
    for incident in session.scalars(select(Incident).where(Incident.round_id.is_(None))):
        incident.district = codes.get(incident.district, incident.district)


def _districts_now(session: Session, tie: Tie, codes: Mapping[str, str]) -> Iterator[str]:
    """Give the district by its new code, and the one in which the place lies now."""
    if tie.district in codes:
        yield codes[tie.district]
    if tie.facility_id is not None:
        yield district_of(session.get_one(Facility, tie.facility_id).village)
