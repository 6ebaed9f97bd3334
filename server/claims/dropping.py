"""What importing a form would take away without having it: a part of a claim is not replaced by one that lacks it.

Several agencies fill their part of one indicator, so whoever hands in a budget alone does not mean that the answers go.
A row among others may go (a place that was closed): that is a change, which the plan counts.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from server.claims.tables import HANGS_ON, Claim
from verification.claim_form.choices import folded
from verification.claim_form.form import ClaimEntry, FilledForm, FormProblem
from verification.reason import Reason

Part = tuple[str, ...]  # what it is, and which: an answer by its code, documents by question, places by kind, rows
_PARTS = ("scores", "answers", "documents", "places", "rows")


def what_would_go(claims: Mapping[int, Claim], form: FilledForm) -> Iterable[FormProblem]:
    """Say of each indicator that a form speaks of what is claimed already and not in the form; counts, no contents."""
    for number, entry in sorted(form.claims.items()):
        before = _claimed(claims[number]) if number in claims else Counter[Part]()
        there = _handed_in(entry)
        gone = Counter({part: count for part, count in before.items() if part not in there})
        if gone:
            counts = {what: sum(count for part, count in gone.items() if part[0] == what) for what in _PARTS}
            yield FormProblem(Reason("claim_form_lacks", {"indicator": number, **counts}))


def _claimed(claim: Claim) -> Counter[Part]:
    found = Counter[Part]({("scores",): 1} if claim.self_score is not None else {})
    found.update(("answers", answer.code) for answer in claim.answers)
    found.update(("documents", document.question or "") for document in claim.documents)
    found.update(("places", line.kind) for line in claim.lines)
    for sheet, (name, _) in HANGS_ON.items():
        found.update(_part_of_list(sheet, vars(row)) for row in getattr(claim, name))
    return found


def _handed_in(entry: ClaimEntry) -> set[Part]:
    found: set[Part] = {("scores",)} if entry.self_score is not None else set()
    found |= {("answers", answer.code) for answer in entry.answers}
    found |= {("documents", document.more.get("question") or "") for document in entry.documents}
    found |= {("places", line.kind) for line in entry.lines}
    return found | {_part_of_list(row.sheet, row.values) for row in entry.rows}


def _part_of_list(sheet: str, values: Mapping[str, Any]) -> Part:
    """Say of which part a row is: a budget is its agency's, a breakdown its number's."""
    which = values.get("agency") or values.get("breakdown") or ""
    return ("rows", sheet, folded(str(which)))
