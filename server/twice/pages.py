"""Places that were visited twice: what the teams of a round answer differently there, for who leads verification."""

from flask import Blueprint, Response, abort, request
from sqlalchemy.orm import Session

from server.audit.entries import Act, write_down
from server.db import snapshot, writing
from server.disclosure.cleared import ClearedValues
from server.disclosure.clearing import Clearance
from server.roles.table import Permission
from server.rounds.tables import Round
from server.twice.views import AT_ONCE, PairFilter, RoundOffered, Telling, rounds_offered
from server.twice.written import head, rows
from server.web import asked
from server.web.guard import LISTED, account, needs
from server.web.listing import CSV, download
from server.web.showing import show
from server.web.site import chosen_words, site
from verification.judging.twice import Sort

blueprint = Blueprint("twice", __name__, template_folder="templates")
_ROUND = "putaran"  # in an address


@blueprint.get("/kunjungan-kedua")
@needs(Permission.SEE_SECOND_VISITS, LISTED)
def second_visits() -> str:
    """Count what differs by team and question; or list the pairs that a count is of."""
    clear, wanted = Clearance(chosen_words()), _wanted()
    with snapshot(site().engine) as session:
        rounds = rounds_offered(session, account())
        found = _chosen(rounds)
        told = _telling(session, found) if found else None
        summed = told.summed() if told and wanted == PairFilter() else None
        pairs = told.pairs(wanted, asked.number(request.args.get("dari", "")) or 0) if told and not summed else None
    offered = [RoundOffered(clear.id(one.id), clear.ours(one.name)) for one in rounds]
    chosen = clear.id(found.id) if found else None
    typed = {"tim": wanted.team, "jenis": wanted.sort, "soal": wanted.question}
    args = ClearedValues((name, clear.own(value)) for name, value in typed.items() if value)
    return show("second_visits.html", rounds=offered, chosen=chosen, summed=summed, pairs=pairs, args=args,
                at_once=AT_ONCE)  # fmt: skip


@blueprint.get("/kunjungan-kedua.csv")
@needs(Permission.SEE_SECOND_VISITS, LISTED)
def second_visits_as_csv() -> Response:
    """Give the same counts, by team, as a file: no place is in it."""
    words = chosen_words()
    with snapshot(site().engine) as session:
        found = _chosen(rounds_offered(session, account()))
        told = [*rows(_telling(session, found).summed(), words)] if found else []
        name = f"tilik-{found.id}-kunjungan-kedua" if found else "tilik-kunjungan-kedua"
        about = f"round:{found.id}" if found else ""
    with writing(site().engine) as session:
        write_down(session, Act(account().label, "second_visits_exported", about))
    return download(CSV, name, head(words), told, words)


def _telling(session: Session, found: Round) -> Telling:
    return Telling(session, account(), found, chosen_words())


def _chosen(rounds: list[Round]) -> Round | None:
    """Find the round that is asked for, else the newest; 404 where it is out of reach, or none."""
    if (asked_for := request.args.get(_ROUND)) is None:
        return rounds[0] if rounds else None
    return next((one for one in rounds if one.id == asked_for), None) or abort(404)


def _wanted() -> PairFilter:
    team, sort, question = (request.args.get(name, "") for name in ("tim", "jenis", "soal"))
    is_team = team == "0" or asked.number(team) is not None
    return PairFilter(team if is_team else "", sort if sort in set(Sort) else "", asked.code(question) or "")
