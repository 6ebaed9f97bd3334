"""The map of a district: drawn on the server for whoever has no JavaScript and for paper, and its data for the script.

Browsers keep the data and ask before they show it again; the mark they ask with is made of what is in it and for whom.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, request, url_for
from sqlalchemy.orm import Session

from server.areas.queries import names_within
from server.db import snapshot
from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.disclosure.viewer import Viewer, viewer_of
from server.lines.filter import NAMES, OUTCOMES, LineFilter, read
from server.map.data import Data, marks_data, outlines_data
from server.map.frame import Box
from server.map.grouping import grouped
from server.map.outlines import FOR_A_PAGE, FOR_ZOOMING, outlines_of
from server.map.places import Counted, count_on_the_map, places_on_the_map
from server.map.svg import Links, Sheet, draw_map, few_marks
from server.results.tables import Result
from server.results.verifying import result_of
from server.roles.table import Permission
from server.rounds.rules import indicators_of
from server.rounds.tables import Round
from server.rulebook import load_kinds
from server.web.guard import BY_ADDRESS, account, needs
from server.web.kept import A_MOMENT, Kept
from server.web.showing import show
from server.web.site import chosen_words, site
from verification.model import Level, level_of
from verification.places.kinds import Shown
from verification.sets.indicators import IndicatorSet

blueprint = Blueprint("map", __name__, template_folder="templates")
OUTLINES = "batas"  # the part of the data that does not change with what is asked for
_COMPRESSED = "gzip"
_marks = Kept[Data](40, A_MOMENT)  # of a large district 800 kB each


@dataclass(frozen=True)
class _Mapped:
    """A district that has a map: its round's areas, its result, and who looks at it."""

    district: str
    areas_id: int
    result: Result
    names: Mapping[str, str]
    viewer: Viewer
    wanted: LineFilter
    indicators: IndicatorSet  # as the round has them

    @property
    def clear(self) -> Clearance:
        """What clears for whoever looks."""
        return Clearance(chosen_words(), self.names, self.viewer)


@view
class MapView:
    """A district's map in words: whose it is, what is asked for, and how many places are drawn, and are not."""

    round_id: Cleared
    round_name: Cleared
    district: Cleared
    name: Cleared
    drawn: int
    without_point: int
    asked: Mapping[str, Cleared]
    not_understood: bool
    indicators: Mapping[str, Cleared]
    outcomes: Mapping[str, Cleared]
    subdistricts: Mapping[str, Cleared]
    kinds: Mapping[str, Cleared]


@blueprint.get("/wilayah/<round_id>/<district>/peta")
@needs(Permission.SEE_REPORT, BY_ADDRESS)
def map_page(round_id: str, district: str) -> str:
    """Show the map."""
    words = chosen_words()
    with snapshot(site().engine) as session:
        in_round = session.get(Round, round_id) or abort(404)
        mapped = _find(session, in_round, district)
        asked = mapped.wanted, mapped.clear, mapped.viewer
        counted = count_on_the_map(session, mapped.result, *asked)
        marks = few_marks(session, mapped.result.id, *asked, counted)
        outlines = outlines_of(session, mapped.areas_id, district, FOR_A_PAGE)
    drawing = draw_map(outlines, counted, marks, Sheet(district, mapped.wanted.subdistrict), _links(mapped, round_id),
                       mapped.clear, words)  # fmt: skip
    groups = grouped(counted.drawn, outlines.middles, mapped.clear)
    return show("map.html", place=_view(mapped, in_round, counted), map=drawing, groups=groups)


@blueprint.get("/wilayah/<round_id>/<district>/peta.json")
@needs(Permission.SEE_REPORT, BY_ADDRESS)
def map_data(round_id: str, district: str) -> Response:
    """Give what the map's script draws: the places that are wanted or, asked for by `bagian`, the outlines."""
    with snapshot(site().engine) as session:
        in_round = session.get(Round, round_id) or abort(404)
        mapped = _find(session, in_round, district)
        outlines = outlines_of(session, mapped.areas_id, district, FOR_ZOOMING)
        if not outlines.villages:
            abort(404)  # nothing to draw on
        if request.args.get("bagian") == OUTLINES:
            return _kept_by_asking(Data(outlines_data(outlines, mapped.clear)))
        box = outlines.box()
        # nothing but these decides what the script is given
        key = (mapped.result.stamp, box, mapped.wanted, mapped.viewer, chosen_words().language)
        return _kept_by_asking(_marks.of(session, key, lambda: _marks_of(session, mapped, box)))


def _marks_of(session: Session, mapped: _Mapped, box: Box) -> Data:
    found = places_on_the_map(session, mapped.result.id, mapped.wanted, mapped.clear, mapped.viewer)
    return Data(marks_data(found, box))


def _find(session: Session, in_round: Round, district: str) -> _Mapped:
    result = result_of(session, in_round.id, district) or abort(404)
    viewer, wanted = viewer_of(account(), district, in_round.id), read(request.args)
    wanted = wanted.without(*wanted.unknown_to(viewer))
    names = names_within(session, in_round.areas_id, district)
    return _Mapped(district, in_round.areas_id, result, names, viewer, wanted, indicators_of(session, in_round))


def _links(mapped: _Mapped, round_id: str) -> Links:
    here: dict[str, Any] = {"round_id": round_id, "district": mapped.district, "lang": chosen_words().language}

    def narrowed(subdistrict: str) -> str:
        return url_for(".map_page", **here | mapped.wanted.args() | {NAMES["subdistrict"]: subdistrict})

    return Links(
        lambda mark: url_for("lines.line_page", line_id=mark.line, **here),
        lambda group: narrowed(group.code) if level_of(group.code) is Level.SUBDISTRICT else None,
    )


def _view(mapped: _Mapped, in_round: Round, counted: Counted) -> MapView:
    clear, language = mapped.clear, chosen_words().language
    listed = [one for one in mapped.indicators.indicators if one.facility_kinds]
    openly = [kind.code for kind in load_kinds().by_code.values() if kind.shown is Shown.OPENLY]
    return MapView(
        round_id=clear.id(in_round.id),
        round_name=clear.ours(in_round.name),
        district=clear.id(mapped.district),
        name=clear.area(mapped.district),
        drawn=counted.drawn.total(),
        without_point=counted.without_point,
        asked={name: clear.own(value) for name, value in mapped.wanted.args().items()},
        not_understood=bool(mapped.wanted.unknown),
        indicators={str(one.number): clear.ours(f"{one.number}. {one.name[language]}") for one in listed},
        outcomes={code: clear.say(f"outcome.{code}") for code in OUTCOMES},
        subdistricts={code: clear.area(code) for code in sorted(mapped.names) if level_of(code) is Level.SUBDISTRICT},
        kinds={code: clear.say(f"kind.{code}") for code in openly},
    )


def _kept_by_asking(data: Data) -> Response:
    """Let a browser keep what it was given, for whom it was given, and use it again only after asking.

    It is compressed: it holds no secret, and repeats nothing that was asked. Pages hold the token of their forms.
    """
    mark = hashlib.sha256(account().label.encode() + b" " + data.digest).hexdigest()
    if request.if_none_match.contains_weak(mark):
        response = Response(status=304)
    else:
        wants_less = bool(request.accept_encodings[_COMPRESSED])
        response = Response(data.compressed if wants_less else data.content, mimetype="application/json")
        if wants_less:
            response.content_encoding = _COMPRESSED
    response.headers["Cache-Control"] = "private, no-cache"
    response.vary.update(("Cookie", "Accept-Encoding"))
    response.set_etag(mark, weak=True)
    return response
