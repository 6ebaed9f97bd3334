"""Places to ask again: visited with a version of a form that did not ask yet what decides there now.

A question may be added in the middle of a round. Where it decides, whoever was visited before it came cannot be
confirmed by that visit; somebody has to go once more. Only what a version could not ask counts: what was asked and
stayed open is the business of the line.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.assignments.giving import AssignmentWish, unfit_for_phones
from server.assignments.several import MOST, Done, give_each, read_for_all
from server.assignments.states import is_open
from server.assignments.tables import Assignment
from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.disclosure.viewer import Viewer
from server.forms.changes import FormChanges
from server.forms.tables import FormChange
from server.results.parts import JudgedPart, judged_part
from server.roles.account import Account
from server.rounds.states import OPEN
from server.rounds.tables import Round
from server.submissions.keeping import current_version
from server.submissions.standing import counts
from server.submissions.tables import Form, Submission, SubmissionState
from server.visits.places import known_places
from server.visits.tables import Visit
from server.words import Catalogue
from verification.judging.checks import what_decides
from verification.model import Arrival
from verification.reason import Reason
from verification.sets.indicators import IndicatorSet


@dataclass(frozen=True)
class ToAskAgain:
    """A place of the register, the form it was last visited with, and what that version could not ask; uncleared."""

    facility_id: str
    form_id: str
    codes: tuple[str, ...]


@view
class PlaceToAskAgain:
    """A place, by its number, and what is to be asked there; `against` says why nobody can be sent."""

    facility_id: Cleared
    place: Cleared
    area: Cleared
    form_id: Cleared
    lacks: tuple[Cleared, ...]
    against: Cleared | None
    is_home: bool


@view
class AskAgain:
    """The first places to ask again, and how many there are."""

    places: tuple[PlaceToAskAgain, ...]
    found: int


Planned = Mapping[tuple[int, str], tuple[str, ...]]  # questions that are not published yet, by project and form


def to_ask_again(
    session: Session, here: JudgedPart, form_id: str | None = None, planned: Planned | None = None
) -> list[ToAskAgain]:
    """Find the places of an open part of a round that are to be asked again, by a form or by any.

    With `planned` also those that are to be once these questions are published.
    """
    if not here.is_open or here.round.state != OPEN:
        return []
    added = _added_since(session, here.round.project, planned or {})
    if not added:
        return []
    deciding = _deciding(here.indicators)
    latest = {visit.facility_id: visit for visit in session.execute(_visits(here))}
    found = []
    for visit in latest.values():
        codes = _missing(visit, added.get((visit.project, visit.form_id), ()), deciding)
        if codes and form_id in (None, visit.form_id) and visit.arrival == Arrival.OPEN:
            found.append(ToAskAgain(visit.facility_id, visit.form_id, codes))
    return found


def parts_to_ask_again(session: Session, form_id: str | None = None) -> Iterator[JudgedPart]:
    """Give the parts of open rounds that were visited with a form, or with any."""
    state = SubmissionState
    query = (
        select(state.round_id, state.district)
        .join(Form, Form.id == state.form_pk)
        .join(Round, Round.id == state.round_id)
        .where(Round.state == OPEN)
        .distinct()
        .order_by(state.round_id, state.district)
    )
    for round_id, district in session.execute(query if form_id is None else query.where(Form.form_id == form_id)):
        if round_id and district and (here := judged_part(session, round_id, district)) is not None:
            yield here


Added = Sequence[tuple[str, str | None, tuple[str, ...]]]  # version, the one before it, questions it added


def _added_since(session: Session, project: int | None, planned: Planned) -> Mapping[tuple[int, str], Added]:
    """Give what each version of a form added, in the order in which they were published."""
    query = select(FormChange).order_by(FormChange.id)
    if project is not None:
        query = query.where(FormChange.project == project)
    found: dict[tuple[int, str], list[tuple[str, str | None, tuple[str, ...]]]] = defaultdict(list)
    for one in session.scalars(query):
        found[one.project, one.form_id].append((one.version, one.before, FormChanges.of(one.what or {}).added))
    for form, questions in planned.items():
        if project in (None, form[0]):
            found[form].append(("", None, questions))
    return {form: rows for form, rows in found.items() if any(added for _, _, added in rows)}


def _missing(visit: Any, versions: Added, deciding: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """Name what decides at a visited place and came by a later version than the visit's own."""
    later = versions
    for number, (version, _, _) in enumerate(versions):
        if version == visit.form_version:
            later = versions[number + 1 :]
    added = dict.fromkeys(code for _, _, codes in later for code in codes)
    wanted = deciding.get(visit.kind or "", ())
    return tuple(code for code in added if code in wanted and code not in (visit.seen or {}))


def _deciding(rules: IndicatorSet) -> Mapping[str, Collection[str]]:
    """Name what decides at each kind of place, under any indicator."""
    found: dict[str, set[str]] = defaultdict(set)
    for indicator in rules.indicators:
        for kind in indicator.facility_kinds:
            asked = [criterion for criterion in indicator.criteria if criterion.asked_at(kind)]
            found[kind] |= what_decides(indicator.checks, asked)
    return found


def _visits(here: JudgedPart) -> Any:
    """Select the visits that count for a part to places of the register, in the order of their arrival at Central."""
    state = SubmissionState
    return (
        select(Form.project, Form.form_id, Submission.form_version, Visit.kind, Visit.arrival, Visit.seen,
               state.facility_id)
        .join_from(state, Form, Form.id == state.form_pk)
        .join(Submission, current_version())
        .join(Visit, Visit.submission_id == Submission.id)
        .where(state.round_id == here.round.id, state.district == here.part.district,
               state.facility_id.is_not(None), counts(round_id=here.round.id))
        .order_by(state.submitted_at, state.id)
    )  # fmt: skip


def places_to_ask_again(
    session: Session, here: JudgedPart, words: Catalogue, viewer: Viewer, form_id: str | None = None
) -> AskAgain:
    """Give the places as they may be shown; those that may be on no list are left out."""
    found = {one.facility_id: one for one in to_ask_again(session, here, form_id)}
    places = known_places(session, list(found))
    listed = {number: place for number, place in places.items() if unfit_for_phones(place) is None}
    texts = {code: one.text[words.language] for code, one in here.indicators.criteria.items()}
    clear = Clearance(words, next((place.names for place in listed.values()), {}), viewer)
    shown, on_the_way = [], _on_the_way(session, here, listed)
    for number, place in list(listed.items())[:MOST]:
        named, one = clear.place(place.place), found[number]
        against = clear.why(Reason("assignment_on_the_way")).sentence if number in on_the_way else None
        lacks = tuple(clear.ours(texts[code]) for code in one.codes)
        shown.append(PlaceToAskAgain(clear.id(number), named.label, named.area, clear.id(one.form_id), lacks, against,
                                     place.place.is_home))  # fmt: skip
    return AskAgain(tuple(shown), len(listed))


def _on_the_way(session: Session, here: JudgedPart, facilities: Iterable[str]) -> set[str]:
    """Name the places that somebody was asked to visit and is still to."""
    query = select(Assignment.facility_id).where(
        Assignment.round_id == here.round.id, Assignment.district == here.part.district, is_open()
    )
    return set(session.scalars(query)) & set(facilities)


def give_again(
    session: Session, here: JudgedPart, facilities: Sequence[str], wish: AssignmentWish, by: Account
) -> Done:
    """Send somebody once more to several of these places; the same wish twice is one. Raises NotAssigned, Forbidden."""
    values = read_for_all(session, here, facilities, wish, by)
    open_ones = {one.facility_id for one in to_ask_again(session, here)}
    chosen = [one for one in facilities if one in open_ones]
    on_the_way = _on_the_way(session, here, chosen)
    against = {one: Reason("assignment_on_the_way") if one in on_the_way else None for one in chosen}
    return give_each(session, here, against, wish, values, by)
