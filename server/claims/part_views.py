"""A claim form in parts, as pages show it: whose parts there are, what merging came to, what a table's columns are."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from server.claims.adding import WantedRows
from server.claims.joined_text import PLACE_FIELDS, about_clash, said_in, taken_text
from server.claims.joining import Joined, may_be_told
from server.claims.own_table import Heading
from server.claims.taken import TakenRows
from server.claims.views import ProblemOfPlan
from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.words import Catalogue
from verification.claim_form.merging import CellSaid, Clash
from verification.claim_form.parts import agencies_of
from verification.sets.indicators import IndicatorSet

MOST_CLASHES = 60  # that are chosen from one by one
MOST_PROBLEMS = 100
_LONGEST_HEADING = 60


@view
class ShownAgency:
    """An agency, and the indicators that it is asked."""

    name: Cleared
    indicators: Cleared


@view
class Choosable:
    """Something that may be chosen: its value, and what it is called."""

    value: Cleared
    name: Cleared
    chosen: bool = False


def shown_agencies(indicators: IndicatorSet, clear: Clearance) -> tuple[ShownAgency, ...]:
    """List whose parts a form has."""
    return tuple(ShownAgency(clear.ours(agency), clear.ours(", ".join(map(str, numbers))))
                 for agency, numbers in agencies_of(indicators).items())  # fmt: skip


def shown_numbers(indicators: IndicatorSet, clear: Clearance) -> tuple[Choosable, ...]:
    """List the numbers that a table may be of: none of children in need of protection."""
    return tuple(Choosable(clear.ours(code), clear.ours(f"{code}. {one.label[clear.language]}"))
                 for code, one in indicators.breakdowns.items() if not one.protected)  # fmt: skip


def shown_places(indicators: IndicatorSet, clear: Clearance) -> tuple[Choosable, ...]:
    """List the places that a table may be of: by indicator, and by kind where it has several."""

    def named(number: int, kind: str) -> Cleared:
        return clear.joined(clear.ours(str(number)), clear.say(f"kind.{kind}"))

    return tuple(
        Choosable(clear.ours(f"{one.number}/{kind}"), named(one.number, kind))
        for one in indicators.indicators for kind in one.facility_kinds
    )  # fmt: skip


@view
class ShownFileOfPart:
    """A file that came: whose part it is, and how many rows it has."""

    name: Cleared
    agency: Cleared | None
    rows: int


@view
class ShownClash:
    """Cells that should say one thing."""

    about: Cleared
    column: Cleared
    said: tuple[Cleared, ...]


@view
class JoinedShown:
    """What merging came to; `mark` tells it from any other, so that what was shown is what is chosen from."""

    files: tuple[ShownFileOfPart, ...]
    missing: Cleared | None
    empty: Cleared | None
    repeated: int
    problems: tuple[ProblemOfPlan, ...]
    problem_count: int
    hidden: tuple[ProblemOfPlan, ...]
    clashes: tuple[ShownClash, ...]
    more_clashes: int
    mark: Cleared


def joined_shown(joined: Joined, clear: Clearance, words: Catalogue) -> JoinedShown:
    """Show what merging came to, to whoever brought the files."""
    names = {one.name: _named(one.name, number, clear) for number, one in enumerate(joined.files, start=1)}
    indicators = joined.indicators
    return JoinedShown(
        files=tuple(ShownFileOfPart(names[one.name], clear.ours(one.agency) if one.agency else None, one.rows)
                    for one in joined.files),
        missing=clear.ours("; ".join(joined.missing)) if joined.missing else None,
        empty=clear.ours("; ".join(joined.empty)) if joined.empty else None,
        repeated=joined.merged.repeated,
        problems=tuple(ProblemOfPlan(clear.joined(names[file], clear.id(cell)), clear.why(reason).sentence)
                       for file, cell, reason in joined.problems[:MOST_PROBLEMS]),
        problem_count=len(joined.problems),
        hidden=tuple(ProblemOfPlan(names[file], clear.why(reason).sentence) for file, reason in joined.hidden),
        clashes=tuple(_clash(one, may_be_told(one, indicators), names, clear, words)
                      for one in joined.merged.clashes[:MOST_CLASHES]),
        more_clashes=max(0, len(joined.merged.clashes) - MOST_CLASHES),
        mark=clear.id(mark_of(joined)),
    )  # fmt: skip


def mark_of(joined: Joined) -> str:
    """Tell what merging came to from anything else it may come to."""
    said = [(clash.sheet, clash.key, clash.said) for clash in joined.merged.clashes]
    return hashlib.sha256(repr((joined.files, joined.problems, said)).encode()).hexdigest()


def _clash(clash: Clash, told: bool, names: Mapping[str, Cleared], clear: Clearance, words: Catalogue) -> ShownClash:
    def said(one: CellSaid) -> Cleared:
        return clear.own(said_in(CellSaid(str(names[one.file]), one.cell, one.value), told))

    column = clear.ours(words.say(f"template.column.{clash.key}"))
    return ShownClash(clear.own(about_clash(clash, told)), column, tuple(map(said, clash.said)))


def _named(name: str, number: int, clear: Clearance) -> Cleared:
    return clear.handed_in(name, number, "Excel", of_the_district=True)


@view
class ShownField:
    """Something a column is asked for: what it is, and the columns to choose from."""

    name: Cleared
    label: Cleared
    columns: tuple[Choosable, ...]


@view
class TableShown:
    """A table of an agency's own: its columns, and what would be taken from them."""

    fields: tuple[ShownField, ...]
    lines: tuple[Cleared, ...]
    rows: int


@dataclass(frozen=True)
class FoundColumns:
    """The columns of a table by their letters, and what each was taken for, where that could be told."""

    headings: Sequence[Heading]
    taken: TakenRows | None = None
    used: Mapping[str, str] = field(default_factory=dict)


def table_shown(
    found: FoundColumns, wanted: WantedRows, indicators: IndicatorSet, clear: Clearance, words: Catalogue
) -> TableShown:
    """Show which column is taken for what, to be agreed to or put right."""
    numbers = not wanted.what[0].isdecimal()
    asked: Iterable[str] = wanted.what if numbers else [one for one in PLACE_FIELDS if one != "age"]
    used = {**found.used, **wanted.columns}
    return TableShown(
        fields=tuple(
            ShownField(clear.own(one), _asked(one, indicators, clear),
                       tuple(_columns(found.headings, used.get(one), clear)))
            for one in asked
        ),
        lines=tuple(clear.own(line) for line in taken_text(found.taken, words)) if found.taken else (),
        rows=len(found.taken.rows) if found.taken else 0,
    )  # fmt: skip


def _asked(code: str, indicators: IndicatorSet, clear: Clearance) -> Cleared:
    if code in PLACE_FIELDS:
        return clear.say(f"claims.table_field.{code}")
    known = indicators.breakdowns.get(code)
    return clear.ours(f"{code}. {known.label[clear.language]}") if known else clear.own(code)


def _columns(headings: Iterable[Heading], used: str | None, clear: Clearance) -> Iterable[Choosable]:
    for one in headings:
        shown = clear.own(f"{one.letter} {one.shown[:_LONGEST_HEADING]}")
        yield Choosable(clear.own(one.letter), shown, chosen=one.letter == used)
