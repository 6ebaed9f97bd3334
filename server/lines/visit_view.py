"""The visits to a claimed place, as its page shows them: each with its point, photographs, answers and versions."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from math import hypot
from typing import Any

from server.disclosure.cleared import Cleared
from server.disclosure.clearing import Clearance
from server.disclosure.places import UnclearedPlace
from server.disclosure.viewer import Viewer
from server.forms.shown import Answers
from server.lines.drawing import draw, offset_m
from server.lines.evidence import LineEvidence
from server.lines.views import PointView, VisitOfLine
from server.moments import from_central
from server.results.tables import LineResult
from server.rulebook import load_rules
from server.submissions.standing import Standing
from server.submissions.tables import Attachment
from server.visits.history import VisitedVersion
from server.visits.shown import (
    FlagShown,
    Picture,
    shown_elsewhere,
    shown_flags,
    shown_pictures,
    shown_versions,
)
from server.words import Catalogue
from verification.places.distance import distance_m
from verification.reading.circumstances import circumstances
from verification.reading.moment import made_at

JUDGED, LATER, EARLIER, BESIDE, CONSIDERED = "judged", "later", "earlier", "beside", "considered"


class VisitViews:
    """Builds what is shown of the visits of one line."""

    def __init__(self, evidence: LineEvidence, place: UnclearedPlace, words: Catalogue, viewer: Viewer) -> None:
        self._evidence, self._place, self._words, self._viewer = evidence, place, words, viewer
        self._clear = Clearance(words, evidence.names, viewer)
        found = evidence.found
        self._judged = found.state_id if found else None
        kept = (found.considered if found else None) or {}
        self._earlier, self._later = ({*map(int, kept.get(which, []))} for which in (EARLIER, LATER))

    def all(self) -> tuple[VisitOfLine, ...]:
        """Give the visits: the one that the line was judged by, those to the same place, those that were considered.

        Among each those that were made last come first.
        """
        order = [JUDGED, LATER, EARLIER, BESIDE, CONSIDERED]
        by_visit = [list(rows) for _, rows in groupby(self._evidence.visits, key=lambda one: one.state_id)]
        by_visit.sort(key=lambda rows: _made_at(_current(rows)), reverse=True)
        return tuple(sorted(map(self._visit, by_visit), key=lambda one: order.index(one.relation)))

    def belongs(self, one: VisitedVersion) -> bool:
        """Tell whether it is a visit to this line, not only one that might be."""
        return self._relation(one) != CONSIDERED

    def _relation(self, one: VisitedVersion) -> str:
        if one.state_id == self._judged:
            return JUDGED
        if one.state_id in self._earlier:
            return LATER if one.state_id in self._later else EARLIER
        return BESIDE if one.facility_id == self._evidence.line.facility_id else CONSIDERED

    def _visit(self, versions: Sequence[VisitedVersion]) -> VisitOfLine:
        one, clear = _current(versions), self._clear
        relation, belongs, form = self._relation(one), self.belongs(one), one.words
        place = self._place if belongs else one.place
        answers = Answers(clear, self._words, place, one.project, self._evidence.names.get(place.village or ""))
        sender = clear.ours(one.submitter) if one.submitter and clear.sees_visitors() else None
        return VisitOfLine(
            state_id=one.state_id,
            relation=clear.ours(relation), form_id=clear.id(one.form_id), root_id=clear.id(one.root_id), day=one.day,
            received_at=from_central(one.submitted_at), sender=sender,
            arrival=clear.say(f"arrival.{one.arrival}"), mode=clear.say(f"mode.{one.mode}"),
            standing=clear.say(f"standing.{one.standing}"), counts=one.standing == Standing.COUNTS,
            probability=self._evidence.considered_visits.get(one.state_id),
            point=self._point(one) if belongs else None,
            pictures=self._pictures(one) if belongs else (),
            answers=answers.shown(form, one.answers or {}) if belongs else (),
            circumstances=self._circumstances(one) if belongs else (),
            flags=self._flags(one) if belongs else (),
            without_words=form is None and bool(one.answers) and clear.sees_answers(),
            versions=tuple(shown_versions(versions, answers, clear)) if belongs and len(versions) > 1 else (),
        )  # fmt: skip

    def _pictures(self, one: VisitedVersion) -> tuple[Picture, ...]:
        if self._place.is_home or not self._viewer.photographs:
            return ()
        return shown_pictures(self._evidence.photographs.get(one.instance_id, ()), self._clear)

    def _flags(self, one: VisitedVersion) -> tuple[FlagShown, ...]:
        signs = shown_flags(one.flags, self._clear, self._alike(one), self._evidence.signs_lead_to)
        elsewhere = () if self._place.is_home else self._evidence.elsewhere.get(one.instance_id, ())
        return (*signs, *shown_elsewhere(elsewhere, self._clear))

    def _alike(self, one: VisitedVersion) -> Mapping[str, Sequence[Attachment]]:
        if self._place.is_home or not self._viewer.photographs:
            return {}
        return self._evidence.same_photographs.get(one.instance_id, {})

    def _circumstances(self, one: VisitedVersion) -> tuple[Cleared, ...]:
        if not self._clear.sees_answers():
            return ()
        return tuple(self._clear.why(reason).sentence for reason in circumstances(one.answers or {}))

    # ── where it was

    def judged_point(self, found: LineResult) -> PointView | None:
        """Give where the visit was that the line was judged by; the numbers are the result's, also once the point is
        gone.
        """
        one = next((v for v in self._evidence.visits if v.state_id == self._judged and v.is_current), None)
        if found.distance_m is None:
            return self._point(one) if one else None
        return self._point_view(one, found.distance_m, found.error_m, found.at_place)

    def _point(self, one: VisitedVersion) -> PointView | None:
        line = self._evidence.line
        if one.point is None or line.lon is None or line.lat is None:
            return None
        lon, lat, accuracy = one.point
        error = hypot((accuracy or 0) * self._location("accuracy_to_r95"), line.half_cell_m or 0) if accuracy else None
        return self._point_view(one, distance_m(lon, lat, line.lon, line.lat), error, None)

    def _point_view(
        self, one: VisitedVersion | None, distance: float, error: float | None, at_place: float | None
    ) -> PointView:
        line, seen = self._evidence.line, (one.point if one else None) or (None, None, None)
        offset = None
        if line.lon is not None and line.lat is not None and (metres := offset_m((line.lon, line.lat), seen)):
            offset = self._clear.offset(self._place, metres)
        allowance, half_cell = self._allowance(), line.half_cell_m
        return PointView(
            distance_m=distance, error_m=error, at_place=at_place, allowance_m=allowance,
            wanted=self._location("at_place_probability"), accuracy_m=seen[2], half_cell_m=half_cell,
            drawing=draw(offset, seen[2], half_cell or 0, allowance, self._location("accuracy_to_r95")),
        )  # fmt: skip

    def _location(self, name: str) -> float:
        """Give a number of the rules that the result was computed by, where they have it."""
        kept: Any = self._evidence.result.rules if self._evidence.result else {}
        return float(kept.get("location", {}).get(name) or getattr(load_rules().location, name))

    def _allowance(self) -> float:
        return float(load_rules().kinds[self._evidence.line.kind].allowance_m)


def _current(versions: Sequence[VisitedVersion]) -> VisitedVersion:
    return next((one for one in versions if one.is_current), versions[0])


def _made_at(one: VisitedVersion) -> datetime:
    return made_at(one.began_at, from_central(one.submitted_at))
