"""What has come since a person decided: a visit, a version, a file; what was deleted, removed or put elsewhere.

It is worked out from what the decision recorded and what is there now, whenever a district is computed, and is no
event: it can be looked for twice, and in any order. Other rules, comments and reviews are no evidence.
"""

from collections.abc import Iterable, Iterator, Mapping

from verification.deciding.facts import Decided, Fact, NowVisit, SeenVisit
from verification.model import Visit
from verification.reason import Reason, Value
from verification.record import record


@record
class OnLine:
    """A visit that is on a line now: its submission's number, and the decision that put it there, if one did."""

    visit: Visit
    submission: int
    placed: int | None


def came_to_line(fact: Fact, on_line: Iterable[OnLine], decided: Decided) -> tuple[Reason, ...]:
    """Say what has come since a line was decided: new visits first."""
    here = list(on_line)
    known = {seen.submission for seen in fact.evidence.visits}
    new = (Reason("reopened_visit", _about(one.visit.visit_id, one.visit.day)) for one in here
           if one.submission not in known and _is_news(one, fact, decided))  # fmt: skip
    still = {one.submission for one in here}
    gone = {seen.submission for seen in fact.evidence.visits
            if seen.submission not in still and _was_put_elsewhere(seen, decided)}  # fmt: skip
    return (*new, *changed(fact.evidence.visits, decided.present, gone))


def _is_news(one: OnLine, fact: Fact, decided: Decided) -> bool:
    """Tell whether a visit is new evidence; one known before, that other rules count here now, is not."""
    by_other_rules = decided.rules != fact.evidence.rules and one.visit.number <= fact.evidence.newest
    return one.placed is not None or not by_other_rules


def _was_put_elsewhere(seen: SeenVisit, decided: Decided) -> bool:
    placed = next((one.fact.number for visit_id, one in decided.visits.items()
                   if decided.submissions.get(visit_id) == seen.submission), None)  # fmt: skip
    return placed != seen.placed


def changed(then: Iterable[SeenVisit], now: Mapping[int, NowVisit], elsewhere: Iterable[int] = ()) -> Iterator[Reason]:
    """Say how what a decision recorded differs from what is there now; `elsewhere` was put to another line."""
    moved = set(elsewhere)
    for seen in then:
        found = now.get(seen.submission)
        about = _about(found.visit_id if found else "", found.day if found else None)
        if found is None or found.gone:
            yield Reason("reopened_gone", about)
        elif found.version != seen.version:
            yield Reason("reopened_version", about | {"number": found.number})
        elif files := _differing(seen.files, found.files):
            yield Reason("reopened_files", about | {"files": files})
        elif seen.submission in moved:
            yield Reason("reopened_moved", about)


def _differing(then: Iterable[tuple[str, str]], now: Iterable[tuple[str, str]]) -> int:
    """Count the files that came, were replaced or went."""
    before, after = dict(then), dict(now)
    return sum(before.get(name, "") != after.get(name, "") for name in before.keys() | after.keys())


def _about(visit_id: str, day: object) -> dict[str, Value]:
    return {"visit": visit_id, "day": str(day) if day else None}
