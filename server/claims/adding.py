"""Put what an agency's own table says into a claim form, which is then imported like any other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from server.areas.queries import names_within
from server.claims.joining import Joined, hidden_of, joined_of, must_be_known
from server.claims.own_numbers import take_numbers
from server.claims.own_places import take_places
from server.claims.own_table import UnusableTable
from server.claims.sheet import ReadSheet
from server.claims.taken import AreasByName, TakenRows
from server.claims.template import asked_by
from server.claims.workbook import Opened
from verification.claim_form.cells import FIRST_ROW, SHEETS, TEMPLATE_VERSION, Book
from verification.claim_form.merging import FilledPart
from verification.sets.indicators import IndicatorSet


@dataclass(frozen=True)
class WantedRows:
    """What a table is for: numbers by their codes, or the places of one indicator, of one of its kinds.

    `columns`: those that somebody named, by what they are.
    """

    what: tuple[str, ...]
    kind: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)


def take(session: Session, opened: Opened, sheet: ReadSheet, wanted: WantedRows) -> TakenRows:
    """Read a table for the form of a district. Raises UnusableTable, CannotMerge."""
    must_be_known(session, opened.stamp)
    indicators = asked_by(session, opened.stamp)
    areas = AreasByName(names_within(session, opened.stamp.areas_id, opened.stamp.district))
    if all(code in indicators.breakdowns for code in wanted.what):
        _must_not_be_protected(wanted.what, indicators)
        codes = {code: wanted.columns.get(code) for code in wanted.what}
        return take_numbers(sheet, codes, indicators, areas)
    number = int(wanted.what[0]) if wanted.what[0].isdecimal() and len(wanted.what) == 1 else 0
    indicator = indicators.by_number.get(number)
    if indicator is None or not indicator.facility_kinds:
        raise UnusableTable("table_for_nothing_known", what=", ".join(wanted.what))
    return take_places(sheet, indicator, wanted.kind, wanted.columns, areas)


def _must_not_be_protected(codes: Sequence[str], indicators: IndicatorSet) -> None:
    """Refuse numbers of children in need of protection: those are typed in, and fewer than eight as "<8"."""
    if protected := [code for code in codes if indicators.breakdowns[code].protected]:
        raise UnusableTable("table_of_protected_children", what=", ".join(protected))


def with_table(session: Session, opened: Opened, name: str, table: str, taken: TakenRows) -> Joined:
    """Join a form with what was taken from a table, as two parts of one: what does not agree is a clash."""
    sheet = "Fasilitas" if "facility_name" in (taken.rows[0] if taken.rows else {}) else "Rincian"
    keys = [column.key for column in SHEETS[sheet]]
    rows = {at: {key: row.get(key) for key in keys} for at, row in enumerate(taken.rows, start=FIRST_ROW)}
    book: Book = {sheet: rows}
    stamp = replace(opened.stamp, template_version=TEMPLATE_VERSION)
    parts = [FilledPart(name, stamp.agency, opened.book), FilledPart(table, None, book)]
    return replace(joined_of(stamp, asked_by(session, stamp), parts), hidden=hidden_of([(name, opened)]))
