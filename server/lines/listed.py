"""A district's lines as they may be listed: only those of a page are read, with what their rows say."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from server.claims.tables import ClaimLine
from server.db import among
from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import NOT_YET_CONFIRMED, Clearance
from server.disclosure.places import UnclearedPlace
from server.disclosure.viewer import Viewer
from server.lines.filter import (
    IS_ADVERSE,
    IS_WAITING,
    KINDS_SAID,
    NAMES,
    ORDERS,
    OUTCOMES,
    PERSON,
    LineFilter,
    over_lines,
)  # fmt: skip
from server.lines.numbering import numbered
from server.register.tables import Facility
from server.results.line_reasons import called_other, line_reason, other_line
from server.results.parts import JudgedPart
from server.results.rows import reasons_of
from server.results.tables import LineResult
from server.submissions.tables import SubmissionState
from server.submissions.visitors import visitor_called
from server.web.facets import KEPT_FACETS, Facets, count_facets
from server.web.listing import Field, Fields, Listing, paging, visitor_field
from server.words import Catalogue
from verification.reason import Reason
from verification.sets.indicators import IndicatorSet

_SAID_BY_THE_MARK = frozenset({"decided_by_person", "reopened"})


@view
class LineRow:
    """One claimed place in the list; `number` is its indicator's and its own under it, `why` its first reason.

    `reopened`: later evidence reopened what a person had decided. `distance_m` is from the claimed point to where the
    visit was, give or take `error_m`. `cell` is where it stands in the workbook.
    """

    line_id: int
    number: Cleared
    label: Cleared
    area: Cleared
    kind: Cleared
    is_home: bool
    outcome: Cleared
    outcome_text: Cleared
    decided: bool
    reopened: bool
    why: Cleared | None
    day: date | None
    visitor: Cleared | None
    distance_m: float | None
    error_m: float | None
    cell: Cleared


@dataclass(frozen=True)
class ListedLines:
    """A part's lines for a viewer, as one filter wants them; `visitor` is how the visitor is called who is meant."""

    session: Session
    here: JudgedPart
    wanted: LineFilter
    viewer: Viewer
    words: Catalogue
    visitor: str | None = None

    @property
    def clear(self) -> Clearance:
        """Clears for this viewer."""
        return Clearance(self.words, self.here.names, self.viewer)

    @property
    def indicators(self) -> IndicatorSet:
        """The set that the round is evaluated by."""
        return self.here.indicators

    def known(self) -> "ListedLines":
        """Pass over what the filter asks for and nothing here has, or may be asked for by this viewer."""
        wanted, strange = self.wanted, list(self.wanted.unknown_to(self.viewer))
        if wanted.indicator is not None and wanted.indicator not in self.indicators.by_number:
            strange.append("indicator")
        if wanted.subdistrict is not None and wanted.subdistrict not in self.here.names:
            strange.append("subdistrict")
        if wanted.reason not in (None, NOT_YET_CONFIRMED) and not self.words.knows(f"reason.{wanted.reason}"):
            strange.append("reason")
        visitor = (
            visitor_called(self.session, self.here.round.id, self.here.part.district, wanted.visitor)
            if self.viewer.visitors
            else None
        )
        if wanted.visitor is not None and visitor is None and "visitor" not in strange:
            strange.append("visitor")
        return ListedLines(self.session, self.here, wanted.without(*strange), self.viewer, self.words, visitor)

    # ── counts

    def facets(self) -> Facets:
        """Count what could be asked for; of one result it is kept for a moment, as many look at the same."""
        return KEPT_FACETS.of(self.session, (self.here.stamp, self.wanted, self.viewer), self._count_facets)

    def _count_facets(self) -> Facets:
        line, state = LineResult, SubmissionState
        told = case((IS_ADVERSE, NOT_YET_CONFIRMED), else_=line.outcome)
        reasons = line.reason_codes if self.viewer.findings else case((IS_ADVERSE, NOT_YET_CONFIRMED),
                                                                      else_=line.reason_codes)  # fmt: skip
        person = (
            case((IS_WAITING, "waits "), else_="")
            + case((line.fact_id.is_not(None), "decided "), else_="")
            + case((line.reopened_id.is_not(None), "reopened"), else_="")
        )
        keys: dict[str, Any] = {
            "indicator": line.indicator, "outcome": told, "reason": reasons, "subdistrict": line.subdistrict,
            "kind": ClaimLine.kind, "person": person,
        }  # fmt: skip
        if self.viewer.visitors:
            keys["visitor"] = state.submitter
        over = over_lines(self.here.result_id)
        return count_facets(self.session, over, keys, self.wanted.conditions(self.viewer), state.id)

    def listing(self, facets: Facets, page: str | None) -> Listing:
        """Make the list's filter and find its page."""
        args = self.wanted.args()
        cleared = {name: self.clear.own(value) for name, value in args.items()}
        unknown = tuple(self.clear.say(f"list.{name}") for name in self.wanted.unknown)
        return Listing(tuple(self._fields(facets, args)), paging(facets, page), cleared, unknown)

    def _fields(self, facets: Facets, args: Mapping[str, str]) -> Iterator[Field]:
        clear, make = self.clear, Fields(self.clear, NAMES, args, self.wanted.unknown)

        def count(name: str, among_these: Sequence[str] | None = None) -> dict[str, int | None]:
            found = facets.each_of(name)
            return {value: found.get(value, 0) for value in among_these or sorted(found)}

        yield make.text("search")
        yield make.choice("outcome", count("outcome", OUTCOMES), lambda code: clear.say(f"outcome.{code}"))
        numbers = sorted(count("indicator"), key=int)
        yield make.choice("indicator", count("indicator", numbers or None), self._indicator)
        yield make.choice("reason", count("reason"), self._reason, by="count")
        yield make.choice("subdistrict", count("subdistrict"), clear.area, by="label")
        yield make.choice("kind", count("kind"), lambda code: clear.say(f"kind.{code}"), by="label")
        yield make.choice("person", count("person", PERSON), lambda code: clear.say(f"list.person.{code}"))
        if self.viewer.visitors:
            yield visitor_field(make, facets, clear, self.visitor)
        yield make.day("since")
        yield make.day("until")
        yield make.order("order", ORDERS)

    def _indicator(self, number: str) -> Cleared:
        found = self.indicators.by_number.get(int(number))
        return self.clear.ours(f"{number}. {found.name[self.words.language]}" if found else number)

    def _reason(self, code: str) -> Cleared:
        if code == NOT_YET_CONFIRMED:
            return self.clear.say("outcome.not_yet_confirmed")
        return self.clear.say(f"short.{code}" if self.words.knows(f"short.{code}") else f"reason.{code}")

    # ── rows

    def rows(self, limit: int | None = None, offset: int = 0) -> list[LineRow]:
        """Read the rows of a page, or all of them."""
        chosen = self.wanted.ordered(self.wanted.apply(over_lines(self.here.result_id, LineResult.line_id),
                                                       self.viewer))  # fmt: skip
        numbers = numbered(self.here.round.id, self.here.part.district)
        line, claimed, state = LineResult, ClaimLine, SubmissionState
        query = over_lines(
            self.here.result_id, line.line_id, line.indicator, line.outcome, line.fact_id, line.reopened_id,
            line.reasons, line.distance_m, line.error_m, claimed.kind.label("claimed_kind"), claimed.name,
            claimed.village, claimed.facility_id, claimed.cell, state.day, state.submitter, numbers.c.number,
            *KINDS_SAID,
        ).join(numbers, numbers.c.id == line.line_id)  # fmt: skip
        if limit is not None:
            query = query.where(line.line_id.in_(chosen.limit(limit).offset(offset).scalar_subquery()))
        else:
            query = self.wanted.apply(query, self.viewer)
        found = self.session.execute(self.wanted.ordered(query)).all()
        others = self._others(found)
        return [self._row(row, others) for row in found]

    def _row(self, row: Any, others: Mapping[int, Cleared]) -> LineRow:
        clear = self.clear
        said = (row.claimed_kind, *filter(None, row[-len(KINDS_SAID) :]))
        place = UnclearedPlace(said, row.name, row.village, row.facility_id)
        named, outcome = clear.place(place), clear.outcome(row.outcome)
        reason = _first(row)
        return LineRow(
            line_id=row.line_id, number=clear.ours(f"{row.indicator}.{row.number}"), label=named.label, area=named.area,
            kind=clear.say(f"kind.{row.claimed_kind}"), is_home=place.is_home, outcome=outcome,
            outcome_text=clear.say(f"outcome.{outcome}"), decided=row.fact_id is not None,
            reopened=row.reopened_id is not None, why=self._why(reason, row.indicator, others) if reason else None,
            day=row.day, visitor=clear.visitor(row.submitter), distance_m=row.distance_m, error_m=row.error_m,
            cell=clear.id(row.cell),
        )  # fmt: skip

    def _why(self, reason: Reason, indicator: int, others: Mapping[int, Cleared]) -> Cleared:
        return line_reason(self.clear, reason, self.indicators.by_number.get(indicator), others).sentence

    def _others(self, found: Sequence[Any]) -> dict[int, Cleared]:
        """Call the lines that reasons name."""
        named = sorted(number for row in found if (number := other_line(_first(row))))
        if not named:
            return {}
        line = ClaimLine
        query = (
            select(line.id, line.cell, line.kind, Facility.kind, line.name, line.village, line.facility_id)
            .join(Facility, Facility.id == line.facility_id)
            .where(among(self.session, line.id, named))
        )
        return {number: called_other(self.clear, UnclearedPlace((kind, register), *place), cell)
                for number, cell, kind, register, *place in self.session.execute(query)}  # fmt: skip


def _first(row: Any) -> Reason | None:
    """Give a row's first reason, after what its mark says already."""
    found = reasons_of(row.reasons)
    return next((reason for reason in found if reason.code not in _SAID_BY_THE_MARK), found[0] if found else None)
