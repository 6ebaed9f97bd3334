"""What the page of a claimed line shows: values that were cleared for the viewer."""

from datetime import date, datetime

from server.claims.shown import ShownCell
from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Why
from server.facts.views import InForceShown
from server.forms.shown import ShownAnswers
from server.lines.drawing import Drawing
from server.visits.shown import FlagShown, Picture, VersionOfVisit


@view
class Stated:
    """What a claim states: an answer or a document, and its cell; no text where it is not repeated here."""

    label: Cleared
    text: Cleared | None
    before: Cleared | None
    dated: date | None
    cell: Cleared


@view
class LineAtOnePoint:
    """Another line that is claimed at the very same point: what it may be called, with its cell."""

    line_id: int
    called: Cleared


@view
class ClaimedView:
    """What the district claims of the place, and in which cell of which workbook."""

    file: Cleared
    cell: Cleared
    imported_at: datetime
    since_year: int | None
    registry_no: Cleared | None
    has_point: bool
    at_one_point: tuple[LineAtOnePoint, ...]
    details: tuple[ShownCell, ...]
    answers: tuple[Stated, ...]
    documents: tuple[Stated, ...]


@view
class SeenCriterion:
    """What was seen of one criterion, who asks for it, and whether it decides."""

    text: Cleared
    seen: Cleared
    seen_text: Cleared
    asked_by: Cleared
    basis: Cleared
    decides: bool


@view
class PointView:
    """Where a visit was: distance and error (95 %) in metres; `drawing` where that may be drawn."""

    distance_m: float | None
    error_m: float | None
    at_place: float | None
    allowance_m: float
    wanted: float
    accuracy_m: float | None
    half_cell_m: float | None
    drawing: Drawing | None


@view
class VisitOfLine:
    """A visit to the place. `relation` says what it is to the line: judged, later, earlier, beside, considered."""

    state_id: int
    relation: Cleared
    form_id: Cleared
    root_id: Cleared
    day: date | None
    received_at: datetime
    sender: Cleared | None
    arrival: Cleared
    mode: Cleared
    standing: Cleared
    counts: bool
    probability: float | None
    point: PointView | None
    pictures: tuple[Picture, ...]
    answers: tuple[ShownAnswers, ...]
    without_words: bool
    circumstances: tuple[Cleared, ...]  # what is remarkable about how it was made
    flags: tuple[FlagShown, ...]  # signs for a person
    versions: tuple[VersionOfVisit, ...]


@view
class TeamOfDistrict:
    """A team of the district, and who is in it."""

    name: Cleared
    people: tuple[Cleared, ...]


@view
class RelatedLine:
    """Another line: of the same place, or one that the visit might belong to (then with its probability)."""

    line_id: int
    round_id: Cleared
    district: Cleared
    round: Cleared
    indicator: Cleared
    label: Cleared
    outcome: Cleared | None
    outcome_text: Cleared
    computed_at: datetime | None
    probability: float | None


@view
class JudgedView:
    """What the rules, or a person, say of a line, and all that it rests on."""

    outcome: Cleared
    outcome_text: Cleared
    finding: Cleared | None
    in_force: InForceShown | None
    reopened: bool
    reasons: tuple[Why, ...]
    named: tuple[RelatedLine, ...]  # other lines that the reasons name
    probability: float | None
    sure: bool
    match_reasons: tuple[Cleared, ...]
    criteria: tuple[SeenCriterion, ...]
    criteria_met: int
    grade: Cleared | None
    grade_text: Cleared | None
    point: PointView | None
    rules_version: Cleared
    computed_at: datetime


@view
class LineView:
    """A claimed line with all that speaks for and against it."""

    line_id: int
    round_id: Cleared
    round: Cleared
    district: Cleared
    district_name: Cleared
    is_open: bool
    indicator: int
    indicator_name: Cleared
    label: Cleared
    kind: Cleared
    area: Cleared
    is_home: bool
    claimed: ClaimedView
    judged: JudgedView | None
    visits: tuple[VisitOfLine, ...]
    more_visits: bool
    teams: tuple[TeamOfDistrict, ...]
    same_place: tuple[RelatedLine, ...]
    considered: tuple[RelatedLine, ...]
    zone: Cleared
