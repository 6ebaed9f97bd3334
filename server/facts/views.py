"""What pages show of decisions: those that were taken, and the form for a new one."""

from datetime import date, datetime

from server.disclosure.cleared import Cleared, view
from server.forms.shown import ShownAnswers
from server.visits.shown import Picture


@view
class Selectable:
    """Something that can be chosen, and whether it is."""

    value: Cleared
    label: Cleared
    chosen: bool = False


@view
class SeenShown:
    """A visit as it was before whoever decided: its day, its version's number, and how many files it had."""

    day: date | None
    number: int
    files: int


@view
class InForceShown:
    """What a person decided of a line, and what the rules proposed: a sentence each."""

    decided: Cleared
    proposed: Cleared


@view
class FactShown:
    """A decision. `standing` says what it is now: in force, reopened, waiting, or one that a later one followed."""

    number: int
    outcome: Cleared
    standing: Cleared
    standing_text: Cleared
    decided_by: Cleared
    decided_at: datetime
    why: Cleared | None
    criteria: tuple[Cleared, ...]
    other: Cleared | None
    other_line: int | None
    bulk: bool
    proposed: Cleared | None
    visits: tuple[SeenShown, ...]


@view
class TriedShown:
    """A decision that was refused: why, beside which field, and what has come meanwhile; with what was typed."""

    sentence: Cleared
    field: Cleared
    came: tuple[Cleared, ...]
    why: Cleared


@view
class FactForm:
    """What it takes to decide: what may be chosen, and what the page showed, to be sent back with it."""

    address: Cleared
    uuid: Cleared
    seen: Cleared
    newest: int
    outcomes: tuple[Selectable, ...]
    criteria: tuple[Selectable, ...]
    others: tuple[Selectable, ...]
    two: Cleared | None
    tried: TriedShown | None
    longest_why: int
    row: Cleared


@view
class FactsShown:
    """How a line or a visit stands with those who decide: in words, its decisions, and the form where one may."""

    state: Cleared
    state_text: Cleared
    came: tuple[Cleared, ...]
    history: tuple[FactShown, ...]
    closed: Cleared | None
    form: FactForm | None


@view
class VisitShown:
    """A visit that is to be decided: what was seen on it, and the lines that it belongs to now."""

    state_id: int
    round_id: Cleared
    district: Cleared
    district_name: Cleared
    form_id: Cleared
    root_id: Cleared
    place: Cleared
    day: date | None
    received_at: datetime
    arrival: Cleared
    mode: Cleared
    pictures: tuple[Picture, ...]
    answers: tuple[ShownAnswers, ...]
    lines: tuple[Selectable, ...]
    reopened: bool
    sought: Cleared


@view
class BulkLine:
    """One of the lines that would be decided about, with the mark of what the page shows of it."""

    line_id: int
    label: Cleared
    area: Cleared
    indicator: int
    outcome: Cleared
    decided: bool
    visits: int
    files: int
    mark: Cleared
    ticked: bool


@view
class BulkShown:
    """The preview of deciding about several lines at once."""

    round_id: Cleared
    district: Cleared
    district_name: Cleared
    lines: tuple[BulkLine, ...]
    total: int
    most: int
    page: int
    outcomes: tuple[Selectable, ...]
    uuid: Cleared
    why: Cleared
    refused: Cleared | None
    field: Cleared
    longest_why: int
    closed: Cleared | None
    address: Cleared


@view
class LeftOut:
    """A line that was left out, and why."""

    line_id: int
    label: Cleared
    why: Cleared
