"""Teams of a round, and ties: made and ended by who manages them; one's own ties declared by oneself."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.db import HIGHEST_KEY, snapshot, writing
from server.disclosure.clearing import Clearance
from server.people.listing import person_called
from server.people.managing import NotMade, managed
from server.register.tables import Facility
from server.roles.account import NotGiven
from server.roles.picking import DISTRICTS, picked_area, picked_districts
from server.roles.table import Permission
from server.roles.teams import declare_tie, end_team, end_tie, join, leave, make_team, set_districts
from server.roles.views import ShownTeam, rounds_to_choose, shown_ties, teams_managed
from server.web.forms import gone, number, typed
from server.web.guard import LISTED, LOOKED_UP, WHOLE, account, must_be_within, needs
from server.web.showing import show
from server.web.site import chosen_words, site
from verification.reason import Reason

blueprint = Blueprint("roles", __name__, template_folder="templates")
_TEAM = f"/tim/<int(max={HIGHEST_KEY}):team_id>"
_TIES = f"/orang/<int(max={HIGHEST_KEY}):person_id>/benturan"
_HOME_CODE = 8  # signs of a place's number in the register, as printed lists have it


@blueprint.route("/tim", methods=["GET", "POST"])
@needs(Permission.MANAGE_TEAMS, LISTED)
def teams_page() -> Any:
    """List the teams within reach; make one."""
    if request.method == "GET":
        return _teams()
    try:
        with writing(site().engine) as session:
            districts = picked_districts(session, typed("districts"))
            team = make_team(session, account(), typed("round"), typed("name"), districts)
            return gone(_at_team(team.id), "notice.team_made")
    except NotGiven as refused:
        return _teams(refused.reason)


@blueprint.get(_TEAM)
@needs(Permission.MANAGE_TEAMS, LOOKED_UP)
def team_page(team_id: int) -> Any:
    """Show a team: its districts and members."""
    return _team(team_id)


@blueprint.post(f"{_TEAM}/wilayah")
@needs(Permission.MANAGE_TEAMS, LOOKED_UP)
def change_districts(team_id: int) -> Any:
    """Say which districts a team verifies."""

    def make(session: Session) -> Any:
        set_districts(session, account(), team_id, picked_districts(session, typed("districts")))
        return gone(_at_team(team_id), "notice.districts_set")

    return _change(team_id, make)


@blueprint.post(f"{_TEAM}/anggota")
@needs(Permission.MANAGE_TEAMS, LOOKED_UP)
def add_member(team_id: int) -> Any:
    """Make somebody a member of a team, or its lead."""

    def make(session: Session) -> Any:
        person_id = person_called(session, typed("who"))
        if person_id is None:
            raise NotGiven("person_not_known")
        join(session, account(), team_id, person_id, leads="leads" in request.form)
        return gone(_at_team(team_id), "notice.member_added")

    return _change(team_id, make)


@blueprint.post(f"{_TEAM}/keluar")
@needs(Permission.MANAGE_TEAMS, LOOKED_UP)
def drop_member(team_id: int) -> Any:
    """Take somebody out of a team."""

    def make(session: Session) -> Any:
        leave(session, account(), team_id, number("person"))
        return gone(_at_team(team_id), "notice.member_dropped")

    return _change(team_id, make)


@blueprint.post(f"{_TEAM}/bubar")
@needs(Permission.MANAGE_TEAMS, LOOKED_UP)
def dissolve(team_id: int) -> Any:
    """Dissolve a team, once it is said that this is meant."""

    def make(session: Session) -> Any:
        if "sure" not in request.form:
            raise NotGiven("end_not_sure")
        end_team(session, account(), team_id)
        return gone(url_for(".teams_page", lang=chosen_words().language), "notice.team_ended")

    return _change(team_id, make)


@blueprint.route("/benturan", methods=["GET", "POST"])
@needs(Permission.OWN_ACCOUNT, WHOLE)
def own_ties() -> Any:
    """Show one's own ties; declare one."""
    me = account().person_id or 0
    if request.method == "GET":
        return _own_ties(me)
    try:
        with writing(site().engine) as session:
            _declare(session, me)
    except NotGiven as refused:
        return _own_ties(me, refused.reason)
    return gone(url_for(".own_ties", lang=chosen_words().language), "notice.tie_declared")


@blueprint.post(_TIES)
@needs(Permission.MANAGE_PEOPLE, LOOKED_UP)
def tie_of_another(person_id: int) -> Any:
    """Declare a tie for somebody within reach."""
    return _change_ties(person_id, lambda session: _declare(session, person_id), "notice.tie_declared")


@blueprint.post(f"{_TIES}/akhiri")
@needs(Permission.MANAGE_PEOPLE, LOOKED_UP)
def end_tie_of_another(person_id: int) -> Any:
    """End a tie of somebody within reach; never one's own."""
    return _change_ties(
        person_id, lambda session: end_tie(session, account(), number("tie"), person_id), "notice.tie_ended"
    )


def _change_ties(person_id: int, make: Callable[[Session], None], notice: str) -> Any:
    there = url_for("people.person_page", person_id=person_id, lang=chosen_words().language)
    try:
        with snapshot(site().engine) as session:
            managed(session, account(), person_id)
        must_be_within(Permission.MANAGE_PEOPLE, is_within=True)
        with writing(site().engine) as session:
            make(session)
    except NotMade:
        abort(404)
    except NotGiven as refused:
        page = show("refused.html", refused=Clearance(chosen_words()).why(refused.reason), person_id=person_id)
        return page, 400
    return gone(there, notice)


def _declare(session: Session, person_id: int) -> None:
    district = picked_area(session, typed("district"), DISTRICTS)
    declare_tie(session, account(), person_id, district, typed("why"), _place(session, typed("place"), district))


def _place(session: Session, typed: str, district: str) -> str | None:
    """Find a place of a district by the code that printed lists have. Raises NotGiven."""
    code = typed.strip().lower()
    if not code:
        return None
    query = select(Facility.id).where(Facility.id.startswith(code, autoescape=True),
                                      Facility.village.startswith(f"{district}.")).limit(2)  # fmt: skip
    found = session.scalars(query).all() if len(code) >= _HOME_CODE else []
    if len(found) != 1:
        raise NotGiven("tie_place_unknown")
    return found[0]


def _look_up(team_id: int) -> ShownTeam:
    """Find a team within reach; one that is not there is answered as one beyond it. Raises Forbidden."""
    with snapshot(site().engine) as session:
        found = teams_managed(session, account(), Clearance(chosen_words()), only=team_id)
    if not found:
        abort(404)
    must_be_within(Permission.MANAGE_TEAMS, is_within=True)
    return found[0]


def _change(team_id: int, make: Callable[[Session], Any]) -> Any:
    _look_up(team_id)
    try:
        with writing(site().engine) as session:
            return make(session)
    except NotGiven as refused:
        return _team(team_id, refused.reason)


def _team(team_id: int, refused: Reason | None = None) -> Any:
    clear = Clearance(chosen_words())
    page = show("team.html", team=_look_up(team_id), refused=clear.why(refused) if refused else None)
    return page, 400 if refused else 200


def _teams(refused: Reason | None = None) -> Any:
    clear = Clearance(chosen_words())
    with snapshot(site().engine) as session:
        teams, rounds = teams_managed(session, account(), clear), rounds_to_choose(session, clear)
    page = show("teams.html", teams=teams, rounds=rounds, name=clear.own(typed("name")),
                districts=clear.own(typed("districts")), refused=clear.why(refused) if refused else None)  # fmt: skip
    return page, 400 if refused else 200


def _own_ties(me: int, refused: Reason | None = None) -> Any:
    clear = Clearance(chosen_words())
    with snapshot(site().engine) as session:
        ties = shown_ties(session, me, clear)
    district, place, why = (clear.own(typed(name)) for name in ("district", "place", "why"))
    page = show("ties.html", ties=ties, district=district, place=place, why=why,
                refused=clear.why(refused) if refused else None)  # fmt: skip
    return page, 400 if refused else 200


def _at_team(team_id: int) -> str:
    return url_for(".team_page", team_id=team_id, lang=chosen_words().language)
