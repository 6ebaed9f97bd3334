"""What a district's result is computed from; of what was read before, only what has changed is read anew."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from server.areas.queries import names_within, villages_around, villages_within
from server.claims.tables import Answer, Claim, ClaimLine, Document
from server.db import Json
from server.draws.samples import samples_of
from server.facts.history import decided_of
from server.results.beside import beside_of
from server.rounds.tables import Round
from server.rulebook import code_digest, load_indicators, load_rules
from server.visits.queries import VisitStamp, visit_stamps, visits_of
from verification import model
from verification.comparing.beside import Beside
from verification.comparing.compare import STATED
from verification.deciding.facts import Decided
from verification.rules import Rules
from verification.sampling.sample import DrawnSample
from verification.sets.indicators import IndicatorSet


@dataclass(frozen=True, slots=True)
class ReadVisit:
    """A visit as it was read, the stamp by which that is known to be so still, and its digest."""

    stamp: VisitStamp
    visit: model.Visit
    digest: bytes


@dataclass(frozen=True, slots=True)
class ReadClaims:
    """Claims by indicator, the rows they are in, and their digest."""

    rows: tuple[tuple[Any, ...], ...]
    claims: Mapping[int, model.Claim]
    digest: bytes


@dataclass(frozen=True, slots=True)
class ReadVillages:
    """The villages of a district and around its visits, by their codes, and their digest."""

    villages: list[model.Village]
    digest: bytes


@dataclass(frozen=True)
class Inputs:
    """Everything a district's result is computed from; `read` are its visits by the numbers of their submissions.

    `beside` is what claims are set against beside visits, `decided` what people decided, `samples` what was drawn. What
    is as it was in the inputs before is the very same object.
    """

    indicators: IndicatorSet
    claimed: ReadClaims
    read: Mapping[int, ReadVisit]
    ground: ReadVillages
    names: Mapping[str, str]
    beside: Beside
    decided: Decided
    samples: Mapping[int, DrawnSample]
    by: Rules  # those of this round

    @property
    def claims(self) -> Mapping[int, model.Claim]:
        """What the district claims, by indicator."""
        return self.claimed.claims

    @property
    def villages(self) -> list[model.Village]:
        """The villages where visits may have been."""
        return self.ground.villages

    @cached_property
    def visits(self) -> list[model.Visit]:
        """The visits that count."""
        return [one.visit for one in self.read.values()]

    @cached_property
    def states(self) -> Mapping[str, int]:
        """The submissions of the visits, by visit."""
        return {one.visit.visit_id: number for number, one in self.read.items()}

    @property
    def rules(self) -> Json:
        """Give every number that an officer may change, to be stored with the result."""
        checks = {str(i.number): [asdict(check) for check in i.checks] for i in self.indicators.indicators if i.checks}
        return asdict(self.by) | {"checks": checks}

    @cached_property
    def digest(self) -> str:
        """Digest the inputs and the rules, their code too."""
        parts = (self.indicators, sorted(self.names.items()), self.by, self.beside, self.decided,
                 sorted(self.samples.items()))  # fmt: skip
        digest = hashlib.sha256(f"{code_digest()} {parts!r}".encode())
        for one in (self.claimed.digest, self.ground.digest, *(one.digest for one in self.read.values())):
            digest.update(one)
        return digest.hexdigest()


def load_inputs(session: Session, round_id: str, district: str, before: Inputs | None = None) -> Inputs:
    """Read what a district's result is computed from; what is as it was `before` is not read again."""
    found = session.get_one(Round, round_id)
    claimed = _claimed(session, round_id, district, before)
    read = _read(session, round_id, district, before)
    names = names_within(session, found.areas_id, district)
    lines = {(line.indicator, line.facility_id): line.line_id
             for claim in claimed.claims.values() for line in claim.lines}  # fmt: skip
    visits = {number: one.visit for number, one in read.items()}
    beside = beside_of(session, found, district)
    decided = decided_of(session, round_id, district, lines, visits, code_digest())
    return Inputs(
        indicators=load_indicators(found.indicator_set),
        claimed=claimed,
        read=read,
        ground=_ground(session, found.areas_id, district, visits.values(), before),
        names=before.names if before and before.names == names else names,
        beside=before.beside if before and before.beside == beside else beside,
        decided=before.decided if before and before.decided == decided else decided,
        samples=samples_of(session, round_id, district),
        by=_rules(found.video_counts),
    )


@lru_cache
def _rules(video_counts: bool) -> Rules:
    """Give the rules of a round: the same object for the same rules."""
    return replace(load_rules(), video_counts=video_counts)


def _claimed(session: Session, round_id: str, district: str, before: Inputs | None) -> ReadClaims:
    """Read the claims, or give them as they are known where the rows are as before."""
    mine = Claim.round_id == round_id, Claim.district == district
    heads = select(Claim.indicator, Claim.id, Claim.self_score).where(*mine).order_by(Claim.indicator)
    found: list[_Rows] = [session.execute(heads).all()]
    for table, columns in _HANG_ON_CLAIMS.items():
        query = select(Claim.indicator, *(getattr(table, name) for name in columns)).join(Claim).where(*mine)
        found.append(session.execute(query.order_by(Claim.indicator, table.id)).all())
    rows = tuple(tuple(map(tuple, some)) for some in found)
    if before and before.claimed.rows == rows:
        return before.claimed
    claims = _as_claims(*found)
    return ReadClaims(rows, claims, hashlib.sha256(repr(sorted(claims.items())).encode()).digest())


_HANG_ON_CLAIMS: Mapping[Any, tuple[str, ...]] = {
    Answer: ("code", "value", "value_before", "data_date"),
    Document: ("number", "dated", "title"),
    ClaimLine: ("id", "kind", "name", "village", "facility_id", "registry_no", "since_year", "ended_year", "lon", "lat",
                "half_cell_m", "users", *STATED),
}  # fmt: skip

_Rows = Sequence[Any]


def _as_claims(heads: _Rows, answers: _Rows, documents: _Rows, lines: _Rows) -> dict[int, model.Claim]:
    said: dict[int, dict[str, model.Answer]] = defaultdict(dict)
    for a in sorted(answers, key=lambda answer: answer.code):
        said[a.indicator][a.code] = model.Answer(a.value, a.value_before, a.data_date)
    rests_on: dict[int, list[model.Document]] = defaultdict(list)
    for d in documents:
        rests_on[d.indicator].append(model.Document(d.number, d.dated, d.title))
    listed: dict[int, list[model.ClaimLine]] = defaultdict(list)
    for line in lines:
        listed[line.indicator].append(_line(line))
    return {
        head.indicator: model.Claim(
            indicator=head.indicator, self_score=head.self_score, answers=said[head.indicator],
            documents=tuple(rests_on[head.indicator]), lines=tuple(listed[head.indicator]),
        )
        for head in heads
    }  # fmt: skip


def _line(line: Row[Any]) -> model.ClaimLine:
    point = None
    if line.lon is not None and line.lat is not None:
        point = model.ClaimedPoint(line.lon, line.lat, line.half_cell_m or 0.0)
    return model.ClaimLine(
        line_id=line.id, indicator=line.indicator, kind=line.kind, name=line.name, village=line.village,
        facility_id=line.facility_id, registry_no=line.registry_no, since_year=line.since_year, point=point,
        ended_year=line.ended_year, users=line.users,
        stated={column: said for column in STATED if (said := getattr(line, column)) is not None},
    )  # fmt: skip


def _read(session: Session, round_id: str, district: str, before: Inputs | None) -> dict[int, ReadVisit]:
    """Read the visits; those whose stamps are as before are given as they were."""
    stamps = visit_stamps(session, round_id, district)
    known = before.read if before else {}
    same = {s.number: one for s in stamps if (one := known.get(s.number)) and one.stamp == s}
    anew = [stamp for stamp in stamps if stamp.number not in same]
    visits = visits_of(session, anew) if anew else {}
    stamped = {s.number: ReadVisit(s, visits[s.number], _digest_of(visits[s.number])) for s in anew}
    return {s.number: same.get(s.number) or stamped[s.number] for s in stamps}


def _digest_of(visit: model.Visit) -> bytes:
    return hashlib.sha256(repr(visit).encode()).digest()


def _ground(
    session: Session, areas_id: int, district: str, visits: Iterable[model.Visit], before: Inputs | None
) -> ReadVillages:
    """Read the villages; the known ones are given where all are as before."""
    points = [(visit.fix.lon, visit.fix.lat) for visit in visits if visit.fix]
    near = (*villages_within(session, areas_id, district), *villages_around(session, areas_id, points))
    by_code = {village.code: village for village in near}
    villages = [by_code[code] for code in sorted(by_code)]
    if before and len(villages) == len(before.villages) and all(map(_is_same, villages, before.villages)):
        return before.ground
    digest = hashlib.sha256()
    for village in villages:
        digest.update(village.code.encode() + village.outline.wkb)
    return ReadVillages(villages, digest.digest())


def _is_same(one: model.Village, other: model.Village) -> bool:
    return (one.code, one.name) == (other.code, other.name) and one.outline is other.outline
