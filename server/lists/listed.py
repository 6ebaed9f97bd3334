"""A list for a viewer, as its filter wants it: counts, the rows of a page, and what each says."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, not_, select
from sqlalchemy.orm import aliased

from server.claims.tables import ClaimLine
from server.db import among
from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.disclosure.places import UnclearedPlace
from server.disclosure.viewer import Viewer
from server.lines.numbering import numbered
from server.lists.filter import NAMES, ListFilter
from server.lists.kinds import ListOf, Where
from server.lists.signs import KEPT, SignHere, counted, has_sign, signs_here
from server.register.called import is_called, kinds_named_to
from server.register.tables import Facility
from server.results.tables import LineResult
from server.submissions.tables import Form, SubmissionState
from server.submissions.visitors import is_the_visitors, visitor_called
from server.visits.places import said_of_a_visit
from server.web.facets import KEPT_FACETS, Facets, count_facets
from server.web.listing import Field, Fields, Listing, paging, visitor_field
from server.words import Catalogue

_CHOOSE_A_ROUND = frozenset({"in_no_round", "in_several_rounds"})


@view
class LineLink:
    """A claimed place that a visit belongs to, by its number, and what was found of it."""

    line_id: int
    outcome: Cleared
    text: Cleared


@view
class ListRow:
    """A row of a list; `form_id` and `root_id` lead to its submission, and `act` says what can be done there."""

    form_id: Cleared | None
    root_id: Cleared | None
    act: Cleared
    day: date | None
    label: Cleared
    area: Cleared | None
    kind: Cleared
    is_home: bool
    form: Cleared
    visitor: Cleared | None
    state: Cleared
    details: tuple[Cleared, ...]
    lines: tuple[LineLink, ...]


@dataclass(frozen=True)
class Listed:
    """One list of a part for a viewer; `visitor` is how the visitor is called who is meant."""

    of: ListOf
    where: Where
    wanted: ListFilter
    viewer: Viewer
    words: Catalogue
    visitor: str | None = None

    @property
    def clear(self) -> Clearance:
        """Clears for this viewer."""
        return Clearance(self.words, self.where.here.names, self.viewer)

    @cached_property
    def _over(self) -> Any:
        return self.of.over(self.where)

    def known(self) -> "Listed":
        """Pass over what the filter asks for and nothing here has."""
        wanted, here, strange = self.wanted, self.where.here, []
        if wanted.state and not (wanted.state in self.of.states if self.of.states else self._says(wanted.state)):
            strange.append("state")
        if wanted.form and not self.words.knows(f"form.{wanted.form}"):
            strange.append("form")
        if wanted.sign and not self.of.has_signs:
            strange.append("sign")
        visitor = visitor_called(self.where.session, here.round.id, here.part.district, wanted.visitor)
        if wanted.visitor is not None and visitor is None:
            strange.append("visitor")
        return Listed(self.of, self.where, wanted.without(*strange), self.viewer, self.words, visitor)

    def _says(self, state: str) -> bool:
        return self.words.knows(f"{self.of.family}.{state}")

    # ── counts

    def facets(self) -> Facets:
        """Count what could be asked for; of one result it is kept for a moment, as many look at the same."""
        if not self.of.is_of_result:
            return self._count_facets()
        key = (self.of.name, self.where.here.stamp, self.wanted, self.viewer)
        return KEPT_FACETS.of(self.where.session, key, self._count_facets)

    def _count_facets(self) -> Facets:
        state = SubmissionState
        keys = {"form": Form.form_id, "state": self.of.state(self.where), "visitor": state.submitter}
        keys |= {"sign": KEPT} if self.of.has_signs else {}
        return count_facets(self.where.session, self._over, keys, self._conditions(), state.id)

    def listing(self, facets: Facets, page: str | None) -> Listing:
        """Make the list's filter and find its page."""
        args, clear = self.wanted.args(), self.clear
        cleared = {name: clear.own(value) for name, value in args.items()}
        unknown = tuple(clear.say(f"list.{name}") for name in self.wanted.unknown)
        return Listing(tuple(self._fields(facets, args)), paging(facets, page), cleared, unknown)

    def signs(self, facets: Facets) -> tuple[SignHere, ...]:
        """Say which signs visits have, where nothing was asked for; where a sign was, what that one says."""
        is_asked = self.wanted != ListFilter() and self.wanted.sign is None
        return () if is_asked or not self.of.has_signs else tuple(signs_here(facets, self.wanted.sign, self.clear))

    def _fields(self, facets: Facets, args: Mapping[str, str]) -> Iterator[Field]:
        make = Fields(self.clear, NAMES, args, self.wanted.unknown)

        def count(name: str) -> dict[str, int | None]:
            return {value: one.count for value, one in facets.of(name).items()}

        yield make.text("search")
        states: dict[str, int | None] = {state: count("state").get(state, 0) for state in self.of.states}
        yield make.choice("state", states or count("state"), self._state, by=None if states else "count")
        yield make.choice("form", count("form"), self._form, by="label")
        if self.of.has_signs:
            yield make.choice("sign", dict(counted(facets)), lambda code: self.clear.say(f"sign.{code}"))
        yield visitor_field(make, facets, self.clear, self.visitor)
        yield make.day("since")
        yield make.day("until")

    def _state(self, state: str) -> Cleared:
        return self.clear.say(f"{self.of.family}.{state}" if self._says(state) else f"reason.{state}")

    def _form(self, form_id: str | None) -> Cleared:
        key = f"form.{form_id}"
        return self.clear.say(key) if self.words.knows(key) else self.clear.say("list.other_form")

    def _conditions(self) -> dict[str, ColumnElement[bool]]:
        wanted, day = self.wanted, self.of.day
        conditions = {
            "search": lambda text: self._is_called(text), "form": lambda form: Form.form_id == form,
            "state": lambda state: self.of.state(self.where) == state, "visitor": is_the_visitors,
            "since": lambda since: day >= since, "until": lambda until: day <= until, "sign": has_sign,
        }  # fmt: skip
        return {name: write(value) for name, write in conditions.items()
                if (value := getattr(wanted, name)) is not None}  # fmt: skip

    def _is_called(self, text: str) -> ColumnElement[bool]:
        kinds, claimed = (Facility.kind, SubmissionState.kind, *self.of.said_of_kind), aliased(ClaimLine)
        hidden = exists(select(claimed.id).where(claimed.facility_id == Facility.id,
                                                 claimed.kind.not_in(kinds_named_to(self.viewer))))  # fmt: skip
        is_known = SubmissionState.id.is_(None) | SubmissionState.kind.is_not(None)  # one of no known kind is hidden
        return and_(is_called(text, Facility.name, kinds, self.viewer), not_(hidden), is_known)

    # ── rows

    def rows(self, limit: int | None = None, offset: int = 0) -> list[ListRow]:
        """Read the rows of a page, or all of them."""
        state = SubmissionState
        query = self._over.add_columns(
            state.root_id, self.of.day.label("listed_day"), state.submitted_at, state.submitter, state.kind,
            Facility.id.label("facility_id"), Form.form_id, Facility.kind.label("register_kind"), Facility.name,
            Facility.village,
            self.of.state(self.where).label("state"), *self.of.columns,
        ).where(*self._conditions().values()).order_by(*self.of.order).limit(limit).offset(offset or None)  # fmt: skip
        found = self.where.session.execute(query).all()
        claimed, lines = self._claimed_kinds(found), self._lines(found)
        return [self._row(row, claimed, lines) for row in found]

    def _row(self, row: Any, claimed: Mapping[str, set[str]], lines: Mapping[int, LineLink]) -> ListRow:
        clear, visited = self.clear, getattr(row, "visited_kind", None)
        village = row.village or next(iter(getattr(row, "villages", None) or ()), None)
        of_form = said_of_a_visit(row.kind, row.register_kind) if row.root_id else (row.register_kind or visited,)
        said = (*of_form, *filter(None, (visited,)),
                *claimed.get(row.facility_id or "", ()))  # fmt: skip
        place = UnclearedPlace(said, row.name, village, row.facility_id)
        kind = next((one for one in (row.register_kind, visited, row.kind) if one), None)
        return ListRow(
            form_id=clear.id(row.form_id) if row.form_id else None,
            root_id=clear.id(row.root_id) if row.root_id else None,
            act=clear.say("list.choose_round" if row.state in _CHOOSE_A_ROUND else "list.open"),
            day=row.listed_day, label=clear.place(place).label if row.name else clear.home(place),
            area=clear.place(place).area if village else None, kind=clear.say(f"kind.{kind}"), is_home=place.is_home,
            form=self._form(row.form_id) if row.form_id else clear.ours("–"), visitor=clear.visitor(row.submitter),
            state=self._state(row.state), details=tuple(self.of.details(row, clear)),
            lines=tuple(lines[number] for number in getattr(row, "lines", None) or () if number in lines),
        )  # fmt: skip

    def _claimed_kinds(self, found: Sequence[Any]) -> dict[str, set[str]]:
        """Map places to the kinds they are claimed as."""
        places = sorted({row.facility_id for row in found if row.facility_id})
        query = select(ClaimLine.facility_id, ClaimLine.kind).where(among(self.where.session, ClaimLine.facility_id,
                                                                          places))  # fmt: skip
        kinds: dict[str, set[str]] = defaultdict(set)
        for place, kind in self.where.session.execute(query) if places else ():
            kinds[place].add(kind)
        return kinds

    def _lines(self, found: Sequence[Any]) -> dict[int, LineLink]:
        """Find the lines that the visits of a page belong to."""
        wanted = sorted({number for row in found for number in getattr(row, "lines", None) or ()})
        if not wanted:
            return {}
        here, clear, line = self.where.here, self.clear, LineResult
        numbers = numbered(here.round.id, here.part.district)
        query = select(line.line_id, line.indicator, line.outcome, numbers.c.number).join(
            numbers, numbers.c.id == line.line_id
        ).where(line.result_id == here.result_id, among(self.where.session, line.line_id, wanted))  # fmt: skip
        links = {}
        for row in self.where.session.execute(query):
            outcome, number = clear.outcome(row.outcome), clear.ours(f"{row.indicator}.{row.number}")
            text = clear.say("list.line", number=number, outcome=clear.say(f"outcome.{outcome}"))
            links[row.line_id] = LineLink(row.line_id, outcome, text)
        return links
