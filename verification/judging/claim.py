"""What the visits say about a district's claim for one indicator: a judge for each kind of claim, in one table.

Only places that are listed can be visited one by one. The points of other kinds stand as they are claimed; what the
claim says is set against its own numbers, the round before and the country's (`verification/comparing`), and that is
told beside them. Places that a share or a rate is about may be listed beside it: visits to them inform, and change no
points.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import cached_property, partial

from verification.comparing.answers import added_up
from verification.comparing.beside import Beside
from verification.comparing.comparisons import compared
from verification.comparing.finding import ClaimFinding, Verdict
from verification.comparing.lists import has_ended, is_there
from verification.deciding.applying import decide_lines, put_where_decided
from verification.deciding.facts import Decided
from verification.judging.again import visited_again
from verification.judging.duplicates import Buildings, mark_duplicates
from verification.judging.line import LineResult, judge_line, say_it_ended, say_of_later
from verification.judging.once import mark_counted_once
from verification.judging.standing import stood_together
from verification.matching.latest import latest_of_each_place, rank
from verification.matching.likely import Considered
from verification.matching.lines import Lines, Placed
from verification.matching.matching import Matching, match_with
from verification.model import Claim, ClaimLine, Outcome, Visit
from verification.places.areas import Placement
from verification.points.ledger import LedgerLine, as_claimed, not_claimed, supported_by_visits
from verification.reason import Reason, Value
from verification.record import record
from verification.remembering import Remembered, picked, positions_of
from verification.rules import Rules
from verification.sampling.sample import DrawnSample, Sampled, sampled
from verification.sets.counted_once import CountedOnce
from verification.sets.indicators import ClaimKind, Indicator

NOWHERE = Placement((), Reason("no_point"))


@dataclass(frozen=True)
class Observed:
    """What came back from a district: its visits, where each was by visit's id, and the areas' names by code.

    `decided` is what people decided of it that no later evidence has reopened, but for lines. `beside` is what claims
    are set against, `known` what was worked out before. `claims` are all of the district's, by indicator; `once` says
    which of them share no place; `samples` are the lists' places that were drawn by lot, by indicator.
    """

    visits: Sequence[Visit]
    places: Mapping[str, Placement]
    names: Mapping[str, str]
    rules: Rules
    beside: Beside
    decided: Decided = field(default_factory=Decided)
    known: Remembered = field(default_factory=Remembered)
    claims: Mapping[int, Claim] = field(default_factory=dict)
    once: tuple[CountedOnce, ...] = ()
    samples: Mapping[int, DrawnSample] = field(default_factory=dict)

    @cached_property
    def by_id(self) -> Mapping[str, Visit]:
        """The visits by their id."""
        return {visit.visit_id: visit for visit in self.visits}

    @cached_property
    def by_kind(self) -> Mapping[str, Sequence[int]]:
        """The positions of the visits to each kind of place."""
        kinds = [visit.kind for visit in self.visits]
        return self.known.alike("by kind", lambda: positions_of(kinds), kinds)

    @cached_property
    def put(self) -> Sequence[int]:
        """The positions of the visits of which people decided where they belong."""
        put = self.decided.visits
        return [position for position, visit in enumerate(self.visits) if visit.visit_id in put] if put else ()

    def is_claimed(self, line: ClaimLine) -> bool:
        """Tell whether a row claims that there was its place; not where it says that this had ended before."""
        return not (self.rules.points.ended_is_no_claim and has_ended(line, self.beside.year))

    def of_kinds(self, kinds: Set[str]) -> Sequence[Visit]:
        """Give the visits to places of these kinds, and those that people put somewhere, in their order."""
        positions = {*self.put}.union(*(self.by_kind.get(kind, ()) for kind in kinds))
        return [self.visits[position] for position in sorted(positions)]


@record
class ClaimResult:
    """The verdict on one claim: its points, and for listed places each line and which visit it was judged by."""

    points: LedgerLine
    lines: tuple[LineResult, ...] = ()
    matching: Matching | None = None
    findings: tuple[ClaimFinding, ...] = ()


def judge_claim(indicator: Indicator, claim: Claim | None, observed: Observed) -> ClaimResult:
    """Judge what a district claims for an indicator, if it claims anything; what its documents show stands beside.

    A claim is not judged again where nothing has changed of all that it is judged by.
    """
    if claim is None:
        return ClaimResult(not_claimed(indicator))
    visits = observed.of_kinds(_kinds_of(indicator, claim))
    places = [observed.places[visit.visit_id] for visit in visits]
    of = (indicator, claim, observed.names, observed.rules, observed.beside, observed.decided, observed.claims,
          observed.once, observed.samples.get(indicator.number))  # fmt: skip
    judge = partial(_judge, indicator, claim, observed, visits)
    return observed.known.again(("claim", indicator.number), judge, *of, *visits, *places)


def _judge(indicator: Indicator, claim: Claim, observed: Observed, visits: Sequence[Visit]) -> ClaimResult:
    observed = replace(observed, visits=visits, known=observed.known.part(indicator.number))
    found = JUDGES[indicator.claim_kind](indicator, claim, observed)
    return replace(found, points=replace(found.points, desk=observed.beside.desk_score(indicator.number)))


def judge_list(indicator: Indicator, claim: Claim, observed: Observed) -> ClaimResult:
    """Judge a list of places line by line, and the points by them."""
    lines, matching = _judge_places(indicator, claim, observed)
    findings = (*_findings(indicator, claim, lines, observed), *_numbered_anew(indicator, matching))
    outcomes = [line.outcome for line in lines]
    points = supported_by_visits(indicator, claim, outcomes, findings, _drawn(indicator, claim, outcomes, observed))
    return ClaimResult(points, lines, matching, findings)


def _drawn(
    indicator: Indicator, claim: Claim, outcomes: Sequence[Outcome], observed: Observed
) -> Sampled | Reason | None:
    if (sample := observed.samples.get(indicator.number)) is None:
        return None
    by_place = {line.facility_id: outcome for line, outcome in zip(claim.lines, outcomes, strict=True)
                if outcome is not Outcome.ENDED}  # fmt: skip
    return sampled(sample, by_place)


def _kinds_of(indicator: Indicator, claim: Claim) -> Set[str]:
    """Give the kinds of places that an indicator lists; those listed earlier too."""
    return {*indicator.facility_kinds, *(line.kind for line in claim.lines)}


def _judge_places(indicator: Indicator, claim: Claim, observed: Observed) -> tuple[tuple[LineResult, ...], Matching]:
    """Judge places line by line, by the visits to places of the list's kinds.

    What people decided comes first: where a visit belongs, and then what is so of a line.
    """
    kinds = _kinds_of(indicator, claim)
    put = observed.decided.visits
    visits = [visit for visit in observed.visits if visit.kind in kinds and visit.visit_id not in put]
    known, names, rules = observed.known, observed.names, observed.rules
    ids = [visit.visit_id for visit in visits]
    villages = [observed.places[one].villages for one in ids]
    placed = known.each("placed", lambda at: [Placed(visits[one], villages[one]) for one in at], ids, visits, villages)
    index = known.again("lines", lambda: Lines(claim.lines, names, rules), claim, names, rules)
    latest = latest_of_each_place(placed, indicator, rules, known)
    matching = match_with([placed[position] for position in latest.positions], index, rules, known)
    matching = replace(matching, gave_way=latest.gave_way, later=latest.later)
    order = partial(rank, indicator=indicator, rules=rules)
    matching = put_where_decided(matching, observed.by_id, put, {line.line_id for line in claim.lines}, order)
    proposed = _judge_lines(indicator, claim, matching, observed)
    return decide_lines(proposed, observed.by_id, observed.decided), matching


def _judge_lines(indicator: Indicator, claim: Claim, matching: Matching, observed: Observed) -> tuple[LineResult, ...]:
    matches = {match.line_id: match for match in matching.matches}
    gave_way: dict[str, list[str]] = defaultdict(list)
    considered: dict[int, list[Considered]] = defaultdict(list)
    for other_visit, visit_id in sorted(matching.gave_way.items()):
        gave_way[visit_id].append(other_visit)
    for other in matching.considered:
        considered[other.line_id].append(other)
    ids, rules = [line.line_id for line in claim.lines], observed.rules
    mine = [*map(matches.get, ids)]
    visits = [observed.by_id[match.visit_id] if match else None for match in mine]
    places = [observed.places[match.visit_id] if match else NOWHERE for match in mine]
    earlier = [tuple(gave_way.get(match.visit_id, ())) if match else () for match in mine]
    later = [tuple(map(observed.by_id.__getitem__, filter(matching.later.__contains__, those))) for those in earlier]
    others = [tuple(considered.get(one, ())) for one in ids]

    def judged(positions: Sequence[int]) -> list[LineResult]:
        found = (judge_line(claim.lines[one], indicator, mine[one], visits[one], places[one], rules, earlier[one],
                            others[one]) for one in positions)  # fmt: skip
        return [say_of_later(line, later[one], rules) for one, line in zip(positions, found, strict=True)]

    results = observed.known.each("judged", judged, ids, claim.lines, mine, visits, places, earlier, later, others,
                                  of=(indicator, rules))  # fmt: skip
    return _say_what_ended(claim, results, visits, observed)


def _say_what_ended(
    claim: Claim, results: Sequence[LineResult], visits: Sequence[Visit | None], observed: Observed
) -> tuple[LineResult, ...]:
    """Say of rows that their places had ended; only those that are claimed can be claimed twice."""
    there = [at for at, line in enumerate(claim.lines) if observed.is_claimed(line)]
    if len(there) == len(claim.lines):
        return _mark_twice(claim, results, visits, observed)
    only = observed.known.again(
        "there", lambda: replace(claim, lines=tuple(picked(claim.lines, there))), claim, observed.rules, observed.beside
    )
    marked = _mark_twice(only, picked(results, there), picked(visits, there), observed)
    said = [say_it_ended(result, line, observed.beside.year) for line, result in zip(claim.lines, results, strict=True)]
    for at, result in zip(there, marked, strict=True):
        said[at] = result
    return tuple(said)


def _mark_twice(
    claim: Claim, results: Sequence[LineResult], visits: Sequence[Visit | None], observed: Observed
) -> tuple[LineResult, ...]:
    """Mark what is claimed twice, here or under another indicator."""
    rules, known = observed.rules, observed.known
    buildings = known.again("buildings", lambda: Buildings(claim.lines, rules), claim, rules)
    stood = stood_together(claim.lines, results, visits, rules, known)
    marked = mark_duplicates(results, visits, buildings, stood)
    return mark_counted_once(claim.lines, marked, observed.once, observed.claims, observed.is_claimed)


def _findings(
    indicator: Indicator, claim: Claim, lines: Sequence[LineResult], observed: Observed
) -> tuple[ClaimFinding, ...]:
    """Set the claim against what there is beside visits; name what nothing here can show."""
    said = [(Verdict.OPEN, Reason("law_leaves_open" if item.of_the_law else "beyond_a_visit", {"what": item.code}))
            for item in indicator.beyond_a_visit]  # fmt: skip
    counted, listed = _counted(indicator, claim), sum(is_there(line, observed.beside.year) for line in claim.lines)
    if counted is not None and counted != listed:
        values: dict[str, Value] = {"counted": counted, "listed": listed}
        said.append((Verdict.DIFFERS, Reason("count_differs_from_list", values)))
    beyond = tuple(ClaimFinding(indicator.number, verdict, reason) for verdict, reason in said)
    if again := visited_again(lines, observed.by_id, observed.known):
        beyond = (*beyond, ClaimFinding(indicator.number, *again, about="again"))
    return (*beyond, *compared(indicator, claim, lines, observed.beside, observed.by_id))


def _numbered_anew(indicator: Indicator, matching: Matching) -> list[ClaimFinding]:
    """Say of which sorts of place the numbers seem to have been given anew: there people are asked more often."""
    told: list[dict[str, Value]] = [
        {"sort": one.sort, "count": one.changed, "of": one.together} for one in matching.anew
    ]
    return [ClaimFinding(indicator.number, Verdict.DIFFERS, Reason("numbers_anew", values), "anew") for values in told]


def _counted(indicator: Indicator, claim: Claim) -> float | None:
    """Give the number of places that the district says it has, where the regulation asks for one."""
    asked = [answer.code for answer in indicator.answer_fields if answer.counts_places]
    counts = (added_up(claim, [code]) for code in asked)
    return next((count for count in counts if count is not None), None)


def stands_as_claimed(indicator: Indicator, claim: Claim, observed: Observed) -> ClaimResult:
    """Leave a claim's points as they are: no visit has seen what it says. What it lists beside that is judged."""
    points = as_claimed(indicator, claim)
    if not claim.lines:
        return ClaimResult(points, findings=_findings(indicator, claim, (), observed))
    lines, matching = _judge_places(indicator, claim, observed)
    findings = (*_findings(indicator, claim, lines, observed), *_numbered_anew(indicator, matching))
    return ClaimResult(points, lines, matching, findings)


Judge = Callable[[Indicator, Claim, Observed], ClaimResult]
JUDGES: Mapping[ClaimKind, Judge] = {
    ClaimKind.DOCUMENT: stands_as_claimed,
    ClaimKind.BUDGET: stands_as_claimed,
    ClaimKind.COUNT: stands_as_claimed,
    ClaimKind.LIST: judge_list,
    ClaimKind.PERCENTAGE: stands_as_claimed,
    ClaimKind.RATE: stands_as_claimed,
}
