"""The pages of districts: all that are within reach, what waits in them, and one with its sums."""

from typing import Any

from flask import Blueprint, abort, request
from sqlalchemy.orm import Session

from server.db import snapshot
from server.desk.evidence import DeskEvidence, desk_evidence
from server.desk.waiting import count_asked, count_waiting
from server.disclosure.clearing import Clearance
from server.disclosure.viewer import Viewer, viewer_of
from server.districts import filter as filtering
from server.districts.claimed import claimed_indicator
from server.districts.listing import count_parts, listed_parts, listing_of, may_sort_by_stake, sums_by_province
from server.districts.summary import summary_of
from server.districts.waiting import what_waits
from server.feedback.views import VoiceShown, voices_about
from server.results.parts import JudgedPart
from server.results.parts import judged_part as part_of
from server.roles.table import Permission
from server.sync.freshness import freshness
from server.visits.queries import count_elsewhere
from server.web.guard import BY_ADDRESS, LISTED, account, needs
from server.web.listing import PAGE
from server.web.showing import show
from server.web.site import chosen_words, site
from server.words import Catalogue

blueprint = Blueprint("districts", __name__, template_folder="templates")


@blueprint.get("/")
@needs(Permission.OWN_ACCOUNT, LISTED)
def index() -> str:
    """List the districts' parts of all rounds that are not archived; count what is set aside and in none of them."""
    clear, project, by_stake = Clearance(chosen_words()), site().settings.project, may_sort_by_stake(account())
    wanted = filtering.read(request.args, by_stake=by_stake)
    with snapshot(site().engine) as session:
        sums = sums_by_province(session, account(), wanted, clear)
        facets = count_parts(session, account(), wanted)
        listing = listing_of(facets, wanted, sums, request.args.get(PAGE), clear, by_stake=by_stake)
        listed = listed_parts(session, account(), wanted, listing, clear)
        elsewhere = count_elsewhere(session, project) if account().may(Permission.SEE_ASIDE) else 0
        fresh = freshness(session, account(), project, clear)
    chosen = [one for one in sums if wanted.province in (None, one.code)]
    return show("districts.html", listing=listing, listed=listed, sums=chosen, elsewhere=elsewhere, fresh=fresh)


@blueprint.get("/menunggu")
@needs(Permission.OWN_ACCOUNT, LISTED)
def waiting_page() -> str:
    """List what waits for whoever asks, with the place where it is seen to."""
    clear = Clearance(chosen_words())
    with snapshot(site().engine) as session:
        settings = site().settings
        kinds = what_waits(session, account(), settings.project, clear, has_scanner=settings.clamd is not None)
        fresh = freshness(session, account(), site().settings.project, clear)
    return show("waiting.html", kinds=kinds, fresh=fresh)


@blueprint.get("/wilayah/<round_id>/<district>")
@needs(Permission.SEE_REPORT, BY_ADDRESS)
def district_page(round_id: str, district: str) -> Any:
    """Show a district's part of a round."""
    with snapshot(site().engine) as session:
        here = part_of(session, round_id, district) or abort(404)
        words, viewer = chosen_words().at(here.zone), _viewer(here)
        clear = Clearance(words, here.names)
        summary = summary_of(session, here, here.result, viewer, words) if here.result else None
        fresh = freshness(session, account(), site().settings.project, clear)
        titles, waiting = _titles(here, words), _at_the_desk(session, here)
    return show("district.html", words, summary=summary, fresh=fresh, **titles, **waiting)


@blueprint.get("/wilayah/<round_id>/<district>/indikator/<int:number>")
@needs(Permission.SEE_REPORT, BY_ADDRESS)
def indicator_page(round_id: str, district: str, number: int) -> Any:
    """Show what a district claims for an indicator."""
    with snapshot(site().engine) as session:
        here = part_of(session, round_id, district) or abort(404)
        words = chosen_words().at(here.zone)
        clear = Clearance(words, here.names, _viewer(here))
        indicator = claimed_indicator(session, here, number, words, clear) or abort(404)
        titles, desk = _titles(here, words), _desk(session, here, number, clear)
        said = _said_by_children(session, here, number, clear)
    return show("indicator.html", words, indicator=indicator, desk=desk, said_by_children=said, **titles)


def _at_the_desk(session: Session, here: JudgedPart) -> dict[str, int]:
    """Count what waits at the desk of documents for whoever looks: to be read or judged, to be replied to."""
    part, has_scanner = (here.round.id, here.part.district), site().settings.clamd is not None
    return {"desk_mine": count_waiting(session, account(), part, has_scanner=has_scanner) if here.is_open else 0,
            "desk_asked": count_asked(session, account(), part)}  # fmt: skip


def _desk(session: Session, here: JudgedPart, number: int, clear: Clearance) -> tuple[DeskEvidence, ...]:
    has_scanner = site().settings.clamd is not None
    return desk_evidence(session, here, number, account(), clear, has_scanner=has_scanner)


def _said_by_children(session: Session, here: JudgedPart, number: int, clear: Clearance) -> tuple[VoiceShown, ...]:
    """Give what children said of the kinds of places that an indicator is about, to whom their voice is told."""
    district, round_id = here.part.district, here.round.id
    if not account().may(Permission.SEE_VOICE, district, round_id):
        return ()
    kinds = here.indicators.by_number[number].facility_kinds
    return voices_about(session, round_id, district, kinds, clear)


def _viewer(here: JudgedPart) -> Viewer:
    return viewer_of(account(), here.part.district, here.round.id, is_open=here.is_open)


def _titles(here: JudgedPart, words: Catalogue) -> dict[str, Any]:
    clear, result = Clearance(words, here.names), here.result
    return {"round_id": clear.id(here.round.id), "district": clear.id(here.part.district),
            "round_name": clear.ours(here.round.name), "district_name": clear.area(here.part.district),
            "data_year": here.round.data_year, "law": clear.ours(here.indicators.law), "is_open": here.is_open,
            "computed_at": result.computed_at if result else None}  # fmt: skip
