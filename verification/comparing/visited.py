"""What visits say of a claim beside its lines' outcomes: how many used the places, what they were, what was seen there.

Only a visit that surely belongs to its line is asked. Numbers of people leave as shares between tenths.
"""

from collections.abc import Iterator, Mapping, Sequence

from verification.comparing.finding import Said, Verdict
from verification.comparing.sources import surely_visited
from verification.disclosing.counts import SHARE_FROM, Count, CountOf
from verification.judging.line import LineResult
from verification.model import Claim, ClaimLine, Seen, Visit
from verification.reading.noted import RECOUNT, RECOUNT_PERIOD
from verification.reason import Reason, Value
from verification.record import record

OF_THE_DATA_YEAR = "data_year"
_YES = "yes"


@record
class Visited:
    """The visits that surely belong to lines of a claim, by line."""

    lines: Mapping[int, ClaimLine]
    visits: Mapping[int, Visit]

    def noted(self, question: str) -> Iterator[tuple[ClaimLine, str]]:
        """Give what visits answered to a question, each with its line."""
        for line_id, visit in self.visits.items():
            if question in visit.noted:
                yield self.lines[line_id], visit.noted[question]


def visited(claim: Claim, results: Sequence[LineResult], visits: Mapping[str, Visit]) -> Visited:
    """Find the visit of each line, in the order of the lines."""
    by_line = {
        one.line_id: visits[one.match.visit_id]
        for one in results
        if one.match and one.match.sure and one.match.visit_id in visits
    }
    return Visited({line.line_id: line for line in claim.lines}, by_line)


# ── how many used it


@record
class Use:
    """Users by the registers of visited places, and as claimed: of these places, and of those nobody counted at."""

    places: int
    recounted: int
    claimed: int
    rest: int

    @property
    def factor(self) -> float | None:
        """How many were counted for each that is claimed; None where nobody is claimed."""
        return self.recounted / self.claimed if self.claimed else None

    @property
    def bounds(self) -> tuple[float, float] | None:
        """The same of all places: if nobody used the rest, and if everybody did who is claimed."""
        whole = self.claimed + self.rest
        return (self.recounted / whole, (self.recounted + self.rest) / whole) if whole else None


def use(at: Visited) -> Use:
    """Add up users where the claim says how many used a place, and a visit counted them for the data year (E-USE)."""
    claimed = {line_id: line.users for line_id, line in at.lines.items() if line.users is not None}
    counted = {
        line_id: int(visit.noted[RECOUNT])
        for line_id, visit in at.visits.items()
        if line_id in claimed and RECOUNT in visit.noted and visit.noted.get(RECOUNT_PERIOD) == OF_THE_DATA_YEAR
    }
    here = sum(claimed[line_id] for line_id in counted)
    return Use(len(counted), sum(counted.values()), here, sum(claimed.values()) - here)


def used(at: Visited, answer: str, least: float, most: float, counted: CountOf) -> Said:
    """Say how far registers bear the claimed users out, between tenths; below `least` or above `most` the two differ.

    Two numbers of people tell a third one: how many there were is never written.
    """
    found = use(at)
    values: dict[str, Value] = {"what": answer, "places": found.places}
    if not found.places:
        return Verdict.OPEN, Reason("use_counted_nowhere", {"what": answer})
    if max(found.recounted, found.claimed) < SHARE_FROM:
        return Verdict.OPEN, Reason("use_of_too_few", values)
    if found.factor is None or found.factor > most:
        return Verdict.DIFFERS, Reason("use_exceeds_claim", values)
    values |= _shares(found, counted)
    if found.factor < least:
        return Verdict.DIFFERS, Reason("use_falls_short", values)
    return Verdict.OPEN, Reason("use_borne_out", values)


def _shares(found: Use, counted: CountOf) -> dict[str, Value]:
    whole = found.claimed + found.rest
    here = _tenths(found.recounted, found.claimed, counted)
    lowest, highest = (_tenths(part, whole, counted) for part in (found.recounted, found.recounted + found.rest))
    return {"low": here[0], "high": here[1], "least": lowest[0], "most": highest[1]}


def _tenths(part: int, whole: int, counted: CountOf) -> tuple[int, int]:
    return Count(min(part, whole), counted).share_of(Count(whole, counted)) or (0, 100)


# ── what it is


def chosen(at: Visited, column: str, question: str, same: Mapping[str, str]) -> Said | None:
    """Set what the list says that a place is against what the visit found (E-CAT9); None where no place has both.

    `same` are the list's codes for the form's, where these differ.
    """
    both = [(line.stated[column], same.get(said, said)) for line, said in at.noted(question) if column in line.stated]
    alike = sum(stated == found for stated, found in both)
    values: dict[str, Value] = {"what": column, "alike": alike, "of": len(both)}
    if not both:
        return None
    if alike < len(both):
        return Verdict.DIFFERS, Reason("list_says_otherwise", values)
    return Verdict.OPEN, Reason("list_says_the_same", values)


def counts_elsewhere(at: Visited, question: str) -> Said | None:
    """Say of how many visited places the visit found that they are not to be counted here by themselves.

    None where it found that of none.
    """
    said = [answer for _, answer in at.noted(question)]
    if _YES not in said:
        return None
    return Verdict.DIFFERS, Reason("counts_elsewhere", {"what": question, "there": said.count(_YES), "of": len(said)})


# ── what was seen there


def all_seen(codes: Sequence[str], results: Sequence[LineResult]) -> Said | None:
    """Count the visited places where each of these criteria was seen, and how often any was (E-KTR: k of 4, k of 9).

    Only where somebody looked at all of them. None where nobody looked anywhere.
    """
    sure = surely_visited(results)
    places = [{one.code: one.seen for one in result.criteria if one.code in codes} for result in sure]
    looked = [
        place for place in places if len(place) == len(codes) and all(s in (Seen.YES, Seen.NO) for s in place.values())
    ]
    if not looked:
        return None
    there = [sum(seen is Seen.YES for seen in place.values()) for place in looked]
    values: dict[str, Value] = {
        "criteria": " ".join(codes), "number": len(codes), "of": len(looked), "there": there.count(len(codes)),
        "fewest": min(there),
    }  # fmt: skip
    return Verdict.OPEN, Reason("all_seen_at", values)
