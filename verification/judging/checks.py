"""What it takes to confirm a place that was found: the checks that an indicator names in its set's file.

A check is a kind with parameters (`[[indicators.checks]]`). To add a kind, write its function and enter it in `KINDS`.
An indicator without a check is content with a place that was found. No check looks at a criterion from practice: only
the regulation's own can decide, and what falls short of an open list ("antara lain") speaks against a claim only where
the set says from where on (methods: Permen PPPA 12/2011, annex; what it leaves open is a rule published with the set).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from verification.model import CONTRADICTS, Outcome, Seen
from verification.reason import Reason
from verification.record import record
from verification.sets.criteria import REGULATION, Criterion

SeenThere = Mapping[str, Seen]  # by criterion's code; what is missing was not seen
# asking the class takes longer than looking up what was seen, and there are many
_YES, _NO, _NOT_SEEN, _NOT_APPLICABLE = Seen.YES, Seen.NO, Seen.NOT_SEEN, Seen.NOT_APPLICABLE
Verdict = tuple[Outcome, Reason]


@record
class Check:
    """One check: its kind, and the parameters that this kind takes."""

    kind: str
    of: str = REGULATION  # whose criteria are counted
    count: int = 0
    criteria: tuple[str, ...] = ()


class UnusableCheck(ValueError):
    """A check that cannot be carried out; its text is for whoever wrote the set's file."""


def all_strict(_check: Check, criteria: Sequence[Criterion], seen: SeenThere) -> Verdict | None:
    """Ask for every strict criterion: one that is absent contradicts, one that nobody saw leaves the line open."""
    strict = [criterion.code for criterion in criteria if criterion.strict]
    absent = [code for code in strict if seen.get(code) is _NO]
    if absent:
        return Outcome.CRITERIA_NOT_MET, Reason("required_absent", {"criteria": " ".join(absent)})
    not_seen = _without_yes(strict, seen)
    return (Outcome.UNSURE, Reason("required_not_seen", {"criteria": " ".join(not_seen)})) if not_seen else None


def all_of(check: Check, _criteria: Sequence[Criterion], seen: SeenThere) -> Verdict | None:
    """Ask for the criteria named; without one of them the line stays open."""
    lacking = _without_yes(check.criteria, seen)
    return (Outcome.UNSURE, Reason("needed_not_seen", {"criteria": " ".join(lacking)})) if lacking else None


def at_least(check: Check, criteria: Sequence[Criterion], seen: SeenThere) -> Verdict | None:
    """Ask for so many of an open list; with fewer the line stays open."""
    counts = count_met(criteria, seen)
    if counts["met"] >= check.count:
        return None
    return Outcome.UNSURE, Reason("open_list_not_reached", counts | {"needed": check.count})


def contradicted_below(check: Check, criteria: Sequence[Criterion], seen: SeenThere) -> Verdict | None:
    """Contradict where fewer than so many are there, even if all that is not seen or does not apply were there."""
    counts = count_met(criteria, seen)
    regulation = [criterion.code for criterion in criteria if criterion.of_regulation]
    if sum(seen.get(code) is not _NO for code in regulation) >= check.count:
        return None
    return Outcome.CRITERIA_NOT_MET, Reason("below_the_minimum", counts | {"needed": check.count})


def contradicted_without(check: Check, _criteria: Sequence[Criterion], seen: SeenThere) -> Verdict | None:
    """Contradict where one of the criteria named is absent; one that nobody saw says nothing (E-BELOW)."""
    absent = [code for code in check.criteria if seen.get(code) is _NO]
    return (Outcome.CRITERIA_NOT_MET, Reason("required_absent", {"criteria": " ".join(absent)})) if absent else None


LEAVES_OPEN = frozenset({"required_not_seen", "needed_not_seen", "open_list_not_reached"})  # of a place that was found
Kind = Callable[[Check, Sequence[Criterion], SeenThere], Verdict | None]  # None: nothing against confirming
KINDS: Mapping[str, tuple[Kind, frozenset[str]]] = {  # each with the parameters it takes
    "all_strict": (all_strict, frozenset()),
    "all_of": (all_of, frozenset({"criteria"})),
    "at_least": (at_least, frozenset({"of", "count"})),
    "contradicted_below": (contradicted_below, frozenset({"of", "count"})),
    "contradicted_without": (contradicted_without, frozenset({"criteria"})),
}


def what_decides(checks: Sequence[Check], criteria: Sequence[Criterion]) -> frozenset[str]:
    """Name the criteria of a place on which these checks may turn."""
    strict = frozenset(criterion.code for criterion in criteria if criterion.strict)
    regulation = frozenset(criterion.code for criterion in criteria if criterion.of_regulation)
    here = {"all_strict": strict, "at_least": regulation, "contradicted_below": regulation}
    return frozenset().union(*(here.get(check.kind, frozenset(check.criteria)) for check in checks))


def check_criteria(checks: Sequence[Check], criteria: Sequence[Criterion], seen: SeenThere) -> Verdict:
    """Confirm a place that was found if nothing speaks against it; what contradicts comes before what is open."""
    verdicts = [verdict for check in checks if (verdict := KINDS[check.kind][0](check, criteria, seen))]
    contradicting = [verdict for verdict in verdicts if verdict[0] in CONTRADICTS]
    if verdicts:
        return (contradicting or verdicts)[0]
    return Outcome.CONFIRMED, Reason("criteria_counted", dict(count_met(criteria, seen)))


def open_for_want_of_a_look(checks: Sequence[Check], criteria: Sequence[Criterion], seen: SeenThere) -> bool:
    """Tell whether a place stays open only because something was not seen: were that there, it would be confirmed."""
    unseen = {one.code: _YES for one in criteria
              if one.of_regulation and seen.get(one.code, _NOT_SEEN) in _UNSEEN[one.strict]}  # fmt: skip
    if not unseen or check_criteria(checks, criteria, seen)[0] is not Outcome.UNSURE:
        return False
    return check_criteria(checks, criteria, {**seen, **unseen})[0] is Outcome.CONFIRMED


# by whether a criterion is strict: one that does not apply was not seen either then
_UNSEEN = {False: (_NOT_SEEN,), True: (_NOT_SEEN, _NOT_APPLICABLE)}


def count_met(criteria: Sequence[Criterion], seen: SeenThere) -> dict[str, Any]:
    """Count the regulation's criteria that apply (`of`), and those of them that are there (`met`)."""
    listed = [seen.get(criterion.code) for criterion in criteria if criterion.of_regulation]
    return {"met": listed.count(_YES), "of": len(listed) - listed.count(_NOT_APPLICABLE)}


def _without_yes(codes: Sequence[str], seen: SeenThere) -> list[str]:
    return [code for code in codes if seen.get(code) is not _YES]


def read_check(row: Mapping[str, Any], criteria: Sequence[Criterion]) -> Check:
    """Read one `[[indicators.checks]]`. Raises UnusableCheck where this indicator's criteria do not allow it."""
    parameters = dict(row)
    kind = parameters.pop("kind", None)
    if kind not in KINDS:
        raise UnusableCheck(f"no kind of check is called {kind!r}; known are {', '.join(KINDS)}")
    wanted = KINDS[kind][1]
    if parameters.keys() != wanted:
        raise UnusableCheck(f"{kind} takes {', '.join(sorted(wanted)) or 'no parameter'}, not {', '.join(parameters)}")
    check = Check(kind, **(parameters | {"criteria": tuple(parameters.get("criteria", ()))}))
    for problem in _problems(check, criteria, wanted):
        raise UnusableCheck(f"{kind}: {problem}")
    return check


def _problems(check: Check, criteria: Sequence[Criterion], wanted: frozenset[str]) -> list[str]:
    usable = [criterion.code for criterion in criteria if criterion.of_regulation]
    problems = [f"{code!r} is no criterion of the regulation here" for code in check.criteria if code not in usable]
    if "criteria" in wanted and not check.criteria:
        problems.append("names no criterion")
    if "count" in wanted and not 0 < check.count <= len(usable):
        problems.append(f"count {check.count} is not between 1 and the {len(usable)} criteria of the regulation")
    if check.of != REGULATION:
        problems.append(f"of {check.of!r}: only the regulation's criteria can decide")
    if check.kind == "all_strict" and not any(criterion.strict for criterion in criteria):
        problems.append("no criterion is strict")
    return problems
