"""What a district's result is computed from; of what was read before, only what has changed is read anew."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from itertools import compress
from operator import itemgetter
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from server.areas.queries import Drawn, drawn_around, drawn_within, names_within, villages_coded
from server.claims.tables import Answer, BreakdownRow, BudgetRow, Claim, ClaimLine, Document, Policy
from server.db import Json, columns_of
from server.draws.samples import samples_of
from server.facts.history import decided_of
from server.results.beside import beside_of
from server.rounds.rules import rules_of
from server.rounds.tables import Round
from server.rulebook import code_digest
from server.visits.queries import visits_and_digests
from server.visits.stamps import visit_stamps
from verification import model
from verification.claim_form.choices import STAGES
from verification.claim_form.lists import ALL_OF_BUDGET
from verification.comparing.beside import Beside
from verification.comparing.compare import STATED
from verification.comparing.policies import CLUSTERS
from verification.deciding.facts import Decided
from verification.record import record
from verification.remembering import Remembered
from verification.rules import Rules
from verification.sampling.sample import DrawnSample
from verification.sets.indicators import IndicatorSet


@record
class ReadVisit:
    """A visit as it was read, and its digest."""

    visit: model.Visit
    digest: bytes


@dataclass(frozen=True)
class ReadClaims:
    """Claims by indicator, the columns that they stand in as texts, and their digest."""

    texts: Sequence[Sequence[str]]
    claims: Mapping[int, model.Claim]
    digest: bytes

    @cached_property
    def line_ids(self) -> Mapping[tuple[int, str], int]:
        """The numbers of the lines, by what they are known by."""
        return {(line.indicator, line.facility_id): line.line_id for claim in self.claims.values()
                for line in claim.lines}  # fmt: skip


@record
class ReadVillages:
    """The villages of a district and around its visits, by their codes; `drawn` names them and their versions."""

    drawn: Sequence[Drawn]
    villages: list[model.Village]

    @property
    def digest(self) -> bytes:
        """The digest of what names them: one that is so since the same version is the same."""
        return hashlib.sha256(repr(self.drawn).encode()).digest()


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
    fixed: bytes  # the digest of indicators and rules
    known: Remembered = field(default_factory=Remembered, repr=False)  # how visits were read, for the next time

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
        return dict(zip([visit.visit_id for visit in self.visits], self.read, strict=True))

    @property
    def rules(self) -> Json:
        """Give every number that an officer may change, to be stored with the result."""
        checks = {str(i.number): [asdict(check) for check in i.checks] for i in self.indicators.indicators if i.checks}
        return asdict(self.by) | {"checks": checks}

    @cached_property
    def digest(self) -> str:
        """Digest the inputs and the rules, their code too."""
        of = code_digest(), self.fixed, self.names, self.beside, self.decided, self.samples
        digest = self.known.again("digest", lambda: _digest_beside(*of), *of).copy()
        digest.update(self.claimed.digest + self.ground.digest + b"".join(one.digest for one in self.read.values()))
        return digest.hexdigest()


def _digest_beside(
    code: str, fixed: bytes, names: Mapping[str, str], beside: Beside, decided: Decided,
    samples: Mapping[int, DrawnSample],
) -> Any:  # fmt: skip
    """Begin a digest of inputs with all but claims, villages and visits."""
    parts = (fixed, sorted(names.items()), beside, decided, sorted(samples.items()))
    return hashlib.sha256(f"{code} {parts!r}".encode())


def load_inputs(session: Session, round_id: str, district: str, before: Inputs | None = None) -> Inputs:
    """Read what a district's result is computed from; what is as it was `before` is not read again."""
    found = session.get_one(Round, round_id)
    claimed = _claimed(session, round_id, district, before)
    known = before.known if before else Remembered()
    read = _read(session, round_id, district, known)
    names = names_within(session, found.areas_id, district)
    visits = {number: one.visit for number, one in read.items()}
    rules = rules_of(session, found)
    beside = beside_of(session, found, district, rules)
    decided = decided_of(session, round_id, district, claimed.line_ids, visits, code_digest())
    samples = samples_of(session, round_id, district)
    return Inputs(
        indicators=rules.indicators,
        claimed=claimed,
        read=read,
        ground=_ground(session, found.areas_id, district, visits.values(), before),
        names=before.names if before and before.names == names else names,
        beside=before.beside if before and before.beside == beside else beside,
        decided=before.decided if before and before.decided == decided else decided,
        samples=before.samples if before and before.samples == samples else samples,
        by=rules.rules(video_counts=found.video_counts),
        fixed=rules.digest(video_counts=found.video_counts),
        known=known,
    )


def _claimed(session: Session, round_id: str, district: str, before: Inputs | None) -> ReadClaims:
    """Read the claims, or give them as they are known where the columns are as before."""
    mine = {"round_id": round_id, "district": district}
    texts = [columns_of(session, query, **mine) for query in _CLAIMED]
    if before and before.claimed.texts == texts:
        return before.claimed
    claims = _as_claims(*(session.execute(query, mine).all() for query in _CLAIMED))
    return ReadClaims(texts, claims, hashlib.sha256(repr(sorted(claims.items())).encode()).digest())


def _queries() -> Iterator[Select[*tuple[Any, ...]]]:
    """Ask for a district's claims, and for all that hangs on them."""
    mine = Claim.round_id == bindparam("round_id"), Claim.district == bindparam("district")
    yield select(Claim.indicator, Claim.id, Claim.self_score).where(*mine).order_by(Claim.indicator)
    for table, columns in _HANG_ON_CLAIMS.items():
        query = select(Claim.indicator, *(getattr(table, name) for name in columns)).join(Claim).where(*mine)
        yield query.order_by(Claim.indicator, table.id)


_HANG_ON_CLAIMS: Mapping[Any, tuple[str, ...]] = {
    Answer: ("code", "value", "value_before", "data_date"),
    Document: ("number", "dated", "title"),
    ClaimLine: ("id", "kind", "name", "village", "facility_id", "registry_no", "since_year", "ended_year", "lon", "lat",
                "half_cell_m", "users", *STATED),
    BudgetRow: ("cluster", "amount", "amount_before"),
    BreakdownRow: ("breakdown", "area", "protection_group", "value"),
    Policy: ("stage", "cluster_1", "cluster_2", "cluster_3", "cluster_4", "cluster_5"),
}  # fmt: skip
_CLAIMED = [*_queries()]  # putting them together takes as long as asking

_Rows = Sequence[Any]


def _whole_budget(rows: _Rows) -> dict[int, tuple[float | None, float | None]]:
    """Give what a list of budgets says of all that a district spends, by indicator; of several rows the first."""
    return {row.indicator: (row.amount, row.amount_before) for row in reversed(rows) if row.cluster == ALL_OF_BUDGET}


def _by(margin: str, rows: _Rows) -> dict[int, dict[str, dict[str, str]]]:
    """Give what breakdowns by one margin say, by indicator and code; in whatever order the rows are."""
    found: dict[int, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    said = [(row.breakdown, part, row) for row in rows if (part := getattr(row, margin)) and row.value is not None]
    for code, part, row in sorted(said, key=itemgetter(0, 1)):
        found[row.indicator][code][part] = row.value
    return {number: dict(by_code) for number, by_code in found.items()}


def _as_claims(
    heads: _Rows, answers: _Rows, documents: _Rows, lines: _Rows, budget: _Rows, breakdowns: _Rows, policies: _Rows
) -> dict[int, model.Claim]:  # fmt: skip
    said: dict[int, dict[str, model.Answer]] = defaultdict(dict)
    for a in sorted(answers, key=lambda answer: answer.code):
        said[a.indicator][a.code] = model.Answer(a.value, a.value_before, a.data_date)
    rests_on: dict[int, list[model.Document]] = defaultdict(list)
    for d in documents:
        rests_on[d.indicator].append(model.Document(d.number, d.dated, d.title))
    listed: dict[int, list[model.ClaimLine]] = defaultdict(list)
    for line in lines:
        listed[line.indicator].append(_line(*line))
    ruled: dict[int, list[model.Policy]] = defaultdict(list)
    for number, stage, *covers in policies:
        ruled[number].append(model.Policy(STAGES.get(stage), tuple(compress(CLUSTERS, covers))))
    whole, by_group, by_area = _whole_budget(budget), _by("protection_group", breakdowns), _by("area", breakdowns)
    return {
        head.indicator: model.Claim(
            indicator=head.indicator, self_score=head.self_score, answers=said[head.indicator],
            documents=tuple(rests_on[head.indicator]), lines=tuple(listed[head.indicator]),
            whole_budget=whole.get(head.indicator), by_group=by_group.get(head.indicator, {}),
            by_area=by_area.get(head.indicator, {}), policies=tuple(ruled[head.indicator]),
        )
        for head in heads
    }  # fmt: skip


def _line(
    indicator: int, line_id: int, kind: str, name: str, village: str, facility_id: str, registry_no: str | None,
    since_year: int | None, ended_year: int | None, lon: float | None, lat: float | None, half_cell_m: float | None,
    users: int | None, *stated: str | None,
) -> model.ClaimLine:  # fmt: skip
    point = None
    if lon is not None and lat is not None:
        point = model.ClaimedPoint(lon, lat, half_cell_m or 0.0)
    return model.ClaimLine(
        line_id=line_id, indicator=indicator, kind=kind, name=name, village=village, facility_id=facility_id,
        registry_no=registry_no, since_year=since_year, point=point, ended_year=ended_year, users=users,
        stated={column: said for column, said in zip(STATED, stated, strict=True) if said is not None},
    )  # fmt: skip


def _read(session: Session, round_id: str, district: str, known: Remembered) -> Mapping[int, ReadVisit]:
    """Read the visits; those whose stamps are as they were are given as they were."""
    stamps = visit_stamps(session, round_id, district, known)
    numbers = [stamp.number for stamp in stamps]

    def read(positions: Sequence[int]) -> list[ReadVisit]:
        found = visits_and_digests(session, [stamps[position] for position in positions])
        return [ReadVisit(*one) for one in found]

    return dict(zip(numbers, known.each("read", read, numbers, stamps), strict=True))


def _ground(
    session: Session, areas_id: int, district: str, visits: Iterable[model.Visit], before: Inputs | None
) -> ReadVillages:
    """Read the villages; the known ones are given where all are as before."""
    points = [(visit.fix.lon, visit.fix.lat) for visit in visits if visit.fix]
    drawn = sorted(drawn_within(session, areas_id, district) | drawn_around(session, areas_id, points))
    if before and before.ground.drawn == drawn:
        return before.ground
    return ReadVillages(drawn, villages_coded(session, areas_id, [code for code, _ in drawn]))
