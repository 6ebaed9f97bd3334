"""Write the workbook in which a district claims: drop-downs, protected headings, and a stamp of what it is for."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass

from openpyxl import Workbook
from sqlalchemy.orm import Session

from server.areas.queries import names_within
from server.claims.filling import NOTHING_YET, FilledIn, fill_in
from server.claims.guide import add_example, add_explanations, add_guide, add_rules, add_summary
from server.claims.template_sheets import add_answers, add_claims, add_headings, free_columns, set_up
from server.claims.validation import watch_columns, write_lists
from server.claims.xlsx import LISTS_SHEET
from server.rounds.rules import indicators_of, last_version
from server.rounds.tables import Round
from server.rulebook import load_indicators, load_rules
from server.words import catalogue
from verification.claim_form.cells import (
    SHEETS,
    TEMPLATE_VERSION,
    Stamp,
)
from verification.claim_form.lists import LISTS
from verification.claim_form.parts import part_of, sheets_asked
from verification.model import Level, level_of, subdistrict_of
from verification.reason import WithReason
from verification.sets.indicators import IndicatorSet


@dataclass(frozen=True)
class Template:
    """A district's claim form, and how many villages its lists name."""

    content: bytes
    villages: int


class NoTemplate(WithReason):
    """There is no claim form for what was named."""


def template_for(session: Session, round_id: str, district: str, filled: FilledIn = NOTHING_YET) -> Template:
    """Write a district's claim form for a round. Raises NoTemplate."""
    stamp = stamp_for(session, round_id, district)
    return template_of(session, stamp, filled)


def stamp_for(session: Session, round_id: str, district: str) -> Stamp:
    """Say what a district's form for a round is made for. Raises NoTemplate."""
    meant = session.get(Round, round_id)
    if meant is None:
        raise NoTemplate("round_not_known", round=round_id)
    names = names_within(session, meant.areas_id, district)
    if district not in names or level_of(district) is not Level.DISTRICT:
        raise NoTemplate("district_not_loaded", district=district)
    return Stamp(TEMPLATE_VERSION, district, meant.data_year, meant.indicator_set, round_id, meant.areas_id)


def template_of(session: Session, stamp: Stamp, filled: FilledIn = NOTHING_YET) -> Template:
    """Write the form that a stamp is of: a whole one, or an agency's part of it."""
    names = names_within(session, stamp.areas_id, stamp.district)
    villages = _by_name(names)
    indicators = asked_by(session, stamp)
    content = write_template(indicators, names[stamp.district], villages, stamp, _subdistricts(names), filled,
                             _rules_said(session, stamp.round_id))  # fmt: skip
    return Template(content, len(villages))


def asked_by(session: Session, stamp: Stamp) -> IndicatorSet:
    """Give the set that a form is of as its round has it, whatever an update brought since."""
    found = session.get(Round, stamp.round_id) if stamp.round_id else None
    same = found is not None and found.indicator_set == stamp.indicator_set
    return indicators_of(session, found) if found and same else load_indicators(stamp.indicator_set)


def _rules_said(session: Session, round_id: str | None) -> str:
    """Say by which rules a round is judged as the form is made; others may be taken later, with a reason on record."""
    say, fixed = catalogue("id").say, last_version(session, round_id) if round_id else None
    if fixed is None:
        return say("template.rules_not_fixed", version=load_rules().version)
    version, digest = fixed
    return say("template.rules_fixed", version=version, digest=digest[:12])


def _by_name(names: Mapping[str, str]) -> list[tuple[str, str]]:
    """List the villages as people look for them: by name, with the name of their subdistrict."""
    villages = [(code, name) for code, name in names.items() if level_of(code) is Level.VILLAGE]
    named = [(code, f"{name}, Kec. {names.get(subdistrict_of(code), '–')}") for code, name in villages]
    return sorted(named, key=lambda village: (village[1].casefold(), village[0]))


def _subdistricts(names: Mapping[str, str]) -> list[tuple[str, str]]:
    found = [(code, f"Kec. {name}") for code, name in names.items() if level_of(code) is Level.SUBDISTRICT]
    return sorted(found, key=lambda one: (one[1].casefold(), one[0]))


def write_template(
    indicators: IndicatorSet, name: str, villages: Sequence[tuple[str, str]], stamp: Stamp,
    subdistricts: Sequence[tuple[str, str]] = (), filled: FilledIn = NOTHING_YET, rules: str = "",
) -> bytes:  # fmt: skip
    """Write the template for the district of a name; `villages` and `subdistricts` are (code, name).

    `rules` is what it says about those by which its points are judged.
    """
    book, whole = Workbook(), indicators
    book.remove(book.worksheets[0])
    if stamp.agency:
        indicators = part_of(whole, stamp.agency)
    shown = sheets_asked(indicators, stamp.agency)
    add_guide(book, (stamp.district, name), stamp.year, indicators, stamp.agency)
    add_rules(book, rules)
    for title in SHEETS:
        add_headings(book.create_sheet(title), stamp.year)
    explained = add_explanations(book, indicators)
    add_claims(book["Klaim"], indicators)
    add_answers(book["Jawaban"], indicators, explained)
    for title in ("Dokumen", "Fasilitas", *LISTS):
        free_columns(book[title])
    add_summary(book, indicators, shown)
    add_example(book, whole, shown)
    _stamp(book, stamp)
    areas = [(code, f"{name} ({code})") for code, name in (*subdistricts, *villages)]
    watch_columns(book, write_lists(book, indicators, areas), indicators, stamp.year)
    for sheet in book.worksheets:
        set_up(sheet)
    for title in SHEETS.keys() - set(shown):
        book[title].sheet_state = "hidden"  # who reads a form looks for all of them
    fill_in(book, filled)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _stamp(book: Workbook, stamp: Stamp) -> None:
    """Say on the hidden sheet what the form is for."""
    sheet = book.create_sheet(LISTS_SHEET)
    sheet.sheet_state = "veryHidden"
    for row, value in enumerate(astuple(stamp), start=1):
        sheet.cell(row, 1, value)
