"""The page on which it is decided where a visit belongs: all that was seen on it, and lines to choose from."""

from collections.abc import Sequence

from flask import abort, request, url_for
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from server.areas.queries import named
from server.audit.entries import Act, write_down
from server.db import snapshot, writing
from server.disclosure.clearing import Clearance
from server.disclosure.viewer import viewer_of
from server.facts.before import FactWish, Part, newest_of, readable
from server.facts.decided import Looks, line_choice, shown_history
from server.facts.deciding import LONGEST_WHY, why_closed
from server.facts.evidence import posted
from server.facts.history import as_decided
from server.facts.lines import FoundLine, called, lines_found, lines_known_by, nearest
from server.facts.shown import Tried, choices, shown_tried
from server.facts.tables import Fact
from server.facts.views import FactForm, FactsShown, Selectable, VisitShown
from server.facts.visits import FoundVisit, before_eyes_of_visit, visit_found
from server.forms.shown import Answers
from server.moments import CAPITAL, from_central
from server.results.tables import Result, VisitResult
from server.rounds.states import OPEN
from server.rounds.tables import Round, RoundPart
from server.submissions.tables import Attachment
from server.visits.history import VisitedVersion, versions_of_visits
from server.visits.photographs import photographs_of
from server.visits.shown import shown_pictures
from server.web.guard import account
from server.web.showing import show
from server.web.site import chosen_words, site
from verification.deciding.facts import WITHDRAWN, Whereto
from verification.deciding.states import State, standing
from verification.model import province_of, subdistrict_of

MOST_FOUND, MOST_NEAR = 20, 5


def visit_page(part: Part, state_id: int, tried: Tried | None = None) -> str:
    """Show a visit, to decide where it belongs; with a decision that was refused, as it was typed."""
    with snapshot(site().engine) as session:
        visit = visit_found(session, part, state_id) or abort(404)
        round_, row, result = session.execute(_part(part, state_id)).one_or_none() or abort(404)
        versions = versions_of_visits(session, [state_id], None, part.round_id, part.district)
        lines, found = _lines(session, part, result, versions[0])
        before = before_eyes_of_visit(session, part, state_id)
        history = readable(before.history, account(), part)
        pointed = {(fact.other["indicator"], fact.other["facility_id"]) for fact in history if fact.other}
        named_lines = lines_known_by(session, part.round_id, part.district, pointed) if pointed else {}
        looks = _looks(session, part, round_, row.state == OPEN, visit, [*lines, *found, *named_lines.values()])
        pictures = photographs_of(session, site().settings.project, [visit.state.instance_id])
        shown = _shown(part, visit, versions[0], result, lines, looks, pictures.get(visit.state.instance_id, ()))
        closed, state, at = why_closed(round_.state, row.state), _state(history, result), _seen_at(versions[0])
        about = (history, named_lines, before.names, state, visit.visited.place, None, looks)
        facts = FactsShown(
            state=looks.clear.ours(state.value), state_text=looks.clear.say(f"fact_state.{state}"), came=(),
            history=shown_history(*about),
            closed=looks.clear.why(closed).sentence if closed else None,
            form=None if closed else _form(part, state_id, posted(before.seen), history, found, at, looks, tried),
        )  # fmt: skip
    with writing(site().engine) as session:
        write_down(session, Act(account().label, "visit_seen", f"submission:{state_id}", part.district, part.round_id))
    return show("visit_decision.html", looks.words, visit=shown, facts=facts)


def _part(part: Part, state_id: int) -> Select[Round, RoundPart, VisitResult]:
    """Ask for a district's part of a round, with what was found out about the visit, if anything was."""
    judged = (VisitResult.result_id == Result.id) & (VisitResult.state_id == state_id)
    return (
        select(Round, RoundPart, VisitResult)
        .join(RoundPart, RoundPart.round_id == Round.id)
        .outerjoin(Result, (Result.round_id == RoundPart.round_id) & (Result.district == RoundPart.district))
        .outerjoin(VisitResult, judged)
        .where(Round.id == part.round_id, RoundPart.district == part.district)
    )


def _seen_at(version: VisitedVersion) -> tuple[float, float] | None:
    """Give where a visit was (lon, lat), to be set against claimed points; not of a home, whose point is not told."""
    return version.point[:2] if version.point and not version.place.is_home else None


def _lines(
    session: Session, part: Part, result: VisitResult | None, version: VisitedVersion
) -> tuple[Sequence[FoundLine], Sequence[FoundLine]]:
    """Give the lines that a visit belongs to now, and those to choose from: found by name, else considered.

    Where none was considered, the nearest of its kind are offered.
    """
    sought = request.args.get("cari", "").strip()[:100]
    considered = [number for number, _ in (result.considered or {}).get("lines", ())] if result else []
    own = list(result.lines) if result else []
    known = lines_found(session, part.round_id, part.district, [*own, *considered])
    lines = [known[number] for number in own if number in known]
    if sought:
        return lines, called(session, part.round_id, part.district, sought, MOST_FOUND)
    offered = [known[number] for number in considered if number in known]
    if not offered and (at := _seen_at(version)):
        near = nearest(session, (part.round_id, part.district), {*filter(None, version.kinds)}, at, MOST_NEAR)
        offered = [one for one in near if one.line_id not in own]
    return lines, offered


def _looks(
    session: Session, part: Part, round_: Round, is_open: bool, visit: FoundVisit, lines: Sequence[FoundLine]
) -> Looks:
    """Give who looks, with the names of the areas that are spoken of, in the district's own time."""
    villages = {line.claimed.village for line in lines}
    villages |= {visit.visited.place.village} if visit.visited.place.village else set()
    province = province_of(part.district)
    codes = {*villages, *map(subdistrict_of, villages), part.district, province}
    areas = named(session, round_.areas_id, codes)
    words = chosen_words().at((areas[province].zone if province in areas else None) or CAPITAL)
    viewer = viewer_of(account(), part.district, part.round_id, is_open=is_open)
    names = {code: area.name for code, area in areas.items()}
    return Looks(account(), viewer, words, Clearance(words, names, viewer))


def _state(history: Sequence[Fact], result: VisitResult | None) -> State:
    stands = standing(map(as_decided, history))
    reopened = result is not None and stands.in_force is not None and result.reopened_id == stands.in_force.number
    return State.REOPENED if reopened else stands.state


def _shown(
    part: Part, visit: FoundVisit, version: VisitedVersion, result: VisitResult | None, lines: Sequence[FoundLine],
    looks: Looks, files: Sequence[Attachment],
) -> VisitShown:  # fmt: skip
    clear, state = looks.clear, visit.state
    place = version.place
    hidden = place.is_home or not looks.viewer.photographs
    named_ = clear.place(place)
    return VisitShown(
        state_id=state.id, round_id=clear.id(part.round_id), district=clear.id(part.district),
        district_name=clear.area(part.district), form_id=clear.id(version.form_id), root_id=clear.id(state.root_id),
        place=clear.joined(named_.label, named_.area) if version.facility_id else clear.home(place), day=state.day,
        received_at=from_central(state.submitted_at), arrival=clear.say(f"arrival.{version.arrival}"),
        mode=clear.say(f"mode.{version.mode}"), pictures=() if hidden else shown_pictures(files, clear),
        answers=Answers(clear, looks.words, place, version.project, visit.visited.village).shown(
            version.words, version.answers or {}),
        lines=tuple(line_choice(clear, line, 0, _seen_at(version)) for line in lines),
        reopened=result is not None and result.reopened_id is not None,
        sought=clear.own(request.args.get("cari", "")[:100]),
    )  # fmt: skip


def _form(
    part: Part, state_id: int, seen: str, history: Sequence[Fact], found: Sequence[FoundLine],
    at: tuple[float, float] | None, looks: Looks, tried: Tried | None,
) -> FactForm:  # fmt: skip
    clear, wish = looks.clear, tried.wish if tried else FactWish()
    undo = standing(map(as_decided, history)).state is State.DECIDED
    offered = [*Whereto, *([WITHDRAWN] if undo else [])]
    others: tuple[Selectable, ...] = tuple(line_choice(clear, one, wish.other, at) for one in found)
    address = url_for("facts.send_visit", round_id=part.round_id, district=part.district, state_id=state_id,
                      lang=looks.words.language, cari=request.args.get("cari") or None)  # fmt: skip
    return FactForm(
        address=clear.ours(address), uuid=clear.id(wish.uuid), seen=clear.ours(seen), newest=newest_of(history),
        outcomes=choices(clear, "visit_choice", offered, wish.outcome), criteria=(), others=others, two=None,
        tried=shown_tried(clear, tried), longest_why=LONGEST_WHY,
        row=clear.own(""),
    )  # fmt: skip
