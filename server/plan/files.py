"""A plan as a file, out and back in: the file that is given out is the one that is read.

Columns are found by their headings, in either language and any order; others are passed over, so that a list of a
team's own will do where its headings say what they are.
"""

import base64
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from server.claims.grids import Grid, cells_of, read_sheet
from server.claims.hidden import hidden_in
from server.claims.own_table import plain
from server.disclosure.clearing import Clearance
from server.disclosure.viewer import Viewer
from server.plan.checking import PlanFrame
from server.plan.states import WITHDRAWN
from server.plan.wishes import FIELDS, NotPlanned, PlanChange, PlanProblem, PlanValues, PlanWish
from server.words import LANGUAGES, Catalogue, catalogue
from verification.claim_form.cells import Cell, OddCell, clean
from verification.places.kinds import Shown
from verification.reason import Reason

if TYPE_CHECKING:
    from server.plan.listing import PlanOf, PlanRow  # a page's, with all that pages need

COLUMNS = (*FIELDS, "state", "visits")
MOST_ROWS = 20_000
_HEADING_WITHIN = 10  # rows
_LONGEST_CELL = 1000
_LARGEST_PACKED, _LARGEST_UNPACKED = 80_000, 4_000_000  # bytes
_ALSO_CALLED: Mapping[str, Sequence[str]] = {
    "place": ("kode", "id", "code"), "registry_no": ("npsn", "no registrasi"), "name": ("nama", "nama tempat"),
    "village": ("desa", "kelurahan", "desa kelurahan"), "team": ("tim verifikasi", "nama tim"),
    "member": ("petugas", "nama anggota"), "day": ("tanggal", "tanggal kunjungan", "date"),
    "mode": ("cara", "moda", "mode"), "modules": ("modul", "bagian"), "substitute_for": ("pengganti", "pengganti dari"),
    "substitute_order": ("urutan",), "why": ("alasan", "kriteria"),
}  # fmt: skip


@dataclass(frozen=True)
class ReadPlan:
    """A file's rows; the letters of its columns by field; what could not be read; and what of it nobody sees."""

    wishes: Sequence[PlanWish]
    letters: Mapping[str, str]
    problems: Sequence[PlanProblem]
    hidden: Sequence[Reason] = ()


def read_plan_file(content: bytes) -> ReadPlan:
    """Read an XLSX or a CSV. Raises UnusableWorkbook, NotPlanned."""
    sheet = read_sheet(content, as_text=not content.startswith(b"PK"))
    grid = cells_of(sheet)
    first, letters = _headings(grid)
    problems: list[PlanProblem] = []
    wishes = []
    for number in (one for one in sorted(grid) if one > first):
        said = {name: _text(grid[number].get(letter)) for name, letter in letters.items()}
        problems += [PlanProblem(number, name, Reason("plan_cell_unreadable")) for name in said if said[name] is None]
        wish = PlanWish(number, **{name: text or "" for name, text in said.items()})
        if wish != PlanWish(number):
            wishes.append(wish)
    if not wishes:
        raise NotPlanned("plan_file_empty")
    if len(wishes) > MOST_ROWS:
        raise NotPlanned("plan_file_too_long", limit=MOST_ROWS)
    planned = [one.row for one in wishes if not one.says_nothing]
    return ReadPlan(wishes, letters, problems, [*hidden_in(sheet, planned, letters.values())])


def _headings(grid: Grid) -> tuple[int, dict[str, str]]:
    called = {plain(name): field for field, names in _ALSO_CALLED.items() for name in names}
    called |= {plain(catalogue(language).say(f"plan.column.{field}")): field for language in LANGUAGES
               for field in FIELDS}  # fmt: skip
    for number in sorted(grid)[:_HEADING_WITHIN]:
        found = [(called[plain(value)], letter) for letter, value in grid[number].items()
                 if isinstance(value, str) and plain(value) in called]  # fmt: skip
        names = [name for name, _ in found]
        if "team" in names and {"place", "registry_no", "name"} & set(names):
            if len(set(names)) < len(names):
                raise NotPlanned("plan_column_twice")
            return number, dict(found)
    raise NotPlanned("plan_without_headings")


def _text(value: Cell) -> str | None:
    """Write a cell as a text, as it is shown; None for one that holds no value."""
    if isinstance(value, OddCell):
        return None
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = " ".join(clean(str(value if value is not None else "")).split()).removeprefix("'")
    return text if len(text) <= _LONGEST_CELL else None


# ── between a page that shows what would be done and the one that does it


def pack(change: PlanChange, frame: PlanFrame, teams: Mapping[int, str]) -> str:
    """Write what would be done so that a page can send it back; it is checked anew when it comes. Raises NotPlanned."""
    rows = [*change.added, *(values for _, values in change.changed)]
    said = [_packed(values, frame, teams) for values in rows]
    found = base64.b85encode(zlib.compress(json.dumps(said).encode(), 9)).decode()
    if len(found) > _LARGEST_PACKED:
        raise NotPlanned("plan_file_for_terminal", count=len(rows))
    return found


def _packed(values: PlanValues, frame: PlanFrame, teams: Mapping[int, str]) -> list[str]:
    members = {number: name for team in frame.teams for number, name in team.members.items()}
    code = frame.places.code_of
    wish = PlanWish(
        place=code(values.facility_id), team=teams[values.team_id], member=members.get(values.person_id or 0, ""),
        day=values.day.isoformat(), mode=values.mode, modules=values.modules.replace(" ", ","),
        substitute_for=code(values.substitute_for) if values.substitute_for else "",
        substitute_order=str(values.substitute_order or ""), why=values.why or "",
    )  # fmt: skip
    return [getattr(wish, one.name) for one in fields(wish) if one.name != "row"]


def unpack(text: str) -> list[PlanWish]:
    """Read what a page sent back. Raises NotPlanned."""
    names = [one.name for one in fields(PlanWish) if one.name != "row"]
    try:
        reading = zlib.decompressobj()
        said = json.loads(reading.decompress(base64.b85decode(text), _LARGEST_UNPACKED))
        wishes = [PlanWish(number, **dict(zip(names, map(str, row), strict=True)))
                  for number, row in enumerate(said, start=1)]  # fmt: skip
    except (ValueError, TypeError, RecursionError, zlib.error):
        raise NotPlanned("decision_page_wrong") from None
    if not wishes or len(wishes) > MOST_ROWS:
        raise NotPlanned("decision_page_wrong")
    return wishes


# ── given out


def headings(words: Catalogue) -> list[str]:
    """Write the headings of the file that is given out."""
    return [words.say(f"plan.column.{name}") for name in COLUMNS]


def written_out(of: "PlanOf", frame: PlanFrame, *, with_all: bool) -> tuple[list[str], list[list[Any]]]:
    """Write a plan as a table's headings and rows, with the places that nobody planned where all are wanted."""
    rows = [*_planned(of.rows(), frame, of.words)]
    return headings(of.words), [*rows, *(_unplanned(frame, of.viewer, of.words) if with_all else ())]


def _planned(rows: Sequence["PlanRow"], frame: PlanFrame, words: Catalogue) -> Iterator[list[Any]]:
    """Write rows of the plan by `COLUMNS`, so that the file read back changes nothing."""
    for row in rows:
        if row.state != WITHDRAWN:
            instead_of = frame.places.code_of(row.instead_of_id) if row.instead_of_id else None
            yield [frame.places.code_of(row.facility_id), None, row.place, row.area, row.team, row.member,
                   row.day.isoformat(), row.mode, row.modules, instead_of, row.order, row.why,
                   words.say(f"plan_state.{row.state}"), row.visits]  # fmt: skip


def _unplanned(frame: PlanFrame, viewer: Viewer, words: Catalogue) -> Iterator[list[Any]]:
    """Write the places that nobody planned, to be filled in: a row that only names a place is passed over."""
    planned = {facility_id for facility_id, _ in frame.rows}
    for number, place in frame.places.places.items():
        if number not in planned:
            clear = Clearance(words, place.names, viewer)
            named = clear.place(place.place)
            registry = place.facility.registry_no if place.facility and place.place.shown is Shown.OPENLY else None
            yield [frame.places.code_of(number), registry, named.label, named.area, *[None] * (len(COLUMNS) - 4)]
