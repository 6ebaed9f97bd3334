"""Places that two indicators list though each counts once: the set names the indicators, and the sentence that says so.

A place of a later one that an earlier one lists too stays UNSURE: where it counts is for a person.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from verification.judging.line import LineResult
from verification.matching.identity import name_key, registry_key
from verification.model import Claim, ClaimLine, Outcome
from verification.reason import Reason
from verification.sets.counted_once import CountedOnce


def mark_counted_once(
    lines: Sequence[ClaimLine], results: Sequence[LineResult], rules: Sequence[CountedOnce],
    claims: Mapping[int, Claim], is_claimed: Callable[[ClaimLine], bool],
) -> tuple[LineResult, ...]:  # fmt: skip
    """Leave open what is confirmed and counts under another indicator; `results` are in the order of the lines.

    A row of `claims` that is not claimed counts nowhere.
    """
    marked = tuple(results)
    for rule in rules if lines else ():
        earlier = [
            line for number in rule.before(lines[0].indicator) if number in claims
            for line in claims[number].lines if is_claimed(line)
        ]  # fmt: skip
        if earlier:
            marked = _marked(lines, marked, _Listed(earlier), rule.because)
    return marked


def _marked(
    lines: Sequence[ClaimLine], results: Sequence[LineResult], listed: "_Listed", because: str
) -> tuple[LineResult, ...]:
    marked = []
    for line, result in zip(lines, results, strict=True):
        first = listed.first(line) if result.outcome is Outcome.CONFIRMED else None
        if first is not None:
            why = Reason(
                "counts_elsewhere_first", {"indicator": first.indicator, "line": first.line_id, "annex": because}
            )
            result = replace(result, outcome=Outcome.UNSURE, reasons=(why, *result.reasons))
        marked.append(result)
    return tuple(marked)


class _Listed:
    """Lines by all that makes a place the same, whatever kind it is listed as."""

    def __init__(self, lines: Sequence[ClaimLine]) -> None:
        self._by_key: dict[tuple[object, ...], ClaimLine] = {}
        for line in lines:
            for key in _keys(line):
                self._by_key.setdefault(key, line)

    def first(self, line: ClaimLine) -> ClaimLine | None:
        """Find the line of the same place: one of the register, of one registry number, or of one name in a village."""
        return next((self._by_key[key] for key in _keys(line) if key in self._by_key), None)


def _keys(line: ClaimLine) -> tuple[tuple[object, ...], ...]:
    number, name = registry_key(line.registry_no), name_key(line.name)
    return (
        ("place", line.facility_id),
        *((("number", number),) if number else ()),
        *((("name", *name, line.village),) if any(name) else ()),
    )
