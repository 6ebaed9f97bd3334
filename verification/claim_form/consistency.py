"""What does not fit together in a form: sums, bounds, and one answer against another.

Each is a remark with the cells named and no number repeated: who handed the form in looks, and may leave it as it is.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from math import fsum
from typing import Any

from verification.claim_form.form import (
    AnswerEntry,
    ClaimEntry,
    FilledForm,
    FormProblem,
    LineEntry,
    RowEntry,
    VillageCodes,
)
from verification.claim_form.row import FEWER_THAN_EIGHT
from verification.comparing.answers import ABOVE, UP, differ
from verification.matching.identity import name_key, registry_key
from verification.matching.spelling import former_name, normalise
from verification.model import ClaimedPoint, subdistrict_of
from verification.reason import Reason, Value
from verification.sets.breakdowns import AREA, GROUP, MARGINS, Breakdown, Fits
from verification.sets.indicators import Indicator, IndicatorSet

_MOST_CELLS = 12  # that a sentence names
_MILLIONS = 0.5  # as far as sums of rounded amounts may differ
_YEARS = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def what_does_not_fit(
    form: FilledForm, indicators: IndicatorSet, year: int, villages: VillageCodes
) -> tuple[FormProblem, ...]:
    """List what does not fit together in a form that could be read; nothing is said of what it leaves out."""
    looking = _Looking(form, indicators, year, villages)
    found = [*looking.by_rules(), *looking.by_indicators(), *looking.of_breakdowns()]
    return tuple(found)


class _Looking:
    def __init__(self, form: FilledForm, indicators: IndicatorSet, year: int, villages: VillageCodes) -> None:
        self._form, self._indicators, self._year = form, indicators, year
        self._subdistricts = {subdistrict_of(village) for village in villages.inside}
        self._answers = {answer.code: answer for claim in form.claims.values() for answer in claim.answers}

    # ── one answer against another

    def by_rules(self) -> Iterator[FormProblem]:
        """Say where the set's rules do not hold."""
        looks: Mapping[str, Callable[[Fits, bool], Iterator[FormProblem]]] = {
            "at_most": self._at_most, "each_at_most": self._each_at_most, "equal": self._equal,
            "percentage": self._percentage, "none_without": self._none_without, "some_with": self._some_with,
            "no_with_number": self._no_with_number, "covers_year": self._covers_year,
            "dated_in_year": self._dated_in_year,
        }  # fmt: skip
        for rule in self._indicators.consistency:
            for before in (False, True):
                yield from looks[rule.kind](rule, before)

    def _at_most(self, rule: Fits, before: bool) -> Iterator[FormProblem]:
        left, right = self._sum(rule.left, before), self._sum(rule.right, before)
        if left is not None and right is not None and left > right:
            yield self._note("answer_exceeds", rule.left[0], before, rule.right)

    def _each_at_most(self, rule: Fits, before: bool) -> Iterator[FormProblem]:
        for code in rule.left:
            yield from self._at_most(Fits(rule.kind, (code,), rule.right), before)

    def _equal(self, rule: Fits, before: bool) -> Iterator[FormProblem]:
        left, right = self._sum(rule.left, before), self._sum(rule.right, before)
        if left is not None and right is not None and left != right:
            yield self._note("answers_differ", rule.left[0], before, (*rule.left[1:], *rule.right))

    def _percentage(self, rule: Fits, before: bool) -> Iterator[FormProblem]:
        percent, part, whole = (self._sum(codes, before) for codes in (rule.left, rule.part, rule.right))
        if percent is None or part is None or not whole:
            return
        if differ(percent, 100 * part / whole):
            yield self._note("percentage_differs", rule.left[0], before, (*rule.part, *rule.right))

    def _none_without(self, rule: Fits, before: bool) -> Iterator[FormProblem]:
        number, said = self._sum(rule.right, before), self._said(rule.left[0], before)
        if number is not None and bool(said) != bool(number):
            yield self._note("text_without_number", rule.right[0], before, rule.left)

    def _some_with(self, rule: Fits, before: bool) -> Iterator[FormProblem]:
        if self._sum(rule.left, before) == 0 and self._sum(rule.right, before):
            yield self._note("none_beside_some", rule.left[0], before, rule.right)

    def _no_with_number(self, rule: Fits, before: bool) -> Iterator[FormProblem]:
        if self._said(rule.left[0], before) == "no" and self._sum(rule.right, before):
            yield self._note("no_beside_a_number", rule.left[0], before, rule.right)

    def _covers_year(self, rule: Fits, before: bool) -> Iterator[FormProblem]:
        years = [int(year) for year in _YEARS.findall(self._said(rule.left[0], before) or "")]
        if not before and years and not min(years) <= self._year <= max(years):
            yield self._note("year_not_covered", rule.left[0], before, (), year=str(self._year))

    def _dated_in_year(self, rule: Fits, before: bool) -> Iterator[FormProblem]:
        """Look at days before the data year: a number of children is asked for as of its first day."""
        for answer in (self._answers[code] for code in rule.left if code in self._answers):
            if not before and answer.data_date and answer.data_date.year < self._year:
                sheet, _, row = answer.cell.partition("!E")
                yield _at(f"{sheet}!G{row}", "dated_before_year", year=str(self._year))

    # ── an indicator's answers against its score, its places and its rows

    def by_indicators(self) -> Iterator[FormProblem]:
        """Say what does not fit within an indicator's claim."""
        for number, claim in sorted(self._form.claims.items()):
            indicator = self._indicators.by_number[number]
            yield from self._score(indicator, claim)
            yield from self._parts_of_one(indicator)
            yield from _at_one_point(claim.lines)
            yield from _of_one_name_now(claim.lines)
            yield from _called_as_another_was(claim.lines)
            yield from _of_several_villages(claim.lines)
            for field in indicator.answer_fields:
                if field.counts_places and claim.lines:
                    yield from self._counted(field.code, self._there(claim.lines), claim.lines[0].cell)
                rows = [row for row in claim.rows if row.sheet == indicator.sheet]
                if field.counts_rows and rows:
                    yield from self._counted(field.code, len(rows), rows[0].cell)
                if field.counts_level and rows:
                    there = [row for row in rows if row.values["level"] == field.counts_level]
                    yield from self._counted(field.code, len(there), (there or rows)[0].cell)
                if field.budget_of:
                    yield from self._budget(
                        field.code, [row for row in rows if row.values["cluster"] == field.budget_of]
                    )

    def _score(self, indicator: Indicator, claim: ClaimEntry) -> Iterator[FormProblem]:
        asked = [field.code for field in indicator.answer_fields if field.kind == "yes_no"]
        said = [self._said(code, False) for code in asked]
        if claim.self_score and claim.cell and said and all(one == "no" for one in said):
            yield _at(claim.cell, "points_for_no", cells=self._cells(asked, False))

    def _parts_of_one(self, indicator: Indicator) -> Iterator[FormProblem]:
        """Look at percentages that should be high, and are less than one: perhaps 80 per cent, written as 0.8."""
        high = {code for how in indicator.compares if how.direction in (UP, ABOVE) or how.kind == "target"
                for code in how.answers}  # fmt: skip
        for field in indicator.answer_fields:
            for before in (False, True) if field.kind == "percent" and field.code in high else ():
                number = self._sum((field.code,), before)
                if number is not None and 0 < number < 1:
                    yield self._note("percentage_below_one", field.code, before, ())

    def _there(self, lines: Sequence[LineEntry]) -> int:
        """Count the places that have not ended before the data year, as the list itself says."""
        return sum((line.more.get("ended_year") or self._year) >= self._year for line in lines)

    def _counted(self, code: str, there: int, cell: str) -> Iterator[FormProblem]:
        number = self._sum((code,), False)
        if number is not None and number != there:
            yield self._note("count_not_as_listed", code, False, (), cells=cell, listed=there)

    def _budget(self, code: str, rows: Sequence[RowEntry]) -> Iterator[FormProblem]:
        """Look whether a cluster's number is the sum of what is budgeted, or of what was spent; never of both."""
        stated = {basis for row in rows if (basis := row.values["basis"])} or {None}
        for before, key in ((False, "amount"), (True, "amount_before")):
            number = self._sum((code,), before)
            amounts = [(row.values["basis"], row.values[key]) for row in rows if row.values[key] is not None]
            sums = [fsum(amount for of, amount in amounts if of in (None, basis)) for basis in stated]
            if amounts and number is not None and all(abs(one - number) > _MILLIONS for one in sums):
                yield self._note("sum_differs", code, before, (), cells=_listed(row.cell for row in rows))

    # ── breakdowns against what they add up to

    def of_breakdowns(self) -> Iterator[FormProblem]:
        """Say which breakdowns do not add up, and which leave subdistricts out."""
        rows = [
            row for _, claim in sorted(self._form.claims.items()) for row in claim.rows if "breakdown" in row.values
        ]
        by_table = sorted(rows, key=_table)
        for (code, margin, _), table in groupby(by_table, _table):
            yield from self._added_up(self._indicators.breakdowns[code], margin, list(table))

    def _added_up(self, breakdown: Breakdown, margin: str, table: Sequence[RowEntry]) -> Iterator[FormProblem]:
        at_least = max if margin == GROUP else sum  # a child may belong to several groups
        for before, key in ((False, "value"), (True, "value_before")):
            written = [row.values[key] for row in table if row.values[key] is not None]
            total = self._sum(breakdown.total, before) if breakdown.total else None
            if not written or total is None:
                continue
            if not at_least(_number(one, 1) for one in written) <= total <= sum(_number(one, 7) for one in written):
                yield _at(table[0].cell, "breakdown_differs", cells=self._cells(breakdown.total, before))
        named = {subdistrict_of(str(row.values["area"])) for row in table if row.values["value"] is not None}
        there = named if margin == AREA else self._subdistricts
        if missing := self._subdistricts - there:
            yield _at(table[0].cell, "breakdown_lacks_areas", count=len(missing))

    # ── reading answers

    def _said(self, code: str, before: bool) -> str | None:
        answer = self._answers.get(code)
        return (answer.value_before if before else answer.value) if answer else None

    def _sum(self, codes: Sequence[str], before: bool) -> float | None:
        """Add answers up; None where one of them is lacking."""
        said = [self._said(code, before) for code in codes]
        return sum(float(one) for one in said if one) if all(said) else None

    def _note(self, code: str, answer: str, before: bool, others: Sequence[str], /, **values: Value) -> FormProblem:
        if others:
            values["cells"] = self._cells(others, before)
        return _at(_cell(self._answers[answer], before), code, **values)

    def _cells(self, codes: Iterable[str], before: bool) -> str:
        return _listed(_cell(self._answers[code], before) for code in codes if code in self._answers) or "–"


def _at_one_point(lines: Sequence[LineEntry]) -> Iterator[FormProblem]:
    """Name places of one kind that are claimed at the very same point, unless each has a registry number."""
    for those in _by_point(lines, lambda line: line.kind):
        if len(those) > 1 and not all(registry_key(line.registry_no) for line in those):
            yield _at(those[0].cell, "places_at_one_point", cells=_listed(line.cell for line in those[1:]))


def _of_one_name_now(lines: Sequence[LineEntry]) -> Iterator[FormProblem]:
    """Name places of one village whose names differ only in what they were called before, unless each has a number."""
    of_name: dict[tuple[str, ...], list[LineEntry]] = {}
    for line in lines:
        of_name.setdefault((line.kind, line.village, *name_key(line.name)), []).append(line)
    for those in of_name.values():
        if len(those) > 1 and not all(registry_key(line.registry_no) for line in those):
            yield _at(those[0].cell, "former_names_differ", cells=_listed(line.cell for line in those[1:]))


def _called_as_another_was(lines: Sequence[LineEntry]) -> Iterator[FormProblem]:
    """Name places of one village of which one was called before as the other is now, unless each has a number."""
    of_name: dict[tuple[str, ...], list[LineEntry]] = {}
    for line in lines:
        of_name.setdefault((line.kind, line.village, normalise(line.name)), []).append(line)
    for line in lines:
        before = former_name(line.name)
        others = of_name.get((line.kind, line.village, before), ()) if before else ()
        those = [one for one in others if one is not line]
        if those and not all(registry_key(one.registry_no) for one in (line, *those)):
            yield _at(line.cell, "was_called_as_another", cells=_listed(one.cell for one in those))


def _of_several_villages(lines: Sequence[LineEntry]) -> Iterator[FormProblem]:
    """Name places of several villages that are claimed at the very same point, as an office's is put down for many."""
    for those in _by_point(lines):
        if (villages := len({line.village for line in those})) > 1:
            cells = _listed(line.cell for line in those[1:])
            yield _at(those[0].cell, "villages_at_one_point", cells=cells, villages=villages)


def _by_point(
    lines: Sequence[LineEntry], sort_of: Callable[[LineEntry], str] = lambda _: ""
) -> Iterable[list[LineEntry]]:
    """Give places by the point that they are claimed at, those of one sort together."""
    at: dict[tuple[str, ClaimedPoint], list[LineEntry]] = {}
    for line in lines:
        if line.point:
            at.setdefault((sort_of(line), line.point), []).append(line)
    return at.values()


def _cell(answer: AnswerEntry, before: bool) -> str:
    sheet, _, row = answer.cell.partition("!E")
    return f"{sheet}!{'F' if before else 'E'}{row}"


def _listed(cells: Iterable[str]) -> str:
    return ", ".join(list(cells)[:_MOST_CELLS])


def _at(cell: str, code: str, /, **values: Value) -> FormProblem:
    sheet, _, where = cell.rpartition("!")
    return FormProblem(Reason(code, values), sheet, int(where[1:]), where[0])


def _table(row: RowEntry) -> tuple[str, str, int]:
    """Say to which table a row belongs: of what, by what; villages and subdistricts are two tables."""
    margin = next((margin for margin in MARGINS if row.values[margin] is not None), "")
    return str(row.values["breakdown"]), margin, str(row.values[margin]).count(".") if margin == "area" else 0


def _number(written: Any, small: int) -> int:
    return small if written == FEWER_THAN_EIGHT else int(written)
