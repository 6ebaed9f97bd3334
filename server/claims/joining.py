"""Merge the workbooks that agencies filled in: what does not agree, whose is missing, and one workbook of all."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from server.areas.queries import names_within
from server.claims.choices import names_of_choices
from server.claims.filling import FilledIn
from server.claims.template import asked_by, template_of
from server.claims.workbook import Opened
from server.disclosure.places import UnclearedPlace
from server.rounds.tables import Round
from server.rulebook import knows_set
from verification.claim_form.cells import FIRST_ROW, LAST_ROW, PRINTED, READ_VERSIONS, SHEETS, TEMPLATE_VERSION, Stamp
from verification.claim_form.choices import kind_code
from verification.claim_form.lists import LISTS
from verification.claim_form.merging import Called, Clash, FilledPart, Merged, filled_rows, merge, odd_cells, settled
from verification.claim_form.parts import agencies_of
from verification.disclosing.counted import counted_in_claim
from verification.disclosing.counts import THRESHOLDS
from verification.reason import Reason, WithReason
from verification.sets.indicators import IndicatorSet


class CannotMerge(WithReason):
    """Workbooks that are not parts of one."""


@dataclass(frozen=True)
class FileOfPart:
    """A file that came: whose part it is, and how many rows it has filled in."""

    name: str
    agency: str | None
    rows: int


@dataclass(frozen=True)
class Joined:
    """Several workbooks as one, which is not written while `problems` stand in cells of a file."""

    stamp: Stamp
    indicators: IndicatorSet  # that the form asks about
    files: tuple[FileOfPart, ...]
    missing: tuple[str, ...]  # agencies whose file did not come
    empty: tuple[str, ...]  # agencies whose file has nothing in it
    problems: tuple[tuple[str, str, Reason], ...]  # file, cell, what is wrong
    merged: Merged
    parts: tuple[FilledPart, ...]
    hidden: tuple[tuple[str, Reason], ...] = ()  # file, what of it nobody sees


def join(session: Session, files: Sequence[tuple[str, Opened]]) -> Joined:
    """Merge workbooks, each with its file's name, in their order. Raises CannotMerge."""
    stamp = _one_stamp(session, [opened.stamp for _, opened in files])
    parts = [FilledPart(name, opened.stamp.agency, opened.book) for name, opened in files]
    indicators = asked_by(session, stamp)
    expected = agencies_of(indicators) if any(part.agency for part in parts) else ()
    return replace(joined_of(stamp, indicators, parts, expected), hidden=hidden_of(files))


def hidden_of(files: Iterable[tuple[str, Opened]]) -> tuple[tuple[str, Reason], ...]:
    """Say of files, each with its name, what of them nobody sees."""
    return tuple((name, reason) for name, opened in files for reason in opened.hidden)


def joined_of(
    stamp: Stamp, indicators: IndicatorSet, parts: Sequence[FilledPart], expected: Iterable[str] = ()
) -> Joined:
    """Merge parts of the form that a stamp is of; `expected` are the agencies that each have one."""
    came = tuple(FileOfPart(part.name, part.agency, _count(part)) for part in parts)
    filled = {one.agency for one in came if one.rows}
    return Joined(
        stamp,
        indicators,
        came,
        missing=tuple(agency for agency in expected if agency not in {one.agency for one in came}),
        empty=tuple(sorted({one.agency for one in came if one.agency} - filled)),
        problems=tuple(problem for part in parts for problem in _problems(part, indicators)),
        merged=merge(parts, _called_in(indicators)),
        parts=tuple(parts),
    )


def _called_in(indicators: IndicatorSet) -> Called:
    return Called(names_of_choices(indicators), {one.number: one.facility_kinds for one in indicators.indicators})


def settle(joined: Joined, chosen: Iterable[tuple[Clash, int]]) -> Joined:
    """Join the same once more, where a person said of clashes which of the cells counts."""
    again = joined_of(joined.stamp, joined.indicators, settled(joined.parts, chosen))
    return replace(again, missing=joined.missing, empty=joined.empty, hidden=joined.hidden)


def whole_of(session: Session, joined: Joined, notes: Sequence[str]) -> bytes:
    """Write the workbook of all, with notes on a sheet that nobody reads in.

    Raises CannotMerge where a sheet has more rows than a form takes.
    """
    for sheet in ("Dokumen", "Fasilitas", *LISTS):
        if len(joined.merged.book[sheet]) > LAST_ROW - FIRST_ROW + 1:
            limit = LAST_ROW - FIRST_ROW + 1
            raise CannotMerge("merge_too_many_rows", sheet=sheet, rows=len(joined.merged.book[sheet]), limit=limit)
    return template_of(session, joined.stamp, FilledIn(joined.merged.book, notes=notes)).content


def _one_stamp(session: Session, stamps: Sequence[Stamp]) -> Stamp:
    """Say what all were made for; an agency's part and a whole one may lie side by side, and older versions too."""
    for stamp in stamps:
        _must_be_read(stamp)
    wholes = {replace(stamp, template_version=TEMPLATE_VERSION, agency=None) for stamp in stamps}
    if len(wholes) > 1:
        raise CannotMerge("merge_of_several_forms", rounds=", ".join(sorted({_called(stamp) for stamp in wholes})))
    (stamp,) = wholes
    must_be_known(session, stamp)
    return stamp


def _must_be_read(stamp: Stamp) -> None:
    if stamp.template_version not in READ_VERSIONS:
        raise CannotMerge("wrong_template_version", found=stamp.template_version, wanted=TEMPLATE_VERSION)


def must_be_known(session: Session, stamp: Stamp) -> None:
    """Refuse a form for what there is not here. Raises CannotMerge."""
    _must_be_read(stamp)
    if not knows_set(stamp.indicator_set):
        raise CannotMerge("merge_of_unknown_set", found=stamp.indicator_set)
    if stamp.district not in names_within(session, stamp.areas_id, stamp.district):
        raise CannotMerge("district_not_loaded", district=stamp.district)
    if stamp.round_id is not None and session.get(Round, stamp.round_id) is None:
        raise CannotMerge("round_not_known", round=stamp.round_id)


def _called(stamp: Stamp) -> str:
    return f"{stamp.district} {stamp.round_id or stamp.year} {stamp.indicator_set} {stamp.areas_id}"


def _count(part: FilledPart) -> int:
    return sum(1 for sheet in SHEETS for _ in filled_rows(sheet, part.book.get(sheet, {})))


def _problems(part: FilledPart, indicators: IndicatorSet) -> Iterator[tuple[str, str, Reason]]:
    """Name the cells of a file that cannot be written again: formulas that failed, answers to what nobody asked."""
    for cell, odd in odd_cells(part):
        yield part.name, cell, Reason(odd.code, {"text": odd.text[:40]})
    known: Mapping[str, set[str]] = {
        "Klaim": {str(number) for number in indicators.by_number}, "Jawaban": set(indicators.answer_fields),
    }  # fmt: skip
    for sheet in PRINTED:
        first = SHEETS[sheet][0]
        for number, row in filled_rows(sheet, part.book.get(sheet, {})):
            if str(row.get(first.key)) not in known[sheet]:
                yield part.name, f"{sheet}!{first.letter}{number}", Reason("merge_unknown_row")


def may_be_told(clash: Clash, indicators: IndicatorSet) -> bool:
    """Tell whether what cells say may be repeated: not of homes, nor numbers of children, nor what somebody wrote."""
    column = next(one for one in SHEETS[clash.sheet] if one.key == clash.key)
    children, published = column.reads in ("count", "small_count"), False
    if clash.sheet == "Fasilitas":
        kind, name = kind_code(str(clash.row.get("kind") or "")), str(clash.row.get("facility_name") or "")
        if UnclearedPlace((kind,), name).is_home:
            return False
    elif clash.sheet == "Jawaban":
        found = indicators.answer_fields.get(str(clash.row.get("code")))
        children = found is None or found[1].counts_children
    elif clash.sheet == "Rincian":
        breakdown = indicators.breakdowns.get(kind_code(str(clash.row.get("breakdown") or "")))
        children, published = True, breakdown is not None and not breakdown.protected
    return not THRESHOLDS[counted_in_claim(children=children, published=published)].hides_all
