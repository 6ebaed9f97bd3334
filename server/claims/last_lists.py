"""Last round's lists for the next claim form: places, regulations, groups. Marked, so that somebody looks again.

No answers, numbers of children or sums of money: those are the year's. A district gets what it claimed itself, no more.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from server.areas.queries import codes_now, names_within
from server.claims.choices import name_of_choice
from server.claims.filling import FilledIn
from server.claims.queries import claims_of
from server.claims.tables import ChildGroup, Claim, ClaimLine, Policy
from server.claims.template import NoTemplate, asked_by
from server.disclosure.places import UnclearedPlace
from server.rounds.tables import Round
from server.rulebook import load_kinds
from server.words import catalogue
from verification.claim_form.cells import AGAIN, AGAIN_SAID, FIRST_ROW, SHEETS, Cell, Column, Row, Stamp
from verification.model import Level, level_of, subdistrict_of
from verification.places.kinds import Shown
from verification.sets.indicators import IndicatorSet

_OF_ONE_YEAR = frozenset({"fee_rp", "users", "users_before", "ended_year", "boys", "girls", "disability"})


@dataclass
class LastLists:
    """Rows by sheet; how many were left out: the place has ended, is of no list now, or its village is not there."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: {"Fasilitas": [], "Kebijakan": [], "Kelompok Anak": []})
    left_out: int = 0
    homes: int = 0

    @property
    def filled(self) -> FilledIn:
        """What a form is written with."""
        marked = {sheet: [{**row, AGAIN: AGAIN_SAID} for row in rows] for sheet, rows in self.rows.items()}
        return FilledIn({sheet: dict(enumerate(rows, FIRST_ROW)) for sheet, rows in marked.items()})

    @property
    def count(self) -> int:
        """How many rows there are."""
        return sum(map(len, self.rows.values()))


def last_lists(session: Session, round_id: str, stamp: Stamp) -> LastLists:
    """Give what a district listed in a round, for the form that a stamp is of. Raises NoTemplate."""
    before = session.get(Round, round_id)
    if before is None:
        raise NoTemplate("round_not_known", round=round_id)
    recoded = codes_now(session, before.areas_id, stamp.areas_id)
    then = next((old for old, new in recoded.items() if new == stamp.district), stamp.district)
    writer = _Writer(asked_by(session, stamp), names_within(session, stamp.areas_id, stamp.district), recoded)
    for number, claim in sorted(claims_of(session, round_id, then, rows=True).items()):
        writer.add(number, claim)
    return writer.found


class _Writer:
    """Writes rows as the form's own lists call things."""

    def __init__(self, indicators: IndicatorSet, names: Mapping[str, str], recoded: Mapping[str, str]) -> None:
        self._indicators, self._names, self._recoded = indicators, names, recoded
        self.found = LastLists()

    def add(self, number: int, claim: Claim) -> None:
        """Add what an indicator's claim lists."""
        rows = self.found.rows
        for line in claim.lines:
            if (row := self._place(number, line)) is None:
                self.found.left_out += 1
            else:
                rows["Fasilitas"].append(row)
        rows["Kebijakan"] += [self._listed("Kebijakan", policy) for policy in claim.policies]
        rows["Kelompok Anak"] += [self._listed("Kelompok Anak", group) for group in claim.groups]

    def _place(self, number: int, line: ClaimLine) -> Row | None:
        indicator = self._indicators.by_number.get(number)
        area = self._area(line.village)
        place = UnclearedPlace((line.kind,), line.name)
        is_listed = indicator is not None and line.kind in indicator.facility_kinds
        if not is_listed or area is None or line.ended_year is not None or place.shown is Shown.ON_NO_LIST:
            return None
        self.found.homes += place.is_home
        kind = f"{catalogue('id').say(f'kind.{line.kind}')} ({line.kind})"
        point = {"lat": line.lat, "lon": line.lon} if load_kinds().may_have_a_point(line.kind) else {}
        row: dict[str, Cell] = {"indicator": number, "kind": kind, "facility_name": line.name, "village": area,
                                "registry_no": line.registry_no, "since_year": line.since_year}  # fmt: skip
        return {**row, **point, **dict(self._further("Fasilitas", line))}

    def _listed(self, sheet: str, row: Policy | ChildGroup) -> Row:
        return dict(self._further(sheet, row))

    def _further(self, sheet: str, row: object) -> Iterator[tuple[str, Cell]]:
        """Give what the sheet's columns say that are read by what they are, but for what is of one year alone."""
        for column in SHEETS[sheet]:
            value = getattr(row, column.key, None)
            if column.since != "1" and column.key not in _OF_ONE_YEAR and value is not None:
                yield column.key, self._written(column, value)

    def _written(self, column: Column, value: object) -> Cell:
        match column.reads:
            case "choice":
                return name_of_choice(column.words, str(value))
            case "several":
                return ", ".join(name_of_choice(column.words, code) for code in str(value).split(","))
            case "yes_no":
                return "ya" if value else "tidak"
            case "area":
                return self._area(str(value))
        return value if isinstance(value, int | float) else str(value)

    def _area(self, code: str) -> str | None:
        """Name an area as the form's drop-downs do; None where the district has it no more."""
        now = self._recoded.get(code, code)
        if now not in self._names:
            return None
        if level_of(now) is Level.VILLAGE:
            return f"{self._names[now]}, Kec. {self._names.get(subdistrict_of(now), '–')} ({now})"
        return f"Kec. {self._names[now]} ({now})"
