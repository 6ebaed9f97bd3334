"""What people decide about submissions: reviews, comments, follow-ups to go back for, and which round it is in.

A decision and the job that follows from it are one transaction: either both are there, or neither.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.areas.queries import zone_of
from server.assignments.giving import follow_up, unfit_for_phones
from server.audit.entries import Act, digest_of, write_down
from server.db import Json, insert_into, now
from server.decisions.tables import Decision
from server.decisions.typed import Undecidable, new_uuid, read_deadline, read_text, read_uuid, read_why
from server.moments import day_in
from server.roles.account import Account, must
from server.roles.table import Permission
from server.rounds.planning import windows
from server.submissions.keeping import read_again
from server.submissions.standing import is_living
from server.submissions.tables import Form, SubmissionState
from server.visits.places import VisitedPlace, visited_place
from server.work.kinds import Read, WriteBack
from server.work.queue import ask
from verification.reason import Reason

REVIEW, COMMENT, FOLLOW_UP, ROUND = "review", "comment", "follow_up", "round"
APPROVED = "approved"
REVIEW_STATES = (APPROVED, "hasIssues", "rejected")
FIELDS = {REVIEW: ("review_state", "why"), COMMENT: ("text",), FOLLOW_UP: ("text", "why", "deadline"),
          ROUND: ("round_id", "why")}  # fmt: skip
PERMISSION = {REVIEW: Permission.REVIEW, COMMENT: Permission.COMMENT, FOLLOW_UP: Permission.FOLLOW_UP,
              ROUND: Permission.CHOOSE_ROUND}  # fmt: skip
WOULD_CREATE = "approval_creates_entities"


@dataclass(frozen=True)
class Wish:
    """A decision as a person typed it, about the version that was before them."""

    kind: str
    version: str
    uuid: str = field(default_factory=new_uuid)
    review_state: str = ""
    text: str = ""
    why: str = ""
    deadline: str = ""
    round_id: str = ""
    confirmed: tuple[str, ...] = ()


def decide(session: Session, form_pk: int, root_id: str, wish: Wish, by: Account) -> Decision:
    """Take a decision and ask for the job that carries it to Central; the same one twice is one.

    Raises Undecidable, Forbidden.
    """
    taken = select(Decision).filter_by(uuid=read_uuid(wish.uuid))
    if (known := session.scalar(taken)) is not None:
        return known
    if wish.kind not in FIELDS:
        raise Undecidable("decision_page_wrong")
    state = _decided_on(session, form_pk, root_id, wish)
    must(by, PERMISSION[wish.kind], state.district, state.round_id)
    values = _checked(session, state, wish) | _about(session, state, wish)
    row = values | {"kind": wish.kind, "uuid": wish.uuid, "decided_by": by.label, "decided_at": now()}
    insert = insert_into(session, Decision).values(row).on_conflict_do_nothing().returning(Decision.id)
    number = session.scalar(insert)
    if number is not None:
        _follow(session, state, number, wish)
        write_down(session, Act(by.label, f"decided_{wish.kind}", f"submission:{state.id} decision:{number}",
                                state.district, state.round_id, after=digest_of(values)))  # fmt: skip
    return session.scalars(taken).one()


def _follow(session: Session, state: SubmissionState, number: int, wish: Wish) -> None:
    """Do what follows from a decision: it leaves for Central; or, of a round, the submission belongs there from now."""
    if wish.kind == FOLLOW_UP:
        follow_up(session, session.get_one(Decision, number), state.district, state.round_id)
        return
    if wish.kind != ROUND:
        ask(session, WriteBack(number))
        return
    session.get_one(Decision, number).sent_at = now()  # it is for us alone
    state.chosen_round_id = wish.round_id
    read_again(session, SubmissionState.id == state.id)
    ask(session, Read())


def _decided_on(session: Session, form_pk: int, root_id: str, wish: Wish) -> SubmissionState:
    """Find the submission, as the person saw it."""
    state = SubmissionState
    found = session.scalar(select(state).where(state.form_pk == form_pk, state.root_id == root_id, is_living()))
    if found is None:
        raise Undecidable("decision_submission_deleted")
    if found.instance_id != wish.version:
        raise Undecidable("decision_version_replaced")
    return found


def _checked(session: Session, state: SubmissionState, wish: Wish) -> Json:
    """Read what the kind asks for; what was typed beside it is left out."""
    read: dict[str, Callable[[str], Any]] = {
        "review_state": _read_state, "text": read_text, "why": read_why,
        "deadline": partial(read_deadline, today_at(session, state)), "round_id": partial(_read_round, session),
    }  # fmt: skip
    return {name: read[name](getattr(wish, name).strip()) for name in FIELDS[wish.kind]}


def today_at(session: Session, state: SubmissionState) -> date:
    """Tell which day it is where a submission belongs."""
    return day_in(zone_of(session, None, state.district or ""), now())


def _read_state(typed: str) -> str:
    if typed not in REVIEW_STATES:
        raise Undecidable("review_state_missing")
    return typed


def _read_round(session: Session, typed: str) -> str:
    if typed not in {window.round_id for window in windows(session)}:
        raise Undecidable("round_not_chosen")
    return typed


def _about(session: Session, state: SubmissionState, wish: Wish) -> Json:
    """Check a wish against what is known of the submission; returns what the decision is about."""
    form_pk, root_id = state.form_pk, state.root_id
    visited = visited_place(session, form_pk, root_id, wish.version)
    if visited.is_given_away_by(wish.text, wish.why):
        raise Undecidable("decision_names_a_home")
    about: Json = {"form_pk": form_pk, "root_id": root_id, "instance_id": wish.version}
    if wish.kind == FOLLOW_UP:
        if hindrance := no_follow_up(visited):
            raise Undecidable(hindrance.code)
        about["facility_id"] = visited.place.facility_id
    if wish.kind == REVIEW and wish.review_state == APPROVED:
        about["confirmed"] = _confirmed(session, form_pk, root_id, wish)
    return about


def no_follow_up(visited: VisitedPlace) -> Reason | None:
    """Say why no follow-up can go to phones: the place must be in the register, and of a kind that phones list."""
    return Reason("follow_up_without_facility") if visited.facility is None else unfit_for_phones(visited)


def _confirmed(session: Session, form_pk: int, root_id: str, wish: Wish) -> Json:
    """Approving where that creates entities must have been answered with yes, list by list."""
    lists = lists_to_confirm(session, form_pk, root_id)
    if open_lists := [name for name in lists if name not in wish.confirmed]:
        raise Undecidable(WOULD_CREATE, lists=", ".join(open_lists))
    return {"lists": lists}


def lists_to_confirm(session: Session, form_pk: int, root_id: str) -> list[str]:
    """Name the entity lists that approving a submission would write to, by what is known here."""
    about = (Decision.form_pk == Form.id) & (Decision.root_id == root_id)
    query = select(Form.approval_lists, Decision.problem).outerjoin(Decision, about).where(Form.id == form_pk)
    rows = session.execute(query).all()
    return lists_of(rows[0][0], [problem for _, problem in rows])


def lists_of(approval_lists: Json | None, refused: Iterable[Reason | None]) -> list[str]:
    """Name the entity lists that approving would write to.

    The form's newest version says most; a `refused` attempt also tells what an older version writes to.
    """
    known, problems = approval_lists or {"lists": []}, [problem for problem in refused if problem]
    learnt = [str(problem.values["lists"]).split(", ") for problem in problems if problem.code == WOULD_CREATE]
    return sorted({*known["lists"], *(name for names in learnt for name in names)})


def later_review(session: Session, decision: Decision) -> bool:
    """Tell whether a submission was reviewed again after this review: the later one counts."""
    later = select(Decision.id).filter_by(form_pk=decision.form_pk, root_id=decision.root_id, kind=REVIEW)
    return session.scalar(later.where(Decision.id > decision.id).limit(1)) is not None
