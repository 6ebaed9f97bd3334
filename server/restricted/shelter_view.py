"""The page of a shelter's visit: what is asked, what was answered, and what the one who looks at it may do now."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from server.assignments.giving import today_in
from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.restricted.queries import CONFIRMED, DIFFERS, NOT_FILLED, WAITS, progress_of
from server.restricted.shelter_visit import WHY_CHANGED, versions_of
from server.roles.account import Account
from server.rounds.rules import indicators_of
from server.rounds.tables import Round
from server.sealed.tables import SealedAssignment
from server.sealed.views import SealedShown, month_shown, sealed_shown
from server.words import Catalogue
from verification.model import Seen
from verification.protection.shelter import NUMBERS, criteria_of_a_shelter, seen_of
from verification.sets.criteria import Criterion


@view
class AnswerOffered:
    """An answer that may be chosen, and whether it is."""

    code: Cleared
    text: Cleared
    chosen: bool


@view
class FieldShown:
    """A field: what it asks, its answers (none for a number), what was answered, and whether the other one differs."""

    name: Cleared
    text: Cleared
    answers: tuple[AnswerOffered, ...]
    value: Cleared
    said: Cleared
    differs: bool


@view
class ShelterPage:
    """A shelter's visit. `before` is the number of the newest version; `k` of `n` are seen in it."""

    one: SealedShown
    before: int
    progress: Cleared
    confirms: bool  # what the other one filled in waits for whoever looks
    fills_in: bool
    corrects: bool  # what both had confirmed
    fields: tuple[FieldShown, ...]
    month: Cleared
    month_said: Cleared
    month_differs: bool
    latest: Cleared  # month
    whys: tuple[Cleared, ...]
    k: int
    n: int


def asked_of(session: Session, given: SealedAssignment) -> tuple[Criterion, ...]:
    """Give what is asked of a shelter by the round's indicator set."""
    found = session.get_one(Round, given.round_id)
    return criteria_of_a_shelter(indicators_of(session, found), given.kind)


def view_shelter(
    session: Session, given: SealedAssignment, words: Catalogue, by: Account, typed: Mapping[str, str] | None = None
) -> ShelterPage:
    """Show an assignment's newest version, or what was `typed` and not taken."""
    clear, asked = Clearance(words), asked_of(session, given)
    versions = versions_of(session, given.id)
    newest = versions[0] if versions else None
    progress, kept = progress_of(newest), newest.answers if newest else {}
    is_mine = newest is not None and newest.filled_by == by.person_id
    differs = set(newest.differs or ()) if newest else set[str]()
    texts = {name: "" if kept.get(name) is None else str(kept[name]) for name in (*(c.code for c in asked), *NUMBERS)}
    texts |= {name: typed.get(name, "") for name in texts} if typed is not None else {}
    fields = [*(_criterion(one, texts[one.code], clear, one.code in differs) for one in asked),
              *(_number(name, texts[name], clear, name in differs) for name in NUMBERS)]  # fmt: skip
    latest = today_in(session, given.district).isoformat()[:7]
    month = newest.month if newest else min(given.month, latest)
    k, n = seen_of(Seen(kept[one.code]) for one in asked if one.code in kept)
    (shown,) = sealed_shown(session, [given], words)
    return ShelterPage(
        one=shown, before=newest.number if newest else 0, progress=clear.id(progress),
        confirms=progress == WAITS and not is_mine,
        fills_in=progress in (NOT_FILLED, DIFFERS, CONFIRMED) or is_mine,
        corrects=any(one.confirmed_by for one in versions), fields=tuple(fields),
        month=clear.own(month if typed is None else typed.get("month", "")), month_said=month_shown(month, clear),
        month_differs="month" in differs, latest=clear.id(latest), whys=tuple(map(clear.ours, WHY_CHANGED)), k=k, n=n,
    )  # fmt: skip


def _criterion(one: Criterion, value: str, clear: Clearance, differs: bool) -> FieldShown:
    answers = tuple(AnswerOffered(clear.ours(seen), clear.ours(text[clear.language]), seen == value)
                    for seen, text in one.scale.answers.items())  # fmt: skip
    said = next((answer.text for answer in answers if answer.chosen), clear.id("–"))
    return FieldShown(
        clear.ours(one.code), clear.ours(one.text[clear.language]), answers, clear.own(value), said, differs
    )


def _number(name: str, value: str, clear: Clearance, differs: bool) -> FieldShown:
    return FieldShown(
        clear.ours(name), clear.say(f"shelter.{name}"), (), clear.own(value), clear.own(value or "–"), differs
    )
