"""The evidence of one submission: its place, answers in the form's words, photographs, versions, and its lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from server.areas.queries import named
from server.claims.tables import Claim, ClaimLine
from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.disclosure.places import UnclearedPlace
from server.disclosure.viewer import Viewer
from server.forms.shown import Answers, ShownAnswers
from server.moments import CAPITAL
from server.register.tables import Facility
from server.results.tables import LineResult, Result
from server.roles.account import Account
from server.rounds.rules import digest_fixed, rules_fixed
from server.rounds.tables import Round
from server.submissions.tables import SubmissionState
from server.visits.elsewhere import SentElsewhere, sent_elsewhere
from server.visits.history import VisitedVersion, versions_of_visits
from server.visits.led_to import led_to_by
from server.visits.photographs import Pair, alike_photographs, photographs_of, same_photograph
from server.visits.places import VisitedPlace
from server.visits.shown import (
    FlagShown,
    Picture,
    VersionOfVisit,
    shown_elsewhere,
    shown_flags,
    shown_pictures,
    shown_versions,
)
from server.words import Catalogue
from verification.model import province_of, subdistrict_of
from verification.sets.indicators import IndicatorSet

MOST_LINES = 20


@dataclass(frozen=True)
class KnownSubmission:
    """What is known of a submission: its versions, newest first, its place, and the areas' names."""

    versions: Sequence[VisitedVersion]
    visited: VisitedPlace
    names: Mapping[str, str]
    zone: str

    @property
    def current(self) -> VisitedVersion | None:
        """Give its current version, where that is here."""
        return next((one for one in self.versions if one.is_current), None)


@view
class LineOfSubmission:
    """A claimed line that a submission is about, and what is said of it."""

    line_id: int
    indicator: Cleared
    label: Cleared
    outcome: Cleared | None
    outcome_text: Cleared


@view
class EvidenceView:
    """The evidence of a submission, cleared for the viewer; `kept_back` says of some why nobody sees its answers."""

    place: Cleared
    arrival: Cleared | None
    mode: Cleared | None
    sender: Cleared | None
    is_home: bool
    pictures: tuple[Picture, ...]
    answers: tuple[ShownAnswers, ...]
    without_words: bool
    flags: tuple[FlagShown, ...]
    kept_back: Cleared | None
    versions: tuple[VersionOfVisit, ...]
    lines: tuple[LineOfSubmission, ...]


def load_known(session: Session, state: SubmissionState) -> KnownSubmission:
    """Read what is known of a submission, in two statements."""
    versions = versions_of_visits(session, [state.id], None, state.round_id, None)
    current = next((one for one in versions if one.is_current), None)
    village = current.village if current else None
    codes = {state.district, *((village, subdistrict_of(village)) if village else ())} - {None}
    codes |= {province_of(state.district)} if state.district else set()
    areas = named(session, None, [code for code in codes if code])
    names = {code: area.name for code, area in areas.items()}
    province = areas.get(province_of(state.district)) if state.district else None
    visited = VisitedPlace(None, UnclearedPlace((current.kind if current else None,)))
    if current and current.facility:
        visited = VisitedPlace(current.facility, current.place, names.get(current.facility.village))
    return KnownSubmission(versions, visited, names, (province.zone if province else None) or CAPITAL)


def view_evidence(
    session: Session, state: SubmissionState, known: KnownSubmission, project: int, words: Catalogue, viewer: Viewer,
    by: Account,
) -> EvidenceView:  # fmt: skip
    """Show the evidence of a submission."""
    clear, current, place = Clearance(words, known.names, viewer), known.current, known.visited.place
    answers = Answers(clear, words, place, project, known.visited.village)
    pictures: tuple[Picture, ...] = ()
    alike: Mapping[str, Pair] = {}
    elsewhere: Sequence[SentElsewhere] = ()
    flags = current.flags if current else ()
    leads_to = led_to_by(session, state.round_id, state.district, flags)
    if current and viewer.photographs and not place.is_home:
        files = photographs_of(session, project, [current.instance_id]).get(current.instance_id, ())
        pictures = shown_pictures(files, clear)
        alike = alike_photographs(session, project, current.instance_id, same_photograph(current.flags))
        if state.round_id and state.district:
            found = sent_elsewhere(session, by, project, (state.round_id, state.district), files)
            elsewhere = found.get(current.instance_id, ())
    return EvidenceView(
        place=_place(known, clear),
        arrival=clear.say(f"arrival.{current.arrival}") if current and current.arrival else None,
        mode=clear.say(f"mode.{current.mode}") if current and current.mode else None,
        sender=clear.ours(state.submitter) if state.submitter and clear.sees_visitors() else None,
        is_home=place.is_home,
        pictures=pictures,
        answers=answers.shown(current.words, current.answers or {}) if current else (),
        without_words=current is not None and current.words is None and clear.sees_answers(),
        flags=(*shown_flags(flags, clear, alike, leads_to), *shown_elsewhere(elsewhere, clear)),
        kept_back=None if clear.sees_questions() else clear.say("answer.of_one"),
        versions=tuple(shown_versions(known.versions[::-1], answers, clear)),
        lines=_lines(session, state, clear),
    )


def _place(known: KnownSubmission, clear: Clearance) -> Cleared:
    if known.visited.facility is None:
        return clear.say("report.place_unknown")
    place = clear.place(known.visited.place)
    return clear.joined(place.label, place.area)


def _lines(session: Session, state: SubmissionState, clear: Clearance) -> tuple[LineOfSubmission, ...]:
    """Give the lines of its part of the round that it was judged by, or that are of its place."""
    if state.round_id is None or state.district is None:
        return ()
    query = (
        select(ClaimLine, Claim.indicator, Round, digest_fixed(), LineResult.outcome, Facility.kind)
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .join(Round, Round.id == Claim.round_id)
        .join(Facility, Facility.id == ClaimLine.facility_id)
        .outerjoin(Result, (Result.round_id == Claim.round_id) & (Result.district == Claim.district))
        .outerjoin(LineResult, (LineResult.result_id == Result.id) & (LineResult.line_id == ClaimLine.id))
        .where(Claim.round_id == state.round_id, Claim.district == state.district,
               or_(LineResult.state_id == state.id, ClaimLine.facility_id == state.facility_id))
        .order_by(Claim.indicator, ClaimLine.id)
        .limit(MOST_LINES)
    )  # fmt: skip
    return tuple(
        _line(line, number, rules_fixed(session, in_round, digest).indicators, outcome, kind, clear)
        for line, number, in_round, digest, outcome, kind in session.execute(query)
    )


def _line(
    line: ClaimLine, number: int, indicators: IndicatorSet, outcome: str | None, kind: str, clear: Clearance
) -> LineOfSubmission:
    indicator = indicators.by_number.get(number)
    name = f"{number}. {indicator.name[clear.language]}" if indicator else str(number)
    shown = clear.outcome(outcome) if outcome else None
    place = UnclearedPlace((line.kind, kind), line.name, line.village, line.facility_id)
    text = clear.say(f"outcome.{shown}") if shown else clear.say("index.not_verified")
    return LineOfSubmission(line.id, clear.ours(name), clear.place(place).label, shown, text)
