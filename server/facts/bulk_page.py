"""The page for deciding about several lines at once: a preview that lists them, and what became of it."""

from collections.abc import Sequence
from typing import Any

from flask import abort, request, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.areas.queries import named
from server.audit.entries import Act, write_down
from server.db import snapshot, writing
from server.disclosure.clearing import Clearance
from server.disclosure.viewer import Viewer, viewer_of
from server.facts.before import NotThere, Part, Refused, before_eyes_of, new_uuid
from server.facts.bulk import MOST, OUTCOMES, BulkDone, BulkWish, decide_several, mark_of
from server.facts.decided import Looks, said_of
from server.facts.deciding import LONGEST_WHY, why_closed
from server.facts.lines import FoundLine, lines_found
from server.facts.shown import choices
from server.facts.views import BulkLine, BulkShown, LeftOut
from server.lines.filter import over_lines, read
from server.results.tables import LineResult
from server.results.verifying import result_of
from server.roles.table import Permission
from server.rounds.states import OPEN
from server.rounds.tables import Round, RoundPart
from server.web import asked
from server.web.forms import typed
from server.web.guard import BY_ADDRESS, account, needs
from server.web.showing import show
from server.web.site import chosen_words, site
from verification.model import subdistrict_of


@needs(Permission.DECIDE_FACTS, BY_ADDRESS)
def bulk_page(round_id: str, district: str) -> str:
    """List the lines that would be decided about, before anything is done."""
    return _preview(Part(round_id, district))


@needs(Permission.DECIDE_FACTS, BY_ADDRESS)
def bulk_act(round_id: str, district: str) -> Any:
    """Decide about the lines that were ticked; tell which were left out, and why."""
    part = Part(round_id, district)
    outcome, why, uuid = (typed(name) for name in ("outcome", "why", "uuid"))
    wish = BulkWish(outcome, why, uuid, _ticked())
    try:
        with writing(site().engine) as session:
            done = decide_several(session, part, wish, account())
            return _result(session, part, done)
    except NotThere:
        abort(404)
    except Refused as refused:
        return _preview(part, wish, refused), 400


def _ticked() -> dict[int, str]:
    """Read which lines were ticked, with what the page showed of each."""
    numbers = filter(None, map(asked.number, request.form.getlist("line")))
    return {number: request.form.get(f"shown-{number}", "") for number in numbers}


def _preview(part: Part, wish: BulkWish | None = None, refused: Refused | None = None) -> str:
    with snapshot(site().engine) as session:
        round_ = session.get(Round, part.round_id) or abort(404)
        row = session.get(RoundPart, (part.round_id, part.district)) or abort(404)
        wanted, total = list(wish.shown)[:MOST] if wish and wish.shown else None, None
        if wanted is None:
            viewer = viewer_of(account(), part.district, part.round_id, is_open=row.state == OPEN)
            wanted, total = _wanted(session, part, viewer)
        lines = lines_found(session, part.round_id, part.district, wanted)
        found = [lines[number] for number in wanted if number in lines]
        eyes = before_eyes_of(session, part, found)
        looks = _looks(session, part, round_, row.state == OPEN, found)
        closed = why_closed(round_.state, row.state)
        clear = looks.clear
        shown = BulkShown(
            round_id=clear.id(part.round_id), district=clear.id(part.district), district_name=clear.area(part.district),
            lines=tuple(_line(one, eyes[one.line_id].seen, mark_of(eyes[one.line_id], looks.by, part), wish, clear)
                        for one in found),
            total=len(found) if total is None else total, most=MOST,
            outcomes=choices(clear, "fact_choice", OUTCOMES, wish.outcome if wish else ""),
            uuid=clear.id(wish.uuid if wish and refused and wish.uuid else new_uuid()),
            why=clear.own(wish.why if wish else ""),
            refused=clear.why(refused.reason).sentence if refused else None,
            field=clear.ours(refused.field if refused else ""), longest_why=LONGEST_WHY,
            closed=clear.why(closed).sentence if closed else None, page=_page(),
            address=clear.ours(url_for("facts.bulk_act", round_id=part.round_id, district=part.district,
                                       lang=looks.words.language)),
        )  # fmt: skip
    with writing(site().engine) as session:
        write_down(session, Act(account().label, "lines_listed", f"report:{part.round_id}/{part.district}",
                                part.district, part.round_id))  # fmt: skip
    return show("bulk.html", looks.words, bulk=shown)


def _page() -> int:
    page = request.args.get("hal", 1, type=int)
    return page if 0 < page < 10_000 else 1


def _wanted(session: Session, part: Part, viewer: Viewer) -> tuple[list[int], int]:
    """Number the lines to list: those that the address names, else those that its filter wants; and how many in all."""
    start = (_page() - 1) * MOST
    if said := list(filter(None, map(asked.number, dict.fromkeys(request.args.getlist("baris"))))):
        return said[start : start + MOST], len(said)
    result = result_of(session, part.round_id, part.district)
    if result is None or "baris" in request.args:
        return [], 0
    wanted = read(request.args)
    query = wanted.apply(over_lines(result.id, LineResult.line_id), viewer)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    return list(session.scalars(wanted.ordered(query).limit(MOST).offset(start))), total


def _line(line: FoundLine, seen: Sequence[Any], mark: str, wish: BulkWish | None, clear: Clearance) -> BulkLine:
    named_, row = clear.place(line.place), line.row
    decided = row is not None and row.fact_id is not None
    return BulkLine(
        line_id=line.line_id, label=named_.label, area=named_.area, indicator=line.indicator,
        outcome=said_of(clear, row.outcome, decided=decided) if row else clear.say("index.not_verified"),
        decided=decided, visits=len(seen),
        files=sum(len(one.files) for one in seen),
        mark=clear.id(mark), ticked=line.line_id in wish.shown if wish else "baris" in request.args,
    )  # fmt: skip


def _looks(session: Session, part: Part, round_: Round, is_open: bool, lines: Sequence[FoundLine]) -> Looks:
    villages = {line.claimed.village for line in lines}
    areas = named(session, round_.areas_id, {*villages, *map(subdistrict_of, villages), part.district})
    viewer, words = viewer_of(account(), part.district, part.round_id, is_open=is_open), chosen_words()
    clear = Clearance(words, {code: area.name for code, area in areas.items()}, viewer)
    return Looks(account(), viewer, words, clear)


def _result(session: Session, part: Part, done: BulkDone) -> str:
    """Tell what became of it."""
    lines = [*done.decided, *(line for line, _ in done.left_out)]
    looks = _looks(session, part, session.get_one(Round, part.round_id), True, lines)
    clear = looks.clear
    left_out = [LeftOut(line.line_id, clear.place(line.place).label, clear.why(reason).sentence)
                for line, reason in done.left_out]  # fmt: skip
    return show(
        "bulk_done.html", looks.words, round_id=clear.id(part.round_id), district=clear.id(part.district),
        district_name=clear.area(part.district), decided=len(done.decided), left_out=left_out,
    )  # fmt: skip
