"""The page of institutions' programmes for families of children in need of special protection."""

from collections.abc import Iterable, Iterator

from sqlalchemy.orm import Session

from server.claims.queries import meetings_of as claimed_by
from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.rounds.tables import Round
from server.spreadsheets import Row
from server.told.queries import programmes_in
from server.words import Catalogue
from verification.claim_form.choices import CHOICES
from verification.disclosing.tables import ALL, Cell
from verification.reading.programme import NEEDS, FamilyNeed, Half, InstitutionKind, Programme, ProgrammeField
from verification.summing.programmes import (
    LevelMeetings,
    claimed_meetings,
    families_of,
    meetings_of,
    needs_covered,
)

CSV_HEAD = ("field", "need", "half_1", "half_2")


@view
class MeetingsShown:
    """A level's meetings in a year, and what they say of the law where it asks for them."""

    level: Cleared
    first: int
    second: int
    verdict: Cleared
    never_came: Cleared | None
    followed: Cleared


@view
class MeetingsClaimedShown:
    """The meetings of a level on the claim form, and of how many of their days an institution tells too."""

    level: Cleared
    first: int
    second: int
    told_too: int | None


@view
class NeedShown:
    """A need, and which institutions answer it in each half of the year."""

    field: Cleared
    need: Cleared
    halves: tuple[Cleared, ...]


@view
class FamiliesShown:
    """A field's families by half year, and its sum."""

    label: Cleared
    numbers: tuple[Cleared, ...]


@view
class ProgrammesShown:
    """A district's programmes in a year."""

    programmes: int
    meetings: tuple[MeetingsShown, ...]
    claimed: tuple[MeetingsClaimedShown, ...]
    needs: tuple[NeedShown, ...]
    covered: int
    planned: tuple[FamiliesShown, ...]
    reached: tuple[FamiliesShown, ...]


def programmes_shown(session: Session, round_id: str, district: str, words: Catalogue) -> ProgrammesShown:
    """Show a district's programmes in the round's data year."""
    clear, year = Clearance(words), session.get_one(Round, round_id).data_year
    own, all_of_them = programmes_in(session, round_id, district)
    needs = [FamilyNeed(field, number) for field, most in NEEDS.items() for number in range(1, most + 1)]
    covered = needs_covered(own, year, needs)
    return ProgrammesShown(
        programmes=sum(one.year == year for one in own),
        meetings=tuple(_meetings(clear, one) for one in meetings_of(all_of_them, year)),
        claimed=tuple(_claimed(session, (round_id, district), all_of_them, year, clear)),
        needs=tuple(NeedShown(clear.say(f"told.field.{one.need.field}"),
                              clear.say(f"told.need.{one.need.field}_{one.need.number}"),
                              (_kinds(clear, one.first), _kinds(clear, one.second))) for one in covered),
        covered=sum(bool(one.first or one.second) for one in covered),
        planned=tuple(_families(clear, families_of(own, year, lambda one: one.families_planned))),
        reached=tuple(_families(clear, families_of(own, year, lambda one: one.families_reached))),
    )  # fmt: skip


def _meetings(clear: Clearance, one: LevelMeetings) -> MeetingsShown:
    verdict = "informs" if one.enough is None else "enough" if one.enough else "too_few"
    followed = clear.say("told.followed", followed=one.followed, decided=one.decided) if one.decided else clear.id("–")
    return MeetingsShown(
        clear.say(f"told.level.{one.level}"), one.first, one.second, clear.say(f"told.meetings.{verdict}"),
        _kinds(clear, one.never_came) if one.never_came else None, followed,
    )  # fmt: skip


def _claimed(
    session: Session, part: tuple[str, str], programmes: Iterable[Programme], year: int, clear: Clearance
) -> Iterator[MeetingsClaimedShown]:
    rows = [(row.dated, row.meeting_level) for row in claimed_by(session, *part)]
    found = {one.level: one for one in claimed_meetings(rows, programmes, year)}
    for level in CHOICES["meeting_level"]:
        if one := found.get(level):
            said = clear.say(f"choice.meeting_level.{level}")
            yield MeetingsClaimedShown(said, one.first, one.second, one.told_too)


def _kinds(clear: Clearance, kinds: Iterable[InstitutionKind]) -> Cleared:
    chosen = frozenset(kinds)
    named = [clear.say(f"told.institution.{kind}") for kind in InstitutionKind if kind in chosen]
    return clear.joined(*named) if named else clear.id("–")


def _families(clear: Clearance, table: dict[Cell, int | None]) -> Iterator[FamiliesShown]:
    rows = [*(field for field in ProgrammeField if (field, ALL) in table), *([ALL] if table else [])]
    for row in rows:
        label = clear.say("told.all_fields") if row == ALL else clear.say(f"told.field.{row}")
        yield FamiliesShown(label, tuple(_number(clear, table, row, column) for column in (*Half, ALL)))


def _number(clear: Clearance, table: dict[Cell, int | None], row: str, column: str) -> Cleared:
    if (row, column) not in table:
        return clear.id("–")
    return clear.of_table(table[row, column])


def rows_of(shown: ProgrammesShown) -> Iterator[Row]:
    """Give the needs, and then the families, as rows."""
    for need in shown.needs:
        yield (need.field, need.need, *need.halves)
